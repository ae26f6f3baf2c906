"""Templates into pages: everything escaped, fit to be shown, and no link that does not lead to a web page."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from watcher.registry.printable import (
    day,
    in_words,
    one_line,
    printable,
    quote_link,
    shortened,
    stamp,
    web_link,
)
from watcher.registry.site.addresses import segment
from watcher.web.visit import VISITOR_COOKIE, Visit

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


def page(visit: Visit, template: str, status: int = 200, **things: Any) -> Response:
    """Give a page made of `template`, with who is at work and what waits for them."""
    place = visit.place
    html = (
        templates()
        .get_template(template)
        .render(
            visit=visit,
            account=visit.account,
            token=visit.token,
            now=visit.now,
            complaint=place.owner.complaint if visit.account else "",
            path=visit.request.url.path,
            **things,
        )
    )
    response = HTMLResponse(html, status)
    if visit.is_new and visit.account is None:
        response.set_cookie(
            VISITOR_COOKIE, visit.secret, httponly=True, samesite="lax", secure=place.is_secure
        )
    return response


@cache
def templates() -> Environment:
    """Give the templates. What they print goes through `printable`: no control characters, no reversed text."""
    environment = Environment(
        loader=PackageLoader("watcher.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
    )
    environment.filters.update(
        day=day,
        stamp=stamp,
        minute=minute,
        line=one_line,
        short=shortened,
        weblink=web_link,
        at_quote=quote_link,
        anchor=segment,
        plainly=in_words,
        words=lambda name: str(name).replace("_", " "),
    )
    environment.globals.update(ago=ago, ahead=ahead, ahead_of=ahead_of, asset=asset, plural=plural)
    return environment


def _fit(value: Any) -> Any:
    return printable(value) if type(value) is str else value


def minute(moment: datetime | None) -> str:
    """Give the minute in UTC as people read it, or `never`."""
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def ago(then: datetime | None, now: datetime) -> str:
    """Give how long before `now` that was, in the largest unit that fits."""
    if then is None:
        return "never"
    return f"{span} ago" if (span := _span(now - then)) else "just now"


def ahead(then: datetime | None, now: datetime) -> str:
    """Give how long after `now` that will be."""
    if then is None:
        return "at no time that is known"
    return f"in {span}" if (span := _span(then - now)) else "any moment now"


def ahead_of(then: datetime, beginning: datetime) -> str:
    """Give how long after `beginning` that was."""
    return f"{span} after it came" if (span := _span(then - beginning)) else "at once"


def _span(passed: timedelta) -> str:
    for unit, length in _UNITS:
        if passed >= length:
            return plural(passed // length, unit)
    return ""


def plural(number: int, noun: str, several: str = "") -> str:
    """Give a number with its noun: 1 change, 2 changes."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


@cache
def asset(name: str) -> str:
    """Give the address of a file of ours, which changes when the file does, so that browsers may keep it."""
    content = files("watcher.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?{sha256(content).hexdigest()[:12]}"
