"""How sources fare: when each was looked at, with what verdict. Never what it said, which is most of what is known."""

from __future__ import annotations

from datetime import datetime

from watcher.cadence import CLOCK_TOLERANCE
from watcher.ledger.connection import Connection, Row
from watcher.ledger.sources import COLUMNS, ROWS_DUE, source_from
from watcher.ledger.times import from_text_or_none, to_text
from watcher.model import Known, Source, SourceId, Verdict

_FARED = "last_check_at, last_verdict, last_good_at, failures, next_due_at"
_ALL = f"SELECT source_id, {_FARED} FROM source_states JOIN sources ON sources.id = source"
_DOUBTFUL = f"""
SELECT {COLUMNS}, {_FARED} FROM sources LEFT JOIN source_states ON source = sources.id
 WHERE retired_at IS NULL AND sources.id IN (
       SELECT row FROM ({ROWS_DUE}) UNION SELECT source FROM source_states WHERE failures > 0)
 ORDER BY sources.id
"""


class Fares:
    """Times, verdict and failures of each source; of all else that is known of it, nothing is read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> dict[SourceId, Known]:
        """Give how every source fares that was ever looked at, retired ones included."""
        return {SourceId(row[0]): _known(row[0], row[1:]) for row in self._connection.rows(_ALL)}

    def doubtful(self, now: datetime) -> list[tuple[Source, Known]]:
        """Give the declared sources that may be overdue, and how each fares: those that failed, or are due.

        All others were seen well at their last look, and are not due again yet. What this costs grows with what is
        given.
        """
        ahead = to_text(now + CLOCK_TOLERANCE)
        sources = (
            (source_from(row[:-5]), row[-5:])
            for row in self._connection.rows(_DOUBTFUL, (to_text(now), ahead))
        )
        return [(source, _known(source.id, fared)) for source, fared in sources]


def _known(source_id: str, fared: Row) -> Known:
    last_check_at, last_verdict, last_good_at, failures, next_due_at = fared
    return Known(
        SourceId(source_id),
        last_check_at=from_text_or_none(last_check_at),
        last_verdict=None if last_verdict is None else Verdict(last_verdict),
        last_good_at=from_text_or_none(last_good_at),
        failures=failures or 0,
        next_due_at=from_text_or_none(next_due_at),
    )
