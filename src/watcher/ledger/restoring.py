"""Put a backup in the place of a ledger: looked through first, whole or not at all, what was there kept beside it."""

from __future__ import annotations

import os
from pathlib import Path

from watcher.errors import LedgerBusy, LedgerError, LedgerFull, LedgerOld, LedgerUnusable
from watcher.ledger import lock
from watcher.ledger.findings import Progress, silent
from watcher.ledger.inspection import Inspection
from watcher.ledger.ledger import Ledger

_MOST_TOLD = 5


def restore(
    backup: Path, path: Path, *, force: bool = False, progress: Progress = silent
) -> Path | None:
    """Put a copy of the ledger `backup` at `path`, and give where what stood there before is kept, if anything did.

    Raises LedgerUnusable when something in the backup is broken, LedgerBusy while a sweep is at work at `path`, and
    LedgerError when something is there already without `force`, or the copy cannot be written; then nothing changed.
    LedgerFull when the disk failed at the last step, where the one may stand already and the other no longer.
    """
    if path.exists() and not force:
        raise LedgerError(
            f"{path}: is there already, and nothing was written over. Add --force to put the backup in its place; "
            "what is there now is kept beside it."
        )
    if path.exists() and backup.exists() and path.samefile(backup):
        raise LedgerError(f"{backup}: is the ledger itself. Name a backup of it.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with lock.sweeping(path):
            unfinished.unlink(missing_ok=True)
            _copy_if_sound(backup, unfinished, progress)
            return _put_in_place(unfinished, path)
    except OSError as error:
        raise LedgerFull(
            f"{path}: the backup could not be put in its place ({error.strerror or error}: {error.filename or path}). "
            f"Check the disk, its space and its permissions, and call this again; nothing in {backup} was altered."
        ) from error


def _put_in_place(unfinished: Path, path: Path) -> Path | None:
    _sync(unfinished)
    kept = _set_aside(path) if path.exists() else None
    unfinished.replace(path)
    _sync(path.parent)
    return kept


def _copy_if_sound(backup: Path, copy: Path, progress: Progress) -> None:
    """Write a copy of the backup, brought up to date where an older Watcher made it; the backup stays as it is."""
    try:
        with Ledger.open(backup, create=False, read_only=True) as ledger:
            _refuse_broken(ledger, backup, progress)
            ledger.backup(copy)
    except LedgerOld:
        with Ledger.open_as_it_is(backup) as old:
            old.backup(copy)
        try:
            with Ledger.open(copy, create=False) as ledger:
                _refuse_broken(ledger, backup, progress)
        except LedgerError:
            copy.unlink()
            raise


def _refuse_broken(ledger: Ledger, backup: Path, progress: Progress) -> None:
    findings = list(Inspection(ledger, progress).findings())
    if findings:
        told = "\n".join(f"  {each}" for each in findings[:_MOST_TOLD])
        raise LedgerUnusable(
            f"{backup}: is not sound, so nothing was restored. {len(findings)} found broken:\n{told}\n"
            "Take another backup; `watcher verify` tells of one what is broken."
        )


def _set_aside(path: Path) -> Path:
    """Keep what stands at `path` under another name, its log with it, and leave it there until it is replaced."""
    kept = path.with_name(f"{path.name}.replaced")
    log, kept_log = (each.with_name(f"{each.name}-wal") for each in (path, kept))
    try:
        # Brings what stands in the log into the file, if it is sound enough for that.
        with Ledger.open(path, create=False) as ledger:
            ledger.connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
    except LedgerBusy:
        raise
    except LedgerError:
        pass
    for each in (kept, kept_log):
        each.unlink(missing_ok=True)
    os.link(path, kept)
    if log.exists():
        # The log of the old file must not be taken for one of the new.
        log.replace(kept_log)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    return kept


def _sync(path: Path) -> None:
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
