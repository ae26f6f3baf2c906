"""One sweep at a time, one sender at a time: locks that the operating system holds and frees, whatever happens."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from watcher.errors import LedgerBusy, LedgerFull

ROUND_THE_CLOCK = "watcher run"
"""What holds the right to sweep for as long as it is not stopped, and looks at all that falls due."""


@contextmanager
def sweeping(ledger: Path, by: str = "watcher sweep") -> Iterator[None]:
    """Hold the right to sweep `ledger`; the file beside it says which command has it and since when.

    The lock belongs to the open file, so the kernel frees it even at SIGKILL; the file itself stays and means
    nothing. Raises LedgerBusy naming the process that holds it, LedgerFull when the file cannot be written.
    """
    with _held(ledger.with_name(f"{ledger.name}.lock"), ledger, by):
        yield


@contextmanager
def telling(ledger: Path) -> Iterator[None]:
    """Hold the right to send the notifications of `ledger`, in the same way."""
    with _held(ledger.with_name(f"{ledger.name}.telling.lock"), ledger, _SENDING):
        yield


def sweeper(ledger: Path) -> str | None:
    """Give which process sweeps `ledger`, since when and as which command: `4711 2026-03-01T09:30:00Z watcher run`.

    None when none does or the system does not tell.

    The lock itself is not touched, so that who asks is never in the way of a sweep that begins.
    """
    path = ledger.with_name(f"{ledger.name}.lock")
    try:
        file, locks = path.stat(), Path("/proc/locks").read_text("utf-8")
        held = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino} "
        is_held = any("FLOCK" in each and held in each for each in locks.splitlines())
        return path.read_text("utf-8").strip() if is_held else None
    except (OSError, ValueError):
        return None


_SENDING = "a process sending notifications"
_ADVICE = {
    ROUND_THE_CLOCK: "It looks at all that falls due, and `watcher sweep --source SOURCE` asks it to look at one now. "
    "For all else, stop it first: what falls due meanwhile waits.",
}


@contextmanager
def _held(path: Path, ledger: Path, by: str) -> Iterator[None]:
    try:
        holder = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LedgerFull(
            f"{path}: cannot be written ({error.strerror}). Give yourself write permission there, "
            "or name another ledger with --ledger."
        ) from error
    try:
        _take(holder, ledger, by)
        yield
    finally:
        # Closing also frees the lock; ended here by name, because a forked child may hold the file open.
        fcntl.flock(holder, fcntl.LOCK_UN)
        os.close(holder)


def _take(holder: int, ledger: Path, by: str) -> None:
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process, since, work = [*_noted(holder).split(" ", 2), "", "", ""][:3]
        advice = _ADVICE.get(work, "Wait for it to end, or stop that process.")
        raise LedgerBusy(
            f"{ledger}: {work or 'another process'} has been at work since {since or 'just now'} "
            f"(process {process or 'unknown'}). {advice}",
            work,
        ) from None
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # The note is for people, the lock is held without it: of a full disk, the ledger itself tells.
    with suppress(OSError):
        os.ftruncate(holder, 0)
        os.pwrite(holder, f"{os.getpid()} {now} {by}\n".encode(), 0)


def _noted(holder: int) -> str:
    try:
        return os.pread(holder, 200, 0).decode(errors="replace").strip()
    except OSError:
        return ""
