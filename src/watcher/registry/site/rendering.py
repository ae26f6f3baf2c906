"""Templates to pages: everything shown is escaped, printable, of bounded length, and linked only to web pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from watcher.model import Slug
from watcher.registry.printable import web_link
from watcher.registry.site import addresses
from watcher.registry.site.facts import SiteInfo
from watcher.registry.site.making import Digests, File
from watcher.registry.site.showing import environment, link

PAGE_LENGTH = 100
"""Rows on one page of a list: with rows of usual length about 60 KB."""

PAGE_BUDGET = 100_000
"""Bytes that a page may have. One that has more is made again with its texts cut shorter."""

_SQUEEZES = (1, 4, 16)
_EMAIL = re.compile(r"[^@\s:/?&]{1,64}@[^@\s:/?&]{1,250}")

Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list that is too long for one: its rows, its number, and how many pages there are."""

    rows: Sequence[Any]
    number: int
    pages: int
    total: int


def leaves(rows: Sequence[Each], length: int = PAGE_LENGTH) -> Iterator[Leaf]:
    """Give `rows` in leaves of at most `length`; one empty leaf when there are none."""
    pages = max((len(rows) + length - 1) // length, 1)
    for number in range(1, pages + 1):
        yield Leaf(rows[(number - 1) * length : number * length], number, pages, len(rows))


class Press:
    """Makes pages of templates. `feeds` in a page's facts are the addresses, without ending, of its feeds."""

    def __init__(self, site: SiteInfo, digests: Digests) -> None:
        self.site = site
        self._digests = digests

    def page(self, template: str, address: str, **facts: object) -> File:
        """Give the page at `address` (relative to the root, `/` at its end) that `template` makes of `facts`."""
        return File(
            addresses.file_of(address),
            partial(self._made, template, address, facts),
            self._digests.of(template, address, facts),
        )

    def _made(self, template: str, address: str, facts: Mapping[str, object]) -> bytes:
        root = addresses.way_up(address)
        if address == "404.html":  # served in place of any address, so no relative way is right
            root = "/" + self.site.root.partition("://")[2].partition("/")[2]
        canonical = link(self.site.root) + address if self.site.url else ""
        made = environment().get_template(f"{template}.html")
        content = b""
        for squeeze in _SQUEEZES:
            content = made.render(
                site=self.site,
                root=root,
                address=address,
                canonical=canonical,
                correct=self._correction,
                squeeze=squeeze,
                **facts,
            ).encode()
            if len(content) <= PAGE_BUDGET:
                break
        return content

    def _correction(self, slug: str = "", key: str = "") -> str:
        """Give where a correction goes: the address that the maintainers gave, or an empty text."""
        return correction_link(self.site.corrections, Slug(slug), key)


def correction_link(where: str, slug: Slug, key: str = "") -> str:
    """Give the link that starts a correction: to an e-mail, to a web form with `{offering}` and `{key}` filled in."""
    if _EMAIL.fullmatch(where):
        subject = quote(" ".join(filter(None, ("Correction:", slug, key))))
        return f"mailto:{where}?subject={subject}"
    filled = where.replace("{offering}", quote(slug, safe="")).replace("{key}", quote(key, safe=""))
    return web_link(filled)


def is_correction_place(where: str) -> bool:
    """Whether corrections can be sent there: an e-mail address or a web address."""
    return bool(_EMAIL.fullmatch(where) or web_link(where.replace("{", "").replace("}", "")))
