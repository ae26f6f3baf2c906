"""Where a quote went: to the same place, elsewhere, into other words, or nowhere."""

from __future__ import annotations

import pytest

from watcher.claims.examples import document_of
from watcher.model import Evidence
from watcher.relocation import Relocation, found_again, relocate

EVIDENCE = Evidence("We keep logs for thirty days.", 12, ("Retention",))


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        ("# Retention\nIn short: We keep logs for thirty days. Then they go.", Relocation.EXACT),
        ("# Retention\nWe keep logs for  thirty days. Then they go.", Relocation.EXACT),
        ("# Security\nWe keep logs for thirty days.", Relocation.MOVED),
        ("# Retention\nWe keep the logs for ninety days.", Relocation.REWORDED),
        ("# Retention\nEverything is new here, and nothing is said of time.", Relocation.GONE),
    ],
)
def test_what_became_of_a_quote(after: str, fate: Relocation) -> None:
    assert relocate(EVIDENCE, document_of(after)) is fate


def test_the_words_that_now_say_it_are_given() -> None:
    after = document_of("# Retention\nLogs are dear.\nWe keep the logs for ninety days.")
    assert found_again(EVIDENCE, after) == (
        Relocation.REWORDED,
        "We keep the logs for ninety days.",
    )
    assert found_again(EVIDENCE, document_of("# Retention\nNothing is said.")) == (
        Relocation.GONE,
        "",
    )
