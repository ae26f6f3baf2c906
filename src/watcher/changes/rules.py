"""Rules that a person lays down for one source when a change was not worth telling: data, never code.

dismissed change ─► propose_rules ─► preview over past changes ─► the person says yes ─► Memory.rules
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from watcher.changes import wording
from watcher.model import Block, BlockChange, Change, Difference


class RuleKind(StrEnum):
    """What a rule looks at: one exact text, texts that differ in digits only, or all under one heading."""

    TEXT = "text"
    SHAPE = "shape"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Rule:
    """Ignore, in this source, blocks that fit `pattern`; `example` is the text that it came from.

    `pattern` is a fingerprint in hexadecimal, a text with its digits masked, or the innermost heading, after `kind`.
    """

    kind: RuleKind
    pattern: str
    example: str

    def fits(self, block: Block) -> bool:
        """Whether the rule ignores `block`."""
        return _pattern(self.kind, block) == self.pattern

    def silences(self, change: BlockChange) -> bool:
        """Whether the rule ignores a difference: every side that exists fits."""
        return all(self.fits(block) for block in (change.before, change.after) if block)

    def to_data(self) -> list[str]:
        """Give the rule as plain data that `from_data` reads."""
        return [self.kind.value, self.pattern, self.example]

    @classmethod
    def from_data(cls, row: list[Any]) -> Rule:
        """Give the rule that `to_data` wrote."""
        kind, pattern, example = row
        return cls(RuleKind(kind), pattern, example)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a set of rules would have done to past changes: silenced whole, or shortened."""

    silenced: tuple[Change, ...]
    shortened: tuple[Change, ...]


def propose_rules(change: Change) -> tuple[Rule, ...]:
    """Give the narrowest rules that would have silenced a dismissed change, for a person to accept or refuse.

    A text whose digits alone differ gives its shape; two or more blocks under one heading, all of it short lines,
    give the heading; any other block gives its exact text. Nothing is proposed where a claim differs: a claim
    outranks every rule.
    """
    if change.claims:
        return ()
    told = [block for block in change.blocks if block.difference is not Difference.MOVED]
    section = _common_section(told)
    if section is not None:
        return (section,)
    rules = [rule for block in told for rule in _rules_for(block)]
    return tuple(dict.fromkeys(rules))


def preview(rules: Iterable[Rule], past: Iterable[Change]) -> Preview:
    """Give which of the `past` changes of a source `rules` would have silenced, and which shortened."""
    held = tuple(rules)
    silenced, shortened = [], []
    for change in past:
        hits = [any(rule.silences(block) for rule in held) for block in change.blocks]
        if hits and all(hits) and not change.claims:
            silenced.append(change)
        elif any(hits):
            shortened.append(change)
    return Preview(tuple(silenced), tuple(shortened))


def _pattern(kind: RuleKind, block: Block) -> str | None:
    if kind is RuleKind.TEXT:
        return block.fingerprint.hex()
    if kind is RuleKind.SHAPE:
        return wording.shape(block.text)
    return block.path[-1] if block.path else None


def _rules_for(change: BlockChange) -> list[Rule]:
    sides = [block for block in (change.before, change.after) if block]
    shapes = {wording.shape(block.text) for block in sides}
    if len(sides) == 2 and len(shapes) == 1:
        return [Rule(RuleKind.SHAPE, shapes.pop(), sides[0].text)]
    return [Rule(RuleKind.TEXT, block.fingerprint.hex(), block.text) for block in sides]


def _common_section(changes: list[BlockChange]) -> Rule | None:
    sides = [block for change in changes for block in (change.before, change.after) if block]
    headings = {block.path[-1] if block.path else None for block in sides}
    short = not any(wording.is_clause(block.text) for block in sides)
    if len(changes) < 2 or len(headings) != 1 or not short:
        return None
    heading = headings.pop()
    return Rule(RuleKind.SECTION, heading, sides[0].text) if heading else None
