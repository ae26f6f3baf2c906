"""What each noun's rows promise: sources, checks, claims over time, changes and what became of them, the views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockKind,
    Change,
    ChangeKind,
    Check,
    Claim,
    ClaimChange,
    Cron,
    Decision,
    DeclaredClaim,
    Difference,
    DismissReason,
    Document,
    Evidence,
    FetchMode,
    HostRules,
    Judgement,
    Known,
    Offering,
    QuietHours,
    Review,
    Significance,
    Slug,
    Source,
    SourceId,
    Step,
    StepAction,
    Value,
    Verdict,
)

DATA, TERMS = SourceId("data"), SourceId("terms")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def claim(key: str, value: Value, quote: str = "As stated.", start: int = 0) -> Claim:
    return Claim(key, value, Evidence(quote, start, ("Data", "Retention")))


def change(at: datetime, level: int = 3, source_id: SourceId = DATA) -> Change:
    return Change(source_id, ChangeKind.CHANGE, None, None, at, at, Significance(level, ("why",)))


@pytest.fixture
def document_id(ledger: Ledger, noon: datetime) -> int:
    return ledger.documents.add(DATA, Document((Block(BlockKind.PARAGRAPH, "One."),)), noon)


# Sources


def test_what_is_no_longer_declared_is_kept_and_marked(
    ledger: Ledger, noon: datetime, source_named: Callable[[str], Source]
) -> None:
    offering = Offering(Slug("acme-api"), "Acme API", "Acme", "API")
    ledger.sources.sync([offering], [source_named("data")], noon + DAY)
    assert ledger.sources.retired() == [TERMS]
    ledger.sources.sync([], [source_named("data"), source_named("terms")], noon + 2 * DAY)
    assert ledger.sources.retired() == []
    rows = ledger.connection.rows("SELECT slug, retired_at FROM offerings")
    assert rows == [("acme-api", "2026-03-03T12:00:00.000000Z")]


def test_a_declaration_that_changed_is_taken_over_and_its_state_stays(
    ledger: Ledger, noon: datetime, source_named: Callable[[str], Source]
) -> None:
    ledger.sources.update(Known(DATA, failures=3))
    moved = replace(source_named("data"), url="https://acme.example/moved", title="Moved")
    ledger.sources.sync([], [moved, source_named("terms")], noon + DAY)
    assert ledger.sources.declared()[DATA].url == "https://acme.example/moved"
    assert ledger.sources.known(DATA).failures == 3


def test_due_are_those_never_looked_at_then_by_due_time(
    ledger: Ledger, noon: datetime, source_named: Callable[[str], Source]
) -> None:
    names = ["late", "later", "not yet", "no plan", "never looked at", "wrong clock", "retired"]
    sources = {name: source_named(name) for name in names}
    ledger.sources.sync([], sources.values(), noon)
    ledger.sources.sync([], [sources[name] for name in names[:-1]], noon)
    ahead = noon + 400 * DAY
    ledger.sources.update(
        Known(SourceId("wrong clock"), last_check_at=ahead, next_due_at=ahead + DAY)
    )
    due_at = {"later": noon - HOUR, "late": noon, "not yet": noon + HOUR, "no plan": None}
    for name, at in due_at.items():
        ledger.sources.update(Known(SourceId(name), last_check_at=noon, next_due_at=at))
    found = [source.id for source in ledger.sources.due(noon)]
    assert sorted(found[:3]) == ["never looked at", "no plan", "wrong clock"]
    assert found[3:] == ["later", "late"]


def test_a_source_comes_back_as_it_was_declared(
    ledger: Ledger, noon: datetime, source_named: Callable[[str], Source]
) -> None:
    full = replace(
        source_named("full"),
        fetch=FetchMode.BROWSER,
        keep=("main",),
        drop=("nav", ".x"),
        claims=(DeclaredClaim("retention_days", None, r"(\d+) days"),),
        language="en",
        allow_private=True,
        cron=Cron("0 9 * * 1", "Europe/Berlin"),
        quiet=QuietHours(time(22), time(6, 30), "UTC"),
        steps=(
            Step(StepAction.TABS, ".regions button", panel="#region", within=2.5),
            Step(StepAction.CLICK_TEXT, "Show all", times=3, optional=True),
        ),
    )
    rules = {"acme.example": HostRules(2.5, 3, False, True)}
    ledger.sources.sync([], [full], noon, hosts=rules, digest="of the file")

    assert ledger.sources.standing() == [full]
    assert ledger.sources.due(noon) == [full]
    assert ledger.sources.host_rules() == rules
    assert ledger.sources.declared_as() == "of the file"


def test_an_unknown_source_is_known_by_name_only_and_cannot_be_written(
    ledger: Ledger, noon: datetime
) -> None:
    nobody = SourceId("nobody")
    assert ledger.sources.known(nobody) == Known(nobody)
    assert ledger.checks.latest(DATA) is None
    with pytest.raises(NotFound, match="'nobody'"):
        ledger.sources.update(Known(nobody))
    with pytest.raises(NotFound, match="'nobody'"):
        ledger.checks.add(Check(nobody, noon, Judgement(Verdict.OK, "page")))


def test_the_way_of_fetching_that_worked_is_remembered(ledger: Ledger) -> None:
    assert ledger.sources.fetch_mode(DATA) is None
    ledger.sources.remember_fetch(DATA, FetchMode.BROWSER)
    assert ledger.sources.fetch_mode(DATA) is FetchMode.BROWSER


# Claims


def test_claims_are_intervals(ledger: Ledger, noon: datetime, document_id: int) -> None:
    training, kept = claim("trains_on_inputs", False), claim("retention_days", 30)
    ledger.claims.record(DATA, document_id, (training, kept), noon)
    longer = claim("retention_days", 90)
    ledger.claims.record(DATA, document_id, (training, longer), noon + DAY)
    ledger.claims.record(DATA, document_id, (longer,), noon + 2 * DAY)
    assert ledger.claims.current(DATA) == (longer,)
    assert set(ledger.claims.as_of(DATA, noon)) == {training, kept}
    assert set(ledger.claims.as_of(DATA, noon + DAY)) == {training, longer}
    assert ledger.claims.as_of(DATA, noon - DAY) == ()
    spans = [
        (row.claim.value, row.seen_from, row.seen_until)
        for row in ledger.claims.history(DATA, "retention_days")
    ]
    assert spans == [(30, noon, noon + DAY), (90, noon + DAY, None)]


def test_claims_and_what_waits_are_told_for_many_sources_as_for_each(
    ledger: Ledger, noon: datetime, document_id: int
) -> None:
    ledger.claims.record(TERMS, document_id, (claim("minimum_age", 18), claim("sale", True)), noon)
    ledger.claims.record(DATA, document_id, (claim("retention_days", 30),), noon)
    ledger.claims.record(DATA, document_id, (claim("regions", ("eu", "us")),), noon + DAY)
    ledger.sources.update(replace(ledger.sources.known(TERMS), pending=True))
    asked = (TERMS, DATA, SourceId("nobody"))
    held = ledger.claims.current_of(asked)
    assert list(held) == list(asked)
    assert (held[TERMS], held[DATA]) == (
        ledger.claims.current(TERMS),
        (claim("regions", ("eu", "us")),),
    )
    assert held[SourceId("nobody")] == ()
    assert ledger.sources.pending(asked) == {TERMS}
    assert ledger.sources.pending([DATA]) == set()


def test_the_same_claim_keeps_its_row_and_its_quote_follows_the_document(
    ledger: Ledger, noon: datetime, document_id: int
) -> None:
    ledger.claims.record(DATA, document_id, (claim("retention_days", 30, "Kept 30 days."),), noon)
    later = ledger.documents.add(DATA, Document(()), noon + DAY)
    moved = claim("retention_days", 30, "We keep it for 30 days.", 99)
    ledger.claims.record(DATA, later, (moved,), noon + DAY)
    (row,) = ledger.claims.history(DATA, "retention_days")
    assert (row.claim, row.seen_from, row.document_id) == (moved, noon, later)


def test_true_and_1_are_different_values(ledger: Ledger, noon: datetime, document_id: int) -> None:
    for value in (True, 1, 1.0):
        ledger.claims.record(DATA, document_id, (claim("baa", value),), noon)
    assert [repr(row.claim.value) for row in ledger.claims.history(DATA, "baa")] == [
        "True", "1", "1.0"
    ]  # fmt: skip


def test_a_technical_upgrade_is_labelled(ledger: Ledger, noon: datetime, document_id: int) -> None:
    ledger.claims.record(DATA, document_id, (claim("retention_days", 30),), noon)
    better = claim("retention_days", 31)
    ledger.claims.record(DATA, document_id, (better,), noon + DAY, cause="technical")
    before, after = ledger.claims.history(DATA, "retention_days")
    assert (before.cause, before.ended_cause) == ("observed", "technical")
    assert (after.cause, after.ended_cause) == ("technical", None)
    rows = ledger.connection.rows("SELECT value, changed_at FROM current_claims")
    assert rows == [(31, "2026-03-01T12:00:00Z")]  # the source did not change when we did


def test_two_claims_with_one_id_are_a_bug(ledger: Ledger, noon: datetime, document_id: int) -> None:
    with pytest.raises(ValueError, match="two claims with one id"):
        ledger.claims.record(DATA, document_id, (claim("baa", True), claim("baa", False)), noon)


# Documents


def test_a_document_is_stored_once_to_the_letter(ledger: Ledger, noon: datetime) -> None:
    straight = Document((Block(BlockKind.PARAGRAPH, "We don't train."),), reader="1")
    curly = Document((Block(BlockKind.PARAGRAPH, "We don’t train."),), reader="1")
    ids = [ledger.documents.add(DATA, each, noon) for each in (straight, curly, straight)]
    assert straight.digest == curly.digest
    assert ids[0] == ids[2] != ids[1]
    assert ledger.documents.get(ids[1]) == curly
    assert ledger.documents.add(DATA, replace(straight, reader="2"), noon) not in ids


def test_a_document_at_hand_is_the_one_that_is_held(
    ledger: Ledger, path: Path, noon: datetime
) -> None:
    old, new = (Document((Block(BlockKind.PARAGRAPH, text),)) for text in ("Old.", "New."))
    ids = [ledger.documents.add(DATA, each, noon) for each in (old, new)]
    with Ledger.open(path) as beside:
        beside.connection.write("DELETE FROM documents WHERE id = ?", (ids[0],))
        columns = "source, payload, digest, reader, title, made_at"
        beside.connection.write(
            f"REPLACE INTO documents SELECT ?, {columns} FROM documents WHERE id = ?", ids
        )
    assert ledger.documents.get(ids[0]) == new
    with pytest.raises(NotFound):
        ledger.documents.get(ids[1])


# Changes and reviews


def test_the_most_significant_and_oldest_waits_first(ledger: Ledger, noon: datetime) -> None:
    levels = [(1, noon), (5, noon + DAY), (5, noon), (3, noon)]
    ids = [ledger.changes.add(change(at, level)) for level, at in levels]
    assert [each.id for each in ledger.changes.waiting(noon)] == [ids[2], ids[1], ids[3], ids[0]]
    newest_first = [each.id for each in ledger.changes.all()]
    assert newest_first == [ids[1], ids[3], ids[2], ids[0]]
    assert [each.id for each in ledger.changes.all(since=noon + DAY)] == [ids[1]]
    assert [each.id for each in ledger.changes.all(source_id=DATA, limit=1)] == [ids[1]]
    assert ledger.changes.all(source_id=TERMS) == []


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        (Decision.ACCEPT, "accepted"),
        (Decision.AMEND, "amended"),
        (Decision.DISMISS, "dismissed"),
        (Decision.DEFER, "deferred"),
    ],
)
def test_a_decision_sets_the_status_and_undoing_it_brings_the_change_back(
    ledger: Ledger, noon: datetime, decision: Decision, status: str
) -> None:
    change_id = ledger.changes.add(change(noon))
    assert ledger.changes.status(change_id) == "open"
    review = Review(change_id, decision, "ada", noon, DismissReason.COSMETIC, until=noon + DAY)
    review_id = ledger.reviews.add(review)
    assert ledger.changes.status(change_id) == status
    assert ledger.changes.waiting(noon) == []
    ledger.reviews.add(Review(change_id, Decision.UNDO, "ada", noon, undoes=review_id))
    assert ledger.changes.status(change_id) == "open"
    assert [each.id for each in ledger.changes.waiting(noon)] == [change_id]
    assert [each.decision for each in ledger.reviews.of(change_id)] == [decision, Decision.UNDO]


def test_what_was_deferred_comes_back_in_time_and_is_never_lost(
    ledger: Ledger, noon: datetime
) -> None:
    timed, untimed = (ledger.changes.add(change(noon)) for _ in range(2))
    ledger.reviews.add(Review(timed, Decision.DEFER, "ada", noon, until=noon + DAY))
    ledger.reviews.add(Review(untimed, Decision.DEFER, "ada", noon))
    assert [each.id for each in ledger.changes.waiting(noon)] == [untimed]
    assert [each.id for each in ledger.changes.waiting(noon + DAY)] == [timed, untimed]


def test_an_item_that_mended_itself_is_closed_unless_a_person_decided(
    ledger: Ledger, noon: datetime
) -> None:
    mended, decided = (ledger.changes.add(change(noon)) for _ in range(2))
    ledger.reviews.add(Review(decided, Decision.ACCEPT, "ada", noon))
    for change_id in (mended, mended, decided):
        ledger.changes.close(change_id, noon, "the source is back")
    assert ledger.changes.status(mended) == "closed"
    assert ledger.changes.status(decided) == "accepted"
    assert ledger.changes.waiting(noon + DAY) == []


def test_a_change_that_does_not_exist_is_said_not_to(ledger: Ledger, noon: datetime) -> None:
    with pytest.raises(NotFound, match="no change 7"):
        ledger.changes.get(7)
    with pytest.raises(NotFound, match="no change 7"):
        ledger.changes.status(7)
    with pytest.raises(NotFound, match="no change 7"):
        ledger.changes.close(7, noon, "why")
    with pytest.raises(NotFound, match="no change 7"):
        ledger.reviews.add(Review(7, Decision.ACCEPT, "ada", noon))
    assert ledger.reviews.latest() is None


# Views


def test_to_find_nothing_unsettled_takes_no_longer_with_more_sources(
    ledger: Ledger, noon: datetime, source_named: Callable[[str], Source]
) -> None:
    def steps() -> int:
        taken: list[None] = []
        raw = ledger.connection.database.conn
        raw.set_progress_handler(lambda: taken.append(None), 1)
        assert ledger.unsettled.all() == set()
        raw.set_progress_handler(None, 0)
        return len(taken)

    few = steps()
    ledger.sources.sync([], [source_named(f"page-{number}") for number in range(300)], noon)

    assert steps() == few


def test_the_views_speak_plainly(ledger: Ledger, noon: datetime, document_id: int) -> None:
    stated = (claim("baa", True), claim("regions", ("EU", "US")), claim("retention_days", 30))
    ledger.claims.record(DATA, document_id, stated, noon)
    ledger.checks.add(Check(DATA, noon, Judgement(Verdict.BLOCKED, "status: 403"), 403))
    ledger.sources.update(
        Known(DATA, last_check_at=noon + DAY, last_verdict=Verdict.BLOCKED, last_good_at=noon)
    )
    difference = ClaimChange(
        Difference.CHANGED, claim("retention_days", 30), claim("retention_days", 90)
    )
    change_id = ledger.changes.add(replace(change(noon), claims=(difference,), title="Kept longer"))
    ledger.reviews.add(Review(change_id, Decision.ACCEPT, "ada", noon + DAY))

    claims = ledger.connection.rows(
        "SELECT claim_key, value, section, source_title, checked_at FROM current_claims"
    )
    told = ("Data > Retention", "Acme data", "2026-03-01T12:00:00Z")
    assert claims == [
        ("baa", "yes", *told), ("regions", "EU, US", *told), ("retention_days", 30, *told)
    ]  # fmt: skip
    changes = ledger.connection.rows(
        "SELECT changed_at, source_id, level, title, claims, status, reviewer FROM recent_changes"
    )
    assert changes == [
        (
            "2026-03-01T12:00:00Z",
            "data",
            3,
            "Kept longer",
            "retention_days: 30 -> 90",
            "accepted",
            "ada",
        )
    ]
    health = ledger.connection.rows(
        "SELECT source_id, last_check_at, last_verdict, last_signal, last_good_at FROM source_health"
    )
    assert health == [
        ("data", "2026-03-02T12:00:00Z", "blocked", "status: 403", "2026-03-01T12:00:00Z"),
        ("terms", None, None, None, None),
    ]
    history = ledger.connection.rows("SELECT source_id, checked_at, http_status FROM check_history")
    assert history == [("data", "2026-03-01T12:00:00Z", 403)]
