"""A server with ways to be bad: each on an address of its own (127.0.2.1, 127.0.2.2, …), all on one port.

`FAULTS` names every way, plays it, and says which verdicts are right for it. `sound` pages stand beside them.
"""

from __future__ import annotations

import asyncio
import gzip
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SO_LINGER, SOL_SOCKET

from watcher.model import Verdict

POLICY = """<!doctype html><html lang="en"><head><title>Data policy</title></head><body><main><h1>Data policy</h1>
<p>This policy says how we treat the data that you send to the service, and what you may expect of us.</p>
<p>We do not use customer content to train our models unless you opt in to that.</p>
<p>We retain customer content for {days} days after the account is closed, and then delete it.</p>
<p>You must be at least 18 years old to use the service. Keep your password to yourself.</p>{more}</main></html>"""

U, P = Verdict.UNREACHABLE, Verdict.UNREADABLE


def policy(days: int = 30, more: str = "") -> bytes:
    """Give a sound policy page."""
    return POLICY.format(days=days, more=more).encode()


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Give a well-formed answer; header names are written with _ for -, and left out where the value is empty."""
    said = {"content_type": "text/html; charset=utf-8", "content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


class Visit:
    """One request: which it is at its fault (from 1), its path and headers, and how to answer."""

    def __init__(
        self, number: int, path: str, headers: dict[str, str], writer: asyncio.StreamWriter
    ) -> None:
        self.number, self.path, self.headers, self._writer = number, path, headers, writer

    async def send(self, *pieces: bytes, pause: float = 0.0) -> None:
        """Write these pieces, with a pause after each."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(pause)

    async def for_ever(self, piece: bytes, pause: float = 0.0) -> None:
        """Write the same piece until the other side has had enough."""
        while True:
            await self.send(piece, pause=pause)

    def reset(self) -> None:
        """End the connection with a reset, not with a goodbye."""
        self._writer.get_extra_info("socket").setsockopt(
            SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)
        )
        self._writer.close()


Play = Callable[[Visit], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One way to be bad: how it is played, which verdicts are right for it, and how many changes it may raise."""

    name: str
    play: Play
    right: frozenset[Verdict]
    changes: int = 0
    path: str = "/policy"
    scheme: str = "http"
    robots: Play | None = None
    host: str = field(default="", compare=False)


FAULTS: list[Fault] = []


def fault(*right: Verdict, changes: int = 0, **more: str) -> Callable[[Play], Play]:
    """Enter a function as a fault called by its name."""

    def enter(play: Play) -> Play:
        name = play.__name__.replace("_", " ").strip()
        FAULTS.append(Fault(name, play, frozenset(right), changes, **more))
        return play

    return enter


def says(name: str, message: bytes, *right: Verdict) -> None:
    """Enter a fault that always sends the same bytes."""

    async def play(visit: Visit) -> None:
        await visit.send(message)

    FAULTS.append(Fault(name, play, frozenset(right)))


# ── connections ──────────────────────────────────────────────────────────────────────────────────


@fault(U)
async def hangs_up(visit: Visit) -> None:
    """Close without a word."""


@fault(U)
async def resets(visit: Visit) -> None:
    visit.reset()


@fault(U)
async def never_answers(visit: Visit) -> None:
    await asyncio.sleep(3600)


@fault(U)
async def drips_bytes(visit: Visit) -> None:
    await visit.send(answer(policy())[:80])
    await visit.for_ever(b" ", pause=0.1)


@fault(U)
async def drips_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    await visit.for_ever(b"x-slow: 1\r\n", pause=0.1)


@fault(U, Verdict.TOO_LARGE)
async def endless_headers(visit: Visit) -> None:
    await visit.send(b"HTTP/1.1 200 OK\r\n")
    await visit.for_ever(b"x-more: " + b"a" * 4000 + b"\r\n")


says("two megabytes of header", answer(policy(), x_large="a" * 2_000_000), U, Verdict.TOO_LARGE)
says(
    "five hundred cookies",
    answer(policy()).replace(b"\r\n\r\n", b"\r\nset-cookie: a=b" * 500 + b"\r\n\r\n", 1),
    U,
    Verdict.OK,
    Verdict.UNCHANGED,
)
says("an answer of HTTP/0.9", policy(), U)
says("a status that is no number", answer(policy(), "OK fine"), U)
says("a status of two digits", answer(policy(), "20 OK"), U)
says(
    "a line break in a header",
    answer(policy(), location="/a\r\nx-split: 1"),
    Verdict.OK,
    Verdict.UNCHANGED,
)

# ── lengths, chunks, packing ─────────────────────────────────────────────────────────────────────

says("less than was announced", answer(policy(), content_length="99999"), U)
says("a length that is none", answer(policy(), content_length="many"), U)
says("a length below nothing", answer(policy(), content_length="-5"), U)
says(
    "a length of almost nothing",
    answer(policy(), content_length="9"),
    Verdict.EMPTY,
    P,
    U,
    Verdict.ERROR_PAGE,
    Verdict.PARTIAL,
)
CHUNKED = {"transfer_encoding": "chunked", "content_length": ""}
says("chunks of no size", answer(b"zz\r\n" + policy(), **CHUNKED), U)
says("chunks cut off", answer(b"ffff\r\n" + policy(), **CHUNKED), U)
says(
    "a chunk larger than memory",
    answer(b"ffffffffffffffff\r\n" + policy(), **CHUNKED),
    U,
    Verdict.TOO_LARGE,
)
PACKED = gzip.compress(policy())
says("gzip that is none", answer(b"\x1f\x8b" + b"\x00" * 500, content_encoding="gzip"), U, P)
says("gzip cut off", answer(PACKED[:-40], content_encoding="gzip"), U, P)
says("gzip announced, plain sent", answer(policy(), content_encoding="gzip"), U, P)
says("a packing nobody knows", answer(policy(), content_encoding="x-cabbage"), U, P)


def bomb(megabytes: int) -> bytes:
    """Give a small gzip stream of so many megabytes of zeros, without ever holding them."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()


says("a bomb in gzip", answer(bomb(300), content_encoding="gzip"), Verdict.TOO_LARGE)
says(
    "a bomb in gzip in gzip",
    answer(gzip.compress(bomb(300)), content_encoding="gzip, gzip"),
    Verdict.TOO_LARGE,
)
says(
    "deflate without its header",
    answer(zlib.compress(policy())[2:-4], content_encoding="deflate"),
    Verdict.OK,
    Verdict.UNCHANGED,
)


@fault(Verdict.TOO_LARGE)
async def endless_body(visit: Visit) -> None:
    await visit.send(answer(b"<p>", content_length=""))
    await visit.for_ever(b"more and more " * 5000)


# ── statuses and redirects ───────────────────────────────────────────────────────────────────────

says(
    "100 before the answer",
    b"HTTP/1.1 100 Continue\r\n\r\n" + answer(policy()),
    Verdict.OK,
    Verdict.UNCHANGED,
)
says(
    "103 a hundred times before it",
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100 + answer(policy()),
    Verdict.OK,
    Verdict.UNCHANGED,
)


@fault(U)
async def announcements_without_end(visit: Visit) -> None:
    await visit.for_ever(b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.01)


says("204 with nothing", b"HTTP/1.1 204 No Content\r\n\r\n", Verdict.EMPTY)
says(
    "206, a part nobody asked for",
    answer(policy()[:300], "206 Partial Content", content_range="bytes 0-299/900"),
    Verdict.PARTIAL,
)
says(
    "304 without a baseline", answer(b"", "304 Not Modified"), U, Verdict.EMPTY, Verdict.ERROR_PAGE
)
says("401", answer(b"<p>Sign in</p>", "401 Unauthorized"), Verdict.LOGIN)
says("403", answer(b"<p>Forbidden</p>", "403 Forbidden"), Verdict.BLOCKED)
says("404", answer(b"<p>Not found</p>", "404 Not Found"), Verdict.GONE)
says("410", answer(b"<p>Gone</p>", "410 Gone"), Verdict.GONE)
says(
    "429 with a wait that is no time",
    answer(b"", "429 Too Many Requests", retry_after="soon"),
    Verdict.RATE_LIMITED,
)
says(
    "429 with a wait of a million years",
    answer(b"", "429 Too Many Requests", retry_after="31536000000000"),
    Verdict.RATE_LIMITED,
)
says(
    "429 with a wait in the past",
    answer(b"", "429 Too Many Requests", retry_after="Mon, 01 Jan 2001 00:00:00 GMT"),
    Verdict.RATE_LIMITED,
)
says(
    "451", answer(b"<p>For legal reasons</p>", "451 Unavailable For Legal Reasons"), Verdict.BLOCKED
)
says("500", answer(b"<p>Oops</p>", "500 Internal Server Error"), Verdict.ERROR_PAGE)
says(
    "503 with a policy in it",
    answer(policy(), "503 Service Unavailable"),
    Verdict.ERROR_PAGE,
    Verdict.RATE_LIMITED,
)
says("999", answer(b"<p>No</p>", "999 Request denied"), Verdict.BLOCKED, Verdict.ERROR_PAGE)


@fault(U, Verdict.ERROR_PAGE)
async def redirects_in_a_circle(visit: Visit) -> None:
    await visit.send(
        answer(b"", "302 Found", location="/b" if visit.path == "/policy" else "/policy")
    )


@fault(U, Verdict.ERROR_PAGE)
async def redirects_on_and_on(visit: Visit) -> None:
    await visit.send(answer(b"", "301 Moved Permanently", location=f"/step/{visit.number}"))


@fault(Verdict.OK, Verdict.UNCHANGED)
async def cookies_that_grow(visit: Visit) -> None:
    cookie = f"c{visit.number}={'x' * 3900}; Path=/"
    await visit.send(answer(policy(), set_cookie=cookie))


says("redirect to nowhere", answer(b"", "302 Found"), U, Verdict.ERROR_PAGE, Verdict.EMPTY)
for target in (
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "javascript:alert(1)",
    "data:text/html,hi",
):
    says(
        f"redirect to {target.partition(':')[0]}:",
        answer(b"", "302 Found", location=target),
        Verdict.REFUSED,
        U,
    )
for target in ("http://169.254.169.254/latest/", "http://[::ffff:10.0.0.1]/", "http://0x0a000001/"):
    says(f"redirect to {target}", answer(b"", "302 Found", location=target), Verdict.REFUSED)


# ── contents ─────────────────────────────────────────────────────────────────────────────────────

says("nothing at all", answer(b""), Verdict.EMPTY)
says("only spaces", answer(b" \n" * 999), Verdict.EMPTY)
says(
    "a picture",
    answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, content_type="image/png"),
    Verdict.WRONG_DOCUMENT,
)
says(
    "random bytes called HTML",
    answer(bytes((n * 7919 + n // 3) % 256 for n in range(9000))),
    P,
    Verdict.EMPTY,
    Verdict.ERROR_PAGE,
    Verdict.WRONG_DOCUMENT,
)
says(
    "the wrong charset",
    answer(policy(), content_type="text/html; charset=utf-16"),
    Verdict.OK,
    Verdict.UNCHANGED,
    P,
)
says(
    "a charset that is none",
    answer(policy(), content_type="text/html; charset=klingon"),
    Verdict.OK,
    Verdict.UNCHANGED,
)
says("no type", answer(policy(), content_type=""), Verdict.OK, Verdict.UNCHANGED)
says(
    "NUL bytes in the text",
    answer(policy().replace(b"delete", b"del\x00ete")),
    Verdict.OK,
    Verdict.UNCHANGED,
)
says("a hundred thousand nested tags", answer(b"<div>" * 100_000 + policy()), P)
says(
    "a table of ten megabytes",
    answer(policy(more="<table>" + "<tr><td>a</td><td>b</td></tr>" * 340_000 + "</table>")),
    Verdict.TOO_LARGE,
)
says(
    "one word of a megabyte",
    answer(policy(more=f"<p>{'long' * 250_000}</p>")),
    Verdict.OK,
    Verdict.UNCHANGED,
)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
says(
    "a bomb in XML",
    answer(
        f"<?xml version='1.0'?><!DOCTYPE l [{LAUGHS}]><l>&l9;</l>".encode(),
        content_type="application/xml",
    ),
    P,
    Verdict.EMPTY,
    Verdict.OK,
    Verdict.UNCHANGED,
    Verdict.ERROR_PAGE,
)
says(
    "a PDF that is HTML",
    answer(policy(), content_type="application/pdf"),
    Verdict.OK,
    Verdict.UNCHANGED,
)
says(
    "HTML that is a broken PDF",
    answer(b"%PDF-1.7\n" + b"1 0 obj << /Length 99999999 >> stream " * 2000),
    P,
)
says(
    "an error with status 200",
    answer(
        b"<html><title>Error</title><h1>Application error</h1><p>A client-side exception has occurred.</p></html>"
    ),
    Verdict.ERROR_PAGE,
)
CHALLENGE = b"""<html><title>Just a moment...</title><div id=cf-challenge>Checking your browser</div>
<script src=/cdn-cgi/challenge-platform/x.js></script></html>"""
says(
    "a challenge with status 200",
    answer(
        CHALLENGE,
        server="cloudflare",
        cf_mitigated="challenge",
    ),
    Verdict.CHALLENGE,
)
says(
    "an empty shell",
    answer(
        b"<html><title>App</title><body><div id=root></div><script src=/app.js></script></body></html>"
    ),
    Verdict.EMPTY,
)


@fault(Verdict.OK, Verdict.UNCHANGED)
async def other_bytes_every_time(visit: Visit) -> None:
    await visit.send(
        answer(
            policy(
                more=f'<p hidden data-nonce="{visit.number}"></p><script>{visit.number}</script>'
            )
        )
    )


@fault(Verdict.OK, Verdict.UNCHANGED)
async def an_etag_that_is_another_every_time(visit: Visit) -> None:
    await visit.send(answer(policy(), etag=f'"{visit.number}"'))


@fault(
    Verdict.OK, Verdict.UNCHANGED, changes=2
)  # whoever was told of the second would believe it still
async def one_then_another_then_the_first(visit: Visit) -> None:
    await visit.send(answer(policy(days=90 if visit.number == 2 else 30)))


async def _endless_rules(visit: Visit) -> None:
    await visit.send(answer(b"", content_type="text/plain", content_length=""))
    await visit.for_ever(b"Disallow: /x\n" * 5000)


async def _sound(visit: Visit) -> None:
    await visit.send(answer(policy()))


async def _go_away(visit: Visit) -> None:
    await visit.send(answer(b"User-agent: *\nDisallow: /", content_type="text/plain"))


FAULTS += [
    Fault("robots.txt that forbids", _sound, frozenset([Verdict.DISALLOWED]), robots=_go_away),
    Fault(
        "robots.txt without end",
        _sound,
        frozenset([Verdict.OK, Verdict.UNCHANGED]),
        robots=_endless_rules,
    ),
    Fault("TLS asked of a server without", _sound, frozenset([U]), scheme="https"),
    Fault("a name that nobody knows", _sound, frozenset([U]), host="nowhere.invalid"),
    Fault("a port where nobody listens", _sound, frozenset([U]), host="127.0.0.1:9"),
]


# ── the server ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Server:
    """Where every fault, and `sound` pages beside them, can be asked."""

    port: int
    sound: int

    def url(self, number: int) -> str:
        """Give the address of fault `number`; behind the last fault, of a sound page."""
        if number < len(FAULTS):
            fault = FAULTS[number]
            host = fault.host or f"{address(number)}:{self.port}"
            return f"{fault.scheme}://{host}{fault.path}"
        return f"http://{address(number)}:{self.port}/policy"

    def urls(self) -> Iterator[str]:
        """Give every address, faults first."""
        return map(self.url, range(len(FAULTS) + self.sound))


def address(number: int) -> str:
    """Give the address on loopback at which fault `number` answers."""
    return f"127.0.2.{number + 1}"


@asynccontextmanager
async def serving(sound: int = 5) -> AsyncIterator[Server]:
    """Serve every fault, and so many sound pages."""
    visits: dict[str, int] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        number = int(host.rpartition(".")[2]) - 1
        one = FAULTS[number] if number < len(FAULTS) else Fault("sound", _sound, frozenset())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {n.lower(): v for n, _, v in (line.partition(": ") for line in lines)}
            path = first.split(" ")[1]
            if path == "/robots.txt":
                play = one.robots or _no_rules
                await play(Visit(0, path, headers, writer))
            else:
                visits[host] = visits.get(host, 0) + 1
                await one.play(Visit(visits[host], path, headers, writer))
        except (
            OSError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            asyncio.CancelledError,
        ):
            pass  # the other side had enough: what it makes of that is what is measured
        finally:
            writer.close()

    hosts = [address(number) for number in range(len(FAULTS) + sound)]
    first = await asyncio.start_server(serve, hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    rest = await asyncio.start_server(serve, hosts[1:], port)
    try:
        yield Server(port, sound)
    finally:
        for server in (first, rest):
            server.close()


async def _no_rules(visit: Visit) -> None:
    await visit.send(answer(b"", "404 Not Found"))
