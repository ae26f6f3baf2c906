"""The doctor: whether everything that Watcher needs is there and well, and the command that mends what is not.

Asks the machine and the declared hosts only, writes nothing, sends nothing. Each examination gives what it saw; one
that fails in a way we did not think of is itself told as ill, and the others go on.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import statistics
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from watcher import freshness
from watcher.errors import (
    BrowserMissing,
    DeclarationError,
    LedgerBusy,
    LedgerError,
    LedgerFull,
    LedgerOld,
    LedgerTooNew,
)
from watcher.fetching.browsing import driver
from watcher.fetching.browsing.processes import end_marked, new_mark
from watcher.fetching.guard import objection
from watcher.ledger import Ledger
from watcher.ledger.findings import reading_as_stored
from watcher.ledger.inspection import Inspection
from watcher.ledger.lock import sweeper
from watcher.model import FetchMode, Snapshot, Source, Vocabulary
from watcher.notify import complaints
from watcher.settings import Settings
from watcher.sources.declarations import Declarations, load_declarations

LARGEST_SKEW = timedelta(minutes=2)
"""A clock that is further off than this makes times of decisions and looks untrue, and TLS fail before long."""

_DAMAGED = "`watcher restore BACKUP` replaces it; what was there is kept beside it"
_MENDS: Mapping[type[Exception], str] = {
    LedgerOld: "`watcher status` brings it up to date",
    LedgerTooNew: "`pip install --upgrade watcher`, in whatever environment runs it",
    LedgerBusy: "`fuser LEDGER` tells which process holds it; end it if it hangs",
    LedgerFull: "see the disk, and the permissions of the ledger and its folder",
}
"""What mends a ledger that cannot be opened, by its error."""

_SET_CLOCK = "set the clock: `timedatectl set-ntp true`"
_REACH_WITHIN = 5.0
_LEAST_ROOM = 200_000_000
_ROOM_FOR = 2
"""The ledger must fit on its disk once more, for `watcher compact`, and leave room for the log."""

_HOSTS_AT_ONCE = 20
_DATES_READ = 200
_BROWSER_WITHIN = 40.0


class State(StrEnum):
    """How something fares; `note` is worth knowing, and nothing to mend today."""

    WELL = "well"
    NOTE = "note"
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one examination saw: of what, how it fares, in words, and what mends it if it is not well."""

    of: str
    state: State
    what: str
    mend: str = ""


def examine(
    ledger_path: Path,
    sources_path: Path,
    settings: Settings,
    environment: Mapping[str, str],
    vocabulary: Vocabulary,
    now: datetime,
) -> Iterator[Seen]:
    """Tell of declarations, ledger, schedule, clock, disk, network, browser and channels, in that order."""
    declared, seen = _declarations(sources_path, vocabulary)
    yield seen
    yield from _of_ledger(ledger_path, declared, now)
    yield _disk(ledger_path)
    yield from _network(declared)
    yield _browser(declared, settings)
    yield from _channels(declared, environment)


def _declarations(path: Path, vocabulary: Vocabulary) -> tuple[Declarations | None, Seen]:
    try:
        declared = load_declarations(path, vocabulary)
    except DeclarationError as error:
        first, number = error.problems[0], len(error.problems)
        what = f"{number} wrong in {path}, the first: {first}"
        mend = "`watcher lint` lists all" if path.exists() else "`watcher init` writes a first one"
        return None, Seen("declarations", State.ILL, what, mend)
    what = f"{path}: {len(declared.sources)} sources of {len(declared.offerings)} offerings"
    return declared, Seen("declarations", State.WELL, what)


# ── ledger, schedule, clock ──────────────────────────────────────────────────────────────────────


def _of_ledger(path: Path, declared: Declarations | None, now: datetime) -> Iterator[Seen]:
    """Examine what the ledger holds; nothing of it can be said when it cannot be opened."""
    try:
        with Ledger.open(path, create=False, read_only=True) as ledger:
            yield _file(ledger)
            sources = declared.sources if declared else ledger.sources.declared()
            yield from _schedule(ledger, sources.values(), now)
            yield _clock(ledger, sources.values(), now)
            yield from _failing(ledger)
    except (LedgerError, sqlite3.Error) as error:
        unmended = _DAMAGED if path.exists() else "`watcher sweep` makes one"
        state = State.NOTE if isinstance(error, LedgerOld) else State.ILL
        yield Seen("ledger", state, str(error), _MENDS.get(type(error), unmended))


def _file(ledger: Ledger) -> Seen:
    inspection = Inspection(ledger)
    with reading_as_stored(ledger.connection):
        found = [
            each for name in ("file", "tables", "references") for each in inspection.steps[name]()
        ]
    if found:
        what = f"{ledger.path}: {len(found)} broken, the first: {found[0]}"
        return Seen(
            "ledger", State.ILL, what, "`watcher verify` names all, `watcher restore BACKUP` mends"
        )
    for place in (ledger.path, ledger.path.parent):
        if not os.access(place, os.W_OK, effective_ids=True):
            mend = f"`chmod u+w {place}`, or call Watcher as its owner"
            return Seen("ledger", State.ILL, f"{place}: may not be written by you", mend)
    head = ledger.seals.head()
    sealed = f"sealed up to {head.sealed_at:%Y-%m-%d %H:%M} UTC" if head else "nothing sealed yet"
    return Seen("ledger", State.WELL, f"{ledger.path}: {ledger.bytes_on_disk():,} bytes, {sealed}")


def _schedule(ledger: Ledger, sources: Iterable[Source], now: datetime) -> Iterator[Seen]:
    found = freshness.health(ledger, list(sources), now)
    holder = sweeper(ledger.path)
    process, since, command = [*(holder or "").split(" ", 2), "", ""][:3]
    at_work = (
        f", {command or 'a sweep'} is at work (process {process}, since {since})" if holder else ""
    )
    looked = (
        f"last look {found.checked_at:%Y-%m-%d %H:%M} UTC" if found.checked_at else "no look yet"
    )
    if found.stalled:
        mend = "`watcher sweep` looks now; see that cron, the timer or `watcher run` is at work"
        if holder:
            mend = f"it hangs: `kill {process}`, then `watcher sweep`"
        yield Seen("schedule", State.ILL, f"nothing is looked at: {looked}{at_work}", mend)
    elif found.overdue:
        names = ", ".join(each.source.id for each in found.overdue[:5])
        what = f"{len(found.overdue)} sources overdue: {names}"
        yield Seen(
            "schedule",
            State.ILL,
            what,
            "`watcher status` tells why, `watcher sweep` looks at what is due",
        )
    else:
        yield Seen("schedule", State.WELL, f"{looked}, {found.due} due{at_work}")


def _clock(ledger: Ledger, sources: Iterable[Source], now: datetime) -> Seen:
    """Hold our clock against the last look, and against the time that servers told: the middle of the last answers."""
    last = max(
        (each.last_check_at or now for each in ledger.sources.all_known().values()), default=now
    )
    if last - now > LARGEST_SKEW:
        what = (
            f"it shows {now:%Y-%m-%d %H:%M} UTC, and the last look was at {last:%Y-%m-%d %H:%M} UTC"
        )
        return Seen("clock", State.ILL, what, _SET_CLOCK)
    skews = [
        skew
        for source in list(sources)[:_DATES_READ]
        for snapshot in _last(ledger, source)
        if (skew := skew_of(snapshot)) is not None
    ]
    if not skews:
        return Seen(
            "clock", State.NOTE, "no answer that tells the time was seen yet", "`watcher sweep`"
        )
    middle = timedelta(seconds=statistics.median(each.total_seconds() for each in skews))
    seconds = round(middle.total_seconds())
    what = f"{abs(seconds)} s {'behind' if seconds > 0 else 'ahead of'} the middle of {len(skews)} servers"
    if abs(middle) > LARGEST_SKEW:
        return Seen("clock", State.ILL, what, _SET_CLOCK)
    return Seen("clock", State.WELL, what)


def _failing(ledger: Ledger) -> Iterator[Seen]:
    """Tell of channels that took nothing when they were told last."""
    for state in ledger.channels.all():
        if state.failing_since is not None:
            name = state.channel.name
            what = f"{name}: fails since {state.failing_since:%Y-%m-%d %H:%M} UTC: {state.failure}"
            mend = f"mend what it says, then `watcher notify test {name}`"
            yield Seen("channels", State.ILL, what, mend)


def _last(ledger: Ledger, source: Source) -> list[Snapshot]:
    known = ledger.sources.known(source.id)
    return [] if known.snapshot_id is None else [ledger.snapshots.get(known.snapshot_id)]


def skew_of(snapshot: Snapshot) -> timedelta | None:
    """Give how far the server's clock was ahead of ours when it answered; None when its answer does not tell.

    An answer from a cache carries the time at which it was made, and its age in seconds.
    """
    headers = {name.lower(): value for name, value in snapshot.headers}
    if snapshot.fetched_with == "person" or "date" not in headers:
        return None
    try:
        at = parsedate_to_datetime(headers["date"])
        age = timedelta(seconds=int(headers.get("age", "0")))
    except (ValueError, TypeError, OverflowError):
        return None
    told = at if at.tzinfo else at.replace(tzinfo=UTC)
    return told + age - snapshot.taken_at


# ── the machine ──────────────────────────────────────────────────────────────────────────────────


def _disk(ledger_path: Path) -> Seen:
    folder = next(
        each for each in (ledger_path.parent, *ledger_path.absolute().parents) if each.exists()
    )
    free = shutil.disk_usage(folder).free
    size = ledger_path.stat().st_size if ledger_path.exists() else 0
    wanted = max(_LEAST_ROOM, _ROOM_FOR * size)
    what = f"{free / 1e9:,.1f} GB free in {folder}"
    if free < wanted:
        mend = "free some space; `watcher gc` and `watcher compact` make the ledger smaller"
        return Seen("disk", State.ILL, f"{what}, {wanted / 1e9:,.1f} GB are wanted", mend)
    return Seen("disk", State.WELL, what)


def _network(declared: Declarations | None) -> Iterator[Seen]:
    """Find and reach each declared host, as little as that takes: its name, and one connection."""
    places = (
        sorted({_place(source, declared) for source in declared.sources.values()})
        if declared
        else []
    )
    if not places:
        return
    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        told = list(pool.map(lambda place: _reach(*place), places))
    wrong = [each for each in told if each is not None]
    if len(wrong) == len(places):
        mend = "see that this machine is on the network and its DNS answers: `ping`, `resolvectl status`"
        yield Seen("network", State.ILL, f"no declared host is reached; {wrong[0]}", mend)
    elif wrong:
        for each in wrong:
            yield Seen(
                "network",
                State.ILL,
                each,
                "`watcher try URL` shows what comes back; mend the url if it moved",
            )
    else:
        yield Seen("network", State.WELL, f"{len(places)} hosts found and reached")


def _place(source: Source, declared: Declarations) -> tuple[str, int, bool]:
    parts = urlsplit(source.url)
    host = parts.hostname or ""
    rules = declared.hosts.get(host)
    private = source.allow_private or bool(rules and rules.allow_private)
    return host, parts.port or (80 if parts.scheme == "http" else 443), private


def _reach(host: str, port: int, allow_private: bool) -> str | None:
    """Tell what is wrong with a host, None when it is found and takes a connection."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return f"{host}: its name is not found ({error.strerror or error})"
    addresses = [str(each[4][0]) for each in found]
    open_ones = [each for each in addresses if objection(each, allow_private=allow_private) is None]
    if not open_ones:
        kind = objection(addresses[0], allow_private=allow_private)
        return f"{host}: its address {addresses[0]} is {kind}, which is never visited"
    for address in open_ones:
        try:
            socket.create_connection((address, port), _REACH_WITHIN).close()
        except OSError as error:
            refusal = (
                f"{host}: {address} takes no connection at port {port} ({error.strerror or error})"
            )
        else:
            return None
    return refusal


def _browser(declared: Declarations | None, settings: Settings) -> Seen:
    """Start a browser, and end it."""
    wanting = (
        [each for each in declared.sources.values() if each.fetch is FetchMode.BROWSER]
        if declared
        else []
    )
    try:
        version = asyncio.run(_start_browser(settings.browser))
    except (BrowserMissing, TimeoutError) as error:
        state = State.ILL if wanting else State.NOTE
        need = (
            f"{len(wanting)} sources need one"
            if wanting
            else "needed only where a page shows nothing without one"
        )
        return Seen(
            "browser",
            state,
            f"none starts, {need} ({error or 'it took too long'})",
            driver.HOW_TO_GET_ONE,
        )
    return Seen("browser", State.WELL, f"Chromium {version} starts")


async def _start_browser(chosen: str | None) -> str:
    mark = new_mark(0)
    try:
        async with asyncio.timeout(_BROWSER_WITHIN), driver.api().async_playwright() as playwright:
            browser = await driver.launch(playwright, chosen, mark)
            version: str = browser.version
            await browser.close()
    finally:
        end_marked(mark)
    return version


def _channels(declared: Declarations | None, environment: Mapping[str, str]) -> Iterator[Seen]:
    if declared is None or not declared.channels:
        return
    wrong = complaints(declared.channels, environment)
    for channel in declared.channels:
        if channel.name in wrong:
            mend = f"set it in the environment, then `watcher notify test {channel.name}`"
            yield Seen("channels", State.ILL, f"{channel.name}: {wrong[channel.name]}", mend)
    if not wrong:
        what = f"{len(declared.channels)} declared, nothing is missing; `watcher notify test NAME` tries one"
        yield Seen("channels", State.WELL, what)
