"""What is looked at twice before it is believed: lists that shrink, claims that vanish with their block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from watcher.changes.memory import Memory
from watcher.changes.watching import Outcome, watch
from watcher.model import Claim, Document, State

Page = Callable[..., Document]
MakeState = Callable[..., State]
MakeClaim = Callable[..., Claim]

HEAD = (
    "# Trust center",
    "Last updated: 3 May 2025",
    "Our controls are examined every year by firms that we do not own.",
    "## Certifications",
)
NAMES = ("iso 27001", "iso 42001", "soc 2 type 2")
LONG = tuple(f"- The service holds {name}, and the report is shared on request." for name in NAMES)


def live(states: Sequence[State]) -> list[Outcome]:
    """Give the outcome of every step, the memory kept as text between steps as the ledger does."""
    memory, outcomes = Memory(), []
    for before, after in pairwise(states):
        outcome = watch(memory, before, after)
        memory = Memory.from_json(outcome.memory.to_json())
        assert memory == outcome.memory
        outcomes.append(outcome)
    return outcomes


@pytest.fixture
def listing(page: Page, state: MakeState, claim: MakeClaim) -> Callable[..., State]:
    """Give the state in which the page lists the certifications of these places."""

    def made(day: float, *places: int, more: tuple[str, ...] = ()) -> State:
        held = claim("certifications", tuple(NAMES[n] for n in places), "The service holds")
        lines = [LONG[n] for n in places]
        return state(page(*HEAD, *lines, *more), day, (held,))

    return made


def test_a_list_that_shrinks_is_told_after_the_second_look(listing: Callable[..., State]) -> None:
    short = listing(1.01, 0, 2)
    first, second = live([listing(0, 0, 1, 2), listing(1, 0, 2), short])
    assert first.change is None and first.pending
    assert second.change is not None and not second.pending
    [lost] = second.change.claims
    assert lost.before is not None and lost.before.value == NAMES
    assert (
        second.change.significance.reasons[0] == "claims differ: certifications removed iso 42001"
    )
    assert (second.change.before_snapshot, second.change.after_snapshot) == (1, 25)
    assert second.change.changed_at < second.change.raised_at
    assert len(second.change.blocks) == 1
    assert second.memory.doubts == ()


def test_the_second_look_may_bring_the_same_document(listing: Callable[..., State]) -> None:
    full, short = listing(0, 0, 1, 2), listing(1, 0, 2)
    first = watch(Memory(), full, short)
    second = watch(first.memory, short, short)
    assert second.change is not None
    assert [each.key for each in second.change.claims] == ["certifications"]


def test_a_list_that_comes_back_did_not_last(listing: Callable[..., State]) -> None:
    first, second = live([listing(0, 0, 1, 2), listing(1, 0, 2), listing(1.01, 0, 1, 2)])
    assert first.pending
    assert second.change is None and not second.pending
    lost = [each for each in second.suppressed if each.rule == "did not last"]
    assert any("certifications: iso 27001, iso 42001" in each.before for each in lost)


def test_a_list_that_shrinks_twice_is_told_against_what_it_was(
    listing: Callable[..., State],
) -> None:
    """Invariant 7: it is only confirmed, never silenced, and waits for one look alone."""
    _, second = live([listing(0, 0, 1, 2), listing(1, 0, 2), listing(1.01, 0)])
    assert second.change is not None
    [lost] = second.change.claims
    assert lost.before is not None and lost.after is not None
    assert (lost.before.value, lost.after.value) == (NAMES, NAMES[:1])


def test_a_list_that_gains_is_told_at_once(listing: Callable[..., State]) -> None:
    [only] = live([listing(0, 0, 2), listing(1, 0, 1, 2)])
    assert only.change is not None
    assert not only.pending


def test_a_claim_that_vanishes_with_its_block_is_looked_at_twice(
    page: Page, state: MakeState, claim: MakeClaim, policy: tuple[str, ...]
) -> None:
    at = policy.index("API inputs and outputs are kept for 30 days and deleted afterwards.")
    held = claim("retention_days", 30, "kept for 30 days")
    full = state(page(*policy), 0, (held,))
    without = [state(page(*policy[:at], *policy[at + 1 :]), day) for day in (1.0, 1.01)]
    first, second = live([full, *without])
    assert first.change is None and first.pending
    assert second.change is not None
    assert [each.after for each in second.change.claims] == [None]
    back = live([full, without[0], state(page(*policy), 1.01, (held,))])
    assert [outcome.change for outcome in back] == [None, None]


def test_a_claim_whose_words_gave_way_to_others_is_told_at_once(
    page: Page, state: MakeState, claim: MakeClaim, policy: tuple[str, ...]
) -> None:
    held = claim("retention_days", 30, "kept for 30 days")
    after = [
        line.replace("for 30 days and deleted", "as the law asks and deleted") for line in policy
    ]
    [only] = live([state(page(*policy), 0, (held,)), state(page(*after), 1)])
    assert only.change is not None and [each.key for each in only.change.claims]


def test_several_items_that_go_at_once_are_looked_at_twice(page: Page, state: MakeState) -> None:
    full, short = page(*HEAD, *LONG), page(*HEAD, *LONG[:1])
    first, second = live([state(full), state(short, 1), state(short, 1.01)])
    assert first.change is None and first.pending
    assert second.change is not None and len(second.change.blocks) == 2
    replaced = page(
        *HEAD, LONG[0], *(f"- An item that is {n}th here and says a clause." for n in range(4))
    )
    [only] = live([state(full), state(replaced, 1)])
    assert only.change is not None
