"""Plays the demo's history through the real pipeline, and tells it as a maintainer would see it.

Two hosts on loopback stand in for the web, and a calendar for the clock; fetching, verdicts, reading, claims,
changes, reviews and the ledger are the real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

from watcher.claims import Pack, load_pack
from watcher.demo.place import declarations_text, make_room
from watcher.demo.server import LocalHost
from watcher.demo.site import ADVISOR, PROVIDER, Site
from watcher.demo.story import OURS, STORY, Calendar, Day
from watcher.demo.telling import Teller
from watcher.engines import Fetcher, LocalEngine, Report, http_fetcher
from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, Known, Response, Source, Vocabulary
from watcher.registry import Paint, SpanKind
from watcher.settings import Settings
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sources.vocabulary import load_vocabulary
from watcher.sweep import Sweep

SETTINGS = Settings(deadline=10.0)
"""A silent host shall not make a visitor wait."""


def play(
    out: Callable[[str], None],
    ledger_path: Path,
    sources_path: Path,
    *,
    paint: Paint | None = None,
    width: int = 88,
    now: datetime | None = None,
    command: str = "watcher",
) -> int:
    """Play the history into a new ledger, tell it through `out`, and give the exit code.

    The calendar ends at `now`, by default a moment ago. `command` is how a visitor calls Watcher. An earlier demo at
    the same place is replaced; raises WatcherError when something else stands there.
    """
    replaced = make_room(ledger_path, sources_path, OURS)
    # Some minutes back, so that the looks of the last day do not end in the future.
    calendar = Calendar(now or datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5))
    vocabulary = load_vocabulary()
    with (
        LocalHost(Site(PROVIDER, calendar.opened_at)) as provider,
        LocalHost(Site(ADVISOR, calendar.opened_at)) as advisor,
    ):
        sources_path.write_text(declarations_text(provider.base, advisor.base), encoding="utf-8")
        declared = load_declarations(sources_path, vocabulary)
        teller = Teller(out, declared.sources, vocabulary, width, paint)
        _open(teller, provider, advisor, ledger_path, replaced=replaced)
        with Ledger.open(ledger_path) as ledger:
            stage = _Stage(declared, vocabulary, load_pack(), ledger, calendar, provider, advisor)
            for day in STORY:
                _play_day(day, stage, teller)
    _close(teller, ledger_path, sources_path, command)
    return 0


@dataclass(frozen=True, slots=True)
class _Stage:
    """Everything that the play moves: hosts, calendar, ledger."""

    declared: Declarations
    vocabulary: Vocabulary
    pack: Pack
    ledger: Ledger
    calendar: Calendar
    provider: LocalHost
    advisor: LocalHost

    def turn_to(self, day: Day) -> None:
        self.calendar.turn_to(day.number)
        self.provider.day = self.advisor.day = day.number
        self.advisor.silent = day.advisor_is_silent

    def sweep(self) -> Report:
        """Look at all that is due, as `watcher sweep` does."""
        sources = list(self.declared.sources.values())
        now = self.calendar.now()
        with self.ledger.sweeping():
            self.ledger.sources.sync(list(self.declared.offerings.values()), sources, now)
            return asyncio.run(self._look_at(self.ledger.sources.due(now)))

    async def _look_at(self, sources: list[Source]) -> Report:
        async with http_fetcher(SETTINGS, self.declared.hosts) as fetcher:
            engine = LocalEngine(
                Sweep(self.ledger, self.vocabulary, self.pack),
                _OnThisDay(fetcher, self.calendar),
                confirm_after=timedelta(),
                clock=self.calendar.now,
            )
            return await engine.run(sources)


@dataclass(frozen=True, slots=True)
class _OnThisDay:
    """A fetcher whose looks happen on the simulated calendar."""

    fetcher: Fetcher
    calendar: Calendar

    async def fetch(self, source: Source, known: Known) -> Response:
        response = await self.fetcher.fetch(source, known)
        return replace(response, fetched_at=self.calendar.tick())


def _play_day(day: Day, stage: _Stage, teller: Teller) -> None:
    stage.turn_to(day)
    teller.day(day.number, stage.calendar.now(), day.heading, day.happens)
    report = stage.sweep()
    for bug in report.bugs:
        raise bug
    changes = report.raised
    waiting = len(stage.ledger.changes.waiting(stage.calendar.now()))
    teller.sweep(report, waiting)
    _tell_changes(changes, teller)
    _review(day, changes, stage, teller)
    if changes and day.leaves:
        teller.say(day.leaves, SpanKind.WARNING, indent=1)


def _tell_changes(changes: list[Change], teller: Teller) -> None:
    """Tell changes in full; of several first looks one in full is enough to see what they are like."""
    first_looks = [change for change in changes if change.kind is ChangeKind.FIRST_LOOK]
    for change in changes:
        if change in first_looks[1:]:
            teller.title(change)
        else:
            teller.change(change)


def _review(day: Day, changes: list[Change], stage: _Stage, teller: Teller) -> None:
    decided = [day.decide(change, stage.vocabulary, stage.calendar.tick()) for change in changes]
    reviews = [review for review in decided if review is not None]
    for review in reviews:
        stage.ledger.reviews.add(review)
    teller.decisions(reviews)


def _open(
    teller: Teller, provider: LocalHost, advisor: LocalHost, ledger_path: Path, *, replaced: bool
) -> None:
    teller.say("Thirteen days of a provider that does not exist", SpanKind.HEADING)
    teller.say(
        f"Its site answers on {provider.base}, an advisor's on {advisor.base}. The calendar is simulated, and "
        "both hosts are ours; everything between them and you is Watcher as it is."
    )
    teller.say(
        f"Ledger: {ledger_path} ({'a new one, in place of the last demo' if replaced else 'new'})"
    )


def _close(teller: Teller, ledger_path: Path, sources_path: Path, command: str) -> None:
    teller.blank()
    teller.say("The ledger is yours to explore. Type next:", SpanKind.HEADING)
    for name, path in (("WATCHER_LEDGER", ledger_path), ("WATCHER_SOURCES", sources_path)):
        teller.commands({f"export {name}={quote(str(path))}": ""})
    teller.commands(
        {
            f"{command} changes": "what waits for you",
            f"{command} show NUMBER": "one change, with its proof",
            f"{command} review": "decide on what waits",
            f"{command} entry lumen-api": "the registry's entry",
            f"{command} feed --format atom": "what subscribers read",
            f"{command} noise lumen-data-usage": "what was silenced, and by which rule",
        }
    )
    teller.say(
        "The two hosts are gone with the demo: a sweep would find nobody there.", SpanKind.META
    )
