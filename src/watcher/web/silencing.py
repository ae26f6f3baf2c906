"""Rules that people lay down for a source: what they would have done to its past; laid down, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from starlette.responses import RedirectResponse, Response

from watcher.changes.memory import Memory, forget, with_rule, without_rule
from watcher.changes.records import Learned
from watcher.changes.rules import Rule, preview, propose_rules
from watcher.desk import Desk
from watcher.errors import ReviewError
from watcher.model import Change, Decision, SourceId
from watcher.reviews import standing
from watcher.web.visit import Visit, source_of

_PAST = 200
"""Changes of a source that a rule is tried on."""

Entry = TypeVar("Entry", Rule, Learned)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that would have silenced a change: what else it would have silenced or shortened of the past.

    `hidden` are those among them that people accepted: news that the rule would have kept from them.
    """

    rule: Rule
    name: str
    silenced: tuple[Change, ...]
    shortened: tuple[Change, ...]
    hidden: tuple[Change, ...]
    is_laid_down: bool


def proposals(desk: Desk, change: Change) -> list[Proposal]:
    """Give the rules that would have silenced `change`; none where it names a claim."""
    rules = propose_rules(change)
    if not rules:
        return []
    past = desk.ledger.changes.all(source_id=change.source_id, limit=_PAST)
    held = memory_of(desk, change.source_id).rules
    return [_proposal(desk, rule, past, rule in held) for rule in rules]


def _proposal(desk: Desk, rule: Rule, past: Sequence[Change], is_laid_down: bool) -> Proposal:
    seen = preview([rule], past)
    hidden = [each for each in (*seen.silenced, *seen.shortened) if _was_accepted(desk, each)]
    return Proposal(rule, name_of(rule), seen.silenced, seen.shortened, tuple(hidden), is_laid_down)


def _was_accepted(desk: Desk, change: Change) -> bool:
    decision = standing(desk.ledger.reviews.of(change.id or 0)).get(change.id or 0)
    return decision is not None and decision.decision in (Decision.ACCEPT, Decision.AMEND)


def memory_of(desk: Desk, source_id: SourceId) -> Memory:
    """Give what is remembered of a source."""
    stored = desk.ledger.memories.get(source_id)
    return Memory.from_json(stored) if stored else Memory()


def name_of(entry: Rule | Learned) -> str:
    """Give what a form calls a rule, or something learned: it stays when others come and go."""
    said = "\0".join(entry.to_data()) if isinstance(entry, Rule) else entry.key
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def lay_down(visit: Visit) -> Response:
    """Lay down one of the rules that a change proposes."""
    change = visit.desk.change(visit.number("change"))
    rule = _named(propose_rules(change), visit.said("rule"))
    _alter(visit.desk, change.source_id, lambda memory: with_rule(memory, rule))
    return RedirectResponse(f"/changes/{change.id}#rules", 303)


def take_back(visit: Visit) -> Response:
    """Take back a rule of a source, or make it forget what it learned."""
    source = source_of(visit)

    def without(memory: Memory) -> Memory:
        if visit.said("learned"):
            return forget(memory, _named(memory.learned, visit.said("learned")))
        return without_rule(memory, _named(memory.rules, visit.said("rule")))

    _alter(visit.desk, source.id, without)
    return RedirectResponse(f"/sources/{source.id}#rules", 303)


def _alter(desk: Desk, source_id: SourceId, work: Callable[[Memory], Memory]) -> None:
    with desk.ledger.atomic():
        altered = work(memory_of(desk, source_id))
        desk.ledger.memories.put(source_id, altered.to_json())


def _named(entries: Sequence[Entry], name: str) -> Entry:
    found = next((each for each in entries if name_of(each) == name), None)
    if found is None:
        raise ReviewError("That rule is not there any more. Load the page anew.")
    return found
