from __future__ import annotations

from collections.abc import Callable

import pytest

from watcher.changes.compare import compare_documents
from watcher.changes.significance import significance
from watcher.model import Claim, ClaimChange, Difference, Document

Page = Callable[..., Document]


@pytest.mark.parametrize(
    ("old", "new", "level", "reason"),
    [
        ("We do not train on it", "We train on it", 5, "a negation or exception differs"),
        ("You may opt in", "You must opt in", 5, "a duty or permission differs"),
        ("30 days", "90 days", 4, "numbers differ"),
        ("the privacy team", "the Legal Team", 3, "names differ"),
        ("3 May 2025", "9 June 2026", 2, "the document's date or version differs"),
        ("deleted afterwards", "deleted thereafter", 1, "wording only"),
    ],
)
def test_levels_say_why(
    old: str, new: str, level: int, reason: str, page: Page, policy: tuple[str, ...]
) -> None:
    lines = [
        line.replace("We do not train our models on data", "We do not train on it, the data")
        for line in policy
    ]
    after = [line.replace(old, new) for line in lines]
    weight = significance((), compare_documents(page(*lines), page(*after)))
    assert (weight.level, weight.reasons[0]) == (level, reason)


def test_a_new_clause_with_a_duty_matters_most(page: Page, policy: tuple[str, ...]) -> None:
    after = page(*policy, "You must not use the output to train a model that competes with us.")
    weight = significance((), compare_documents(page(*policy), after))
    assert (weight.level, weight.reasons) == (5, ("1 clause added",))


def test_claims_come_first(claim: Callable[..., Claim]) -> None:
    changes = [ClaimChange(Difference.ADDED, None, claim(f"key_{n}", n, "quote")) for n in range(5)]
    weight = significance(changes, ())
    assert weight.level == 5
    assert weight.reasons == ("claims differ: key_0 added, key_1 added, key_2 added and 2 more",)


def test_nothing_but_links_matters_least() -> None:
    assert significance((), ()).level == 1
