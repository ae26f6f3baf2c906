"""A pack as plain data, lists and texts that JSON can write, and back. Equal phrases become one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from watcher.claims.phrases import Phrase, Requirement, Segment
from watcher.claims.rules import (
    Attribute,
    Choice,
    Entities,
    Example,
    Group,
    KeyRules,
    Pack,
    Place,
    Reach,
    Rule,
)

Thing = TypeVar("Thing", bound=Hashable)


class _Numbered(Generic[Thing]):
    """Things in the order in which they were first met; each is told once, and named by its number."""

    def __init__(self) -> None:
        self.numbers: dict[Thing, int] = {}

    def number(self, thing: Thing) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))


@dataclass
class _Teller:
    """Phrases by number, told through the segments and requirements that they share."""

    phrases: _Numbered[Phrase] = field(default_factory=_Numbered)
    segments: _Numbered[Segment] = field(default_factory=_Numbered)
    requirements: _Numbered[Requirement] = field(default_factory=_Numbered)

    def numbers(self, phrases: Iterable[Phrase]) -> list[int]:
        return [self.phrases.number(phrase) for phrase in phrases]

    def groups(self, groups: Iterable[Group]) -> list[Any]:
        return [[group.reach, self.numbers(group.phrases)] for group in groups]

    def rule(self, rule: Rule) -> dict[str, Any]:
        examples = [[one.text, one.value, one.condition, one.title] for one in rule.examples]
        return vars(rule) | {
            "find": self.numbers(rule.find),
            "also": self.groups(rule.also),
            "never": self.groups(rule.never),
            "examples": examples,
        }

    def phrase(self, phrase: Phrase) -> list[Any]:
        segments = [self.segments.number(segment) for segment in phrase.segments]
        return [phrase.text, segments, [self.requirements.number(need) for need in phrase.needs]]


def plain_of(pack: Pack) -> dict[str, Any]:
    """Give `pack` as plain data, but for its name and version."""
    teller = _Teller()
    told = {
        "keys": [
            [key.key, key.choice, [teller.rule(rule) for rule in key.rules]]
            for key in pack.keys.values()
        ],
        "lists": dict(pack.lists),
        "entities": {kind: dict(each.forms) for kind, each in pack.entities.items()},
        "attributes": [
            [each.name, sorted(each.keys), teller.rule(each.rule), each.reach]
            for each in pack.attributes
        ],
        "conditions": teller.numbers(pack.conditions),
        "remarks": teller.numbers(pack.remarks),
        "exceptions": teller.numbers(pack.exceptions),
        "unconditional": sorted(pack.unconditional),
        "scoped": sorted(pack.scoped),
        "differing": sorted(pack.differing),
    }
    phrases = [teller.phrase(phrase) for phrase in teller.phrases.numbers]
    return told | {
        "phrases": phrases,
        "segments": [[each.pattern, each.gap] for each in teller.segments.numbers],
        "requirements": [sorted(each) for each in teller.requirements.numbers],
    }


def pack_of(name: str, version: str, plain: Any) -> Pack:
    """Give the pack of this name and version that `plain_of` told."""
    reader = _Reader(plain)
    return Pack(
        name,
        version,
        {
            key: KeyRules(key, Choice(choice), tuple(map(reader.rule, rules)))
            for key, choice, rules in plain["keys"]
        },
        {listed: tuple(texts) for listed, texts in plain["lists"].items()},
        {kind: Entities(kind, forms) for kind, forms in plain["entities"].items()},
        reader.phrases(plain["conditions"]),
        reader.phrases(plain["remarks"]),
        reader.phrases(plain["exceptions"]),
        tuple(
            Attribute(said, frozenset(keys), reader.rule(rule), _reach(reach))
            for said, keys, rule, reach in plain["attributes"]
        ),
        frozenset(plain["unconditional"]),
        frozenset(plain["scoped"]),
        frozenset(plain["differing"]),
    )


class _Reader:
    """The phrases of plain data by number, and what is made of them."""

    def __init__(self, plain: Any) -> None:
        needs = [frozenset(each) for each in plain["requirements"]]
        segments = [Segment(pattern, gap) for pattern, gap in plain["segments"]]
        self._phrases = [
            Phrase(text, tuple([segments[n] for n in parts]), tuple([needs[n] for n in needed]))
            for text, parts, needed in plain["phrases"]
        ]

    def phrases(self, numbers: Sequence[int]) -> tuple[Phrase, ...]:
        return tuple([self._phrases[number] for number in numbers])

    def groups(self, groups: Sequence[Any]) -> tuple[Group, ...]:
        return tuple([Group(_reach(reach), self.phrases(numbers)) for reach, numbers in groups])

    def rule(self, told: dict[str, Any]) -> Rule:
        return Rule(
            **told
            | {
                "find": self.phrases(told["find"]),
                "also": self.groups(told["also"]),
                "never": self.groups(told["never"]),
                "place": Place(told["place"]),
                "attributes": tuple([(name, value) for name, value in told["attributes"]]),
                "examples": tuple(
                    [
                        Example(text, tuple(value) if isinstance(value, list) else value, *more)
                        for text, value, *more in told["examples"]
                    ]
                ),
            }
        )


def _reach(told: Sequence[str]) -> tuple[Reach, ...]:
    return tuple(map(Reach, told))
