"""What was packed comes out as it went in, in whatever pieces it arrives."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.fetching.trouble import Trouble
from watcher.fetching.unpacking import Unpacker


def unpack(encoding: str, data: bytes, size: int) -> bytes:
    unpacker = Unpacker(encoding, 1_000_000)
    for start in range(0, len(data), size):
        unpacker.feed(data[start : start + size])
    return unpacker.payload()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@given(st.binary(max_size=2000), st.integers(1, 700))
@settings(max_examples=100)
def test_every_encoding_in_every_cut(data: bytes, size: int) -> None:
    assert unpack("", data, size) == data
    assert unpack("gzip", gzip.compress(data), size) == data
    assert unpack("deflate", zlib.compress(data), size) == data
    assert unpack("gzip, gzip", gzip.compress(gzip.compress(data)), size) == data
    assert unpack("gzip", gzip.compress(data) + gzip.compress(b"more"), 10_000) == data + b"more"


@given(st.binary(min_size=1, max_size=2000))
@settings(max_examples=50)
def test_deflate_without_its_header(data: bytes) -> None:
    assert unpack("deflate", raw_deflate(data), 10_000) == data


def test_padding_after_the_end_is_no_news() -> None:
    assert unpack("gzip", gzip.compress(b"page") + bytes(20), 7) == b"page"


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", "gzip, deflate", "br", "x"]))
@settings(max_examples=200)
def test_noise_is_trouble_or_data_and_nothing_else(data: bytes, encoding: str) -> None:
    try:
        unpack(encoding, data, 100)
    except Trouble as trouble:
        assert trouble.judgement.signal
