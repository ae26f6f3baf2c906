"""Hosts: how long each asked to be left alone and how far apart, kept over restarts."""

from __future__ import annotations

from datetime import datetime

from watcher.ledger.connection import Connection, Row
from watcher.ledger.times import from_microseconds, from_text_or_none, to_text, to_text_or_none
from watcher.model import KnownHost
from watcher.urls import host_of

_SELECT = "SELECT host, not_before, spacing, refusals FROM hosts"
_UPDATE = (
    "INSERT INTO hosts (host, not_before, spacing, refusals) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before, spacing = excluded.spacing, "
    "refusals = excluded.refusals"
)

_ASKED = """
SELECT url, (SELECT checked_at + elapsed FROM checks WHERE source = sources.id ORDER BY checked_at DESC LIMIT 1) AS at
  FROM source_states JOIN sources ON sources.id = source_states.source
 WHERE last_check_at >= ? AND at IS NOT NULL
"""


class Hosts:
    """The hosts that ever asked for something; of all others there is nothing to know."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, host: str) -> KnownHost:
        """Give what is known of a host; nothing but its name if it never asked for anything."""
        row = self._connection.row(f"{_SELECT} WHERE host = ?", (host,))
        return KnownHost(host) if row is None else _known(row)

    def all(self) -> dict[str, KnownHost]:
        """Give what is known of every host that ever asked for something."""
        return {row[0]: _known(row) for row in self._connection.rows(_SELECT)}

    def asked_since(self, since: datetime) -> dict[str, datetime]:
        """Give when the last look at each host ended, of those whose sources were looked at from `since` on."""
        ended: dict[str, datetime] = {}
        for url, at in self._connection.rows(_ASKED, (to_text(since),)):
            host, ended_at = host_of(url), from_microseconds(at)
            ended[host] = max(ended.get(host, ended_at), ended_at)
        return ended

    def update(self, known: KnownHost) -> None:
        """Write what is known of a host now."""
        row = (known.host, to_text_or_none(known.not_before), known.spacing, known.refusals)
        self._connection.write(_UPDATE, row)


def _known(row: Row) -> KnownHost:
    host, not_before, spacing, refusals = row
    return KnownHost(host, from_text_or_none(not_before), spacing, refusals)
