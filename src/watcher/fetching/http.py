"""Pages over HTTP: one client for all sources, every look within its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

import httpx
from aiohttp.abc import AbstractResolver

from watcher.fetching import guard
from watcher.fetching.look import REDIRECTS, Answer, Headers, Look, begin, cookie_text, target_of
from watcher.fetching.politeness import Budget, Politeness
from watcher.fetching.retry import PASSING_STATUSES, pause_before, read_retry_after
from watcher.fetching.robots import Robots
from watcher.fetching.trouble import FOREIGN_ERRORS, Trouble, translate, unreachable
from watcher.fetching.unpacking import ACCEPTED, Unpacker
from watcher.model import Hop, Judgement, Known, Response, Source, Verdict
from watcher.urls import host_of

_BYTES = "latin-1"
"""How headers are taken: every byte as it is. Unless httpx is told, it tries ASCII and UTF-8 first, each time anew."""

MOST_HOPS = 10
MOST_RETRIES = 2
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.8,*/*;q=0.5"
_ROBOTS_DEADLINE = 20.0
_MOST_ROBOTS_BYTES = 2_000_000


class HttpFetcher:
    """Fetches sources over HTTP. An async context manager; one for a whole sweep.

    `deadline` is seconds for a whole check, waiting for a turn at its host apart. `most` is the largest payload in
    bytes, before and after unpacking. `politeness` may be shared with other fetchers. `private_hosts` may be at
    private addresses for every source; others only where the source says `allow_private`. `backoff` is seconds
    before the first retry. `now` tells the time that responses carry; `resolver` looks names up.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        politeness: Politeness | None = None,
        deadline: float = 60.0,
        most: int = 50_000_000,
        private_hosts: Collection[str] = (),
        backoff: float = 0.5,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._politeness = politeness or Politeness()
        self._deadline = deadline
        self._most = most
        self._private_hosts = frozenset(private_hosts)
        self._backoff = backoff
        self._now = now
        self._resolver = resolver
        self._timeouts = {"connect": min(15.0, deadline), "read": min(30.0, deadline)}
        self._robots = Robots(user_agent.partition("/")[0], self._ask_robots)

    async def __aenter__(self) -> Self:
        # Without httpx's client around it, which reads redirects and keeps cookies itself: all of that is decided here
        # (docs/decisions/0007-http-transport.md).
        self._transport = guard.GuardedTransport(self._resolver)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._robots.close()
        await self._transport.aclose()

    async def fetch(self, source: Source, known: Known) -> Response:
        """Look at `source` once. Never raises for the page's trouble: `Response.trouble` tells it.

        A conditional request is made when `known` holds a payload and its validators. A status 304 in the response
        means that this payload is current.
        """
        set_out_at = self._now()
        started_at = asyncio.get_running_loop().time()
        look, trouble = None, None
        try:
            async with asyncio.timeout(self._deadline) as limit:
                look = begin(source, known, Budget(limit), self._most)
                await self._follow(look)
        except Trouble as caught:
            trouble = caught
        except TimeoutError:
            trouble = unreachable(f"timeout: no complete answer within {self._deadline:g} s")
        took = asyncio.get_running_loop().time() - started_at
        return self._response(source, look, set_out_at, took, trouble)

    async def refusal(self, source: Source) -> Judgement | None:
        """Say why `source` is not to be fetched by machines (robots.txt), None when it may be; for other fetchers."""
        try:
            async with asyncio.timeout(self._deadline) as limit:
                look = begin(source, Known(source.id), Budget(limit), self._most)
                await self._obey_robots(look)
        except Trouble as trouble:
            return trouble.judgement
        except TimeoutError:
            return unreachable("timeout: no robots.txt in time").judgement
        return None

    def _response(
        self,
        source: Source,
        look: Look | None,
        set_out_at: datetime,
        took: float,
        trouble: Trouble | None,
    ) -> Response:
        last = look.last if look else None
        fetched_at = (look.asked_at if look else None) or set_out_at
        asked_to_wait = last.header("retry-after") if last and last.status >= 300 else None
        return Response(
            url=source.url,
            final_url=look.url if look else source.url,
            fetched_at=fetched_at,
            status=last.status if last else None,
            headers=last.headers if last else (),
            payload=last.payload if last and not trouble else b"",
            hops=tuple(look.hops) if look else (),
            elapsed=timedelta(seconds=took - (look.budget.paused if look else 0.0)),
            trouble=trouble.judgement if trouble else None,
            retry_after=read_retry_after(asked_to_wait, fetched_at) if asked_to_wait else None,
            spacing=self._politeness.spacing_asked(host_of(look.url)) if look else 0.0,
        )

    async def _follow(self, look: Look) -> None:
        """Ask, and go where we are sent, until there is a page. Raises Trouble when there is none."""
        seen = {(look.url, "")}
        while True:
            await self._obey_robots(look)
            answer = await self._ask_patiently(look)
            if answer.status == 304:
                answer = await self._believe_304(look, answer)
            target = target_of(answer)
            if target is None:
                return
            look.hops.append(Hop(look.url, answer.status))
            look.url = target
            state = (target, cookie_text(look.cookies))
            if state in seen:
                raise unreachable(f"redirects: in a circle at {target}")
            if len(look.hops) > MOST_HOPS:
                raise unreachable(f"redirects: more than {MOST_HOPS}")
            seen.add(state)

    async def _believe_304(self, look: Look, answer: Answer) -> Answer:
        """Take "not modified" only from a server that we told what we hold; ask the others without conditions."""
        if look.conditions:
            return answer
        look.validators = []
        look.anew = True
        again = await self._ask_patiently(look)
        if again.status == 304:
            raise Trouble(
                Verdict.ERROR_PAGE, "status: 304 to a request that made no condition, twice"
            )
        return again

    async def _obey_robots(self, look: Look) -> None:
        host = host_of(look.url)
        if not look.obeys_robots or not self._politeness.manners(host).robots:
            return
        rules = self._robots.recall(look.url, look.allow_private)
        if rules is None:
            rules = await look.budget.outside(self._robots.learn(look.url, look.allow_private))
            if rules.delay:
                self._politeness.slow_down(host, rules.delay)
        self._robots.check(rules, look.url)

    async def _ask_patiently(self, look: Look) -> Answer:
        """Ask, and ask again after a pause when the trouble may pass and the deadline allows it."""
        attempt = 0
        while True:
            attempt += 1
            outcome: Answer | Trouble
            try:
                outcome = await self._ask_once(look)
            except Trouble as trouble:
                outcome = trouble
            pause = self._pause(outcome, look, attempt)
            if pause is None or pause >= look.budget.remaining():
                if isinstance(outcome, Trouble):
                    raise outcome
                return outcome
            self._politeness.leave_alone(host_of(look.url), pause)
            await asyncio.sleep(pause)

    def _pause(self, outcome: Answer | Trouble, look: Look, attempt: int) -> float | None:
        """Give the seconds after which to ask again, or None when not."""
        if attempt > MOST_RETRIES:
            return None
        if isinstance(outcome, Answer) and outcome.status not in (*PASSING_STATUSES, 429):
            return None
        backoff = pause_before(attempt, self._backoff, look.url)
        if isinstance(outcome, Trouble):
            return backoff if outcome.is_passing else None
        asked = read_retry_after(outcome.header("retry-after"), self._now())
        if asked is not None:
            return max(asked.total_seconds(), backoff)
        return backoff if outcome.status in PASSING_STATUSES else None

    async def _ask_once(self, look: Look) -> Answer:
        headers = [
            ("User-Agent", self._user_agent),
            ("Accept", _ACCEPT),
            ("Accept-Language", look.language),
            ("Accept-Encoding", ACCEPTED),
            *look.conditions,
            *([("Cache-Control", "no-cache")] if look.anew else []),
        ]
        look.last = None
        request = self._request(look.url, headers, allow_private=look.allow_private)
        if look.cookies is not None:
            look.cookies.set_cookie_header(request)
        async with self._politeness.turn(host_of(look.url), look.budget):
            look.asked_at = self._now()
            try:
                response = await self._transport.handle_async_request(request)
                response.request = request
                return await self._receive(response, look)
            except FOREIGN_ERRORS as error:
                raise translate(error) from error

    async def _receive(self, response: httpx.Response, look: Look) -> Answer:
        """Take the answer in under the cap; what redirects say besides where to go is left unread."""
        status = response.status_code
        response.headers.encoding = _BYTES
        headers: Headers = tuple(
            (name.decode(_BYTES), value.decode(_BYTES)) for name, value in response.headers.raw
        )
        look.last = Answer(look.url, status, headers, b"")
        try:
            if status in REDIRECTS and "set-cookie" in response.headers:
                look.cookies = look.cookies or httpx.Cookies()
                look.cookies.extract_cookies(response)
            if status not in REDIRECTS and status != 304:
                payload = await _payload(response, look.most)
                look.last = Answer(look.url, status, headers, payload)
        finally:
            await response.aclose()
        return look.last

    def _request(
        self, url: str, headers: list[tuple[str, str]], *, allow_private: bool
    ) -> httpx.Request:
        try:
            asked = httpx.URL(url)
            extensions = guard.mark(
                allow_private=allow_private or asked.host in self._private_hosts
            )
            extensions["timeout"] = self._timeouts
            request = httpx.Request(
                "GET", asked, headers=httpx.Headers(headers, _BYTES), extensions=extensions
            )
            request.headers.encoding = _BYTES
            return request
        except (*FOREIGN_ERRORS, ValueError) as error:
            raise unreachable(f"address: {url} cannot be asked for ({error})") from error

    async def _ask_robots(self, url: str, allow_private: bool) -> tuple[int, bytes]:
        """Fetch one robots.txt, with a deadline of its own. Raises Trouble."""
        seconds = min(_ROBOTS_DEADLINE, self._deadline)
        try:
            async with asyncio.timeout(seconds) as limit:
                look = Look(
                    url=url,
                    budget=Budget(limit),
                    language="en",
                    allow_private=allow_private,
                    most=_MOST_ROBOTS_BYTES,
                    obeys_robots=False,
                )
                await self._follow(look)
        except TimeoutError:
            raise unreachable(f"timeout: no complete answer within {seconds:g} s") from None
        assert look.last is not None  # a look that raised nothing ends with an answer
        return look.last.status, look.last.payload


async def _payload(response: httpx.Response, most: int) -> bytes:
    """Take in the payload. Raises Trouble when it is too large or damaged."""
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > most:
        raise Trouble(
            Verdict.TOO_LARGE,
            f"size: {int(announced[:20]):,} bytes announced, at most {most:,} taken",
        )
    unpacker = Unpacker(response.headers.get("content-encoding", ""), most)
    assert isinstance(response.stream, httpx.AsyncByteStream)  # the transport gives nothing else
    async for piece in response.stream:
        unpacker.feed(piece)
    return unpacker.payload()
