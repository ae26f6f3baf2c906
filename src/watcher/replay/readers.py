"""Reading in processes of its own, ahead of the pipeline: a page always goes to the same reader.

A reader gives all that follows from a capture alone: its markup's digest, its document, the claims of it. What a
capture means beside those before it is the pipeline's business.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple

from watcher.claims import Pack
from watcher.looks import claims_said
from watcher.model import (
    Claim,
    Digest,
    Document,
    Judgement,
    Response,
    Source,
    SourceId,
    Vocabulary,
)
from watcher.reading import markup_digest
from watcher.sweep import read_response


class Found(NamedTuple):
    """What a capture reads as: its document with its claims, or the verdict that there is none."""

    document: Document | Judgement
    claims: tuple[Claim, ...] = ()


class Reading(NamedTuple):
    """What a reader gives: `found` is None when the page reads as it did in the capture before."""

    found: Found | None
    markup: Digest | None


class _Before(NamedTuple):
    """What a page was in the capture before."""

    markup: Digest | None
    document: Digest


_before: dict[SourceId, _Before] = {}
"""In a reader's process: so that a page that looks the same is not read again, and sameness travels as None."""

_rules: list[tuple[Vocabulary, Pack]] = []
"""In a reader's process: what claims are read by."""


class Readers:
    """A few reading processes that read claims by `vocabulary` and `pack`. Use as a context manager."""

    def __init__(self, count: int, vocabulary: Vocabulary, pack: Pack) -> None:
        context = multiprocessing.get_context("spawn")  # fork and our feeding threads do not mix
        # A pack that was at work holds its phrases by their identity, which is another there: a fresh one travels.
        rules = (dict(vocabulary), replace(pack))
        self._pools = [
            ProcessPoolExecutor(1, mp_context=context, initializer=_prepare, initargs=rules)
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

    def read(self, source: Source, response: Response) -> Future[Reading]:
        """Start reading `response`; results of one page come in the order they were asked for."""
        return self._pools[self._place[source.id]].submit(_read, source, response)


def collect_rarely() -> None:
    """Let garbage lie for longer: a page is thousands of small objects that live as long as its reading."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _prepare(vocabulary: Vocabulary, pack: Pack) -> None:
    collect_rarely()
    _rules.append((vocabulary, pack))


def _read(source: Source, response: Response) -> Reading:
    markup = markup_digest(response, source)
    before = _before.get(source.id)
    if before is not None and markup is not None and markup == before.markup:
        return Reading(None, markup)
    document = read_response(response, source)
    if isinstance(document, Judgement):
        _before.pop(source.id, None)
        return Reading(Found(document), markup)
    _before[source.id] = _Before(markup, document.digest)
    if before is not None and before.document == document.digest:
        return Reading(None, markup)
    claims = claims_said(source, response.payload, document, *_rules[-1])
    return Reading(Found(document, claims), markup)
