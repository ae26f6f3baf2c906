"""What came back from a look: responses, verdicts, checks, snapshots, and what is known of a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from watcher.model.names import Digest, SourceId, digest_of


class Verdict(StrEnum):
    """What came back from a look at a source."""

    OK = "ok"
    """The page was seen as it is, for the first time or with another text than before."""
    UNCHANGED = "unchanged"
    """The page was seen as it is and says what it said, or the server confirmed what we hold."""
    BLOCKED = "blocked"
    """The server refuses programs, though perhaps not people."""
    CHALLENGE = "challenge"
    """A captcha or another test of being human stood in place of the page."""
    RATE_LIMITED = "rate_limited"
    """The server asks to come again later."""
    ERROR_PAGE = "error_page"
    """The server failed, or a page that speaks of an error came with a status of success."""
    GONE = "gone"
    """There is nothing at this address any more."""
    LOGIN = "login"
    """The page wants an account."""
    MOVED = "moved"
    """The address leads to another document, or to the home page."""
    PARTIAL = "partial"
    """Only a part of the page was there; what is missing is not taken for removed."""
    EMPTY = "empty"
    """Nothing that a person could read came back."""
    WRONG_DOCUMENT = "wrong_document"
    """Another document stood where the policy was."""
    WRONG_LANGUAGE = "wrong_language"
    """The page came in another language than before."""
    TOO_LARGE = "too_large"
    """The answer was longer than `WATCHER_MAX_PAYLOAD` allows."""
    UNREADABLE = "unreadable"
    """The bytes are of no format that can be read, or are damaged."""
    UNREACHABLE = "unreachable"
    """No answer: no such host, no connection, a failed certificate, or the deadline passed."""
    REFUSED = "refused"
    """The address is one that must not be asked: private, local, or not of the web."""
    DISALLOWED = "disallowed"
    """The site's robots.txt asks programs to stay away."""

    @property
    def may_be_news(self) -> bool:
        """Whether what came back may be what the source says now, so that it is to be decided within a day."""
        return self in (Verdict.PARTIAL, Verdict.WRONG_DOCUMENT)

    @property
    def is_good(self) -> bool:
        """Whether the source was seen as it is, so that claims count as checked."""
        return self in (Verdict.OK, Verdict.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and the signal that says so, as `name: detail` in plain words."""

    verdict: Verdict
    signal: str


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a redirect chain: where we were sent from, and with which status."""

    url: str
    status: int


@dataclass(frozen=True)
class Response:
    """What one look at a source gave, kept also when nothing usable came back.

    `fetched_at` is when the page was asked for: the last time, where that took several requests.
    `trouble` is set when the transport itself decided the verdict (no connection, a refused address, too large,
    robots.txt). `screenshot` is a JPEG of the whole page as rendered. `seen_by` names the person who looked, when it
    was one. `not_modified` tells that the server confirmed the payload we hold (status 304). `spacing` is the
    seconds that the robots.txt of the last host asks to keep between two requests. `markup` is the digest of all of
    the page that is read (see `watcher.reading.markup`), where somebody has taken it already. `agreed` tells that the
    page holds less than usual, and that two renderings of it agreed.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    payload: bytes = b""
    hops: tuple[Hop, ...] = ()
    elapsed: timedelta = timedelta()
    fetched_with: str = "http"
    trouble: Judgement | None = None
    retry_after: timedelta | None = None
    screenshot: bytes = b""
    seen_by: str | None = None
    spacing: float = 0.0
    markup: Digest | None = None
    agreed: bool = False

    def header(self, name: str) -> str | None:
        """Give the first header called `name`, whatever its case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def ended_at(self) -> datetime:
        """By when the look had ended: no request of it was under way later."""
        return self.fetched_at + self.elapsed

    @cached_property
    def payload_digest(self) -> Digest:
        """The digest under which the payload is stored."""
        return digest_of(self.payload)

    @property
    def media_type(self) -> str:
        """The media type the server names, without parameters, or an empty text."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()

    @property
    def not_modified(self) -> bool:
        """Whether the server confirmed that the payload we hold is current."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one source at one time, recorded whatever happened."""

    source_id: SourceId
    checked_at: datetime
    judgement: Judgement
    status: int | None = None
    elapsed: timedelta = timedelta()
    snapshot_id: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a check received and we kept. `good` snapshots may be compared; the others never are."""

    source_id: SourceId
    taken_at: datetime
    payload_digest: Digest
    media_type: str
    final_url: str
    good: bool
    headers: tuple[tuple[str, str], ...] = ()
    hops: tuple[Hop, ...] = ()
    fetched_with: str = "http"
    seen_by: str | None = None
    document_id: int | None = None
    screenshot_digest: Digest | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """How a source looks when it is well, taken from its last good document.

    `markup` is the digest of all of the page that was read (see `watcher.reading.markup`), empty when there is none.
    """

    title: str
    language: str
    final_url: str
    length: int
    blocks: int
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A document that was refused as not the source's own, and how often it came back the same.

    A refusal that repeats for long enough is no accident: the judge may then believe it. `document_digest` is that of
    its policy text, `since` when it came first, `begun` when the first document was refused since the source was
    last seen well.
    """

    document_digest: Digest
    verdict: Verdict
    since: datetime
    looks: int
    begun: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a source before a look: its last good state, and how it has fared since.

    `snapshot_id`, `payload_digest`, `document_id` and `document_digest` are those of the last good
    snapshot. `pending` tells that a difference waits for a second look, `read_by` which reader and
    rule pack the document and its claims come from.
    """

    source_id: SourceId
    snapshot_id: int | None = None
    payload_digest: Digest | None = None
    document_id: int | None = None
    document_digest: Digest | None = None
    etag: str | None = None
    last_modified: str | None = None
    usual: Usual | None = None
    doubt: Doubt | None = None
    last_check_at: datetime | None = None
    last_verdict: Verdict | None = None
    last_good_at: datetime | None = None
    failures: int = 0
    pending: bool = False
    next_due_at: datetime | None = None
    read_by: str = ""


@dataclass(frozen=True, slots=True)
class KnownHost:
    """What is known of a host, kept over restarts: how long it asked to be left alone, and how far apart.

    `not_before` is when the next request may start, `spacing` the seconds that its robots.txt asks to keep between
    two, `refusals` how often in a row it said "too many" or "not now".
    """

    host: str
    not_before: datetime | None = None
    spacing: float = 0.0
    refusals: int = 0

    def is_closed(self, now: datetime) -> bool:
        """Whether the host is to be left alone now."""
        return self.not_before is not None and self.not_before > now
