"""A web archive as a source of history: asked what it holds of a page, then for the captures, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import quote, urlsplit

from watcher.errors import HistoryError
from watcher.importing.history import PastLook
from watcher.importing.mementos import (
    Memento,
    parsed_date,
    read_cdx,
    read_timemap,
    stamp_of,
)
from watcher.model import Response
from watcher.urls import host_of

Fetch = Callable[[str], Response]
"""Asks one address, with the manners of a look: in its turn, within its deadline, robots.txt obeyed."""

MOST_PAGES = 50
"""Pages of one TimeMap that are followed: of a thousand captures each."""


class WebArchive:
    """The archive at an address.

    That of its CDX server (`https://archive.example/coll/cdx`), of its TimeMaps (it holds `timemap`), or of the archive
    itself, which is then taken to be laid out as the Wayback Machine: CDX first, TimeMaps where there is none.
    """

    via = "web archive"

    def __init__(self, address: str, fetch: Fetch) -> None:
        self._address = address.rstrip("/")
        self._fetch = fetch
        self.trouble: list[str] = []

    def mementos(
        self, url: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Memento]:
        """Give the captures that it holds of `url`; a TimeMap names all, whatever the span asked for.

        Raises HistoryError when it does not say.
        """
        span = "".join(
            f"&{name}={at:%Y%m%d%H%M%S}" for name, at in (("from", since), ("to", until)) if at
        )
        path = urlsplit(self._address).path
        if "timemap" in path:
            return self._by_timemap(f"{self._address}/{url}")
        if path.endswith("cdx"):
            collection = self._address.rpartition("/")[0]
            return self._by_cdx(self._address, f"{collection}/", url, span)
        try:
            server = f"{self._address}/cdx/search/cdx"
            return self._by_cdx(server, f"{self._address}/web/", url, span)
        except HistoryError as first:
            try:
                return self._by_timemap(f"{self._address}/web/timemap/link/{url}")
            except HistoryError as second:
                raise HistoryError(f"{first}\n{second}") from None

    def looks(self, mementos: Sequence[Memento]) -> Iterator[PastLook]:
        """Give `mementos` as what was seen, oldest first; one whose bytes are those of the one before is not asked for.

        A capture that the archive does not give out is left out, and told in `trouble`. Raises HistoryError when it
        cannot be asked any more; what came before is good.
        """
        before: tuple[str, PastLook] | None = None
        last: datetime | None = None
        for each in mementos:
            if before is not None and each.digest and each.digest == before[0]:
                look = PastLook(each.seen_at, before[1].payload, before[1].media_type, _said(each))
            else:
                found = self._capture(each)
                if found is None:
                    continue
                look, before = found, (each.digest, found)
            if last is None or look.seen_at > last:
                last = look.seen_at
                yield look

    def _by_cdx(self, server: str, captures_at: str, url: str, span: str) -> list[Memento]:
        asked = f"{server}?url={quote(url, safe='')}&output=json{span}"
        with _a_list_of_captures(asked):
            return read_cdx(self._text(asked), captures_at)

    def _by_timemap(self, address: str) -> list[Memento]:
        waiting, seen, found = [address], {address}, list[Memento]()
        while waiting and len(seen) <= MOST_PAGES:
            page = waiting.pop(0)
            with _a_list_of_captures(page):
                timemap = read_timemap(self._text(page), page)
            found += [each for each in timemap.mementos if self._is_own(each.address)]
            fresh = [each for each in timemap.pages if each not in seen and self._is_own(each)]
            seen.update(fresh)
            waiting += fresh
        return found

    def _is_own(self, address: str) -> bool:
        """Whether an address is the archive's: what lists captures elsewhere is not followed there."""
        return host_of(address) == host_of(self._address)

    def _text(self, address: str) -> str:
        response = self._fetch(address)
        if response.trouble is not None:
            raise HistoryError(f"{address}: {response.trouble.verdict} ({response.trouble.signal})")
        if response.status != 200:
            raise HistoryError(f"{address}: the archive {_answer(response)}")
        return response.payload.decode("utf-8", "replace")

    def _capture(self, memento: Memento) -> PastLook | None:
        """Give one capture, dated as the archive says in the end: it may lead to the one nearest by."""
        response = self._fetch(memento.address)
        if response.trouble is not None:
            raise HistoryError(
                f"{memento.address}: {response.trouble.verdict} ({response.trouble.signal}). "
                "Call it again to go on from here"
            )
        if response.status == 429 or (response.status or 0) >= 500:
            raise HistoryError(
                f"{memento.address}: the archive {_answer(response)}. "
                "Call it again later to go on from here"
            )
        if response.status != 200 or not self._is_own(response.final_url):
            self.trouble.append(f"{memento.address}: not given out ({response.status})")
            return None
        media_type = response.header("content-type") or "text/html"
        said = _said(memento, response.final_url)
        return PastLook(_dated(response, memento), response.payload, media_type, said)


def _answer(response: Response) -> str:
    """Say what an archive answers instead of a page, and how long it asks to be left alone."""
    wait = response.retry_after
    asks = f" and asks to wait {wait.total_seconds():.0f} s" if wait else ""
    return f"answers with {response.status}{asks}"


def _dated(response: Response, memento: Memento) -> datetime:
    said = response.header("memento-datetime")
    try:
        return parsed_date(said) if said else stamp_of(response.final_url) or memento.seen_at
    except ValueError:
        return memento.seen_at


def _said(memento: Memento, address: str = "") -> tuple[tuple[str, str], ...]:
    return (("content-location", address or memento.address),)


@contextmanager
def _a_list_of_captures(address: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise HistoryError(f"{address}: is no list of captures: {error}") from None
