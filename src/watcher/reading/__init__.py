"""Reading: a response's bytes as a document of blocks.

    Response ─► media type ─► html │ pdf │ plain │ data ─► Document

Pure but for PDF, which is parsed in a process of its own. Nothing on a page is dropped: what is not policy text is
kept in another region.
"""

from __future__ import annotations

import dataclasses
import re

from watcher.errors import ReadingError
from watcher.model import Document, Response, Source
from watcher.reading.encoding import decode
from watcher.reading.html import read_html

READER = "1"
"""Version of this reader; it changes whenever the same bytes would read differently."""

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)


def read(response: Response, source: Source) -> Document:
    """Read what a look brought back.

    Raises ReadingError when it cannot be read: an unknown format, a damaged or encrypted PDF, a declared selector
    that matches nothing.
    """
    payload = response.payload
    if not payload.strip():
        raise ReadingError(f"{response.final_url} came back empty: there is nothing to read")
    charset = _CHARSET.search(response.header("content-type") or "")
    text = decode(payload, charset[1] if charset else None)
    document = read_html(text, response.final_url)
    return dataclasses.replace(document, reader=READER)
