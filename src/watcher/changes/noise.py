"""Which differences within the policy text say nothing new, rule by rule.

Each rule is a name and a question asked of one difference; the first that says yes silences it, and the name stands
in the suppression. Rules about what the history taught come last, after those that need no history.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from watcher.changes import wording
from watcher.changes.memory import Memory
from watcher.changes.words import squashed
from watcher.model import Block, BlockChange, BlockKind, Difference, Document, Region, State

_TITLE_PARTS = re.compile(r"\s+[|·•–—:-]\s+|\s*\|\s*")


@dataclass(frozen=True)
class Context:
    """What the rules may know besides the difference itself."""

    memory: Memory
    before: State
    after: State
    quotes: frozenset[str] = field(default_factory=frozenset)

    @property
    def at(self) -> datetime:
        """When the new state was seen."""
        return self.after.seen_at

    @cached_property
    def old(self) -> tuple[Block, ...]:
        """The policy as it was."""
        return policy_of(self.before.document)

    @cached_property
    def new(self) -> tuple[Block, ...]:
        """The policy as it is."""
        return policy_of(self.after.document)

    @cached_property
    def aside_before(self) -> frozenset[bytes]:
        """Texts that stood outside the policy before."""
        return _texts_of(self.before.document) - {block.fingerprint for block in self.old}

    @cached_property
    def aside_after(self) -> frozenset[bytes]:
        """Texts that stand outside the policy now."""
        return _texts_of(self.after.document) - {block.fingerprint for block in self.new}

    @cached_property
    def standing(self) -> Counter[bytes]:
        """How often each text stands in the policy now."""
        return Counter(block.fingerprint for block in self.new)

    @cached_property
    def kept_places(self) -> frozenset[tuple[bytes, tuple[str, ...]]]:
        """Texts that stand in the policy on both sides under the same heading."""
        before, after = (
            {(block.fingerprint, block.path[-1:]) for block in blocks}
            for blocks in (self.old, self.new)
        )
        return frozenset(before & after)

    @cached_property
    def titles(self) -> frozenset[str]:
        """What the page calls itself, before and after: its titles, whole and in their parts."""
        titles = {self.before.document.title, self.after.document.title}
        parts = {part for title in titles for part in (title, *_TITLE_PARTS.split(title))}
        return frozenset(filter(None, map(squashed, parts)))

    def holds_claim(self, change: BlockChange) -> bool:
        """Whether a claim's evidence lies in one of the blocks that differ."""
        texts = [block.text for block in (change.before, change.after) if block]
        return any(quote in text or text in quote for quote in self.quotes for text in texts)


def policy_of(document: Document) -> tuple[Block, ...]:
    """Give the blocks that are compared: the policy itself, and its date where that stands in head or foot."""
    return tuple(block for block in document.blocks if is_policy(block))


def is_policy(block: Block) -> bool:
    """Whether a block counts as policy text."""
    if block.region is Region.MAIN:
        return True
    return block.region in _MAY_DATE and wording.dates_document(block.text)


_MAY_DATE = (Region.HEADER, Region.FOOTER, Region.ASIDE)


def _texts_of(document: Document) -> frozenset[bytes]:
    return frozenset(block.fingerprint for block in document.blocks)


def silencing_rule(change: BlockChange, context: Context) -> str | None:
    """Give the name of the rule that silences `change`, or None when it deserves a look."""
    for name, silences in RULES.items():
        if silences(change, context):
            return name
    return None


def _moved(change: BlockChange, context: Context) -> bool:
    return change.difference is Difference.MOVED


def _same_words(change: BlockChange, context: Context) -> bool:
    """Case, punctuation, spaces and list marks differ, no word and no number."""
    texts = _texts(change)
    if len(texts) == 1:
        return not squashed(texts[0])
    if squashed(texts[0]) != squashed(texts[1]):
        return False
    return not wording.respells_name(*texts)


def _hidden_address(change: BlockChange, context: Context) -> bool:
    """An e-mail address is hidden from robots on one side and shown on the other."""
    texts = _texts(change)
    if len(texts) != 2 or not any(map(wording.hides_address, texts)):
        return False
    return wording.without_addresses(texts[0]) == wording.without_addresses(texts[1])


def _other_region(change: BlockChange, context: Context) -> bool:
    """The text is still on the page, or was already, outside the policy."""
    gone = change.before is None or change.before.fingerprint in context.aside_after
    came = change.after is None or change.after.fingerprint in context.aside_before
    return gone and came


def _said_already(change: BlockChange, context: Context) -> bool:
    """The page's own title, or a further copy of a text that stood in the same section before and still does."""
    if all(_is_title(text, context.titles) for text in _texts(change)):
        return True
    if change.difference is Difference.CHANGED:
        return False
    block = change.after or change.before
    assert block is not None
    if block.kind in (BlockKind.ROW, BlockKind.ITEM) and not wording.is_clause(block.text):
        return False
    return (block.fingerprint, block.path[-1:]) in context.kept_places


def _is_title(text: str, titles: frozenset[str]) -> bool:
    """Whether `text` is a title, or one in parts, such as "Privacy policy | Example"."""
    parts = _TITLE_PARTS.split(text)
    return squashed(text) in titles or (
        len(parts) > 1 and any(squashed(part) in titles for part in parts)
    )


def _counter(change: BlockChange, context: Context) -> bool:
    """Only digits differ, in a text that counts visitors or tells the time."""
    texts = _texts(change)
    return (
        len(texts) == 2
        and wording.shape(texts[0]) == wording.shape(texts[1])
        and wording.is_counter(texts[1])
        and not wording.is_date_line(texts[1])
        and not context.holds_claim(change)
    )


def _copyright_year(change: BlockChange, context: Context) -> bool:
    """The year of the copyright line."""
    texts = _texts(change)
    return (
        len(texts) == 2
        and all(map(wording.is_copyright, texts))
        and wording.without_years(texts[0]) == wording.without_years(texts[1])
    )


def _random_id(change: BlockChange, context: Context) -> bool:
    """Only an identifier differs that a machine made up."""
    texts = _texts(change)
    if len(texts) != 2 or context.holds_claim(change):
        return False
    return wording.without_tokens(texts[0]) == wording.without_tokens(texts[1])


def _ruled_out(change: BlockChange, context: Context) -> bool:
    """A person said that this is to be ignored in this source."""
    return any(rule.silences(change) for rule in context.memory.rules)


def _variant(change: BlockChange, context: Context) -> bool:
    """The text came or went a short while ago and now turns back, and nobody has to be told of it.

    A first return is told where the turn before it was: the reader would believe it still.
    """
    back = context.memory.returning(change, context.at)
    return back is not None and (back.returns > 0 or not back.told)


RULES: Mapping[str, Callable[[BlockChange, Context], bool]] = {
    "moved": _moved,
    "same words": _same_words,
    "hidden address": _hidden_address,
    "other region": _other_region,
    "said already": _said_already,
    "counter": _counter,
    "copyright year": _copyright_year,
    "random identifier": _random_id,
    "ruled out": _ruled_out,
    "variant": _variant,
}
"""Name of the rule, as suppressions show it, to the question it asks."""


def _texts(change: BlockChange) -> list[str]:
    return [block.text for block in (change.before, change.after) if block is not None]


def is_sure(change: BlockChange) -> bool:
    """Whether a difference may be told at the first look: a whole clause or the document's date differs."""
    texts = _texts(change)
    if any(map(wording.is_date_line, texts)):
        return True
    return any(map(wording.is_clause, texts))


def shown(block: Block | None) -> str:
    """Give a block's text for a suppression, or an empty text."""
    return block.text if block else ""
