"""Receivers on loopback: a mail server and a web server that keep what they are given; and a ledger with channels."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from watcher.ledger import Ledger
from watcher.model import (
    Change,
    ChangeKind,
    Channel,
    Claim,
    ClaimChange,
    Difference,
    Email,
    Evidence,
    Offering,
    Security,
    Significance,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Vocabulary,
    Webhook,
)
from watcher.notify import Courier, Post, Sent


@dataclass
class Mailbox:
    """A mail server: what it was given, and what it refuses."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    answers_data: str = "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that speaks as much SMTP (RFC 5321) as a letter takes."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 box")
            while line := self.rfile.readline().decode().strip():
                verb = line.split(":")[0].upper()
                if verb == "DATA":
                    self.take_letter()
                elif verb == "RCPT TO" and any(name in line for name in box.refuses):
                    self.say("550 nobody here of that name")
                elif verb == "QUIT":
                    return self.say("221 bye")
                else:
                    self.say("250 go on")
            return None

        def take_letter(self) -> None:
            self.say("354 say it")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            if box.answers_data.startswith("250"):
                letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                assert isinstance(letter, EmailMessage)
                box.letters.append(letter)
            self.say(box.answers_data)

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)) as port:
        box.port = port
        yield box


@dataclass
class Hook:
    """A web server: what was posted to it, and what it answers, the last of `answers` for ever."""

    url: str = ""
    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [204])


@pytest.fixture
def hook() -> Iterator[Hook]:
    told = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            told.posted.append((self.path, headers, body))
            status = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        told.url = f"http://127.0.0.1:{port}/hook"
        yield told


class serving:  # noqa: N801 - reads as what it does, in a `with`
    """Serve in a thread while what stands inside goes on; gives the port."""

    def __init__(self, server: socketserver.TCPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,))

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._server.server_address[1])

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


SECRETS = {"HOOK_SECRET": "whsec_dGhlIHNlY3JldCBpdHNlbGY="}
API = Offering(Slug("lumen-api"), "Lumen API", "Lumen Forge", "API")
CHAT = Offering(Slug("acme-chat"), "Acme Chat", "Acme", "chat assistant")
DATA = Source(
    SourceId("lumen-data"),
    "https://lumen.example/data",
    "Data policy",
    SourceKind.DATA_USAGE,
    (API.slug,),
)
TERMS = Source(
    SourceId("acme-terms"),
    "https://acme.example/terms",
    "Terms",
    SourceKind.OFFICIAL_TERMS,
    (CHAT.slug,),
)


def kept_for(days: int) -> Claim:
    return Claim(
        "retention_days", days, Evidence(f"We keep API inputs and outputs for {days} days.", 0)
    )


def change_of(
    source: Source, at: datetime, *, kind: ChangeKind = ChangeKind.CHANGE, level: int = 5
) -> Change:
    difference = ClaimChange(Difference.CHANGED, kept_for(30), kept_for(90))
    return Change(
        source.id,
        kind,
        None,
        None,
        at,
        at,
        Significance(level, ("a claim changed",)),
        (difference,),
    )


@dataclass
class World:
    """A ledger with two offerings, what is declared to be told, and a calendar."""

    ledger: Ledger
    vocabulary: Vocabulary
    now: datetime
    environment: dict[str, str]
    pauses: tuple[float, ...] = ()

    def declare(self, *channels: Channel) -> None:
        self.ledger.channels.sync(channels, self.now)

    def change(self, source: Source = DATA, **said: Any) -> int:
        return self.ledger.changes.add(change_of(source, self.now, **said))

    @property
    def courier(self) -> Courier:
        post = Post(self.environment, clock=lambda: self.now, pauses=self.pauses)
        return Courier(
            self.ledger,
            post,
            lambda: self.vocabulary,
            desk_url="https://desk.example/",
            clock=lambda: self.now,
        )

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def tell(self) -> list[Sent]:
        return await self.courier.send()


@pytest.fixture
def world(ledger: Ledger, vocabulary: Vocabulary, noon: datetime) -> World:
    ledger.sources.sync([API, CHAT], [DATA, TERMS], noon)
    return World(ledger, vocabulary, noon, dict(SECRETS))


@pytest.fixture
def by_mail(mailbox: Mailbox) -> Channel:
    to = Email(
        ("ada@example.org",), "watcher@example.org", "127.0.0.1", mailbox.port, Security.NONE
    )
    return Channel("mail", to)


@pytest.fixture
def by_hook(hook: Hook) -> Channel:
    return Channel("bot", Webhook("HOOK_SECRET", url=hook.url, allow_private=True))


Filtered = Callable[..., Channel]


@pytest.fixture
def filtered(by_mail: Channel) -> Filtered:
    """Give the mail channel with other filters."""

    def make(**said: Any) -> Channel:
        return replace(by_mail, **said)

    return make
