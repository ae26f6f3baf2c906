"""Quotes and their places: checked, and linked to on the live page."""

from __future__ import annotations

from urllib.parse import quote as percent_encoded

from watcher.model import Claim, Document

_WORDS_AT_EACH_END = 5


def verify(claim: Claim, document: Document) -> bool:
    """Whether the claim's quote stands verbatim in `document` at its place: else the claim does not exist."""
    evidence = claim.evidence
    return bool(evidence.quote) and document.text.startswith(evidence.quote, evidence.start)


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
