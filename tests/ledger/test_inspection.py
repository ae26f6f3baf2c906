"""What `watcher verify` finds: one flipped byte anywhere, rows altered, removed or put in, seals cut off."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger import sound

from watcher.errors import LedgerError
from watcher.ledger import Ledger
from watcher.ledger.seals import COLLECTED, SEALED, WHOLLY_SEALED, Seals, ranges_from, ranges_of
from watcher.ledger.sums import register
from watcher.model import Check, Comment, Judgement, Verdict


@pytest.fixture(scope="module")
def written(whole: Path) -> list[int]:
    """The places of its file that hold something."""
    return [place for place, byte in enumerate(whole.read_bytes()) if byte]


def test_a_sound_ledger_is_found_sound(whole: Path) -> None:
    assert sound.findings(whole) == []


def test_the_sound_ledger_holds_something_where_it_matters(whole: Path) -> None:
    """Or a flipped byte could not be tried there."""
    raw = sqlite3.connect(whole)
    tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    empty = [each for (each,) in tables if raw.execute(f"SELECT 1 FROM {each}").fetchone() is None]
    raw.close()
    assert set(empty) <= {"offerings"}


@settings(max_examples=250)
@given(data=st.data(), flip=st.integers(1, 255))
def test_one_flipped_byte_is_found_or_changes_nothing(
    whole: Path, written: list[int], data: st.DataObject, flip: int
) -> None:
    """Anywhere in the file: refused, or found, or in room that holds nothing, and every row is as it was."""
    content = bytearray(whole.read_bytes())
    place = data.draw(st.one_of(st.sampled_from(written), st.integers(0, len(content) - 1)))
    content[place] ^= flip
    flipped = whole.with_name("flipped.db")
    flipped.write_bytes(content)
    try:
        findings = sound.findings(flipped)
    except LedgerError as refused:
        assert str(flipped) in str(refused)
        return
    assert findings or sound.dump(flipped) == sound.dump(whole)


def test_a_flipped_byte_of_a_payload_is_named(whole: Path, copy: Path) -> None:
    raw = sqlite3.connect(whole)
    payloads = raw.execute("SELECT id, compressed FROM payloads").fetchall()
    raw.close()
    content = whole.read_bytes()
    assert len(payloads) > 20
    for row_id, compressed in payloads:
        if content.count(compressed) != 1:
            continue  # it goes over several pages
        place = content.index(compressed) + len(compressed) // 2
        copy.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        named = [each for each in sound.findings(copy) if "not what was written" in each.what]
        assert [(each.table, each.row, each.source) for each in named] in (
            [("payloads", str(row_id), "data")],
            [("payloads", str(row_id), "terms")],
        )


ALTERED = {
    "checks": "UPDATE checks SET verdict = 'unchanged' WHERE id = {id}",
    "snapshots": "UPDATE snapshots SET taken_at = '2020-01-01T00:00:00.000000Z' WHERE id = {id}",
    "payloads": "UPDATE payloads SET size = size + 1 WHERE id = {id}",
    "documents": "UPDATE documents SET title = 'Other' WHERE id = {id}",
    "suppressions": "UPDATE suppressions SET number = 9 WHERE id = {id}",
    "changes": "UPDATE changes SET title = 'Nothing much' WHERE id = {id}",
    "closings": "UPDATE closings SET why = 'no reason' WHERE number = {id}",
    "reviews": "UPDATE reviews SET decision = 'dismiss' WHERE id = {id}",
    "comments": "UPDATE comments SET text = 'Fine.' WHERE id = {id}",
    "corrections": "UPDATE corrections SET value = '9' WHERE change_id = {id}",
    "screenshots": "UPDATE screenshots SET payload = 1 WHERE snapshot_id = {id}",
    "sources": "UPDATE sources SET source_id = 'other' WHERE id = {id}",
    "same_changes": "UPDATE same_changes SET mark = 'other' WHERE change_id = {id}",
    "claims": "UPDATE claims SET value = '99' WHERE id = {id}",
    "outbox": "UPDATE outbox SET added_at = '2020-01-01T00:00:00.000000Z' WHERE id = {id}",
    "second_readings": "UPDATE second_readings SET model = 'other' WHERE id = {id}",
    "proposals": "UPDATE proposals SET stance = 'agrees' WHERE id = {id}",
    "weighings": "UPDATE weighings SET level = 1 WHERE number = {id}",
}


def last_id(path: Path, noun: str) -> int:
    """Give the newest row of a table that is sealed."""
    raw = sqlite3.connect(path)
    sealed = f"SELECT max(last) FROM leaves WHERE noun = '{noun}'"
    key = SEALED[noun]
    found = raw.execute(f"SELECT max({key}) FROM {noun} WHERE {key} <= ({sealed})").fetchone()[0]
    raw.close()
    return int(found or 0)


@pytest.mark.parametrize("noun", sorted(set(SEALED) - {"screenshots"}))
def test_an_altered_row_is_named(noun: str, copy: Path) -> None:
    row = last_id(copy, noun)
    sound.past_watcher(copy, ALTERED[noun].format(id=row))

    chain = [each for each in sound.findings(copy) if each.step == "chain"]

    assert [(each.table, each.row) for each in chain] == [(noun, str(row))]
    assert "altered" in chain[0].what


@pytest.mark.parametrize("noun", sorted(set(SEALED) - {"screenshots", "sources"}))
def test_a_removed_row_is_named(noun: str, copy: Path) -> None:
    row = last_id(copy, noun)
    sound.past_watcher(copy, f"DELETE FROM {noun} WHERE {SEALED[noun]} = {row}")

    chain = [each for each in sound.findings(copy) if each.step == "chain"]

    assert [(each.table, each.row) for each in chain] == [(noun, str(row))]
    assert "removed" in chain[0].what


WAITING = {
    "checks": "verdict = 'unchanged'",
    "changes": "title = 'Nothing much'",
    "reviews": "reviewer = 'eve'",
    "comments": "text = 'Fine.'",
    "suppressions": "number = 9",
    "same_changes": "mark = 'other'",
    "outbox": "added_at = ''",
    "documents": "title = 'Other'",
}
"""What is altered of a row that waits for its seal."""


@pytest.mark.parametrize("noun", WAITING)
def test_a_row_that_waits_for_its_seal_is_held_too(noun: str, copy: Path) -> None:
    newest = f"{SEALED[noun]} = (SELECT max({SEALED[noun]}) FROM {noun})"
    sound.past_watcher(copy, f"UPDATE {noun} SET {WAITING[noun]} WHERE {newest}")
    named = [each for each in sound.findings(copy) if each.step == "sums"]
    assert [(each.table, each.what[:11]) for each in named] == [(noun, "is not what")]
    sound.past_watcher(copy, f"DELETE FROM {noun} WHERE {newest}")
    named = [each for each in sound.findings(copy) if each.step == "sums"]
    assert [(each.table, each.what[:12]) for each in named] == [(noun, "is not there")]


def test_every_row_is_held_by_a_seal_or_a_sum(whole: Path) -> None:
    """In every table: what has neither could be altered and nobody would see."""
    raw = sqlite3.connect(whole)
    held = {*SEALED, *(table for (table,) in raw.execute("SELECT DISTINCT noun FROM sums"))}
    tables = {
        name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    raw.close()
    assert tables - held == {"seals", "leaves", "gone", "sums", "offerings"}


def test_sealing_takes_the_place_of_sums(copy: Path) -> None:
    count = f"SELECT count(*) FROM sums WHERE noun IN {tuple(WHOLLY_SEALED)}"
    with Ledger.open(copy) as ledger:
        assert ledger.connection.row(count) > (5,)
        ledger.seals.seal(sound.BEGUN + 43 * sound.DAY)
        assert ledger.connection.row(count) == (0,)
        assert ledger.seals.waiting() == {}
    assert sound.findings(copy) == []


def test_a_few_checks_wait_an_hour_for_their_seal_and_anything_else_does_not(copy: Path) -> None:
    at = sound.BEGUN + 43 * sound.DAY
    with Ledger.open(copy) as ledger:
        ledger.seals.seal(at)
        for minutes, waits in ((20, {"checks": 1}), (40, {"checks": 2}), (60, {})):
            then = at + timedelta(minutes=minutes)
            ledger.checks.add(Check(sound.DATA, then, Judgement(Verdict.UNCHANGED, "same bytes")))
            ledger.seals.seal_when_due(then)
            assert ledger.seals.waiting() == waits
        ledger.comments.add(Comment(1, "ada", then, "Well."))
        ledger.seals.seal_when_due(then)
        assert ledger.seals.waiting() == {}


def test_a_sweep_that_takes_long_seals_in_between(copy: Path) -> None:
    at, passed = sound.BEGUN + 43 * sound.DAY, [0.0]
    with Ledger.open(copy) as ledger:
        seals = Seals(ledger.connection, ledger.id, clock=lambda: passed[0])
        for passed[0], waits in ((0.0, True), (3599.0, True), (3600.0, False)):
            seals.seal_in_between(at)
            assert bool(seals.waiting()) is waits


def test_rows_that_changed_places_are_named(copy: Path) -> None:
    sound.past_watcher(
        copy,
        "UPDATE reviews SET id = -1 WHERE id = 2",
        "UPDATE reviews SET id = 2 WHERE id = 4",
        "UPDATE reviews SET id = 4 WHERE id = -1",
    )
    named = {(each.table, each.row) for each in sound.findings(copy) if each.step == "chain"}
    assert named == {("reviews", "2"), ("reviews", "4")}


def test_a_row_put_in_where_one_had_gone_is_named(copy: Path) -> None:
    columns = "source, checked_at, verdict, signal, status, elapsed, snapshot_id"
    put_in = f"INSERT INTO checks SELECT 2, {columns} FROM checks"
    sound.past_watcher(copy, f"{put_in} ORDER BY id DESC LIMIT 1")
    named = [each for each in sound.findings(copy) if each.step == "chain"]
    assert [(each.table, each.row) for each in named] == [("checks", "2")]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE claims SET quote_start = 3 WHERE id = 1", "claims"),
        ("UPDATE sources SET url = 'https://evil.example/'", "sources"),
        ("UPDATE source_states SET last_good_at = '2030-01-01T00:00:00.000000Z'", "source_states"),
        ("DELETE FROM claims WHERE id = 1", "claims"),
        ("INSERT INTO hosts VALUES ('other.example', NULL, 1.0, 0)", "hosts"),
        ("UPDATE snapshots SET document_id = NULL", "snapshots"),
    ],
)
def test_what_may_be_altered_is_held_by_its_sum(copy: Path, statement: str, table: str) -> None:
    sound.past_watcher(copy, statement)
    assert {each.table for each in sound.findings(copy) if each.step == "sums"} == {table}


def test_a_dropped_refusal_is_named(copy: Path) -> None:
    raw = sqlite3.connect(copy)
    raw.execute("DROP TRIGGER reviews_refuse_update")
    raw.close()
    assert [each.table for each in sound.findings(copy)] == ["reviews_refuse_update"]


def test_a_quote_that_is_not_in_its_document_is_named(copy: Path) -> None:
    register_and_update(copy, "UPDATE claims SET quote = 'We never keep anything.' WHERE id = 1")
    assert [(each.step, each.row) for each in sound.findings(copy)] == [("quotes", "1")]


def register_and_update(path: Path, statement: str) -> None:
    """Alter a row as Watcher itself would: the sum is kept."""
    raw = sqlite3.connect(path)
    register(raw)
    raw.execute(statement)
    raw.commit()
    raw.close()


def test_a_row_that_points_nowhere_is_named(copy: Path) -> None:
    register_and_update(
        copy, "INSERT INTO outbox (name, change_id, added_at) VALUES ('changes/99', 99, '')"
    )
    assert [(each.step, each.table) for each in sound.findings(copy)] == [("references", "outbox")]


def test_a_ledger_whose_last_seals_were_cut_off_betrays_itself_by_a_noted_head(copy: Path) -> None:
    with Ledger.open(copy) as ledger:
        head = ledger.seals.head()
        assert head is not None and ledger.seals.find(head.digest) == head.number
    sound.past_watcher(
        copy,
        f"DELETE FROM gone WHERE seal = {head.number}",
        f"DELETE FROM leaves WHERE seal = {head.number}",
        f"DELETE FROM seals WHERE id = {head.number}",
    )
    with Ledger.open(copy) as ledger:
        assert ledger.seals.find(head.digest) is None


def test_rows_removed_as_if_by_retention_need_a_seal_that_says_so(copy: Path) -> None:
    sound.past_watcher(
        copy, f"DELETE FROM checks WHERE id = {last_id(copy, 'checks')}", "DELETE FROM gone"
    )
    assert any(each.table == "checks" for each in sound.findings(copy))


def test_decisions_never_go_by_retention() -> None:
    assert not set(COLLECTED) & {"changes", "reviews", "comments", "corrections", "closings"}


@given(st.sets(st.integers(1, 60)))
def test_ranges_say_which_ids_went(rows: set[int]) -> None:
    if rows:
        told = ranges_from(ranges_of(rows))
        assert {each for low, high in told for each in range(low, high + 1)} == rows


def test_what_retention_and_compacting_do_is_sound(copy: Path) -> None:
    with Ledger.open(copy) as ledger:
        for day in range(50, 120):
            sound.look(ledger, sound.DATA, day, 30 + day // 20)
            ledger.seals.seal_when_due(sound.BEGUN + day * sound.DAY)
        assert ledger.collect(sound.BEGUN + 110 * sound.DAY, keep=1).checks > 50
        ledger.compact()
        pruned = ledger.connection.row("SELECT count(*) FROM leaves WHERE leaves IS NULL")
    assert pruned is not None and pruned[0] > 50
    assert sound.findings(copy) == []
