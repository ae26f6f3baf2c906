"""JSON: every value as a row under the names that lead to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from watcher.errors import ReadingError
from watcher.model import Block, BlockKind, Document
from watcher.reading.html import read_html
from watcher.reading.wording import plain

_MARKUP = re.compile(r"</(?:p|li|div|h[1-6]|td|a|b|strong|em|span|ul|ol)>", re.IGNORECASE)
_TITLES = ("title", "name", "headline")


def read_json(text: str, url: str) -> Document:
    """Read JSON: `name | value` rows with the names above them as path; texts that hold HTML are read as HTML.

    Raises ReadingError when it is not JSON.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReadingError(f"{url}: not valid JSON: {error}") from error
    title = ""
    if isinstance(content, dict):
        titles = (content.get(name) for name in _TITLES)
        title = next((plain(text) for text in titles if isinstance(text, str)), "")
    return Document(tuple(_blocks(content, url)), title)


def _blocks(content: object, url: str) -> Iterator[Block]:
    """Walk with a stack of its own, so that depth costs no recursion; a list's values share its name."""
    waiting: list[tuple[tuple[str, ...], object]] = [((), content)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(((*path, str(name)), value[name]) for name in reversed(value))
        elif isinstance(value, list):
            waiting.extend((path, part) for part in reversed(value))
        elif isinstance(value, str) and _MARKUP.search(value):
            for block in read_html(value, url).blocks:
                yield Block(block.kind, block.text, path=(*path, *block.path), links=block.links)
        elif value is not None and (text := plain(_shown(value))):
            name = path[-1] if path else ""
            row = f"{plain(name)} | {text}" if name else text
            yield Block(BlockKind.ROW, row, path=path[:-1])


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
