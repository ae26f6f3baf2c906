"""What tests of changes share: documents in a few words, and a clock that stands where it is put."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from watcher.model import Block, BlockKind, Claim, Document, Evidence, Region, State

START = datetime(2026, 1, 5, 8, tzinfo=UTC)

POLICY = (
    "# Data usage policy",
    "Last updated: 3 May 2025",
    "## Training",
    "We do not train our models on data that you send through the API.",
    "You may opt in to share conversations from your account settings.",
    "## Retention",
    "API inputs and outputs are kept for 30 days and deleted afterwards.",
    "- Abuse logs",
    "- Billing records",
    "## Contact",
    "Questions go to the privacy team at the address in your agreement.",
)


def block(text: str, region: Region = Region.MAIN, path: tuple[str, ...] = ()) -> Block:
    """Give a block written in short: `# ` and `## ` head a section, `- ` marks an item."""
    for mark, kind, level in (
        ("## ", BlockKind.HEADING, 2),
        ("# ", BlockKind.HEADING, 1),
        ("- ", BlockKind.ITEM, 0),
    ):
        if text.startswith(mark):
            return Block(kind, text.removeprefix(mark), region, path, level=level)
    return Block(BlockKind.PARAGRAPH, text, region, path)


def document(*lines: str, aside: dict[Region, tuple[str, ...]] | None = None) -> Document:
    """Give a document of main blocks, headings above them as paths, then blocks of other regions."""
    blocks: list[Block] = []
    path: tuple[str, ...] = ()
    for line in lines:
        made = block(line, path=path)
        if made.kind is BlockKind.HEADING:
            made = block(line, path=path[: made.level - 1])
            path = (*path[: made.level - 1], made.text)
        blocks.append(made)
    for region, texts in (aside or {}).items():
        blocks.extend(block(text, region) for text in texts)
    return Document(tuple(blocks), title="Data usage policy | Example")


@pytest.fixture
def policy() -> tuple[str, ...]:
    return POLICY


@pytest.fixture
def page() -> Callable[..., Document]:
    return document


@pytest.fixture
def state() -> Callable[..., State]:
    """Give a state `days` after the start; its snapshot id is the hour it was taken in."""

    def make(document: Document, days: float = 0, claims: tuple[Claim, ...] = ()) -> State:
        return State(int(days * 24) + 1, START + timedelta(days=days), document, claims)

    return make


@pytest.fixture
def claim() -> Callable[..., Claim]:
    def make(key: str, value: object, quote: str, condition: str | None = None) -> Claim:
        return Claim(key, value, Evidence(quote, 0), condition)  # type: ignore[arg-type]

    return make
