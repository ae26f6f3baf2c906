"""What one page asked for, and where it went."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from watcher.fetching.browsing import driver
from watcher.model import Hop

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Page, Request, Response, WebSocket, Worker

MOST_HOPS = 12
_CARRY_CONTENT = frozenset({"document", "script", "xhr", "fetch"})
_PATIENCE = 5.0
"""Seconds after which a request counts as one that stays open (a long poll, a dead host)."""

_MOST_ALIKE = 20
"""Requests that differ in their numbers alone: so many may be pages of a list, more are polling."""

_MOST_LINES = 20
_MOST_MESSAGES = 200
_PASSING = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)
_TIME = re.compile(r"\d{10,}")
_OFTEN = 2
"""Requests after which what is asked while no word changes counts as polling."""


class Journal:
    """Follows `page` from before its first request.

    `crashed` tells that its process died, `broken_off` why the document itself did not come to its end, `is_live` that
    it may be told things, or think of them, without a request or a timer: by a socket, an event stream, a worker.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._clock = asyncio.get_running_loop().time
        self._open: dict[Request, float] = {}
        self._quiet = asyncio.Event()
        self._asked: Counter[str] = Counter()
        self._endless: set[str] = set()
        self._idly: Counter[str] = Counter()
        self._polled: set[str] = set()
        self._kinds: Counter[str] = Counter()
        self._failed: list[str] = []
        self._console: list[str] = []
        self._messages = 0
        self._answers: list[Response] = []
        self.document: Response | None = None
        self.navigating_to = ""
        self.hops: list[Hop] = []
        self.crashed = False
        self.is_live = False
        self.broken_off = ""
        self.dialogs = 0
        self.news = 0
        self._done: list[str] = []
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_end)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)
        page.on("console", self._on_console)
        page.on("crash", self._on_crash)
        page.on("websocket", self._on_live)
        page.on("worker", self._on_live)

    @property
    def is_lost(self) -> bool:
        """Whether the page sends itself from address to address without end."""
        return len(self.hops) > MOST_HOPS

    def is_waiting(self) -> bool:
        """Whether the page waits for content that it asked for, not too often and not too long ago."""
        now = self._clock()
        for request, since in list(self._open.items()):
            if now - since >= _PATIENCE:
                self._endless.add(_shape(request))
                del self._open[request]
        return bool(self._open)

    async def rest(self, within: float) -> None:
        """Wait until the page waits for nothing any more, `within` seconds at most."""
        if self.is_waiting():
            self._quiet.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), within)

    def expect_more(self) -> None:
        """Take what is asked for from now on as new, because the page was just asked to load more."""
        self._asked.clear()

    def has_changed(self) -> None:
        """Take what is asked for from now on as asked idly, until the page changes again or is touched."""
        self._idly.clear()

    def has_settled(self) -> None:
        """Take what was asked for again and again while no word changed for polling, and wait for it no longer.

        Only that very request, its time of day apart: the next page of a list that is polled is waited for.
        """
        self._polled |= {asked for asked, times in self._idly.items() if times >= _OFTEN}
        self._idly.clear()

    def note(self, what: str) -> None:
        """Note what was done to the page, or tried."""
        self._done.append(what[:200])

    def json_answers(self) -> list[Response]:
        """Give the JSON answers that the page got, in order."""
        return list(self._answers)

    def summary(self, refused: list[str]) -> str:
        """Give what happened as a line of JSON; `refused` are hosts that the guard kept out."""
        told: dict[str, object] = {"requests": dict(sorted(self._kinds.items()))}
        if self._failed:
            told["failed"] = self._failed[:_MOST_LINES]
        if refused:
            told["refused"] = refused[:_MOST_LINES]
        if self._console:
            told["console"] = self._console[:_MOST_LINES]
        if self._done:
            told["done"] = self._done[:_MOST_LINES]
        if self.dialogs:
            told["dialogs"] = self.dialogs
        return json.dumps(told)

    def _on_request(self, request: Request) -> None:
        kind = request.resource_type
        self._kinds[kind] += 1
        if self._is_document(request):
            self.navigating_to = request.url
            self.news += 1
        self.is_live |= kind == "eventsource"
        if kind not in _CARRY_CONTENT:
            return
        asked = _TIME.sub("0", f"{request.method} {request.url} {request.post_data_buffer!r}")
        self._idly[asked] += 1
        if asked in self._polled:
            return
        shape = _shape(request)
        self._asked[shape] += 1
        if self._asked[shape] == 1:
            self.news += 1
        if self._asked[shape] <= _MOST_ALIKE and shape not in self._endless:
            self._open[request] = self._clock()

    def _on_end(self, request: Request) -> None:
        self._open.pop(request, None)
        if not self._open:
            self._quiet.set()

    def _on_failure(self, request: Request) -> None:
        self._on_end(request)
        if self.document is not None and request == self.document.request:
            self.broken_off = request.failure or "no reason given"
        self._failed.append(f"{request.url[:160]}: {(request.failure or '')[:60]}")

    def _on_response(self, response: Response) -> None:
        request = response.request
        if self._is_document(request):
            if self.document is not None:
                self.hops.append(Hop(self.document.url, self.document.status))
            self.document = response
        elif request.resource_type in ("xhr", "fetch") and _is_json(response):
            self._answers.append(response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and len(self._console) < _MOST_LINES:
            self._console.append(f"{message.type}: {message.text[:160]}")
        self._messages += 1
        if self._messages == _MOST_MESSAGES:  # who says so much is not listened to any longer
            self._page.remove_listener("console", self._on_console)

    def _on_crash(self, page: Page) -> None:
        self.crashed = True

    def _on_live(self, _: WebSocket | Worker) -> None:
        self.is_live = True

    def _is_document(self, request: Request) -> bool:
        if not request.is_navigation_request():
            return False
        with suppress(driver.api().Error):
            return request.frame == self._page.main_frame
        return False


def _shape(request: Request) -> str:
    return _PASSING.sub("0", request.url)


def _is_json(response: Response) -> bool:
    return response.ok and "json" in response.headers.get("content-type", "")
