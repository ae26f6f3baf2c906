"""What `watcher verify` finds: one flipped byte anywhere, rows altered, removed or put in, seals cut off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger import sound

from watcher.errors import LedgerBusy, LedgerError, LedgerUnusable, WatcherError
from watcher.ledger import Ledger
from watcher.ledger.restoring import restore
from watcher.ledger.seals import COLLECTED, SEALED, ranges_from, ranges_of
from watcher.ledger.sums import register


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger, as a backup without a log beside it."""
    folder = tmp_path_factory.mktemp("sound")
    sound.make(folder / "watcher.db")
    with Ledger.open(folder / "watcher.db") as ledger:
        ledger.backup(folder / "whole.db")
    return folder / "whole.db"


@pytest.fixture(scope="module")
def written(whole: Path) -> list[int]:
    """The places of its file that hold something."""
    return [place for place, byte in enumerate(whole.read_bytes()) if byte]


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    path = tmp_path / "copy.db"
    path.write_bytes(whole.read_bytes())
    return path


def past_watcher(path: Path, *statements: str) -> None:
    """Alter a ledger as somebody would who knows SQLite, and lifts what refuses it."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("BEGIN")
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        raw.execute(statement)
    register(raw)
    for _, sql in triggers:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.close()


def test_a_sound_ledger_is_found_sound(whole: Path) -> None:
    assert sound.findings(whole) == []


def test_the_sound_ledger_holds_something_where_it_matters(whole: Path) -> None:
    """Or a flipped byte could not be tried there."""
    raw = sqlite3.connect(whole)
    wanted = {
        *SEALED,
        "seals",
        "leaves",
        "gone",
        "sums",
        "claims",
        "source_states",
        "hosts",
        "outbox",
        "channels",
        "deliveries",
    }
    empty = [each for each in wanted if raw.execute(f"SELECT 1 FROM {each}").fetchone() is None]
    raw.close()
    assert empty == []


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
}


def last_id(path: Path, noun: str) -> int:
    raw = sqlite3.connect(path)
    found = raw.execute(f"SELECT max({SEALED[noun]}) FROM {noun}").fetchone()[0]
    raw.close()
    return int(found or 0)


@pytest.mark.parametrize("noun", sorted(set(SEALED) - {"screenshots"}))
def test_an_altered_row_is_named(noun: str, copy: Path) -> None:
    row = last_id(copy, noun)
    past_watcher(copy, ALTERED[noun].format(id=row))

    chain = [each for each in sound.findings(copy) if each.step == "chain"]

    assert [(each.table, each.row) for each in chain] == [(noun, str(row))]
    assert "altered" in chain[0].what


@pytest.mark.parametrize("noun", sorted(set(SEALED) - {"screenshots", "sources"}))
def test_a_removed_row_is_named(noun: str, copy: Path) -> None:
    row = last_id(copy, noun)
    past_watcher(copy, f"DELETE FROM {noun} WHERE {SEALED[noun]} = {row}")

    chain = [each for each in sound.findings(copy) if each.step == "chain"]

    assert [(each.table, each.row) for each in chain] == [(noun, str(row))]
    assert "removed" in chain[0].what


def test_rows_that_changed_places_are_named(copy: Path) -> None:
    past_watcher(
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
    past_watcher(copy, f"{put_in} ORDER BY id DESC LIMIT 1")
    named = [each for each in sound.findings(copy) if each.step == "chain"]
    assert [(each.table, each.row) for each in named] == [("checks", "2")]


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE claims SET value = '99' WHERE id = 1", "claims"),
        ("UPDATE sources SET url = 'https://evil.example/'", "sources"),
        ("UPDATE source_states SET last_good_at = '2030-01-01T00:00:00.000000Z'", "source_states"),
        ("DELETE FROM claims WHERE id = 1", "claims"),
        ("INSERT INTO hosts VALUES ('other.example', NULL, 1.0, 0)", "hosts"),
        ("UPDATE snapshots SET document_id = NULL", "snapshots"),
    ],
)
def test_what_may_be_altered_is_held_by_its_sum(copy: Path, statement: str, table: str) -> None:
    past_watcher(copy, statement)
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
    past_watcher(
        copy,
        f"DELETE FROM gone WHERE seal = {head.number}",
        f"DELETE FROM leaves WHERE seal = {head.number}",
        f"DELETE FROM seals WHERE id = {head.number}",
    )
    with Ledger.open(copy) as ledger:
        assert ledger.seals.find(head.digest) is None


def test_rows_removed_as_if_by_retention_need_a_seal_that_says_so(copy: Path) -> None:
    past_watcher(
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


# ── backup and restore ───────────────────────────────────────────────────────────────────────────


def test_a_backup_taken_in_the_midst_of_looks_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    sound.make(path)
    with Ledger.open(path) as sweeping, sweeping.sweeping(), Ledger.open(path) as other:
        for day in range(60, 66):
            with sweeping.atomic():
                sound.look(sweeping, sound.DATA, day, 60)
                other.backup(tmp_path / f"{day}.db")
    for day in range(60, 66):
        assert sound.findings(tmp_path / f"{day}.db") == []


def test_restoring_puts_the_backup_there_and_keeps_what_was(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    assert restore(whole, path) is None
    with Ledger.open(path) as ledger:
        sound.look(ledger, sound.TERMS, 70, 9)
        later = ledger.statistics()["checks"]
    with pytest.raises(LedgerError, match="--force"):
        restore(whole, path)

    kept = restore(whole, path, force=True)

    assert sound.dump(path) == sound.dump(whole)
    assert kept is not None
    with Ledger.open(kept) as ledger:
        assert ledger.statistics()["checks"] == later


def test_restoring_over_a_damaged_ledger_takes_no_log_of_it(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    path.write_bytes(b"rubbish" * 1000)
    path.with_name("watcher.db-wal").write_bytes(b"a log of something else")
    restore(whole, path, force=True)
    assert sound.findings(path) == []
    assert path.with_name("watcher.db.replaced").read_bytes().startswith(b"rubbish")
    assert not path.with_name("watcher.db-wal").exists()


def test_a_broken_backup_is_not_restored(copy: Path, tmp_path: Path) -> None:
    past_watcher(copy, "UPDATE reviews SET reviewer = 'eve' WHERE id = 1")
    with pytest.raises(LedgerUnusable, match=r"reviews 1.*altered"):
        restore(copy, tmp_path / "watcher.db")
    assert not (tmp_path / "watcher.db").exists()


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(WatcherError) as told:
        call()
    return str(told.value)


def test_restoring_onto_itself_or_during_a_sweep_is_refused(whole: Path, copy: Path) -> None:
    assert "the ledger itself" in refused(lambda: restore(copy, copy, force=True))
    with Ledger.open(copy) as ledger, ledger.sweeping(), pytest.raises(LedgerBusy):
        restore(whole, copy, force=True)
