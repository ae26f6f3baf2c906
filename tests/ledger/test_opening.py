"""Files that are no sound ledger, places that cannot be written: each is named, with what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.ledger import sound

from watcher.errors import LedgerBusy, LedgerError, LedgerFull, LedgerTooNew, LedgerUnusable
from watcher.ledger import Ledger
from watcher.ledger.inspection import Inspection
from watcher.ledger.schema import APPLICATION_ID, MIGRATIONS, VERSION
from watcher.ledger.sums import register
from watcher.model import (
    Change,
    ChangeKind,
    Check,
    Decision,
    FetchMode,
    Judgement,
    Review,
    SecondReading,
    Significance,
    Source,
    SourceId,
    Verdict,
)

NOBODY = 65534


def test_a_new_ledger_makes_its_folder_and_keeps_its_id(tmp_path: Path) -> None:
    path = tmp_path / "snapshots" / "deeper" / "watcher.db"
    with Ledger.open(path) as ledger:
        first = ledger.id
        assert len(first) == 32
    with Ledger.open(path) as ledger:
        assert ledger.id == first
        assert ledger.connection.row("PRAGMA journal_mode") == ("wal",)
        assert ledger.connection.row("PRAGMA foreign_keys") == (1,)
        assert ledger.connection.row("PRAGMA user_version") == (VERSION,)
        assert ledger.connection.row("PRAGMA application_id") == (APPLICATION_ID,)
        assert len(MIGRATIONS.applied(ledger.connection.database)) == VERSION


def test_every_table_is_strict(ledger: Ledger) -> None:
    loose = ledger.connection.rows(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict AND schema = 'main' "
        "AND name NOT LIKE 'sqlite_%' AND name <> '_sqlite_migrations'"
    )
    assert loose == []


def test_a_missing_ledger_is_not_made_for_who_only_reads(path: Path) -> None:
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(LedgerUnusable, match="watcher sweep"):
            Ledger.open(path, **options)
    assert not path.exists()


def test_an_empty_file_becomes_a_ledger(path: Path) -> None:
    path.touch()
    with pytest.raises(LedgerUnusable, match="is empty"):
        Ledger.open(path, read_only=True)
    with Ledger.open(path, create=False) as ledger:
        assert ledger.id


@pytest.mark.parametrize(
    "content",
    [b"hello", b"offerings:\n  - slug: acme\n" * 400, bytes(5000), b"SQLite format 3\0junk"],
    ids=["short", "YAML", "NULs", "a header alone"],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LedgerUnusable, match=f"{path}.*(--ledger|backup)"):
        Ledger.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE holidays (day TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable, match="not a ledger of Watcher"):
        Ledger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0.05, 0.5, 0.95])
def test_a_half_written_ledger_is_said_to_be_damaged(
    path: Path, ledger: Ledger, kept: float
) -> None:
    copy = path.with_name("copy.db")
    ledger.backup(copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(LedgerUnusable, match=r"copy.db: is damaged .*backup"):
        Ledger.open(copy)


def test_damage_met_later_is_said_to_be_damage(path: Path, ledger: Ledger, noon: datetime) -> None:
    for _ in range(400):
        ledger.checks.add(Check(SourceId("data"), noon, Judgement(Verdict.OK, "page: " + "x" * 60)))
    copy = path.with_name("copy.db")
    ledger.backup(copy)
    row = ledger.connection.row("SELECT rootpage FROM sqlite_master WHERE name = 'checks'")
    content = bytearray(copy.read_bytes())
    database = sqlite3.connect(copy)
    root = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'checks'").fetchone()[
        0
    ]
    database.close()
    assert row is not None
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    copy.write_bytes(content)
    with Ledger.open(copy) as damaged, pytest.raises(LedgerUnusable, match="is damaged"):
        damaged.checks.of(SourceId("data"))


def test_a_ledger_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    Ledger.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {VERSION + 1}")
    newer.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(LedgerTooNew, match=r"newer Watcher.*Update Watcher"):
            Ledger.open(path, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_ledger_of_every_older_version_is_brought_up_to_date(path: Path, version: int) -> None:
    sound.of_version(version, path)
    with Ledger.open(path) as ledger:
        assert ledger.connection.row("PRAGMA user_version") == (VERSION,)
        assert list(Inspection(ledger).findings()) == []


def test_who_only_reads_brings_an_old_ledger_up_to_date_where_that_may_be(
    shared_path: Path,
) -> None:
    sound.of_version(5, shared_path)
    shared_path.chmod(0o444)
    said = without_permission(shared_path, lambda: Ledger.open_to_read(shared_path).close())
    assert said.startswith(f"LedgerOld: {shared_path}: was written by an older Watcher")
    assert f"tables of version 5, this one knows {VERSION}" in said
    assert "watcher status" in said
    shared_path.parent.chmod(0o755)
    shared_path.chmod(0o644)
    with Ledger.open_to_read(shared_path) as ledger:
        assert ledger.connection.row("PRAGMA user_version") == (VERSION,)
        assert ledger.connection.read_only


def test_what_the_second_reader_weighed_is_numbered_when_it_comes_under_the_chain(
    path: Path, noon: datetime
) -> None:
    sound.of_version(9, path)
    old = sqlite3.connect(path, isolation_level=None)
    register(old)
    at = noon.isoformat()
    old.execute(
        "INSERT INTO sources (id, source_id, url, title, kind, authority, offerings, every_seconds, declared_at) "
        "VALUES (1, 'data', '', '', 'other', 'primary', '[]', 1, ?)",
        (at,),
    )
    for change in (1, 2):
        old.execute(
            "INSERT INTO changes VALUES (?, 1, 'change', NULL, NULL, ?, ?, 1, '[]', '', '[]', x'')",
            (change, at, at),
        )
    old.execute("INSERT INTO payloads VALUES (1, x'00', 1, 'page', 0, NULL, 0, x'', 0)")
    old.execute("INSERT INTO documents VALUES (1, 1, 1, '', '', '', ?)", (at,))
    old.execute("INSERT INTO second_readings VALUES (1, 1, 1, ?, '', '', 0, '{}', '', 1)", (at,))
    old.executemany("INSERT INTO weighings VALUES (?, 1, 5)", [(2,), (1,)])
    old.close()
    with Ledger.open(path) as ledger:
        ledger.second.add_weighing(1, ledger.second.add(reading(noon)), 3)
        numbered = ledger.connection.rows("SELECT number, change_id, level FROM weighings")
        assert sorted(numbered) == [(1, 1, 5), (2, 2, 5), (3, 1, 3)]
        assert ledger.seals.waiting()["weighings"] == 3


def reading(at: datetime) -> SecondReading:
    return SecondReading(SourceId("data"), 1, at, "model", "1", 0)


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="is a folder"):
        Ledger.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "snapshots").write_text("a file where the folder should be")
    with pytest.raises(LedgerFull, match=r"snapshots.*--ledger"):
        Ledger.open(tmp_path / "snapshots" / "watcher.db")


@pytest.fixture
def shared_path() -> Iterator[Path]:
    """A place for a ledger in a folder that others may look into, as pytest's own are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "watcher.db"
        Path(folder).chmod(0o755)


def without_permission(path: Path, action: Callable[[], None]) -> str:
    """Run `action` in a child that may read the folder of `path` and write nothing there; give what it says."""
    path.parent.chmod(0o555)
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            if os.geteuid() == 0:
                os.setegid(NOBODY)
                os.seteuid(NOBODY)
            action()
        except LedgerError as error:
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writable, said.encode())
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writable)
    with os.fdopen(readable) as pipe:
        return pipe.read()


def test_no_write_permission_is_said_at_opening(shared_path: Path) -> None:
    path = shared_path
    Ledger.open(path).close()
    path.chmod(0o444)
    said = without_permission(path, lambda: Ledger.open(path).close())
    assert said.startswith(f"LedgerFull: {path}: may not be written by you.")
    new = path.with_name("new.db")
    said = without_permission(path, lambda: Ledger.open(new).close())
    assert said.startswith(f"LedgerFull: {path.parent}: may not be written by you.")


def test_a_ledger_that_may_only_be_read_can_be_read(shared_path: Path) -> None:
    Ledger.open(shared_path).close()
    shared_path.chmod(0o444)

    def read() -> None:
        with Ledger.open(shared_path, read_only=True) as ledger:
            assert ledger.sources.all_known() == {}

    assert without_permission(shared_path, read) == "nothing"


def test_writing_to_a_ledger_opened_to_read_is_refused(path: Path, ledger: Ledger) -> None:
    with Ledger.open(path, read_only=True) as reader, pytest.raises(LedgerFull, match="read-only"):
        reader.sources.remember_fetch(SourceId("data"), FetchMode.HTTP)


def test_a_full_disk_loses_nothing_that_was_held(ledger: Ledger, noon: datetime) -> None:
    data = SourceId("data")
    held = ledger.payloads.put(data, os.urandom(3000))
    row = ledger.connection.row("PRAGMA page_count")
    assert row is not None
    ledger.connection.write(f"PRAGMA max_page_count = {row[0]}")
    with pytest.raises(LedgerFull, match=r"no space is left.*free some space"), ledger.atomic():
        ledger.checks.add(Check(data, noon, Judgement(Verdict.OK, "page")))
        ledger.payloads.put(data, os.urandom(100_000))
    assert ledger.checks.of(data) == []
    assert len(ledger.payloads.get(held)) == 3000
    ledger.connection.write("PRAGMA max_page_count = 4294967294")
    ledger.checks.add(Check(data, noon, Judgement(Verdict.OK, "page")))


def test_failure_11_two_processes_may_make_the_same_ledger(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from watcher.ledger import Ledger\n"
        "print(Ledger.open(Path(sys.argv[1])).id)"
    )
    command = [sys.executable, "-c", script, str(path)]
    makers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    ids = {maker.communicate()[0] for maker in makers}
    assert [maker.returncode for maker in makers] == [0] * 4
    assert len(ids) == 1


def test_failure_11_a_second_sweep_is_told_who_holds_the_ledger(path: Path, ledger: Ledger) -> None:
    with ledger.sweeping():
        expected = rf"{path}: watcher sweep .* since 20\d\d-.*Z \(process {os.getpid()}\)"
        with Ledger.open(path) as second, pytest.raises(LedgerBusy, match=expected):
            second.sweeping().__enter__()
    with Ledger.open(path) as second, second.sweeping():
        pass


def test_a_killed_sweep_leaves_no_lock(path: Path, ledger: Ledger) -> None:
    script = (
        "import sys, time; from pathlib import Path; from watcher.ledger import Ledger\n"
        "with Ledger.open(Path(sys.argv[1])).sweeping():\n"
        "    print('at work', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sweep:
        assert sweep.stdout is not None
        assert sweep.stdout.readline() == "at work\n"
        with pytest.raises(LedgerBusy, match=str(sweep.pid)):
            ledger.sweeping().__enter__()
        sweep.kill()
        sweep.wait()
        with ledger.sweeping():
            pass


def test_a_backup_is_whole_and_replaces_nothing(
    path: Path, ledger: Ledger, source_named: Callable[[str], Source]
) -> None:
    copy = path.with_name("backup.db")
    digest = ledger.payloads.put(SourceId("data"), b"policy")
    ledger.backup(copy)
    with Ledger.open(copy) as restored:
        assert restored.id == ledger.id
        assert restored.payloads.get(digest) == b"policy"
        restored.sources.sync([], [source_named("more")], datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(LedgerError, match="is there already"):
        ledger.backup(copy)
    with pytest.raises(LedgerError, match="folder does not exist"):
        ledger.backup(path.parent / "nowhere" / "backup.db")


def test_a_backup_that_cannot_be_written_names_its_place(shared_path: Path) -> None:
    Ledger.open(shared_path).close()

    def back_up() -> None:
        with Ledger.open(shared_path, read_only=True) as ledger:
            ledger.backup(shared_path.with_name("backup.db"))

    said = without_permission(shared_path, back_up)
    assert "backup.db: the copy could not be written (unable to open database" in said


def test_a_backup_whose_place_cannot_be_cleared_says_so(path: Path, ledger: Ledger) -> None:
    path.with_name("backup.db.unfinished").mkdir()
    with pytest.raises(LedgerError, match=r"backup\.db: the copy could not be written \(.*Check"):
        ledger.backup(path.with_name("backup.db"))


def test_a_reviewer_may_decide_while_a_sweep_is_writing(
    path: Path, ledger: Ledger, noon: datetime
) -> None:
    data = SourceId("data")
    change = Change(data, ChangeKind.CHANGE, None, None, noon, noon, Significance(3, ()))
    change_id = ledger.changes.add(change)

    def decide(reviewer: str) -> None:
        with Ledger.open(path) as desk:
            for _ in range(50):
                with desk.atomic():
                    seen = len(desk.reviews.of(change_id))
                    desk.reviews.add(
                        Review(change_id, Decision.ACCEPT, reviewer, noon, note=str(seen))
                    )

    def sweep() -> None:
        with Ledger.open(path) as sweeping:
            for _ in range(200):
                with sweeping.atomic():
                    before = sweeping.checks.latest(data)
                    signal = str(int(before.judgement.signal) + 1) if before else "1"
                    sweeping.checks.add(Check(data, noon, Judgement(Verdict.UNCHANGED, signal)))

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(decide, "ada"), pool.submit(decide, "bo"), pool.submit(sweep)]:
            done.result()
    assert [review.note for review in ledger.reviews.of(change_id)] == list(map(str, range(100)))
    latest = ledger.checks.latest(data)
    assert latest is not None
    assert latest.judgement.signal == "200"


def test_statistics_count_and_weigh(ledger: Ledger) -> None:
    ledger.payloads.put(SourceId("data"), bytes(10_000))
    statistics = ledger.statistics()
    assert statistics["sources"] == 2
    assert statistics["payloads"] == 1
    assert statistics["bytes_before_compression"] == 10_000
    assert 0 < statistics["bytes_of_payloads"] < 100
    assert statistics["bytes_on_disk"] > 4096
