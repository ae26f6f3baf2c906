"""What a page says: blocks, documents, claims with their evidence."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from watcher import text
from watcher.model.names import Digest, Value


class Region(StrEnum):
    """The part of a page that a block belongs to; only `main` is policy text."""

    MAIN = "main"
    HEADER = "header"
    NAV = "nav"
    FOOTER = "footer"
    BANNER = "banner"
    ASIDE = "aside"
    FORM = "form"


class BlockKind(StrEnum):
    """What a block is in the structure of its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a block: its words and its target, absolute and without tracking parts."""

    text: str
    target: str


@dataclass(frozen=True, init=False)
class Block:
    """One heading, paragraph, list item or table row. `path` holds the headings above it, outermost first."""

    kind: BlockKind
    text: str
    region: Region = Region.MAIN
    path: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    level: int = 0
    page: int | None = None

    def __init__(
        self,
        kind: BlockKind,
        text: str,
        region: Region = Region.MAIN,
        path: tuple[str, ...] = (),
        links: tuple[Link, ...] = (),
        level: int = 0,
        page: int | None = None,
    ) -> None:
        # A page has hundreds: what dataclasses write for frozen ones takes three times as long.
        fields = self.__dict__
        fields["kind"] = kind
        fields["text"] = text
        fields["region"] = region
        fields["path"] = path
        fields["links"] = links
        fields["level"] = level
        fields["page"] = page

    @cached_property
    def fingerprint(self) -> bytes:
        """Eight bytes that are the same for texts that mean the same (see `watcher.text.canonical`)."""
        return text.fingerprint(self.text)


@dataclass(frozen=True)
class Document:
    """The readable blocks of one snapshot, by one version of our reader."""

    blocks: tuple[Block, ...]
    title: str = ""
    language: str = ""
    reader: str = ""

    @cached_property
    def text(self) -> str:
        """Every block's text, a line each: what quotes are verbatim substrings of."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Where each block begins in `text`, in characters."""
        starts, at = [], 0
        for block in self.blocks:
            starts.append(at)
            at += len(block.text) + 1
        return tuple(starts)

    @cached_property
    def main(self) -> tuple[Block, ...]:
        """The blocks of the policy itself."""
        return tuple(block for block in self.blocks if block.region is Region.MAIN)

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word, in small letters, stands in the policy itself."""
        return text.count_words(block.text for block in self.main)

    @cached_property
    def digest(self) -> Digest:
        """Digest of all that is compared: meaning of every block's text, its region, its link targets."""
        meaning: list[bytes] = []
        for block in self.blocks:
            meaning += (block.fingerprint, block.region.encode())
            for link in block.links:
                meaning.append(link.target.encode("utf-8", "surrogatepass"))
        return Digest(hashlib.sha256(b"".join(meaning)).hexdigest())

    @cached_property
    def main_digest(self) -> Digest:
        """Digest of the words of the policy itself, whatever stands around it."""
        words = b"".join(block.fingerprint for block in self.main)
        return Digest(hashlib.sha256(words).hexdigest())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verbatim quote a claim stands on: `document.text[start:start + len(quote)] == quote`."""

    quote: str
    start: int
    section: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact that a document states, with its evidence and the rule that read it.

    `scope` tells apart claims of one key about different subjects of the same page; empty for the main one.
    `attributes` are the finer cells of an entry (tier, route, default, geography …).
    """

    key: str
    value: Value
    evidence: Evidence
    condition: str | None = None
    scope: str = ""
    attributes: tuple[tuple[str, Value], ...] = ()
    rule: str = ""

    @property
    def id(self) -> str:
        """What identifies the claim within its source: its key, and its scope if it has one."""
        return f"{self.key}@{self.scope}" if self.scope else self.key


@dataclass(frozen=True, slots=True)
class State:
    """One state of a source: a good snapshot, what it reads as, and what it claims."""

    snapshot_id: int
    seen_at: datetime
    document: Document
    claims: tuple[Claim, ...] = ()
