"""Bytes to text: what the page says of itself, checked against what it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.reading.encoding import decode

TEXT = "Größe: “café” – naïve, 価格"


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_outranks_what_is_declared(name: str) -> None:
    assert decode(TEXT.encode(name), "iso-8859-1") == TEXT


def test_the_header_outranks_the_page() -> None:
    page = '<meta charset="utf-8">価格'.encode("gb18030")
    assert decode(page, "gb18030").endswith("価格")


def test_the_page_says_its_charset() -> None:
    assert "価格" in decode('<meta charset="shift_jis">価格'.encode("shift_jis"), None)


def test_latin_1_that_is_utf_8_is_read_as_utf_8() -> None:
    assert decode(TEXT.encode(), "iso-8859-1") == TEXT


def test_windows_1252_is_the_last_resort() -> None:
    assert decode("caf\u00e9 \u2013 \u20ac5".encode("cp1252"), None) == "café – €5"


def test_one_damaged_byte_does_not_change_the_charset() -> None:
    damaged = TEXT.encode() * 100 + b"\xff"
    assert decode(damaged, "utf-8").startswith(TEXT)


@pytest.mark.parametrize("name", ["no-such-charset", "", "base64", "utf-16"])
def test_a_charset_that_cannot_be_is_passed_over(name: str) -> None:
    assert decode(TEXT.encode(), name) == TEXT


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from(["utf-8", "gb18030", "utf-16", "ascii", None]))
def test_decoding_never_fails(payload: bytes, declared: str | None) -> None:
    assert isinstance(decode(payload, declared), str)
