"""What places list now, held against what they listed before: pages that came, went, or go by another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from watcher.discovery.hosts import site_of
from watcher.discovery.kinds import guess_policy
from watcher.discovery.related import related_pages
from watcher.model import Document, ListedPage, SourceKind
from watcher.text import canonical
from watcher.urls import path_words

_DEEPEST = 3
"""A policy stands near the root; deeper down stand help articles that speak of one."""

_NO_POLICY = frozenset(
    {
        "blog",
        "news",
        "press",
        "article",
        "articles",
        "docs",
        "help",
        "support",
        "community",
        "forum",
    }
    | {
        "careers",
        "jobs",
        "customers",
        "events",
        "tag",
        "tags",
        "author",
        "category",
        "learn",
        "case",
    }
)
_HUB = re.compile(
    r"legal|polic(?:y|ies)|terms (?:and|&) polic(?:y|ies)|policies (?:and|&) terms|"
    r"(?:legal|policy|privacy|trust) (?:cent(?:er|re)|hub|information|documents|resources)|legal docs|"
    r"rechtliches|rechtliche (?:hinweise|informationen)|informations (?:juridiques|légales)|información legal|"
    r"informazioni legali|juridische informatie"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page as one place lists it."""

    url: str
    kind: SourceKind
    words: str = ""


def is_hub(url: str, words: str) -> bool:
    """Whether a link leads to a page that lists policies: by all of its words, or all of the last part of its path."""
    said = re.sub(r"\s+", " ", canonical(words[:200]).lower()).strip()
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return any(_HUB.fullmatch(each) for each in (said, " ".join(path_words(f"https://x/{last}"))))


def hubs_in(document: Document, url: str) -> tuple[str, ...]:
    """Give the pages of the same provider that `document` links to as lists of its policies, each once."""
    targets = {
        link.target.partition("#")[0]: None
        for block in document.blocks
        for link in block.links
        if link.target.startswith("http") and is_hub(link.target, link.text)
    }
    return tuple(each for each in targets if site_of(each) == site_of(url) and each != url)


def listed_by(document: Document, url: str, *, is_list: bool) -> tuple[Listed, ...]:
    """Give the policy pages that `document` at `url` links to.

    The words of a link count as its name in the parts that a site repeats, and all over a page that `is_list`: what
    runs through a text is called as the sentence wants it.
    """
    return tuple(
        Listed(each.url, each.kind, each.words if is_list or each.place != "the text" else "")
        for each in related_pages(document, url)
    )


def listed_in_sitemap(pages: Iterable[str]) -> tuple[Listed, ...]:
    """Give those of the addresses of a sitemap that are policies by their paths."""
    guesses = ((url, guess_policy(url, "")) for url in pages if _may_be_policy(url))
    return tuple(Listed(url, guess.kind) for url, guess in guesses if guess is not None)


def _may_be_policy(url: str) -> bool:
    path = urlsplit(url).path
    segments = [part for part in path.lower().split("/") if part]
    return len(segments) <= _DEEPEST and not _NO_POLICY.intersection(segments[:-1])


def relist(
    known: Iterable[ListedPage], places: Mapping[str, Iterable[Listed]], at: datetime
) -> tuple[ListedPage, ...]:
    """Give what is listed after the places that could be read at `at` listed what they did; only rows that differ.

    A page keeps its place as long as that lists it. It is gone when its place was read and no place lists it any more,
    and back when one does. Other words at the same place are another name.
    """
    held = {each.url: each for each in known}
    now: dict[str, dict[str, Listed]] = {}
    for place, listed in places.items():
        for each in listed:
            now.setdefault(each.url, {}).setdefault(place, each)
    changed = [_seen(held.get(url), by_place, at) for url, by_place in now.items()]
    changed += [
        replace(page, gone_at=at)
        for url, page in held.items()
        if url not in now and page.gone_at is None and page.place in places
    ]
    return tuple(changed)


def _seen(page: ListedPage | None, by_place: Mapping[str, Listed], at: datetime) -> ListedPage:
    named = {place: each for place, each in by_place.items() if each.words}
    place = next(iter(named or by_place))
    if page is None:
        listed = by_place[place]
        return ListedPage(listed.url, site_of(listed.url), listed.kind, listed.words, place, at, at)
    if page.place not in by_place:
        listed = by_place[place]
        return replace(
            page, place=place, words=listed.words or page.words, last_seen=at, gone_at=None
        )
    words = by_place[page.place].words
    if words and page.words and _name(words) != _name(page.words):
        return replace(
            page, words=words, words_before=page.words, last_seen=at, gone_at=None, declined_at=None
        )
    return replace(page, words=words or page.words, last_seen=at, gone_at=None)


def _name(words: str) -> str:
    return canonical(words).lower()
