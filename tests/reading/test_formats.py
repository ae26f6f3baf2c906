"""Everything that is no ordinary page: other formats, wrong names, selectors, hostile input."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import ReadingError
from watcher.model import BlockKind, Document, Region
from watcher.reading import READER
from watcher.reading.html import read_html

Reads = Callable[..., Document]

MARKDOWN = """\
---
title: ignored
---
# Data usage

We keep **inputs** for [30 days](../retention "Retention").
They are then deleted.

## Sub-processors
| Name | Place |
|------|-------|
| Cloud Corp | Ireland |

- one
- `two`

```
keep = 30
```
"""


def test_plain_text_is_split_at_blank_lines(reads: Reads) -> None:
    document = reads("Security policy\r\n\r\nFirst line\r\ngoes on.\r\n\r\n- an item", "text/plain")
    assert [block.text for block in document.blocks] == [
        "Security policy",
        "First line goes on.",
        "an item",
    ]
    assert document.title == "Security policy"
    assert document.reader == READER


def test_markdown_gives_headings_rows_items_code_and_links(reads: Reads) -> None:
    document = reads(MARKDOWN, "text/markdown")
    assert [(block.kind, block.text, block.path) for block in document.blocks] == [
        (BlockKind.HEADING, "Data usage", ()),
        (
            BlockKind.PARAGRAPH,
            "We keep inputs for 30 days. They are then deleted.",
            ("Data usage",),
        ),
        (BlockKind.HEADING, "Sub-processors", ("Data usage",)),
        (BlockKind.ROW, "Name | Place", ("Data usage", "Sub-processors")),
        (BlockKind.ROW, "Cloud Corp | Ireland", ("Data usage", "Sub-processors")),
        (BlockKind.ITEM, "one", ("Data usage", "Sub-processors")),
        (BlockKind.ITEM, "two", ("Data usage", "Sub-processors")),
        (BlockKind.CODE, "keep = 30", ("Data usage", "Sub-processors")),
    ]
    assert document.blocks[1].links[0].target == "https://example.test/retention"


def test_json_gives_a_row_for_every_value(reads: Reads) -> None:
    controls = [{"name": "SOC 2", "valid": True}]
    content = {"title": "Trust", "controls": controls, "note": "<p>A</p><p>B</p>"}
    document = reads(json.dumps(content), "application/json")
    assert [(block.path, block.text) for block in document.blocks] == [
        ((), "title | Trust"),
        (("controls",), "name | SOC 2"),
        (("controls",), "valid | true"),
        (("note",), "A"),
        (("note",), "B"),
    ]
    assert document.title == "Trust"


@pytest.mark.parametrize("media_type", ["application/pdf", "text/plain", "", "application/x-thing"])
def test_html_under_another_name_is_read_as_html(reads: Reads, media_type: str) -> None:
    document = reads("<!doctype html><html><body><h1>Terms</h1></body></html>", media_type)
    assert [(block.kind, block.text) for block in document.blocks] == [(BlockKind.HEADING, "Terms")]


@pytest.mark.parametrize(
    ("payload", "media_type", "says"),
    [
        (b"", "text/html", "empty"),
        (b"  \n", "text/html", "empty"),
        (bytes(range(32)) * 40, "application/octet-stream", "neither HTML, PDF, text nor JSON"),
        (b"{not json", "application/json", "not valid JSON"),
        (b"[" * 100_000, "application/json", "not valid JSON"),
    ],
)
def test_what_cannot_be_read_says_why(
    reads: Reads, payload: bytes, media_type: str, says: str
) -> None:
    with pytest.raises(ReadingError, match=says):
        reads(payload, media_type)


PAGE = """<html lang="en"><head><title>T</title></head><body><nav class="m"><a href="/">x</a></nav>
<div class="policy"><p>Kept.</p><div class="ad">Dropped.</div><div class="policy">Kept once.</div></div>
<footer class="v">v.1</footer></body></html>"""


def test_selectors_keep_and_drop(reads: Reads) -> None:
    kept = reads(PAGE, keep=(".v", ".policy"), drop=(".ad",))
    assert [block.text for block in kept.main] == ["Kept.", "Kept once.", "v.1"]
    assert (kept.title, kept.language) == ("T", "en")
    assert "Dropped." not in reads(PAGE, drop=(".ad",)).text


@pytest.mark.parametrize("field", ["keep", "drop"])
def test_a_selector_that_matches_nothing_names_itself_and_the_page(
    reads: Reads, field: str
) -> None:
    with pytest.raises(ReadingError, match=r"https://example\.test/legal/page.*'\.gone'"):
        reads(PAGE, **{field: (".gone",)})


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 10_000 + "deep",
        "<b>" * 50_000 + "bold",
        "<table><tr><td>" * 5_000 + "cell",
        "<ul><li>" * 5_000 + "item",
        "<p>a\0b</p>" * 100,
        "<p>" + "x" * 2_000_000,
        "<!--" * 50_000,
        "<table>" + "<tr><td>a<td>b</tr>" * 20_000,
    ],
    ids=["div", "b", "table", "list", "nul", "word", "comment", "rows"],
)
def test_hostile_pages_are_read_in_bounded_time(reads: Reads, page: str) -> None:
    began = time.process_time()
    reads(page)
    assert time.process_time() - began < 10


def test_a_page_nested_beyond_reason_is_refused(reads: Reads) -> None:
    with pytest.raises(ReadingError, match="nested more than"):
        reads("<div>" * 100_000)


TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


@settings(max_examples=60)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12))
def test_every_paragraph_is_kept_in_order(paragraphs: list[str]) -> None:
    page = "<body>" + "".join(f"<div><p>{text}</p></div>" for text in paragraphs)
    read = [block.text for block in read_html(page, "https://example.test/").blocks]
    assert read == paragraphs


def test_an_article_footer_with_prose_stays_in_the_policy(reads: Reads) -> None:
    body = (
        "<p>" + "The service keeps what you send to it for thirty days and no longer. " * 3 + "</p>"
    )
    foot = "<footer><p>Reviewed on 4 May 2031 by those who answer for it, and found right.</p></footer>"
    document = reads(f"<article>{body}{body}{foot}</article>")
    assert all(block.region is Region.MAIN for block in document.blocks)
