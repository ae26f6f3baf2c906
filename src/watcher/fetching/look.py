"""One look under way: where it stands, what it carries from hop to hop, and where an answer sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import httpx

from watcher.fetching.politeness import Budget
from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Hop, Known, Source, Verdict
from watcher.urls import follow_url, normalise_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one request."""

    url: str
    status: int
    headers: Headers
    payload: bytes

    def header(self, name: str) -> str | None:
        """Give the first header called `name`, in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(slots=True)
class Look:
    """One look under way: where it stands, and what it carries from hop to hop.

    `anew` asks caches on the way for what the server says now. `asked_at` is when the last request began.
    """

    url: str
    budget: Budget
    language: str
    allow_private: bool
    most: int
    obeys_robots: bool = True
    anew: bool = False
    validators: list[tuple[str, str]] = field(default_factory=list)
    validators_for: str = ""
    hops: list[Hop] = field(default_factory=list)
    cookies: httpx.Cookies | None = None
    last: Answer | None = None
    asked_at: datetime | None = None

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """The conditional headers, for the address whose answer we hold and no other."""
        return self.validators if self.validators_for == self.url else []


def begin(source: Source, known: Known, budget: Budget, most: int) -> Look:
    """Set out for `source`. Raises Trouble when its address cannot be asked for."""
    validators = []
    if known.payload_digest is not None:
        if known.etag:
            validators.append(("If-None-Match", known.etag))
        if known.last_modified:
            validators.append(("If-Modified-Since", known.last_modified))
    try:
        url = normalise_url(source.url, keep_tracking=True)
    except ValueError as error:
        raise unreachable(f"address: {error}") from error
    return Look(
        url=url,
        budget=budget,
        language=f"{source.language}, en;q=0.5" if source.language else "en",
        allow_private=source.allow_private,
        most=most,
        anew=known.doubt is not None,
        validators=validators,
        validators_for=known.usual.final_url if known.usual else url,
    )


def target_of(answer: Answer) -> str | None:
    """Give where `answer` sends us, or None when it is the end of the way.

    Raises Trouble (refused) when that is no web address.
    """
    location = answer.header("location")
    if answer.status not in REDIRECTS or not location:
        return None
    try:
        return follow_url(_as_utf8(location), answer.url)
    except ValueError as error:
        raise Trouble(
            Verdict.REFUSED, f"redirects: {answer.url} leads to no page: {error}"
        ) from error


def _as_utf8(text: str) -> str:
    """Read a header that was taken as Latin-1 as UTF-8 when it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def cookie_text(cookies: httpx.Cookies | None) -> str:
    """Give the cookies as one text, equal for equal cookies."""
    if cookies is None:
        return ""
    return ";".join(sorted(f"{cookie.name}={cookie.value}" for cookie in cookies.jar))
