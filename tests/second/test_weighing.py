"""What a second opinion weighs: a change may matter more by it, never less."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Evidence,
    Proposal,
    Significance,
    SourceId,
    SourceKind,
    Stance,
    Value,
    Vocabulary,
)
from watcher.second import stances, weigh

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS = SourceKind.OFFICIAL_TERMS


def said(key: str, value: Value, quote: str = "These are the words of the page.") -> Claim:
    return Claim(key, value, Evidence(quote, 0))


def change(level: int, words: str = "Other words.") -> Change:
    block = BlockChange(
        Difference.CHANGED,
        Block(BlockKind.PARAGRAPH, "Old."),
        Block(BlockKind.PARAGRAPH, words),
    )
    return Change(
        SourceId("a"),
        ChangeKind.CHANGE,
        1,
        2,
        NOON,
        NOON,
        Significance(level, ("x",)),
        blocks=(block,),
    )


@pytest.mark.parametrize(
    ("ruled", "stance"),
    [
        ((said("retention_days", 30),), Stance.AGREES),
        ((said("retention_days", 90),), Stance.DIFFERS),
        ((said("retention_days", 90), said("retention_days", 30)), Stance.AGREES),
        ((said("soc2_type2", "yes"),), Stance.ALONE),
        ((), Stance.ALONE),
    ],
)
def test_the_stance_to_what_the_rules_read(
    ruled: tuple[Claim, ...], stance: Stance, vocabulary: Vocabulary
) -> None:
    (proposal,) = stances([said("retention_days", 30)], ruled, TERMS, vocabulary)
    assert proposal.stance is stance


def test_a_list_that_the_rules_read_in_part_agrees_and_dates_do_not(vocabulary: Vocabulary) -> None:
    (listed,) = stances(
        [said("certifications", ("iso 27001", "soc 2 type 2"))],
        [said("certifications", ("iso 27001",))],
        TERMS,
        vocabulary,
    )
    (dated,) = stances(
        [said("document_updated", "2026-03-01")],
        [said("document_updated", "2026-02-01")],
        TERMS,
        vocabulary,
    )
    assert (listed.stance, dated.stance) == (Stance.AGREES, Stance.DIFFERS)


def test_only_what_changed_is_raised() -> None:
    elsewhere = Proposal(said("retention_days", 30), Stance.DIFFERS, 90)
    assert weigh(change(2), [elsewhere]) == 2
    inside = change(2, "Before. These are the words of the page. After.")
    assert weigh(inside, [elsewhere]) == 5
    assert weigh(inside, [replace(elsewhere, stance=Stance.ALONE, ruled=None)]) == 4
    assert weigh(inside, [replace(elsewhere, stance=Stance.AGREES)]) == 2
    of_claim = ClaimChange(
        Difference.CHANGED, said("retention_days", 60), said("retention_days", 90)
    )
    assert weigh(replace(change(3), claims=(of_claim,)), [elsewhere]) == 5
    assert weigh(replace(change(1), kind=ChangeKind.FIRST_LOOK), [elsewhere]) == 5


@given(
    level=st.integers(1, 5),
    heard=st.lists(st.sampled_from(Stance), max_size=5),
    kind=st.sampled_from(ChangeKind),
)
def test_no_opinion_ever_lowers_a_change(level: int, heard: list[Stance], kind: ChangeKind) -> None:
    proposals = [Proposal(said("retention_days", 30), each, 90) for each in heard]
    assert weigh(replace(change(level), kind=kind), proposals) >= level
