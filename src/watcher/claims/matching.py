"""Rules against passages: what each rule finds, and where it stops when it finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from watcher.claims import captures
from watcher.claims.lines import Lines, heading_of, lines_of
from watcher.claims.passages import Passage, Passages
from watcher.claims.phrases import Match, Phrase, Seen
from watcher.claims.rules import Group, Pack, Place, Reach, Rule

_NEGATION = re.compile(
    r"\b(?:not(?! only| limited| later| more than| less than| (?:\w+ ){0,3}(?:resolved?|settled?))"
    r"|never|no(?! later| more| less)|cannot(?! (?:\w+ ){0,3}(?:resolved?|settled?))"
    r"|neither|nor|nobody|none|prohibit\w*|forbid\w*|refrain"
    r"|without(?! limit| prior notice| notice| restrict| any notice| advance))\b|n't\b"
)
_CLAUSE_EDGE = re.compile(
    r"[;:](?=\s)|\.\s|,?\s(?:but|however|although|while|whereas|outside|other than)\s"
)
_NEIGHBOURS = 2
_OPENING = 12
"""Sentences with which a document introduces itself, its headings and dates among them."""

_READERS: Mapping[str, Callable[[str], float | str]] = {
    "number": captures.number,
    "age": captures.number,
    "percent": captures.number,
    "date": captures.day,
    "money": captures.money,
    "email": captures.email,
    "company": captures.company,
    "url": captures.url,
}
_NAMED_BY_FORM = ("endpoint", "model")
"""Captures of names that are told by how they are written, not by a list: all of a sentence are given."""

_ORIGINAL_CASE = frozenset(("company", "url"))
_PLACEHOLDER = re.compile(r"<([\w-]+)(?::(\w+))?>")

_TEXTS: Mapping[Reach, Callable[[Passage, Passages], str]] = {
    Reach.LEAD: lambda passage, _: passage.lead,
    Reach.HEADING: lambda passage, _: heading_of(passage.section),
    Reach.SECTION: lambda passage, _: passage.section,
    Reach.TITLE: lambda _, passages: passages.title,
}
"""Reaches outside of sentences: the line in which a group is looked for."""

Raw = str | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule read from one sentence: where its words begin and end, and where what it captured begins."""

    rule: Rule
    passage: Passage
    start: int
    end: int
    at: int
    value: Raw


@dataclass
class Reading:
    """A document in the hands of a pack: its passages, and what was found so far."""

    passages: Passages
    pack: Pack
    _seen: dict[int, Seen] = field(default_factory=dict)
    _candidates: dict[int, int] = field(default_factory=dict)
    _holding: dict[int, int] = field(default_factory=dict)
    _reached: dict[int, int] = field(default_factory=dict)
    _told: dict[tuple[int, int], bool] = field(default_factory=dict)

    @cached_property
    def _fulfilled(self) -> list[int]:
        """The passages and lines that fulfil each requirement of the pack."""
        spans = [(one.start, one.end) for one in self.passages.all]
        begin = len(self.passages.folded)
        for text in self._lines.numbers:
            spans.append((begin + 1, begin + 1 + len(text)))
            begin = spans[-1][1]
        whole = "\n".join((self.passages.folded, *self._lines.numbers))
        return self.pack.needs.fulfilled(spans, whole)

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
            Place.OPENING: everywhere & ~questions & ((1 << _OPENING) - 1),
            Place.ANY: everywhere,
        }

    def candidates(self, phrase: Phrase) -> int:
        """Give the passages and lines that hold every word that `phrase` needs."""
        found = self._candidates.get(id(phrase))
        if found is None:
            found = self._anything
            for need in self.pack.needs_of[id(phrase)]:
                found &= self._fulfilled[need]
                if not found:
                    break
            self._candidates[id(phrase)] = found
        return found

    def _some(self, phrases: Sequence[Phrase]) -> int:
        """The passages and lines that hold every word that one of `phrases` needs."""
        found = self._holding.get(id(phrases))
        if found is None:
            found = 0
            for phrase in phrases:
                found |= self.candidates(phrase)
            self._holding[id(phrases)] = found
        return found

    def _found(self, phrase: Phrase, passage: Passage) -> list[Match]:
        seen = self._seen.setdefault(passage.number, {})
        return phrase.matches(passage.folded, seen=seen)

    def mentions(self, rule: Rule) -> int:
        """Give the passages that hold every word that one of the rule's `find` phrases needs."""
        return self._some(rule.find) & self._everywhere

    def findings(self, rule: Rule, among: int = -1) -> Iterator[Finding]:
        """Give what `rule` reads from the document, or from the passages of the bit set `among`, phrase by phrase."""
        within = self.mentions(rule) & self._readable[rule.place] & among
        for group in rule.also:
            within = within and self._reaching(group, within)
        if not within:
            return
        for phrase in rule.find:
            for passage in self.passages.numbers(self.candidates(phrase) & within):
                for match in self._found(phrase, passage):
                    if self.obstacle(rule, passage, match) is None and (
                        finding := self.finding(rule, passage, match)
                    ):
                        yield finding

    def _reaching(self, group: Group, among: int) -> int:
        """Those of the passages `among` that may reach the group: asked first, since to match phrases takes longer."""
        reached = among & self._near(group)
        if not self._some(group.phrases) >> len(self.passages.all):
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
            near, holding = 0, self._some(group.phrases) & self._everywhere
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
        for phrase in rule.find:
            if self.candidates(phrase) >> passage.number & 1:
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
                begin, end = _clause(passage.folded, match)
                return any(
                    self.candidates(phrase) >> passage.number & 1
                    and phrase.search(passage.folded, begin, end)
                    for phrase in group.phrases
                )
            case Reach.DOCUMENT:
                return any(self._anywhere(phrase) for phrase in group.phrases)
            case Reach.BEFORE | Reach.AFTER:
                return any(
                    self.says(group.phrases, one) for one in self._neighbours(passage, reach)
                )
            case _:
                return self._in_text(group, _TEXTS[reach](passage, self.passages))

    def says(self, phrases: Sequence[Phrase], passage: Passage) -> bool:
        """Whether one of `phrases`, which live as long as the pack, stands in the sentence."""
        if not self._some(phrases) >> passage.number & 1:
            return False
        return any(
            self.candidates(phrase) >> passage.number & 1 and self._found(phrase, passage)
            for phrase in phrases
        )

    def _in_text(self, group: Group, text: str) -> bool:
        """Whether the group stands in a line that many passages share: looked up once."""
        line = self._lines.numbers.get(text)
        if line is None or not self._some(group.phrases) >> line & 1:
            return False
        told = self._told.get((id(group), line))
        if told is None:
            told = any(
                self.candidates(phrase) >> line & 1 and phrase.search(text)
                for phrase in group.phrases
            )
            self._told[id(group), line] = told
        return told

    def _neighbours(self, passage: Passage, reach: Reach) -> Iterator[Passage]:
        step = 1 if reach is Reach.AFTER else -1
        for distance in range(1, _NEIGHBOURS + 1):
            at = passage.number + step * distance
            if not 0 <= at < len(self.passages.all):
                return
            neighbour = self.passages.all[at]
            if neighbour.block.path != passage.block.path or neighbour.is_heading:
                return
            yield neighbour

    def _anywhere(self, phrase: Phrase) -> bool:
        mask = self.candidates(phrase) & self._everywhere
        return any(self._found(phrase, one) for one in self.passages.numbers(mask))

    def finding(self, rule: Rule, passage: Passage, match: Match) -> Finding | None:
        """Give what the rule reads at an unobstructed match; None when the words amount to no value it allows."""
        try:
            value = self.value(rule, passage, match)
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

    def value(self, rule: Rule, passage: Passage, match: Match) -> Raw:
        """Give what the rule's `value` says for this match; raises ValueError when the words do not amount to one."""
        if rule.value.startswith("every "):
            return self._every(rule.value[6:].strip(" <>"), passage, match)
        if rule.value == "link":
            return _link(passage, match)
        whole = _PLACEHOLDER.fullmatch(rule.value)
        if whole:
            return self._captured(whole, passage, match)
        return _PLACEHOLDER.sub(lambda one: _shown(self._captured(one, passage, match)), rule.value)

    def _captured(self, wanted: re.Match[str], passage: Passage, match: Match) -> Raw:
        name, unit = wanted.groups()
        group = name.replace("-", "_")
        begin, end = match.captures[group]
        words = passage.folded[begin:end]
        if name in self.pack.entities:
            return next(self.pack.entities[name].found_in(words))
        if name == "duration":
            return captures.duration_in(unit or "days")(words)
        original = self.passages.document.text[passage.start + begin : passage.start + end]
        if name == "name":
            rest = self.passages.document.text[passage.start + begin : passage.end]
            return captures.capitalised(rest)
        return (
            _READERS[name](original if name in _ORIGINAL_CASE else words)
            if name in _READERS
            else original
        )

    def _every(self, name: str, passage: Passage, match: Match) -> tuple[str, ...]:
        if name == "email":
            found = re.findall(captures.PATTERNS["email"], passage.folded)
            linked = [
                link.target[7:].split("?")[0].lower()
                for link in passage.block.links
                if _mails(link.target)
            ]
            return tuple(
                dict.fromkeys(
                    [captures.email(one) for one in found] + (linked if passage.first else [])
                )
            )
        if name in _NAMED_BY_FORM:
            said = passage.folded[slice(*_clause(passage.folded, match))]
            return tuple(re.findall(captures.PATTERNS[name], said))
        begin, end = 0, len(passage.folded)
        if name in match.captures:
            begin, end = match.captures[name][0], _clause(passage.folded, match)[1]
        return tuple(self.pack.entities[name].found_in(passage.folded[begin:end]))


def _mails(target: str) -> bool:
    return target.startswith("mailto:") and "@" in target


def _shown(value: Raw) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else ", ".join(value)


def _negated(folded: str, match: Match) -> bool:
    """Whether the clause says no before or within the match."""
    begin, _ = _clause(folded, match)
    return _NEGATION.search(folded, max(begin, match.start - 70), match.end) is not None


def _clause(folded: str, match: Match) -> tuple[int, int]:
    """The part of the sentence, between semicolons, colons and contrasting words, in which the match stands."""
    begin, end = 0, len(folded)
    for edge in _CLAUSE_EDGE.finditer(folded):
        if edge.end() <= match.start:
            begin = edge.end()
        elif edge.start() >= match.end:
            end = edge.start()
            break
    return begin, end


_POINTS = re.compile(
    r"(?:click )?here|this (?:page|link|list|address|url)|(?:our )?(?:website|site|web ?page|page)|link"
    r"|(?:our |the )?(?:trust|security) (?:center|centre|portal|page)|(?:available|listed|published) here"
)
"""Words of a link that say where, not what: "the list is here"."""


def _link(passage: Passage, match: Match) -> str:
    """The target of the link whose words the match touches, else of the one that points ("here"), else as printed."""
    touched = passage.folded[match.start : match.end]
    for link in passage.block.links:
        words = link.text.strip().lower()
        if words and (words in touched or touched in words) and link.target.startswith("http"):
            return link.target
    pointing = [
        link.target
        for link in passage.block.links
        if link.target.startswith("http") and _POINTS.fullmatch(link.text.strip().lower())
        if link.text.strip().lower() in passage.folded
    ]
    if len(pointing) == 1:
        return pointing[0]
    printed = re.search(captures.PATTERNS["url"], passage.folded)
    if printed is None:
        raise ValueError("the sentence has no link")
    return captures.url(printed.group())
