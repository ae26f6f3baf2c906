"""What passes between a coordinator and its workers: units of work, and what was found on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from watcher import __version__
from watcher.model import (
    Document,
    FetchMode,
    HostRules,
    Judgement,
    Known,
    KnownHost,
    Response,
    Source,
    SourceId,
)
from watcher.reading import READER

WIRE = 2
"""Counts the forms in which units and results are written; see `packing`."""

VERSION = f"{__version__} (reader {READER}, wire {WIRE})"
"""What a coordinator and its workers must have in common: a worker takes up units of its own version only."""

MOST_SOURCES = 50
"""A unit holds no more sources than this, so that a worker's death costs few looks and a result stays small."""


class Work(StrEnum):
    """What a unit takes: plain HTTP, or a browser as well. Each has a queue of its own."""

    PAGES = "pages"
    BROWSER = "browser"


class Fate(StrEnum):
    """What became of a source of a unit."""

    SEEN = "seen"
    PUT_OFF = "put_off"
    WANTS_BROWSER = "wants_browser"
    BUG = "bug"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A look that is wanted: the source, what is known of it, and the way of fetching that worked last."""

    source: Source
    known: Known
    recalled: FetchMode | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """How hosts are treated and who we say we are: the coordinator's settings, kept by every worker. In seconds, bytes.

    `rules` are those of every declared host, since a page may lead to another host.
    """

    contact: str | None
    deadline: float
    spacing: float
    max_payload: int
    rules: Mapping[str, HostRules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """Due sources of one host, to be looked at by one worker. `id` is made once and never again.

    `host` is what the ledger knows of the host. A worker that was not heard of for `stalled_after` seconds is taken for
    dead and the unit handed to another; a worker that cannot make itself heard for half of that leaves off by itself.
    """

    id: str
    ledger: str
    work: Work
    wanted: tuple[Wanted, ...]
    host: KnownHost
    treatment: Treatment
    stalled_after: float
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look came to, before the ledger: the response, and the document or the verdict that needs none.

    `remembered` is the way of fetching that worked, if that is news; `bug` what went wrong when something of ours did.
    """

    source_id: SourceId
    fate: Fate
    response: Response | None = None
    found: Document | Judgement | None = None
    remembered: FetchMode | None = None
    bug: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a worker found on one unit: a finding for each of its sources, in any order."""

    unit: str
    findings: tuple[Finding, ...]
    version: str = VERSION
