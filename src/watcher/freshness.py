"""Freshness: what was not looked at for too long, told as loudly as a change.

"Checked on" is true only while somebody looks. A source, a host or the whole schedule that was not seen well for too
long is an alarm: in `watcher status`, on `/healthz` and `/metrics`, in the feed of the maintainers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher import cadence
from watcher.ledger import Ledger
from watcher.model import Known, KnownHost, Source
from watcher.registry import FeedItem
from watcher.registry.lines import SpanKind, line, span
from watcher.urls import host_of

SHORTEST_STALL = timedelta(hours=1)
"""A schedule is given so long before it is said to stand still, however often its sources are looked at."""

_MOST_UNSEEN = 20
"""Sources never seen well that a probe is told the names of."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How one source fares. `overdue_since` is when it became overdue; None when it is not, or never was seen well."""

    source: Source
    known: Known
    overdue: bool
    overdue_since: datetime | None = None

    @property
    def verdict(self) -> str:
        """The verdict of the last look, or that there was none."""
        return str(self.known.last_verdict or "never looked at")


@dataclass(frozen=True, slots=True)
class HostHealth:
    """How a host fares: overdue when it has several sources and all of them are."""

    host: str
    sources: int
    checked_at: datetime | None
    last_good_at: datetime | None
    overdue: bool
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How everything fares at a time. `stalled` tells that nothing at all was looked at for too long."""

    at: datetime
    sources: tuple[SourceHealth, ...]
    hosts: tuple[HostHealth, ...]
    checked_at: datetime | None
    stalled: bool
    due: int
    waiting: int

    @property
    def overdue(self) -> tuple[SourceHealth, ...]:
        """The sources that are overdue."""
        return tuple(each for each in self.sources if each.overdue)

    @property
    def overdue_hosts(self) -> tuple[HostHealth, ...]:
        """The hosts that are overdue."""
        return tuple(each for each in self.hosts if each.overdue)

    @property
    def closed_hosts(self) -> tuple[HostHealth, ...]:
        """The hosts that asked to be left alone, and still are."""
        return tuple(each for each in self.hosts if each.not_before and each.not_before > self.at)

    @property
    def unseen(self) -> tuple[SourceHealth, ...]:
        """The sources that were never seen well."""
        return tuple(each for each in self.sources if each.known.last_good_at is None)

    @property
    def is_well(self) -> bool:
        """Whether there is nothing to be alarmed about."""
        return not self.stalled and not self.overdue


def health(ledger: Ledger, sources: Collection[Source], now: datetime) -> Health:
    """Give how `sources` fare at `now`, by what `ledger` knows."""
    return assess(
        sources,
        ledger.fares.all().values(),
        ledger.hosts.all().values(),
        now,
        waiting=ledger.changes.number_waiting(now),
    )


def assess(
    sources: Collection[Source],
    known: Iterable[Known],
    hosts: Iterable[KnownHost],
    now: datetime,
    *,
    waiting: int = 0,
) -> Health:
    """Give how `sources` fare, by what is known of them and their hosts. Pure."""
    states = {each.source_id: each for each in known}
    fared = [_source(each, states.get(each.id, Known(each.id)), now) for each in sources]
    checked_at = max((at for each in fared if (at := each.known.last_check_at)), default=None)
    return Health(
        at=now,
        sources=tuple(fared),
        hosts=_hosts(fared, {each.host: each for each in hosts}),
        checked_at=checked_at,
        stalled=is_stalled(sources, checked_at, now),
        due=sum(cadence.is_due(each.source, each.known, now) for each in fared),
        waiting=waiting,
    )


def is_stalled(sources: Collection[Source], checked_at: datetime | None, now: datetime) -> bool:
    """Tell whether nothing at all was looked at for twice as long as the source that is looked at most often allows."""
    if not sources:
        return False
    if checked_at is None:
        return True
    as_if_well = (Known(source.id, last_good_at=checked_at) for source in sources)
    limits = [
        cadence.overdue_from(source, known)
        for source, known in zip(sources, as_if_well, strict=True)
    ]
    first = min(limit for limit in limits if limit is not None)
    return now > max(first, checked_at + SHORTEST_STALL)


def _source(source: Source, known: Known, now: datetime) -> SourceHealth:
    limit = cadence.overdue_from(source, known)
    overdue = limit is None or now > limit
    return SourceHealth(source, known, overdue, limit if overdue else None)


def _hosts(sources: Iterable[SourceHealth], known: dict[str, KnownHost]) -> tuple[HostHealth, ...]:
    by_host: dict[str, list[SourceHealth]] = {}
    for each in sources:
        by_host.setdefault(host_of(each.source.url), []).append(each)
    return tuple(
        HostHealth(
            host=host,
            sources=len(own),
            checked_at=max((at for each in own if (at := each.known.last_check_at)), default=None),
            last_good_at=max((at for each in own if (at := each.known.last_good_at)), default=None),
            overdue=len(own) > 1 and all(each.overdue for each in own),
            not_before=known[host].not_before if host in known else None,
        )
        for host, own in sorted(by_host.items())
    )


# ── alarms ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that was not looked at, or not seen well, for too long. `name` is the same while it lasts."""

    name: str
    title: str
    advice: str
    since: datetime
    url: str = ""


def alarms(found: Health) -> tuple[Alarm, ...]:
    """Give what a maintainer must hear of, the widest first: a host speaks for its sources, the schedule for all.

    A source that never was seen well is left to its own item in the queue: there is no time from which it is late.
    """
    if found.stalled and found.checked_at is not None:
        since = found.checked_at
        advice = "See whether `watcher run`, cron or the timer still runs; `watcher sweep` looks at once."
        title = f"Nothing was looked at since {since:%Y-%m-%d %H:%M} UTC"
        return (Alarm(f"schedule/{since:%Y%m%dT%H%M%SZ}", title, advice, since),)
    told = {each.host: each for each in found.overdue_hosts if each.last_good_at}
    late = [each for each in found.overdue if each.overdue_since]
    by_host = [_host_alarm(each, late) for each in told.values()]
    single = [_source_alarm(each) for each in late if host_of(each.source.url) not in told]
    return tuple(by_host + single)


def _host_alarm(host: HostHealth, late: Iterable[SourceHealth]) -> Alarm:
    own = [each.overdue_since for each in late if host_of(each.source.url) == host.host]
    since = max(at for at in own if at is not None)
    seen = host.last_good_at
    assert seen is not None  # those that never were are not told
    return Alarm(
        f"hosts/{host.host}/{seen:%Y%m%dT%H%M%SZ}",
        f"{host.host}: none of its {host.sources} sources was seen well since {seen:%Y-%m-%d}",
        "See whether the host refuses us, and what `watcher status` says of each.",
        since,
        f"https://{host.host}/",
    )


def _source_alarm(late: SourceHealth) -> Alarm:
    seen, since = late.known.last_good_at, late.overdue_since
    assert seen is not None and since is not None  # those that never were are not told
    return Alarm(
        f"sources/{late.source.id}/{seen:%Y%m%dT%H%M%SZ}",
        f"{late.source.title}: not seen well since {seen:%Y-%m-%d}",
        f"The last look said: {late.verdict.replace('_', ' ')}. Open the page, and see `watcher status`.",
        since,
        late.source.url,
    )


def alarm_items(found: Health) -> tuple[FeedItem, ...]:
    """Give the alarms as items for the maintainers' feed; one that lasts stays the same item."""
    return tuple(
        FeedItem(
            path=f"alarms/{alarm.name}",
            title=alarm.title,
            lines=(line(span(SpanKind.WARNING, alarm.advice)),),
            source_url=alarm.url,
            published_at=alarm.since,
            updated_at=alarm.since,
            changed_at=alarm.since,
            effective_on=None,
            labels=("alarm",),
        )
        for alarm in alarms(found)
    )


# ── for probes and Prometheus ────────────────────────────────────────────────────────────────────


def summary(found: Health) -> str:
    """Give how everything fares, in a line for a probe's log, and a line for each alarm."""
    head = (
        f"{len(found.sources)} sources, {len(found.overdue)} overdue, {found.due} due, "
        f"{found.waiting} changes wait for a review"
    )
    word = "well" if found.is_well else "overdue"
    lines = [f"{word}: {head}", *(alarm.title for alarm in alarms(found))]
    lines += [
        f"{each.source.id}: never seen well ({each.verdict})"
        for each in found.unseen[:_MOST_UNSEEN]
    ]
    if len(found.unseen) > _MOST_UNSEEN:
        lines.append(f"... and {len(found.unseen) - _MOST_UNSEEN} more that were never seen well")
    return "".join(f"{each}\n" for each in lines)


def metrics_text(ledger: Ledger, sources: Collection[Source], now: datetime) -> str:
    """Give the metrics in Prometheus' text format 0.0.4: checks by verdict, ages, queue, durations.

    Its length does not grow with the number of sources: which of them are late, `watcher status` tells.
    """
    text = _Exposition()
    _say_how_it_fares(text, health(ledger, sources, now))
    _say_what_was_done(text, ledger)
    return str(text)


def _say_how_it_fares(text: _Exposition, found: Health) -> None:
    text.gauge("watcher_up", "1 while all is well, 0 while something is overdue.", found.is_well)
    text.gauge("watcher_sources", "Sources that are declared.", len(found.sources))
    text.gauge("watcher_due", "Sources that are to be looked at now.", found.due)
    text.gauge("watcher_waiting_changes", "Changes that wait for a review.", found.waiting)
    closed = len(found.closed_hosts)
    text.gauge("watcher_closed_hosts", "Hosts that asked to be left alone.", closed)
    overdue = {
        "source": len(found.overdue),
        "host": len(found.overdue_hosts),
        "schedule": int(found.stalled),
    }
    text.say("watcher_overdue", "gauge", "What was not seen well for too long.", "what", overdue)
    verdicts = Counter(each.verdict.replace(" ", "_") for each in found.sources)
    meaning = "Sources by the verdict of their last look."
    text.say("watcher_sources_by_verdict", "gauge", meaning, "verdict", verdicts)
    good = [at for each in found.sources if (at := each.known.last_good_at)]
    times = {
        "last_look": found.checked_at,
        "newest_good_look": max(good, default=None),
        "oldest_good_look": min(good, default=None),
    }
    ages = {name: (found.at - at).total_seconds() for name, at in times.items() if at}
    text.say("watcher_age_seconds", "gauge", "Seconds that have passed since.", "since", ages)


def _say_what_was_done(text: _Exposition, ledger: Ledger) -> None:
    tallies = ledger.checks.tallies()
    numbers = {verdict.value: number for verdict, (number, _) in tallies.items()}
    text.say("watcher_checks_total", "counter", "Looks ever made.", "verdict", numbers)
    seconds = {verdict.value: took.total_seconds() for verdict, (_, took) in tallies.items()}
    text.say("watcher_check_seconds_total", "counter", "Seconds they took.", "verdict", seconds)
    text.gauge("watcher_ledger_bytes", "Size of the ledger, with its log.", ledger.bytes_on_disk())


class _Exposition:
    """Text in Prometheus' exposition format."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def gauge(self, name: str, meaning: str, value: float) -> None:
        """Add a metric with one sample."""
        self._head(name, "gauge", meaning)
        self._lines.append(f"{name} {float(value):.15g}")

    def say(
        self, name: str, kind: str, meaning: str, label: str, samples: Mapping[str, float]
    ) -> None:
        """Add a metric with a sample for each value of `label`."""
        self._head(name, kind, meaning)
        for value, sample in samples.items():
            self._lines.append(f'{name}{{{label}="{value}"}} {float(sample):.15g}')

    def _head(self, name: str, kind: str, meaning: str) -> None:
        self._lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]

    def __str__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)
