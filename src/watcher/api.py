"""For programs that embed Watcher: the names that stay from version to version. docs/python.md shows each at work.

read_document      bytes → Document
find_claims        Document → claims, each with its quote
compare            two documents → the change that a person would be told, if there is one
look               an address → Sight: verdict, document, claims; nothing is kept
Ledger             everything that was kept: claims, changes, snapshots, decisions
load_declarations, load_vocabulary, load_pack      what files say, checked
Change, Claim, Document, Source, Verdict, WatcherError
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from watcher.changes.memory import Memory
from watcher.changes.watching import watch
from watcher.claims import Pack, load_pack, read_claims
from watcher.engines import fetcher
from watcher.errors import WatcherError
from watcher.ledger import Ledger
from watcher.model import (
    Change,
    Claim,
    Document,
    HostRules,
    Known,
    Response,
    Source,
    SourceId,
    SourceKind,
    State,
    Verdict,
    Vocabulary,
)
from watcher.reading import read
from watcher.settings import Settings
from watcher.sources.declarations import Declarations
from watcher.sources.declarations import load_declarations as _load_declarations
from watcher.sources.vocabulary import load_vocabulary
from watcher.trying import attempt

__all__ = [
    "Change",
    "Claim",
    "Declarations",
    "Document",
    "Ledger",
    "Pack",
    "Sight",
    "Source",
    "Verdict",
    "WatcherError",
    "compare",
    "find_claims",
    "load_declarations",
    "load_pack",
    "load_vocabulary",
    "look",
    "read_document",
]


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look at an address gave. `signal` says why the verdict is what it is, in plain words.

    Without a document when nothing could be read; without claims when the page is not the policy that was asked for.
    """

    verdict: Verdict
    signal: str
    document: Document | None
    claims: tuple[Claim, ...]


def read_document(payload: bytes, url: str, media_type: str = "text/html") -> Document:
    """Read a page, a PDF, Markdown, plain text or JSON as a document of blocks, each with its region.

    `url` is where it came from: links are made absolute with it. Raises ReadingError when nothing can be read.
    """
    headers = (("content-type", media_type),)
    return read(Response(url, url, datetime.now(UTC), 200, headers, payload), _source(url))


def find_claims(
    document: Document, vocabulary: Vocabulary | None = None, pack: Pack | None = None
) -> tuple[Claim, ...]:
    """Read the claims that a document makes, by the rules and the vocabulary that ship unless others are given.

    Every claim's `evidence.quote` is a verbatim part of the document.
    """
    return read_claims(document, vocabulary or _vocabulary(), pack or _pack())


def compare(before: Document, after: Document) -> Change | None:
    """Give what a person would be told if `before` became `after` and stayed: claims and texts that differ, and why.

    None when nothing differs that deserves a look. What noise is silenced is what can be known without a history.
    """
    start = datetime.now(UTC)
    old = State(1, start, before, find_claims(before))
    new = State(2, start + timedelta(days=1), after, find_claims(after))
    first = watch(Memory(), old, new)
    if first.change is not None:
        return first.change
    later = State(3, start + timedelta(days=3), after, new.claims)
    return watch(first.memory, new, later).change


async def look(
    url: str,
    settings: Settings | None = None,
    hosts: Mapping[str, HostRules] | None = None,
    *,
    allow_private: bool = False,
) -> Sight:
    """Look at an address once, over HTTP or with a browser, as `watcher try` does.

    What the network or the page does wrong is told by the verdict, never raised. Private and local addresses are
    refused unless `allow_private`.
    """
    source = _source(url, allow_private=allow_private)
    async with fetcher(settings or Settings(), hosts or {}) as looking:
        response = await looking.fetch(source, Known(source.id))
    judgement, document, claims = attempt(source, response, _vocabulary(), _pack())
    return Sight(judgement.verdict, judgement.signal, document, claims)


def load_declarations(path: Path, vocabulary: Vocabulary | None = None) -> Declarations:
    """Give the offerings and sources that a file declares. Raises DeclarationError with every problem at once."""
    return _load_declarations(path, vocabulary or _vocabulary())


def _source(url: str, *, allow_private: bool = False) -> Source:
    return Source(SourceId(url), url, url, SourceKind.OTHER, allow_private=allow_private)


@cache
def _vocabulary() -> Vocabulary:
    return load_vocabulary()


@cache
def _pack() -> Pack:
    return load_pack()
