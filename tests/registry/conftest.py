from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from watcher.model import (
    AcceptedClaim,
    Authority,
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Decision,
    Difference,
    Evidence,
    Key,
    Offering,
    Review,
    Significance,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Value,
    ValueType,
    Vocabulary,
    WordEdit,
)

DAY_ONE = datetime(2026, 4, 1, 9, 30, tzinfo=UTC)


def on(days: int) -> datetime:
    return DAY_ONE + timedelta(days=days)


def key(name: str, kind: ValueType, group: str, label: str, *choices: str) -> Key:
    unit = "days" if kind is ValueType.INT else None
    return Key(name, kind, f"About {label}?", group, label, unit=unit, choices=choices)


VOCABULARY: Vocabulary = {
    each.name: each
    for each in (
        key("output_ownership", ValueType.ENUM, "rights", "Output", "customer", "provider"),
        key("training_use_of_input", ValueType.ENUM, "rights", "Training", "no", "yes", "opt_out"),
        key("soc2_type2", ValueType.ENUM, "assurance", "SOC 2 Type II", "yes", "no"),
        key("data_sale", ValueType.BOOL, "data_handling", "Sale of data"),
        key("retention_days", ValueType.INT, "data_handling", "Retention"),
        key("document_effective", ValueType.DATE, "legal", "Effective"),
        key("art53_summary", ValueType.ENUM, "legal", "Art. 53 summary", "yes", "no", "unclear"),
    )
}


def source(name: str, authority: Authority = Authority.PRIMARY) -> Source:
    return Source(
        id=SourceId(name),
        url=f"https://acme.example/{name}",
        title=f"Acme {name}",
        kind=SourceKind.OFFICIAL_TERMS,
        offerings=(Slug("acme-api"),),
        authority=authority,
    )


def claim(claim_id: str, value: Value, quote: str = "", condition: str | None = None) -> Claim:
    name, _, scope = claim_id.partition("@")
    return Claim(name, value, Evidence(quote or f"We say {value}.", 0), condition, scope)


OFFERING = Offering(
    slug=Slug("acme-api"),
    name="Acme API",
    provider="Acme",
    type="API / developer platform",
    summary="The paid platform of Acme.",
    official_site="https://acme.example/api",
    official_docs="https://docs.acme.example",
    guidance="Ask for the addendum early.",
)


@dataclass(frozen=True)
class World:
    """One offering with two primary sources and an article, and builders for what happens to it."""

    offering: Offering = OFFERING
    sources: dict[SourceId, Source] = field(
        default_factory=lambda: {
            SourceId("terms"): source("terms"),
            SourceId("data"): source("data"),
            SourceId("article"): source("article", Authority.SECONDARY),
        }
    )
    vocabulary: Vocabulary = field(default_factory=lambda: VOCABULARY)
    on: Callable[[int], datetime] = on
    claim: Callable[..., Claim] = claim

    @property
    def offerings(self) -> dict[Slug, Offering]:
        return {self.offering.slug: self.offering}

    def accepted(self, name: str, value: Value, **more: object) -> AcceptedClaim:
        given: dict[str, object] = {
            "offering": self.offering.slug,
            "key": name,
            "value": value,
            "condition": None,
            "quote": f"We say {value}.",
            "source_id": SourceId("terms"),
            "change_id": 1,
            "decided_at": on(2),
            "checked_at": on(9),
        }
        return AcceptedClaim(**{**given, **more})  # type: ignore[arg-type]

    def change(
        self,
        number: int,
        *claims: tuple[Claim | None, Claim | None],
        words: tuple[WordEdit, ...] = (),
        kind: ChangeKind = ChangeKind.CHANGE,
        source_id: str = "terms",
    ) -> Change:
        old = "".join(edit.text for edit in words if edit.kind != "added")
        new = "".join(edit.text for edit in words if edit.kind != "removed")
        block = BlockChange(
            Difference.CHANGED,
            Block(BlockKind.PARAGRAPH, old, path=("Data", "Retention")),
            Block(BlockKind.PARAGRAPH, new, path=("Data", "Retention")),
            words,
        )
        return Change(
            source_id=SourceId(source_id),
            kind=kind,
            before_snapshot=1,
            after_snapshot=2,
            changed_at=on(number),
            raised_at=on(number + 1),
            significance=Significance(5, ("a claim differs",)),
            claims=tuple(ClaimChange(Difference.CHANGED, *pair) for pair in claims),
            blocks=(block,) if words else (),
            id=number,
        )

    def review(self, number: int, change_id: int, decision: Decision, **more: object) -> Review:
        return Review(
            change_id=change_id,
            decision=decision,
            reviewer="Ada",
            decided_at=on(20 + number),
            note="between us",
            id=number,
            **more,  # type: ignore[arg-type]
        )


@pytest.fixture(scope="session")
def world() -> World:
    return World()
