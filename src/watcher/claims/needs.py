"""Which words of a document can set which phrases in motion.

A phrase needs one word out of each of several sets (its requirements). All requirements of a pack are numbered once;
a word of a document is looked up once for all of them, and what was found is remembered for the next document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from watcher.claims.captures import MARKS
from watcher.claims.phrases import Phrase, Requirement

_MOST_REMEMBERED = 60_000
"""Words: several languages' worth of policy text; beyond it nothing more is remembered."""

_COMMON = frozenset(
    ["a", "an", "and", "any", "are", "as", "at", "be", "by", "for", "from", "in", "is",
     "it", "of", "on", "or", "that", "the", "this", "to", "with"]
)  # fmt: skip
"""Words of nearly every sentence: to look them up takes longer than the phrases that they would rule out."""

_LONGEST_REMEMBERED = 40
"""Characters: a longer word is no word of a language, and stands on one page only."""

_BLANKED = bytes(code if chr(code).isascii() and chr(code).isalnum() else 32 for code in range(256))

Span = tuple[int, int]


class Needs:
    """All requirements of a pack, and the words that fulfil them."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._numbers: dict[Requirement, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._remembered: dict[bytes, tuple[int, ...]] = {}
        for phrase in phrases:
            for need in _telling(phrase):
                self._add(need)
        self._longest_stem = max(map(len, self._stems), default=0)

    def _add(self, need: Requirement) -> None:
        if need in self._numbers:
            return
        number = self._numbers[need] = len(self._numbers)
        for word in need:
            table = self._stems if word.endswith("*") else self._exact
            table.setdefault(word.removesuffix("*"), []).append(number)

    def of(self, phrase: Phrase) -> tuple[int, ...]:
        """Give the numbers of the phrase's requirements."""
        return tuple(self._numbers[need] for need in _telling(phrase))

    def fulfilled(self, sentences: Sequence[Span], whole: str) -> list[int]:
        """Give, for each requirement, the sentences that fulfil it, as a bit set.

        `sentences` are places in `whole`, in order. Words are runs of a-z and 0-9, cut out of bytes: one byte a
        character, all else turned into a blank. It takes a third of the time of a regular expression.
        """
        blanked = whole.encode("ascii", "replace").translate(_BLANKED)
        said = [set(blanked[begin:end].split()) for begin, end in sentences]
        telling = {word: numbers for word in set().union(*said) if (numbers := self._of_word(word))}
        holding = dict.fromkeys(telling, 0)
        known = frozenset(telling)
        bit = 1
        for words in said:
            for word in known & words:
                holding[word] |= bit
            bit <<= 1
        found = [0] * len(self._numbers)
        for word, held_by in holding.items():
            for number in telling[word]:
                found[number] |= held_by
        starts = [begin for begin, _ in sentences]
        for name, signs in MARKS.items():
            held_by = _bearing(signs, starts, sentences, whole)
            for number in self._of_word(name.encode()) if held_by else ():
                found[number] |= held_by
        return found

    def _of_word(self, word: bytes) -> tuple[int, ...]:
        known = self._remembered.get(word)
        if known is None:
            text = word.decode()
            numbers = set(self._exact.get(text, ()))
            # No longer than the longest stem: pages exist with a word of a megabyte.
            for length in range(1, min(len(text), self._longest_stem) + 1):
                numbers.update(self._stems.get(text[:length], ()))
            known = tuple(numbers)
            if len(self._remembered) < _MOST_REMEMBERED and len(word) <= _LONGEST_REMEMBERED:
                self._remembered[word] = known
        return known


def _telling(phrase: Phrase) -> tuple[Requirement, ...]:
    """The requirements of a phrase that rule sentences out; all of them when none does."""
    return tuple(need for need in phrase.needs if not need & _COMMON) or phrase.needs


def _bearing(
    signs: Sequence[str], starts: Sequence[int], sentences: Sequence[Span], whole: str
) -> int:
    """The sentences in which one of `signs` stands, as a bit set."""
    held_by = 0
    for sign in signs:
        place = whole.find(sign)
        while place >= 0:
            at = bisect_right(starts, place) - 1
            if at >= 0 and place < sentences[at][1]:
                held_by |= 1 << at
            place = whole.find(sign, place + 1)
    return held_by
