"""Channels: where notifications go as it is declared now, and how each fares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from watcher.ledger.connection import Connection, Row
from watcher.ledger.encoding import from_json, to_json
from watcher.ledger.times import from_text, from_text_or_none, to_text, to_text_or_none
from watcher.model import (
    Channel,
    ChannelState,
    Chat,
    Cron,
    Email,
    NoticeKind,
    PlugInWay,
    Security,
    Slug,
    Webhook,
)

_STATE = (
    "declaration, declared_at, sorted_until, digest_at, sent_at, failures, failing_since, failure, retry_at "
    "FROM channels WHERE retired_at IS NULL"
)
_DECLARE = """
INSERT INTO channels (name, declaration, declared_at, sorted_until, digest_at)
VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM outbox), ?)
ON CONFLICT (name) DO UPDATE SET declaration = excluded.declaration, retired_at = NULL,
    sorted_until = iif(retired_at IS NULL, sorted_until, excluded.sorted_until),
    digest_at = iif(retired_at IS NULL, digest_at, excluded.digest_at)
"""
_WAYS = {"apprise": Chat, "email": Email, "webhook": Webhook, "plug_in": PlugInWay}


class Channels:
    """The channels that are declared, and those that were."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sync(self, channels: Iterable[Channel], now: datetime) -> None:
        """Take over what is declared now. A new channel is told what comes from now on; one that is gone, nothing."""
        at, declared = to_text(now), list(channels)
        names = to_json([each.name for each in declared])
        gone = "name NOT IN (SELECT value FROM json_each(?))"
        with self._connection.atomic():
            for each in declared:
                self._connection.write(_DECLARE, (each.name, to_json(_plain(each)), at, at))
            self._connection.write(
                f"UPDATE channels SET retired_at = coalesce(retired_at, ?) WHERE {gone}",
                (at, names),
            )
            self._connection.write(
                "DELETE FROM deliveries WHERE sent_at IS NULL AND given_up_at IS NULL "
                f"AND channel IN (SELECT name FROM channels WHERE {gone})",
                (names,),
            )

    def all(self) -> list[ChannelState]:
        """Give the channels that are declared now, by name, each with how it fares."""
        return [_state(row) for row in self._connection.rows(f"SELECT {_STATE} ORDER BY name")]

    def rest_no_more(self, name: str) -> None:
        """Have a channel that failed tried again at once."""
        self._connection.write("UPDATE channels SET retry_at = NULL WHERE name = ?", (name,))

    def update(self, state: ChannelState) -> None:
        """Write how a channel fares; what was sorted for it stands elsewhere."""
        self._connection.write(
            "UPDATE channels SET digest_at = ?, sent_at = ?, failures = ?, failing_since = ?, failure = ?, "
            "retry_at = ? WHERE name = ?",
            (
                to_text(state.digest_at),
                to_text_or_none(state.sent_at),
                state.failures,
                to_text_or_none(state.failing_since),
                state.failure,
                to_text_or_none(state.retry_at),
                state.channel.name,
            ),
        )


def _state(row: Row) -> ChannelState:
    declaration, declared_at, sorted_until, digest_at, sent_at, failures, since, failure, retry = (
        row
    )
    return ChannelState(
        channel=_channel(from_json(declaration)),
        declared_at=from_text(declared_at),
        sorted_until=sorted_until,
        digest_at=from_text(digest_at),
        sent_at=from_text_or_none(sent_at),
        failures=failures,
        failing_since=from_text_or_none(since),
        failure=failure or "",
        retry_at=from_text_or_none(retry),
    )


def _plain(channel: Channel) -> dict[str, Any]:
    way = next(name for name, kind in _WAYS.items() if isinstance(channel.to, kind))
    return asdict(channel) | {"to": {way: asdict(channel.to)}}


def _channel(plain: dict[str, Any]) -> Channel:
    ((way, to),) = plain["to"].items()
    if way == "email":
        to |= {"to": tuple(to["to"]), "security": Security(to["security"])}
    if way == "plug_in":
        to |= {part: tuple(map(tuple, to[part])) for part in ("options", "secrets")}
    return Channel(
        name=plain["name"],
        to=_WAYS[way](**to),
        about=tuple(map(NoticeKind, plain["about"])),
        offerings=tuple(map(Slug, plain["offerings"])),
        providers=tuple(plain["providers"]),
        significance=plain["significance"],
        digest=Cron(**plain["digest"]) if plain["digest"] else None,
    )
