"""One visit to one page: a fresh context, a way out of its own, and what there was to see."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver

from watcher.fetching.browsing import driver
from watcher.fetching.browsing.answers import embed
from watcher.fetching.browsing.journal import Journal
from watcher.fetching.browsing.preparing import Preparation
from watcher.fetching.browsing.proxy import GuardProxy
from watcher.fetching.browsing.settling import Pace, Patience, hold_clock
from watcher.fetching.browsing.trouble import Crashed, translate_browser
from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Hop, Step, Verdict
from watcher.urls import host_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Dialog, Page

Headers = tuple[tuple[str, str], ...]

VIEWPORT = (1280, 1600)
"""Wide as a desk's screen, and taller: less is left to scroll for."""

_LONGEST_PICTURE = 15_000
_PICTURE_QUALITY = 45
_PICTURE_SCALE = 0.75
"""Of the page's size: what is written stays legible, and a third of the CPU and of the bytes is spared."""

_PICTURE_WITHIN = 5.0
_CLOSE_WITHIN = 4.0
_NO_WINDOWS = "window.open = () => null"
"""What a pop-up blocker does; windows that open all the same are closed."""

_HTML = ("text/html", "application/xhtml+xml")
_NO_LONGER_TRUE = frozenset(
    {
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "etag",
        "last-modified",
        "transfer-encoding",
    }
)
"""Headers of the shell that do not hold for what was rendered; the validators would confirm the shell alone."""


@dataclass(slots=True)
class Seen:
    """What there was to see, as far as the visit came."""

    final_url: str = ""
    status: int | None = None
    headers: Headers = ()
    payload: bytes = b""
    screenshot: bytes = b""
    hops: list[Hop] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Order:
    """What to look at, and how.

    `selectors` should have text before the page counts as settled. `is_held` tells whether what was seen says the same
    as what we hold: no picture is made of it then, which saves a quarter of what a look costs. `steps` are taken before
    the page is read; with `is_wary` nothing else is touched.
    """

    url: str
    user_agent: str
    language: str
    selectors: list[str]
    most: int
    steps: Sequence[Step] = ()
    patience: float = 1.0
    is_wary: bool = False
    allow_private: bool = False
    private_hosts: Collection[str] = ()
    is_held: Callable[[Seen], bool] = lambda seen: False


class Visit:
    """A visit; `make` it, then `end` it, whatever happened."""

    def __init__(
        self, browser: Browser, resolver: AbstractResolver, order: Order, seen: Seen
    ) -> None:
        self._browser = browser
        self._resolver = resolver
        self._order = order
        self._seen = seen
        self._patience = Patience(order.patience)
        self._context: BrowserContext | None = None
        self._ways = AsyncExitStack()
        self._is_opening = False

    async def make(self) -> None:
        """Go there, and take in what there is. Raises Trouble; Crashed when the browser did not survive."""
        self._proxy = await self._ways.enter_async_context(
            GuardProxy(
                self._resolver,
                allow_private=self._order.allow_private,
                private_hosts=self._order.private_hosts,
                most=self._order.most,
            )
        )
        try:
            page = await self._open()
            await self._take_in(page)
        except driver.api().Error as error:
            raise self._ended(error) from error

    async def end(self) -> bool:
        """Close everything; False when the browser does not answer any more."""
        try:
            async with asyncio.timeout(_CLOSE_WITHIN):
                if self._context is not None:
                    await self._context.close()
        except (TimeoutError, driver.api().Error):
            return False
        finally:
            await self._ways.aclose()
        return not self._is_opening and self._browser.is_connected()

    async def _open(self) -> Page:
        self._is_opening = True
        width, height = VIEWPORT
        self._context = context = await self._browser.new_context(
            user_agent=self._order.user_agent,
            locale=self._order.language,
            timezone_id="UTC",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            service_workers="block",
            accept_downloads=False,
            proxy={"server": self._proxy.address, "bypass": "<-loopback>"},
        )
        await context.add_init_script(_NO_WINDOWS)
        page = await context.new_page()
        self._is_opening = False
        self._journal = Journal(page)
        context.on("page", _close_other)
        page.on("dialog", self._dismiss)
        await hold_clock(page)
        return page

    async def _take_in(self, page: Page) -> None:
        try:
            is_page = await self._go(page)
        finally:
            self._note(page)
        if not is_page:
            return await self._fetch_bytes(self._journal.navigating_to)
        document = self._journal.document
        kind = _media_type(document.headers.get("content-type", "")) if document else ""
        if kind and kind not in _HTML:
            return await self._fetch_bytes(page.url)
        await self._render(page)
        return None

    async def _go(self, page: Page) -> bool:
        """Open the page; False when what came is for keeping, not for showing. Raises Trouble."""
        try:
            await page.goto(self._order.url, wait_until="commit", timeout=0)
        except driver.api().Error as error:
            message = str(error)
            if "Download is starting" in message or "net::ERR_ABORTED" in message:
                return False
            raise self._failed(message) from error
        self._must_have_arrived(page)
        return True

    def _must_have_arrived(self, page: Page) -> None:
        """Raise Trouble when what is shown is the browser's own page, or the proxy's refusal."""
        document = self._journal.document
        trouble = self._proxy.troubles.get(host_of(self._journal.navigating_to))
        is_refusal = trouble is not None and (document is None or document.status == 502)
        if is_refusal or page.url.startswith("chrome-error:"):
            raise trouble or unreachable(f"connect: no way to {self._journal.navigating_to[:160]}")

    async def _render(self, page: Page) -> None:
        pace = Pace(
            page,
            self._journal,
            self._patience,
            selectors=self._order.selectors,
            most=self._order.most,
            weigh=self._weigh,
        )
        await pace.settle()
        self._note(
            page
        )  # tabs and folds may write addresses of their own, which are not where the page is
        fault = None if self._patience.is_cut_off else await self._prepare(page, pace)
        self._must_have_arrived(page)
        html = await pace.copy()
        if html is None:
            raise Trouble(Verdict.UNREADABLE, "browser: the page went elsewhere while it was read")
        document = self._journal.document
        served = await document.headers_array() if document else []
        kept = [
            (each["name"], each["value"])
            for each in served
            if each["name"].lower() not in _NO_LONGER_TRUE
        ]
        self._seen.headers = (("content-type", "text/html; charset=utf-8"), *kept, *self._told())
        html = await embed(html, self._journal.json_answers())
        self._seen.payload = html.encode("utf-8", "replace")
        if not self._order.is_held(self._seen):
            self._seen.screenshot = await self._picture(page, pace)
        self._must_be_whole(fault)

    async def _prepare(self, page: Page, pace: Pace) -> str | None:
        """Do what a reader does first; give what went wrong with a declared step, if something did."""
        preparation = Preparation(
            page,
            self._journal,
            pace,
            self._patience,
            steps=self._order.steps,
            is_wary=self._order.is_wary,
        )
        return await preparation.prepare()

    def _must_be_whole(self, fault: str | None) -> None:
        """Raise Trouble when not all of the page was there; `fault` is what went wrong with a declared step."""
        if self._journal.broken_off:
            signal = f"reset: the answer broke off ({self._journal.broken_off})"
            raise Trouble(Verdict.PARTIAL, signal)
        if self._patience.is_cut_off:
            seconds = f"{self._patience.cap:g} s"
            raise Trouble(Verdict.PARTIAL, f"settled: the page was still arriving after {seconds}")
        if fault is not None:
            raise Trouble(Verdict.PARTIAL, f"steps: {fault}")

    async def _picture(self, page: Page, pace: Pace) -> bytes:
        """Give a JPEG of the whole page, or of its upper part when it is very long; empty when none can be made."""
        height = await pace.ask("height") or VIEWPORT[1]
        area = {"x": 0, "y": 0, "width": VIEWPORT[0], "height": min(height, _LONGEST_PICTURE)}
        order = {
            "format": "jpeg",
            "quality": _PICTURE_QUALITY,
            "captureBeyondViewport": True,
            "clip": area | {"scale": _PICTURE_SCALE},
        }
        try:
            async with asyncio.timeout(_PICTURE_WITHIN):
                session = await page.context.new_cdp_session(page)
                answer = await session.send("Page.captureScreenshot", order)
        except TimeoutError:
            return b""
        except driver.api().Error as error:
            if self._is_dead(str(error)):
                raise
            return b""
        return b64decode(answer["data"])

    async def _fetch_bytes(self, url: str) -> None:
        """Take a document that browsers only wrap or put aside (PDF, plain text) as the bytes that it is."""
        assert self._context is not None  # the page was opened
        try:
            answer = await self._context.request.get(url, timeout=0, max_redirects=10)
            payload = await answer.body()
        except driver.api().Error as error:
            raise self._failed(str(error)) from error
        self._weigh()
        if len(payload) > self._order.most:
            raise Trouble(Verdict.TOO_LARGE, f"size: {len(payload):,} bytes")
        self._seen.final_url = answer.url
        self._seen.status = answer.status
        self._seen.headers = tuple((each["name"], each["value"]) for each in answer.headers_array)
        self._seen.payload = payload

    def _weigh(self) -> None:
        if self._proxy.is_over:
            raise Trouble(Verdict.TOO_LARGE, f"size: more than {self._order.most:,} bytes came in")

    def _note(self, page: Page) -> None:
        document = self._journal.document
        self._seen.hops = list(self._journal.hops)
        if document is not None:
            self._seen.status = document.status
            self._seen.final_url = page.url if page.url.startswith("http") else document.url

    def _told(self) -> Headers:
        """Give what a person who doubts the snapshot would ask."""
        return (
            ("x-watcher-settled", self._patience.how),
            ("x-watcher-browser", f"Chromium/{self._browser.version}"),
            ("x-watcher-steps", _version_of(self._order.steps)),
            ("x-watcher-journal", self._journal.summary(sorted(self._proxy.troubles))),
        )

    def _failed(self, message: str) -> Trouble:
        """Give the trouble of a navigation that failed; the proxy knows better than the browser why."""
        if self._is_dead(message):
            raise Crashed(message)
        self._weigh()
        return self._proxy.troubles.get(host_of(self._journal.navigating_to)) or translate_browser(
            message
        )

    def _ended(self, error: Exception) -> Exception:
        message = str(error)
        return Crashed(message) if self._is_dead(message) else translate_browser(message)

    def _is_dead(self, message: str) -> bool:
        gone = not self._browser.is_connected() or (not self._is_opening and self._journal.crashed)
        return gone or bool(re.search(r"has been closed|crashed", message, re.IGNORECASE))

    async def _dismiss(self, dialog: Dialog) -> None:
        self._journal.dialogs += 1
        await _quietly(dialog.dismiss())


def _version_of(steps: Sequence[Step]) -> str:
    """Give what tells declared steps from others; an empty text for none."""
    return blake2b(repr(tuple(steps)).encode(), digest_size=8).hexdigest() if steps else ""


async def _close_other(page: Page) -> None:
    """Close a window that the page opened; nobody looks at it."""
    await _quietly(page.close())


async def _quietly(doing: object) -> None:
    try:
        await doing  # type: ignore[misc]
    except driver.api().Error:
        pass  # it is gone already, which is what we wanted


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()
