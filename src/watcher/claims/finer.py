"""The finer cells of a claim: route, default, tier, scope, criteria …, as its sentence and those near it state them.

A claim ─► the pack's attributes for its key ─► the first of each name that is stated
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.claims.matching import Finding, Reading
from watcher.claims.passages import Passage
from watcher.claims.rules import Attribute, Reach, Rule
from watcher.claims.stating import Raw
from watcher.model import Value

LONGEST = 200
"""Words taken as they are written are cut at so many characters."""

BESIDE = 2
"""Sentences before and after that of a claim in which a finer cell may stand."""
_NAME = r"[A-Z][\w.&'-]*(?: (?:[A-Z0-9][\w.&'-]*))*"
_NAMES = re.compile(
    rf"\s+(?:the |our )?{_NAME}(?:,? and (?:the |our )?{_NAME}|, (?:the |our )?{_NAME}){{0,9}}"
)


def attributes_of(rule: Rule, finding: Finding, reading: Reading) -> Iterator[tuple[str, Value]]:
    """Give the finer cells of what `rule` found, by name: its own first, then those that the pack's attributes read.

    Of several attributes of one name the first that is stated counts; one without `find` holds when none is.
    """
    given: dict[str, Value] = dict(rule.attributes)
    for attribute in reading.pack.attributes:
        if rule.key in attribute.keys and attribute.name not in given:
            stated = _stated(attribute, finding.passage, reading)
            if stated is not None:
                given[attribute.name] = stated
    yield from sorted(given.items())


def _stated(attribute: Attribute, passage: Passage, reading: Reading) -> Value | None:
    rule = attribute.rule
    if not rule.find:
        return rule.value
    for reach in attribute.reach:
        for found in reading.findings(rule, _within(reach, passage, reading)):
            value = _value(found, reading)
            if value not in ("", ()):
                return value
    return None


def _within(reach: Reach, passage: Passage, reading: Reading) -> int:
    """The passages, as a bit set, that a reach has beside a sentence; -1 for all of the document."""
    if reach is Reach.DOCUMENT:
        return -1
    if reach is Reach.SENTENCE:
        return 1 << passage.number
    step = 1 if reach is Reach.AFTER else -1
    path, found = passage.block.path, 0
    if passage.is_heading and reach is Reach.AFTER:
        path = (*path, passage.block.text)
    for distance in range(1, BESIDE + 1):
        at = passage.number + step * distance
        if not 0 <= at < len(reading.passages.all):
            break
        near = reading.passages.all[at]
        if near.block.path != path or near.is_heading:
            break
        found |= 1 << at
    return found


def _value(found: Finding, reading: Reading) -> Value:
    text, start = reading.passages.document.text, found.passage.start
    if found.rule.value == "words":
        return " ".join(text[start + found.start : start + found.end].split())[:LONGEST]
    if found.rule.value == "names":
        return _names(text[start + found.end : found.passage.end])
    return _plain(found.value)


def _names(text: str) -> tuple[str, ...]:
    """Give the names that `text` begins with, joined by commas and "and"; none when all of them are single words."""
    run = _NAMES.match(text)
    names = re.findall(_NAME, run.group()) if run else []
    return tuple(names) if any(" " in name for name in names) else ()


def _plain(value: Raw) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value
