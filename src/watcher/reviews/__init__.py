"""What people decide on changes, and what of the registry follows from it. Pure: no clock, no ledger.

Claims of several sources ─► contradictions ─► Change
Correction ─► Change
Change ─► accept | amend | dismiss | defer | undo ─► Review ─► standing ─► accepted_claims
"""

from watcher.reviews.acceptance import accepted_claims
from watcher.reviews.contradictions import (
    Contradiction,
    as_change,
    contradictions,
    settled,
)
from watcher.reviews.corrections import (
    LONGEST_QUOTE,
    correction,
    correction_change,
    find_quote,
    names,
    source_for,
)
from watcher.reviews.decisions import accept, amend, amended_values, defer, dismiss, undo
from watcher.reviews.standing import choices, is_waiting, queue_order, standing

__all__ = [
    "LONGEST_QUOTE",
    "Contradiction",
    "accept",
    "accepted_claims",
    "amend",
    "amended_values",
    "as_change",
    "choices",
    "contradictions",
    "correction",
    "correction_change",
    "defer",
    "dismiss",
    "find_quote",
    "is_waiting",
    "names",
    "queue_order",
    "settled",
    "source_for",
    "standing",
    "undo",
]
