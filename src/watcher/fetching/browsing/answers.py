"""The JSON answers that a page was filled from, kept inside its copy where a declared claim can point.

An answer carried content when the page shows what it says. It is put at the end of the body as
`<script type="application/json" data-watcher-answer="URL">`, which no reader takes for text.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from html import escape, unescape
from typing import TYPE_CHECKING

from watcher.fetching.browsing import driver
from watcher.urls import host_of

if TYPE_CHECKING:
    from playwright.async_api import Response

_MOST_ANSWERS = 40
_MOST_IDLE = 4
"""Answers of one kind that the page shows nothing of, after which no more of them are read: they are polling."""

_LARGEST = 1_000_000
_MOST_BYTES = 3_000_000
_ANSWERS_WITHIN = 2.0
_WORTH_FINDING = 12
"""Characters from which a text is found in a page by no accident."""

_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"\d+")


async def embed(html: str, answers: list[Response]) -> str:
    """Give `html` with those of `answers` that carried its content, each once, in the order they came."""
    shown = _SPACE.sub(" ", unescape(html))
    kept: dict[str, str] = {}
    room = _MOST_BYTES
    idle: Counter[str] = Counter()
    for answer in answers:
        kind = _NUMBER.sub("0", f"{answer.url} {answer.request.post_data_buffer!r}")
        if len(kept) == _MOST_ANSWERS or idle[kind] == _MOST_IDLE or answer.url in kept:
            continue
        text = await _text(answer)
        if len(text) <= room and _is_shown(text, shown):
            kept[answer.url] = text
            room -= len(text)
            idle[kind] = 0
        else:
            idle[kind] += 1
    scripts = "".join(_script(url, text) for url, text in kept.items())
    before, end, after = html.rpartition("</body>")
    return f"{before}{scripts}{end}{after}" if end else html + scripts


async def _text(answer: Response) -> str:
    """Give the body of `answer`, empty when it is too large or the browser has let it go."""
    try:
        payload = await asyncio.wait_for(answer.body(), _ANSWERS_WITHIN)
    except (driver.api().Error, TimeoutError):
        return ""
    return payload.decode("utf-8-sig", "replace") if len(payload) <= _LARGEST else ""


def _is_shown(text: str, shown: str) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return any(words in shown for words in _texts(said))


def _texts(value: object) -> Iterator[str]:
    """Give every text inside a JSON value that is long enough to be found by no accident."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, str) and len(each) >= _WORTH_FINDING and not host_of(each):
            yield _SPACE.sub(" ", each).strip()


def _script(url: str, text: str) -> str:
    inert = text.replace("<", "\\u003c")
    return f'<script type="application/json" data-watcher-answer="{escape(url)}">{inert}</script>'
