"""How much a change matters, 1 (wording) to 5 (a claim, a duty), and why, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.changes import wording
from watcher.changes.claims import lost_items
from watcher.model import BlockChange, ClaimChange, Difference, Significance

_SHOWN = 3

_SEVERAL = 4
"""Fewer words than this may be a matter of style."""


def significance(
    claims: Sequence[ClaimChange],
    blocks: Sequence[BlockChange],
    fates: Mapping[ClaimChange, str] | None = None,
) -> Significance:
    """Give the level of a change and its reasons, the most telling first.

    `fates` says of claims whose fact stands what became of their evidence: "gone" or "reworded".

    5: claims differ, or a duty or negation within a clause; 4: numbers differ, whole clauses came or went, or the
    evidence of a claim did;
    3: names or several words of a clause differ, or lines came or went; 2: the document's date alone; 1: wording or
    links alone.
    """
    found: list[tuple[int, str]] = []
    restated = fates or {}
    if differing := [change for change in claims if change not in restated]:
        found.append((5, _claims(differing)))
    for word in dict.fromkeys(restated.values()):
        keys = [change.key for change in claims if restated.get(change) == word]
        found.append((4, f"evidence {word}: {_some(keys)}"))
    found.extend(_reworded([block for block in blocks if block.difference is Difference.CHANGED]))
    found.extend(_came_and_went(blocks))
    if not found:
        return Significance(1, ("only links or places differ",))
    found.sort(key=lambda reason: -reason[0])
    return Significance(found[0][0], tuple(dict.fromkeys(text for _, text in found)))


def _claims(claims: Sequence[ClaimChange]) -> str:
    return f"claims differ: {_some([_claim(change) for change in claims])}"


def _claim(change: ClaimChange) -> str:
    lost = lost_items(change)
    return f"{change.key} removed {_some(lost)}" if lost else f"{change.key} {change.difference}"


def _some(texts: Sequence[str]) -> str:
    """Give the first of several, and how many more there are."""
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _reworded(blocks: Sequence[BlockChange]) -> list[tuple[int, str]]:
    return [reason for block in blocks for reason in _reasons_of(block)]


def _reasons_of(block: BlockChange) -> list[tuple[int, str]]:
    """Give why one reworded block matters."""
    assert block.before is not None
    assert block.after is not None
    if block.before.text == block.after.text:
        return [(1, "links lead elsewhere")]
    if wording.is_date_line(block.before.text) and wording.is_date_line(block.after.text):
        return [(2, "the document's date or version differs")]
    removed = " ".join(edit.text for edit in block.words if edit.kind == "removed")
    added = " ".join(edit.text for edit in block.words if edit.kind == "added")
    in_clause = wording.is_clause(block.after.text) or wording.is_clause(block.before.text)
    found: list[tuple[int, str]] = []
    for level, words_of, told in (
        (5, wording.negations, "a negation or exception differs"),
        (5, wording.duties, "a duty or permission differs"),
        (4, wording.numbers, "numbers differ"),
        (3, wording.names, "names differ"),
    ):
        if sorted(words_of(removed)) != sorted(words_of(added)):
            found.append((level if in_clause else min(level, 3), told))
    if wording.is_clause(added) or wording.is_clause(removed):
        found.append((4, "whole clauses were reworded"))
    elif in_clause and max(len(removed.split()), len(added.split())) >= _SEVERAL:
        found.append((3, "several words of a clause differ"))
    return found or [(1, "wording only")]


def _came_and_went(blocks: Sequence[BlockChange]) -> list[tuple[int, str]]:
    found = []
    for difference in (Difference.ADDED, Difference.REMOVED):
        texts = [
            text for block in blocks if block.difference is difference and (text := _text(block))
        ]
        clauses = sum(map(wording.is_clause, texts))
        dates = sum(map(wording.is_date_line, texts))
        lines = len(texts) - clauses - dates
        if clauses:
            binding = any(wording.duties(text) for text in texts)
            found.append((5 if binding else 4, f"{_count(clauses, 'clause')} {difference}"))
        if lines > 0:
            found.append((3, f"{_count(lines, 'line')} {difference}"))
        if dates:
            found.append((2, f"a date of the document {difference}"))
    return found


def _text(block: BlockChange) -> str:
    held = block.after or block.before
    return held.text if held else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
