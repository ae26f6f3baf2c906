from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import SourceId, SourceKind
from watcher.reviews import (
    accept,
    accepted_claims,
    amend,
    defer,
    dismiss,
    is_waiting,
    queue_order,
    standing,
    undo,
)
from watcher.sources.vocabulary import load_vocabulary

ADA = {"reviewer": "Ada"}


@pytest.fixture(scope="session")
def cells(sources, written):
    """Give the shown value and the source of each cell after these reviews."""

    def fold(changes, reviews, confirmed=None):
        found = accepted_claims(changes, written(reviews), sources, confirmed or {})
        shown = {}
        for claim in found:
            shown.setdefault((claim.key, claim.scope), claim)
        return shown

    return fold


def test_nothing_stands_before_a_person_decides(change, cells):
    assert cells([change(1, {"retention_days": (None, 30)})], []) == {}


def test_accepted_claims_set_and_withdraw_a_cell(change, cells, on):
    first = change(1, {"retention_days": (None, 30), "training_use_of_input": (None, "no")})
    second = change(2, {"retention_days": (30, None)})
    reviews = [accept(first, **ADA, at=on(3))]
    held = cells([first, second], reviews)
    assert {key: claim.value for key, claim in held.items()} == {
        ("retention_days", ""): 30,
        ("training_use_of_input", ""): "no",
    }
    reviews.append(accept(second, **ADA, at=on(4)))
    assert list(cells([first, second], reviews)) == [("training_use_of_input", "")]


def test_amended_values_stand_in_place_of_those_read(change, cells, on, vocabulary):
    one = change(1, {"retention_days": (None, 30), "training_use_of_input": (None, "no")})
    values = {"retention_days": "45 days", "training_use_of_input": None}
    held = cells([one], [amend(one, values, vocabulary, **ADA, at=on(2))])
    (cell,) = held.values()
    assert (cell.value, cell.amended) == (45, True)
    assert cell.quote == "We say 30 about retention_days."


def test_a_person_may_add_what_the_machine_missed(change, cells, on, vocabulary):
    one = change(1, {})
    review = amend(one, {"retention_days@backups": 90}, vocabulary, **ADA, at=on(2))
    cell = cells([one], [review])["retention_days", "backups"]
    assert (cell.value, cell.quote, cell.amended) == (90, "", True)


def test_the_later_state_of_a_page_wins_however_late_the_earlier_is_decided(change, cells, on):
    january = change(1, {"retention_days": (30, 60)})
    february = change(2, {"retention_days": (60, 90)})
    reviews = [accept(february, **ADA, at=on(5)), accept(january, **ADA, at=on(6))]
    assert cells([january, february], reviews)["retention_days", ""].value == 90


def test_primary_before_secondary_then_newer_before_older(change, cells, sources, on, written):
    terms = change(1, {"retention_days": (None, 30)}, source="terms")
    docs = change(2, {"retention_days": (None, 60)}, source="docs")
    article = change(3, {"retention_days": (None, 90)}, source="article")
    changes = [terms, docs, article]
    reviews = [accept(each, **ADA, at=on(4 + at)) for at, each in enumerate(changes)]
    found = accepted_claims(changes, written(reviews), sources, {})
    assert [claim.source_id for claim in found] == ["docs", "terms", "article"]


def test_checked_at_is_the_last_good_check_of_the_source(change, cells, on):
    one = change(1, {"retention_days": (None, 30)})
    reviews = [accept(one, **ADA, at=on(2))]
    confirmed = {SourceId("terms"): on(20)}
    assert cells([one], reviews, confirmed)["retention_days", ""].checked_at == on(20)


def test_a_claim_the_page_no_longer_makes_is_not_called_checked(change, cells, on, vocabulary):
    one = change(1, {"retention_days": (None, 30)})
    two = change(8, {"retention_days": (30, 60)})
    confirmed = {SourceId("terms"): on(20)}
    reviews = [accept(one, **ADA, at=on(2))]
    cell = cells([one, two], reviews, confirmed)["retention_days", ""]
    assert (cell.value, cell.checked_at, cell.contrary_id) == (30, on(1), 8)
    deferred = [*reviews, defer(two, on(30), **ADA, at=on(9))]
    assert cells([one, two], deferred, confirmed)["retention_days", ""].contrary_id == 8
    dismissed = [*reviews, dismiss(two, "artifact", **ADA, at=on(9))]
    cell = cells([one, two], dismissed, confirmed)["retention_days", ""]
    assert (cell.checked_at, cell.contrary_id) == (on(20), None)


def test_a_claim_that_came_back_is_checked_again(change, cells, on):
    one = change(1, {"retention_days": (None, 30)})
    gone, back = change(8, {"retention_days": (30, 60)}), change(9, {"retention_days": (60, 30)})
    reviews = [accept(one, **ADA, at=on(2))]
    cell = cells([one, gone, back], reviews, {SourceId("terms"): on(20)})["retention_days", ""]
    assert (cell.checked_at, cell.contrary_id) == (on(20), None)


def test_claims_of_sources_no_longer_declared_are_left_out(change, cells, on):
    one = change(1, {"retention_days": (None, 30)}, source="retired")
    assert cells([one], [accept(one, **ADA, at=on(2))]) == {}


def test_an_undone_decision_gives_way_to_the_one_before(change, on, written):
    one = change(1, {})
    reviews = written([accept(one, **ADA, at=on(2)), dismiss(one, "cosmetic", **ADA, at=on(3))])
    reviews = written([*reviews, undo(reviews, **ADA, at=on(4))])
    assert standing(reviews)[1].id == 1
    reviews = written([*reviews, undo(reviews, **ADA, at=on(5))])
    assert standing(reviews) == {}


def test_undecided_and_overdue_changes_wait(change, on):
    one = change(1, {})
    deferred = defer(one, on(9), **ADA, at=on(2))
    assert is_waiting(None, on(3))
    assert not is_waiting(deferred, on(8))
    assert is_waiting(deferred, on(9))
    assert not is_waiting(accept(one, **ADA, at=on(2)), on(99))


def test_the_queue_begins_with_what_matters_most_then_what_waits_longest(change):
    changes = [change(1, {}, level=2), change(3, {}, level=5), change(2, {}, level=5)]
    assert [each.id for each in queue_order(changes)] == [2, 3, 1]


VALUES = st.sampled_from([None, 30, 60, 90])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["accept", "amend", "dismiss", "defer", "undo"]),
        st.integers(1, 4),
        VALUES,
    ),
    max_size=8,
)
CLAIMS = st.lists(st.tuples(VALUES, st.sampled_from(["terms", "article"])), min_size=4, max_size=4)


@pytest.fixture(scope="session")
def history(change, on, written, vocabulary):
    """Give changes and the reviews that a list of steps makes of them."""

    def build(claims, steps):
        changes = [
            change(number, {"retention_days": (None, value)}, source=source)
            for number, (value, source) in enumerate(claims, 1)
        ]
        reviews = []
        for day, (step, number, value) in enumerate(steps, 10):
            reviews.extend(decided(step, changes[number - 1], value, reviews, on(day)))
            reviews = written(reviews)
        return changes, reviews

    def decided(step, change, value, reviews, at):
        if step == "accept":
            return [accept(change, **ADA, at=at)]
        if step == "amend":
            return [amend(change, {"retention_days": value}, vocabulary, **ADA, at=at)]
        if step == "dismiss":
            return [dismiss(change, "duplicate", **ADA, at=at)]
        if step == "defer":
            return [defer(change, on(99), **ADA, at=at)]
        if any(each.change_id == change.id for each in standing(reviews).values()):
            return [undo(reviews, **ADA, at=at, change_id=change.id)]
        return []

    return build


@settings(max_examples=60, deadline=None)
@given(CLAIMS, STEPS, st.integers(1, 4), st.sampled_from(["accept", "amend", "dismiss"]))
def test_a_decision_undone_equals_one_never_taken(
    history, sources, written, on, vocabulary, claims, steps, number, step
):
    changes, reviews = history(claims, steps)
    one = changes[number - 1]
    taken = {
        "accept": lambda: accept(one, **ADA, at=on(50)),
        "amend": lambda: amend(one, {"retention_days": 7}, vocabulary, **ADA, at=on(50)),
        "dismiss": lambda: dismiss(one, "cosmetic", **ADA, at=on(50)),
    }[step]()
    decided = written([*reviews, taken])
    undone = written([*decided, undo(decided, **ADA, at=on(51))])
    assert standing(undone) == standing(reviews)
    assert accepted_claims(changes, undone, sources, {}) == accepted_claims(
        changes, reviews, sources, {}
    )


@settings(max_examples=60, deadline=None)
@given(CLAIMS, STEPS, st.randoms(use_true_random=False))
def test_invariant_4_the_registry_follows_from_the_decisions_alone(
    history, sources, claims, steps, random
):
    changes, reviews = history(claims, steps)
    once = accepted_claims(changes, reviews, sources, {})
    shuffled = random.sample(reviews, len(reviews))
    mixed = random.sample(changes, len(changes))
    assert accepted_claims(mixed + changes, shuffled, sources, {}) == once
    assert accepted_claims(changes, reviews + reviews, sources, {}) == once


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("training_use_of_input", ["data_usage", "official_terms", "dpa", "announcement"]),
        ("breach_notification_hours", ["dpa", "data_usage", "official_terms", "announcement"]),
        ("output_ownership", ["official_terms", "data_usage", "dpa", "announcement"]),
    ],
)
def test_what_is_about_the_question_speaks_first_however_late_the_news(
    change, on, written, sources, key, first
):
    kinds = ["data_usage", "official_terms", "dpa", "announcement"]
    by_kind = {
        SourceId(kind): replace(
            sources[SourceId("terms")], kind=SourceKind(kind), id=SourceId(kind)
        )
        for kind in kinds
    }
    changes = [change(at, {key: (None, 1)}, source=kind) for at, kind in enumerate(kinds)]
    # Decided one after the other; of two that are named no better, the newer decision is shown first.
    order = sorted(changes, key=lambda each: -first.index(each.source_id))
    reviews = [accept(each, **ADA, at=on(9 + at)) for at, each in enumerate(order)]
    late = [accept(change(3, {key: (None, 1)}, source="announcement"), **ADA, at=on(30))]
    found = accepted_claims(changes, written([*reviews, *late]), by_kind, {}, load_vocabulary())
    assert [claim.source_id for claim in found] == first
