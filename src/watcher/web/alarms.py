"""What was not looked at, or not seen well, for too long: told at the desk as loudly as a change."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from watcher import freshness
from watcher.desk import Desk
from watcher.model import Source
from watcher.web.visit import Visit


def alarms_of(visit: Visit) -> tuple[freshness.Alarm, ...]:
    """Give the alarms, the widest first."""
    return freshness.alarms(freshness.health(visit.desk.ledger, _standing(visit.desk), visit.now))


def metrics(visit: Visit) -> Response:
    """Give the metrics for Prometheus: where only sweeps run, nothing else is there to be asked."""
    text = freshness.metrics_text(visit.desk.ledger, _standing(visit.desk), visit.now)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def _standing(desk: Desk) -> list[Source]:
    retired = set(desk.ledger.sources.retired())
    return [source for name, source in desk.sources.items() if name not in retired]
