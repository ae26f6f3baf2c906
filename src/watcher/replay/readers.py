"""Reading in processes of its own, ahead of the pipeline: a page always goes to the same reader."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType

from watcher.model import Digest, Document, Judgement, Response, Source, SourceId
from watcher.sweep import read_response

Found = Document | Judgement | None
"""What a reader gives: None means that the page reads as it did in the capture before."""

_last: dict[SourceId, Digest] = {}
"""In a reader's process: what each of its pages read as last, so that sameness travels as None."""


class Readers:
    """A few reading processes. Use as a context manager."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")  # fork and our feeding threads do not mix
        self._pools = [
            ProcessPoolExecutor(1, mp_context=context, initializer=_collect_rarely)
            for _ in range(count)
        ]
        self._place: dict[SourceId, int] = {}

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)

    def assign(self, weights: Iterable[tuple[SourceId, int]]) -> None:
        """Share pages out, the heaviest first to the reader that has least."""
        loads = [0] * len(self._pools)
        for source_id, weight in sorted(weights, key=lambda pair: -pair[1]):
            lightest = loads.index(min(loads))
            self._place[source_id] = lightest
            loads[lightest] += weight

    def read(self, source: Source, response: Response) -> Future[Found]:
        """Start reading `response`; results of one page come in the order they were asked for."""
        return self._pools[self._place[source.id]].submit(_read, source, response)


def _collect_rarely() -> None:
    """Let garbage lie for longer: a page is thousands of small objects that live as long as its reading."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _read(source: Source, response: Response) -> Found:
    found = read_response(response, source)
    if isinstance(found, Judgement):
        _last.pop(source.id, None)
        return found
    if _last.get(source.id) == found.digest:
        return None
    _last[source.id] = found.digest
    return found
