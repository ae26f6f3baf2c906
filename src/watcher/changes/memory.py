"""What a source's own history has taught: which texts come and go, what waits, what a person ruled.

Bounded, whatever the length of the history: the oldest traces are dropped first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.changes import stored
from watcher.changes.records import Doubt, Learned, Relinked, Slot, Trace, Waiting
from watcher.changes.rotation import Turn
from watcher.changes.rules import Rule
from watcher.model import Block, BlockChange, Difference
from watcher.text import fingerprint

VERSION = 1
"""Form of a stored memory."""

ROTATION = "rotating slot"
"""Name of the rule that stands on slots."""

RESTLESS = 2
"""A line that was reworded so often in a row, each time within its patience, goes on doing so."""

ROTATES = 3
"""A slot in which so many different texts stood, one soon after the other, goes on so."""

MOST_TRACES = 400
MOST_SLOTS = 60
MOST_SEEN = 12
MOST_WAITING = 200
MOST_RELINKED = 30
_EXAMPLE = 100


@dataclass(frozen=True)
class Memory:
    """All that `watch` remembers of one source between looks."""

    traces: Mapping[str, Trace] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    relinked: tuple[Relinked, ...] = ()
    rules: tuple[Rule, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)

    def to_json(self) -> str:
        """Give the memory as text that `from_json` reads."""
        rows = {
            "version": VERSION,
            "traces": [stored.trace_out(trace) for trace in self.traces.values()],
            "waiting": [stored.waiting_out(waiting) for waiting in self.waiting],
            "doubts": [stored.doubt_out(doubt) for doubt in self.doubts],
            "relinked": [stored.relinked_out(pair) for pair in self.relinked],
            "rules": [rule.to_data() for rule in self.rules],
            "slots": [stored.slot_out(slot) for slot in self.slots.values()],
        }
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Memory:
        """Give the memory that `to_json` wrote; of one in another form, what a person said: the rules."""
        rows = json.loads(text)
        rules = tuple(map(Rule.from_data, rows.get("rules", ())))
        if rows.get("version") != VERSION:
            return cls(rules=rules)
        traces = [stored.trace_in(row) for row in rows["traces"]]
        slots = map(stored.slot_in, rows.get("slots", ()))
        return cls(
            {trace.key: trace for trace in traces},
            tuple(map(stored.waiting_in, rows["waiting"])),
            tuple(map(stored.doubt_in, rows.get("doubts", ()))),
            tuple(map(stored.relinked_in, rows["relinked"])),
            rules,
            {slot.key: slot for slot in slots},
        )

    @property
    def learned(self) -> tuple[Learned, ...]:
        """Which texts are known to come and go, which lines and places never to stand still, the latest first."""
        entries = [entry for trace in self.traces.values() if (entry := _lesson(trace))]
        entries += [_rotation(slot) for slot in self.slots.values() if len(slot.seen) >= ROTATES]
        return tuple(sorted(entries, key=lambda entry: entry.last_at, reverse=True))

    @property
    def waits_since(self) -> datetime | None:
        """When the first difference came that the next look decides on; None when none waits for that."""
        waiting = [each.changed_at for each in self.waiting if each.until is None]
        return min((*waiting, *(doubt.changed_at for doubt in self.doubts)), default=None)

    def trace_of(self, block: Block | None) -> Trace | None:
        """Give what is remembered of a block's text."""
        return None if block is None else self.traces.get(block.fingerprint.hex())

    def returning(self, change: BlockChange, at: datetime) -> Trace | None:
        """Give the trace that shows `change` to undo what happened a short while ago, or None.

        A reworded block returns when its new text was there before; when only its old text is young, it was
        changed once more, which is news.
        """
        trace = self.trace_of(change.after or change.before)
        if trace is None or trace.present is (change.after is not None):
            return None
        return trace if trace.is_fresh(at) else None

    def flaps(self, text: str, at: datetime) -> bool:
        """Whether a text is known to come and go, and did so lately."""
        trace = self.traces.get(fingerprint(text).hex())
        return trace is not None and trace.returns > 1 and trace.is_fresh(at)

    def with_turns(
        self,
        changes: Iterable[BlockChange],
        at: datetime,
        *,
        told: bool,
        kept: Set[bytes] = frozenset(),
    ) -> Memory:
        """Give the memory after these blocks came and went at `at`; a text in `kept` stands there still elsewhere."""
        traces = dict(self.traces)
        for change in changes:
            if change.difference is Difference.MOVED:
                continue
            returns = int(self.returning(change, at) is not None)
            chain = self._chain(change, at)
            for block, present in ((change.before, False), (change.after, True)):
                if block is not None and block.fingerprint not in kept:
                    old = traces.pop(block.fingerprint.hex(), None)
                    new = _turned(old, block, present, at, told)
                    traces[new.key] = replace(
                        new, returns=new.returns + returns, chain=chain if present else 0
                    )
        return replace(self, traces=_bounded(traces))

    def _chain(self, change: BlockChange, at: datetime) -> int:
        if change.before is None or change.after is None:
            return 0
        trace = self.trace_of(change.before)
        if trace is None or not trace.present or not trace.is_fresh(at):
            return 1
        # Two texts that take turns do not lead on to a third: that one is new.
        return trace.chain + (self.returning(change, at) is None)

    def with_told(self, changes: Iterable[BlockChange]) -> Memory:
        """Give the memory after a person was told of the last turn of these blocks."""
        traces = dict(self.traces)
        for change in changes:
            for block in (change.before, change.after):
                trace = self.trace_of(block)
                if trace is not None:
                    traces[trace.key] = replace(trace, believed=trace.present)
        return replace(self, traces=traces)

    def rotates(self, slot: str, at: datetime) -> bool:
        """Whether the content of a slot is known to be exchanged again and again, and was lately."""
        held = self.slots.get(slot)
        return held is not None and len(held.seen) >= ROTATES and held.is_fresh(at)

    def with_exchanges(self, turns: Iterable[Turn], at: datetime) -> Memory:
        """Give the memory after the content of these slots was exchanged at `at`."""
        slots = dict(self.slots)
        for turn in turns:
            held = slots.pop(turn.slot, None)
            if held is None or not held.is_fresh(at):
                held = Slot(turn.slot, "", (turn.before,), at, at)
            seen = (*(each for each in held.seen if each != turn.after), turn.after)
            text = turn.text[:_EXAMPLE]
            slots[turn.slot] = replace(held, text=text, seen=seen[-MOST_SEEN:], since=at)
        kept = dict(sorted(slots.items(), key=lambda item: item[1].since)[-MOST_SLOTS:])
        return replace(self, slots=kept)

    def with_relinked(self, pairs: Iterable[tuple[Block, Block]]) -> Memory:
        """Give the memory after these blocks' links were exchanged; exchanged back, they are forgotten."""
        held = {pair.after.fingerprint: pair for pair in self.relinked}
        for before, after in pairs:
            earlier = held.pop(after.fingerprint, None)
            first = earlier.before if earlier is not None else before
            if first.links != after.links:
                held[after.fingerprint] = Relinked(first, after)
        return replace(self, relinked=tuple(held.values())[-MOST_RELINKED:])


def forget(memory: Memory, entry: Learned) -> Memory:
    """Give the memory without one thing that it learned: the text is new again when it next comes or goes."""
    traces = {key: trace for key, trace in memory.traces.items() if key != entry.key}
    slots = {key: slot for key, slot in memory.slots.items() if key != entry.key}
    return replace(memory, traces=traces, slots=slots)


def with_rule(memory: Memory, rule: Rule) -> Memory:
    """Give the memory with a person's rule, once."""
    return memory if rule in memory.rules else replace(memory, rules=(*memory.rules, rule))


def without_rule(memory: Memory, rule: Rule) -> Memory:
    """Give the memory with a person's rule taken back."""
    return replace(memory, rules=tuple(held for held in memory.rules if held != rule))


def _lesson(trace: Trace) -> Learned | None:
    rule, count = ("variant", trace.returns) if trace.returns else ("restless", trace.chain)
    if rule == "restless" and count < RESTLESS:
        return None
    return Learned(rule, trace.key, trace.text, count, trace.first_at, trace.since)


def _rotation(slot: Slot) -> Learned:
    return Learned(ROTATION, slot.key, slot.text, len(slot.seen), slot.first_at, slot.since)


def _turned(old: Trace | None, block: Block, present: bool, at: datetime, told: bool) -> Trace:
    """Give the trace of a text that just came or went."""
    believed = present if told else (not present if old is None else old.believed)
    return Trace(
        block.fingerprint.hex(),
        block.text[:_EXAMPLE],
        present,
        first_at=old.first_at if old is not None else at,
        since=at,
        believed=believed,
        returns=old.returns if old is not None and old.is_fresh(at) else 0,
    )


def _bounded(traces: dict[str, Trace]) -> dict[str, Trace]:
    """Give at most MOST_TRACES: texts that returned before those that did not, then the latest."""
    if len(traces) <= MOST_TRACES:
        return traces
    kept = sorted(traces.values(), key=lambda trace: (trace.returns > 0, trace.since), reverse=True)
    keys = {trace.key for trace in kept[:MOST_TRACES]}
    return {key: trace for key, trace in traces.items() if key in keys}
