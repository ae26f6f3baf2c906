"""Decisions: forms into reviews. What stands, and whether somebody else was quicker, the desk says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher import reviews, values
from watcher.errors import Conflict, ReviewError
from watcher.ledger.queue import Asked
from watcher.model import Change, Comment, Review
from watcher.web.queue import asked_for, filters, row_of
from watcher.web.rendering import page
from watcher.web.telling import as_typed
from watcher.web.visit import Visit, not_found

LONGEST_NOTE = 4_000
VALUE = "value:"
"""Fields of values begin with this; the claim's id follows."""


def decide(visit: Visit) -> Response:
    """Record the decision of a form on a change, and on those that say the same if the form names them."""
    changes = _changes(visit)
    try:
        visit.desk.decide([_review(visit, each) for each in changes], _seen(visit))
    except Conflict as conflict:
        return _conflict(visit, changes[0], conflict)
    if visit.is_fragment:
        return page(
            visit,
            "fragments/decided.html",
            row=row_of(visit.desk, *(visit.desk.change(each.id or 0) for each in changes)),
            waiting=visit.desk.ledger.queue.counts(Asked(), visit.now).items,
            matching=visit.desk.ledger.queue.counts(asked_for(visit), visit.now),
            seen=visit.desk.last_seen(),
        )
    return RedirectResponse(_onward(visit, changes[0]), 303)


def _changes(visit: Visit) -> list[Change]:
    """Give the change that the address names, then those that the form adds because they say the same."""
    change_id = visit.number("change")
    named = {int(each) for each in visit.said("ids").split(",") if each.isdigit()}
    same = set(visit.desk.ledger.queue.same_as(change_id, visit.now)) & named
    return [visit.desk.change(each) for each in (change_id, *sorted(same))]


def _seen(visit: Visit) -> int:
    raw = visit.said("seen")
    if not raw.isdigit():
        raise HTTPException(422, "The form does not say what you had seen; load the page anew.")
    return int(raw)


def _review(visit: Visit, change: Change) -> Review:
    who, at, note = visit.person.name, visit.now, visit.said("note").strip()[:LONGEST_NOTE]
    decision = visit.said("decision") or _meant(visit)
    if decision == "accept":
        if _amended(visit, change):
            raise ReviewError("You changed a value: amend the change, or put the value back.")
        return reviews.accept(change, reviewer=who, at=at, note=note)
    if decision == "amend":
        amended = _amended(visit, change)
        return reviews.amend(change, amended, visit.desk.vocabulary, reviewer=who, at=at, note=note)
    if decision == "dismiss":
        return reviews.dismiss(change, visit.said("reason"), reviewer=who, at=at, note=note)
    if decision == "defer":
        return reviews.defer(change, _until(visit), reviewer=who, at=at, note=note)
    raise ReviewError(f"{decision[:40]!r} is no decision; accept, amend, dismiss or defer.")


def _meant(visit: Visit) -> str:
    """Give the decision that a form means which names but a reason, or a time to wait."""
    if visit.said("reason"):
        return "dismiss"
    return "defer" if visit.said("days") or visit.said("until") else ""


def _amended(visit: Visit, change: Change) -> dict[str, object]:
    """Give what the form says otherwise than the machine: by claim, None where the field was emptied."""
    read = {
        claim.id: as_typed(visit.desk.vocabulary.get(claim.key), each.after.value)
        if each.after
        else ""
        for each in change.claims
        if (claim := each.after or each.before)
    }
    said = {
        name.removeprefix(VALUE): value.strip()
        for name, value in visit.form.items()
        if name.startswith(VALUE)
    }
    if visit.said("added_key") and visit.said("added_value").strip():
        said[visit.said("added_key")] = visit.said("added_value").strip()
    return {
        claim_id: value or None
        for claim_id, value in said.items()
        if value != read.get(claim_id, "")
    }


def _until(visit: Visit) -> datetime:
    days, day = visit.said("days"), visit.said("until")
    if days.isdigit() and 0 < int(days) <= 3_650:
        return visit.now + timedelta(days=int(days))
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        raise ReviewError("Say until when it shall wait: a number of days, or a date.") from None


def _onward(visit: Visit, change: Change) -> str:
    """Give where a reviewer goes after a decision: back to the list, or to the change that comes next."""
    kept = filters(visit)
    told = f"done={change.id}"
    following = visit.desk.ledger.queue.after(change.id or 0, asked_for(visit), visit.now)
    if visit.said("then") == "queue" or following is None:
        return f"/queue?{'&'.join(filter(None, (kept, told)))}"
    return f"/changes/{following}?{'&'.join(filter(None, (kept, told)))}"


def _conflict(visit: Visit, change: Change, conflict: Conflict) -> Response:
    """Show what the other decided beside what this form wanted; nothing was written."""
    wanted = {
        name: value for name, value in visit.form.items() if name not in ("form_token", "seen")
    }
    things = {
        "message": str(conflict),
        "row": row_of(visit.desk, change),
        "wanted": wanted,
        "seen": visit.desk.last_seen(),
        "history": visit.desk.ledger.reviews.of(change.id or 0),
        "filters": filters(visit),
    }
    template = "fragments/conflict.html" if visit.is_fragment else "conflict.html"
    return page(visit, template, 409, **things)


def undo(visit: Visit) -> Response:
    """Take back what the visitor decided last."""
    undone = visit.desk.undo(visit.person.name, visit.now)
    kept = filters(visit)
    if visit.said("then") == "queue":
        return RedirectResponse(
            f"/queue?{'&'.join(filter(None, (kept, f'undone={undone[0]}')))}", 303
        )
    return RedirectResponse(
        f"/changes/{undone[0]}?{'&'.join(filter(None, (kept, 'undone=1')))}", 303
    )


def comment(visit: Visit) -> Response:
    """Record a remark that decides nothing."""
    change_id, text = visit.number("change"), visit.said("text").strip()[:LONGEST_NOTE]
    visit.desk.change(change_id)
    if not text:
        raise ReviewError("The comment is empty.")
    visit.desk.ledger.comments.add(Comment(change_id, visit.person.name, visit.now, text))
    kept = filters(visit)
    return RedirectResponse(f"/changes/{change_id}{'?' if kept else ''}{kept}#talk", 303)


def value_hint(visit: Visit) -> Response:
    """Say while somebody types whether a value is allowed, and how it will be written."""
    claim_id = visit.asked("claim")
    key = visit.desk.vocabulary.get(claim_id.partition("@")[0])
    if key is None:
        not_found("There is no such key.")
    raw = visit.asked(f"{VALUE}{claim_id}", visit.asked("added_value")).strip()
    hint, wrong = "withdraws the claim", False
    if raw:
        try:
            hint = f"= {values.render(key, values.normalise(key, raw))}"
        except ValueError as trouble:
            hint, wrong = str(trouble), True
    return page(visit, "fragments/hint.html", hint=hint, wrong=wrong)
