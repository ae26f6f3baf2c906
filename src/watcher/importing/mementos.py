"""What a web archive says it holds of a page: CDX (JSON, as the Wayback Machine and pywb answer) and Memento TimeMaps.

Both are lists of captures. A TimeMap is `application/link-format` (RFC 6690) with `rel="memento"` and `datetime` (RFC
7089); long ones are given in pages that name each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

_STAMP = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/")
_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)')
_PARAMETER = re.compile(r'([\w*-]+)\s*=\s*(?:"([^"]*)"|([^",;\s]+))')


@dataclass(frozen=True, slots=True)
class Memento:
    """One capture: when it was made, where its bytes are as they were received, and their digest where it is told."""

    seen_at: datetime
    address: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TimeMap:
    """A page of a TimeMap: its captures, and the addresses of other pages."""

    mementos: tuple[Memento, ...]
    pages: tuple[str, ...]


def read_cdx(text: str, captures_at: str) -> list[Memento]:
    """Give the captures of a page that a CDX server lists, whose answer was 200; others were no page.

    A revisit, which has no answer of its own (`-`), counts where it names the bytes of such a capture: the page was
    seen unchanged. `captures_at` is the address under which the archive serves captures:
    `https://archive.example/web/`. Raises ValueError when this is no answer of a CDX server.
    """
    rows = [row for row in _rows(text) if _time_of(row) is not None]
    pages = {row.get("digest") for row in rows if _status_of(row) == "200"} - {None}
    return [
        _from_row(row, captures_at)
        for row in rows
        if _status_of(row) == "200" or (_is_revisit(row) and row.get("digest") in pages)
    ]


def _rows(text: str) -> Iterator[dict[str, str]]:
    """Read rows under a head, as the Wayback Machine gives them, or an object a line, as pywb does."""
    if text.lstrip().startswith("["):
        said = json.loads(text)
        head, *rows = said if said else [[]]
        yield from (dict(zip(map(str, head), map(str, row), strict=False)) for row in rows)
    else:
        for line in filter(str.strip, text.splitlines()):
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError("a line is no object")
            yield {str(key): str(value) for key, value in row.items()}


def _status_of(row: dict[str, str]) -> str:
    return row.get("statuscode", row.get("status", "200"))


def _is_revisit(row: dict[str, str]) -> bool:
    return row.get("mimetype", row.get("mime")) == "warc/revisit" and _status_of(row) in ("", "-")


def _time_of(row: dict[str, str]) -> datetime | None:
    """Give when a row says that it was captured; None of one that says no time that there was."""
    stamp = row.get("timestamp", "")
    try:
        return _at(stamp) if re.fullmatch(r"\d{14}", stamp) else None
    except ValueError:
        return None


def _from_row(row: dict[str, str], captures_at: str) -> Memento:
    stamp, url = row["timestamp"], row.get("original", row.get("url", ""))
    if not url:
        raise ValueError("a capture names no address")
    return Memento(_at(stamp), f"{captures_at}{stamp}id_/{url}", row.get("digest", ""))


def read_timemap(text: str, address: str) -> TimeMap:
    """Give the captures of a TimeMap that was found at `address`. Raises ValueError when it is none."""
    mementos: list[Memento] = []
    pages: list[str] = []
    links = [*_links(text)]
    if not any("rel" in said for _, said in links):
        raise ValueError("it names no links")
    for target, said in links:
        rels = said.get("rel", "").split()
        where = urljoin(address, target)
        if "memento" in rels:
            mementos.append(Memento(parsed_date(said.get("datetime", "")), raw_address(where)))
        elif "timemap" in rels and "self" not in rels and where != address:
            pages.append(where)
    return TimeMap(tuple(mementos), tuple(pages))


def _links(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    for target, parameters in _LINK.findall(text):
        said = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
        yield target, said


def raw_address(address: str) -> str:
    """Give where the bytes of a capture are as they were received, without what the archive writes into pages."""
    return _STAMP.sub(r"/\1id_/", address, count=1)


def stamp_of(address: str) -> datetime | None:
    """Give the time that an address of a capture names, None when it names none."""
    found = _STAMP.search(address)
    return _at(found[1]) if found else None


def parsed_date(text: str) -> datetime:
    """Give the time that `Memento-Datetime` or `datetime` says. Raises ValueError."""
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError, IndexError):
        raise ValueError(f"{text!r} is no date") from None


def chosen(
    mementos: Iterable[Memento],
    since: datetime | None,
    until: datetime | None,
    every: timedelta | None,
) -> list[Memento]:
    """Give the captures from `since` until, not including, `until`, oldest first, apart by `every` at least."""
    picked: list[Memento] = []
    for each in sorted(mementos, key=lambda memento: memento.seen_at):
        if (since and each.seen_at < since) or (until and each.seen_at >= until):
            continue
        if not picked or each.seen_at - picked[-1].seen_at >= (every or timedelta(microseconds=1)):
            picked.append(each)
    return picked


def _at(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
