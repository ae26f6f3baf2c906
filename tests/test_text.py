"""What means the same is the same, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.text import canonical, fingerprint, sentences

ODD = st.text(
    st.sampled_from(
        "ab 30\u2019\u201c\u2013\u00a0\u200b\u00ad\u2026\u0301\u0387\ufb01().,opens in a new window"
    )
)


@given(st.text() | ODD)
def test_canonical_is_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the customer\u2019s data", "the customer's data"),
        ("\u201cContent\u201d means", '"Content" means'),
        ("30\u00a0days", "30 days"),
        ("2015\u20132026", "2015-2026"),
        ("de\u00adlete\u200bd", "deleted"),
        ("our policy (opens in a new window) applies", "our policy applies"),
        ("our policy Opens in new tab, and", "our policy, and"),
        ("ﬁne-tuning", "fine-tuning"),
        ("yes\u2026", "yes..."),
        ("  two \n lines ", "two lines"),
    ],
)
def test_texts_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kept 30 days", "kept 90 days"),
        ("we may share it", "we may not share it"),
        ("you must", "You must"),
        ("data", "date"),
        ("a new window of time", "a window of time"),
    ],
)
def test_texts_that_differ_in_a_word_a_digit_or_a_negation_differ(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@given(st.text())
def test_sentences_lie_in_order_within_their_text(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize(
    "ending", ["e.g.", "Palewater Inc.", "No.", "done.", "a heading", "done. "]
)
def test_a_line_break_always_ends_a_sentence(ending: str) -> None:
    text = f"{ending}\n12 Days\n"
    assert [text[slice(*span)] for span in sentences(text)] == [ending.strip(), "12 Days"]


def test_the_stop_after_the_day_of_a_date_ends_nothing() -> None:
    text = "Reno, 3. March 2025: a host less. It is gone. See section 3. Marching on."
    assert [text[slice(*span)] for span in sentences(text)] == [
        "Reno, 3. March 2025: a host less.",
        "It is gone.",
        "See section 3.",
        "Marching on.",
    ]


@given(st.lists(st.text(st.sampled_from("abeg NoIncArt.!?()\"'\u201d 12\u00a0"))))
def test_lines_have_the_same_sentences_alone_and_together(lines: list[str]) -> None:
    text, start = "\n".join(lines), 0
    alone = []
    for line in lines:
        alone += [(start + begin, start + end) for begin, end in sentences(line)]
        start += len(line) + 1
    assert sentences(text) == alone
