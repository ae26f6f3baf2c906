"""What a source's own history has taught: which texts come and go, what waits for a second look, what a person ruled.

Bounded, whatever the length of the history: the oldest traces are dropped first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from watcher.changes.rules import Rule
from watcher.model import Block, BlockChange, BlockKind, Difference, Region
from watcher.text import fingerprint

QUIET = timedelta(days=14)
"""A text that returns to what it was before this time has passed is a variant; after it, the return is news."""

MOST_PATIENCE = timedelta(days=90)
"""The longest that a text which keeps coming and going must stay put before its next turn is news."""

MOST_TRACES = 400
MOST_WAITING = 200
_EXAMPLE = 160


@dataclass(frozen=True, slots=True)
class Trace:
    """What is remembered of one text of the policy that came or went.

    `key` is its fingerprint in hexadecimal, `since` the time of its last turn (coming or going), `told` whether a
    person was told of that turn, `returns` how often it turned back before its patience was over, `chain` how many
    rewordings in a row, each within its patience, led to it.
    """

    key: str
    text: str
    present: bool
    first_at: datetime
    since: datetime
    returns: int = 0
    told: bool = False
    chain: int = 0

    @property
    def patience(self) -> timedelta:
        """How long the text must have stayed as it is before its next turn is news."""
        return min(QUIET * max(1, self.returns - 1), MOST_PATIENCE)

    def is_fresh(self, at: datetime) -> bool:
        """Whether the last turn is so recent that another one is no news."""
        return at - self.since < self.patience


@dataclass(frozen=True, slots=True)
class Waiting:
    """A difference that waits for a second look: what it is, and between which snapshots it came about.

    `left` and `there` are how often the old and the new text stood in the policy when it was first seen.
    """

    change: BlockChange
    before_snapshot: int
    after_snapshot: int
    changed_at: datetime
    left: int = 0
    there: int = 1

    def holds(self, standing: Mapping[bytes, int]) -> bool:
        """Whether the difference still holds, given how often each text stands in the policy now."""
        before, after = self.change.before, self.change.after
        gone = before is None or standing.get(before.fingerprint, 0) <= self.left
        came = after is None or standing.get(after.fingerprint, 0) >= self.there
        return gone and came


@dataclass(frozen=True, slots=True)
class Learned:
    """One thing that the history taught, as `watcher noise` shows it; `key` is what forgetting it needs."""

    rule: str
    key: str
    example: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Memory:
    """All that `watch` remembers of one source between looks."""

    traces: Mapping[str, Trace] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def learned(self) -> tuple[Learned, ...]:
        """Which texts are known to come and go, the latest first."""
        flapping = [trace for trace in self.traces.values() if trace.returns]
        flapping.sort(key=lambda trace: trace.since, reverse=True)
        return tuple(
            Learned("variant", t.key, t.text, t.returns, t.first_at, t.since) for t in flapping
        )

    def trace_of(self, block: Block | None) -> Trace | None:
        """Give what is remembered of a block's text."""
        return None if block is None else self.traces.get(block.fingerprint.hex())

    def returning(self, change: BlockChange, at: datetime) -> Trace | None:
        """Give the trace that shows `change` to undo what happened a short while ago, or None.

        A reworded block returns when its new text was there before; when only its old text is young, it was
        changed once more, which is news.
        """
        block = change.after or change.before
        trace = self.trace_of(block)
        if trace is None or trace.present is (change.after is not None):
            return None
        return trace if trace.is_fresh(at) else None

    def flaps(self, text: str) -> bool:
        """Whether a text is known to come and go, and did so lately enough to be expected to."""
        trace = self.traces.get(fingerprint(text).hex())
        return trace is not None and trace.returns > 1

    def with_turns(self, changes: Iterable[BlockChange], at: datetime, *, told: bool) -> Memory:
        """Give the memory after these blocks came and went at `at`."""
        traces = dict(self.traces)
        for change in changes:
            if change.difference is Difference.MOVED:
                continue
            returns = int(self.returning(change, at) is not None)
            chain = self._chain(change, at)
            for block, present in ((change.before, False), (change.after, True)):
                if block is not None:
                    _turn(traces, block, Turn(present, at, returns, told, chain if present else 0))
        return replace(self, traces=_bounded(traces))

    def _chain(self, change: BlockChange, at: datetime) -> int:
        if change.before is None or change.after is None:
            return 0
        trace = self.trace_of(change.before)
        goes_on = trace is not None and trace.present and trace.is_fresh(at)
        return trace.chain + 1 if trace is not None and goes_on else 1

    def with_told(self, changes: Iterable[BlockChange]) -> Memory:
        """Give the memory after a person was told of the last turn of these blocks."""
        traces = dict(self.traces)
        for change in changes:
            for block in (change.before, change.after):
                trace = self.trace_of(block)
                if trace is not None:
                    traces[trace.key] = replace(trace, told=True)
        return replace(self, traces=traces)

    def to_json(self) -> str:
        """Give the memory as text that `from_json` reads."""
        return json.dumps(
            {
                "traces": [_trace_out(trace) for trace in self.traces.values()],
                "waiting": [_waiting_out(waiting) for waiting in self.waiting],
                "rules": [rule.to_data() for rule in self.rules],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Memory:
        """Give the memory that `to_json` wrote."""
        held = json.loads(text)
        traces = [_trace_in(row) for row in held["traces"]]
        return cls(
            {trace.key: trace for trace in traces},
            tuple(_waiting_in(row) for row in held["waiting"]),
            tuple(Rule.from_data(row) for row in held["rules"]),
        )


def forget(memory: Memory, entry: Learned) -> Memory:
    """Give the memory without one thing that it learned: the text is new again when it next comes or goes."""
    return replace(
        memory, traces={key: trace for key, trace in memory.traces.items() if key != entry.key}
    )


def with_rule(memory: Memory, rule: Rule) -> Memory:
    """Give the memory with a person's rule, once."""
    return memory if rule in memory.rules else replace(memory, rules=(*memory.rules, rule))


def without_rule(memory: Memory, rule: Rule) -> Memory:
    """Give the memory with a person's rule taken back."""
    return replace(memory, rules=tuple(held for held in memory.rules if held != rule))


class Turn(NamedTuple):
    """One coming or going of a text."""

    present: bool
    at: datetime
    returns: int
    told: bool
    chain: int


def _turn(traces: dict[str, Trace], block: Block, turn: Turn) -> None:
    key = block.fingerprint.hex()
    old = traces.pop(key, None)
    earlier = old.returns if old is not None and old.is_fresh(turn.at) else 0
    traces[key] = Trace(
        key,
        block.text[:_EXAMPLE],
        turn.present,
        old.first_at if old is not None else turn.at,
        turn.at,
        earlier + turn.returns,
        turn.told,
        turn.chain,
    )


def _bounded(traces: dict[str, Trace]) -> dict[str, Trace]:
    """Give at most MOST_TRACES: texts that returned before those that did not, then the latest."""
    if len(traces) <= MOST_TRACES:
        return traces
    kept = sorted(traces.values(), key=lambda trace: (trace.returns > 0, trace.since), reverse=True)
    keys = {trace.key for trace in kept[:MOST_TRACES]}
    return {key: trace for key, trace in traces.items() if key in keys}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _trace_out(trace: Trace) -> list[Any]:
    return [
        trace.key,
        trace.text,
        int(trace.present),
        _seconds(trace.first_at),
        _seconds(trace.since),
        trace.returns,
        int(trace.told),
        trace.chain,
    ]


def _trace_in(row: list[Any]) -> Trace:
    key, text, present, first_at, since, returns, told, chain = row
    times = _moment(first_at), _moment(since)
    return Trace(key, text, bool(present), *times, returns, bool(told), chain)


def _waiting_out(waiting: Waiting) -> dict[str, Any]:
    change = waiting.change
    return {
        "difference": change.difference.value,
        "before": _block_out(change.before),
        "after": _block_out(change.after),
        "snapshots": [waiting.before_snapshot, waiting.after_snapshot],
        "at": _seconds(waiting.changed_at),
        "counts": [waiting.left, waiting.there],
    }


def _waiting_in(row: dict[str, Any]) -> Waiting:
    change = BlockChange(
        Difference(row["difference"]), _block_in(row["before"]), _block_in(row["after"])
    )
    before, after = row["snapshots"]
    left, there = row["counts"]
    return Waiting(change, before, after, _moment(row["at"]), left, there)


def _block_out(block: Block | None) -> list[Any] | None:
    if block is None:
        return None
    return [block.kind.value, block.text, block.region.value, list(block.path), block.level]


def _block_in(row: list[Any] | None) -> Block | None:
    if row is None:
        return None
    kind, text, region, path, level = row
    return Block(BlockKind(kind), text, Region(region), tuple(path), level=level)
