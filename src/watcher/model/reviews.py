"""What people decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watcher.model.names import Slug, SourceId, Value


class Decision(StrEnum):
    """What a person decided on a change."""

    ACCEPT = "accept"
    AMEND = "amend"
    DISMISS = "dismiss"
    DEFER = "defer"
    UNDO = "undo"


class DismissReason(StrEnum):
    """Why a change was not worth a registry entry."""

    ARTIFACT = "artifact"
    COSMETIC = "cosmetic"
    DUPLICATE = "duplicate"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on a change: a row of its own, never altered, undone only by a later row.

    `values` holds amended values by claim id; None there withdraws that claim.
    """

    change_id: int
    decision: Decision
    reviewer: str
    decided_at: datetime
    reason: DismissReason | None = None
    note: str = ""
    values: Mapping[str, Value | None] = field(default_factory=dict)
    until: datetime | None = None
    undoes: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class AcceptedClaim:
    """A claim of an offering as a person accepted it, with the look that last confirmed it.

    `amended` tells that the value is a person's, not the reading's; `contrary_id` names a later change, not decided
    yet, by which the source no longer says this.
    """

    offering: Slug
    key: str
    value: Value
    condition: str | None
    quote: str
    source_id: SourceId
    change_id: int
    decided_at: datetime
    checked_at: datetime | None
    scope: str = ""
    attributes: tuple[tuple[str, Value], ...] = ()
    amended: bool = False
    contrary_id: int | None = None
