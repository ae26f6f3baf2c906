"""What the tests of reading share: a response from bytes, a source with selectors or without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from watcher.model import Document, Response, Source, SourceId, SourceKind
from watcher.reading import read

Reads = Callable[..., Document]


@pytest.fixture
def reads() -> Reads:
    """Read `payload` as the answer of https://example.test/legal/page, served as `media_type`."""

    def _reads(
        payload: bytes | str,
        media_type: str = "text/html; charset=utf-8",
        url: str = "https://example.test/legal/page",
        keep: tuple[str, ...] = (),
        drop: tuple[str, ...] = (),
    ) -> Document:
        body = payload.encode() if isinstance(payload, str) else payload
        headers = (("Content-Type", media_type),)
        response = Response(url, url, datetime(2031, 5, 1, tzinfo=UTC), 200, headers, body)
        source = Source(SourceId("page"), url, "Page", SourceKind.OTHER, keep=keep, drop=drop)
        return read(response, source)

    return _reads
