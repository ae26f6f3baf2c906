"""Plain HTTP or a browser? By evidence, and remembered for each source.

A browser costs a hundred times what a request does, so it is gone to only where a page shows that it must be: an
empty shell, a plea for scripts, far less text than usual, a refusal that may hold for anything but browsers. A wall
that asks for proof of being human stays shut: nothing here pretends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Protocol

from watcher.fetching.challenges import shows_less_than, visible_text
from watcher.fetching.completeness import Measure, whole
from watcher.fetching.verdict import judge_response
from watcher.model import FetchMode, Known, Response, Source, SourceId, Verdict

_SHELL = 250
"""A page with scripts and fewer characters of text than this is to be filled by them."""

_PLEA_BELOW = 1_500
"""A plea for scripts counts only beside less text than this: pages that say it all plead, too."""

_FAR_BELOW = 0.5
_BELOW = 0.9
"""Of the usual text: a page with scripts and less than the first is rendered; one that was refused at the last look
for what it lacks, with less than the second."""

_REFUSES_PROGRAMS = frozenset({403, 406})
_NOSCRIPT = re.compile(rb"<noscript\b[^<>]*>(.{0,4000}?)</noscript", re.IGNORECASE | re.DOTALL)
_PLEA = re.compile(
    r"(?:enable|activate|allow|turn on|switch on|requires?|needs?|use|aktivier\w*|activ\w*|habilit\w*|attiv\w*)"
    r".{0,60}(?:java ?script|scripting)|"
    r"(?:java ?script|scripting).{0,60}(?:enable|disabled|required|activ|aktivier|necess|notwendig|habilit|attiv)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What worked for each source: asked before a look, told after it."""

    recalled: Callable[[SourceId], FetchMode | None] = lambda source_id: None
    remember: Callable[[SourceId, FetchMode], None] = lambda source_id, mode: None


class Http(Protocol):
    """What looks over plain HTTP."""

    async def fetch(self, source: Source, known: Known) -> Response:
        """Give what came back from `source`."""
        ...


class Browser(Protocol):
    """What looks with a browser, and can be asked for more patience."""

    async def fetch(self, source: Source, known: Known, *, patience: float = 1.0) -> Response:
        """Give what came back from `source`."""
        ...


class ChoosingFetcher:
    """Looks at each source in the way that is declared, or else in the way that its pages call for.

    `measure` reads how much a rendered page holds, to tell a page that shrank from one that was not all there.
    `reads_as_before` tells that a page cannot read differently from the last good one; then nothing is amiss with it.
    """

    def __init__(
        self,
        http: Http,
        browser: Browser,
        remembered: Remembered | None = None,
        measure: Measure | None = None,
        reads_as_before: Callable[[Response, Source, Known], bool] = lambda page, source, known: (
            False
        ),
    ) -> None:
        self._http = http
        self._browser = browser
        self._remembered = remembered or Remembered()
        self._measure = measure
        self._reads_as_before = reads_as_before

    async def fetch(self, source: Source, known: Known) -> Response:
        """Look at `source` once, in one way or the other. Never raises for the page's trouble."""
        recalled = self._remembered.recalled(source.id)
        wanted = source.fetch if source.fetch is not FetchMode.AUTO else recalled
        if wanted is FetchMode.BROWSER:
            return await self._render(source, known)
        if recalled is FetchMode.BROWSER:
            known = replace(known, etag=None, last_modified=None)  # they are those of an older way
        response = await self._http.fetch(source, known)
        if source.fetch is FetchMode.HTTP:
            if recalled is FetchMode.BROWSER:
                self._remembered.remember(source.id, FetchMode.HTTP)
            return response
        return await self._look_again(source, known, response)

    async def _look_again(self, source: Source, known: Known, response: Response) -> Response:
        """Give `response`, or what a browser makes of the page where there is reason to try one."""
        if self._reads_as_before(response, source, known):
            return response
        reason = reason_to_render(response, known)
        if reason is None:
            return response
        rendered = await self._render(source, known)
        if rendered.trouble is not None:
            was_read = is_page(response, known) and not is_shell(response)
            was_refused = response.status in _REFUSES_PROGRAMS
            return response if was_read or was_refused else rendered
        if is_page(rendered, known):
            if not _says_more(rendered, response, known):
                return response
            self._remembered.remember(source.id, FetchMode.BROWSER)
            return rendered
        # What the server said stands; how it looked to a browser is kept for the person who will have to look.
        return replace(response, screenshot=rendered.screenshot)

    async def _render(self, source: Source, known: Known) -> Response:
        async def look(patience: float) -> Response:
            return await self._browser.fetch(source, known, patience=patience)

        return await whole(look, source, known, self._measure)


def reason_to_render(response: Response, known: Known) -> str | None:
    """Say what in `response` calls for a browser, or None when plain HTTP will do."""
    if response.trouble is not None or response.not_modified:
        return None
    if response.payload_digest == known.payload_digest:
        return None  # these bytes did last time
    judgement = judge_response(response, known)
    if response.status in _REFUSES_PROGRAMS:
        is_plain = judgement is not None and judgement.verdict is Verdict.BLOCKED
        return f"status: {response.status} to plain HTTP" if is_plain else None
    if judgement is not None or not _is_html(response):
        return None
    return _lack(response, known)


def _lack(response: Response, known: Known) -> str | None:
    """Say by what a page shows that scripts are to fill it."""
    lower = response.payload.lower()
    if b"<noscript" in lower and pleads_for_scripts(response):
        return "noscript: the page asks for scripts"
    if b"<script" not in lower:
        return None
    enough = _BELOW if known.doubt is not None else _FAR_BELOW
    usual = 0 if known.usual is None else enough * known.usual.length
    if not _says_less_than(max(_SHELL, usual), response):
        return None
    if _says_less_than(_SHELL, response):
        return "shell: scripts, and hardly any text"
    return "text: far less than usual" if known.usual is not None else None


def is_page(response: Response, known: Known) -> bool:
    """Whether nothing speaks against reading `response`."""
    return judge_response(response, known) is None


def is_shell(response: Response) -> bool:
    """Whether the page is to be filled by its scripts: it has some, and hardly any text."""
    return _has_scripts(response) and _says_less_than(_SHELL, response)


def pleads_for_scripts(response: Response) -> bool:
    """Whether the page says to those without scripts that it needs them, and little besides."""
    pleas = b" ".join(_NOSCRIPT.findall(response.payload))
    return bool(_PLEA.search(visible_text(pleas))) and _says_less_than(_PLEA_BELOW, response)


def _says_less_than(length: float, response: Response) -> bool:
    return shows_less_than(ceil(length), _seen(response))


def _said(response: Response) -> str:
    return visible_text(_seen(response))


def _seen(response: Response) -> bytes:
    """The page without what it says to those who do not run its scripts."""
    payload = response.payload
    return _NOSCRIPT.sub(b"", payload) if b"<noscript" in payload.lower() else payload


def _has_scripts(response: Response) -> bool:
    return b"<script" in response.payload.lower()


def _is_html(response: Response) -> bool:
    return response.media_type in ("", "text/html", "application/xhtml+xml")


def _says_more(rendered: Response, response: Response, known: Known) -> bool:
    return not is_page(response, known) or len(_said(rendered)) > len(_said(response))
