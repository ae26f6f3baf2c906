"""Which words of a document can set which phrases in motion.

A phrase needs one word out of each of several sets (its requirements). All requirements of a pack are numbered once;
a word of a document is looked up once for all of them, and what was found is remembered for the next document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from watcher.claims.phrases import Phrase, Requirement

_MOST_REMEMBERED = 60_000
"""Words: several languages' worth of policy text; beyond it nothing more is remembered."""


class Needs:
    """All requirements of a pack, and the words that fulfil them."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._numbers: dict[Requirement, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._remembered: dict[str, tuple[int, ...]] = {}
        for phrase in phrases:
            for need in phrase.needs:
                self._add(need)

    def _add(self, need: Requirement) -> None:
        if need in self._numbers:
            return
        number = self._numbers[need] = len(self._numbers)
        for word in need:
            table = self._stems if word.endswith("*") else self._exact
            table.setdefault(word.removesuffix("*"), []).append(number)

    def of(self, phrase: Phrase) -> tuple[int, ...]:
        """Give the numbers of the phrase's requirements."""
        return tuple(self._numbers[need] for need in phrase.needs)

    def fulfilled(self, words: Mapping[str, int]) -> list[int]:
        """Give, for each requirement, the passages that fulfil it, from the passages that hold each word."""
        found = [0] * len(self._numbers)
        for word, passages in words.items():
            for number in self._of_word(word):
                found[number] |= passages
        return found

    def _of_word(self, word: str) -> tuple[int, ...]:
        known = self._remembered.get(word)
        if known is None:
            numbers = set(self._exact.get(word, ()))
            for length in range(1, len(word) + 1):
                numbers.update(self._stems.get(word[:length], ()))
            known = tuple(numbers)
            if len(self._remembered) < _MOST_REMEMBERED:
                self._remembered[word] = known
        return known
