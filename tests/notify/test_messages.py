"""A message is understood without opening anything, and nothing captured is markup in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from tests.notify.conftest import API, CHAT, DATA, TERMS, change_of

from watcher.model import Claim, ClaimChange, Difference, Event, Evidence, Source, Vocabulary
from watcher.notify.messages import Desk, Message, compose
from watcher.notify.notices import Facts, Notice, notice_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DESK = Desk("https://desk.example/")
HOSTILE = "<script>alert(1)</script> & \u202egnp.exe [x](javascript:alert(1))\nBcc: all@example.org"


def notice(source: Source, vocabulary: Vocabulary, number: int = 12, quote: str = "") -> Notice:
    facts = Facts({each.id: each for each in (DATA, TERMS)}, {API.slug: API, CHAT.slug: CHAT})
    change = replace(change_of(source, NOW), id=number)
    if quote:
        claim = Claim("retention_days", 90, Evidence(quote, 0))
        change = replace(change, claims=(ClaimChange(Difference.ADDED, None, claim),))
    event = Event(number, f"changes/{number}", number, (), NOW)
    told = notice_of(event, change, facts, vocabulary)
    assert told is not None
    return told


def message(*notices: Notice, again: bool = False) -> Message:
    return compose("msg_1", notices, NOW, DESK, again=again)


def test_it_says_what_was_and_what_is_with_quotes_and_links(vocabulary: Vocabulary) -> None:
    told = message(notice(DATA, vocabulary))
    assert told.subject == "[unreviewed] Data policy: Retention: 30 days → 90 days (Lumen API)"
    assert told.text.startswith("[unreviewed] Data policy: Retention: 30 days → 90 days\n")
    for text in (told.text, told.short):
        assert "Detected by machine, not reviewed by a person." in text
        assert "Concerns Lumen API (Lumen Forge)." in text
        assert "“We keep API inputs and outputs for 30 days.”" in text
        assert "“We keep API inputs and outputs for 90 days.”" in text
        assert "Review: https://desk.example/changes/12" in text
        assert "Entry of Lumen API: https://desk.example/offerings/lumen-api" in text
        assert "Page: https://lumen.example/data#:~:text=" in text
    (data,) = told.data["data"]["notices"]
    assert (data["id"], data["kind"], data["state"]) == ("changes/12", "change", "unreviewed")
    assert data["claims"][0]["key"] == "retention_days"
    assert data["links"][0] == {"title": "Review", "url": "https://desk.example/changes/12"}


def test_without_a_desk_there_are_no_links_to_it(vocabulary: Vocabulary) -> None:
    told = compose("msg_1", [notice(DATA, vocabulary)], NOW, Desk())
    assert "desk.example" not in told.text
    assert "Page: https://lumen.example/data" in told.text


def test_what_was_cut_off_says_so_to_people(vocabulary: Vocabulary) -> None:
    told, before = (message(notice(DATA, vocabulary), again=again) for again in (True, False))
    for text in (told.text, told.html, told.short):
        assert "You may have this already" in text
    assert told.data == before.data, "a program knows by the id"


@pytest.mark.parametrize("number", [1, 5, 200])
def test_a_chat_gets_what_fits_and_how_much_does_not(vocabulary: Vocabulary, number: int) -> None:
    told = message(*(notice(DATA, vocabulary, at + 1, "word " * 400) for at in range(number)))
    assert len(told.short) <= 1_900
    whole = max(told.short.count("[unreviewed]"), 1)
    assert 1 <= whole <= number
    if whole < number:
        assert f"… and {number - whole} more: https://desk.example/queue" in told.short


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_what_was_captured_stays_text(vocabulary: Vocabulary) -> None:
    hostile = replace(DATA, title=HOSTILE, url="https://lumen.example/<b>")
    facts_source = notice(replace(hostile, id=DATA.id), vocabulary, quote=HOSTILE)
    told = message(replace(facts_source, item=replace(facts_source.item, title=HOSTILE)))

    seen = _Elements()
    seen.feed(told.html)
    assert not seen.found & {"script", "img", "svg", "iframe", "b"}
    assert all(link.startswith("https://") for link in seen.links)
    assert "\n" not in told.subject and "\u202e" not in told.subject + told.text + told.html
