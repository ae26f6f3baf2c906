"""The two hosts of the demo as of any day: the provider's pages, and an advisor's article about them.

Pure: the same path, day and request give the same bytes. Everything here is invented; the templates stand in pages/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from watcher.demo.facts import Facts, facts_on
from watcher.demo.noise import Noise, noise_of
from watcher.demo.pdf import write_pdf

OLD_LIST = "/policies/sub-processors"
NEW_LIST = "/legal/sub-processors"
TERMS = "/policies/terms-of-service"

_HTML = "text/html; charset=utf-8"

PROVIDER: Mapping[str, str] = {
    "/policies/api-data-usage": "data_usage.html",
    TERMS: "terms.html",
    "/policies/privacy": "privacy.html",
    OLD_LIST: "subprocessors.html",
    NEW_LIST: "subprocessors.html",
    "/trust": "trust.html",
    "/policies/lumen-dpa.pdf": "dpa.md",
    "/docs/service-levels.md": "service_levels.md",
    "/news/lumen-api-opens": "news.html",
}
ADVISOR: Mapping[str, str] = {"/guides/lumen-forge-api-data": "article.html"}

MENU = (
    (
        "Platform",
        (
            ("Lumen API", "Models behind one endpoint"),
            ("Lumen Chat", "Think out loud with us"),
            ("Fine-tuning", "Make a model your own"),
            ("Pricing", "Pay for what you use"),
        ),
    ),
    (
        "Developers",
        (
            ("Quickstart", "First answer in five minutes"),
            ("Reference", "Every endpoint and field"),
            ("Cookbook", "Recipes that run"),
            ("Status", "Is it up?"),
        ),
    ),
    (
        "Company",
        (
            ("About", "Who we are"),
            ("Careers", "Eleven open roles"),
            ("Newsroom", "What we announced"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host sends back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Site:
    """One host: which paths it has, and since when its history runs."""

    pages: Mapping[str, str]
    opened_at: datetime

    def answer(self, path: str, day: int, request: int, base: str) -> Answer:
        """Give the `request`-th answer of `day` to a request for `path`; `base` is how the host is reached.

        Pages that programs build carry noise and no validators; files carry ETag and Last-Modified.
        """
        facts = facts_on(day, self.opened_at)
        if path == "/robots.txt":
            return _file(b"User-agent: *\nDisallow: /search\n", "text/plain", self.opened_at)
        if path == (OLD_LIST if facts.list_moved else NEW_LIST) and path in self.pages:
            return self._elsewhere(facts, base)
        template = self.pages.get(path)
        if template is None:
            return Answer(404, (("Content-Type", _HTML),), b"<h1>There is no such page</h1>\n")
        noise = noise_of(path, day, request)
        if path == TERMS and facts.terms_broken:
            template = "error.html"
        text = _render(template, path, base, facts, noise)
        if template == "dpa.md":
            return _file(_addendum(text, facts), "application/pdf", self.opened_at)
        if template.endswith(".md"):
            return _file(text.encode(), "text/markdown; charset=utf-8", self.opened_at)
        return Answer(200, _page_headers(noise), text.encode())

    def _elsewhere(self, facts: Facts, base: str) -> Answer:
        if not facts.list_moved:
            return Answer(404, (("Content-Type", _HTML),), b"<h1>There is no such page</h1>\n")
        return Answer(301, (("Location", base + NEW_LIST), ("Content-Type", _HTML)), b"")


def _page_headers(noise: Noise) -> tuple[tuple[str, str], ...]:
    return (
        ("Content-Type", _HTML),
        ("Cache-Control", "private, no-cache"),
        ("Content-Security-Policy", f"script-src 'nonce-{noise.nonce}'"),
        ("Set-Cookie", f"sid={noise.session}; Path=/; HttpOnly"),
    )


def _file(payload: bytes, media_type: str, changed_at: datetime) -> Answer:
    headers = (
        ("Content-Type", media_type),
        ("ETag", f'"{blake2b(payload, digest_size=8).hexdigest()}"'),
        ("Last-Modified", format_datetime(changed_at.replace(microsecond=0), usegmt=True)),
    )
    return Answer(200, headers, payload)


def _addendum(text: str, facts: Facts) -> bytes:
    footer = f"Lumen Forge DPA {facts.dpa_version}    Page {{page}} of {{pages}}"
    return write_pdf(text, title="Data Processing Addendum", footer=footer)


def _render(template: str, path: str, base: str, facts: Facts, noise: Noise) -> str:
    build = blake2b(str(facts.deployment).encode(), digest_size=4).hexdigest()
    return (
        _templates()
        .get_template(template)
        .render(
            path=path,
            base=base,
            facts=facts,
            noise=noise,
            today=facts.today,
            build=build,
            menu=MENU,
            css=lambda name: f"{name}_root__{build[:5]}",
            address=lambda mail: _masked(mail, noise.mask),
        )
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "pages"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["long"] = _long_date
    environment.filters["slug"] = lambda words: re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return environment


def _long_date(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _masked(mail: str, mask: int) -> Markup:
    """Give a link that shows `mail` only to those who undo the exclusive or with its first byte.

    This is how a large network of front servers hides addresses; the mask differs at every request.
    """
    code = bytes([mask, *(byte ^ mask for byte in mail.encode())]).hex()
    return Markup(
        '<a href="/cdn-cgi/l/email-protection#{0}"><span class="__cf_email__" data-cfemail="{0}">'
        "[email&#160;protected]</span></a>"
    ).format(code)
