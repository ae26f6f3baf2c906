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
