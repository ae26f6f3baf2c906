"""Contradictions through the real pipeline: two pages of one offering, looked at on a calendar."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from watcher.claims import Pack
from watcher.engines import LocalEngine
from watcher.ledger import Ledger
from watcher.model import (
    Change,
    ChangeKind,
    Document,
    Judgement,
    Known,
    Offering,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Vocabulary,
)
from watcher.reviews import as_change, contradictions
from watcher.sweep import Sweep, read_response

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><main><h1>{title}</h1>
<p>{said}</p><p>Access to production systems is limited to the staff who need it for their daily work, and every
access is logged and looked at by a second person within a week of the day on which it happened.</p></main></body>
</html>"""
BREACH = (
    "We notify customers of a personal data breach within {hours} hours of becoming aware of it."
)

Swept = Callable[[dict[str, str]], tuple[Change, ...]]


def page_of(name: str, kind: str) -> Source:
    return Source(
        SourceId(name),
        f"https://lumen.example/{name}",
        f"Lumen {name}",
        SourceKind(kind),
        (Slug("lumen-api"),),
    )


SOURCES = {each.id: each for each in (page_of("dpa", "dpa"), page_of("trust", "trust_portal"))}


def look_at(sweep: Sweep, source: Source, said: str, at: datetime) -> None:
    """Record a look at a page that says this."""
    payload = PAGE.format(title=source.title, said=said).encode()
    headers = (("content-type", "text/html; charset=utf-8"),)
    response = Response(source.url, source.url, at, 200, headers, payload)
    begun = sweep.begin(source)
    found: Document | Judgement | None = begun.judge(response)
    sweep.record(begun, response, found or read_response(response, source))


@pytest.fixture
def swept(ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime) -> Swept:
    """Look at the pages named, each saying what is given, a day after the last time; give what was raised."""
    offering = Offering(Slug("lumen-api"), "Lumen API", "Lumen Forge", "API")
    ledger.sources.sync([offering], SOURCES.values(), noon)
    sweep = Sweep(ledger, vocabulary, pack)
    clock = [noon]

    def look(pages: dict[str, str]) -> tuple[Change, ...]:
        clock[0] += timedelta(days=1)
        for name, said in pages.items():
            look_at(sweep, SOURCES[SourceId(name)], said, clock[0])
        return sweep.settle(clock[0])

    return look


def hours(dpa: int, trust: int) -> dict[str, str]:
    return {"dpa": BREACH.format(hours=dpa), "trust": BREACH.format(hours=trust)}


def test_it_is_raised_once_and_closes_by_itself(swept: Swept, ledger: Ledger) -> None:
    (item,) = swept(hours(48, 72))
    assert item.title == "Breach notification: 48 hours (Lumen dpa) against 72 hours (Lumen trust)"
    assert ledger.changes.get(item.id or 0) == item

    assert swept(hours(48, 72)) == ()
    assert ledger.changes.status(item.id or 0) == "open"

    swept(hours(48, 48))
    swept(hours(48, 48))
    assert ledger.changes.status(item.id or 0) == "closed"
    assert ledger.changes.unmended(ChangeKind.CONTRADICTION) == []


def test_pages_of_many_offerings_are_held_against_each_other_once(
    ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime
) -> None:
    """Also where the claims of all these offerings are never in memory together."""
    slugs = [Slug(f"model-{number:03}") for number in range(100)]
    everywhere = [replace(each, offerings=tuple(slugs)) for each in SOURCES.values()]
    last = [
        replace(
            each, id=SourceId(f"last-{each.id}"), url=f"{each.url}/last", offerings=(slugs[-1],)
        )
        for each in SOURCES.values()
    ]
    offerings = [Offering(slug, slug, "Lumen Forge", "API") for slug in slugs]
    ledger.sources.sync(offerings, [*everywhere, *last], noon)
    sweep = Sweep(ledger, vocabulary, pack)
    for source, stated in zip((*everywhere, *last), (48, 72, 24, 48), strict=True):
        look_at(sweep, source, BREACH.format(hours=stated), noon)

    items = sweep.settle(noon)

    all_sources = {each.id: each for each in (*everywhere, *last)}
    said = {each: ledger.claims.current(each) for each in all_sources}
    at_once = contradictions(said, all_sources, vocabulary, ledger.sources.offerings())
    assert [item.title for item in items] == [
        as_change(one, vocabulary, noon).title for one in at_once
    ]
    assert len(items) == 3
    assert sweep.settle(noon) == ()


@pytest.mark.parametrize("is_retired", [True, False])
def test_it_stays_open_when_a_page_beside_one_of_them_says_something_new(
    ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime, is_retired: bool
) -> None:
    """The agreement holds for two offerings; that the page of the second one changed mends nothing about the first."""
    api, chat = Slug("lumen-api"), Slug("lumen-chat")
    dpa = replace(SOURCES[SourceId("dpa")], offerings=(api, chat))
    trust, help_page = (
        SOURCES[SourceId("trust")],
        replace(page_of("help", "official_docs"), offerings=(chat,)),
    )
    offerings = [Offering(slug, slug, "Lumen Forge", "API") for slug in (api, chat)]
    ledger.sources.sync(offerings, [dpa, trust, help_page], noon)
    sweep = Sweep(ledger, vocabulary, pack)
    look_at(sweep, dpa, BREACH.format(hours=48), noon)
    look_at(sweep, trust, BREACH.format(hours=72), noon)
    (item,) = sweep.settle(noon)

    look_at(sweep, help_page, "We answer questions about your account by e-mail.", noon)
    assert sweep.settle(noon) == ()
    assert ledger.changes.status(item.id or 0) == "open"

    now_declared = (
        [dpa, help_page] if is_retired else [dpa, replace(trust, offerings=()), help_page]
    )
    ledger.sources.sync(offerings, now_declared, noon)
    look_at(sweep, help_page, "We answer questions about your account by telephone.", noon)
    sweep.settle(noon)
    assert ledger.changes.status(item.id or 0) == "closed", "they share no offering any more"


def test_two_pages_that_change_together_raise_nothing(swept: Swept) -> None:
    swept(hours(48, 48))
    assert swept(hours(72, 72)) == ()
    assert swept(hours(72, 72)) == ()


def test_the_agreement_that_one_page_needs_and_the_other_does_not(swept: Swept) -> None:
    (item,) = swept(
        {
            "dpa": "We can sign a business associate agreement (BAA) with customers who have an enterprise agreement.",
            "trust": "We sign a business associate agreement (BAA) on request; no enterprise agreement is required.",
        }
    )
    assert "enterprise agreement is needed" in item.title
    assert all(each.before and each.after for each in item.claims)


def test_what_a_killed_sweep_recorded_is_held_against_the_rest_by_the_next(
    ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime, swept: Swept
) -> None:
    """Nothing is lost where a process ends between its looks and what follows from all of them."""
    killed, next_one = (Sweep(ledger, vocabulary, pack) for _ in range(2))
    for name, said in hours(48, 72).items():
        look_at(killed, SOURCES[SourceId(name)], said, noon)

    engine = LocalEngine(next_one, NothingToFetch(), clock=lambda: noon)
    (item,) = asyncio.run(engine.run([])).contradictions

    assert item.title.startswith("Breach notification: 48 hours")
    assert asyncio.run(engine.run([])).contradictions == [], "it is raised once"


class NothingToFetch:
    """A fetcher that nobody may ask."""

    async def fetch(self, source: Source, known: Known) -> Response:
        raise AssertionError(source)


def test_a_page_that_claims_the_same_in_other_words_is_not_weighed_again(
    swept: Swept, ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime
) -> None:
    swept({"dpa": BREACH.format(hours=48)})
    said = BREACH.format(hours=48) + " The staff of the night shift is on call for this."
    sweep = Sweep(ledger, vocabulary, pack)
    look_at(sweep, SOURCES[SourceId("dpa")], said, noon + timedelta(days=9))
    assert ledger.unsettled.all() == set()
    look_at(sweep, SOURCES[SourceId("dpa")], BREACH.format(hours=72), noon + timedelta(days=10))
    assert ledger.unsettled.all() == {SourceId("dpa")}


def test_a_source_declared_for_another_offering_is_held_against_what_others_say_of_it(
    ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime
) -> None:
    api, chat = Slug("lumen-api"), Slug("lumen-chat")
    offerings = [Offering(slug, slug, "Lumen Forge", "API") for slug in (api, chat)]
    dpa, trust = SOURCES[SourceId("dpa")], replace(SOURCES[SourceId("trust")], offerings=(chat,))
    ledger.sources.sync(offerings, [dpa, trust], noon)
    sweep = Sweep(ledger, vocabulary, pack)
    look_at(sweep, dpa, BREACH.format(hours=48), noon)
    look_at(sweep, trust, BREACH.format(hours=72), noon)
    assert sweep.settle(noon) == ()

    ledger.sources.sync(offerings, [dpa, replace(trust, offerings=(chat, api))], noon)
    (item,) = sweep.settle(noon)
    assert item.kind is ChangeKind.CONTRADICTION
