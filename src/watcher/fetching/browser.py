"""Pages through a browser: rendered, settled, read to their end, and given back as the HTML that a person would see.

One browser process serves all looks; each look has a context and a way to the network of its own. Nothing here
hides what we are: the user agent is ours, and what a site does not want machines to see stays unseen.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver

from watcher.errors import BrowserMissing
from watcher.fetching.browsing.pool import Pool, pages_at_once
from watcher.fetching.browsing.preparing import Strayed
from watcher.fetching.browsing.trouble import Crashed
from watcher.fetching.browsing.visit import Order, Seen, Visit
from watcher.fetching.guard import SystemResolver
from watcher.fetching.politeness import Budget, Politeness
from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Judgement, Known, Response, Source, Verdict
from watcher.urls import host_of, normalise_url

Permission = Callable[[Source], Awaitable[Judgement | None]]
"""Says why a source may not be looked at (robots.txt), or None when it may."""

Acquaintance = Callable[[Response, Source, Known], bool]
"""Says whether a response says the same as what we hold of its source."""

_MOST_CRASHES = 2
_ROOM_AGAIN = 0.5
"""Seconds between two looks at whether there is memory for one more page."""


@dataclass(slots=True)
class Look:
    """One look under way."""

    source: Source
    order: Order
    budget: Budget
    seen: Seen = field(default_factory=Seen)


class BrowserFetcher:
    """Fetches sources with a browser. An async context manager; one for a whole sweep, started when first needed.

    `deadline` is seconds for a whole check, waiting for its turn apart; `most` bytes what one page may bring in, and
    be. `executable` names a browser, or else the first that is found is used. `pages` is how many are rendered at
    once, by default as many as cores and memory allow. `permission` is asked before each look; `is_held` whether a page
    says the same as before, and needs no new screenshot; `resolver` looks names up; the rest as in HttpFetcher.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        politeness: Politeness | None = None,
        deadline: float = 60.0,
        most: int = 50_000_000,
        private_hosts: Collection[str] = (),
        executable: str | None = None,
        pages: int | None = None,
        permission: Permission | None = None,
        is_held: Acquaintance | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._politeness = politeness or Politeness()
        self._deadline = deadline
        self._most = most
        self._private_hosts = frozenset(private_hosts)
        self._permission = permission
        self._is_held = is_held or _is_same_payload
        self._now = now
        self._resolver = resolver or SystemResolver(threads=8)
        self._pool = Pool(executable)
        self._places = asyncio.Semaphore(pages or pages_at_once())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.close()
        await self._resolver.close()

    async def fetch(self, source: Source, known: Known, *, patience: float = 1.0) -> Response:
        """Look at `source` once, and once more if the browser dies of it. Never raises for the page's trouble.

        `patience` stretches the time that the page gets to fill in. The payload is the rendered page as UTF-8 HTML,
        or the bytes as they came where the document is none (PDF, plain text).
        """
        fetched_at = self._now()
        started_at = asyncio.get_running_loop().time()
        look, trouble = None, None
        try:
            async with asyncio.timeout(self._deadline * max(1.0, patience)) as limit:
                look = self._begin(source, known, fetched_at, patience, Budget(limit))
                await self._look(look)
        except Trouble as caught:
            trouble = caught
        except BrowserMissing as missing:
            trouble = Trouble(Verdict.UNREADABLE, f"browser: {missing}")
        except TimeoutError:
            trouble = self._late(look)
        took = asyncio.get_running_loop().time() - started_at
        return _response(source, look, fetched_at, took, trouble)

    def _begin(
        self, source: Source, known: Known, at: datetime, patience: float, budget: Budget
    ) -> Look:
        try:
            url = normalise_url(source.url, keep_tracking=True, keep_fragment=True)
        except ValueError as error:
            raise unreachable(f"address: {error}") from error
        order = Order(
            url=url,
            user_agent=self._user_agent,
            language=source.language or "en",
            selectors=[
                *source.keep,
                *(claim.selector for claim in source.claims if claim.selector),
            ],
            most=self._most,
            steps=source.steps,
            patience=patience,
            allow_private=source.allow_private,
            private_hosts=self._private_hosts,
            is_held=lambda seen: self._is_held(_sight(source, seen, at), source, known),
        )
        return Look(source, order, budget)

    async def _look(self, look: Look) -> None:
        if self._permission is not None:
            refusal = await look.budget.outside(self._permission(look.source))
            if refusal is not None:
                raise Trouble(refusal.verdict, refusal.signal)
        async with (
            self._politeness.turn(host_of(look.order.url), look.budget),
            self._place(look.budget),
        ):
            await self._visit_patiently(look)

    @asynccontextmanager
    async def _place(self, budget: Budget) -> AsyncIterator[None]:
        """Wait for room for one more page; the wait is not the page's fault."""
        if self._places.locked():
            await budget.outside(self._places.acquire())
        else:
            await self._places.acquire()
        try:
            while not self._pool.has_room():
                await budget.outside(asyncio.sleep(_ROOM_AGAIN))
            yield
        finally:
            self._places.release()

    async def _visit_patiently(self, look: Look) -> None:
        crashes = 0
        while True:
            look.seen = Seen()
            try:
                return await self._visit(look)
            except Strayed:  # not twice: whoever is wary touches nothing
                look.order = replace(look.order, is_wary=True)
            except Crashed as crash:
                crashes += 1
                if crashes == _MOST_CRASHES:
                    raise Trouble(
                        Verdict.UNREADABLE, f"browser: the page ended it {crashes} times ({crash})"
                    ) from crash

    async def _visit(self, look: Look) -> None:
        async with AsyncExitStack() as stack:
            # That a browser takes its time to start is not the page's fault.
            lent = stack.enter_async_context(self._pool.lend())
            running = await look.budget.outside(lent)
            visit = Visit(running.browser, self._resolver, look.order, look.seen)
            try:
                await visit.make()
            finally:
                if not await visit.end():
                    await self._pool.kill(running)

    def _late(self, look: Look | None) -> Trouble:
        seen = look.seen if look else Seen()
        if seen.status is None:
            return unreachable(f"timeout: no complete answer within {self._deadline:g} s")
        return Trouble(
            Verdict.UNREADABLE, f"timeout: the page kept the browser busy for {self._deadline:g} s"
        )


def _is_same_payload(response: Response, source: Source, known: Known) -> bool:
    return response.payload_digest == known.payload_digest


def _sight(source: Source, seen: Seen, fetched_at: datetime) -> Response:
    """Give what was seen, as far as the look came."""
    return Response(
        url=source.url,
        final_url=seen.final_url or source.url,
        fetched_at=fetched_at,
        status=seen.status,
        headers=seen.headers,
        payload=seen.payload,
        hops=tuple(seen.hops),
        fetched_with="browser",
        screenshot=seen.screenshot,
    )


def _response(
    source: Source, look: Look | None, fetched_at: datetime, took: float, trouble: Trouble | None
) -> Response:
    sight = _sight(source, look.seen if look else Seen(), fetched_at)
    elapsed = timedelta(seconds=took - (look.budget.paused if look else 0.0))
    if trouble is None:
        return replace(sight, elapsed=elapsed)
    if trouble.judgement.verdict is not Verdict.PARTIAL:
        sight = replace(sight, payload=b"", screenshot=b"")
    return replace(sight, elapsed=elapsed, trouble=trouble.judgement)
