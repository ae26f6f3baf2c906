"""Words as a reader sees them, and addresses that pages hide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.reading.emails import decode_cloudflare, linked_address
from watcher.reading.wording import plain
from watcher.text import canonical


@settings(max_examples=200)
@given(st.text())
def test_plain_is_idempotent_and_on_one_line(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once == " ".join(once.split())


@settings(max_examples=200)
@given(st.text("ab \u00a0\t\n\x0b\x1c\u2003\u3000", max_size=12))
def test_all_white_space_is_one_plain_space(text: str) -> None:
    assert plain(text) == canonical(text) == " ".join(text.split())


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("zero\u200bwidth and soft\u00adhyphen", "zerowidth and softhyphen"),
        ("a\u00a0b\n\t c", "a b c"),
        ("our terms (opens in a new window).", "our terms."),
        ("our terms(opens in a new tab) apply", "our terms apply"),
        ("A new window of opportunity", "A new window of opportunity"),
        ("DALLÂ·E", "DALL·E"),
        ("Weâ€™ll", "We’ll"),
        ("Â\u00a02031", "2031"),
        ("café, Größe, 価格, Âge", "café, Größe, 価格, Âge"),
    ],
)
def test_what_a_reader_sees(raw: str, seen: str) -> None:
    assert plain(raw) == seen


@settings(max_examples=100)
@given(
    st.emails(),
    st.integers(0, 255),
)
def test_a_masked_address_comes_back(address: str, mask: int) -> None:
    code = bytes([mask, *(byte ^ mask for byte in address.encode())]).hex()
    assert decode_cloudflare(code) == address
    assert linked_address(f"/cdn-cgi/l/email-protection#{code}") == f"mailto:{address}"


@pytest.mark.parametrize("code", ["", "zz", "5", "ff00"])
def test_what_is_no_code_gives_nothing_or_something_harmless(code: str) -> None:
    assert isinstance(decode_cloudflare(code), str)


def test_a_percent_encoded_address_is_shown_in_clear() -> None:
    assert linked_address("mailto:%70rivacy@example.test") == "mailto:privacy@example.test"
