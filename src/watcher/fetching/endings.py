"""Was a page that lost much cut off on its way, or did somebody shorten it? What remains of it shows.

A page that broke off lacks its end, or has headings with nothing left beneath them. One that was shortened on purpose
still ends as it did, or bears a new date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from watcher.fetching.likeness import length_of
from watcher.model import Block, BlockKind, Document

_LAST = 3
"""The end of a document stands as long as one of its last so many blocks does."""

_LONGEST_DATE_LINE = 120
_DATED = re.compile(r"(\w+).*?\b(?:19|20)\d\d\b", re.DOTALL)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


def share_said_before(before: Document, after: Document) -> float:
    """Give the share of the text of `after` that stands in `before`; a last block that breaks off counts as told."""
    known = {block.fingerprint for block in before.main}
    others = [block for block in after.main if block.fingerprint not in known]
    if others and others[-1] is after.main[-1] and _breaks_off(others[-1], before):
        others.pop()
    return 1 - sum(len(block.text) for block in others) / (length_of(after) or 1)


def cut_off(before: Document, after: Document) -> str | None:
    """Say what shows that `after` is `before` cut off; None when it seems to have been shortened on purpose."""
    if _is_dated_anew(before.main, after.main):
        return None
    if (heading := next(_emptied(before.main, after.main), None)) is not None:
        return f'nothing stands under "{heading[:60]}" any more'
    standing = {block.fingerprint for block in after.main}
    if not any(block.fingerprint in standing for block in before.main[-_LAST:]):
        return "its end is missing"
    return None


def _breaks_off(last: Block, before: Document) -> bool:
    begun = last.text.rstrip(" .…")
    return bool(begun) and any(block.text.startswith(begun) for block in before.main)


def _is_dated_anew(before: Sequence[Block], after: Sequence[Block]) -> bool:
    """Whether a line that dates the document ("Last updated …") bears another date now."""
    old, new = set(_dated_lines(before)), set(_dated_lines(after))
    gone = {first for first, text in old - new}
    return any(first in gone for first, text in new - old)


def _dated_lines(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Give the first word and the text of each short line with a year in it."""
    for block in blocks:
        short = len(block.text) <= _LONGEST_DATE_LINE and not _COPYRIGHT.search(block.text)
        if short and (found := _DATED.search(block.text)):
            yield found.group(1).casefold(), block.text


def _emptied(before: Sequence[Block], after: Sequence[Block]) -> Iterator[str]:
    """Give the headings beneath which something stood, and nothing does any more."""
    filled = set(_filled(before))
    bare = {block.text for block in after if block.kind is BlockKind.HEADING} - set(_filled(after))
    return (
        block.text
        for block in before
        if block.kind is BlockKind.HEADING and block.text in filled & bare
    )


def _filled(blocks: Sequence[Block]) -> Iterator[str]:
    """Give the headings with text beneath them, or beneath a heading under them."""
    for block in blocks:
        if block.kind is not BlockKind.HEADING:
            yield from block.path
