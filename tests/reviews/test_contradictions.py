"""Two sources of one offering that say different things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from watcher.model import (
    Authority,
    Change,
    ChangeKind,
    Claim,
    Evidence,
    Offering,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Value,
)
from watcher.reviews import (
    Contradiction,
    accept,
    accepted_claims,
    amend,
    as_change,
    contradictions,
    dismiss,
    settled,
)
from watcher.sources.vocabulary import load_vocabulary

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOCABULARY = load_vocabulary()
OFFERINGS = {
    Slug(slug): Offering(Slug(slug), name, "Lumen Forge", "API")
    for slug, name in (("lumen-api", "Lumen API"), ("lumen-chat", "Lumen Chat"))
}


def source(name: str, kind: str, *, authority: str = "primary", of: str = "lumen-api") -> Source:
    return Source(
        SourceId(name),
        f"https://lumen.example/{name}",
        f"Lumen {name}",
        SourceKind(kind),
        tuple(map(Slug, of.split())),
        Authority(authority),
    )


SOURCES = {
    each.id: each
    for each in (
        source("data", "data_usage"),
        source("dpa", "dpa"),
        source("trust", "trust_portal"),
        source("news", "announcement"),
        source("article", "article", authority="secondary"),
        source("chat", "data_usage", of="lumen-chat"),
    )
}


def says(key: str, value: Value, quote: str = "", **more: object) -> Claim:
    return Claim(key, value, Evidence(quote or f"We say {value}.", 0), **more)  # type: ignore[arg-type]


def found(**said: Claim | Iterable[Claim]) -> tuple[Contradiction, ...]:
    claims = {
        SourceId(name): (each,) if isinstance(each, Claim) else tuple(each)
        for name, each in said.items()
    }
    return contradictions(claims, SOURCES, VOCABULARY, OFFERINGS)


def sides(one: Contradiction) -> tuple[str, str]:
    return one.believed.source.id, one.doubted.source.id


HOURS = "breach_notification_hours"


def test_two_values_of_one_key_are_one_item_with_both_quotes() -> None:
    (one,) = found(
        dpa=says(HOURS, 48, "Within 48 hours."), trust=says(HOURS, 72, "Within 72 hours.")
    )
    item = as_change(one, VOCABULARY, AT)
    assert item.kind is ChangeKind.CONTRADICTION
    assert item.title == "Breach notification: 48 hours (Lumen dpa) against 72 hours (Lumen trust)"
    (told,) = item.claims
    assert told.before and told.after
    assert (told.before_source, told.before.evidence.quote) == ("dpa", "Within 48 hours.")
    assert (item.source_id, told.after.evidence.quote) == ("trust", "Within 72 hours.")


def test_each_pair_of_values_is_found_once_whoever_else_says_the_same() -> None:
    same = {name: says(HOURS, 72) for name in ("trust", "data", "news")}
    (one,) = found(dpa=says(HOURS, 48), **same)
    assert sides(one) == ("dpa", "trust")


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ({"article": says(HOURS, 48), "news": says(HOURS, 72)}, "news"),
        ({"trust": says(HOURS, 48), "dpa": says(HOURS, 72)}, "dpa"),
        (
            {
                "dpa": (says(HOURS, 48), says("document_updated", "2023-06-14")),
                "trust": (says(HOURS, 72), says("document_updated", "2026-01-05")),
            },
            "trust",
        ),
    ],
    ids=["primary over secondary", "what is about it", "newer over older"],
)
def test_whom_to_believe(said: dict[str, Claim | tuple[Claim, ...]], believed: str) -> None:
    (one,) = found(**said)
    assert one.believed.source.id == believed


def test_somebody_else_contradicting_the_provider_weighs_less() -> None:
    (own,) = found(dpa=says(HOURS, 48), trust=says(HOURS, 72))
    (foreign,) = found(dpa=says(HOURS, 48), article=says(HOURS, 72))
    levels = [as_change(each, VOCABULARY, AT).significance.level for each in (own, foreign)]
    assert levels == [4, 2]


def test_sources_of_different_products_do_not_contradict_each_other() -> None:
    assert found(data=says("retention_days", 30), chat=says("retention_days", 90)) == ()


def test_claims_about_different_subjects_of_a_page_do_not_either() -> None:
    logs = says("retention_days", 90, scope="logs")
    assert found(data=says("retention_days", 30), trust=logs) == ()


def test_a_needed_agreement_against_one_that_is_not_needed() -> None:
    needed = "To qualify, you must have an enterprise agreement with us."
    free = "We sign one on request; no enterprise agreement is required."
    (one,) = found(
        data=says("hipaa_baa", "by_request", needed), trust=says("hipaa_baa", "by_request", free)
    )
    assert one.about == "whether enterprise agreement is needed"


def test_the_order_of_the_input_does_not_matter() -> None:
    said = {"dpa": says(HOURS, 48), "trust": says(HOURS, 72), "article": says(HOURS, 24)}
    backwards = dict(reversed(said.items()))
    assert set(found(**said)) == set(found(**backwards))
    assert len(found(**said)) == 3


# ── raised once, closed when mended ──────────────────────────────────────────────────────────────


def raised(one: Contradiction, number: int = 7) -> Change:
    return replace(as_change(one, VOCABULARY, AT), id=number)


def test_a_pair_of_values_is_raised_once_and_mends_when_nobody_says_it() -> None:
    (one,) = found(dpa=says(HOURS, 48), trust=says(HOURS, 72))
    assert settled([one], [], SOURCES) == ((one,), ())
    item = raised(one)
    assert settled([one], [item], SOURCES) == ((), ())
    assert settled([], [item], SOURCES) == ((), (item,))


def test_the_same_pair_from_another_source_is_not_raised_again() -> None:
    (first,) = found(dpa=says(HOURS, 48), trust=says(HOURS, 72))
    (second,) = found(dpa=says(HOURS, 48), data=says(HOURS, 72))
    assert settled([second], [raised(first)], SOURCES) == ((), ())


def test_a_source_that_is_not_sure_yet_neither_raises_nor_mends() -> None:
    (one,) = found(dpa=says(HOURS, 48), trust=says(HOURS, 72))
    waiting = {SourceId("trust")}
    assert settled([one], [], SOURCES, waiting) == ((), ())
    assert settled([], [raised(one)], SOURCES, waiting) == ((), ())


# ── what a decision on it does ───────────────────────────────────────────────────────────────────


@pytest.fixture
def entry_cells(change: Callable[..., Change]) -> Callable[..., list[tuple[str, Value, bool]]]:
    """Give the cells of the key (source, value, amended), the one to show first in front, after a decision."""
    dpa = change(1, {HOURS: (None, 48)}, source="dpa")
    trust = change(2, {HOURS: (None, 72)}, source="trust")
    (one,) = found(dpa=says(HOURS, 48), trust=says(HOURS, 72))
    item = replace(raised(one), changed_at=trust.changed_at, id=3)

    def decided(decide: Callable[[Change], object]) -> list[tuple[str, Value, bool]]:
        reviews = [accept(each, reviewer="Ada", at=AT) for each in (dpa, trust)]
        numbered = [replace(each, id=at) for at, each in enumerate([*reviews, decide(item)], 1)]  # type: ignore[type-var]
        cells = accepted_claims([dpa, trust, item], numbered, SOURCES, {}, VOCABULARY)
        return [(cell.source_id, cell.value, cell.amended) for cell in cells]

    return decided


def test_accepting_or_dismissing_it_changes_no_value(
    entry_cells: Callable[..., list[tuple[str, Value, bool]]],
) -> None:
    as_read = [("dpa", 48, False), ("trust", 72, False)]
    assert entry_cells(lambda item: accept(item, reviewer="Ada", at=AT)) == as_read
    dismissal = {"reason": "not_relevant", "reviewer": "Ada", "at": AT}
    assert entry_cells(lambda item: dismiss(item, **dismissal)) == as_read


def test_amending_it_settles_the_value_of_both_sources(
    entry_cells: Callable[..., list[tuple[str, Value, bool]]],
) -> None:
    cells = entry_cells(lambda item: amend(item, {HOURS: 72}, VOCABULARY, reviewer="Ada", at=AT))
    assert cells == [("dpa", 72, True), ("trust", 72, True)]
