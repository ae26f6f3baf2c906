"""Where a quote of one document went in a later one."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz, process

from watcher.model import Document, Evidence
from watcher.text import canonical, sentences

_ALIKE_ENOUGH = 82.0
"""Likeness from 0 to 100 above which a sentence is the old one in other words. Unrelated sentences of policies reach
about 60, sentences of one pattern about different things 75."""


class Relocation(StrEnum):
    """What became of a quote in a later document."""

    EXACT = "exact"
    MOVED = "moved"
    REWORDED = "reworded"
    GONE = "gone"


def relocate(evidence: Evidence, after: Document) -> Relocation:
    """Say where a quote went: the same words under the same headings, elsewhere, in other words, or nowhere."""
    return found_again(evidence, after)[0]


def found_again(evidence: Evidence, after: Document) -> tuple[Relocation, str]:
    """Give where a quote went, and the words that now say it; empty when it is gone."""
    quote = evidence.quote
    if quote in after.text:
        return Relocation.EXACT if _same_place(evidence, after) else Relocation.MOVED, quote
    wanted = canonical(quote)
    if wanted in _as_read(after.text):
        stays = evidence.section in {block.path for block in after.blocks}
        return Relocation.EXACT if stays else Relocation.MOVED, quote
    written, as_read = _sentences_of(after.text)
    best = process.extractOne(wanted, as_read, scorer=fuzz.ratio, score_cutoff=_ALIKE_ENOUGH)
    return (Relocation.REWORDED, written[best[2]]) if best else (Relocation.GONE, "")


@lru_cache(maxsize=2)  # asked for every claim of a document in turn
def _as_read(text: str) -> str:
    return canonical(text)


@lru_cache(maxsize=2)
def _sentences_of(text: str) -> tuple[list[str], list[str]]:
    """Give the sentences of `text`, as written and as a reader takes them."""
    written = [text[begin:end] for begin, end in sentences(text)]
    return written, [canonical(sentence) for sentence in written]


def _same_place(evidence: Evidence, after: Document) -> bool:
    at = after.text.find(evidence.quote)
    while at >= 0:
        if after.blocks[bisect_right(after.starts, at) - 1].path == evidence.section:
            return True
        at = after.text.find(evidence.quote, at + 1)
    return False
