"""What the registry says, as readers see it: the offerings, and the entry of each."""

from __future__ import annotations

from starlette.responses import Response

from watcher.errors import NotFound
from watcher.web.rendering import page
from watcher.web.visit import Need, Visit, may, not_found


def offerings_page(visit: Visit) -> Response:
    """Show every offering, by provider."""
    ordered = sorted(
        visit.desk.offerings.values(),
        key=lambda each: (each.provider.casefold(), each.name.casefold()),
    )
    numbers = {each.slug: len(visit.desk.sources_of(each.slug)) for each in ordered}
    return page(visit, "offerings.html", offerings=ordered, numbers=numbers)


def entry_page(visit: Visit) -> Response:
    """Show the entry of an offering. Those who work here may ask for unreviewed values too, marked so."""
    unreviewed = bool(visit.asked("unreviewed")) and may(visit.account, Need.READER)
    try:
        entry = visit.desk.entry(
            str(visit.request.path_params["offering"]), visit.now, unreviewed=unreviewed
        )
    except NotFound:
        not_found("There is no such offering.")
    return page(visit, "entry.html", entry=entry, unreviewed=unreviewed)
