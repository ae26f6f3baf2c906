"""`watcher completion`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script that makes SHELL complete watcher's commands and options.

    \b
    bash:  watcher completion bash > ~/.local/share/bash-completion/completions/watcher
    zsh:   watcher completion zsh > "${fpath[1]}/_watcher"
    fish:  watcher completion fish > ~/.config/fish/completions/watcher.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # the choices above are the shells that click knows
    click.echo(kind(ctx.find_root().command, {}, "watcher", "_WATCHER_COMPLETE").source())
