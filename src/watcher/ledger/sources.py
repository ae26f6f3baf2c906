"""Sources: what is declared, and what is known of each before its next look."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from watcher.cadence import CLOCK_TOLERANCE
from watcher.errors import NotFound
from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import (
    declaration_as,
    declaration_from,
    doubt_as,
    doubt_from,
    from_json,
    host_rules_as,
    host_rules_from,
    to_json,
    usual_as,
    usual_from,
)
from watcher.ledger.times import from_text_or_none, to_text, to_text_or_none
from watcher.model import (
    Authority,
    FetchMode,
    HostRules,
    Known,
    Offering,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)

_STATE = (
    "snapshot_id, payload_digest, document_id, document_digest, etag, last_modified, usual, doubt, "
    "last_check_at, last_verdict, last_good_at, failures, pending, next_due_at, read_by"
)
COLUMNS = "source_id, url, title, kind, authority, offerings, every_seconds, declaration"
_OFFERING = "slug, name, provider, type, status, summary, official_site, official_docs, guidance"
_SELECT_KNOWN = (
    f"SELECT sources.source_id, state.source, {_STATE} "
    "FROM sources LEFT JOIN source_states AS state ON state.source = sources.id"
)
_UPDATE = (
    f"INSERT INTO source_states (source, {_STATE}) "
    "SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM sources WHERE source_id = ? "
    "ON CONFLICT (source) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _STATE.split(", "))
)
_DECLARE_SOURCE = """
INSERT INTO sources (source_id, url, title, kind, authority, offerings, every_seconds, declaration, declared_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source_id) DO UPDATE SET url = excluded.url, title = excluded.title, kind = excluded.kind,
    authority = excluded.authority, offerings = excluded.offerings, every_seconds = excluded.every_seconds,
    declaration = excluded.declaration, retired_at = NULL
"""
_DECLARE_OFFERING = """
INSERT INTO offerings (slug, name, provider, type, status, summary, official_site, official_docs, guidance, declared_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, provider = excluded.provider, type = excluded.type,
    status = excluded.status, summary = excluded.summary, official_site = excluded.official_site,
    official_docs = excluded.official_docs, guidance = excluded.guidance, retired_at = NULL
"""


def key_of(connection: Connection, source_id: SourceId) -> int:
    """Give the row id of a source. Raises NotFound when it was never declared to this ledger."""
    found = connection.row("SELECT id FROM sources WHERE source_id = ?", (source_id,))
    if found is None:
        raise unknown(connection, source_id)
    return int(found[0])


def unknown(connection: Connection, source_id: SourceId) -> NotFound:
    """Give the error that says that a source was never declared to this ledger."""
    return NotFound(
        f"{connection.path}: knows no source {source_id!r}. Declare it and run `watcher sweep`, "
        "or look for its name in `watcher status`."
    )


class Sources:
    """The declared sources and offerings, and the state of each source."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sync(
        self,
        offerings: Iterable[Offering],
        sources: Iterable[Source],
        now: datetime,
        *,
        hosts: Mapping[str, HostRules] | None = None,
        digest: str | None = None,
    ) -> None:
        """Take over what is declared now; what no longer is stays, marked with when that was first seen.

        Where other sources than before speak for an offering, all of them are unsettled. `digest` identifies the
        declarations, so that the same need not be taken over again.
        """
        at = to_text(now)
        rules = {host: host_rules_as(each) for host, each in (hosts or {}).items()}
        with self._connection.atomic():
            before = self._spoken_for()
            self._sync(
                "sources",
                "source_id",
                _DECLARE_SOURCE,
                [_source_row(source) for source in sources],
                at,
            )
            self._sync(
                "offerings",
                "slug",
                _DECLARE_OFFERING,
                [_offering_row(each) for each in offerings],
                at,
            )
            self._unsettle(before, self._spoken_for())
            self._connection.write(
                "UPDATE ledger SET declared_as = ?, host_rules = ?", (digest, to_json(rules))
            )

    def _spoken_for(self) -> dict[str, str]:
        """The offerings that each source is declared for, as stored, by the id of the source."""
        rows = self._connection.rows(
            "SELECT source_id, offerings FROM sources WHERE retired_at IS NULL"
        )
        return dict(rows)

    def _unsettle(self, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        """Have all sources of those offerings held against each other for which others spoke before."""
        moved = [each for each in before if before[each] != now.get(each)]
        told = (slugs for each in moved for slugs in (before[each], now.get(each, "[]")))
        offerings = {slug for slugs in told for slug in from_json(slugs)}
        if offerings:
            self._connection.write(_UNSETTLE, (to_json(sorted(offerings)),))

    def declared_as(self) -> str | None:
        """Give the digest of the declarations that were taken over last, if they had one."""
        row = self._connection.row("SELECT declared_as FROM ledger")
        return None if row is None else row[0]

    def host_rules(self) -> dict[str, HostRules]:
        """Give how hosts are treated, as the declarations say that were taken over last."""
        row = self._connection.row("SELECT host_rules FROM ledger")
        rules = from_json(row[0]) if row else {}
        return {host: host_rules_from(plain) for host, plain in rules.items()}

    def known(self, source_id: SourceId) -> Known:
        """Give what is known of a source; nothing but its name if it was never looked at."""
        row = self._connection.row(f"{_SELECT_KNOWN} WHERE sources.source_id = ?", (source_id,))
        return Known(source_id) if row is None else _known_lately(row)

    def pending(self, among: Collection[SourceId]) -> set[SourceId]:
        """Give those `among` sources of which a difference waits for a second look."""
        rows = self._connection.rows(
            "SELECT sources.source_id FROM json_each(?) AS asked JOIN sources ON sources.source_id = asked.value "
            "JOIN source_states ON source_states.source = sources.id WHERE pending",
            (to_json(list(among)),),
        )
        return {SourceId(row[0]) for row in rows}

    def all_known(self) -> dict[SourceId, Known]:
        """Give what is known of every source that was ever declared, retired ones included."""
        return {
            known.source_id: known for known in map(_known, self._connection.rows(_SELECT_KNOWN))
        }

    def declared(self) -> dict[SourceId, Source]:
        """Give every source as it was declared last, retired ones included."""
        rows = self._connection.rows(f"SELECT {COLUMNS} FROM sources")
        return {source.id: source for source in map(source_from, rows)}

    def standing(self) -> list[Source]:
        """Give the sources that are declared now."""
        rows = self._connection.rows(f"SELECT {COLUMNS} FROM sources WHERE retired_at IS NULL")
        return [source_from(row) for row in rows]

    def offerings(self) -> dict[Slug, Offering]:
        """Give every offering as it was declared last, retired ones included."""
        rows = self._connection.rows(f"SELECT {_OFFERING} FROM offerings")
        return {each.slug: each for each in (Offering(*row) for row in rows)}

    def beside(
        self, looked_at: Collection[SourceId]
    ) -> tuple[dict[Slug, Offering], dict[SourceId, Source]]:
        """Give the offerings that those sources are evidence for, and all sources declared for these, none retired."""
        rows = self._connection.rows(_BESIDE, (to_json(list(looked_at)),))
        sources = {source.id: source for source in map(source_from, rows)}
        slugs = {slug for each in looked_at if each in sources for slug in sources[each].offerings}
        declared = self.offerings()
        return {slug: each for slug, each in declared.items() if slug in slugs}, sources

    def due(self, now: datetime) -> list[Source]:
        """Give the declared sources that were never looked at or are due by `now`: the former first, then by due time.

        Due is also what was looked at by a clock that went wrong: at a time that is still to come. What this costs
        grows with what is due; of what is not, only the row ids are run through.
        """
        ahead = to_text(now + CLOCK_TOLERANCE)
        return [source_from(row) for row in self._connection.rows(_DUE, (to_text(now), ahead))]

    def number_standing(self) -> int:
        """Give how many sources are declared now."""
        row = self._connection.row("SELECT count(*) FROM sources WHERE retired_at IS NULL")
        return int(row[0]) if row else 0

    def next_due_at(self) -> datetime | None:
        """Give when the next look at a source that is still declared is due, past or to come."""
        row = self._connection.row(
            "SELECT min(next_due_at) FROM source_states JOIN sources ON sources.id = source WHERE retired_at IS NULL"
        )
        return from_text_or_none(row[0]) if row else None

    def update(self, known: Known) -> None:
        """Write what is known of a source now. Raises NotFound when it was never declared to this ledger."""
        if self._connection.changed(_UPDATE, _state_row(known)) == 0:
            raise unknown(self._connection, known.source_id)

    def make_due(self, source_id: SourceId, at: datetime) -> None:
        """Have a source be due at `at`, unless it is sooner."""
        self._connection.write(
            "UPDATE source_states SET next_due_at = ? WHERE next_due_at > ? "
            "AND source = (SELECT id FROM sources WHERE source_id = ?)",
            (to_text(at), to_text(at), source_id),
        )

    def remember_fetch(self, source_id: SourceId, mode: FetchMode) -> None:
        """Remember the way of fetching that worked for a source."""
        self._connection.write(
            "UPDATE sources SET fetch_mode = ? WHERE source_id = ?", (mode.value, source_id)
        )

    def fetch_mode(self, source_id: SourceId) -> FetchMode | None:
        """Give the way of fetching that worked last for a source, if one is remembered."""
        row = self._connection.row(
            "SELECT fetch_mode FROM sources WHERE source_id = ?", (source_id,)
        )
        return FetchMode(row[0]) if row and row[0] else None

    def retired(self) -> list[SourceId]:
        """Give the sources that are no longer declared."""
        rows = self._connection.rows(
            "SELECT source_id FROM sources WHERE retired_at IS NOT NULL ORDER BY source_id"
        )
        return [SourceId(row[0]) for row in rows]

    def _sync(self, table: str, name: str, declare: str, rows: list[Row], at: str) -> None:
        columns = declare.partition("(")[2].partition(", declared_at)")[0]
        held = {
            row[0]: row
            for row in self._connection.rows(
                f"SELECT {columns} FROM {table} WHERE retired_at IS NULL"
            )
        }
        self._connection.write_all(declare, [(*row, at) for row in rows if held.get(row[0]) != row])
        gone = held.keys() - {row[0] for row in rows}
        self._connection.write_all(
            f"UPDATE {table} SET retired_at = ? WHERE {name} = ?",
            [(at, each) for each in sorted(gone)],
        )


_BESIDE = f"""
SELECT {COLUMNS} FROM sources WHERE retired_at IS NULL AND EXISTS (
    SELECT 1 FROM json_each(offerings) WHERE value IN (
        SELECT shared.value FROM sources AS seen, json_each(seen.offerings) AS shared
         WHERE seen.retired_at IS NULL AND seen.source_id IN (SELECT value FROM json_each(?))))
"""
_UNSETTLE = """
INSERT OR IGNORE INTO unsettled SELECT id FROM sources WHERE retired_at IS NULL AND EXISTS (
    SELECT 1 FROM json_each(offerings) WHERE value IN (SELECT value FROM json_each(?)))
"""
ROWS_DUE = """
    SELECT source AS row, next_due_at AS since FROM source_states WHERE next_due_at <= ?
     UNION SELECT source, '' FROM source_states WHERE next_due_at IS NULL OR last_check_at > ?
     UNION SELECT id, '' FROM sources
            WHERE NOT EXISTS (SELECT 1 FROM source_states WHERE source = sources.id)
"""
_DUE = f"""
SELECT {COLUMNS} FROM sources JOIN ({ROWS_DUE}) ON row = sources.id
 WHERE retired_at IS NULL GROUP BY sources.id ORDER BY min(since), sources.id
"""


def _source_row(source: Source) -> Row:
    return (
        source.id,
        source.url,
        source.title,
        source.kind.value,
        source.authority.value,
        to_json(source.offerings),
        int(source.every.total_seconds()),
        to_json(declaration_as(source)),
    )


def source_from(row: Row) -> Source:
    """Give the source that a row of COLUMNS holds."""
    source_id, url, title, kind, authority, offerings, every, declaration = row
    return Source(
        id=SourceId(source_id),
        url=url,
        title=title,
        kind=SourceKind(kind),
        authority=Authority(authority),
        offerings=tuple(map(Slug, from_json(offerings))),
        every=timedelta(seconds=every),
        **declaration_from(from_json(declaration)),
    )


def _offering_row(offering: Offering) -> Row:
    return (
        offering.slug,
        offering.name,
        offering.provider,
        offering.type,
        offering.status,
        offering.summary,
        offering.official_site,
        offering.official_docs,
        offering.guidance,
    )


def _state_row(known: Known) -> Row:
    return (
        known.snapshot_id,
        known.payload_digest,
        known.document_id,
        known.document_digest,
        known.etag,
        known.last_modified,
        None if known.usual is None else to_json(usual_as(known.usual)),
        None if known.doubt is None else to_json(doubt_as(known.doubt)),
        to_text_or_none(known.last_check_at),
        None if known.last_verdict is None else known.last_verdict.value,
        to_text_or_none(known.last_good_at),
        known.failures,
        int(known.pending),
        to_text_or_none(known.next_due_at),
        known.read_by,
        known.source_id,
    )


def _known(row: Row) -> Known:
    source_id, source, *state = row
    if source is None:
        return Known(SourceId(source_id))
    (snapshot, payload, document, digest, etag, modified, usual, doubt, *fared) = state
    (last_check_at, last_verdict, last_good_at, failures, pending, next_due_at, read_by) = fared
    return Known(
        source_id=SourceId(source_id),
        snapshot_id=snapshot,
        payload_digest=payload,
        document_id=document,
        document_digest=digest,
        etag=etag,
        last_modified=modified,
        usual=None if usual is None else usual_from(from_json(usual)),
        doubt=None if doubt is None else doubt_from(from_json(doubt)),
        last_check_at=from_text_or_none(last_check_at),
        last_verdict=None if last_verdict is None else Verdict(last_verdict),
        last_good_at=from_text_or_none(last_good_at),
        failures=failures,
        pending=bool(pending),
        next_due_at=from_text_or_none(next_due_at),
        read_by=read_by,
    )


_known_lately = lru_cache(maxsize=256)(_known)
"""What is known of a source is asked for twice a look, and is mostly the same at its end as at its begin."""
