"""What people decide on changes, and what of the registry follows from it. Pure: no clock, no ledger.

Change ─► accept | amend | dismiss | defer | undo ─► Review ─► standing ─► accepted_claims
"""

from watcher.reviews.acceptance import accepted_claims
from watcher.reviews.decisions import accept, amend, amended_values, defer, dismiss, undo
from watcher.reviews.standing import is_waiting, queue_order, standing

__all__ = [
    "accept",
    "accepted_claims",
    "amend",
    "amended_values",
    "defer",
    "dismiss",
    "is_waiting",
    "queue_order",
    "standing",
    "undo",
]
