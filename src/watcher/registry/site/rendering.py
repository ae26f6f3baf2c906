"""Templates to pages: everything shown is escaped, printable, of bounded length, and linked only to web pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from watcher.model import Slug
from watcher.registry.printable import day, in_words, one_line, printable, shortened, web_link
from watcher.registry.site import addresses
from watcher.registry.site.facts import SiteInfo
from watcher.registry.site.guidance import LONGEST, guidance_html

File = tuple[str, bytes]
"""A file of the site: its path below the root, with `/`, and what stands in it."""

HERE = Path(__file__).parent
PAGE_LENGTH = 100
"""Rows on one page of a list: with rows of usual length about 60 KB."""

PAGE_BUDGET = 100_000
"""Bytes that a page may have. One that has more is made again with its texts cut shorter."""

_SQUEEZES = (1, 4, 16)
_LONGEST_TEXT = 4_000
_LONGEST_LINK = 2_000
_LONGEST_PLACE = 600
"""Characters of a link that leads to a quote: with unusually long words the page alone must do."""
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

    def __init__(self, site: SiteInfo) -> None:
        self.site = site
        self._environment = _environment()
        self._environment.globals["site"] = site

    def page(self, template: str, address: str, **facts: object) -> File:
        """Give the page at `address` (relative to the root, `/` at its end) that `template` makes of `facts`."""
        root = addresses.way_up(address)
        if address == "404.html":  # served in place of any address, so no relative way is right
            root = "/" + self.site.root.partition("://")[2].partition("/")[2]
        canonical = f"{self.site.root}{address}" if self.site.url else ""
        made = self._environment.get_template(f"{template}.html")
        content = b""
        for squeeze in _SQUEEZES:
            content = made.render(
                root=root,
                address=address,
                canonical=canonical,
                correct=self._correction,
                squeeze=squeeze,
                **facts,
            ).encode()
            if len(content) <= PAGE_BUDGET:
                break
        return addresses.file_of(address), content

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


@cache
def _environment() -> Environment:
    """Give the environment, once in a process: compiling the templates takes longer than most pages."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=fit,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        brief=_brief,
        day=_day,
        moment=_moment,
        link=link,
        guidance=_guidance,
        words=_words,
        plainly=in_words,
        anchor=addresses.segment,
    )
    environment.globals.update(
        out=out,
        change_page=addresses.change_page,
        offering_page=addresses.offering_page,
        answer_page=addresses.answer_page,
        question_page=addresses.question_page,
        source_page=addresses.source_page,
        provider_page=addresses.provider_page,
        numbered=addresses.numbered,
        month_anchor=addresses.month_anchor,
    )
    return environment


def fit(value: object) -> object:
    """Give what a template is about to show, fit to be shown; markup of ours passes."""
    if type(value) is not str:  # markup of ours, numbers, nothing
        return value
    if len(value) <= _LONGEST_TEXT and value.isprintable():
        return value
    if len(value) > _LONGEST_TEXT:
        value = shortened(value[: 2 * _LONGEST_TEXT], _LONGEST_TEXT)
    return printable(value)


@lru_cache(maxsize=4096)
def link(url: str | None) -> Markup:
    """Give `url` fit for an attribute; empty when it leads to no web page, or is longer than browsers take."""
    address = web_link(url)
    if len(address) > _LONGEST_PLACE:
        address = re.split("#?:~:", address, maxsplit=1)[0]
    return escape(address) if len(address) <= _LONGEST_LINK else Markup("")


def out(url: str | None, text: str) -> Markup:
    """Give `text` as a link to a page that is not ours; text alone when `url` leads to none."""
    shown, address = escape(fit(text)), link(url)
    if not address:
        return Markup("<bdi>{}</bdi>").format(shown)
    return Markup('<a href="{}" rel="nofollow noopener" dir="auto">{}</a>').format(address, shown)


@pass_context
def _brief(context: Context, text: str, limit: int) -> str:
    """Give `text` in at most `limit` characters, fewer on a page that would be too large."""
    if len(text) <= 24:
        return text
    room = max(limit // int(context["squeeze"]), 24)
    return shortened(
        text[: 2 * room + 100], room
    )  # so that a huge text costs no more than a long one


@pass_context
def _guidance(context: Context, text: str) -> Markup:
    return guidance_html(text[: LONGEST // int(context["squeeze"])])


@lru_cache(maxsize=4096)
def _day(moment: datetime | date | None) -> Markup:
    if moment is None:
        return Markup("never")
    text = day(moment) if isinstance(moment, datetime) else moment.isoformat()
    return Markup('<time datetime="{0}">{0}</time>').format(text)


@lru_cache(maxsize=4096)
def _moment(moment: datetime) -> Markup:
    text = moment.strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}Z">{}</time>').format(text.replace(" ", "T"), text)


def _words(name: str) -> str:
    """Give a name of code as words: `official_terms` as `official terms`."""
    return one_line(name).replace("_", " ")
