"""Who works at the desk, and what people send besides decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.model.names import Slug, Value


class Role(StrEnum):
    """What an account may do: look, decide on changes, or also manage accounts."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def may_decide(self) -> bool:
        """Whether decisions, comments and pages seen are taken from this role."""
        return self is not Role.READER


@dataclass(frozen=True, slots=True)
class Account:
    """A person at the desk; `closed_at` tells since when the account is of no use."""

    id: int
    name: str
    role: Role
    added_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a change that decides nothing."""

    change_id: int
    author: str
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A reader's proposal: this claim of this offering should have that value, and here is why.

    `value` is in its normal form, `quote` and `evidence_url` are as the reader gave them, `credit` the name to thank.
    """

    offering: Slug
    claim_id: str
    value: Value
    sent_at: datetime
    evidence_url: str = ""
    quote: str = ""
    credit: str = ""
    change_id: int | None = None
