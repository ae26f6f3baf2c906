"""What a change names beside the claims that differ."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.claims import load_pack, read_claims
from watcher.claims.examples import document_of
from watcher.looks import naming
from watcher.model import (
    BlockChange,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    DeclaredClaim,
    Difference,
    Evidence,
    Significance,
    Source,
    SourceId,
    SourceKind,
    State,
)
from watcher.sources.vocabulary import load_vocabulary

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
FIRST = "You must not reverse engineer the service."
BEFORE = document_of(f"{FIRST}\nCustomers may not decompile the desktop application.")
AFTER = document_of(f"{FIRST}\nCustomers may not decompile any application of ours.")


def _named(
    source: Source, before_snapshot: int | None = 1, claims: tuple[ClaimChange, ...] = ()
) -> list[str]:
    reworded = BlockChange(Difference.CHANGED, BEFORE.blocks[1], AFTER.blocks[1])
    change = Change(
        source_id=source.id,
        kind=ChangeKind.CHANGE,
        before_snapshot=before_snapshot,
        after_snapshot=2,
        changed_at=NOW,
        raised_at=NOW,
        significance=Significance(2, ("1 clause reworded",)),
        claims=claims,
        blocks=(reworded,),
    )
    rules = load_vocabulary(), load_pack()
    states = {
        number: State(number, NOW, document, read_claims(document, *rules))
        for number, document in ((1, BEFORE), (2, AFTER))
    }
    named = naming(change, source, states.__getitem__, *rules)
    assert (named.significance, named.blocks) == (change.significance, change.blocks)
    return [each.key for each in named.claims]


def _source(*claims: DeclaredClaim) -> Source:
    return Source(
        id=SourceId("terms"),
        url="https://palewater.example/terms",
        title="Terms",
        kind=SourceKind.OFFICIAL_TERMS,
        offerings=(),
        claims=claims,
    )


def test_a_change_names_the_claim_whose_other_sentence_it_touches() -> None:
    assert _named(_source()) == ["reverse_engineering_prohibited"]


def test_a_declared_claim_keeps_the_evidence_of_its_declaration() -> None:
    declared = DeclaredClaim("reverse_engineering_prohibited", pattern="must not", value="yes")
    assert _named(_source(declared)) == []


def test_a_first_look_has_nothing_to_compare() -> None:
    assert _named(_source(), before_snapshot=None) == []


def test_what_another_claim_shows_already_is_not_named_once_more() -> None:
    sides = [
        Claim("fees", n, Evidence(doc.blocks[1].text, 0)) for n, doc in enumerate((BEFORE, AFTER))
    ]
    differs = ClaimChange(Difference.CHANGED, *sides)
    assert _named(_source(), claims=(differs,)) == ["fees"]
