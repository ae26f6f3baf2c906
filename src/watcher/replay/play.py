"""Playing a record: captures in their order through the pipeline, interrupted and resumed at will."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import quote

from watcher.ledger import Ledger
from watcher.model import Response, Source, SourceId, SourceKind
from watcher.replay.captures import Capture, CaptureStore
from watcher.replay.readers import Found, Readers, Reading
from watcher.sweep import Outcome, Sweep

READ_AHEAD = 24_000_000
"""Bytes of captures that may be under way at once: enough to keep two readers busy."""

_MEDIA_TYPES = {"pdf": "application/pdf", "md": "text/markdown", "txt": "text/plain"}


class _Underway(NamedTuple):
    source: Source
    response: Response
    reading: Future[Reading]


@dataclass(slots=True)
class Replay:
    """A record played into a ledger by the real pipeline, with the record's own clock.

    `readers` is how many processes read ahead; `on_outcome` is told of every capture taken in. Nothing of it is told
    to channels: what is played again is no news.
    """

    store: CaptureStore
    ledger: Ledger
    sweep: Sweep
    readers: int = 0
    on_outcome: Callable[[Outcome], None] = lambda outcome: None

    def run(self, captures: list[Capture]) -> int:
        """Take in every capture that the ledger has not seen yet; give how many that were."""
        sources = {capture.page: source_of(capture.page) for capture in captures}
        if captures:
            self.ledger.sources.sync([], list(sources.values()), captures[0].captured_at)
        due = self._unseen(captures)
        last: dict[SourceId, Found] = {}
        with (
            self.ledger.unannounced(),
            Readers(self.readers or os.cpu_count() or 1, *self.sweep.rules) as readers,
        ):
            readers.assign((SourceId(page), n) for page, n in Counter(c.page for c in due).items())
            for underway in self._read_ahead(due, sources, readers):
                reading = underway.reading.result()
                if reading.found is not None:
                    last[underway.source.id] = reading.found
                response = replace(underway.response, markup=reading.markup)
                self._take_in(underway.source, response, last[underway.source.id])
        return len(due)

    def _unseen(self, captures: list[Capture]) -> list[Capture]:
        """Leave out what an earlier, interrupted replay has taken in already."""
        known = self.ledger.sources.all_known()

        def is_new(capture: Capture) -> bool:
            state = known.get(SourceId(capture.page))
            seen = state.last_check_at if state else None
            return seen is None or capture.captured_at > seen

        return [capture for capture in captures if is_new(capture)]

    def _read_ahead(
        self, captures: Iterable[Capture], sources: dict[str, Source], readers: Readers
    ) -> Iterator[_Underway]:
        """Give captures in their order, while the readers work on those that follow."""
        captures = list(captures)
        waiting: deque[_Underway] = deque()
        bytes_waiting = 0
        for capture, payload in zip(captures, self.store.payloads(captures), strict=True):
            source = sources[capture.page]
            response = response_of(source, capture, payload)
            waiting.append(_Underway(source, response, readers.read(source, response)))
            bytes_waiting += len(payload)
            while bytes_waiting > READ_AHEAD:
                underway = waiting.popleft()
                bytes_waiting -= len(underway.response.payload)
                yield underway
        yield from waiting

    def _take_in(self, source: Source, response: Response, found: Found) -> None:
        look = self.sweep.begin(source)
        early = look.judge(response)
        if early is not None:
            outcome = self.sweep.record(look, response, early)
        else:
            outcome = self.sweep.record(look, response, found.document, found.claims)
        self.on_outcome(outcome)


def source_of(page: str) -> Source:
    """Give the source that stands for the page at path `page`: default settings, nothing more."""
    title = page.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return Source(
        id=SourceId(page),
        # RFC 6761 keeps .invalid for names that are never looked up.
        url=f"https://replay.invalid/{quote(page)}",
        title=title,
        kind=SourceKind.OTHER,
        every=timedelta(hours=12),
    )


def response_of(source: Source, capture: Capture, payload: bytes) -> Response:
    """Give `payload` as the answer that a server would have given at the capture's time."""
    media_type = _MEDIA_TYPES.get(capture.page.rsplit(".", 1)[-1], "text/html")
    return Response(
        url=source.url,
        final_url=source.url,
        fetched_at=capture.captured_at,
        status=200,
        headers=(("content-type", media_type),),
        payload=payload,
        fetched_with="replay",
    )
