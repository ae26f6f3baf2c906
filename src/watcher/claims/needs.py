"""Which words of a document can set which phrases in motion.

A phrase needs one word out of each of several sets (its requirements). All requirements of a pack are numbered once;
a word of a document is looked up once for all of them, and what was found is remembered for the next document.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

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
        exact, stems = dict[str, list[int]](), dict[str, list[int]]()
        for need in (need for phrase in phrases for need in _telling(phrase)):
            if need not in self._numbers:
                number = self._numbers[need] = len(self._numbers)
                for word in need:
                    table = stems if word.endswith("*") else exact
                    table.setdefault(word.removesuffix("*"), []).append(number)
        self._kinds = _Kinds(exact, stems)

    def of(self, phrase: Phrase) -> tuple[int, ...]:
        """Give the numbers of the phrase's requirements, those first that the fewest words fulfil."""
        return tuple(self._numbers[need] for need in sorted(_telling(phrase), key=len))

    def fulfilled(self, sentences: Sequence[Span], whole: str) -> list[int]:
        """Give, for each requirement, the sentences that fulfil it, as a bit set.

        `sentences` are places in `whole`, in order. Words are runs of a-z and 0-9, cut out of bytes: one byte a
        character, all else turned into a blank. It takes a third of the time of a regular expression.
        """
        blanked = whole.encode("ascii", "replace").translate(_BLANKED)
        kind_of, holding, bit = self._kinds.__getitem__, defaultdict[int, int](int), 1
        for begin, end in sentences:
            for kind in filter(None, map(kind_of, blanked[begin:end].split())):
                holding[kind] |= bit
            bit <<= 1
        starts = [begin for begin, _ in sentences]
        for name, signs in MARKS.items():
            if held_by := _bearing(signs, starts, sentences, whole):
                holding[kind_of(name.encode())] |= held_by
        found = [0] * len(self._numbers)
        for kind, held_by in holding.items():
            for number in self._kinds.requirements[kind]:
                found[number] |= held_by
        return found


class _Kinds(dict[bytes, int]):
    """Word → its kind. Words that fulfil the same requirements are of one kind; those that fulfil none, of kind 0."""

    def __init__(self, exact: Mapping[str, list[int]], stems: Mapping[str, list[int]]) -> None:
        super().__init__()
        self._exact, self._stems = exact, stems
        self._longest_stem = max(map(len, stems), default=0)
        self._known: dict[tuple[int, ...], int] = {(): 0}
        self._unused = count(1)
        self.requirements: dict[int, tuple[int, ...]] = {0: ()}

    def __missing__(self, word: bytes) -> int:
        text = word.decode()
        numbers = set(self._exact.get(text, ()))
        # No longer than the longest stem: pages exist with a word of a megabyte.
        for length in range(1, min(len(text), self._longest_stem) + 1):
            numbers.update(self._stems.get(text[:length], ()))
        fulfilled = tuple(sorted(numbers))
        kind = self._known.get(fulfilled)
        if kind is None:  # told only once its requirements are: several threads may read at once
            kind = next(self._unused)
            self.requirements[kind] = fulfilled
            self._known[fulfilled] = kind
        if len(self) < _MOST_REMEMBERED and len(word) <= _LONGEST_REMEMBERED:
            self[word] = kind
        return kind


def _telling(phrase: Phrase) -> tuple[Requirement, ...]:
    """The requirements of a phrase that rule sentences out; where none does, the one that comes nearest to it."""
    telling = tuple(need for need in phrase.needs if not need & _COMMON)
    return telling or tuple(sorted(phrase.needs, key=lambda need: len(need & _COMMON))[:1])


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
