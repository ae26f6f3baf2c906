"""Where every page of the site is: addresses that stay, whatever names become.

An address is relative to the site's root and ends in `/` for a page. Names that are fit for addresses stand in them
as they are; any other becomes its letters and digits with a digest of the whole behind it.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from watcher.model import Slug, SourceId
from watcher.registry.printable import one_line

_FIT = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}")
_UNFIT = re.compile(r"[^a-z0-9]+")
_READABLE = 60

OWN = frozenset(
    {"assets", "changes", "compare", "corrections", "data", "offerings", "page", "providers"}
    | {"questions", "search", "sources"}
)
"""What stands at the root beside the offerings."""


def segment(name: str) -> str:
    """Give `name` as one part of an address: lower-case letters, digits, `-` and `_`."""
    if _FIT.fullmatch(name):
        return name
    words = _UNFIT.sub("-", name.lower())[:_READABLE].strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words}-{digest}" if words else digest


def provider_segment(provider: str) -> str:
    """Give the part of an address for a provider; spellings that differ in case and marks only share one."""
    words = _UNFIT.sub("-", one_line(provider).lower()).strip("-")
    return words if _FIT.fullmatch(words) else segment(provider)


def offering_page(slug: Slug) -> str:
    """Give the address of an entry. An offering called like a part of the site stands beside that part."""
    name = segment(slug)
    return f"offering-{name}/" if name in OWN else f"{name}/"


def answer_page(slug: Slug, key: str) -> str:
    """Give the address of one question about one offering."""
    return f"{offering_page(slug)}{segment(key)}/"


def question_page(key: str, number: int = 1) -> str:
    """Give the address of a question across offerings."""
    return numbered(f"questions/{segment(key)}/", number)


def source_page(source_id: SourceId) -> str:
    """Give the address of a source."""
    return f"sources/{segment(source_id)}/"


def change_page(change_id: int) -> str:
    """Give the address of a change."""
    return f"changes/{change_id}/"


def provider_page(provider: str) -> str:
    """Give the address of a provider."""
    return f"providers/{provider_segment(provider)}/"


def numbered(address: str, number: int) -> str:
    """Give the address of a list's page: the list's own for the first, `page/2/` below it for the second."""
    return address if number == 1 else f"{address}page/{number}/"


def month_anchor(moment: datetime) -> str:
    """Give the anchor of a month in a list of changes."""
    return f"{moment:%Y-%m}"


def file_of(address: str) -> str:
    """Give the file that a host serves at `address`."""
    return f"{address}index.html" if address == "" or address.endswith("/") else address


def way_up(address: str) -> str:
    """Give the relative way from the page at `address` to the root: `../../`, or `./` at the root itself."""
    return "../" * address.count("/") or "./"
