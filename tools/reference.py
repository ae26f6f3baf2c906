"""Writes the reference from the code itself: commands, settings, errors, vocabulary, verdicts, and the man page.

    python tools/reference.py [FOLDER]        writes FOLDER/*.md and FOLDER/watcher.1; docs/reference by default

A test fails when what stands in docs/reference is not what the code says: run `make reference` then.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from watcher import __version__
from watcher.cli import cli
from watcher.errors import WatcherError
from watcher.model import Key, Verdict
from watcher.settings import Settings
from watcher.sources.vocabulary import load_vocabulary

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
GENERATED = "<!-- Written by tools/reference.py from the code. -->\n\n"


def pages() -> dict[str, str]:
    """Give every file of the reference: its name and its text."""
    return {
        "commands.md": GENERATED + commands_page(),
        "settings.md": GENERATED + settings_page(),
        "errors.md": GENERATED + errors_page(),
        "verdicts.md": GENERATED + verdicts_page(),
        "vocabulary.md": GENERATED + vocabulary_page(),
        "watcher.1": man_page(),
    }


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


def commands(
    group: click.Group = cli, above: click.Context | None = None
) -> Iterator[tuple[click.Context, click.Command]]:
    """Give every command, groups before what they hold, with a context that knows its full name."""
    context = click.Context(
        group, info_name="watcher" if above is None else group.name, parent=above
    )
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield inner, command
        if isinstance(command, click.Group):
            yield from commands(command, context)


def commands_page() -> str:
    """Give the reference of all commands and their options, as Markdown."""
    parts = [
        "# Commands\n\nIn the order of a first day. Every command that reads takes `--json`; every command that needs "
        "them takes\n`--ledger PATH` and `--sources FILE`. [Exit codes](../operations.md#exit-codes) are the same for "
        "all.\n"
    ]
    for context, command in commands():
        usage = " ".join(command.collect_usage_pieces(context))
        parts.append(
            f"## {context.command_path}\n\n```\n{context.command_path} {usage}\n```\n\n{prose(command)}\n"
        )
        rows = [options_row(option) for option in options(command)]
        if rows:
            parts.append("| option | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def options(command: click.Command) -> list[click.Option]:
    """Give the options of a command that a person would look up."""
    return [each for each in command.params if isinstance(each, click.Option) and not each.hidden]


def options_row(option: click.Option) -> str:
    """Give the line of a table about one option."""
    name, said = option_words(option)
    return f"| `{name}` | {said.replace('|', chr(92) + '|')} |"


def option_words(option: click.Option) -> tuple[str, str]:
    """Give how an option is written and what it does, with its default."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    metavar = (
        "" if option.is_flag or option.count else f" {option.make_metavar(click.Context(cli))}"
    )
    said = (option.help or "").strip()
    if option.show_default and option.default is not None and not callable(option.default):
        said += f" Default: {option.default}."
    return names + metavar, " ".join(said.split())


def prose(command: click.Command) -> str:
    """Give what a command says of itself, a line for each paragraph."""
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(" ".join(p.replace("\b", "").split()) for p in paragraphs)


def man_page() -> str:
    """Give the manual page, in the man macros of roff."""
    lines = [
        f'.TH WATCHER 1 "" "Watcher {__version__}" "Watcher"',
        ".SH NAME", "watcher \\- watch policy pages, extract the claims they make, and review what changed",
        ".SH SYNOPSIS", ".B watcher", "COMMAND [OPTIONS] [ARGUMENTS]",
        ".SH COMMANDS",
    ]  # fmt: skip
    for context, command in commands():
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [".SS " + roff(f"{context.command_path} {usage}")]
        for paragraph in prose(command).split("\n\n"):
            lines += [".PP", roff(paragraph)]
        for option in options(command):
            name, said = option_words(option)
            lines += [".TP", ".B " + roff(name), roff(said) or "\\&"]
    lines += [".SH ENVIRONMENT"]
    for name, default, said in settings():
        lines += [".TP", ".B " + roff(name), roff(f"{said} Default: {default}.")]
    return "\n".join(lines) + "\n"


def roff(text: str) -> str:
    """Give `text` so that roff prints it as it stands."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


# ── settings, errors, verdicts, vocabulary ───────────────────────────────────────────────────────


def notes(thing: type) -> dict[str, str]:
    """Give the text that stands below each name in the body of a class, as editors show it."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(thing))).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for name, note in zip(body.body, body.body[1:], strict=False):
        target = (
            name.target if isinstance(name, ast.AnnAssign) else getattr(name, "targets", [None])[0]
        )
        if (
            isinstance(target, ast.Name)
            and isinstance(note, ast.Expr)
            and isinstance(note.value, ast.Constant)
        ):
            found[target.id] = " ".join(str(note.value.value).split())
    return found


def settings() -> Iterator[tuple[str, str, str]]:
    """Give each variable of the environment, its default, and what it does."""
    said = notes(Settings)
    for field in fields(Settings):
        default = "none" if field.default in (None, "") else str(field.default)
        yield f"WATCHER_{field.name.upper()}", default, said[field.name]


def settings_page() -> str:
    """Give the reference of the variables that the environment may set, as Markdown."""
    head = (
        "# Settings\n\nRead once from the environment. What is about one source or one host stands in "
        "[`sources.yaml`](../declarations.md) instead.\n\n| variable | default | |\n|---|---|---|\n"
    )
    return head + "".join(
        f"| `{name}` | {default} | {said} |\n" for name, default, said in settings()
    )


def errors_page() -> str:
    """Give the reference of all errors that Watcher raises on purpose, as Markdown."""
    head = (
        "# Errors\n\nEvery error that Watcher raises on purpose is a `WatcherError`; its message says what happened, "
        "to what, and what to do\nnow. Anything else is a bug: please report it with what was printed.\n\n"
        "| error | a kind of | exit code | |\n|---|---|---|---|\n"
    )
    return head + "".join(map(errors_row, errors(WatcherError)))


def errors(root: type[WatcherError]) -> Iterator[type[WatcherError]]:
    """Give `root` and every public error below it, each before its own kinds."""
    yield root
    for below in root.__subclasses__():
        if below.__module__ == root.__module__:
            yield from errors(below)


def errors_row(error: type[WatcherError]) -> str:
    """Give the line of a table about one error."""
    above = error.__bases__[0].__name__
    return f"| `{error.__name__}` | `{above}` | {error.exit_code} | {first_line(error)} |\n"


def first_line(thing: type) -> str:
    """Give the first paragraph of what a class says of itself."""
    return inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def verdicts_page() -> str:
    """Give the reference of verdicts, as Markdown."""
    head = (
        "# Verdicts\n\nWhat came back from a look. Only a good one may confirm a claim or be compared; every "
        "other is kept, labelled, and never\na baseline.\n\n| verdict | good | |\n|---|---|---|\n"
    )
    said = notes(Verdict)
    return head + "".join(
        f"| `{each.value}` | {'yes' if each.is_good else ''} | {said.get(each.name, '')} |\n"
        for each in Verdict
    )


def vocabulary_page() -> str:
    """Give the reference of claim keys, as Markdown."""
    parts = [
        "# Vocabulary\n\nWhat may be claimed: the keys, their values, and the question each answers. "
        "`watcher vocabulary` lists the same.\n"
    ]
    groups: dict[str, list[Key]] = {}
    for key in load_vocabulary().values():
        groups.setdefault(key.group, []).append(key)
    for group, keys in groups.items():
        rows = "".join(f"| `{key.name}` | {kind(key)} | {key.question} |\n" for key in keys)
        title = group.replace("_", " ").capitalize()
        parts.append(f"## {title}\n\n| key | value | question |\n|---|---|---|\n{rows}")
    return "\n".join(parts)


def kind(key: Key) -> str:
    """Give what values of a key look like."""
    return ", ".join(key.choices) or " ".join(filter(None, (key.type.value, key.unit)))


def main() -> None:
    """Write every file of the reference."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
