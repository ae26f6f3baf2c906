"""The nouns of a rule pack: rules, groups of phrases, entities. All data, checked when the pack is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from watcher.claims.needs import Needs
from watcher.claims.phrases import Phrase, compiled


class Reach(StrEnum):
    """Where a group of phrases is looked for, seen from the sentence that a rule found."""

    SENTENCE = "sentence"
    CLAUSE = "clause"
    BEFORE = "before"
    AFTER = "after"
    LEAD = "lead"
    HEADING = "heading"
    SECTION = "section"
    TITLE = "title"
    DOCUMENT = "document"


class Place(StrEnum):
    """Which sentences a rule reads."""

    TEXT = "text"
    HEADING = "heading"
    ANY = "any"
    QUESTION = "question"
    OPENING = "opening"


class Choice(StrEnum):
    """Which of several findings for one key becomes the claim."""

    BEST = "best"
    LOWEST = "lowest"
    HIGHEST = "highest"
    EVERY = "every"
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of which at least one is wanted (or none is), within a reach."""

    reach: tuple[Reach, ...]
    phrases: tuple[Phrase, ...]

    def __str__(self) -> str:
        some = " / ".join(phrase.text for phrase in self.phrases[:3])
        more = " …" if len(self.phrases) > 3 else ""
        return f"{some}{more} (in {' or '.join(self.reach)})"


@dataclass(frozen=True, slots=True)
class Entities:
    """Things with many spellings: canonical form → expression of all its spellings."""

    name: str
    forms: Mapping[str, str]

    def found_in(self, folded: str) -> Iterator[str]:
        """Give the canonical form of each entity that `folded` names."""
        return (form for form, pattern in self.forms.items() if compiled(pattern).search(folded))


@dataclass(frozen=True, slots=True)
class Example:
    """A few lines that a rule must, or must not, read a claim from; `value` is None when it must not."""

    text: str
    value: str | tuple[str, ...] | None = None
    condition: str | None = None
    title: str = ""


@dataclass(frozen=True)
class Rule:
    """One way in which a document states one claim.

    A sentence that a `find` phrase matches, that fulfils every `also` group and no `never` group, states `value`.
    `weight` decides between rules of one key; `plain` refuses a sentence that negates what was found.
    """

    name: str
    key: str
    value: str
    find: tuple[Phrase, ...]
    also: tuple[Group, ...] = ()
    never: tuple[Group, ...] = ()
    weight: int = 50
    place: Place = Place.TEXT
    plain: bool = False
    lowest: float | None = None
    highest: float | None = None
    condition: str | None = None
    scope: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int | None = None

    @property
    def groups(self) -> tuple[Group, ...]:
        """What is looked for beside what was found: what is wanted, and what there must not be."""
        return (*self.also, *self.never)

    @property
    def asks_for_all(self) -> bool:
        """Whether it looks for words anywhere in the document."""
        return any(Reach.DOCUMENT in group.reach for group in self.groups)


@dataclass(frozen=True, slots=True)
class KeyRules:
    """All rules of one key, and how one claim is chosen among what they find."""

    key: str
    choice: Choice
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """A finer cell of an entry that the sentence of a claim, or one near it, may state: "route" is "trust_portal" …

    `rule` reads it; one that finds nothing by itself holds where no other attribute of its name does.
    """

    name: str
    keys: frozenset[str]
    rule: Rule
    reach: tuple[Reach, ...] = (Reach.SENTENCE,)


@dataclass(frozen=True)
class Pack:
    """A rule pack: rules by key, with the lists, entities and condition marks they share.

    `version` is a digest of everything in it: two packs of one version read the same claims.
    """

    name: str
    version: str
    keys: Mapping[str, KeyRules]
    lists: Mapping[str, tuple[str, ...]]
    entities: Mapping[str, Entities]
    conditions: tuple[Phrase, ...]
    remarks: tuple[Phrase, ...]
    exceptions: tuple[Phrase, ...]
    attributes: tuple[Attribute, ...] = ()
    unconditional: frozenset[str] = frozenset()
    scoped: frozenset[str] = frozenset()
    differing: frozenset[str] = frozenset()

    @cached_property
    def _alternatives(self) -> tuple[tuple[Phrase, ...], ...]:
        """Every choice of phrases of which one is looked for: of each rule, group, attribute and shared list."""
        rules = [rule for key in self.keys.values() for rule in key.rules]
        rules += [attribute.rule for attribute in self.attributes]
        return (
            *(rule.find for rule in rules),
            *(group.phrases for rule in rules for group in rule.groups),
            self.conditions,
            self.remarks,
            self.exceptions,
        )

    @cached_property
    def needs(self) -> Needs:
        """All that the phrases need, numbered."""
        return Needs(phrase for phrases in self._alternatives for phrase in phrases)

    @cached_property
    def needed(self) -> Mapping[int, Sequence[tuple[Phrase, tuple[int, ...]]]]:
        """For each choice of phrases, by its identity: each of them with the numbers of what it needs."""
        return {
            id(phrases): [(phrase, self.needs.of(phrase)) for phrase in phrases]
            for phrases in self._alternatives
        }

    @cached_property
    def asking_for_all(self) -> tuple[Rule, ...]:
        """The rules that look for words anywhere in a document."""
        rules = (rule for key in self.keys.values() for rule in key.rules)
        return tuple(rule for rule in rules if rule.asks_for_all)

    @cached_property
    def rules_by_need(self) -> Mapping[int | None, Sequence[tuple[Rule, tuple[int, ...]]]]:
        """For each requirement, by number: rules with a phrase of which it leaves out most, and its further needs."""
        by_need: dict[int | None, list[tuple[Rule, tuple[int, ...]]]] = {}
        for rule in (rule for key in self.keys.values() for rule in key.rules):
            for _, needs in self.needed[id(rule.find)]:
                by_need.setdefault(needs[0] if needs else None, []).append((rule, needs[1:]))
        return by_need
