"""What is declared: offerings, sources, the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from watcher.model.names import Slug, SourceId, Value


class Authority(StrEnum):
    """Whether a source speaks for the provider itself."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class SourceKind(StrEnum):
    """What sort of page a source is."""

    OFFICIAL_TERMS = "official_terms"
    OFFICIAL_DOCS = "official_docs"
    PRIVACY_POLICY = "privacy_policy"
    USAGE_POLICY = "usage_policy"
    DATA_USAGE = "data_usage"
    DPA = "dpa"
    SUBPROCESSORS = "subprocessors"
    SLA = "sla"
    TRUST_PORTAL = "trust_portal"
    SECURITY = "security"
    ANNOUNCEMENT = "announcement"
    NEWS = "news"
    ARTICLE = "article"
    REGISTRY = "registry"
    OTHER = "other"


class FetchMode(StrEnum):
    """How a source is fetched; `auto` goes to a browser only on evidence that HTTP is not enough."""

    AUTO = "auto"
    HTTP = "http"
    BROWSER = "browser"


class StepAction(StrEnum):
    """What a declared step does to a page before it is read."""

    CLICK = "click"
    CLICK_TEXT = "click_text"
    EXPAND = "expand"
    TABS = "tabs"
    SCROLL = "scroll"
    WAIT_FOR = "wait_for"


class ValueType(StrEnum):
    """The type of a claim key's values."""

    BOOL = "bool"
    ENUM = "enum"
    INT = "int"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    LIST = "list"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the vocabulary: a question that claims answer.

    `best_from` names the kinds of source that speak for it, best first. A key that is `per_document` asks about each
    document by itself. `compared_among` are the kinds of source whose answers are held against each other, None for
    all; `compatible` pairs of choices that may both be true. A claim not confirmed for `max_age` is stale.
    """

    name: str
    type: ValueType
    question: str
    group: str
    label: str
    unit: str | None = None
    choices: tuple[str, ...] = ()
    normal_form: str = ""
    best_from: tuple[SourceKind, ...] = ()
    per_document: bool = False
    compared_among: tuple[SourceKind, ...] | None = None
    compatible: tuple[frozenset[str], ...] = ()
    max_age: timedelta | None = None


Vocabulary = Mapping[str, Key]
"""Claim keys by name, in the order in which pages show them."""


@dataclass(frozen=True, slots=True)
class Offering:
    """What the registry has an entry for: one product of one provider."""

    slug: Slug
    name: str
    provider: str
    type: str
    status: str = "active"
    summary: str = ""
    official_site: str | None = None
    official_docs: str | None = None
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredClaim:
    """A claim whose place a person names, for what rules cannot know.

    `selector` (CSS) narrows the page, `pattern` (a regular expression) the text; the first group, or else the
    whole match, is the value, unless `value` fixes it. `attributes` are the finer cells of its entry. Without an
    `offering` it holds for all that the source is evidence for. Without a place it adds its condition and attributes,
    which no page says, to what rules read.
    """

    key: str
    selector: str | None = None
    pattern: str | None = None
    value: str | None = None
    condition: str | None = None
    attributes: tuple[tuple[str, Value], ...] = ()
    offering: Slug | None = None

    @property
    def has_place(self) -> bool:
        """Whether it says where the page says so, and so stands in place of what rules read."""
        return self.selector is not None or self.pattern is not None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to a page in the browser before it is read, in the order declared.

    `target` is a CSS selector; for `click_text` the words on what is clicked; `all` (`expand`, `tabs`) and `end`
    (`scroll`) mean the whole page. `panel` selects what the tabs fill, where the page does not say so. A click is
    repeated up to `times` while its target is there, and waited for `within` seconds. An `optional` step may fail.
    """

    action: StepAction
    target: str
    panel: str | None = None
    times: int = 1
    within: float = 10.0
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.action} {self.target!r}"


@dataclass(frozen=True, slots=True)
class Cron:
    """Times of day to look at, as the five fields of crontab, in a time zone."""

    fields: str
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of every day in which a host is left alone; over midnight when they end before they begin."""

    begin: time
    end: time
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class HostRules:
    """How a host is treated. `spacing` is in seconds, None for what the settings say."""

    spacing: float | None = None
    concurrency: int = 1
    robots: bool = True
    allow_private: bool = False
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One URL that we watch, evidence for one or more offerings.

    With `cron`, its times are looked at, and `every` is the longest time between two of them. `fetcher` names the
    plug-in that looks at it, if it is one.
    """

    id: SourceId
    url: str
    title: str
    kind: SourceKind
    offerings: tuple[Slug, ...] = ()
    authority: Authority = Authority.PRIMARY
    every: timedelta = timedelta(days=1)
    fetch: FetchMode = FetchMode.AUTO
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    claims: tuple[DeclaredClaim, ...] = ()
    language: str | None = None
    allow_private: bool = False
    cron: Cron | None = None
    quiet: QuietHours | None = None
    steps: tuple[Step, ...] = ()
    fetcher: str = ""
