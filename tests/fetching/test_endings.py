"""What remains of a page that lost much: was it cut off, or shortened on purpose?"""

from __future__ import annotations

import pytest

from watcher.fetching.endings import cut_off, share_said_before
from watcher.model import Block, BlockKind, Document

LINES = tuple(f"Clause {number} says what you may do, and what you may not." for number in range(9))


def document(*texts: str) -> Document:
    """Blocks in their order; what begins with a hash is a heading over those that follow."""
    blocks: list[Block] = []
    path: tuple[str, ...] = ()
    for text in texts:
        if text.startswith("# "):
            path = (text[2:],)
            blocks.append(Block(BlockKind.HEADING, text[2:]))
        else:
            blocks.append(Block(BlockKind.PARAGRAPH, text, path=path))
    return Document(tuple(blocks))


WHOLE = document(
    "Last updated: May 1, 2030", "# Use", *LINES[:3], "# Fees", *LINES[3:6], "# Law", *LINES[6:]
)


@pytest.mark.parametrize(
    ("what", "found", "shown"),
    [
        ("cut", document("Last updated: May 1, 2030", "# Use", *LINES[:3]), "its end is missing"),
        (
            "emptied",
            document("Last updated: May 1, 2030", "# Use", "# Fees", "# Law", *LINES[6:]),
            'nothing stands under "Use" any more',
        ),
        ("shortened", document("Last updated: May 1, 2030", "# Law", *LINES[6:]), None),
        ("dated anew", document("Last updated: June 3, 2031", "# Use", *LINES[:3]), None),
        ("a year of rights", document("© 2031 Us", "# Use", *LINES[:3]), "its end is missing"),
    ],
)
def test_what_remains_tells(what: str, found: Document, shown: str | None) -> None:
    assert cut_off(WHOLE, found) == shown, what


def test_a_heading_over_headings_is_not_empty() -> None:
    inner = Block(BlockKind.PARAGRAPH, LINES[8], path=("Law", "Courts"))
    before = Document((*WHOLE.blocks, Block(BlockKind.HEADING, "Courts", path=("Law",)), inner))
    after = document("# Law").blocks + before.blocks[-2:]
    assert cut_off(before, Document(after)) is None


def test_what_was_said_before_is_counted_by_characters() -> None:
    assert share_said_before(WHOLE, document(*LINES[:2])) == 1
    assert share_said_before(WHOLE, document(LINES[0], LINES[1][:20])) == 1
    half_new = document(LINES[0], LINES[0].replace("Clause 0", "Clause X"))
    assert share_said_before(WHOLE, half_new) == pytest.approx(0.5)
    assert share_said_before(WHOLE, document()) == 1
