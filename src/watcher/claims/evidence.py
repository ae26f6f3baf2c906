"""Quotes and their places: checked, found again in a later document, linked to on the live page."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from urllib.parse import quote as percent_encoded

from rapidfuzz import fuzz, process

from watcher.model import Claim, Document, Evidence
from watcher.text import canonical, sentences

_ALIKE_ENOUGH = 82.0
"""Likeness from 0 to 100 above which a sentence is the old one in other words. Unrelated sentences of policies reach
about 60, sentences of one pattern about different things 75."""


_WORDS_AT_EACH_END = 5


class Relocation(StrEnum):
    """What became of a quote in a later document."""

    EXACT = "exact"
    MOVED = "moved"
    REWORDED = "reworded"
    GONE = "gone"


def verify(claim: Claim, document: Document) -> bool:
    """Whether the claim's quote stands verbatim in `document` at its place: else the claim does not exist."""
    evidence = claim.evidence
    return bool(evidence.quote) and document.text.startswith(evidence.quote, evidence.start)


def relocate(evidence: Evidence, before: Document, after: Document) -> Relocation:
    """Say where the quote of `before` went: the same words under the same headings, elsewhere, alike, or nowhere."""
    if evidence.quote in after.text:
        return Relocation.EXACT if _same_place(evidence, after) else Relocation.MOVED
    wanted = canonical(evidence.quote)
    folded = canonical(after.text)
    if wanted in folded:
        return (
            Relocation.EXACT
            if evidence.section in {block.path for block in after.blocks}
            else Relocation.MOVED
        )
    candidates = [after.text[begin:end] for begin, end in sentences(after.text)]
    best = process.extractOne(
        wanted, candidates, scorer=fuzz.ratio, processor=canonical, score_cutoff=_ALIKE_ENOUGH
    )
    return Relocation.REWORDED if best else Relocation.GONE


def _same_place(evidence: Evidence, after: Document) -> bool:
    at = after.text.find(evidence.quote)
    while at >= 0:
        if after.blocks[bisect_right(after.starts, at) - 1].path == evidence.section:
            return True
        at = after.text.find(evidence.quote, at + 1)
    return False


def text_fragment(url: str, quote: str) -> str:
    """Give a link that opens the live page at the quote (the browser scrolls to `#:~:text=` and marks it).

    A long quote is named by its first and last words, as the browser may find other spaces in between.
    """
    words = quote.split()
    base, _, fragment = url.partition("#")
    long = len(words) > _WORDS_AT_EACH_END * 2
    ends = (words[:_WORDS_AT_EACH_END], words[-_WORDS_AT_EACH_END:]) if long else (words,)
    return f"{base}#{fragment.split(':~:')[0]}:~:text={','.join(map(_encoded, ends))}"


def _encoded(words: list[str]) -> str:
    return percent_encoded(" ".join(words), safe="").replace("-", "%2D")
