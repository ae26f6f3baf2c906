"""Rules against passages: what each rule finds, and where it stops when it finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from watcher.claims.lines import Lines, heading_of, lines_of
from watcher.claims.passages import NEIGHBOURS, OPENING, Passage, Passages
from watcher.claims.phrases import Match, Phrase, Seen, Span
from watcher.claims.rules import Group, Pack, Place, Reach, Rule
from watcher.claims.stating import Raw, Statement, clause

_NEGATION = re.compile(
    r"\b(?:not(?! only| limited| later| more than| less than| (?:\w+ ){0,3}(?:resolved?|settled?))"
    r"|never|no(?! later| more| less)|cannot(?! (?:\w+ ){0,3}(?:resolved?|settled?))"
    r"|neither|nor|nobody|none|prohibit\w*|forbid\w*|refrain"
    r"|without(?! limit| prior notice| notice| restrict| any notice| advance))\b|n't\b"
)

_TEXTS: Mapping[Reach, Callable[[Passage, Passages], str]] = {
    Reach.LEAD: lambda passage, _: passage.lead,
    Reach.HEADING: lambda passage, _: heading_of(passage.section),
    Reach.SECTION: lambda passage, _: passage.section,
    Reach.TITLE: lambda _, passages: passages.title,
}
"""Reaches outside of sentences: the line in which a group is looked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule read from one sentence: where its words begin and end, and where what it captured begins."""

    rule: Rule
    passage: Passage
    start: int
    end: int
    at: int
    value: Raw


class _Held(NamedTuple):
    """The passages and lines, as bit sets, that hold the words of some phrases: of any of them, and of each."""

    some: int
    each: Sequence[tuple[Phrase, int]]


@dataclass
class Reading:
    """A document in the hands of a pack: its passages, and what was found so far."""

    passages: Passages
    pack: Pack
    _seen: dict[int, Seen] = field(default_factory=dict)
    _holding: dict[int, _Held] = field(default_factory=dict)
    _reached: dict[int, int] = field(default_factory=dict)
    _told: dict[tuple[int, int], bool] = field(default_factory=dict)

    @cached_property
    def _fulfilled(self) -> list[int]:
        """The passages and lines that fulfil each requirement of the pack."""
        texts = (*(one.folded for one in self.passages.all), *self._lines.numbers)
        spans, begin = list[Span](), 0
        for text in texts:
            spans.append((begin, begin + len(text)))
            begin += len(text) + 1
        return self.pack.needs.fulfilled(spans, "\n".join(texts))

    @cached_property
    def _lines(self) -> Lines:
        return lines_of(self.passages)

    @cached_property
    def _everywhere(self) -> int:
        return (1 << len(self.passages.all)) - 1

    @cached_property
    def _anything(self) -> int:
        """All passages, and all lines behind them."""
        return (1 << len(self.passages.all) + len(self._lines.numbers)) - 1

    @cached_property
    def _readable(self) -> Mapping[Place, int]:
        """The passages that rules of each place read."""
        headings, questions = self.passages.headings, self.passages.questions
        everywhere = self._everywhere
        return {
            Place.TEXT: everywhere & ~(headings | questions),
            Place.HEADING: headings,
            Place.QUESTION: questions,
            Place.OPENING: everywhere & ~questions & ((1 << OPENING) - 1),
            Place.ANY: everywhere,
        }

    def _held(self, phrases: Sequence[Phrase]) -> _Held:
        """The passages and lines that hold every word that one of `phrases` needs."""
        held = self._holding.get(id(phrases))
        if held is None:
            some, each, fulfilled, anything = 0, [], self._fulfilled, self._anything
            for phrase, needs in self.pack.needed[id(phrases)]:
                holding = anything
                for need in needs:
                    holding &= fulfilled[need]
                    if not holding:
                        break
                else:
                    each.append((phrase, holding))
                    some |= holding
            held = self._holding[id(phrases)] = _Held(some, each)
        return held

    def possible(self, phrases: Sequence[Phrase], number: int) -> list[Phrase]:
        """Give those of `phrases`, which live as long as the pack, all of whose words a passage or line holds."""
        return [phrase for phrase, held in self._held(phrases).each if held >> number & 1]

    def _found(self, phrase: Phrase, passage: Passage) -> list[Match]:
        seen = self._seen.setdefault(passage.number, {})
        return phrase.matches(passage.folded, seen=seen)

    def mentions(self, phrases: Sequence[Phrase]) -> int:
        """Give the passages that hold every word that one of `phrases`, which live as long as the pack, needs."""
        return self._held(phrases).some & self._everywhere

    def rules_for(self, among: int) -> dict[str, Rule]:
        """Give the rules, by name, with a `find` phrase all of whose words stand in one of the passages `among`."""
        rules = dict[str, Rule]()
        for need, asking in self.pack.rules_by_need.items():
            if not (within := among if need is None else self._fulfilled[need] & among):
                continue
            for rule, others in asking:
                if rule.name not in rules and self._hold(within, others):
                    rules[rule.name] = rule
        return rules

    def _hold(self, passages: int, needs: Sequence[int]) -> bool:
        """Whether one of these passages holds words of all `needs`."""
        for need in needs:
            passages &= self._fulfilled[need]
            if not passages:
                return False
        return True

    def findings(self, rule: Rule, among: int = -1) -> Iterator[Finding]:
        """Give what `rule` reads from the document, or from the passages of the bit set `among`, in their order."""
        for passage in self.passages.numbers(self.promising(rule, among)):
            yield from self.findings_in(passage, rule)

    def promising(self, rule: Rule, among: int = -1) -> int:
        """Give those of the passages `among` that hold, within reach, the words of all that the rule wants."""
        within = self.mentions(rule.find) & self._readable[rule.place] & among
        for group in rule.also:
            within = within and self._reaching(group, within)
        return within

    def findings_in(self, passage: Passage, rule: Rule) -> Iterator[Finding]:
        """Give what `rule` reads from one passage, phrase by phrase."""
        for match in self.matches(rule, passage):
            if self.obstacle(rule, passage, match) is None and (
                finding := self.finding(rule, passage, match)
            ):
                yield finding

    def _reaching(self, group: Group, among: int) -> int:
        """Those of the passages `among` that may reach the group: asked first, since to match phrases takes longer."""
        reached = among & self._near(group)
        if not self._held(group.phrases).some >> len(self.passages.all):
            return reached
        for reach in group.reach:
            for text, under in self._lines.under[reach].items() if reach in _TEXTS else ():
                if among & under & ~reached and self._in_text(group, text):
                    reached |= among & under
        return reached

    def _near(self, group: Group) -> int:
        """The passages that hold the words of a group in themselves, in a neighbour, or anywhere, as it reaches."""
        near = self._reached.get(id(group))
        if near is None:
            near, holding = 0, self._held(group.phrases).some & self._everywhere
            for reach in group.reach:
                match reach:
                    case Reach.SENTENCE | Reach.CLAUSE:
                        near |= holding
                    case Reach.BEFORE:
                        near |= holding << 1 | holding << 2
                    case Reach.AFTER:
                        near |= holding >> 1 | holding >> 2
                    case Reach.DOCUMENT if holding:
                        near = self._everywhere
                    case _:
                        pass
            self._reached[id(group)] = near
        return near

    def reads(self, rule: Rule, passage: Passage) -> bool:
        """Whether the rule reads this sort of sentence."""
        return bool(self._readable[rule.place] >> passage.number & 1)

    def matches(self, rule: Rule, passage: Passage) -> Iterator[Match]:
        """Give every place in the sentence where a `find` phrase matches."""
        for phrase in self.possible(rule.find, passage.number):
            yield from self._found(phrase, passage)

    def obstacle(self, rule: Rule, passage: Passage, match: Match) -> str | None:
        """Say why a match is not a finding, or None when nothing stands against it."""
        for group in rule.also:
            if not self.fulfils(group, passage, match):
                return f"it lacks {group}"
        for group in rule.never:
            if self.fulfils(group, passage, match):
                return f"it has {group}"
        if rule.plain and _negated(passage.folded, match):
            return "the sentence negates it"
        return None

    def fulfils(self, group: Group, passage: Passage, match: Match) -> bool:
        """Whether one phrase of the group stands in one of its reaches."""
        return any(self._holds(group, reach, passage, match) for reach in group.reach)

    def _holds(self, group: Group, reach: Reach, passage: Passage, match: Match) -> bool:
        match reach:
            case Reach.SENTENCE:
                return self.says(group.phrases, passage)
            case Reach.CLAUSE:
                begin, end = clause(passage.folded, match)
                return any(
                    phrase.search(passage.folded, begin, end)
                    for phrase in self.possible(group.phrases, passage.number)
                )
            case Reach.DOCUMENT:
                return self._anywhere(group.phrases)
            case Reach.BEFORE | Reach.AFTER:
                return any(
                    self.says(group.phrases, one) for one in self._neighbours(passage, reach)
                )
            case _:
                return self._in_text(group, _TEXTS[reach](passage, self.passages))

    def says(self, phrases: Sequence[Phrase], passage: Passage) -> bool:
        """Whether one of `phrases`, which live as long as the pack, stands in the sentence."""
        return any(
            self._found(phrase, passage) for phrase in self.possible(phrases, passage.number)
        )

    def _in_text(self, group: Group, text: str) -> bool:
        """Whether the group stands in a line that many passages share: looked up once."""
        line = self._lines.numbers.get(text)
        if line is None or not self._held(group.phrases).some >> line & 1:
            return False
        told = self._told.get((id(group), line))
        if told is None:
            told = any(phrase.search(text) for phrase in self.possible(group.phrases, line))
            self._told[id(group), line] = told
        return told

    def _neighbours(self, passage: Passage, reach: Reach) -> Iterator[Passage]:
        """The sentences next to a passage under the same headings; after a heading, those under it."""
        step, path = (1 if reach is Reach.AFTER else -1), passage.block.path
        if passage.is_heading and reach is Reach.AFTER:
            path = (*path, passage.block.text)
        for distance in range(1, NEIGHBOURS + 1):
            at = passage.number + step * distance
            if not 0 <= at < len(self.passages.all):
                return
            neighbour = self.passages.all[at]
            if neighbour.block.path != path or neighbour.is_heading:
                return
            yield neighbour

    def _anywhere(self, phrases: Sequence[Phrase]) -> bool:
        return any(
            self._found(phrase, passage)
            for phrase, held in self._held(phrases).each
            for passage in self.passages.numbers(held & self._everywhere)
        )

    def finding(self, rule: Rule, passage: Passage, match: Match) -> Finding | None:
        """Give what the rule reads at an unobstructed match; None when the words amount to no value it allows."""
        try:
            text = self.passages.document.text
            value = Statement(rule, passage, match, text, self.pack.entities).value()
        except (ValueError, StopIteration):
            return None
        out_of_range = isinstance(value, float) and (
            (rule.lowest is not None and value < rule.lowest)
            or (rule.highest is not None and value > rule.highest)
        )
        if out_of_range or value in ("", ()):
            return None
        at = min((begin for begin, _ in match.captures.values()), default=match.start)
        return Finding(rule, passage, match.start, match.end, at, value)


def _negated(folded: str, match: Match) -> bool:
    """Whether the clause says no before or within the match."""
    begin, _ = clause(folded, match)
    return _NEGATION.search(folded, max(begin, match.start - 70), match.end) is not None
