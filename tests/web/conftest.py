"""A small desk on a frozen clock, and a client that keeps cookies and sends forms as a browser would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from valid_html import problems
from watcher.desk import Desk
from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Difference,
    Evidence,
    Judgement,
    Offering,
    Response,
    Role,
    Significance,
    Slug,
    Source,
    SourceId,
    Verdict,
    Vocabulary,
    WordEdit,
)
from watcher.sources.declarations import load_declarations
from watcher.sweep import Sweep, read_response
from watcher.web.app import make_app
from watcher.web.owner import Owner
from watcher.web.passwords import hash_password
from watcher.web.place import Place

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
URL = "http://127.0.0.1:8765"
PASSWORD = "a long enough phrase"
_HASHED = hash_password(PASSWORD)

DECLARED = """
offerings:
  acme-api:
    name: Acme API
    provider: Acme
    type: API
    official_site: https://acme.example/
  bolt-chat:
    name: Bolt Chat
    provider: Bolt
    type: Chat
sources:
  - id: acme-data
    url: https://acme.example/data
    title: Acme data usage
    kind: data_usage
    offerings: [acme-api]
  - id: acme-terms
    url: https://acme.example/terms
    title: Acme terms
    kind: official_terms
    offerings: [acme-api]
  - id: bolt-privacy
    url: https://bolt.example/privacy
    title: Bolt privacy
    kind: privacy_policy
    offerings: [bolt-chat]
"""


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = START + timedelta(days=30)

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Client:
    """A browser without JavaScript: cookies, forms with their token, no redirect followed by itself."""

    app: Any
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, path, how))

    async def _ask(self, method: str, path: str, how: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=URL, cookies=self.cookies, headers=self.headers
        ) as client:
            answer = await client.request(method, path, **how)
            self.cookies = client.cookies
        if is_page(answer):
            assert not (wrong := problems(answer.text)), f"{path}: {wrong}"
        return answer

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.ask("GET", path, **how)

    def send(
        self, path: str, form: dict[str, str], *, seen_on: str = "", **how: Any
    ) -> httpx.Response:
        """Send a form as the page `seen_on` carries it, with its token and what was seen."""
        page = self.get(seen_on or path).text
        hidden = dict(re.findall(r'name="(form_token|seen)" value="([^"]+)"', page))
        return self.ask("POST", path, data={**hidden, **form}, **how)

    def sign_in(self, name: str) -> Client:
        answer = self.send("/login", {"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return self


class Web:
    """What a look over the network would find: the pages of `says` by address, and nobody anywhere else."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.says: dict[str, str] = {}
        self.asked: list[str] = []

    @asynccontextmanager
    async def fetching(self, settings: Any, hosts: Any) -> AsyncIterator[Web]:
        yield self

    async def fetch(self, source: Source, known: Any) -> Response:
        self.asked.append(source.url)
        page = self.says.get(source.url)
        if page is None:
            gone = Judgement(Verdict.UNREACHABLE, "nobody answers")
            return Response(source.url, source.url, self.clock(), trouble=gone)
        headers = (("content-type", "text/html"),)
        return Response(source.url, source.url, self.clock(), 200, headers, page.encode())


def is_page(answer: httpx.Response) -> bool:
    """Whether an answer is a whole page, as the pieces that htmx asks for are not."""
    is_html = answer.headers.get("content-type", "").startswith("text/html")
    is_piece = "hx-request" in answer.request.headers or answer.request.url.path == "/value"
    return is_html and not is_piece


@dataclass
class World:
    """A running desk with three accounts and what a test puts into its ledger."""

    path: Path
    sources_path: Path
    place: Place
    app: Any
    clock: Clock
    vocabulary: Vocabulary
    web: Web

    def write(self, work: Callable[[Ledger], Any]) -> Any:
        """Write to the ledger beside the desk, as a sweep in another process does."""
        with Ledger.open(self.path) as ledger:
            return work(ledger)

    def desk(self, work: Callable[[Desk], Any]) -> Any:
        return asyncio.run(self.place.owner.ask(work))

    def client(self, name: str = "") -> Client:
        return Client(self.app).sign_in(name) if name else Client(self.app)

    def source(self, name: str = "acme-data") -> Source:
        return load_declarations(self.sources_path, self.vocabulary).sources[SourceId(name)]

    def look(self, html: str, at: datetime, name: str = "acme-data", **more: Any) -> Any:
        """Have a look at a source bring `html`, the real way."""
        source = self.source(name)
        response = Response(
            source.url, source.url, at, 200, (("content-type", "text/html"),), html.encode(), **more
        )

        def record(ledger: Ledger) -> Any:
            sweep = Sweep(ledger)
            look = sweep.begin(source)
            return sweep.record(
                look, response, look.judge(response) or read_response(response, source)
            )

        return self.write(record)

    def change(self, **parts: Any) -> int:
        change = build_change(**parts)
        return int(self.write(lambda ledger: ledger.changes.add(change)))

    def changes(self, all_parts: list[dict[str, Any]]) -> None:
        """Put many changes into the queue at once."""

        def add(ledger: Ledger) -> None:
            with ledger.atomic():
                for parts in all_parts:
                    ledger.changes.add(build_change(**parts))

        self.write(add)


def build_change(
    old: Any = 30,
    new: Any = 90,
    *,
    key: str = "retention_days",
    source: str = "acme-data",
    day: int = 1,
    level: int = 5,
    quote: str = "We keep it for {} days.",
    words: tuple[WordEdit, ...] = (),
    text: str = "",
    kind: ChangeKind = ChangeKind.CHANGE,
    title: str = "",
) -> Change:
    at = START + timedelta(days=day)
    sides = [
        None if value is None else Claim(key, value, Evidence(quote.format(value), 0))
        for value in (old, new)
    ]
    block = Block(BlockKind.PARAGRAPH, text)
    return Change(
        source_id=SourceId(source),
        kind=kind,
        before_snapshot=None,
        after_snapshot=None,
        changed_at=at,
        raised_at=at,
        significance=Significance(level, ("a number differs",)),
        claims=() if text else (ClaimChange(Difference.CHANGED, sides[0], sides[1]),),
        blocks=(BlockChange(Difference.ADDED, None, block, words),) if text else (),
        title=title,
    )


def page_of(days: int, extra: str = "") -> str:
    filler = "".join(
        f"<p>Paragraph {number} says how we treat what customers send to us, in plain words.</p>"
        for number in range(12)
    )
    return (
        "<html lang=en><head><title>How we use your data</title></head><body><main>"
        f"<h1>How we use your data</h1><h2>Retention</h2><p>We retain API data for {days} days, "
        f"then it is deleted.</p>{extra}{filler}</main></body></html>"
    )


@pytest.fixture
def world(tmp_path: Path, vocabulary: Vocabulary) -> Iterator[World]:
    ledger_path, sources_path = tmp_path / "watcher.db", tmp_path / "sources.yaml"
    sources_path.write_text(DECLARED)
    declared = load_declarations(sources_path, vocabulary)
    with Ledger.open(ledger_path) as ledger:
        offerings: list[Offering] = list(declared.offerings.values())
        assert {Slug("acme-api"), Slug("bolt-chat")} == {each.slug for each in offerings}
        ledger.sources.sync(offerings, list(declared.sources.values()), START)
        for name, role in (("Ada", Role.ADMIN), ("Ben", Role.REVIEWER), ("Rita", Role.READER)):
            ledger.accounts.add(name, role, _HASHED, START)
    clock = Clock()
    owner = Owner(ledger_path, sources_path)
    web = Web(clock)
    place = Place(owner, URL, clock=clock, fetching=web.fetching)
    yield World(ledger_path, sources_path, place, make_app(place), clock, vocabulary, web)
    owner.close()


@pytest.fixture
def ada(world: World) -> Client:
    return world.client("Ada")


@pytest.fixture(scope="session")
def page_saying() -> Callable[..., str]:
    """Give a policy page that states a retention period, with more HTML if wanted."""
    return page_of
