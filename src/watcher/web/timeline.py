"""A source's life as a picture: every look a mark, every verdict a colour, every change a flag. Geometry only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.ledger.claims import ClaimRow
from watcher.model import Change, Check

WIDTH, HEIGHT, EDGE = 960, 96, 12
LANE_HEIGHT = 64
_LANE, _FLAG = 62, 30
_LETTER = 7.5
"""Units that a letter of a label takes at most."""
_TICKS = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """Looks that fall on one place of the picture; the worst of them gives the kind."""

    x: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A change, at the time it was first seen."""

    x: float
    level: int
    change_id: int
    told: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A date on the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time through which a claim had one value; `label` is empty where there is no room for it."""

    x: float
    width: float
    kind: str
    label: str
    told: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything to draw, in a box of WIDTH by HEIGHT."""

    marks: tuple[Mark, ...]
    flags: tuple[Flag, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    lane: int = _LANE
    flag: int = _FLAG


@dataclass(frozen=True, slots=True)
class Lane:
    """The values of one claim over time, in a box of WIDTH by LANE_HEIGHT."""

    stretches: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = LANE_HEIGHT


def timeline(checks: Sequence[Check], changes: Sequence[Change]) -> Timeline | None:
    """Give the picture of looks and changes, or None when there was no look yet."""
    if not checks:
        return None
    moments = [each.checked_at for each in checks] + [each.changed_at for each in changes]
    begin, end = min(moments), max(moments)
    scale = _Scale(begin, max(end - begin, timedelta(hours=1)))
    return Timeline(
        marks=_marks(checks, scale),
        flags=tuple(
            Flag(scale.x(each.changed_at), each.significance.level, each.id or 0, _told(each))
            for each in reversed(changes)
        ),
        ticks=tuple(scale.ticks()),
    )


def lane(spells: Sequence[tuple[ClaimRow, str]], now: datetime) -> Lane:
    """Give the picture of a claim's rows, oldest first, each with its value in words; there is at least one."""
    begin = spells[0][0].seen_from
    scale = _Scale(begin, max(now - begin, timedelta(hours=1)))
    return Lane(
        stretches=tuple(_stretch(row, shown, scale, now) for row, shown in spells),
        ticks=tuple(scale.ticks()),
    )


def _stretch(row: ClaimRow, shown: str, scale: _Scale, now: datetime) -> Stretch:
    x, until = scale.x(row.seen_from), row.seen_until
    width = max(round(scale.x(until or now) - x, 1), 3.0)
    kind = "past" if until else "now"
    end = f"{until:%Y-%m-%d}" if until else "now"
    return Stretch(
        x,
        width,
        kind,
        shown if len(shown) * _LETTER < width - 10 else "",
        f"{shown}: {row.seen_from:%Y-%m-%d} to {end}",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    begin: datetime
    length: timedelta

    def x(self, moment: datetime) -> float:
        return round(EDGE + (moment - self.begin) / self.length * (WIDTH - 2 * EDGE), 1)

    def ticks(self) -> list[Tick]:
        pattern = "%Y-%m-%d" if self.length > timedelta(days=3) else "%d %b %H:%M"
        moments = [self.begin + self.length * part / _TICKS for part in range(_TICKS + 1)]
        return [Tick(self.x(each), each.strftime(pattern)) for each in moments]


def _marks(checks: Sequence[Check], scale: _Scale) -> tuple[Mark, ...]:
    """Give a mark for each place; a bad look is not hidden by good ones beside it."""
    places: dict[float, Check] = {}
    for check in checks:
        place = round(scale.x(check.checked_at) / 3) * 3.0
        held = places.get(place)
        if held is None or _weight(check) > _weight(held):
            places[place] = check
    return tuple(
        Mark(
            x,
            _kind(check),
            f"{check.checked_at:%Y-%m-%d %H:%M}: {check.judgement.verdict.replace('_', ' ')}",
        )
        for x, check in sorted(places.items())
    )


def _weight(check: Check) -> int:
    return ("same", "new", "bad").index(_kind(check))


def _kind(check: Check) -> str:
    verdict = check.judgement.verdict
    if not verdict.is_good:
        return "bad"
    return "new" if verdict == "ok" else "same"


def _told(change: Change) -> str:
    return f"{change.changed_at:%Y-%m-%d}: change {change.id}, level {change.significance.level}"
