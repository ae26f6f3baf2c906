"""The public form for corrections: what is wrong, what is right, where it says so, whom to thank."""

from __future__ import annotations

from datetime import timedelta

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher import correcting, reviews
from watcher.errors import NotFound, ReviewError
from watcher.model import Offering
from watcher.web.rendering import page
from watcher.web.visit import Visit, not_found

_FIELDS = ("claim", "value", "evidence_url", "quote", "credit")
_TRAP = "website"
"""A field that people do not see. What fills it in is no person."""


def correction_form(visit: Visit) -> Response:
    """Show the form, with the claim chosen that the address names."""
    return _form(visit, {"claim": visit.asked("claim")})


def send_correction(visit: Visit) -> Response:
    """Take a correction into the queue; what a machine sent is thanked for and forgotten."""
    offering = _offering(visit)
    if visit.said(_TRAP):
        return page(visit, "thanks.html", offering=offering, correction=None, is_looked_at=False)
    if not _has_room(visit):
        raise HTTPException(
            429, "That is a lot of corrections at once. Please send the next one in an hour."
        )
    try:
        correction = reviews.correction(
            visit.desk.vocabulary,
            offering=offering.slug,
            claim_id=visit.said("claim"),
            value=visit.said("value"),
            at=visit.now,
            evidence_url=visit.said("evidence_url"),
            quote=visit.said("quote"),
            credit=visit.said("credit"),
        )
        sent = correcting.propose(visit.desk, correction)
    except ReviewError as error:
        said = {name: visit.said(name)[:4_000] for name in _FIELDS}
        return _form(visit, said, trouble=str(error), status=422)
    looked_at = correcting.wanted_for(visit.desk, sent.change_id or 0, visit.now) is not None
    answer = page(visit, "thanks.html", offering=offering, correction=sent, is_looked_at=looked_at)
    answer.background = _look_at_once(visit, sent.change_id or 0)
    return answer


def _look_at_once(visit: Visit, change_id: int) -> BackgroundTask:
    """Give the look at the source that a correction names; it begins when the reader has been answered."""
    place = visit.place
    return BackgroundTask(
        correcting.check_at_once,
        place.owner.ask,
        place.fetching,
        place.settings,
        change_id,
        place.clock,
    )


def _has_room(visit: Visit) -> bool:
    today = visit.desk.ledger.corrections.number_since(visit.now - timedelta(days=1))
    return today < visit.place.corrections_a_day and visit.place.corrections.allows(
        visit.address, visit.now
    )


def _form(visit: Visit, said: dict[str, str], trouble: str = "", status: int = 200) -> Response:
    offering = _offering(visit)
    entry = visit.desk.entry(offering.slug, visit.now)
    shown = {
        cell.key + (f"@{cell.scope}" if cell.scope else "")
        for group in entry.groups
        for cell in group.cells
    }
    keys = sorted(
        visit.desk.vocabulary.values(), key=lambda key: (key.name not in shown, key.label)
    )
    scoped = sorted(each for each in shown if "@" in each)
    return page(
        visit,
        "correction.html",
        status,
        offering=offering,
        keys=keys,
        scoped=scoped,
        said={name: said.get(name, "") for name in _FIELDS},
        trouble=trouble,
        trap=_TRAP,
        longest=reviews.LONGEST_QUOTE,
    )


def _offering(visit: Visit) -> Offering:
    try:
        return visit.desk.offering(str(visit.request.path_params["offering"]))
    except NotFound:
        not_found("There is no such offering.")
