"""Finds: pages that providers list and nobody watches. A person takes one over into the declarations, or declines."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from watcher import adding
from watcher.adding import Said, Seen
from watcher.claims import load_pack
from watcher.desk import pack_named
from watcher.discovery import Suggestion
from watcher.discovery.finds import Find
from watcher.errors import DeclarationError, ReviewError
from watcher.finding import found_in
from watcher.model import FetchMode, SourceKind
from watcher.model import Response as Fetched
from watcher.sources.writing import NewSource, add_source, preview
from watcher.urls import is_same_document, normalise_url
from watcher.values import render
from watcher.web.rendering import page
from watcher.web.visit import Errand, Visit, not_found

_FIELDS = ("title", "kind", "offering", "every")
_CLAIMS_SHOWN = 20
_FINDS_SHOWN = 100


def found(visit: Visit) -> tuple[Find, ...]:
    """Give what is worth a look, the first seen first; nothing where nothing is declared."""
    declared = visit.place.owner.declared
    if declared is None:
        return ()
    return found_in(visit.desk.ledger, declared.sources.values())


def finds_page(visit: Visit) -> Response:
    """Show what was found, the newest first."""
    everything = sorted(found(visit), key=lambda find: find.page.first_seen, reverse=True)
    return page(
        visit,
        "finds.html",
        finds=everything[:_FINDS_SHOWN],
        number=len(everything),
        sources=visit.desk.sources,
    )


def look_at(visit: Visit) -> Errand:
    """Look at a page that was found, as `watcher add` does, before anything is suggested."""
    declared = visit.place.owner.declared
    source = adding.asked(_find(visit).page.url)
    return Errand(source, declared.hosts if declared else {}, _suggest)


def _suggest(visit: Visit, fetched: Fetched) -> Response:
    """Show what the look gave, and what the declarations would say; nothing is written yet."""
    declared, settings = visit.place.owner.declared, visit.place.settings
    pack = pack_named(settings) or load_pack()
    seen = adding.seen(fetched, declared, visit.desk.vocabulary, pack)
    suggestion = adding.suggestion_for(seen.response, seen.document, declared)
    return _proposed(visit, suggestion, seen)


def declare(visit: Visit) -> Response:
    """Write what the form says of a page into the declarations; what is wrong with it is told, and nothing written."""
    find, suggestion = _find(visit), _said(visit)
    new = adding.new_source(suggestion, visit.place.owner.declared)
    try:
        source = add_source(visit.place.owner.sources_path, new, visit.desk.vocabulary)
    except DeclarationError as error:
        told = (
            f"{each.path}: {each.message}" if each.path else each.message for each in error.problems
        )
        return _proposed(visit, suggestion, None, "; ".join(told), 422)
    if not is_same_document(source.url, find.page.url):  # it leads elsewhere: that is declared now
        visit.desk.ledger.listings.decline(find.page.url, visit.now)
    return RedirectResponse(f"/sources/{source.id}", 303)


def decline(visit: Visit) -> Response:
    """Record that a page need not be watched."""
    find = _find(visit)
    visit.desk.ledger.listings.decline(find.page.url, visit.now)
    return RedirectResponse("/finds", 303)


def _find(visit: Visit) -> Find:
    """Give the find that the form is about: no other page is looked at from here."""
    url = visit.said("url")
    find = next((each for each in found(visit) if is_same_document(each.page.url, url)), None)
    if find is None:
        not_found("This page is no find any more: it is declared, declined or not listed.")
    return find


def _said(visit: Visit) -> Suggestion:
    """Give the suggestion for the page of the form, with what the form says in its place."""
    if visit.said("kind") not in list(SourceKind):
        raise ReviewError("Choose the kind of the page.")
    try:
        url = normalise_url(visit.said("final_url"))
    except ValueError as error:
        raise ReviewError(f"The form names no page: {error}.") from None
    declared = visit.place.owner.declared
    unseen = Fetched(url, url, visit.now, fetched_with=visit.said("fetched_with"))
    said = Said(*(visit.said(name).strip() or None for name in _FIELDS))
    return said.over(adding.suggestion_for(unseen, None, declared), declared)


def _proposed(
    visit: Visit, suggestion: Suggestion, seen: Seen | None, trouble: str = "", status: int = 200
) -> Response:
    owner = visit.place.owner
    new = adding.new_source(suggestion, owner.declared)
    key = visit.desk.vocabulary
    return page(
        visit,
        "find.html",
        status,
        find=_find(visit),
        suggestion=suggestion,
        fetched_with="browser" if suggestion.fetch is FetchMode.BROWSER else "http",
        seen=seen,
        claims=[
            (key[each.key].label, render(key[each.key], each.value), each.evidence.quote)
            for each in (seen.claims[:_CLAIMS_SHOWN] if seen else ())
        ],
        lines=_lines(visit, new),
        file=owner.sources_path.name,
        kinds=list(SourceKind),
        offerings=owner.declared.offerings.values() if owner.declared else (),
        trouble=trouble,
    )


def _lines(visit: Visit, new: NewSource) -> str:
    """Give what would be added to the file; nothing where there is no place for it."""
    try:
        return preview(visit.place.owner.sources_path, new)
    except DeclarationError:
        return ""
