"""Servers that never end, lie about lengths, hang up or send bombs: each costs its own deadline and little memory."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from typing import Any

import pytest

from watcher.model import Verdict

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


async def endless(writer: Any) -> None:
    writer.write(HEAD + b"\r\n")
    while not writer.is_closing():
        writer.write(b"all work and no play " * 3000)
        await writer.drain()


async def drip(writer: Any) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
    for _ in range(40):
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(writer: Any) -> None:
    await asyncio.sleep(2)


async def hang_up(writer: Any) -> None:
    writer.close()


async def half(writer: Any) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\nhalf of it")
    await writer.drain()
    writer.close()


async def cut_chunk(writer: Any) -> None:
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n40\r\nnot so long")
    await writer.drain()
    writer.close()


async def until_closed(writer: Any) -> None:
    writer.write(HEAD + b"\r\n<p>no length, just an end</p>")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("play", [drip, silence], ids=["slow bytes", "silence"])
def test_the_deadline_holds_for_all_of_a_check(site: Any, look: Any, play: Any) -> None:
    response = look(site.plays("/page", play), deadline=0.3)
    assert response.trouble.verdict is Verdict.UNREACHABLE
    assert response.trouble.signal.startswith("timeout:")
    assert 0.25 < response.elapsed.total_seconds() < 1


def test_an_endless_answer_is_too_large(site: Any, look: Any) -> None:
    response = look(site.plays("/page", endless), most=500_000)
    assert response.trouble.verdict is Verdict.TOO_LARGE
    assert "500,000" in response.trouble.signal
    assert (response.status, response.payload) == (200, b"")


def test_a_length_that_is_announced_too_large_is_not_waited_for(site: Any, look: Any) -> None:
    url = site.plays("/page", HEAD + b"Content-Length: 200000000\r\n\r\nand so on")
    response = look(url)
    assert response.trouble.verdict is Verdict.TOO_LARGE
    assert "200,000,000" in response.trouble.signal
    assert response.elapsed.total_seconds() < 1


def test_a_payload_of_exactly_the_cap_is_taken(site: Any, look: Any) -> None:
    url = site.page("/page", b"x" * 1000)
    assert look(url, most=1000).payload == b"x" * 1000
    assert look(url, most=999).trouble.verdict is Verdict.TOO_LARGE


class TestCompression:
    @pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "GZIP", "identity"])
    def test_what_we_ask_for_is_unpacked(self, site: Any, look: Any, encoding: str) -> None:
        text = b"<p>We keep data for 30 days.</p>" * 1000
        packed = {"deflate": zlib.compress(text), "identity": text}
        body = packed.get(encoding, gzip.compress(text))
        assert look(site.page("/page", body, content_encoding=encoding)).payload == text

    def test_a_bomb_cannot_fill_the_memory(self, site: Any, look: Any) -> None:
        packer = zlib.compressobj(9, wbits=31)
        body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
        url = site.page("/page", body, content_encoding="gzip")
        tracemalloc.start()
        response = look(url)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert response.trouble.verdict is Verdict.TOO_LARGE
        assert peak < 20_000_000

    def test_a_bomb_in_a_bomb(self, site: Any, look: Any) -> None:
        body = gzip.compress(gzip.compress(bytes(60_000_000)))
        response = look(site.page("/page", body, content_encoding="gzip, gzip"))
        assert response.trouble.verdict is Verdict.TOO_LARGE

    def test_many_layers(self, site: Any, look: Any) -> None:
        response = look(site.page("/page", b"", content_encoding=", ".join(["gzip"] * 50)))
        assert response.trouble.verdict is Verdict.TOO_LARGE

    def test_unpacked_bytes_count(self, site: Any, look: Any) -> None:
        body = gzip.compress(bytes(range(256)) * 4000)
        response = look(site.page("/page", body, content_encoding="gzip"), most=1_000_000)
        assert response.trouble.verdict is Verdict.TOO_LARGE
        assert response.trouble.signal.startswith("size:")

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("gzip", b"this is not compressed at all"),
            ("gzip", gzip.compress(b"damaged" * 100)[:-8] + bytes(8)),
            ("deflate", b"\xff\xff\xff\xff"),
            ("br", b"\x0b\x02\x80hello\x03"),
        ],
    )
    def test_damage_is_told(self, site: Any, look: Any, encoding: str, body: bytes) -> None:
        response = look(site.page("/page", body, content_encoding=encoding))
        assert response.trouble.verdict is Verdict.UNREADABLE
        assert response.trouble.signal.startswith("encoding:")

    def test_an_end_that_is_missing(self, site: Any, look: Any) -> None:
        body = gzip.compress(b"half of it" * 100)[:-12]
        response = look(site.page("/page", body, content_encoding="gzip"))
        assert response.trouble.verdict is Verdict.UNREACHABLE
        assert "broke off" in response.trouble.signal


class TestLies:
    @pytest.mark.parametrize("play", [half, cut_chunk, hang_up])
    def test_an_answer_that_breaks_off(self, site: Any, look: Any, play: Any) -> None:
        response = look(site.plays("/page", play))
        assert response.trouble.verdict is Verdict.UNREACHABLE
        assert response.trouble.signal.startswith("reset:")
        assert response.payload == b""

    def test_an_end_without_a_length_is_an_end(self, site: Any, look: Any) -> None:
        response = look(site.plays("/page", until_closed))
        assert response.payload == b"<p>no length, just an end</p>"

    def test_more_than_was_announced_is_not_taken(self, site: Any, look: Any) -> None:
        response = look(site.plays("/page", HEAD + b"Content-Length: 4\r\n\r\nfour and more"))
        if response.trouble is None:  # whether the rest is seen in time is up to the network
            assert response.payload == b"four"
        else:
            assert response.trouble.signal.startswith("protocol:")

    def test_an_empty_line_too_many_is_forgiven(self, site: Any, look: Any) -> None:
        url = site.plays("/page", HEAD + b"Content-Length: 4\r\n\r\nfour\r\n")
        responses = look.all(look.source(url), look.source(url))
        assert [response.payload for response in responses] == [b"four"] * 2

    @pytest.mark.parametrize(
        "answer",
        [
            b"<html>HTTP/0.9 has no head</html>\r\n\r\n",
            b"HTTP/1.1 banana\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: banana\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot hexadecimal\r\n",
            b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
            HEAD + b"X-Long: " + b"x" * 2_000_000 + b"\r\n\r\n",
            b"\x00\x01\x02\x03 noise \r\n\r\n",
        ],
        ids=["0.9", "status", "length", "chunk", "header", "2 MB header", "noise"],
    )
    def test_what_is_not_http_is_told(self, site: Any, look: Any, answer: bytes) -> None:
        response = look(site.plays("/page", answer), deadline=2.0)
        assert response.trouble.verdict is Verdict.UNREACHABLE
        assert response.trouble.signal.split(":")[0] in ("protocol", "reset")

    def test_a_large_policy_header_is_no_trouble(self, site: Any, look: Any) -> None:
        response = look(site.page("/page", content_security_policy="x" * 30_000))
        assert response.trouble is None

    def test_early_hints_are_passed_over(self, site: Any, look: Any) -> None:
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
        assert look(site.plays("/page", hints + site.message(b"page"))).payload == b"page"

    def test_no_content(self, site: Any, look: Any) -> None:
        response = look(site.page("/page", b"", "204 No Content", content_length="-"))
        assert (response.status, response.payload, response.trouble) == (204, b"", None)

    def test_a_server_that_lies_does_not_spoil_the_next_look(self, site: Any, look: Any) -> None:
        bad = site.plays("/page", HEAD + b"Content-Length: 4\r\n\r\nfour and more")
        good = site.page("/good", b"good")
        responses = look.all(*[look.source(url) for url in (bad, good, bad, good)])
        assert [response.payload for response in responses[1::2]] == [b"good"] * 2
