"""Backups and what is restored of them: whole or not at all, and what was there is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ledger import sound

from watcher.errors import LedgerBusy, LedgerError, LedgerUnusable, WatcherError
from watcher.ledger import Ledger
from watcher.ledger.restoring import restore


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
    sound.past_watcher(copy, "UPDATE reviews SET reviewer = 'eve' WHERE id = 1")
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


def test_a_backup_of_an_older_watcher_is_brought_up_to_date_and_stays_as_it_is(
    tmp_path: Path,
) -> None:
    backup, path = tmp_path / "backup.db", tmp_path / "watcher.db"
    sound.of_version(5, backup)
    before = backup.read_bytes()
    restore(backup, path)
    assert backup.read_bytes() == before
    assert sound.findings(path) == []
