"""The past of a source: its looks as a picture, any two snapshots compared, a claim's values over time."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from watcher.changes.claims import compare_claims
from watcher.changes.compare import compare_documents
from watcher.changes.words import word_edits
from watcher.desk import Desk
from watcher.ledger.claims import ClaimRow
from watcher.model import Source, WordEdit
from watcher.registry.claim_notes import label_of, value_shown
from watcher.web.looking import by_rule, health_of
from watcher.web.rendering import page
from watcher.web.silencing import memory_of, name_of
from watcher.web.telling import block_views, title_of
from watcher.web.timeline import lane, timeline
from watcher.web.visit import Visit, not_found, source_of

_CHECKS = 2_000
_SNAPSHOTS = 100
_CHANGES = 100
_SILENCED = 300
_LESSONS = 100
_LONGEST_QUOTE = 2_000


@dataclass(frozen=True, slots=True)
class ClaimNow:
    """A claim that a source makes now."""

    id: str
    label: str
    shown: str
    condition: str
    quote: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A value for as long as the source stated it, its quote as it differs from the one before."""

    row: ClaimRow
    shown: str
    words: tuple[WordEdit, ...]


def source_page(visit: Visit) -> Response:
    """Show how a source fared: looks, changes, snapshots to compare, claims, what was silenced."""
    desk, source = visit.desk, source_of(visit)
    checks = desk.ledger.checks.of(source.id, _CHECKS) if _is_held(desk, source) else []
    changes = desk.ledger.changes.all(source_id=source.id, limit=_CHANGES)
    held = _is_held(desk, source)
    memory = memory_of(desk, source.id)
    return page(
        visit,
        "source.html",
        source=source,
        offerings=[desk.offerings[each] for each in source.offerings if each in desk.offerings],
        health=health_of(desk, source, visit.now),
        picture=timeline(checks, changes),
        checks=checks[:40],
        looks=len(checks),
        changes=[
            (each, desk.ledger.changes.status(each.id or 0), title_of(desk, each))
            for each in changes
        ],
        snapshots=desk.ledger.snapshots.of(source.id, _SNAPSHOTS) if held else [],
        claims=_claims(desk, source) if held else [],
        memory=memory,
        learned=memory.learned[:_LESSONS],
        name_of=name_of,
        silenced=by_rule(desk.ledger.suppressions.of(source.id, _SILENCED)) if held else [],
    )


def compare_page(visit: Visit) -> Response:
    """Show what differs between two snapshots of a source, read again from the ledger."""
    desk, source = visit.desk, source_of(visit)
    sides = [desk.ledger.snapshots.get(visit.number(name)) for name in ("before", "after")]
    if any(side.source_id != source.id for side in sides):
        not_found("These are not two snapshots of this source.")
    sides.sort(key=lambda side: side.taken_at)
    before, after = (desk.document(side.id) for side in sides)
    if before is None or after is None:
        not_found(
            "One of these snapshots was never read as a document; it was not the page itself."
        )
    made = [desk.ledger.claims.as_of(source.id, side.taken_at) for side in sides]
    return page(
        visit,
        "compare.html",
        source=source,
        sides=sides,
        blocks=list(block_views(compare_documents(before, after))),
        claims=[
            (
                label_of(each.key, desk.vocabulary),
                value_shown(each.key, each.before.value, desk.vocabulary) if each.before else "",
                value_shown(each.key, each.after.value, desk.vocabulary) if each.after else "",
            )
            for each in compare_claims(*made)
        ],
    )


def claim_page(visit: Visit) -> Response:
    """Show the values that one claim of a source had, and since when."""
    desk, source = visit.desk, source_of(visit)
    claim_id = str(visit.request.path_params["claim"])
    rows = desk.ledger.claims.history(source.id, claim_id) if _is_held(desk, source) else []
    if not rows:
        not_found(f"{source.title} never stated {claim_id[:80]}.")
    key = rows[0].claim.key
    spells = [
        Spell(row, value_shown(key, row.claim.value, desk.vocabulary), _edits(before, row))
        for before, row in zip([None, *rows], rows, strict=False)
    ]
    return page(
        visit,
        "claim.html",
        source=source,
        claim_id=claim_id,
        label=label_of(key, desk.vocabulary),
        question=desk.vocabulary[key].question if key in desk.vocabulary else "",
        picture=lane([(each.row, each.shown) for each in spells], visit.now),
        spells=spells[::-1],
    )


def _edits(before: ClaimRow | None, row: ClaimRow) -> tuple[WordEdit, ...]:
    quote = row.claim.evidence.quote[:_LONGEST_QUOTE]
    if before is None:
        return (WordEdit("same", quote),)
    return word_edits(before.claim.evidence.quote[:_LONGEST_QUOTE], quote)


def _is_held(desk: Desk, source: Source) -> bool:
    """Whether the ledger knows the source: one declared since the last sweep it does not."""
    return desk.ledger.sources.known(source.id).last_check_at is not None


def _claims(desk: Desk, source: Source) -> list[ClaimNow]:
    return [
        ClaimNow(
            claim.id,
            label_of(claim.key, desk.vocabulary) + (f" ({claim.scope})" if claim.scope else ""),
            value_shown(claim.key, claim.value, desk.vocabulary),
            claim.condition or "",
            claim.evidence.quote,
        )
        for claim in desk.ledger.claims.current(source.id)
    ]
