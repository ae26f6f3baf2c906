"""A dismissal teaches: rules as data, previewed, applied only when a person says so, and undone as easily."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from watcher.changes.memory import Memory, with_rule, without_rule
from watcher.changes.rules import Rule, RuleKind, preview, propose_rules
from watcher.changes.watching import watch
from watcher.model import Change, Claim, ClaimChange, Difference, Document, State

Page = Callable[..., Document]
MakeState = Callable[..., State]


@pytest.fixture
def dismissed(page: Page, state: MakeState, policy: tuple[str, ...]) -> Change:
    """A change of one short line whose digits differ, told at the second look."""
    before = page(*policy, "Tickets open: 14")
    after = state(page(*policy, "Tickets open: 15"), 1)
    first = watch(Memory(), state(before), after)
    change = watch(first.memory, after, replace(after, seen_at=after.seen_at)).change
    assert change is not None
    return change


def test_digits_that_differ_propose_their_shape(dismissed: Change) -> None:
    (rule,) = propose_rules(dismissed)
    assert (rule.kind, rule.pattern) == (RuleKind.SHAPE, "tickets open: #")


def test_lines_of_one_section_propose_the_section(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    one = page(*policy, "## Offices", "- Oslo", "- Lima", "- Kyoto")
    two = state(page(*policy, "## Offices", "- Bern", "- Quito", "- Accra"), 1)
    first = watch(Memory(), state(one), two)
    change = watch(first.memory, two, two).change
    assert change is not None
    assert propose_rules(change) == (Rule(RuleKind.SECTION, "Offices", "Oslo"),)


def test_a_clause_proposes_its_exact_text(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    clause = "Our autumn event is open to all customers of the service."
    change = watch(Memory(), state(page(*policy)), state(page(*policy, clause), 1)).change
    assert change is not None
    (rule,) = propose_rules(change)
    assert (rule.kind, rule.example) == (RuleKind.TEXT, clause)


def test_a_claim_change_proposes_nothing(dismissed: Change, claim: Callable[..., Claim]) -> None:
    differs = ClaimChange(Difference.ADDED, None, claim("retention_days", 30, "30 days"))
    assert propose_rules(replace(dismissed, claims=(differs,))) == ()


def test_a_preview_tells_what_would_have_been_silenced(
    dismissed: Change, page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    clause = "Our autumn event is open to all customers of the service."
    after = page(*policy, clause, "Tickets open: 20")
    both = watch(Memory(), state(page(*policy, "Tickets open: 19")), state(after, 1)).change
    other = watch(Memory(), state(page(*policy)), state(page(*policy, clause), 1)).change
    assert both is not None and other is not None
    seen = preview(propose_rules(dismissed), (dismissed, both, other))
    assert seen.silenced == (dismissed,)
    assert seen.shortened == (both,)


def test_a_rule_silences_until_it_is_taken_back(
    dismissed: Change, page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    (rule,) = propose_rules(dismissed)
    memory = Memory.from_json(with_rule(Memory(), rule).to_json())
    before = state(page(*policy, "Tickets open: 15"))
    after = state(page(*policy, "Tickets open: 16"), 1)
    outcome = watch(memory, before, after)
    assert not outcome.pending
    assert [s.rule for s in outcome.suppressed] == ["ruled out"]
    assert with_rule(memory, rule) == memory
    assert watch(without_rule(memory, rule), before, after).pending


def test_no_rule_silences_a_claim(
    dismissed: Change,
    page: Page,
    state: MakeState,
    policy: tuple[str, ...],
    claim: Callable[..., Claim],
) -> None:
    memory = with_rule(Memory(), *propose_rules(dismissed))
    old = claim("open_tickets", 15, "Tickets open: 15")
    new = claim("open_tickets", 16, "Tickets open: 16")
    before = state(page(*policy, "Tickets open: 15"), claims=(old,))
    outcome = watch(memory, before, state(page(*policy, "Tickets open: 16"), 1, (new,)))
    assert outcome.change is not None
    assert len(outcome.change.blocks) == 1
