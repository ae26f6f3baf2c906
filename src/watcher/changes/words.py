"""Two texts compared word by word."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Indel

from watcher.model import WordEdit
from watcher.text import canonical

_BULLET = re.compile(r"^(?:[\u2022\u2023\u25e6\u25aa\u25cf\u25cb\u25a0\u25a1*#\u00b7-]+\s*)+")
_UNSAID = re.compile(
    r"(?<!\d)[.,:/-]|[.,:/-](?!\d)|[\s;!?'\"()\[\]{}|\\*#_~^`\u00bf\u00a1\u2022\u00b7\u2022\u2039\u203a\u200b]"
)
_WORD = re.compile(r"\s+|\w+(?:['\u2019.,@/-]\w+)*|[^\w\s]")


def tokens(text: str) -> list[str]:
    """Give the words, single marks and runs of space that `text` is made of; joined, they are `text` again."""
    return _WORD.findall(text)


@lru_cache(maxsize=4_096)  # several rules ask it of the same text
def squashed(text: str) -> str:
    """Give `text` without what is only seen: case, spaces, punctuation, list marks.

    Marks between digits, signs of money or measure, ticks and crosses stay: they change what is said.
    """
    return _UNSAID.sub("", _BULLET.sub("", canonical(text)).casefold())


def word_edits(old: str, new: str) -> tuple[WordEdit, ...]:
    """Give the runs of words that lead from `old` to `new`.

    The `same` and `removed` runs joined are `old`, the `same` and `added` ones `new`, exactly. White space alone
    never separates two edits, so that a reworded phrase reads as one.
    """
    before, after = tokens(old), tokens(new)
    edits: list[WordEdit] = []
    for step in Indel.opcodes(before, after):
        removed = "".join(before[step.src_start : step.src_end])
        added = "".join(after[step.dest_start : step.dest_end])
        if step.tag == "equal":
            edits.append(WordEdit("same", removed))
        else:
            edits.extend(_edit(removed, added))
    return tuple(_joined(edits))


def _edit(removed: str, added: str) -> list[WordEdit]:
    edits = []
    if removed:
        edits.append(WordEdit("removed", removed))
    if added:
        edits.append(WordEdit("added", added))
    return edits


def _joined(edits: list[WordEdit]) -> list[WordEdit]:
    """Give the same edits with neighbours united and lone spaces between two edits drawn into them."""
    joined: list[WordEdit] = []
    removed = added = ""
    for place, edit in enumerate(edits):
        lone_space = edit.kind == "same" and edit.text.isspace() and 0 < place < len(edits) - 1
        if edit.kind == "same" and not (lone_space and (removed or added)):
            joined.extend([*_edit(removed, added), edit])
            removed = added = ""
            continue
        removed += edit.text if edit.kind != "added" else ""
        added += edit.text if edit.kind != "removed" else ""
    joined.extend(_edit(removed, added))
    return joined
