"""Strings made fit to be shown: without control characters, with links that only lead to web pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from watcher.model import Value

_NEVER = re.compile(
    # C0 and C1 controls but tab and newline, the non-characters, and what turns the direction of reading about.
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_NAME = re.compile("[a-z0-9]+(?:[_ ][a-z0-9]+){0,7}")
_CAPITALS = (
    *("iso", "soc", "pci", "dss", "csa", "hipaa", "gdpr", "ccpa", "nist", "hitrust", "tisax"),
    *("scc", "bcr", "dpf", "eu", "eea", "uk", "usa", "uae", "nda", "baa", "dpa", "api", "zdr"),
)
_ACRONYMS = {name: name.upper() for name in _CAPITALS} | {"fedramp": "FedRAMP"}
_WRITTEN = {"us": "US"}
"""Names that are other words in company."""
_SPACE = re.compile(r"\s+")

_WHOLE_QUOTE_WORDS = 10
_EDGE_WORDS = 4


def printable(text: str) -> str:
    """Give `text` as terminals, XML and JSON can take it; idempotent.

    Control characters, non-characters and direction overrides go, line ends become newlines, and lone surrogates
    the replacement character.
    """
    if text.isprintable():  # none of these is, and most text has nothing else
        return text
    return _SURROGATES.sub("\ufffd", _NEVER.sub("", _LINE_ENDS.sub("\n", text)))


def one_line(text: str) -> str:
    """Give `text` printable and on one line."""
    if (
        text.isprintable() and "  " not in text
    ):  # the plain space is the only space that is printable
        return text.strip()
    return _SPACE.sub(" ", printable(text)).strip()


def shortened(text: str, limit: int) -> str:
    """Give at most `limit` characters of `text`, cut after a word, with an ellipsis where it was cut."""
    text = one_line(text)
    if len(text) <= limit:
        return text
    head, _, _ = text[:limit].rpartition(" ")
    return (head or text[: limit - 1]) + "…"


def shown(value: Value) -> str:
    """Give a value in plain words where no vocabulary key says how: yes, no, items joined by commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


def in_words(text: str) -> str:
    """Give a value of names in normal form as people write it: `soc 2, uk_addendum` as `SOC 2, UK addendum`."""
    items = text.split(", ")
    if not all(map(_NAME.fullmatch, items)):
        return text
    return ", ".join(_WRITTEN.get(item) or _as_written(item) for item in items)


def _as_written(item: str) -> str:
    return " ".join(_ACRONYMS.get(word, word) for word in re.split("[_ ]", item))


def day(moment: datetime | None) -> str:
    """Give the day in UTC as YYYY-MM-DD, or `never`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d") if moment else "never"


def stamp(moment: datetime) -> str:
    """Give the moment in UTC as RFC 3339 has it, to the second: 2026-04-18T09:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def web_link(url: str | None) -> str:
    """Give `url` in ASCII if it is a web page's address, an empty text if not: no other scheme is ever linked."""
    if not url or not re.match(r"https?://[^/\s]", url, re.IGNORECASE):
        return ""
    return quote(printable(url), safe="%:/?#[]@!$&'()*+,;=~-._")


def quote_link(url: str | None, text: str) -> str:
    """Give the address of the page at the place where it says `text`, as a text fragment.

    A long quote is named by its first and last words. See https://wicg.github.io/scroll-to-text-fragment/.
    """
    link, words = web_link(url), text.split()
    if not link or not words:
        return link
    if len(words) <= _WHOLE_QUOTE_WORDS and "\n" not in text:
        place = _directive(words)
    else:
        place = f"{_directive(words[:_EDGE_WORDS])},{_directive(words[-_EDGE_WORDS:])}"
    separator = "" if "#" in link else "#"
    return f"{link}{separator}:~:text={place}"


def _directive(words: Iterable[str]) -> str:
    """Percent-encode, the hyphen too: in a text directive `-` and `,` are syntax."""
    return quote(printable(" ".join(words)), safe="").replace("-", "%2D")
