"""A run of characters as a reader sees it, on one line."""

from __future__ import annotations

import re

from watcher.reading.encoding import mended

_UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\x00]"
)
_NEW_WINDOW = re.compile(
    r"\s*[(\[]?\s*\b(?:links?\s+)?opens?\s+in\s+(?:a\s+)?new\s+(?:window|tab)\b\s*[)\]]?(?P<mark>\s+[.,;:!?])?",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Give `text` with its white space as single spaces, without what nobody sees.

    Mojibake is repaired. Soft hyphens, zero-width and direction marks go; joiners that shape letters stay. The
    notes for screen readers that a link opens a new window go too: they are no words of the document.
    """
    # What cannot be printed takes in all that nobody sees, and all white space but the plain one: to ask for it costs
    # half of what tidying does.
    is_tidy = text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]
    if not is_tidy or not (text.isascii() or mended(text) is text):
        text = _tidied(text)
    if " new " in text and ("window" in text or "tab" in text):
        text = _NEW_WINDOW.sub(lambda note: (note["mark"] or "").strip(), text).strip()
    return text


def _tidied(text: str) -> str:
    if not text.isascii():
        text = _UNSEEN.sub("", mended(text))
    text = " ".join(text.split())
    if not text.isascii() and (better := mended(text)) is not text:
        # Once more with its white space in order: mojibake of a space looks like any space.
        text = " ".join(better.split())
    return text
