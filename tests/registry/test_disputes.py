"""What an entry says where sources differ: one document each, all at once, or against each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from watcher.model import ChangeKind, ClaimChange, Decision, Difference, Key, SourceId, ValueType
from watcher.registry import entry, render_text, staleness

HOURS = "breach_notification_hours"
KEYS = {
    key.name: key
    for key in (
        Key(HOURS, ValueType.INT, "How soon?", "data_handling", "Breach", unit="hours"),
        Key("certifications", ValueType.LIST, "Which?", "assurance", "Certifications"),
        Key("updated", ValueType.DATE, "When?", "legal", "Updated", per_document=True),
        Key("iso", ValueType.BOOL, "Held?", "assurance", "ISO", max_age=timedelta(days=30)),
    )
}
ISO, SOC = "iso 27001", "soc 2 type 2"


@pytest.fixture
def built(world):
    """Give the entry of what is accepted from the terms and from the data page, in this order."""

    def build(key, terms, data, *, changes=(), decisions=None, days=10):
        accepted = [
            world.accepted(key, value, source_id=SourceId(name))
            for name, value in (("terms", terms), ("data", data))
        ]
        return entry(
            world.offering,
            sources=world.sources,
            accepted=accepted,
            changes=changes,
            decisions=decisions or {},
            confirmed={},
            vocabulary=KEYS,
            now=world.on(days),
        )

    return build


def cells(of):
    return [cell for group in of.groups for cell in group.cells]


def test_two_values_are_a_watch_out_with_who_says_otherwise_and_since_when(built):
    (each,) = built(HOURS, 48, 72).watch_outs
    assert (each.answer, each.reason) == (
        "48 hours",
        "Acme data (checked 2026-04-10) says otherwise: 72 hours.",
    )


def test_what_a_person_dismissed_as_no_contradiction_is_none(built, world):
    one, other = world.claim(HOURS, 48), world.claim(HOURS, 72)
    item = replace(
        world.change(5, (one, other), kind=ChangeKind.CONTRADICTION, source_id="data"),
        claims=(ClaimChange(Difference.CHANGED, one, other, SourceId("terms")),),
    )
    decided = {5: world.review(1, 5, Decision.DISMISS)}
    assert built(HOURS, 48, 72, changes=[item], decisions=decided).watch_outs == ()
    accepted = {5: world.review(1, 5, Decision.ACCEPT)}
    assert len(built(HOURS, 48, 72, changes=[item], decisions=accepted).watch_outs) == 1


def test_a_list_that_names_some_of_another_is_no_watch_out(built):
    assert built("certifications", (ISO, SOC), (SOC,)).watch_outs == ()


def test_facts_about_one_document_are_shown_with_it_and_never_disputed(built):
    of = built("updated", "2026-01-05", "2025-11-30")
    assert [(cell.scope, cell.proof.value) for cell in cells(of)] == [
        ("Acme data", "2025-11-30"),
        ("Acme terms", "2026-01-05"),
    ]
    assert of.watch_outs == ()
    assert "updated (Acme terms): 2026-01-05" in render_text(of)


def test_sources_that_agree_are_told_on_one_line(built):
    assert "the same in Acme data (2026-04-10)" in render_text(built(HOURS, 48, 48))
    assert "says otherwise: 72 hours" in render_text(built(HOURS, 48, 72))


@pytest.mark.parametrize(
    ("key", "days", "stale"),
    [(HOURS, 11, False), (HOURS, 12, True), ("iso", 30, False), ("iso", 40, True)],
)
def test_a_claim_is_stale_after_the_age_that_its_key_allows_or_two_intervals(
    built, key, days, stale
):
    value = 48 if key == HOURS else True
    assert [bool(cell.proof.stale) for cell in cells(built(key, value, value, days=days))] == [
        stale
    ]


def test_staleness_says_since_when_and_how_often_it_should_be(world):
    source = replace(world.sources[SourceId("terms")], every=timedelta(hours=12))
    assert staleness(source, None, world.on(0), world.on(1)) == ""
    assert staleness(source, None, world.on(0), world.on(2)) == (
        "Last confirmed 2026-04-01; it should be checked every 12 hours."
    )
    assert "confirmed every 30 days" in staleness(source, KEYS["iso"], world.on(0), world.on(31))
    assert staleness(source, None, None, world.on(2)) == "The source has not been seen yet."
