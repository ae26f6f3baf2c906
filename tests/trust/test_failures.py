"""Failures that other tools of this kind have shown, by their number in the study of their defects.

Those with a room of their own are tested there, under the same kind of name; `test_every_failure_has_its_test` counts.
"""

from __future__ import annotations

import gc
import re
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from watcher.model import ChangeKind, DeclaredClaim, Judgement, Verdict

TESTS = Path(__file__).resolve().parents[1]
Told = Callable[[Any], list[tuple[object, object]]]
CLAUSE = "<p>We may share usage statistics with our affiliates for the purpose of billing.</p>"


def judgement(report: Any) -> Judgement:
    """Give what the last look of a sweep found: a doubtful page is asked for again at once."""
    return report.outcomes[-1].judgement  # type: ignore[no-any-return]


def test_every_failure_has_its_test() -> None:
    names = re.findall(
        r"def test_failure((?:_\d\d)+)_", "".join(p.read_text() for p in TESTS.rglob("*.py"))
    )
    numbers = {int(number) for name in names for number in name.split("_") if number}
    assert numbers == set(range(1, 16))


def test_failure_02_a_value_that_turns_back_is_told_each_time(world: Any, told: Told) -> None:
    world.watch("a", world.policy(30))
    world.sweep()
    for before, after in ((30, 90), (90, 30), (30, 90)):
        world.pages["a"] = world.policy(after)
        assert told(world.sweep()) == [(before, after)]


def test_failure_02_a_clause_that_comes_and_goes_falls_silent_and_its_end_is_told(
    world: Any,
) -> None:
    world.watch("a", world.policy())
    world.sweep()
    raised = []
    for _ in range(6):
        for more in (CLAUSE, ""):
            world.pages["a"] = world.policy(more=more)
            raised.append(len(world.sweep().raised))
    assert sum(raised) <= 3, "an alternation is one quiet note, not an alert a day"
    assert not any(raised[-6:])
    world.pages["a"] = world.policy(more=CLAUSE)
    later = [len(world.sweep(timedelta(days=20)).raised) for _ in range(8)]
    assert sum(later) == 1, "a variant that stays is news"


def test_failure_02_three_variants_are_learned_too(world: Any) -> None:
    others = [CLAUSE, CLAUSE.replace("affiliates", "partners in the region"), ""]
    world.watch("a", world.policy())
    world.sweep()
    raised = []
    for turn in range(18):
        world.pages["a"] = world.policy(more=others[turn % 3])
        raised.append(len(world.sweep().raised))
    assert not any(raised[-6:])


def test_failure_02_what_repeats_survives_the_trimming_of_history(world: Any, told: Told) -> None:
    world.watch("a", world.policy(30))
    for days in (30, 90, 30, 90, 30):
        world.pages["a"] = world.policy(days)
        world.sweep()
    world.ledger.collect(world.now + timedelta(days=400), keep=1)
    for change in world.ledger.changes.all():
        for snapshot in (change.before_snapshot, change.after_snapshot):
            assert snapshot is None or world.ledger.snapshots.payload(snapshot)
    world.pages["a"] = world.policy(90)
    assert told(world.sweep()) == [(30, 90)]


def test_failure_04_a_selector_that_matches_nothing_is_said_and_changes_nothing(
    world: Any,
) -> None:
    world.watch(
        "a", world.policy(more='<div id="terms"><p>Fees are due.</p></div>'), keep=("#terms",)
    )
    world.sweep()
    for page in (world.policy(), world.policy(more='<div id="terms"></div>')):
        world.pages["a"] = page
        report = world.sweep()
        assert not judgement(report).verdict.is_good
        assert {change.kind for change in report.raised} <= {ChangeKind.SOURCE}


def test_failure_04_a_selector_that_matches_two_documents_reads_both_and_says_what_came(
    world: Any,
) -> None:
    one, two = (
        f"<article><h2>{what}</h2><p>{what} are due within 30 days of the invoice and are never refunded.</p>"
        f"<p>You must pay all {what} in full before the service begins.</p></article>"
        for what in ("Fees", "Taxes")
    )
    world.watch("a", world.policy(more=one), keep=("article",))
    world.sweep()
    world.pages["a"] = world.policy(more=one + two)
    (change,) = world.sweep().raised
    assert all("Taxes" in block.after.text for block in change.blocks)


def test_failure_04_a_declared_claim_that_matches_nothing_is_said(world: Any) -> None:
    world.watch("a", world.policy(), claims=(DeclaredClaim("dpa", selector="table.dpa"),))
    report = world.sweep()
    assert judgement(report).verdict is Verdict.PARTIAL
    assert "table.dpa" in judgement(report).signal


def test_failure_04_a_page_that_shrinks_to_a_tenth_is_no_change(world: Any) -> None:
    clauses = "".join(
        f"<p>Clause {n}: each party shall keep record {n} safe.</p>" for n in range(60)
    )
    world.watch("a", world.policy(more=clauses))
    world.sweep()
    world.pages["a"] = world.policy()
    report = world.sweep()
    assert not report.raised
    assert not judgement(report).verdict.is_good
    world.pages["a"] = world.policy(more=clauses)
    assert not world.sweep().raised, "when it is back, nothing ever happened"


def test_failure_12_one_claim_changing_in_two_documents_is_told_of_both_as_one(
    world: Any, told: Told
) -> None:
    for name in ("terms", "privacy"):
        world.watch(name, world.policy(30))
    world.sweep()
    for name in ("terms", "privacy"):
        world.pages[name] = world.policy(90)
    report = world.sweep()
    assert told(report) == [(30, 90), (30, 90)]
    assert len({change.mark for change in report.raised}) == 1, "the queue shows them as one"


def test_failure_12_a_document_that_is_renamed_keeps_its_history(world: Any, told: Told) -> None:
    world.watch("a", world.policy(30))
    world.sweep()
    renamed = world.policy(30).replace("Data policy", "How we treat your data")
    world.pages["a"] = renamed
    assert told(world.sweep()) == []
    assert world.ledger.claims.current("a")
    world.pages["a"] = renamed.replace("30 days", "90 days")
    assert told(world.sweep()) == [(30, 90)]


def test_failure_12_a_document_that_is_split_in_two_tells_what_left_it(world: Any) -> None:
    annex = "".join(f"<p>Annex {n}: each party shall keep record {n} safe.</p>" for n in range(9))
    world.watch("a", world.policy(more=f"<h2>Annex</h2>{annex}"))
    world.sweep()
    world.pages["a"] = world.policy()
    raised = [change for _ in range(20) for change in world.sweep().raised]
    trouble, change = raised
    assert trouble.kind is ChangeKind.SOURCE, "at first it may as well be cut off"
    assert change.kind is ChangeKind.CHANGE, "in the end it is what the page says"
    assert "Annex 3" in "".join(block.before.text for block in change.blocks if block.before)


def test_failure_14_many_sources_take_no_more_memory_the_second_time(world: Any) -> None:
    for number in range(400):
        world.watch(f"s{number}", world.policy())
    world.sweep()
    tracemalloc.start()
    world.sweep()
    gc.collect()
    first, _ = tracemalloc.get_traced_memory()
    world.sweep()
    gc.collect()
    second, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert second - first < 20_000, "bytes that a sweep leaves behind"
    assert len(world.ledger.checks.of("s7")) == 3
