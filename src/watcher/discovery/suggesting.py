"""How a page that was looked at might be declared: each point with the evidence for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from watcher.discovery.hosts import site_of
from watcher.discovery.kinds import guess_kind
from watcher.model import (
    Authority,
    BlockKind,
    Document,
    FetchMode,
    Offering,
    Response,
    Slug,
    Source,
    SourceKind,
)
from watcher.urls import host_of, path_words

_CADENCE = {
    SourceKind.SLA: "1w",
    SourceKind.ANNOUNCEMENT: "2w",
    SourceKind.NEWS: "2w",
    SourceKind.ARTICLE: "2w",
    SourceKind.REGISTRY: "1w",
    SourceKind.OTHER: "1w",
}
"""How often kinds of page are looked at that change seldom or bind nobody; all others daily."""

_BESIDE = re.compile(r"\s+[|–—·•]\s+|\s+-\s+|\s+::\s+")
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a declaration of a page might say; `why` gives the evidence for each point by its key.

    `offering` names one that is declared, or else `new_offering` one to be declared with it. `every` is None for the
    usual day, `fetch` None for what works by itself.
    """

    url: str
    title: str
    kind: SourceKind
    offering: Slug
    new_offering: Offering | None = None
    authority: Authority = Authority.PRIMARY
    every: str | None = None
    fetch: FetchMode | None = None
    why: Mapping[str, str] = field(default_factory=dict)


def suggest(
    response: Response,
    document: Document | None,
    sources: Iterable[Source],
    offerings: Mapping[Slug, Offering],
) -> Suggestion:
    """Give how the page of `response` might be declared beside the declared `sources` and `offerings`.

    `document` is what it reads as; None for a page that could not be seen.
    """
    url = response.final_url
    title, said_by = _title(document, url)
    guess = guess_kind(url, title, *_headings(document))
    slug, new, of = _offering(url, sources, offerings)
    rendered = response.fetched_with == "browser"
    every = _CADENCE.get(guess.kind)
    why = {
        "url": "where the address given leads" if url != response.url else "as given",
        "title": said_by,
        "kind": guess.evidence or "nothing on the page names its kind",
        "offering": of,
        "every": f"{guess.kind} pages change seldom" if every else "the usual day",
        "fetch": _how_fetched(response, document),
    }
    return Suggestion(
        url=url,
        title=title,
        kind=guess.kind,
        offering=slug,
        new_offering=new,
        every=every,
        fetch=FetchMode.BROWSER if rendered else None,
        why=why,
    )


def _title(document: Document | None, url: str) -> tuple[str, str]:
    """Give a title and what says it: the page's title without the site's name, its first heading, or its path."""
    named = _BESIDE.split(document.title.strip())[0].strip() if document else ""
    heading = next(iter(_headings(document)), "")
    telling = [each for each in (named, heading) if guess_kind("", each).evidence]
    if chosen := next(iter([*telling, heading, named]), "") or named:
        return chosen[:_LONGEST_TITLE], "the page's title" if chosen == named else "its heading"
    words = " ".join(path_words(url)).capitalize()
    return (words or host_of(url))[:_LONGEST_TITLE], "its address"


def _headings(document: Document | None) -> list[str]:
    if document is None:
        return []
    headings = [each for each in document.main if each.kind is BlockKind.HEADING]
    return [each.text for each in headings[:1]]


def _how_fetched(response: Response, document: Document | None) -> str:
    blocks = len(document.main) if document else 0
    if response.fetched_with == "browser":
        why = (
            "only a browser knows what follows #"
            if "#" in response.url
            else "plain HTTP was not enough"
        )
        return f"{why}; a browser gave {blocks} blocks of text"
    if document is None:
        return "it could not be seen"
    kind = "a PDF" if response.payload[:5] == b"%PDF-" else "plain HTTP"
    return f"{kind} gave {blocks} blocks of text"


def _offering(
    url: str, sources: Iterable[Source], offerings: Mapping[Slug, Offering]
) -> tuple[Slug, Offering | None, str]:
    """Give the declared offering that the pages around `url` speak of, or a new one, and what says so."""
    near: Counter[Slug] = Counter()
    for source in sources:
        weight = 3 if host_of(source.url) == host_of(url) else 1
        if site_of(source.url) == site_of(url):
            near.update(dict.fromkeys(source.offerings, weight))
    if near:
        slug = near.most_common(1)[0][0]
        return slug, None, f"sources at {site_of(url)} speak of it"
    for slug, offering in offerings.items():
        for address in (offering.official_site, offering.official_docs):
            if address and site_of(address) == site_of(url):
                return slug, None, f"its own site is at {site_of(url)}"
    return _new_offering(url, offerings)


def _new_offering(url: str, offerings: Mapping[Slug, Offering]) -> tuple[Slug, Offering, str]:
    site = site_of(url)
    label = site if site.replace(".", "").isdigit() or ":" in site else site.split(".")[0]
    name = " ".join(word.capitalize() for word in re.split(r"[^a-z0-9]+", label.lower()) if word)
    slug = Slug("-".join(re.findall(r"[a-z0-9]+", label.lower())) or "offering")
    while slug in offerings:
        slug = Slug(f"{slug}-2")
    new = Offering(slug, name or site, name or site, "service", official_site=_home(url))
    return slug, new, f"nothing declared is at {site}"


def _home(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
