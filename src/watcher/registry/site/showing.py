"""What templates show: everything escaped, printable, of bounded length, and linked only to web pages."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from jinja2.runtime import Context
from markupsafe import Markup, escape

from watcher.registry.printable import day, in_words, one_line, printable, shortened, web_link
from watcher.registry.site import addresses
from watcher.registry.site.guidance import LONGEST, guidance_html

HERE = Path(__file__).parent

_LONGEST_TEXT = 4_000
_SHORT = 400
"""Characters of a text that is likely to stand on other pages too: a name, a label, a sentence."""

_LONGEST_LINK = 2_000
_LONGEST_PLACE = 600
"""Characters of a link that leads to a quote: with unusually long words the page alone must do."""


class _Outspoken(CodeGenerator):
    """Writes templates as code in which `shown` alone says what a page shows; what it gives is escaped already."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write("(")
        self.write(finalize.src)


class _Environment(Environment):
    code_generator_class = _Outspoken


@cache
def environment() -> Environment:
    """Give the environment, once in a process: compiling the templates takes longer than most pages."""
    made = _Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        brief=_brief,
        day=_day,
        moment=_moment,
        link=link,
        guidance=_guidance,
        words=_words,
        plainly=in_words,
        anchor=addresses.segment,
    )
    made.globals.update(
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
    return made


def shown(value: object) -> str:
    """Give what a template is about to show: fit to be shown, and escaped unless it is markup of ours."""
    if type(value) is Markup:
        return value
    if type(value) is str:
        return _escaped_often(value) if len(value) <= _SHORT else _escaped(value)
    return str(escape(value))


def _escaped(text: str) -> str:
    return str(escape(fit(text)))


_escaped_often = lru_cache(maxsize=2**15)(_escaped)


def fit(value: str) -> str:
    """Give a text fit to be shown: printable, and of bounded length."""
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


@lru_cache(maxsize=4096)
def out(url: str | None, text: str) -> Markup:
    """Give `text` as a link to a page that is not ours; text alone when `url` leads to none."""
    name, address = shown(text), link(url)
    if not address:
        return Markup(f"<bdi>{name}</bdi>")
    return Markup(f'<a href="{address}" rel="nofollow noopener" dir="auto">{name}</a>')


@pass_context
def _brief(context: Context, text: str, limit: int) -> str:
    """Give `text` in at most `limit` characters, fewer on a page that would be too large."""
    if len(text) <= 24:
        return text
    room = max(limit // int(context["squeeze"]), 24)
    return _cut(text[: 2 * room + 100], room)  # so that a huge text costs no more than a long one


_cut = lru_cache(maxsize=2**14)(shortened)


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
