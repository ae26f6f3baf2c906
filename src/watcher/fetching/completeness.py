"""Is all of a rendered page there? A page that shrank is looked at again before it is believed.

Half a list looks like a list. So a rendering that holds less than its source usually does is made again, with more
patience and a context of its own. If that brings the rest, all is well; if two renderings agree, the page did
shrink; if they do not, nobody knows, and it is told as partial.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from watcher.fetching.verdict import judge_response
from watcher.model import Judgement, Known, Response, Source, Verdict

Looking = Callable[[float], Awaitable[Response]]
"""Looks at the page with so much patience, 1.0 being the usual."""

_MORE_PATIENCE = (1.5, 2.0)
_SHRUNK = 0.97
_ALIKE = 0.9
_AS_LONG = 0.95


@dataclass(frozen=True, slots=True)
class Content:
    """How much a page holds: characters of its text, and a fingerprint of each block."""

    length: int
    blocks: frozenset[bytes]
    number: int


Measure = Callable[[Response, Source], Content | None]
"""Reads how much a response holds; None when it cannot be read."""


async def whole(look: Looking, source: Source, known: Known, measure: Measure | None) -> Response:
    """Look, and look again while the page holds less than usual and no two looks agree."""
    response = await look(1.0)
    if measure is None or known.usual is None:
        return response
    earlier: list[Content] = []
    for patience in (*_MORE_PATIENCE, None):
        content = _content(response, source, known, measure)
        if content is None or not _has_shrunk(content, known):
            return response
        if any(_agree(content, other) for other in earlier):
            return replace(response, agreed=True)
        earlier.append(content)
        if patience is not None:
            response = await look(patience)
    numbers = ", ".join(str(content.number) for content in earlier)
    signal = (
        f"completeness: {numbers} blocks in {len(earlier)} renderings, usually {known.usual.blocks}"
    )
    return replace(response, trouble=Judgement(Verdict.PARTIAL, signal))


def _content(response: Response, source: Source, known: Known, measure: Measure) -> Content | None:
    return measure(response, source) if judge_response(response, known) is None else None


def _has_shrunk(content: Content, known: Known) -> bool:
    usual = known.usual
    assert usual is not None  # asked only where there is a history
    return content.length < _SHRUNK * usual.length or content.number < _SHRUNK * usual.blocks


def _agree(one: Content, other: Content) -> bool:
    """Whether two renderings show the same, but for what any page shows anew each time."""
    shorter, longer = sorted((one.length, other.length))
    either = len(one.blocks | other.blocks)
    both = len(one.blocks & other.blocks)
    return shorter >= _AS_LONG * longer and both >= _ALIKE * either
