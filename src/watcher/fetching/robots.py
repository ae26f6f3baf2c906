"""What a host asks of machines (robots.txt, RFC 9309), asked once per host and remembered.

No file (4xx): all is allowed. A server error: nothing is, until it can be read. A host that cannot be reached at
all: the trouble is told as what it is. Only the first 500 KB are read, as the standard has it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from watcher.fetching.trouble import Trouble
from watcher.model import Verdict

Ask = Callable[[str, bool], Awaitable[tuple[int, bytes]]]
"""Fetches one robots.txt, politely: its address, whether it may be at a private one → status, text. Raises Trouble."""

Place = tuple[str, bool]
"""An origin, and whether it was asked with leave to go to private addresses: the answers may differ."""

_MOST_BYTES = 512_000
_REMEMBER = 6 * 3600.0
_REMEMBER_TROUBLE = 300.0
_LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows until `ends_at` (seconds of the loop's clock). `refusal` stands for all of it."""

    ends_at: float
    parsed: Protego | None = None
    refusal: Trouble | None = None
    delay: float = 0.0


class Robots:
    """The rules of hosts for `product`, our name in robots.txt."""

    def __init__(self, product: str, ask: Ask) -> None:
        self._product = product
        self._ask = ask
        self._known: dict[Place, Rules] = {}
        self._asking: dict[Place, asyncio.Task[Rules]] = {}

    def recall(self, url: str, allow_private: bool) -> Rules | None:
        """Give the rules for the host of `url` when they are known already."""
        rules = self._known.get((_origin(url), allow_private))
        if rules is None or rules.ends_at < asyncio.get_running_loop().time():
            return None
        return rules

    async def learn(self, url: str, allow_private: bool) -> Rules:
        """Ask the host of `url` for its rules, once however many want to know."""
        place = (_origin(url), allow_private)
        task = self._asking.get(place)
        if task is None:
            # A task of its own: whoever asked first may run out of time, the others still want the answer.
            task = self._asking[place] = asyncio.create_task(self._read(place))
            task.add_done_callback(lambda _: self._asking.pop(place, None))
        return await asyncio.shield(task)

    def check(self, rules: Rules, url: str) -> None:
        """Raise Trouble when `rules` do not allow us to fetch `url`."""
        if rules.refusal is not None:
            raise rules.refusal
        if rules.parsed is not None and not rules.parsed.can_fetch(url, self._product):
            path = urlsplit(url).path or "/"
            raise Trouble(Verdict.DISALLOWED, f"robots.txt: {path} is not for {self._product}")

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, place: Place) -> Rules:
        origin, allow_private = place
        clock = asyncio.get_running_loop().time
        try:
            status, text = await self._ask(f"{origin}/robots.txt", allow_private)
        except Trouble as trouble:
            rules = self._without_answer(trouble, clock())
        else:
            rules = self._from_answer(status, text, clock())
        self._known[place] = rules
        return rules

    def _without_answer(self, trouble: Trouble, now: float) -> Rules:
        judgement = trouble.judgement
        if judgement.verdict is Verdict.REFUSED:
            return Rules(now + _REMEMBER_TROUBLE, refusal=trouble)
        if judgement.verdict is Verdict.UNREACHABLE:
            refusal = Trouble(judgement.verdict, f"{judgement.signal}, asked for robots.txt")
            return Rules(now + _REMEMBER_TROUBLE, refusal=refusal)
        return Rules(now + _REMEMBER)  # a robots.txt that no one can read forbids nothing

    def _from_answer(self, status: int, text: bytes, now: float) -> Rules:
        if status >= 500:
            refusal = Trouble(
                Verdict.DISALLOWED,
                f"robots.txt: answers {status}, and until it can be read nothing is allowed (RFC 9309)",
            )
            return Rules(now + _REMEMBER_TROUBLE, refusal=refusal)
        if status != 200:
            return Rules(now + _REMEMBER)
        parsed = Protego.parse(text[:_MOST_BYTES].decode("utf-8-sig", "replace"))
        delay = parsed.crawl_delay(self._product) or 0.0
        return Rules(now + _REMEMBER, parsed=parsed, delay=min(max(delay, 0.0), _LONGEST_DELAY))


def _origin(url: str) -> str:
    """Give scheme, host and port of `url`, as robots.txt stands there."""
    end = url.find("/", url.find("//") + 2)
    origin = url if end < 0 else url[:end]
    if "@" not in origin:
        return origin
    scheme, _, authority = origin.partition("//")
    return f"{scheme}//{authority.rpartition('@')[2]}"
