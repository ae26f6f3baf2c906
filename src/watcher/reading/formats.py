"""What a payload is: by its first bytes, by what the server calls it, by its address."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from watcher.model import Response


class Format(StrEnum):
    """The formats that can be read."""

    HTML = "html"
    PDF = "pdf"
    PLAIN = "plain"
    MARKDOWN = "markdown"
    JSON = "json"


_PDF_WITHIN = 1024
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|main|article|table|section|script)[\s>/]",
    re.IGNORECASE,
)
_DECLARED = {
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "text/markdown": Format.MARKDOWN,
    "text/x-markdown": Format.MARKDOWN,
    "text/plain": Format.PLAIN,
    "application/json": Format.JSON,
    "text/json": Format.JSON,
    "application/xml": Format.HTML,
    "text/xml": Format.HTML,
}
_ENDINGS = {".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN, ".txt": Format.PLAIN}


def format_of(response: Response) -> Format | None:
    """Give the format of a payload, None when it is none that can be read.

    Bytes outrank names: a PDF that is called HTML is a PDF, and an HTML page that is called PDF or text is HTML.
    """
    head = response.payload[:4096]
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return Format.PDF
    declared = _DECLARED.get(response.media_type)
    if declared is Format.JSON or response.media_type.endswith("+json"):
        return Format.JSON
    if declared is Format.HTML or _looks_like_html(head, declared):
        return Format.HTML
    if _is_binary(head):
        return None
    path = urlsplit(response.final_url).path.lower()
    named = next((kind for ending, kind in _ENDINGS.items() if path.endswith(ending)), None)
    unnamed = Format.JSON if head.lstrip()[:1] in (b"{", b"[") else Format.PLAIN
    return named or declared or unnamed


def _looks_like_html(head: bytes, declared: Format | None) -> bool:
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if declared in (Format.PLAIN, Format.MARKDOWN):
        return start.startswith((b"<!doctype html", b"<html"))
    return start.startswith(b"<") and bool(_MARKUP.search(start))


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    strange = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return strange > 0.02 * len(head)
