"""One source's life, look by look: what is told, what waits, what is silenced and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from watcher.changes.memory import Memory, forget
from watcher.changes.watching import Outcome, watch
from watcher.model import ChangeKind, Claim, Difference, Document, Region, State

Page = Callable[..., Document]
MakeState = Callable[..., State]


def live(states: Sequence[State], memory: Memory | None = None) -> list[Outcome]:
    """Give the outcome of every step, the memory kept as text between steps as the ledger does."""
    memory, outcomes = memory or Memory(), []
    for before, after in zip([None, *states], states, strict=False):
        outcome = watch(memory, before, after)
        memory = Memory.from_json(outcome.memory.to_json())
        assert memory == outcome.memory
        outcomes.append(outcome)
    return outcomes


def told(outcomes: Sequence[Outcome]) -> list[int]:
    """Give the steps at which a change was told, the first look apart."""
    return [
        step
        for step, outcome in enumerate(outcomes)
        if outcome.change and outcome.change.kind is not ChangeKind.FIRST_LOOK
    ]


def with_line(policy: Sequence[str], at: int, *lines: str) -> list[str]:
    return [*policy[:at], *lines, *policy[at:]]


@pytest.fixture
def retention(policy: tuple[str, ...]) -> list[str]:
    return [line.replace("30 days", "90 days") for line in policy]


def test_a_first_look_asks_to_accept_its_claims(
    page: Page, state: MakeState, policy: tuple[str, ...], claim: Callable[..., Claim]
) -> None:
    held = claim("retention_days", 30, "kept for 30 days")
    outcome = watch(Memory(), None, state(page(*policy), claims=(held,)))
    assert outcome.change is not None
    assert outcome.change.kind is ChangeKind.FIRST_LOOK
    assert outcome.change.before_snapshot is None
    assert [change.after for change in outcome.change.claims] == [held]


def test_a_first_look_without_claims_tells_nothing(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    assert watch(Memory(), None, state(page(*policy))) == Outcome(Memory())


def test_a_reworded_clause_is_told_at_once(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    outcomes = live([state(page(*policy)), state(page(*retention), 1)])
    assert told(outcomes) == [1]
    change = outcomes[1].change
    assert change is not None
    assert (change.before_snapshot, change.after_snapshot) == (1, 25)
    assert change.significance.level == 4
    assert not outcomes[1].pending


def test_a_date_line_is_told_at_once_and_matters_little(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    dated = [line.replace("3 May 2025", "2 June 2026") for line in policy]
    outcomes = live([state(page(*policy)), state(page(*dated), 1)])
    assert told(outcomes) == [1]
    assert outcomes[1].change is not None
    assert outcomes[1].change.significance.level == 2


def test_a_date_line_in_the_footer_counts_as_policy(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    before = page(*policy, aside={Region.FOOTER: ("Last modified: 1/2/2025", "Careers")})
    after = page(*policy, aside={Region.FOOTER: ("Last modified: 3/4/2026", "Jobs")})
    outcomes = live([state(before), state(after, 1)])
    assert told(outcomes) == [1]
    assert [s.rule for s in outcomes[1].suppressed] == ["region footer"]


def test_a_new_line_waits_for_the_second_look(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    after = page(*with_line(policy, 9, "- Support tickets"))
    outcomes = live([state(page(*policy)), state(after, 1), state(after, 1.5)])
    assert outcomes[1].pending
    assert told(outcomes) == [2]
    change = outcomes[2].change
    assert change is not None
    assert (change.before_snapshot, change.after_snapshot) == (1, 25)
    assert change.changed_at < change.raised_at
    assert not outcomes[2].pending


def test_a_line_that_does_not_last_is_never_told(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    odd = page(*with_line(policy, 9, "- Support tickets"))
    outcomes = live([state(page(*policy)), state(odd, 1), state(page(*policy), 1.5)])
    assert told(outcomes) == []
    assert "did not last" in {s.rule for s in outcomes[2].suppressed}


def test_what_waits_rides_along_with_what_is_sure(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    one = page(*with_line(policy, 9, "- Support tickets"))
    two = page(*with_line(retention, 9, "- Support tickets"))
    outcomes = live([state(page(*policy)), state(one, 1), state(two, 1.5)])
    assert told(outcomes) == [2]
    change = outcomes[2].change
    assert change is not None
    assert len(change.blocks) == 2
    assert (change.before_snapshot, change.after_snapshot) == (1, 37)


def test_one_of_many_equal_lines_is_confirmed_too(page: Page, state: MakeState) -> None:
    rows = ("# Sub-processors", "Alpha Hosting", "Place: Norway", "Beta Mail", "Place: Norway")
    moved = ("# Sub-processors", "Alpha Hosting", "Place: Norway", "Beta Mail", "Place: Japan")
    after = page(*moved)
    outcomes = live([state(page(*rows)), state(after, 1), state(after, 2)])
    assert told(outcomes) == [2]


def test_a_claim_change_outranks_every_noise_rule(
    page: Page, state: MakeState, claim: Callable[..., Claim]
) -> None:
    """Invariant 7: digits may be noise in text, never in claims."""
    lines = ("# Status", "Trusted by 3,000 teams", "Every clause of this page is short and clear.")
    more = ("# Status", "Trusted by 9,000 teams", "Every clause of this page is short and clear.")
    old = claim("customers", 3000, "Trusted by 3,000 teams")
    new = claim("customers", 9000, "Trusted by 9,000 teams")
    silent = live([state(page(*lines)), state(page(*more), 1), state(page(*more), 2)])
    assert told(silent) == []
    loud = live([state(page(*lines), claims=(old,)), state(page(*more), 1, (new,))])
    assert told(loud) == [1]
    change = loud[1].change
    assert change is not None
    assert change.significance.level == 5
    assert [c.difference for c in change.claims] == [Difference.CHANGED]
    assert [b.after.text for b in change.blocks if b.after] == ["Trusted by 9,000 teams"]


def test_a_return_after_fourteen_days_is_news(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    """Invariant 7: a return to an earlier state after 14 days or more is news."""
    old, new = page(*policy), page(*retention)
    outcomes = live([state(old), state(new, 1), state(old, 16), state(new, 31)])
    assert told(outcomes) == [1, 2, 3]
    assert {o.change.kind for o in outcomes[1:] if o.change} == {ChangeKind.CHANGE}


def test_an_alternation_is_told_as_variants_once_then_silent(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    old, new = page(*policy), page(*retention)
    days = [0, 1, 2, 2.5, 3, 3.5, 4]
    states = [state(new if n % 2 else old, day) for n, day in enumerate(days)]
    outcomes = live(states)
    assert told(outcomes) == [1, 2]
    assert outcomes[2].change is not None
    assert outcomes[2].change.kind is ChangeKind.VARIANTS
    assert all(s.rule == "variant" for o in outcomes[3:] for s in o.suppressed)
    assert outcomes[-1].memory.learned


def test_a_variant_that_stays_is_told_in_the_end(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    old, new = page(*policy), page(*retention)
    states = [state(old), state(new, 1), state(old, 2), state(new, 3)]
    states += [state(new, day) for day in (4, 10, 30)]
    outcomes = live(states)
    assert told(outcomes) == [1, 2, 6]
    assert outcomes[3].settling and not outcomes[3].pending
    assert not outcomes[6].settling


def test_what_is_forgotten_is_new_again(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    plain, extra = page(*policy), page(*with_line(policy, 9, "- Support tickets"))
    flapping = live([state(extra if n % 2 else plain, n) for n in range(6)])
    memory = flapping[-1].memory
    assert [entry.example for entry in memory.learned] == ["Support tickets"]
    for entry in memory.learned:
        memory = forget(memory, entry)
    assert memory.learned == ()
    assert watch(memory, state(extra, 7), state(plain, 8)).pending


def test_links_ride_with_the_next_change_of_words(
    page: Page, state: MakeState, policy: tuple[str, ...], retention: list[str]
) -> None:
    from dataclasses import replace

    from watcher.model import Link

    def linked(lines: Sequence[str], target: str) -> Document:
        made = page(*lines)
        last = replace(made.blocks[-1], links=(Link("agreement", target),))
        return replace(made, blocks=(*made.blocks[:-1], last))

    first = linked(policy, "https://example.org/dpa")
    second = linked(policy, "https://example.org/trust")
    third = linked(retention, "https://example.org/trust")
    outcomes = live([state(first), state(second, 1), state(third, 2)])
    assert told(outcomes) == [2]
    assert [s.rule for s in outcomes[1].suppressed] == ["links only"]
    change = outcomes[2].change
    assert change is not None
    assert [b.after.links[0].target for b in change.blocks if b.after and b.after.links] == [
        "https://example.org/trust"
    ]


def test_half_a_page_must_be_confirmed(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    half = page(*policy[:4])
    back = live([state(page(*policy)), state(half, 1), state(page(*policy), 2)])
    assert told(back) == []
    gone = live([state(page(*policy)), state(half, 1), state(half, 2)])
    assert told(gone) == [2]


def test_what_we_suppress_we_can_show(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    """Invariant 6: why, by which rule, and what it would have said."""
    before = page(*policy, aside={Region.NAV: ("Pricing", "Blog")})
    after = page(*policy[:5], *policy[5:], aside={Region.NAV: ("Pricing", "News")})
    (suppressed,) = live([state(before), state(after, 1)])[1].suppressed
    assert (suppressed.rule, suppressed.text, suppressed.before) == ("region nav", "News", "Blog")


def test_memory_stays_bounded(page: Page, state: MakeState, policy: tuple[str, ...]) -> None:
    memory = Memory()
    before = state(page(*policy))
    for day in range(1, 120):
        lines = [f"Clause {day}.{n} says something that no clause said before." for n in range(9)]
        after = state(page(*policy, *lines), day)
        memory = watch(memory, before, after).memory
        before = after
    assert len(memory.to_json()) < 120_000
