"""The examples that rules carry: small documents in a few lines of text, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher import values
from watcher.claims.engine import condition_of
from watcher.claims.matching import Finding, Reading
from watcher.claims.passages import read_passages
from watcher.claims.rules import Example, Pack, Rule
from watcher.errors import Problem
from watcher.model import Block, BlockKind, Document, Key, Link, Vocabulary

_LINK = re.compile(r"\[([^\]]{1,200})\]\((\S{1,300}?)\)")
_KINDS = {"# ": BlockKind.HEADING, "- ": BlockKind.ITEM}


def document_of(text: str, title: str = "") -> Document:
    """Give the document that a few lines write: a block a line, "# " a heading, "- " an item, [words](url) a link."""
    blocks, path = list[Block](), tuple[str, ...]()
    for line in filter(None, map(str.strip, text.splitlines())):
        kind = _KINDS.get(line[:2], BlockKind.PARAGRAPH)
        words = line if kind is BlockKind.PARAGRAPH else line[2:]
        links = tuple(Link(found[1], found[2]) for found in _LINK.finditer(words))
        plain = _LINK.sub(r"\1", words)
        above = () if kind is BlockKind.HEADING else path
        blocks.append(Block(kind, plain, path=above, links=links))
        path = (plain,) if kind is BlockKind.HEADING else path
    return Document(tuple(blocks), title=title)


def check_examples(pack: Pack, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Give a problem for each example that its rule does not bear out, and for each rule whose key is unknown."""
    return tuple(
        problem
        for rules in pack.keys.values()
        for rule in rules.rules
        for problem in _check(rule, pack, vocabulary)
    )


def _check(rule: Rule, pack: Pack, vocabulary: Vocabulary) -> Iterator[Problem]:
    key = vocabulary.get(rule.key)
    if key is None:
        yield Problem(rule.file, rule.line, rule.name, f"the vocabulary has no key {rule.key!r}")
        return
    for example in rule.examples:
        message = _shortcoming(rule, example, key, pack)
        if message:
            yield Problem(rule.file, rule.line, rule.name, f"{message}: {example.text!r}")


def _shortcoming(rule: Rule, example: Example, key: Key, pack: Pack) -> str | None:
    """What the rule does wrong with the example, or None."""
    reading = Reading(read_passages(document_of(example.text, example.title)), pack)
    findings = list(reading.findings(rule))
    if example.value is None:
        return f"finds {findings[0].value!r} where it must not" if findings else None
    wanted = values.normalise(key, example.value)
    found = [_settled(key, finding) for finding in findings]
    if wanted not in found:
        return f"finds {found!r}, not {wanted!r}"
    condition = condition_of(findings[found.index(wanted)], reading)
    if example.condition is not None and condition != example.condition:
        return f"keeps the condition {condition!r}, not {example.condition!r}"
    return None


def _settled(key: Key, finding: Finding) -> object:
    raw = finding.value
    try:
        return values.normalise(
            key, int(raw) if isinstance(raw, float) and raw.is_integer() else raw
        )
    except ValueError:
        return raw
