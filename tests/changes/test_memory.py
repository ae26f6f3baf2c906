from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.changes.memory import MOST_TRACES, Memory, with_rule
from watcher.changes.records import MOST_PATIENCE, QUIET, Trace, Waiting
from watcher.changes.rules import Rule, RuleKind
from watcher.model import Block, BlockChange, BlockKind, Difference, Link, Region

AT = datetime(2026, 1, 5, tzinfo=UTC)
TEXTS = st.text(min_size=1, max_size=20)
TIMES = st.timedeltas(timedelta(0), timedelta(days=3_000)).map(lambda age: AT - age)
BLOCKS = st.builds(
    Block,
    st.sampled_from(BlockKind),
    TEXTS,
    st.sampled_from(Region),
    st.tuples(TEXTS),
    st.tuples(st.builds(Link, TEXTS, TEXTS)),
    st.integers(0, 6),
    st.none() | st.integers(1, 9),
)
CHANGES = st.builds(BlockChange, st.just(Difference.CHANGED), BLOCKS, BLOCKS)
WAITING = st.builds(
    Waiting,
    CHANGES,
    st.integers(1, 99),
    st.integers(1, 99),
    TIMES,
    st.integers(0, 3),
    st.integers(0, 3),
    st.none() | TIMES,
)


@settings(max_examples=40)
@given(st.lists(CHANGES, max_size=4), st.lists(WAITING, max_size=3), TIMES, st.booleans())
def test_a_memory_survives_being_stored(
    changes: list[BlockChange], waiting: list[Waiting], at: datetime, told: bool
) -> None:
    memory = Memory(waiting=tuple(waiting)).with_turns(changes, at, told=told)
    memory = memory.with_relinked([(c.before, c.after) for c in changes if c.before and c.after])
    memory = with_rule(memory, Rule(RuleKind.SHAPE, "# views", "12 views"))
    assert Memory.from_json(memory.to_json()) == memory


def test_of_a_memory_in_another_form_the_rules_are_kept() -> None:
    rule = Rule(RuleKind.TEXT, "00ff", "a line")
    rows = json.loads(with_rule(Memory(), rule).to_json())
    rows["version"] = 99
    assert Memory.from_json(json.dumps(rows)) == Memory(rules=(rule,))


def test_the_oldest_traces_go_first() -> None:
    memory = Memory()
    for n in range(MOST_TRACES + 50):
        line = Block(BlockKind.PARAGRAPH, f"line {n}")
        added = BlockChange(Difference.ADDED, None, line)
        memory = memory.with_turns([added], AT + timedelta(hours=n), told=True)
    assert len(memory.traces) == MOST_TRACES
    assert {trace.text for trace in memory.traces.values()} >= {f"line {MOST_TRACES + 49}"}
    assert "line 0" not in {trace.text for trace in memory.traces.values()}


def test_patience_grows_with_returns_and_ends() -> None:
    patience = [Trace("", "", True, AT, AT, True, returns=n).patience for n in range(12)]
    assert patience[0] == patience[2] == QUIET
    assert patience == sorted(patience)
    assert patience[-1] == MOST_PATIENCE


def test_links_exchanged_back_are_forgotten() -> None:
    one = Block(BlockKind.PARAGRAPH, "See our list", links=(Link("list", "https://a.example/1"),))
    two = Block(BlockKind.PARAGRAPH, "See our list", links=(Link("list", "https://a.example/2"),))
    away = Memory().with_relinked([(one, two)])
    assert [pair.change.after for pair in away.relinked] == [two]
    assert away.with_relinked([(two, one)]).relinked == ()
