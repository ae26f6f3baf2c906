"""A declared claim about one of several offerings: from the declaration to the entry, beside what rules read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.claims import Pack
from watcher.ledger import Ledger
from watcher.model import (
    AcceptedClaim,
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Correction,
    Difference,
    Evidence,
    Offering,
    Response,
    Significance,
    Slug,
    Source,
    SourceId,
    Vocabulary,
    concerned,
    holding,
    told_of,
    told_to,
)
from watcher.registry import detected_items, entry
from watcher.registry.site.facts import Facts, SiteInfo, registry_of
from watcher.reviews import (
    accept,
    accepted_claims,
    amend,
    as_change,
    contradictions,
    correction_change,
)
from watcher.sources.declarations import load_declarations
from watcher.sweep import Sweep, read_response

API, CHAT = Slug("lumen-api"), Slug("lumen-chat")
DECLARED = """
offerings:
  lumen-api: {name: Lumen API, provider: Lumen Forge, type: API}
  lumen-chat: {name: Lumen Chat, provider: Lumen Forge, type: app}
sources:
  - id: privacy
    url: https://lumen.example/privacy
    title: Privacy policy
    kind: privacy_policy
    offerings: [lumen-api, lumen-chat]
    claims:
      - key: retention_days
        pattern: Through the API it is (\\d+ days)
        offering: lumen-api
"""
PAGE = b"""<!doctype html><html lang="en"><title>Privacy policy</title><main><h1>Privacy policy</h1>
<p>We retain your inputs and outputs for 30 days, after which they are deleted from our systems.</p>
<p>Through the API it is 7 days. Access to what we keep is limited to staff who need it for their work.</p></main>"""
HOURS, NAMED_HOURS = "breach_notification_hours", "breach_notification_hours@offering:lumen-api"
NAMED = "retention_days@offering:lumen-api"


@pytest.fixture
def source(tmp_path: Path, vocabulary: Vocabulary) -> Source:
    path = tmp_path / "sources.yaml"
    path.write_text(DECLARED)
    return load_declarations(path, vocabulary).sources[SourceId("privacy")]


def shown(cells: tuple[AcceptedClaim, ...]) -> dict[str, object]:
    """The value that each offering's cell shows first."""
    return {cell.offering: cell.value for cell in reversed(cells) if cell.key == "retention_days"}


def test_it_takes_the_place_of_what_rules_read_in_its_own_entry_alone(
    ledger: Ledger, source: Source, vocabulary: Vocabulary, pack: Pack, noon: datetime
) -> None:
    ledger.sources.sync([], [source], noon)
    source = ledger.sources.declared()[source.id]
    sweep = Sweep(ledger, vocabulary, pack)
    html = (("content-type", "text/html; charset=utf-8"),)
    response = Response(source.url, source.url, noon, 200, html, PAGE)
    outcome = sweep.record(sweep.begin(source), response, read_response(response, source))

    current = ledger.claims.current(source.id)
    assert {each.id: each.value for each in current if each.key == "retention_days"} == {
        "retention_days": 30,
        NAMED: 7,
    }
    change = outcome.change
    assert change is not None
    at = noon + timedelta(hours=1)
    review = accept(change, reviewer="Ada", at=at)
    reviews = [replace(review, id=ledger.reviews.add(review))]
    cells = accepted_claims([change], reviews, {source.id: source}, {}, vocabulary)
    assert shown(cells) == {API: 7, CHAT: 30}
    assert {cell.scope for cell in cells if cell.key == "retention_days"} == {""}

    undone = amend(change, {NAMED: None}, vocabulary, reviewer="Ada", at=at + timedelta(hours=1))
    reviews.append(replace(undone, id=ledger.reviews.add(undone)))
    cells = accepted_claims([change], reviews, {source.id: source}, {}, vocabulary)
    assert shown(cells) == {API: 30, CHAT: 30}, "without it, what is said of all holds again"


def says(value: int, scope: str = "", key: str = "retention_days") -> Claim:
    return Claim(key, value, Evidence(f"It is {value} in all cases.", 0), scope=scope)


def test_what_holds_for_one_offering(source: Source) -> None:
    claims = (says(30), says(7, "offering:lumen-api"), says(90, "announced"))

    assert [each.value for each in holding(claims, API)] == [7, 90]
    assert [each.value for each in holding(claims, CHAT)] == [30, 90]
    assert [each.id for each in told_of(claims, API)] == [
        "retention_days",
        "retention_days@announced",
    ]


def test_it_is_held_against_what_others_say_of_that_offering(
    source: Source, vocabulary: Vocabulary, noon: datetime
) -> None:
    offerings = {
        slug: Offering(slug, name, "Lumen Forge", "API")
        for slug, name in ((API, "Lumen API"), (CHAT, "Lumen Chat"))
    }
    other = replace(source, id=SourceId("other"), url="https://lumen.example/other", claims=())
    sources = {each.id: each for each in (source, other)}
    named = says(24, "offering:lumen-api", HOURS)
    said = {source.id: (says(72, key=HOURS), named), other.id: (says(72, key=HOURS),)}

    (one,) = contradictions(said, sources, vocabulary, offerings)
    assert {one.believed.claim.value, one.doubted.claim.value} == {24, 72}

    about_chat = {other.id: replace(other, offerings=(CHAT,))}
    assert contradictions(said, sources | about_chat, vocabulary, offerings) == ()

    item = replace(as_change(one, vocabulary, noon), id=1)
    decided = amend(item, {NAMED_HOURS: 24}, vocabulary, reviewer="Ada", at=noon)
    cells = accepted_claims([item], [replace(decided, id=1)], sources, {}, vocabulary)
    assert {(cell.offering, cell.value) for cell in cells if cell.offering == API} == {(API, 24)}


def test_a_reader_corrects_the_claim_that_stands_in_the_entry(
    source: Source, noon: datetime
) -> None:
    current = (says(30), says(7, "offering:lumen-api"))
    item = correction_change(
        Correction(API, "retention_days", 14, noon),
        source,
        snapshot_id=None,
        document=None,
        seen_at=None,
        current=current,
    )
    (told,) = item.claims
    assert told.before == current[1]
    assert told.after is not None and told.after.id == NAMED


def changed(before: Claim, after: Claim, *blocks: BlockChange) -> Change:
    told = ClaimChange(Difference.CHANGED, before, after)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Change(
        SourceId("privacy"), ChangeKind.CHANGE, 1, 2, at, at, Significance(5, ()), (told,), blocks
    )


def block(before: str, after: str) -> BlockChange:
    sides = [Block(BlockKind.PARAGRAPH, text) for text in (before, after)]
    return BlockChange(Difference.CHANGED, *sides)


def test_a_change_is_told_of_the_offerings_that_it_is_about() -> None:
    scope = "offering:lumen-api"
    own = block("It is 7 in all cases.", "It is 9 in all cases.")
    other = block("Ask Ada.", "Ask Grace.")
    named = changed(says(7, scope), says(9, scope), own)

    assert told_to(named, API) is named
    assert told_to(named, CHAT) is None
    assert concerned(named, (API, CHAT)) == (API,)

    more = replace(named, blocks=(own, other))
    part = told_to(more, CHAT)
    assert part is not None and (part.claims, part.blocks) == ((), (other,))

    general = changed(says(30), says(60), own)
    assert told_to(general, CHAT) is general


def test_the_entry_and_the_feeds_of_an_offering_leave_out_what_is_about_its_sibling(
    source: Source, vocabulary: Vocabulary
) -> None:
    scope = "offering:lumen-api"
    change = replace(changed(says(7, scope), says(9, scope)), id=1)
    review = replace(accept(change, reviewer="Ada", at=change.changed_at), id=1)
    offerings = {
        slug: Offering(slug, name, "Lumen Forge", "API")
        for slug, name in ((API, "Lumen API"), (CHAT, "Lumen Chat"))
    }
    sources = {source.id: source}
    entries = {
        slug: entry(
            offering,
            sources=sources,
            accepted=(),
            changes=[change],
            decisions={1: review},
            confirmed={},
            vocabulary=vocabulary,
            now=change.changed_at,
        )
        for slug, offering in offerings.items()
    }
    assert [len(entries[slug].changes) for slug in (API, CHAT)] == [1, 0]
    (item,) = detected_items([change], sources, offerings, vocabulary)
    assert API in item.labels and CHAT not in item.labels
    facts = Facts(
        "ledger", offerings, sources, vocabulary, (), [change], [review], {1: review}, {},
        change.changed_at,
    )  # fmt: skip
    registry = registry_of(facts, SiteInfo())
    assert {slug: len(told) for slug, told in registry.told_of_offering.items()} == {API: 1}
