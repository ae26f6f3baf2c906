from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from watcher.errors import ReviewError
from watcher.model import Decision, DismissReason
from watcher.reviews import accept, amend, defer, dismiss, undo


@pytest.fixture
def one(change):
    return change(1, {"retention_days": (30, 60)})


def test_an_accepted_change_names_who_and_when(one, on):
    review = accept(one, reviewer=" Ada ", at=on(2), note="seen on the page")
    assert (review.change_id, review.decision) == (1, Decision.ACCEPT)
    assert (review.reviewer, review.decided_at, review.note) == ("Ada", on(2), "seen on the page")


def test_amended_values_take_their_normal_form(one, on, vocabulary):
    values = {"retention_days": "2 years", "training_use_of_input@beta": "Opt-in"}
    review = amend(one, values, vocabulary, reviewer="Ada", at=on(2))
    assert review.values == {"retention_days": 730, "training_use_of_input@beta": "opt_in"}


def test_none_withdraws_a_claim(one, on, vocabulary):
    review = amend(one, {"retention_days": None}, vocabulary, reviewer="Ada", at=on(2))
    assert review.values == {"retention_days": None}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"retention_dais": 3}, "did you mean 'retention_days'"),
        ({"colour": None}, "'colour' is not a key"),
        ({"training_use_of_input": "maybe"}, "one of no, yes, opt_in, opt_out, not 'maybe'"),
        ({"retention_days": "soon"}, "retention_days is a number of days, not 'soon'"),
        ({}, "Nothing is amended"),
    ],
)
def test_what_the_vocabulary_does_not_allow_is_refused_by_name(one, on, vocabulary, values, told):
    with pytest.raises(ReviewError, match=told):
        amend(one, values, vocabulary, reviewer="Ada", at=on(2))


def test_a_dismissal_needs_one_of_the_reasons(one, on):
    assert dismiss(one, "cosmetic", reviewer="Ada", at=on(2)).reason is DismissReason.COSMETIC
    for reason in (None, "", "boring"):
        with pytest.raises(ReviewError, match="artifact, cosmetic, duplicate, not_relevant"):
            dismiss(one, reason, reviewer="Ada", at=on(2))


def test_a_change_is_deferred_to_a_later_time_only(one, on):
    assert defer(one, on(9), reviewer="Ada", at=on(2)).until == on(9)
    for until in (on(2), on(1)):
        with pytest.raises(ReviewError, match="name a later time"):
            defer(one, until, reviewer="Ada", at=on(2))


def test_a_decision_needs_a_person_a_stored_change_and_a_time_with_a_zone(one, on):
    with pytest.raises(ReviewError, match="name of the person"):
        accept(one, reviewer=" ", at=on(2))
    with pytest.raises(ReviewError, match="no time zone"):
        accept(one, reviewer="Ada", at=datetime(2026, 3, 3))  # noqa: DTZ001
    with pytest.raises(ReviewError, match="not in a ledger"):
        accept(replace(one, id=None), reviewer="Ada", at=on(2))


def test_undo_takes_back_the_latest_decision_that_stands(one, change, on, written):
    two = change(2, {})
    reviews = written(
        [
            accept(one, reviewer="Ada", at=on(2)),
            accept(two, reviewer="Ben", at=on(3)),
        ]
    )
    assert undo(reviews, reviewer="Ada", at=on(4)).undoes == 2
    assert undo(reviews, reviewer="Ada", at=on(4), change_id=1).undoes == 1
    assert undo(reviews, reviewer="Ada", at=on(4), review_id=1).change_id == 1


def test_there_must_be_something_to_undo(one, on, written):
    with pytest.raises(ReviewError, match="nothing to undo"):
        undo([], reviewer="Ada", at=on(4))
    first = [accept(one, reviewer="Ada", at=on(2))]
    both = written([*first, undo(written(first), reviewer="Ada", at=on(3))])
    for named in ({}, {"change_id": 1}, {"review_id": 1}, {"review_id": 2}, {"review_id": 99}):
        with pytest.raises(ReviewError, match="nothing to undo"):
            undo(both, reviewer="Ada", at=on(4), **named)
