"""Hostile text stays text: in quotes, words, titles, corrections, names, notes, addresses."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from watcher.model import WordEdit

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)><a href='javascript:alert(1)'>x</a></svg>",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066\u2067\x00\x1b[31m",
    "{{ 7919 * 7907 }}{% raw %}",
    "</textarea></title><style>*{display:none}</style>",
)
ALLOWED = {"desk.js", "htmx.min.js"}


class Finder(HTMLParser):
    """Collects what could run or lead astray."""

    def __init__(self) -> None:
        super().__init__()
        self.trouble: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not any(name in given.get("src", "") for name in ALLOWED):
            self.trouble.append(f"<script {given}>")
        if tag in ("iframe", "object", "embed", "base", "style"):
            self.trouble.append(f"<{tag}>")
        self.trouble += [
            f"{tag} {name}" for name in given if name.startswith("on") or name == "style"
        ]
        for name in ("href", "src", "action"):
            if (
                given.get(name, "")
                .strip()
                .lower()
                .startswith(("javascript:", "data:", "vbscript:"))
            ):
                self.trouble.append(f"{tag} {name}={given[name]}")
        if tag == "img" and not given.get("src", "").startswith("/snapshots/"):
            self.trouble.append(f"img {given}")


def assert_harmless(html: str) -> None:
    finder = Finder()
    finder.feed(html)
    assert not finder.trouble
    assert not set(html) & set("\u202e\u2066\u2067\x00\x1b"), "nothing turns the reading about"
    assert "62615533" not in html, "nothing of it is evaluated"


@pytest.mark.parametrize("text", HOSTILE)
def test_captured_text_stays_text(world: Any, ada: Any, text: str) -> None:
    claim = world.change(
        key="contracting_entity", old="Acme", new=text, quote="It is {} that you contract with."
    )
    words = world.change(
        text=text, words=(WordEdit("same", text), WordEdit("added", text)), level=4
    )
    titled = world.change(text="x", title=text, level=3)
    for path in (
        "/queue",
        f"/changes/{claim}",
        f"/changes/{words}",
        f"/changes/{titled}",
        "/sources/acme-data",
    ):
        answer = ada.get(path)
        assert answer.status_code == 200
        assert_harmless(answer.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_send_stays_text(world: Any, ada: Any, text: str) -> None:
    reader = world.client()
    form = {
        "claim": "retention_days",
        "value": "45",
        "evidence_url": f"https://acme.example/{text}",
        "quote": text,
        "credit": text,
    }
    answer = reader.send("/corrections/acme-api", form)
    assert_harmless(answer.text)
    change = world.desk(lambda desk: desk.ledger.changes.all(limit=1))
    if change:
        ada.send(
            f"/changes/{change[0].id}/comment", {"text": text}, seen_on=f"/changes/{change[0].id}"
        )
        assert_harmless(ada.get(f"/changes/{change[0].id}").text)
        ada.send(
            f"/changes/{change[0].id}/decide",
            {"decision": "accept", "note": text},
            seen_on="/queue",
        )
        assert_harmless(ada.get(f"/changes/{change[0].id}").text)
    assert_harmless(reader.get("/offerings/acme-api").text)
    assert_harmless(reader.send("/login", {"name": text, "password": text, "to": text}).text)
    assert_harmless(
        ada.get("/queue", params={"offering": text, "reviewer": text, "done": text}).text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_failure_09_a_hostile_page_stays_text(
    world: Any, ada: Any, page_saying: Any, text: str
) -> None:
    from datetime import timedelta
    from html import escape

    html = page_saying(
        30, f"<p>{escape(text)} and more words, so that it is a clause of its own.</p>{text}"
    )
    world.look(html, world.clock.at - timedelta(days=1))
    for path in (
        "/queue",
        "/changes/1",
        "/sources/acme-data",
        "/snapshots/1",
        "/offerings/acme-api?unreviewed=1",
    ):
        answer = ada.get(path)
        assert answer.status_code == 200
        assert_harmless(answer.text)


def test_a_word_of_a_megabyte_neither_breaks_nor_fills_the_page(world: Any, ada: Any) -> None:
    word = "w" * 1_000_000
    change = world.change(
        text=word,
        words=(WordEdit("same", word), WordEdit("removed", word), WordEdit("added", word + "x")),
    )
    claim = world.change(key="contracting_entity", old="Acme", new=word, quote="{}")
    for path in ("/queue", f"/changes/{change}", f"/changes/{claim}"):
        answer = ada.get(path)
        assert answer.status_code == 200 and len(answer.text) < 200_000, path


def test_addresses_of_hostile_sources_lead_nowhere(world: Any, ada: Any) -> None:
    def declare(ledger: Any) -> None:
        ledger.connection.write(
            "UPDATE sources SET url = 'javascript:alert(1)', title = '<b>x' WHERE source_id = 'acme-terms'"
        )

    world.write(declare)
    world.sources_path.unlink()
    for path in ("/sources", "/sources/acme-terms", "/sources/acme-terms/seen"):
        assert_harmless(ada.get(path).text)
