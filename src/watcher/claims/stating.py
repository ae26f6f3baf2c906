"""What a rule reads where it matches: its fixed value, what it captured, all entities of the sentence, a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from watcher.claims import captures
from watcher.claims.passages import Passage
from watcher.claims.phrases import Match
from watcher.claims.rules import Entities, Rule

Raw = str | float | tuple[str, ...]

_CLAUSE_EDGE = re.compile(
    r"[;:](?=\s)|\.\s|,?\s(?:but|however|although|while|whereas|outside|other than)\s"
)
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


@dataclass(frozen=True, slots=True)
class Statement:
    """A match of a rule in a sentence of `text`, and the entities that it may name."""

    rule: Rule
    passage: Passage
    match: Match
    text: str
    entities: Mapping[str, Entities]

    def value(self) -> Raw:
        """Give what the rule's `value` says for this match. Raises ValueError when the words do not amount to one."""
        wanted = self.rule.value
        if wanted.startswith("every "):
            return self._every(wanted[6:].strip(" <>"))
        if wanted == "link":
            return _link(self.passage, self.match)
        whole = _PLACEHOLDER.fullmatch(wanted)
        if whole:
            return self._captured(whole)
        return _PLACEHOLDER.sub(lambda one: _shown(self._captured(one)), wanted)

    def _captured(self, wanted: re.Match[str]) -> Raw:
        name, unit = wanted.groups()
        begin, end = self.match.captures[name.replace("-", "_")]
        words = self.passage.folded[begin:end]
        if name in self.entities:
            return next(self.entities[name].found_in(words))
        if name == "duration":
            return captures.duration_in(unit or "days")(words)
        first = self.passage.start + begin
        if name == "name":
            named = captures.capitalised(self.text[first : self.passage.end])
            if len(named) < len(words.rstrip(".,")):
                raise ValueError(f"{words!r} is not capitalised to its end")
            return named
        original = self.text[first : self.passage.start + end]
        if name not in _READERS:
            return original
        return _READERS[name](original if name in _ORIGINAL_CASE else words)

    def _every(self, name: str) -> tuple[str, ...]:
        folded = self.passage.folded
        if name == "email":
            return _addresses(self.passage)
        if name in _NAMED_BY_FORM:
            said = folded[slice(*clause(folded, self.match))]
            return tuple(re.findall(captures.PATTERNS[name], said))
        begin, end = 0, len(folded)
        if name in self.match.captures:
            begin, end = self.match.captures[name][0], clause(folded, self.match)[1]
        return tuple(self.entities[name].found_in(folded[begin:end]))


def _addresses(passage: Passage) -> tuple[str, ...]:
    """The e-mail addresses that a sentence prints, and those that its block links to."""
    bears_one = any(sign in passage.folded for sign in captures.MARKS["#email"])
    printed = re.findall(captures.PATTERNS["email"], passage.folded) if bears_one else []
    linked = [
        link.target[7:].split("?")[0].lower()
        for link in passage.block.links
        if _mails(link.target) and (passage.first or link.text.strip().lower() in passage.folded)
    ]
    return tuple(dict.fromkeys([captures.email(one) for one in printed] + linked))


def _mails(target: str) -> bool:
    return target.startswith("mailto:") and "@" in target


def _shown(value: Raw) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else ", ".join(value)


def clause(folded: str, match: Match) -> tuple[int, int]:
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
