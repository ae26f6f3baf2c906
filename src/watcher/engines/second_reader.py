"""The second reader at work: after a sweep, over the pages whose text changed, within a budget.

It has its own time and its own transactions: nothing of a look waits for it, and what goes wrong with it is a row.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx

from watcher.errors import EndpointFailed, SecondReaderError
from watcher.fetching import guard
from watcher.fetching.trouble import FOREIGN_ERRORS, translate
from watcher.ledger import Ledger
from watcher.model import Document, SecondReading, SourceId, Vocabulary
from watcher.second import PROMPT, messages, stances, weigh
from watcher.second.answers import proposals
from watcher.second.endpoint import Endpoint
from watcher.settings import Settings

_GLANCE = 60.0
"""Seconds between two glances at what waits, round the clock."""

_RENEWED = 60
"""Glances after which the budget of a sweep is there again, round the clock: an hour."""


@dataclass(slots=True)
class Heard:
    """What a pass came to: readings that could be used and that failed, and the changes that matter more by them."""

    readings: list[SecondReading]
    raised: list[int]

    @property
    def failures(self) -> list[SecondReading]:
        """The readings that failed."""
        return [each for each in self.readings if each.failure]

    @property
    def disagreements(self) -> int:
        """How many proposals the rules do not bear out."""
        return sum(len(each.disagreements) for each in self.readings)


class SecondReader:
    """Asks `endpoint` about documents in `ledger`, and records what it says beside what rules read."""

    def __init__(
        self,
        ledger: Ledger,
        endpoint: Endpoint,
        settings: Settings,
        vocabulary: Vocabulary,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._endpoint = endpoint
        self._model = settings.reader_model or ""
        self._most = settings.reader_characters
        self._vocabulary = vocabulary
        self._clock = clock
        self._weighed = (0, 0)

    async def hear(self, pages: int) -> Heard:
        """Ask about at most `pages` documents that wait, and weigh what was said.

        Where the endpoint gives no answer the rest waits for the next time: it is busy, or down.
        """
        heard = Heard([], [])
        for source_id, document_id in self._ledger.second.waiting(self._model, PROMPT, pages):
            reading = await self._read(source_id, document_id)
            self._ledger.second.add(reading)
            heard.readings.append(reading)
            if not reading.answered:
                break
        heard.raised.extend(self._weigh())
        return heard

    async def _read(self, source_id: SourceId, document_id: int) -> SecondReading:
        document = self._ledger.documents.get(document_id)
        asked = messages(document, self._vocabulary, self._most)
        reading = SecondReading(
            source_id, document_id, self._clock(), self._model, PROMPT, asked.characters
        )
        try:
            content = await self._endpoint.ask(asked.messages)
            return self._checked(reading, content, document)
        except EndpointFailed as error:
            return replace(reading, failure=str(error), answered=False)
        except SecondReaderError as error:
            return replace(reading, failure=str(error))

    def _checked(self, reading: SecondReading, content: str, document: Document) -> SecondReading:
        reader = f"second reader: {reading.model}, prompt {reading.prompt}"
        answer = proposals(content, document, self._vocabulary, reader)
        kind = self._ledger.sources.declared()[reading.source_id].kind
        ruled = self._ledger.claims.current(reading.source_id)
        said = stances(answer.claims, ruled, kind, self._vocabulary)
        return replace(reading, proposals=said, dropped=answer.dropped)

    def _weigh(self) -> list[int]:
        """Weigh what was said for each change that came of the page read; give those that matter more now."""
        raised: list[int] = []
        newest = self._ledger.second.newest()
        if newest == self._weighed:
            return raised
        for change_id, reading in self._ledger.second.unweighed():
            change = self._ledger.changes.get(change_id)
            level = weigh(change, reading.proposals)
            self._ledger.second.add_weighing(change_id, reading.id or 0, level)
            if level > change.significance.level:
                raised.append(change_id)
        self._weighed = newest
        return raised


class _OnlyThere(httpx.AsyncBaseTransport):
    """Connections to the one address that the settings name, private or not, and to no other."""

    def __init__(self, url: str) -> None:
        self._there = httpx.URL(url)
        self._guarded = guard.GuardedTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _place(request.url) != _place(self._there):
            raise EndpointFailed(f"{request.url.host} is not the second reader's address")
        request.extensions.update(guard.mark(allow_private=True))
        try:
            return await self._guarded.handle_async_request(request)
        except FOREIGN_ERRORS as error:
            raise EndpointFailed(translate(error).judgement.signal) from error

    async def aclose(self) -> None:
        await self._guarded.aclose()


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


@asynccontextmanager
async def second_reader(
    ledger: Ledger, settings: Settings, vocabulary: Vocabulary
) -> AsyncIterator[SecondReader]:
    """Give the second reader that `settings` name; nothing they do not name is ever connected to."""
    url = settings.reader_url or ""
    async with httpx.AsyncClient(
        transport=_OnlyThere(url),
        headers={"User-Agent": settings.user_agent},
        timeout=settings.reader_deadline,
        trust_env=False,
    ) as client:
        endpoint = Endpoint(
            client, url, settings.reader_model or "", settings.reader_key, settings.reader_deadline
        )
        yield SecondReader(ledger, endpoint, settings, vocabulary)


async def keep_hearing(
    reader: SecondReader, pages: int, on_heard: Callable[[Heard], None] = lambda heard: None
) -> None:
    """Ask about what changed round the clock, at most `pages` an hour, until cancelled."""
    while True:
        left = pages
        for _ in range(_RENEWED):
            heard = await reader.hear(left)
            left = max(0, left - len(heard.readings))
            if heard.readings:
                on_heard(heard)
            await asyncio.sleep(_GLANCE)
