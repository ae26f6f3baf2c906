"""Text as a reader takes it: what means the same is the same, and where a sentence ends.

Pure functions of strings, beneath every step; they know none of the nouns.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c", None),
        "\u2026": "...",
        "\u2022": None,
        "\u00b7": None,
    }
)
_NEW_WINDOW = re.compile(r"\(?\bopens? in (?:a )?new (?:window|tab)\b\)?", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_SPACE_BEFORE_MARK = re.compile(r" (?=[,.;:!?)\]])")


def canonical(text: str) -> str:
    """Give the form in which texts that mean the same are equal; idempotent.

    Folds compatibility forms, quotes, dashes, spaces, zero-width and direction marks, and notes that a link opens a
    new window. Case and every word, digit and negation stay.
    """
    if text.isascii():
        folded = text.replace("`", "'")
    else:
        folded = unicodedata.normalize("NFKC", text.translate(_ALIKE)).translate(_ALIKE)
    if "new" in folded and ("window" in folded or "tab" in folded):
        folded = _NEW_WINDOW.sub(" ", folded)
    return _SPACE_BEFORE_MARK.sub("", _SPACE.sub(" ", folded)).strip()


def fingerprint(text: str) -> bytes:
    """Give eight bytes that are equal for texts with the same canonical form."""
    return hashlib.blake2b(canonical(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
