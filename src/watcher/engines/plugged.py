"""Looks with a plug-in where a source calls for one: its trouble is that source's trouble, whatever it raises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from watcher import plugs
from watcher.apart import apart
from watcher.engines.looking import Fetcher
from watcher.errors import PlugInError
from watcher.fetching.politeness import Politeness
from watcher.model import Judgement, Known, Response, Source, Verdict
from watcher.urls import host_of, is_of_the_web


def plug_in_for(source: Source) -> str:
    """Give the name of the plug-in that looks at `source`: the declared one, or its scheme; empty if Watcher does."""
    return source.fetcher or ("" if is_of_the_web(source.url) else urlsplit(source.url).scheme)


class PluggedFetcher:
    """Looks at each source with the plug-in that it calls for, or else as `own` does.

    A plug-in has its turn at the host as our fetchers have, `deadline` seconds, and room for `most` bytes.
    """

    def __init__(self, own: Fetcher, turns: Politeness, *, deadline: float, most: int) -> None:
        self._own = own
        self._turns = turns
        self._deadline = deadline
        self._most = most

    async def fetch(self, source: Source, known: Known) -> Response:
        """Look at `source` once. Never raises for the trouble of the page or of a plug-in."""
        name = plug_in_for(source)
        if not name:
            return await self._own.fetch(source, known)
        async with self._turns.turn(host_of(source.url)):
            begun = datetime.now(UTC)
            given = await self._with(name, source, known)
        return _held(given, source, name, begun, self._most)

    async def _with(self, name: str, source: Source, known: Known) -> Response | Judgement:
        """Give what the plug-in gives, or say why it gave nothing."""
        try:
            fetcher = plugs.load_fetcher(name)
        except PlugInError as error:
            return _trouble(str(error))
        plug_in = plugs.named(plugs.Point.FETCHERS, name)
        assert plug_in is not None  # it was loaded
        try:
            given = await apart(partial(fetcher.fetch, source, known), self._deadline)
            return _checked(given)
        except plugs.FAILURES as error:
            return _trouble(plug_in.failed(f"could not look at {source.url}", error))


def _trouble(said: str) -> Judgement:
    return Judgement(Verdict.UNREACHABLE, f"plug-in: {said}")


def _checked(given: object) -> Response:
    """Give what a plug-in gave if it is a response that can be kept."""
    if not isinstance(given, Response):
        raise TypeError(f"it gave {type(given).__name__}, no Response")
    if not isinstance(given.payload, bytes):
        raise TypeError(f"its payload is {type(given.payload).__name__}, not bytes")
    return replace(
        given,
        final_url=str(given.final_url),
        headers=tuple((str(name), str(value)) for name, value in given.headers),
    )


def _held(
    given: Response | Judgement, source: Source, name: str, begun: datetime, most: int
) -> Response:
    """Give the response that is recorded: of the look itself it says what we know, not what a plug-in says."""
    now = datetime.now(UTC)
    if isinstance(given, Judgement):
        given = Response(source.url, source.url, now, trouble=given)
    payload, trouble = given.payload, given.trouble
    if len(payload) > most:
        said = f"size: {len(payload):,} bytes, more than {most:,}"
        payload, trouble = b"", Judgement(Verdict.TOO_LARGE, said)
    return Response(
        url=source.url,
        final_url=given.final_url,
        fetched_at=now,
        status=given.status,
        headers=given.headers,
        payload=payload,
        hops=given.hops,
        elapsed=now - begun,
        fetched_with=name,
        trouble=trouble,
        retry_after=given.retry_after,
        screenshot=given.screenshot,
    )
