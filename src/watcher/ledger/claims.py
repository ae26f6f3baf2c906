"""Claims as intervals: a row for as long as a source states the same, its quote kept where it was last found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import attributes_from, from_json, to_json, value_from
from watcher.ledger.sources import key_of
from watcher.ledger.times import from_text, from_text_or_none, to_text
from watcher.model import Claim, Evidence, SourceId, Value

OBSERVED = "observed"
TECHNICAL = "technical"
"""Why a row begins or ends: the source changed, or we did (a new reader, a new rule)."""

_CLAIM = "key, value, condition, scope, attributes, rule, quote, quote_start, section, page"
_ROW = f"{_CLAIM}, document_id, seen_from, seen_until, cause, ended_cause"
_CURRENT_OF = (
    f"SELECT sources.source_id, {_CLAIM} FROM claims JOIN sources ON sources.id = claims.source WHERE claims.source IN "
    "(SELECT id FROM sources WHERE source_id IN (SELECT value FROM json_each(?))) AND seen_until IS NULL "
    "ORDER BY claims.id"
)
_BEGIN = (
    f"INSERT INTO claims (source, claim_id, {_CLAIM}, document_id, seen_from, cause) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_END = "UPDATE claims SET seen_until = ?, ended_cause = ? WHERE id = ?"
_FIND_AGAIN = (
    "UPDATE claims SET rule = ?, quote = ?, quote_start = ?, section = ?, page = ?, "
    "document_id = ? WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim for as long as its source stated it: from `seen_from` until, not including, `seen_until`.

    `document_id` is where its quote was last found; `cause` and `ended_cause` are `observed` or `technical`.
    """

    claim: Claim
    seen_from: datetime
    seen_until: datetime | None
    document_id: int
    cause: str
    ended_cause: str | None = None


class Claims:
    """The claims of all sources over time, as machines read them; what people decided stands in reviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, source_id: SourceId) -> tuple[Claim, ...]:
        """Give the claims that a source makes now, in the order in which they were first seen."""
        rows = self._rows("seen_until IS NULL ORDER BY id", key_of(self._connection, source_id))
        return tuple(_claim(row) for row in rows)

    def current_of(self, source_ids: Collection[SourceId]) -> dict[SourceId, tuple[Claim, ...]]:
        """Give the claims that each of those sources makes now, as `current` does; none of what was never declared."""
        found: dict[SourceId, list[Claim]] = {each: [] for each in source_ids}
        for source_id, *row in self._connection.rows(_CURRENT_OF, (to_json(list(source_ids)),)):
            found[source_id].append(_claim(row))
        return {source_id: tuple(claims) for source_id, claims in found.items()}

    def record(
        self,
        source_id: SourceId,
        document_id: int,
        claims: tuple[Claim, ...],
        at: datetime,
        cause: str = OBSERVED,
    ) -> bool:
        """Record that from `at` on a source makes exactly `claims`, read from the document `document_id`.

        Begins rows for claims that are new or altered, ends the rows of those that are gone or altered, and leaves
        the others alone but for the place of their quote. Tells whether it began or ended any. Raises ValueError when
        two claims have one id.
        """
        by_id = {claim.id: claim for claim in claims}
        if len(by_id) != len(claims):
            raise ValueError(
                f"{source_id}: two claims with one id among {[claim.id for claim in claims]}"
            )
        source = key_of(self._connection, source_id)
        with self._connection.atomic():
            standing = {claim_id: (row_id, row) for row_id, claim_id, row in self._standing(source)}
            same = {
                claim_id
                for claim_id, (_, row) in standing.items()
                if claim_id in by_id and _states(_claim(row)) == _states(by_id[claim_id])
            }
            ended = [
                (to_text(at), cause, standing[each][0]) for each in standing if each not in same
            ]
            self._connection.write_all(_END, ended)
            again = [
                (*_place(by_id[each]), document_id, standing[each][0])
                for each in by_id
                if each in same
            ]
            self._connection.write_all(_FIND_AGAIN, again)
            begun = [
                (source, each, *_facts(claim), *_place(claim), document_id, to_text(at), cause)
                for each, claim in by_id.items()
                if each not in same
            ]
            self._connection.write_all(_BEGIN, begun)
        return bool(ended or begun)

    def history(self, source_id: SourceId, claim_id: str) -> list[ClaimRow]:
        """Give every row of one claim of a source, oldest first."""
        source = key_of(self._connection, source_id)
        return [_claim_row(row) for row in self._rows("claim_id = ? ORDER BY id", source, claim_id)]

    def history_of_key(self, source_id: SourceId, key: str) -> list[ClaimRow]:
        """Give every row of all claims of one key of a source, whatever their scope, by scope and oldest first."""
        source = key_of(self._connection, source_id)
        return [_claim_row(row) for row in self._rows("key = ? ORDER BY scope, id", source, key)]

    def following(self, source_id: SourceId, after: int, limit: int) -> list[tuple[int, ClaimRow]]:
        """Give the rows of a source's claims after the one with the id `after`, oldest first: a page of all."""
        rows = self._connection.rows(
            f"SELECT {_ROW}, id FROM claims WHERE source = ? AND id > ? ORDER BY id LIMIT ?",
            (key_of(self._connection, source_id), after, limit),
        )
        return [(row[-1], _claim_row(row[:-1])) for row in rows]

    def as_of(self, source_id: SourceId, at: datetime) -> tuple[Claim, ...]:
        """Give the claims that a source made at a time, each with its quote where it was last found."""
        wanted = "seen_from <= ? AND (seen_until IS NULL OR seen_until > ?) ORDER BY id"
        rows = self._rows(wanted, key_of(self._connection, source_id), to_text(at), to_text(at))
        return tuple(_claim(row) for row in rows)

    def _rows(self, wanted: str, *values: object) -> list[Row]:
        return self._connection.rows(
            f"SELECT {_ROW} FROM claims WHERE source = ? AND {wanted}", values
        )

    def _standing(self, source: int) -> list[tuple[int, str, Row]]:
        rows = self._connection.rows(
            f"SELECT id, claim_id, {_ROW} FROM claims WHERE source = ? AND seen_until IS NULL",
            (source,),
        )
        return [(row[0], row[1], row[2:]) for row in rows]


def _states(claim: Claim) -> tuple[object, ...]:
    # With the type, since True == 1 and they are different values of a claim.
    attributes = tuple((name, type(value), value) for name, value in claim.attributes)
    return (claim.key, type(claim.value), claim.value, claim.condition, claim.scope, attributes)


def _facts(claim: Claim) -> Row:
    return (
        claim.key,
        to_json(claim.value),
        claim.condition,
        claim.scope,
        to_json(claim.attributes),
    )


def _place(claim: Claim) -> Row:
    evidence = claim.evidence
    return (claim.rule, evidence.quote, evidence.start, to_json(evidence.section), evidence.page)


def _claim(row: Sequence[Any]) -> Claim:
    key, value, condition, scope, attributes, rule, quote, start, section, page = row[:10]
    return Claim(
        key=key,
        value=_value(value),
        evidence=Evidence(quote, start, _section(section), page),
        condition=condition,
        scope=scope,
        attributes=attributes_from(from_json(attributes)) if attributes != "[]" else (),
        rule=rule,
    )


# Sources of one kind answer with the same few values, and a page has several claims in a section.
@lru_cache(maxsize=1_000)
def _value(text: str) -> Value:
    return value_from(from_json(text))


@lru_cache(maxsize=1_000)
def _section(text: str) -> tuple[str, ...]:
    return tuple(from_json(text))


def _claim_row(row: Row) -> ClaimRow:
    document_id, seen_from, seen_until, cause, ended_cause = row[10:]
    return ClaimRow(
        _claim(row),
        from_text(seen_from),
        from_text_or_none(seen_until),
        document_id,
        cause,
        ended_cause,
    )
