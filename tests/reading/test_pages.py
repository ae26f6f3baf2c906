"""Whole pages, a folder each: page.html, and in blocks.md what it reads as.

Main blocks stand as Markdown, others behind their region in brackets; `WATCHER_REWRITE=1 pytest` writes blocks.md anew,
to be read before it is committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.model import Block, BlockKind, Document, Region

PAGES = Path(__file__).parent / "pages"
MARKS = {BlockKind.ITEM: "- ", BlockKind.ROW: "| ", BlockKind.CODE: "` ", BlockKind.PARAGRAPH: ""}


def as_line(block: Block) -> str:
    region = "" if block.region is Region.MAIN else f"[{block.region}] "
    mark = "#" * block.level + " " if block.kind is BlockKind.HEADING else MARKS[block.kind]
    links = "".join(f" <{link.target}>" for link in block.links)
    return f"{region}{mark}{block.text}{links}"


@pytest.mark.parametrize("folder", sorted(PAGES.iterdir()), ids=lambda folder: folder.name)
def test_a_page_reads_as_its_blocks(folder: Path, reads: Callable[..., Document]) -> None:
    document = reads((folder / "page.html").read_bytes())
    shown = "\n\n".join(map(as_line, document.blocks)) + "\n"
    expected = folder / "blocks.md"
    if os.environ.get("WATCHER_REWRITE"):
        expected.write_text(shown)
    assert shown == expected.read_text()


@pytest.mark.parametrize("folder", sorted(PAGES.iterdir()), ids=lambda folder: folder.name)
def test_asking_every_element_for_its_attributes_finds_nothing_more(
    folder: Path, reads: Callable[..., Document]
) -> None:
    page = (folder / "page.html").read_text()
    # An empty role says nothing, and lets the walk look at all that the element says.
    asked = re.sub(r"<([a-z]\w*)(?=[\s>])(?![^>]*\srole=)", r'<\1 role=""', page)
    assert asked != page
    assert reads(asked) == reads(page)


@pytest.mark.parametrize(
    ("head", "leads_to"),
    [
        ("", "https://example.org/terms/fees"),
        ("<base href=/other/><base href=/third/>", "https://example.org/other/fees"),
        ("<base role=none><base href=https://b.example/c/>", "https://b.example/c/fees"),
        ("<base style=x>", "https://example.org/terms/fees"),
        ("<base href='javascript:0'>", "https://example.org/terms/fees"),
    ],
)
def test_links_are_relative_to_what_the_page_says(
    reads: Callable[..., Document], head: str, leads_to: str
) -> None:
    page = f"<head>{head}</head><p>What you pay is told in <a href=fees>our fees</a>.</p>"
    document = reads(page, url="https://example.org/terms/")
    assert [link.target for block in document.blocks for link in block.links] == [leads_to]


@pytest.mark.parametrize("after", [b"", b"</dl><p>Fees are due.</p>"])
def test_a_definition_at_the_end_of_a_page_is_one_row(
    reads: Callable[..., Document], after: bytes
) -> None:
    document = reads(b"<html><dl><dt>Logs<dd>30 days" + after)
    assert document.blocks[0].text == "Logs | 30 days"


def test_questions_in_buttons_beside_the_policy_belong_to_it(
    reads: Callable[..., Document],
) -> None:
    told = "<p>Hazel Notes keeps what you write until you delete it, and thirty days more in backups.</p>"
    asked = "".join(
        f"<button>Question {n}?</button><p>The answer to it takes a sentence of its own.</p>"
        for n in range(4)
    )
    page = f"<title>Notice</title><body><div><h1>Notice</h1>{told * 8}</div><div>{asked}</div>"
    answers = [block for block in reads(page).blocks if block.text.startswith("The answer")]
    assert {block.region for block in answers} == {Region.MAIN}
