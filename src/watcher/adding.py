"""A page on its way into the declarations: what one look at it gives, and what is to be declared of it then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from watcher.claims import Pack
from watcher.discovery import Related, Suggestion, related_pages, site_of, suggest
from watcher.errors import NotFound
from watcher.model import (
    Claim,
    Document,
    FetchMode,
    Judgement,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Verdict,
    Vocabulary,
)
from watcher.sources.declarations import Declarations
from watcher.sources.scalars import id_of, slug_of
from watcher.sources.writing import NewSource
from watcher.trying import attempt
from watcher.urls import normalise_url, way_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the page gave, and what follows for its declaration."""

    response: Response
    judgement: Judgement
    document: Document | None
    claims: tuple[Claim, ...]
    related: tuple[Related, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the person says of the page already; what is None is suggested."""

    title: str | None = None
    kind: str | None = None
    offering: str | None = None
    every: str | None = None

    def over(self, suggestion: Suggestion, declared: Declarations | None) -> Suggestion:
        """Give the suggestion with what the person says in its place. Raises NotFound for an unknown offering."""
        given = {
            "title": self.title,
            "kind": SourceKind(self.kind) if self.kind else None,
            "every": self.every,
        }
        said = {key: value for key, value in given.items() if value is not None}
        why = {**suggestion.why, **dict.fromkeys(said, "as you say")}
        suggestion = replace(suggestion, **said, why=why)  # type: ignore[arg-type]  # keys as above
        return (
            suggestion
            if self.offering is None
            else of_offering(suggestion, self.offering, declared)
        )


def address_of(text: str) -> str:
    """Give the address that a person means.

    What follows `#` is kept where it is the way to a page in a browser (`#/terms`, `#!terms`), not where it is a place
    on one. Raises ValueError when it is no address.
    """
    url = text if "://" in text else f"https://{text}"
    return normalise_url(url, keep_fragment=bool(way_of(url)))


def asked(url: str) -> Source:
    """Give the source that stands for a page at `url` while it is looked at."""
    fetch = FetchMode.BROWSER if way_of(url) else FetchMode.AUTO
    return Source(SourceId("add"), url, url, SourceKind.OTHER, fetch=fetch)


def seen(
    response: Response, declared: Declarations | None, vocabulary: Vocabulary, pack: Pack
) -> Seen:
    """Give what a look at a page that is not declared came to."""
    judgement, document, claims = attempt(asked(response.url), response, vocabulary, pack)
    held = [each.url for each in declared.sources.values()] if declared else []
    good = document if judgement.verdict is Verdict.OK else None
    related = related_pages(good, response.final_url, held) if good else ()
    return Seen(response, judgement, good, claims, related)


def suggestion_for(
    response: Response, document: Document | None, declared: Declarations | None
) -> Suggestion:
    """Give how the page might be declared beside what is."""
    sources = declared.sources.values() if declared else ()
    return suggest(response, document, sources, declared.offerings if declared else {})


def of_offering(suggestion: Suggestion, slug: str, declared: Declarations | None) -> Suggestion:
    """Give the suggestion for another offering: a declared one, or the new one under that slug. Raises NotFound."""
    why = {**suggestion.why, "offering": "as you say"}
    if declared is not None and Slug(slug) in declared.offerings:
        return replace(suggestion, offering=Slug(slug), new_offering=None, why=why)
    if suggestion.new_offering is None:
        there = ", ".join(declared.offerings) if declared else "none"
        raise NotFound(f"There is no offering {slug!r}. There are: {there}")
    new = replace(suggestion.new_offering, slug=Slug(slug))
    return replace(suggestion, offering=new.slug, new_offering=new, why=why)


def new_source(
    suggestion: Suggestion, declared: Declarations | None, name: str | None = None
) -> NewSource:
    """Give what the file is to say of the page, under the id `name` or one made of its site and title."""
    taken = set(declared.sources) if declared else set()
    label = site_of(suggestion.url).split(".")[0]
    chosen = name or slug_of(f"{label}-{suggestion.title}")
    if name is None and (not chosen or SourceId(chosen) in taken):
        chosen = id_of(suggestion.url)
    entry: dict[str, str | Sequence[str]] = {
        "id": chosen,
        "url": suggestion.url,
        "title": suggestion.title,
        "kind": suggestion.kind.value,
        "offerings": suggestion.offering,
    }
    if suggestion.every:
        entry["every"] = suggestion.every
    if suggestion.fetch:
        entry["fetch"] = suggestion.fetch.value
    return NewSource(entry, suggestion.offering, suggestion.new_offering)
