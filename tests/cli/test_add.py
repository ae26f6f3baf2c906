"""`watcher add`: looks, suggests with evidence, asks, and writes what was agreed, or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DPA = b"""<!doctype html><html lang="en"><head><title>Data Processing Addendum | Lumen Forge</title></head><body>
<nav><a href="/">Home</a> <a href="/pricing">Pricing</a></nav><main><h1>Data Processing Addendum</h1>
<p>We notify you without undue delay, and at the latest within 48 hours, after we become aware of a personal data
breach that concerns your data, and tell you what we know of it at that time.</p>
<p>The processors that we engage stand in the <a href="/legal/subprocessors.pdf">list of sub-processors</a>.</p>
<p>We do not use customer content to train our models, unless you tell us in writing that we may.</p></main>
<footer><a href="/legal/privacy">Privacy</a> <a href="/data">Data policy</a>
<a href="https://elsewhere.example/terms">Terms of somebody else</a></footer></body></html>"""


@pytest.fixture
def page(site: Any) -> str:
    """The address of a page that is not declared yet."""
    site.pages["/legal/dpa"] = (200, DPA)
    return f"{site.base}/legal/dpa"


def test_it_suggests_with_evidence_and_writes_at_yes(watcher: Any, home: Path, page: str) -> None:
    before = (home / "sources.yaml").read_text()
    result = watcher("add", page, "--yes")
    assert result.exit_code == 0
    for told in (
        "Data Processing Addendum",
        "dpa",
        "lumen-api",
        "plain HTTP gave",
        "subprocessors, PDF",
    ):
        assert told in result.output
    assert "/legal/privacy" in result.output
    assert "elsewhere.example" not in result.output
    assert "pricing" not in result.output
    after = (home / "sources.yaml").read_text()
    assert after.startswith(before)
    assert after.removeprefix(before).strip().splitlines()[1:] == [
        f"    url: {page}",
        "    title: Data Processing Addendum",
        "    kind: dpa",
        "    offerings: lumen-api",
    ]
    assert watcher("lint").exit_code == 0
    assert watcher("sweep", "--source", page).exit_code == 0


def test_it_asks_point_by_point_and_a_person_may_say_otherwise(
    watcher: Any, home: Path, page: str
) -> None:
    result = watcher("add", page, typed="The addendum\nofficial_terms\n\ny\n")
    assert "Write this to sources.yaml?" in result.output
    text = (home / "sources.yaml").read_text()
    assert "    title: The addendum\n    kind: official_terms\n" in text


@pytest.mark.parametrize("options", [("--dry-run",), ("--json",), ("--dry-run", "--json")])
def test_to_look_is_not_to_write(
    watcher: Any, home: Path, page: str, options: tuple[str, ...]
) -> None:
    before = (home / "sources.yaml").read_text()
    assert watcher("add", page, *options).exit_code == 0
    assert (home / "sources.yaml").read_text() == before


def test_a_no_writes_nothing(watcher: Any, home: Path, page: str) -> None:
    before = (home / "sources.yaml").read_text()
    assert "Nothing was written." in watcher("add", page, typed="\n\n\nn\n").output
    assert (home / "sources.yaml").read_text() == before


def test_json_tells_what_was_found_and_what_was_written(watcher: Any, page: str) -> None:
    told = json.loads(watcher("add", page, "--json", "--yes", "--id", "lumen-dpa").output)
    assert told["written"] == "lumen-dpa"
    assert told["suggested"]["kind"] == "dpa"
    assert told["because"]["offering"].startswith("sources at 127.0.0.1")
    assert [(each["kind"], each["pdf"]) for each in told["related"]] == [
        ("subprocessors", True),
        ("privacy_policy", False),
    ]
    assert any("48 hours" in each["quote"] for each in told["claims"])


def test_what_is_declared_already_is_refused(watcher: Any, site: Any, home: Path) -> None:
    before = (home / "sources.yaml").read_text()
    result = watcher("add", f"{site.base}/data/", "--yes")
    assert result.exit_code == 2
    assert "declared already, as data-policy" in str(result.exception)
    assert (home / "sources.yaml").read_text() == before


def test_a_page_that_cannot_be_seen_is_declared_only_when_told_to(
    watcher: Any, site: Any, home: Path
) -> None:
    result = watcher("add", f"{site.base}/nowhere/terms", "--yes")
    assert result.exit_code == 1
    assert "could not be seen (gone" in result.output
    assert watcher("add", f"{site.base}/nowhere/terms", "--yes", "--unseen").exit_code == 0
    assert "kind: official_terms" in (home / "sources.yaml").read_text()


def test_the_first_source_needs_no_file(
    watcher: Any, home: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = watcher("add", page, "--yes", "--unseen", "--sources", "mine.yaml")
    assert result.exit_code == 0
    assert watcher("lint", "--sources", "mine.yaml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ftp://acme.example/",), "not an http"),
        (("{page}", "--offering", "no-such", "--yes"), "There are: lumen-api"),
        (("{page}", "--kind", "poem"), "poem"),
        (("{page}", "--every", "often", "--yes"), "often"),
        (("{page}", "--id", "data-policy", "--yes"), "is taken"),
    ],
)
def test_what_cannot_be_is_told(
    watcher: Any, home: Path, page: str, arguments: tuple[str, ...], told: str
) -> None:
    before = (home / "sources.yaml").read_text()
    result = watcher("add", *(each.format(page=page) for each in arguments))
    assert result.exit_code == 2
    assert told in f"{result.output}{result.exception}"
    assert (home / "sources.yaml").read_text() == before


def test_of_a_page_that_leads_elsewhere_it_says_to_add_that(watcher: Any, site: Any) -> None:
    sends_on = b"<html><head><meta http-equiv=refresh content='0; url=/legal/terms'></head></html>"
    site.pages["/terms"] = (200, sends_on)
    result = watcher("add", f"{site.base}/terms", "--yes")
    assert result.exit_code == 1
    assert "sends browsers on to /legal/terms" in result.output
    assert "Add the page that it leads to" in result.output
