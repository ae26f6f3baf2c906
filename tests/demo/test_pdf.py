from __future__ import annotations

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.demo.pdf import write_pdf
from watcher.demo.site import Site


def pages_of(payload: bytes) -> list[str]:
    with pypdfium2.PdfDocument(payload) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_the_addendum_opens_and_has_its_version_on_every_page(provider: Site) -> None:
    pages = pages_of(provider.answer("/policies/lumen-dpa.pdf", 1, 1, "").payload)
    assert len(pages) == 4
    assert "Effective date of this version: November 25, 2025." in pages[0]
    for number, page in enumerate(pages, start=1):
        assert "Lumen Forge DPA v.112525" in page
        assert f"Page {number} of 4" in page


def test_a_heading_of_the_first_level_begins_a_page() -> None:
    pages = pages_of(
        write_pdf("# One\n\ntext\n\n# Two\n\nmore", title="t", footer="{page}/{pages}")
    )
    assert [page.split()[0] for page in pages] == ["One", "Two"]


def test_long_text_runs_over_pages_and_loses_no_word() -> None:
    words = [f"word{number}" for number in range(2000)]
    pages = pages_of(write_pdf(" ".join(words), title="t", footer=""))
    assert len(pages) > 2
    assert " ".join(pages).split() == words


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("abc()\\\"'%<>é–", min_size=1, max_size=12), min_size=1, max_size=30))
def test_every_character_of_the_alphabet_survives(words: list[str]) -> None:
    [page] = pages_of(write_pdf(" ".join(words), title="(t", footer=""))
    assert page.split() == words


@pytest.mark.parametrize("text", ["日本", "a\u200bb"])
def test_other_characters_become_question_marks(text: str) -> None:
    assert "?" in pages_of(write_pdf(text, title="t", footer=""))[0]
