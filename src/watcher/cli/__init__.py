"""The command line: each command parses, calls and prints.

Commands are imported when they are called, so that `watcher --help` answers at once.

Exit codes, the same for every command:
    0  done
    1  done, and something wants a person: a source in trouble, overdue, or a bug met on the way
    2  a declaration, an option or a rule is wrong; nothing was changed
    3  the ledger cannot be used
    4  another sweep is running
    5  the cluster engine cannot be used
"""

from __future__ import annotations

import gc
import importlib
import sys

import click

from watcher import __version__

_UNCOLLECTED = 100_000
"""New objects that may pile up until memory is searched for cycles. Commands and looks leave few; at Python's 700 the
search goes through modules, rules and caches so often that it takes a tenth of the time, and at 20,000 still a
twentieth of a sweep in which pages changed, for no memory that could be told.
"""

COMMANDS = {
    "init": ("watcher.cli.declare", "write a commented sources.yaml to start from"),
    "add": ("watcher.cli.add", "look at a page and declare it in sources.yaml"),
    "discover": (
        "watcher.cli.discover",
        "find policy pages that are not declared",
    ),
    "import": (
        "watcher.cli.importing",
        "take over what another tool watched, and what it saw",
    ),
    "backfill": (
        "watcher.cli.backfill",
        "take in what a web archive holds of a source",
    ),
    "lint": ("watcher.cli.declare", "check the declarations: every problem, with its line"),
    "schema": ("watcher.cli.declare", "print the JSON Schema of sources.yaml, for editors"),
    "sweep": ("watcher.cli.sweep", "look at every source that is due"),
    "run": ("watcher.cli.run", "look at sources as they fall due, round the clock"),
    "worker": ("watcher.cli.worker", "look at what a sweep with --engine cluster hands out"),
    "snapshot": ("watcher.cli.snapshot", "take in what you saw of a page in your own browser"),
    "status": ("watcher.cli.status", "tell how each source fares, and what is overdue"),
    "doctor": ("watcher.cli.doctor", "tell what is wrong here, and the command that mends it"),
    "changes": ("watcher.cli.changes", "list what waits for a review"),
    "show": ("watcher.cli.changes", "show one change: claims, words, proof"),
    "review": ("watcher.cli.review", "decide on changes, one after the other"),
    "serve": ("watcher.cli.serve", "serve the review desk, entries and feeds as web pages"),
    "user": ("watcher.cli.user", "manage the accounts of the review desk"),
    "correct": ("watcher.cli.correct", "propose a correction of an entry"),
    "entry": ("watcher.cli.entry", "show the registry entry of an offering"),
    "claims": ("watcher.cli.claims", "list the claims of an offering, now or at a date"),
    "explain": ("watcher.cli.claims", "tell which rule read a claim, and why others did not"),
    "try": ("watcher.cli.attempt", "look at a source or URL without saving anything"),
    "noise": ("watcher.cli.noise", "show what was silenced for a source, and by which rule"),
    "notify": ("watcher.cli.notify", "tell channels what is due, list them, try one"),
    "feed": ("watcher.cli.feed", "write the changes as an Atom or JSON feed"),
    "publish": ("watcher.cli.publish", "write the registry as a static site"),
    "vocabulary": ("watcher.cli.vocabulary", "list the claim keys and what they ask"),
    "gc": ("watcher.cli.upkeep", "let go of old looks that nothing stands on"),
    "compact": ("watcher.cli.upkeep", "give freed room back to the disk"),
    "backup": ("watcher.cli.upkeep", "write a copy of the ledger, also during a sweep"),
    "restore": ("watcher.cli.upkeep", "put a backup in the place of the ledger"),
    "verify": (
        "watcher.cli.verify",
        "check everything that the ledger holds, and name what is broken",
    ),
    "proof": ("watcher.cli.proof", "write one file that proves a change to others"),
    "export": (
        "watcher.cli.export",
        "give what is held as JSON, CSV, Markdown, a data package, WARC",
    ),
    "plugins": ("watcher.cli.plugins", "list the plug-ins that are installed, and try each"),
    "replay": ("watcher.cli.replay", "play a recorded history through the pipeline"),
    "completion": (
        "watcher.cli.completion",
        "print the script by which a shell completes commands",
    ),
    "demo": ("watcher.cli.demo", "play a short history on a local site"),
}
"""Command → the module that holds it, and its one line of help; in the order of a first day."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands, in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give the command called `cmd_name`, or None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # the table above names only commands
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="watcher")
def cli() -> None:
    """Watch policy pages, extract the claims they make, and review what changed."""
    if not gc.isenabled():  # the command is imported by now: see main
        gc.freeze()
        gc.enable()


def main() -> None:
    """Run the command line; errors that Watcher raises on purpose end in one message."""
    # Of what is imported nothing is let go: it need not be searched for cycles, neither while it comes nor later.
    gc.disable()
    from watcher.errors import WatcherError  # noqa: PLC0415 - keeps `--help` quick

    gc.set_threshold(_UNCOLLECTED)
    try:
        cli()
    except WatcherError as error:
        from watcher.cli.words import harmless  # noqa: PLC0415

        click.secho(f"watcher: {harmless(str(error))}", err=True, fg="red")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output (head, less) went away: nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
