from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text import sentences


@pytest.mark.parametrize(
    "pieces",
    [
        ["We collect data, e.g. names, under Art. 28(3) of the law.", "Nothing else."],
        ["Palewater, Inc. is bound.", "It lives in the U.S. and in Reno."],
        ["It was made by Palewater Inc.", "We run it."],
        ["See No. 5 and Sec. 4.2 of it.", "No.", "That is all."],
        ["J. R. Mill wrote it.", "“Quoted.”", "Then more (see it.)", "And then."],
        ["Is it?", "Not presently.", "We go on!"],
        ["1.2. Fees apply."],
        ["Uptime is 99.9% a month.", "It is measured."],
    ],
)
def test_where_sentences_end(pieces: list[str]) -> None:
    text = " ".join(pieces)
    assert [text[begin:end] for begin, end in sentences(text)] == pieces


def test_a_line_break_always_ends_one() -> None:
    text = "Last updated\nMay 2, 2025\n"
    assert [text[begin:end] for begin, end in sentences(text)] == ["Last updated", "May 2, 2025"]


@given(st.text(max_size=200))
def test_no_word_is_lost_and_none_is_said_twice(text: str) -> None:
    found = sentences(text)
    assert all(begin < end for begin, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    outside = list(text)
    for begin, end in found:
        outside[begin:end] = [" "] * (end - begin)
    assert not "".join(outside).strip()
