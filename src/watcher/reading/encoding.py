"""Bytes to text: what the page says of itself, checked against what it is."""

from __future__ import annotations

import codecs
import re

from watcher.model import Response

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_META_WITHIN = 4096
_LATIN = frozenset(("iso8859-1", "ascii", "latin-1", "cp1252"))
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4]"
    "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122 ]"
)
"""The first byte of a UTF-8 character and one that follows it, as Windows-1252 shows them."""

_TOLERATED = 0.001
"""Share of characters that may be damaged before a charset is taken to be the wrong one."""


def charset_of(response: Response) -> str | None:
    """Give the charset that the server names, if it names one."""
    found = _CHARSET.search(response.header("content-type") or "")
    return found[1] if found else None


def decode(payload: bytes, declared: str | None) -> str:
    """Give the text of `payload`; never fails.

    Tried in turn: byte order mark, charset of the HTTP header (`declared`), charset of the page, UTF-8, each
    allowed one damaged character in a thousand; then Windows-1252.
    """
    for mark, codec in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(codec, "replace")
    for name in (declared, _named_inside(payload), "utf-8"):
        if name and (text := _tried(payload, name)) is not None:
            return text
    return payload.decode("cp1252", "replace")


def _tried(payload: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(name.strip("\"' ")).name
        if codec in _LATIN and not payload.isascii():
            # Servers say Latin-1 by default; bytes that are valid UTF-8 by accident hardly exist.
            try:
                return payload.decode("utf-8")
            except UnicodeDecodeError:
                codec = "cp1252"
        if codec.startswith(("utf-16", "utf-32")) and payload.count(0) < 0.1 * len(payload):
            return None  # whatever it says: half of its bytes would be zero
        text = payload.decode(codec, "replace")
    except (LookupError, ValueError):
        return None
    damaged = text.count("\ufffd")
    return text if damaged <= max(2, _TOLERATED * len(text)) else None


def _named_inside(payload: bytes) -> str | None:
    head = payload[:_META_WITHIN]
    found = _META.search(head) or _XML.search(head)
    if not found:
        return None
    name = found[1].decode("ascii")
    # A page that can be searched for ASCII is not UTF-16, whatever it says.
    return "utf-8" if name.lower().startswith("utf-16") else name


def mended(text: str) -> str:
    """Give `text` with mojibake repaired where it shows: UTF-8 that was once read as Windows-1252 or Latin-1."""
    if not _MOJIBAKE.search(text):
        return text
    # ftfy costs more to import than a page to read, and few pages need it.
    from ftfy import fix_encoding  # noqa: PLC0415
    from ftfy.badness import is_bad  # noqa: PLC0415

    return fix_encoding(text) if is_bad(text) else text
