"""Documents within a document: pages that hold several policies one after the other, and earlier versions of them.

A part begins where a policy is named and dated ("Data Processing Addendum", "Effective 1 May 2025"). What stands under
the dates of a range ("Effective 1 May 2024 to 1 May 2025") is superseded: it says what was, and no claim is read
from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from watcher.model import Block, BlockKind

_DATED = re.compile(
    r"\W*(?:last )?(?:effective|updated|modified|revised|version|in force|published|date)\b[^.]{0,50}\b(?:19|20)\d\d\b"
)
_RANGE = re.compile(
    r"\b(?:19|20)\d\d\s*(?:to|until|through|-)\s*\D{0,24}\d{0,2}\D{1,24}(?:19|20)\d\d\b"
)
_NAMED = re.compile(
    r"\b(?:terms|agreement|addendum|policy|policies|notice|guidelines|conditions|statement|sla|eula|rules|charter)\b"
)
_CONTROL = re.compile(
    r"\b(?:view|download|previous|print|click|read|see|version|versions|archive|last|effective|updated)\b"
)
_LONGEST_LABEL = 120
_LONGEST_NAME = 80
_LOOK_BACK = 4
_SAME_LABEL = 6
"""Blocks within which a second date belongs to the same title."""

_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Part:
    """Where a block belongs: the name of its policy (empty for the first one), and whether it is superseded."""

    name: str = ""
    superseded: bool = False


def parts_of(blocks: Sequence[Block], folded: Sequence[str]) -> list[Part]:
    """Give the part of each block; `folded` holds the folded text of each, cut at a few hundred characters."""
    parts, first, current, level = list[Part](), "", Part(), 0
    dated = -1
    for number, block in enumerate(blocks):
        words = folded[number]
        is_heading = block.kind is BlockKind.HEADING
        # Former versions set under headings hold dates of their own; only a heading ends them.
        if current.superseded and is_heading and block.level < level:
            current = Part(current.name)
        if len(words) <= _LONGEST_LABEL and _DATED.match(words):
            if _RANGE.search(words):
                current, level = Part(current.name, True), block.level if is_heading else 0
            elif is_heading or not (current.superseded and level):
                named, name = _title_before(folded, number)
                is_new = current.superseded or 0 <= dated <= number - _SAME_LABEL
                if is_new:
                    current = Part(("" if name == first else name) if name else current.name)
                    parts[named:] = [current] * (number - named)
                first = first or name
            dated = number
        parts.append(current)
    return parts


def _title_before(folded: Sequence[str], number: int) -> tuple[int, str]:
    """Where the nearest title above a date stands, and its scope: lower case, hyphens. The date itself if none."""
    for at in range(number - 1, max(-1, number - 1 - _LOOK_BACK), -1):
        if _is_title(folded[at]):
            return at, _SLUG.sub("-", folded[at]).strip("-")
    return number, ""


def _is_title(words: str) -> bool:
    """Whether a line names a policy, rather than speaking of one or offering to show it."""
    is_short = len(words) <= _LONGEST_NAME and not words.endswith((".", ";", ":", "?"))
    return is_short and _NAMED.search(words) is not None and not _CONTROL.search(words)
