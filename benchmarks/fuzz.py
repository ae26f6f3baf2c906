"""Damaged input of every kind: `python benchmarks/fuzz.py [--inputs N] [--seed S] [--only TARGET]`.

Takes what is sound (pages, a PDF, declarations, rule packs, addresses, feeds, patterns), damages it by a seed, and
gives it to who must read it. Right is a result that keeps its promise, or the error that the reader announces;
anything else is a bug, and its input is kept in the folder named by --keep so that it can become a test. Ends with
1 if there was one.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from watcher.api import Source, find_claims, load_declarations, load_pack
from watcher.changes.memory import Memory
from watcher.changes.watching import watch
from watcher.claims.declared import LONGEST_TEXT
from watcher.demo.pdf import write_pdf
from watcher.discovery.sitemaps import read_sitemap
from watcher.errors import DeclarationError, ReadingError
from watcher.model import Claim, Document, Response, SourceId, SourceKind, State
from watcher.reading import read
from watcher.registry.feed_items import FeedInfo, FeedItem
from watcher.registry.feeds import atom, json_feed
from watcher.registry.lines import Line, Span, SpanKind
from watcher.registry.printable import web_link
from watcher.sources.patterns import check_pattern
from watcher.urls import clean_link, normalise_url

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "tests" / "reading" / "pages").glob("*/page.html"))
AT = datetime(2026, 1, 5, tzinfo=UTC)
TOKENS = (
    b"<", b">", b"</p>", b"<table>", b"<!--", b"]]>", b"&#0;", b"&#x1F600;", b"\x00", b"\xff\xfe", b"\xe2\x80\xae",
    b"\xed\xa0\x80", b"javascript:", b"%00", b"..", b"@", b"{{", b"- ", b": ", b"&a *a", b"!!python/object", b"9" * 40,
    b"(a+)+$", b"\r\n", b"\t", b'"', b"'", b"0", b"-1", b"1e999", b"endstream", b"/Length -1", b"stream\r\n",
)  # fmt: skip
"""Pieces that readers have stumbled over."""


def damaged(sound: bytes, dice: random.Random) -> bytes:
    """Give `sound` with one to six damages: bytes flipped, cut, doubled, moved, or a stumbling block put in."""
    data = bytearray(sound)
    for _ in range(dice.randint(1, 6)):
        at, size = dice.randrange(len(data) + 1), dice.choice((1, 1, 4, 40, 400))
        way = dice.randrange(5)
        if way == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            del data[at : at + size]
        elif way == 2:
            data[at:at] = data[at : at + size] * dice.choice((1, 1, 30))
        elif way == 3:
            data[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 50))
        else:
            piece = data[at : at + size]
            del data[at : at + size]
            data[dice.randrange(len(data) + 1) :][:0] = piece
    return bytes(data)


# ── who reads, and what each promises ────────────────────────────────────────────────────────────


def document_of(payload: bytes) -> Document:
    """Read a page as a look would."""
    url = "https://fuzz.example/policy"
    source = Source(SourceId("fuzz"), url, "Policy", SourceKind.OTHER)
    return read(Response(url, url, AT, 200, (), payload), source)


def promise_quotes(document: Document, claims: tuple[Claim, ...]) -> None:
    """Invariant 5: a quote is a verbatim part of its document."""
    texts = [block.text for block in document.blocks]
    for claim in claims:
        assert any(
            claim.evidence.quote in text for text in texts
        ) or claim.evidence.quote in "\n".join(texts)


def read_page(payload: bytes) -> None:
    """Read a page, its claims, and what differs from the page before."""
    document = document_of(payload)
    claims = find_claims(document)
    promise_quotes(document, claims)
    state = State(1, AT, document, claims)
    watch(Memory(), state, State(2, AT, document_of(SOUND_PAGE), ()))
    assert watch(Memory(), state, state).change is None


def read_declarations(payload: bytes) -> None:
    """Read declarations; what is refused names its problems."""
    with file_of(payload, "sources.yaml") as path:
        try:
            load_declarations(path)
        except DeclarationError as error:
            assert error.problems and all(problem.message for problem in error.problems)


def read_pack(payload: bytes) -> None:
    """Read a rule pack, and if it is one, read a page by it."""
    with file_of(payload, "rules.yaml") as path:
        try:
            pack = load_pack(path)
        except DeclarationError as error:
            assert error.problems and all(problem.message for problem in error.problems)
            return
    document = document_of(SOUND_PAGE)
    promise_quotes(document, find_claims(document, pack=pack))


def read_address(payload: bytes) -> None:
    """Bring an address into its normal form, which is its own normal form."""
    text = payload.decode("utf-8", "replace")
    clean = clean_link(text, "https://fuzz.example/a/b")
    assert not clean or clean_link(clean, "https://fuzz.example/a/b") == clean
    try:
        normal = normalise_url(text)
    except ValueError:
        return
    assert normalise_url(normal) == normal


def write_feeds(payload: bytes) -> None:
    """Write feeds that say this text; a strict parser reads them."""
    text = payload.decode("utf-8", "surrogateescape")
    item = FeedItem(
        "changes/1",
        text,
        (Line((Span(SpanKind.QUOTE, text, text),)),),
        web_link(text),
        AT,
        AT,
        AT,
        None,
        (text,),
    )
    feed = FeedInfo("ledger", "all", text, text, text, text, text)
    ElementTree.fromstring(atom(feed, [item]))
    json_feed(feed, [item]).decode("utf-8")


def read_map(payload: bytes) -> None:
    """Read a sitemap: whatever it is, addresses come of it or none."""
    read_sitemap(payload, "https://fuzz.example/sitemap.xml")


def use_pattern(payload: bytes) -> None:
    """Match a pattern that somebody declared; one that is taken ends in bounded time on what it stumbles over most."""
    pattern = payload.decode("utf-8", "replace")
    check_pattern(pattern)
    letters = "".join(sorted({each for each in pattern if each.isalnum()}))[:6] or "a"
    for text in (letters[0] * LONGEST_TEXT, f"{letters} " * (LONGEST_TEXT // 8), pattern * 9):
        began = time.process_time()
        re.search(pattern, text[:LONGEST_TEXT])
        assert time.process_time() - began < 10, "a pattern that was taken takes for ever"


@contextmanager
def file_of(payload: bytes, name: str) -> Iterator[Path]:
    """Give a file that holds `payload`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(payload)
        yield path


SOUND_PAGE = PAGES[0].read_bytes()
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://fuzz.example/privacy</loc></url><url><loc>https://fuzz.example/terms</loc></url></urlset>"""


@dataclass(frozen=True)
class Target:
    """What is damaged, who reads it, and the errors that it may answer with."""

    sound: tuple[bytes, ...]
    read: Callable[[bytes], None]
    announced: tuple[type[Exception], ...] = ()


DECLARED = tuple(
    path.read_bytes() for path in sorted((ROOT / "tests" / "sources" / "valid").glob("*.yaml"))
)
PACKS = tuple(path.read_bytes() for path in sorted(ROOT.glob("src/watcher/claims/packs/*/*.yaml")))
ADDRESSES = (
    b"https://user@fuzz.example:443/a/../b?utm_source=x&q=1#part",
    b"//fuzz.example/\\\\a?b=%zz",
)
PATTERNS = (
    rb"retain(?:ed|s)?\s+for\s+(?:up\s+to\s+)?(\d+)\s+(?:calendar\s+)?days",
    rb"(?i)effective\s*:?\s*([A-Z][a-z]+ \d{1,2}, \d{4})",
    rb"(?:[a-z]{1,20} ){0,5}within .{0,200}days(?<!not )",
)
TARGETS = {
    "pages": Target(tuple(page.read_bytes() for page in PAGES), read_page, (ReadingError,)),
    "PDF": Target(
        (write_pdf("# Addendum\n\nWe keep logs for 30 days.", title="A", footer="v1"),),
        read_page,
        (ReadingError,),
    ),
    "declarations": Target(DECLARED, read_declarations),
    "rule packs": Target(PACKS, read_pack),
    "addresses": Target(ADDRESSES, read_address),
    "feeds": Target(
        (b"30 days \xe2\x86\x92 90 days & <b>", b"https://fuzz.example/a?b=c"), write_feeds
    ),
    "sitemaps": Target((SITEMAP,), read_map),
    "patterns": Target(PATTERNS, use_pattern, (ValueError,)),
}


@dataclass
class Tally:
    """What came of one target: inputs read, refused as announced, and bugs with their inputs."""

    read: int = 0
    refused: int = 0
    bugs: int = 0
    slowest: float = 0.0


def fuzz(name: str, inputs: int, seed: int, keep: Path | None = None) -> Tally:
    """Give `inputs` damaged inputs to one target."""
    target, tally = TARGETS[name], Tally()
    for number in range(inputs):
        dice = random.Random(f"{name}/{seed}/{number}")
        payload = damaged(dice.choice(target.sound), dice)
        began = time.process_time()
        try:
            target.read(payload)
            tally.read += 1
        except target.announced:
            tally.refused += 1
        except Exception as bug:
            tally.bugs += 1
            sys.stderr.write(f"{name} {seed}/{number}: {type(bug).__name__}: {bug}\n")
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name}-{seed}-{number}").write_bytes(payload)
        tally.slowest = max(tally.slowest, time.process_time() - began)
    return tally


def main() -> None:
    """Fuzz every target and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=5000, help="For each target.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=TARGETS)
    parser.add_argument("--keep", type=Path, help="Keep inputs that showed a bug in this folder.")
    options = parser.parse_args()
    print(
        "| target | inputs | read | refused as announced | bugs | slowest |\n|---|---|---|---|---|---|"
    )
    bugs = 0
    for name in [options.only] if options.only else TARGETS:
        t = fuzz(name, options.inputs, options.seed, options.keep)
        print(
            f"| {name} | {options.inputs} | {t.read} | {t.refused} | {t.bugs} | {t.slowest:.2f} CPU s |",
            flush=True,
        )
        bugs += t.bugs
    sys.exit(1 if bugs else 0)


if __name__ == "__main__":
    main()
