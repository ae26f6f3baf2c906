"""The files of examples/ that people copy: what they call exists, and they lose nothing when a sweep ends with 1."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from watcher.cli import cli
from watcher.cron import read_cron

EXAMPLES = Path(__file__).parents[1] / "examples"
SHELL = {"&&", "||", "|", ">"}


def calls() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every call of Watcher in the examples: the file, and the words after `watcher`."""
    for path in sorted(EXAMPLES.iterdir()):
        if path.is_file() and path.name not in (
            "Containerfile",
            "prometheus.yml",
            "litestream.yml",
        ):
            for line in path.read_text().splitlines():
                for found in re.finditer(
                    r"(?:/usr/local/bin/|&& |\|\| |run: )watcher ([^#]+)", line
                ):
                    yield path.name, tuple(_until_shell(found.group(1)))
    container = (EXAMPLES / "Containerfile").read_text()
    yield "Containerfile", tuple(re.findall(r'"([^"]+)"', container.rpartition("CMD ")[2]))


def _until_shell(text: str) -> Iterator[str]:
    for word in shlex.split(text):
        if word in SHELL:
            return
        yield word


def test_there_are_calls_to_try() -> None:
    assert {name for name, _ in calls()} >= {"crontab", "github-actions.yml", "watcher.service"}


@pytest.mark.parametrize(("name", "words"), list(calls()))
def test_every_call_is_one_that_watcher_understands(name: str, words: tuple[str, ...]) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, words[0])
    assert command is not None, f"{name}: there is no `watcher {words[0]}`"
    command.make_context(words[0], list(words[1:]), parent=context)


def test_the_crontab_has_times_and_finds_watcher() -> None:
    lines = [
        line for line in (EXAMPLES / "crontab").read_text().splitlines() if line[:1] not in "#"
    ]
    settings = [line for line in lines if re.match(r"\w+=", line)]
    assert "PATH=/usr/local/bin:/usr/bin:/bin" in settings, "cron's own has no /usr/local/bin"
    jobs = [line for line in lines if line not in settings]
    assert len(jobs) == 3
    for job in jobs:
        assert read_cron(" ".join(job.split()[:5]))


def test_the_workflow_keeps_the_ledger_also_when_the_sweep_ends_with_1() -> None:
    """`actions/cache` saves only what a job that went well leaves: what a sweep recorded would be told again."""
    workflow = yaml.safe_load((EXAMPLES / "github-actions.yml").read_text())
    steps = workflow["jobs"]["sweep"]["steps"]
    sweep = next(n for n, step in enumerate(steps) if step.get("id") == "sweep")
    used = [step.get("uses", "").partition("@")[0] for step in steps]
    assert used.index("actions/cache/restore") < sweep < used.index("actions/cache/save")
    assert all(step["if"] == "always()" for step in steps[sweep + 1 :])
    assert "actions/cache" not in used
    assert steps[-1]["run"] == "watcher status", "whatever it ends with, all is kept by then"
