"""Evidence that survives edits: a claim whose words are gone, or say something else, is named with both quotes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from watcher.changes.memory import Memory
from watcher.changes.watching import watch
from watcher.model import Change, Claim, Difference, Document, State

Page = Callable[..., Document]
MakeState = Callable[..., State]
MakeClaim = Callable[..., Claim]

OLD = "API inputs and outputs are kept for 30 days and deleted afterwards."
ELSEWHERE = "We delete what you send within 30 days."


@pytest.fixture
def step(
    page: Page, state: MakeState, policy: tuple[str, ...], claim: MakeClaim
) -> Callable[..., Change | None]:
    """Give the change of a step in which the claim's sentence gives way to `lines`, its quote to `quote`."""

    def made(*lines: str, quote: str) -> Change | None:
        before = page(*policy)
        at = policy.index(OLD)
        after = page(*policy[:at], *lines, *policy[at + 1 :])
        claims = [claim("retention_days", 30, words) for words in (OLD, quote)]
        old, new = (
            state(document, day, (held,))
            for day, (document, held) in enumerate(zip((before, after), claims, strict=True))
        )
        return watch(Memory(), old, new).change

    return made


def test_a_claim_whose_quote_is_gone_is_named_even_if_it_stands_elsewhere(
    step: Callable[..., Change | None],
) -> None:
    other = "Support tickets stay with us for as long as the agreement runs."
    change = step(other, ELSEWHERE, quote=ELSEWHERE)
    assert change is not None
    [named] = change.claims
    assert named.difference is Difference.CHANGED
    assert named.before is not None and named.after is not None
    assert (named.before.evidence.quote, named.after.evidence.quote) == (OLD, ELSEWHERE)
    assert "evidence gone: retention_days" in change.significance.reasons


@pytest.mark.parametrize(
    "new",
    [
        "API inputs and outputs are kept for 30 days and not deleted afterwards.",
        "API inputs and outputs are kept for 30 days and deleted within 24 hours.",
        "If enabled, API inputs and outputs are kept for 30 days and deleted afterwards.",
        "API inputs and outputs of Basic are kept for 30 days and deleted afterwards.",
    ],
)
def test_a_claim_whose_quote_says_something_else_is_named(
    step: Callable[..., Change | None], new: str
) -> None:
    change = step(new, quote=new)
    assert change is not None
    assert [each.key for each in change.claims] == ["retention_days"]
    assert "evidence reworded: retention_days" in change.significance.reasons


@pytest.mark.parametrize(
    "lines",
    [
        ("API inputs and outputs are held for 30 days and deleted afterwards.",),
        (f"In short: {OLD}",),
        ("A whole new clause says what had not been said here before.", OLD),
    ],
)
def test_other_words_or_another_place_are_no_claim_change(
    step: Callable[..., Change | None], lines: tuple[str, ...]
) -> None:
    change = step(*lines, quote=lines[-1])
    assert change is None or change.claims == ()


def test_evidence_that_comes_and_goes_with_a_known_variant_is_not_told_again(
    page: Page, state: MakeState, policy: tuple[str, ...], claim: MakeClaim
) -> None:
    at = policy.index(OLD)
    new = "API inputs and outputs are kept for 30 days unless the law wants more."
    documents = (page(*policy), page(*policy[:at], new, *policy[at + 1 :]))
    held = [claim("retention_days", 30, words) for words in (OLD, new)]
    memory, told = Memory(), []
    states = [state(documents[n % 2], n, (held[n % 2],)) for n in range(8)]
    for number, (before, after) in enumerate(pairwise(states), start=1):
        outcome = watch(memory, before, after)
        memory = outcome.memory
        if outcome.change is not None:
            told.append(number)
    assert told == [1, 2]
