"""Claims that stand while the words they stood on do not: the quote is gone, or says something else now."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.changes import wording
from watcher.changes.claims import same_fact
from watcher.model import Claim, ClaimChange, Difference, Document, State
from watcher.relocation import Relocation, found_again


def evidence_changes(before: State, after: State) -> tuple[ClaimChange, ...]:
    """Give the claims that say the same on both sides while their old quote is gone or was reworded with weight."""
    return tuple(_changes(before, after))


def _changes(before: State, after: State) -> Iterator[ClaimChange]:
    now = {claim.id: claim for claim in after.claims}
    for old in before.claims:
        new = now.get(old.id)
        if new is not None and fate(old, new, after.document):
            yield ClaimChange(Difference.CHANGED, old, new)


def fate(old: Claim, new: Claim, document: Document) -> str:
    """Give "gone" or "reworded" for the evidence of a fact that stands in `document`; empty while it holds.

    A quote that moved, or whose words alone differ, holds: figures, negations, conditions and named things must
    differ for it to say something else. One date is one date, in whatever form and place a line gives it.
    """
    quote = old.evidence.quote
    if new.evidence.quote == quote or not same_fact(old, new):
        return ""
    if wording.is_date_line(quote) and wording.is_date_line(new.evidence.quote):
        return ""
    if quote in new.evidence.quote:  # the same words within a longer sentence
        return "reworded" if wording.says_otherwise(quote, new.evidence.quote) else ""
    where, words = found_again(old.evidence, document)
    if where is Relocation.GONE:
        return "gone"
    if where is Relocation.REWORDED and wording.says_otherwise(quote, words):
        return "reworded"
    return ""
