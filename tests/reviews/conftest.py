from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.model import (
    Authority,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Evidence,
    Key,
    Significance,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Value,
    ValueType,
    Vocabulary,
)

DAY_ONE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def claim(claim_id: str, value: Value | None) -> Claim | None:
    if value is None:
        return None
    key, _, scope = claim_id.partition("@")
    return Claim(key, value, Evidence(f"We say {value} about {claim_id}.", 0), scope=scope)


def build_change(
    number: int,
    claims: dict[str, tuple[Value | None, Value | None]],
    *,
    source: str = "terms",
    day: int | None = None,
    level: int = 5,
) -> Change:
    at = DAY_ONE + timedelta(days=number if day is None else day)
    return Change(
        source_id=SourceId(source),
        kind=ChangeKind.CHANGE,
        before_snapshot=number,
        after_snapshot=number + 1,
        changed_at=at,
        raised_at=at,
        significance=Significance(level, ("a claim differs",)),
        claims=tuple(
            ClaimChange(Difference.CHANGED, claim(claim_id, old), claim(claim_id, new))
            for claim_id, (old, new) in claims.items()
        ),
        id=number,
    )


def build_source(name: str, authority: Authority) -> Source:
    return Source(
        id=SourceId(name),
        url=f"https://acme.example/{name}",
        title=f"Acme {name}",
        kind=SourceKind.OFFICIAL_TERMS,
        offerings=(Slug("acme-api"),),
        authority=authority,
    )


@pytest.fixture(scope="session")
def change() -> Callable[..., Change]:
    return build_change


@pytest.fixture(scope="session")
def sources() -> dict[SourceId, Source]:
    return {
        SourceId("terms"): build_source("terms", Authority.PRIMARY),
        SourceId("docs"): build_source("docs", Authority.PRIMARY),
        SourceId("article"): build_source("article", Authority.SECONDARY),
    }


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return {
        "retention_days": Key(
            "retention_days", ValueType.INT, "How long?", "data_handling", "Retention", "days"
        ),
        "training_use_of_input": Key(
            "training_use_of_input",
            ValueType.ENUM,
            "Training?",
            "rights",
            "Training",
            choices=("no", "yes", "opt_in", "opt_out"),
        ),
    }


@pytest.fixture(scope="session")
def on() -> Callable[[int], datetime]:
    """Give the moment some days after the first."""
    return lambda days: DAY_ONE + timedelta(days=days)


@pytest.fixture(scope="session")
def written() -> Callable[[list[Any]], list[Any]]:
    """Give reviews as a ledger holds them: numbered in the order in which they were written."""
    return lambda reviews: [replace(each, id=at) for at, each in enumerate(reviews, 1)]
