"""The documentation is true: its commands run, its examples hold, its reference and its links are as they should be."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import click
import pytest

from watcher.cli import cli
from watcher.model import Verdict

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
TRIED = [*sorted((DOCS / "begin").glob("*.md")), DOCS / "how-to.md"]
"""Pages whose `sh` blocks run as they stand, all of a page in one shell; `console` needs a network or a hand."""

WRITTEN = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(watcher [^`]+)`")
_PARTS = re.compile(r"&&|\|\||[|;(){}]|\$\(")


def blocks(page: Path, language: str) -> list[str]:
    return [body for name, body in _BLOCK.findall(page.read_text()) if name == language]


# ── commands ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give the environment of a shell in which `watcher` is the code under test."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "watcher"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m watcher "$@"\n')
    program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATCHER_")}
    source = str(ROOT / "src")
    return {**kept, "PATH": f"{folder}{os.pathsep}{kept['PATH']}", "PYTHONPATH": source}


@pytest.fixture(scope="module")
def demo(shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which somebody ran the demo."""
    folder = tmp_path_factory.mktemp("demo")
    ran = subprocess.run(
        ["watcher", "demo"], cwd=folder, env=shell, check=True, capture_output=True, text=True
    )
    (folder / "printed.txt").write_text(ran.stdout)
    return folder


@pytest.mark.parametrize("page", TRIED, ids=lambda page: page.stem)
def test_the_commands_of_a_tutorial_run_as_they_stand(
    page: Path, shell: dict[str, str], demo: Path, tmp_path: Path
) -> None:
    script = "\n".join(blocks(page, "sh"))
    place = tmp_path / "place"
    if page.stem != "cron":
        shutil.copytree(demo, place)
        shell = {
            **shell,
            "WATCHER_LEDGER": "snapshots/demo.db",
            "WATCHER_SOURCES": "snapshots/demo.yaml",
        }
    else:
        place.mkdir()
    ran = subprocess.run(
        ["bash", "-ex", "-c", script],
        cwd=place,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr


def commands_in(text: str) -> Iterator[list[str]]:
    """Give every call of watcher in a piece of shell, as words."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in _PARTS.split(line):
            words = shlex.split(part, comments=True, posix=True) if part.count("'") % 2 == 0 else []
            while words and "=" in words[0]:
                words = words[1:]
            if words[:1] == ["watcher"] and len(words) > 1:
                yield words[1:]


def written_commands() -> list[tuple[str, list[str]]]:
    found = []
    for page in WRITTEN:
        shells = [body for language in ("sh", "console") for body in blocks(page, language)]
        for text in (*shells, *_INLINE.findall(page.read_text())):
            found += [(page.name, words) for words in commands_in(text)]
    return found


def test_every_command_and_option_that_is_written_of_exists() -> None:
    wrong = []
    for page, words in written_commands():
        command, rest = resolve(words)
        if command is None:
            wrong.append((page, words))
            continue
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        known |= {"--help", "-h", "--version"}
        given = {word.split("=")[0] for word in rest if word.startswith("--") and len(word) > 2}
        wrong += [(page, words)] if given - known else []
    assert len(written_commands()) > 80
    assert not wrong


def resolve(words: list[str]) -> tuple[click.Command | None, list[str]]:
    """Give the command that these words call, and what is left of them; None if there is no such command."""
    command: click.Command | None = cli
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command = command.get_command(click.Context(command), rest.pop(0))
    return command, rest


def test_what_the_readme_shows_first_is_what_the_demo_prints(demo: Path) -> None:
    printed = " ".join((demo / "printed.txt").read_text().split())
    shown = (ROOT / "README.md").read_text().split("```")[1]
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip()]
    # The days on which the demo plays follow the calendar of whoever runs it.
    lines = [re.sub(r" first seen [\d-]+", " first seen", line) for line in lines]
    assert len(lines) > 4
    assert [line for line in lines if line not in printed] == []


# ── examples, reference, site ────────────────────────────────────────────────────────────────────


def test_the_examples_in_python_hold(demo: Path, shell: dict[str, str], tmp_path: Path) -> None:
    page = DOCS / "python.md"
    assert doctest.testfile(str(page), module_relative=False) == doctest.TestResults(0, 12)
    reading = next(body for body in blocks(page, "python") if "Ledger.open" in body)
    place = tmp_path / "place"
    shutil.copytree(demo, place)
    (place / "snapshots" / "demo.db").rename(place / "snapshots" / "watcher.db")
    (place / "snapshots" / "demo.yaml").rename(place / "sources.yaml")
    ran = subprocess.run(
        [sys.executable, "-c", reading],
        cwd=place,
        env=shell,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "retention_days 90" in ran.stdout, ran.stderr


def test_the_example_that_looks_at_an_address_looks(tmp_path: Path) -> None:
    told = "<p>We retain inputs for 30 days, after which they are deleted for good.</p>" * 9
    (tmp_path / "privacy").write_text(f"<main><h1>Privacy policy</h1>{told}</main>")
    looking = next(body for body in blocks(DOCS / "python.md", "python") if "look(" in body)
    handler = partial(_Silent, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        here = f"http://127.0.0.1:{server.server_address[1]}/privacy"
        asked = looking.replace('"https://example.com/privacy"', f'"{here}", allow_private=True')
        ran = subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, text=True, check=False
        )
        server.shutdown()
        thread.join()
    assert looking != asked
    assert ran.stdout.startswith("ok "), ran.stdout + ran.stderr


class _Silent(SimpleHTTPRequestHandler):
    """Serves a folder, every file as a page."""

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return "text/html; charset=utf-8"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_says_what_the_code_says(reference: ModuleType) -> None:
    pages = reference.pages()
    folder = ROOT / "docs" / "reference"
    assert {path.name for path in folder.iterdir()} == set(pages)
    stale = [name for name, text in pages.items() if (folder / name).read_text() != text]
    assert not stale, "run `make reference`"


def test_every_setting_verdict_and_option_says_what_it_does(reference: ModuleType) -> None:
    assert all(said for _, _, said in reference.settings())
    assert set(reference.notes(Verdict)) == set(Verdict.__members__)
    silent = [
        f"{context.command_path} {option.opts[0]}"
        for context, command in reference.commands()
        for option in reference.options(command)
        if not option.help
    ]
    assert not silent


def test_the_site_builds_without_a_warning_or_a_dead_link(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "index.html").exists()
