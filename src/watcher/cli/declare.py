"""`watcher init`, `lint`, `schema`: the declarations themselves."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.options import declarations, json_option, print_json, sources_option
from watcher.cli.words import NOTHING_DECLARED, counted
from watcher.errors import DeclarationError, RuleError
from watcher.model import Vocabulary
from watcher.shipped import STARTER
from watcher.sources.schema import json_schema


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def init_command(folder: Path) -> None:
    """Write a commented sources.yaml to FOLDER (here, if none is named)."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "sources.yaml"
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(STARTER.read_text(encoding="utf-8"))
    except FileExistsError:
        raise click.ClickException(f"{target} is there already; nothing was written") from None
    (folder / "snapshots").mkdir(exist_ok=True)
    click.echo(f"Wrote {target}. Next: `watcher add URL`, then `watcher sweep`.")


@click.command("lint")
@sources_option
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    envvar="WATCHER_RULES",
    help="Check this rule pack too: every rule, against its own examples.  [env: WATCHER_RULES]",
)
@json_option
def lint_command(sources_path: Path, rules: Path | None, as_json: bool) -> None:
    """Check the declarations: every problem at once, each with file, line and path."""
    try:
        declared, vocabulary = declarations(sources_path)
        if rules is not None:
            _check_rules(rules, vocabulary)
    except DeclarationError as error:
        if not as_json:
            raise
        print_json([_as_data(problem) for problem in error.problems])
        raise SystemExit(error.exit_code) from None
    if as_json:
        print_json([])
        return
    click.echo(
        f"{sources_path}: {counted(len(declared.offerings), 'offering')}, "
        f"{counted(len(declared.sources), 'source')}, "
        "no problem found"
    )
    if not declared.sources:
        click.echo(NOTHING_DECLARED)


def _check_rules(path: Path, vocabulary: Vocabulary) -> None:
    """Check a rule pack. Raises RuleError with what is wrong in it, or in what its rules do."""
    from watcher.claims import check_examples, load_pack  # noqa: PLC0415 - only when asked for

    problems = check_examples(load_pack(path), vocabulary)
    if problems:
        raise RuleError(problems)


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of sources.yaml.

    Editors with a YAML language server use it for completion: put
    `# yaml-language-server: $schema=FILE` on the first line of sources.yaml.
    """
    print_json(json_schema())


def _as_data(problem: object) -> dict[str, object]:
    names = ("file", "line", "path", "message", "hint")
    return {name: getattr(problem, name) for name in names}
