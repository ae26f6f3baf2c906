"""Text as a reader takes it: what means the same is the same, and where a sentence ends.

Pure functions of strings, beneath every step; they know none of the nouns.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

_ALIKE: dict[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c", ""),
    **dict.fromkeys("\u2022\u00b7", ""),
    "\u2026": "...",
}
_ODD = re.compile(f"[{''.join(map(re.escape, _ALIKE))}]")
_NEW_WINDOW = re.compile(r"\(?\bopens? in (?:a )?new (?:window|tab)\b\)?", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MARKS = ",.;:!?)]"
_SPACE_BEFORE_MARK = re.compile(f" (?=[{re.escape(_MARKS)}])")
_LONG = 1_000
"""Characters from which it takes less to look for each mark than to try every space."""
_LOOSE = [f" {mark}" for mark in _MARKS]


def canonical(text: str) -> str:
    """Give the form in which texts that mean the same are equal; idempotent.

    Folds compatibility forms (NFKC), quotes, dashes, spaces, zero-width and direction marks, and notes that a link
    opens a new window. Case and every word, digit and negation stay.
    """
    # `str.translate` costs 13 µs a paragraph for what a search rules out in one: most text has nothing odd.
    folded = text.replace("`", "'") if text.isascii() else _folded(text)
    # White space other than a plain space cannot be printed; what was read is tidy, and to ask costs half of tidying.
    if not folded.isprintable() or "  " in folded or folded[:1] == " " or folded[-1:] == " ":
        folded = " ".join(folded.split())
    while "new" in folded and _opens_anew(folded):
        folded = " ".join(_NEW_WINDOW.sub(" ", folded).split())
    if len(folded) > _LONG and not any(map(folded.__contains__, _LOOSE)):
        return folded
    return _SPACE_BEFORE_MARK.sub("", folded)


def _opens_anew(folded: str) -> bool:
    """Whether it says that a link opens a new window; two words are found many times as fast as the expression."""
    lower = folded.lower()
    return ("new window" in lower or "new tab" in lower) and bool(_NEW_WINDOW.search(folded))


def _folded(text: str) -> str:
    """Fold until nothing odd is left: compatibility forms may hide further quotes and dashes."""
    folded = unicodedata.normalize("NFKC", _ODD.sub(_alike, text))
    while _ODD.search(folded):
        folded = unicodedata.normalize("NFKC", _ODD.sub(_alike, folded))
    return folded


def _alike(match: re.Match[str]) -> str:
    return _ALIKE[match[0]]


@lru_cache(maxsize=16_384)  # menus and clauses are the same from page to page and from look to look
def fingerprint(text: str) -> bytes:
    """Give eight bytes that are equal for texts with the same canonical form."""
    return hashlib.blake2b(canonical(text).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Give how often each word, in small letters, stands in `texts`."""
    return Counter(chain.from_iterable(_WORD.findall(text.lower()) for text in texts))


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_ABBREVIATIONS = _words(
    "e.g i.e eg ie etc cf vs viz al inc ltd co corp llc l.l.c plc gmbh s.a s.a.s s.r.l b.v n.v pvt pte pty sdn bhd "
    "bros mr mrs ms dr prof st jr sr no nos art arts sec secs sect para paras para cl app ch vol pp p fig ed est "
    "approx dept univ ave blvd rd u.s u.k e.u u.s.c u.n u.s.a d.c ph.d reg regs tel ext attn a.k.a d.b.a f.k.a jan "
    "feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun v a.m p.m"
)
# After these a new sentence may well begin ("... by Acme Inc. We ..."), so the next word decides.
_MAY_END = _words(
    "inc ltd co corp llc l.l.c plc bhd etc u.s u.k e.u u.s.a d.c b.v n.v s.a s.a.s jr sr a.m p.m"
)
_MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_OPENERS = _words(
    "we you our your the this these those that it its if in for to as at by on when where while however any all please "
    "such each no nothing except unless customer customers they users there from and but see read some"
)
# It begins with a plain set of characters, which `re` scans for several times as fast.
_STOP = re.compile(
    r"[.!?\n](?:(?<=\n)\n*|[\"'\u201d\u2019)\]]*[^\S\n]+(?=[\"'\u201c\u2018(\[]*([A-Z0-9\u00c0-\u00de]\w*)))"
)
_LAST_WORD_BACKWARDS = re.compile(r"[\w.&]+")


def sentences(text: str) -> list[tuple[int, int]]:
    """Give where each sentence of `text` begins and ends, in characters, blank edges left out.

    A full stop after an abbreviation, an initial, a numbering or within a reference ("Art. 28(3)", "No. 5") ends
    nothing; a line break always does.
    """
    found, start = [], 0
    for stop in _STOP.finditer(text):
        if text[stop.start()] == "." and not _ends(text, start, stop):
            continue
        found.append((start, stop.start() + len(stop.group().rstrip())))
        start = stop.end()
    found.append((start, len(text)))
    return [_trimmed(text, begin, end) for begin, end in found if text[begin:end].strip()]


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Whether the full stop that `stop` found ends a sentence that began at `start`."""
    plain = text[text.rfind(" ", start, stop.start()) + 1 or start : stop.start()]
    if len(plain) > 1 and plain.isalpha() and plain.lower() not in _ABBREVIATIONS:
        return True  # most stops end a plain word
    before = text[max(start, stop.start() - 24) : stop.start()]
    # Backwards, since `re` would try every letter before the last word.
    word = _LAST_WORD_BACKWARDS.match(before[::-1])
    if word is None:
        return True
    last, following = before[-word.end() :], stop.group(1) or ""
    folded = last.lower()
    if folded in _MAY_END:
        return following.lower() in _OPENERS
    if folded in _ABBREVIATIONS:
        if folded == "no":  # a word as well as a number sign
            return not following[:1].isdigit()
        return last in ("p", "v", "art", "app", "reg", "sun") and not following[:1].isdigit()
    is_initial = len(last) == 1 and last.isupper() and last not in "I"
    is_numbering = last.replace(".", "").isdigit() and stop.start() - len(last) <= start
    is_day = following.lower() in _MONTHS and last.isdigit() and len(last) <= 2  # "3. March 2025"
    return not (is_initial or is_numbering or is_day)


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    """Leave out blank edges; the span is not blank."""
    while text[begin].isspace():
        begin += 1
    while text[end - 1].isspace():
        end -= 1
    return begin, end
