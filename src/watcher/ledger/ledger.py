"""The ledger: everything held, one class for each noun, over one connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType

from watcher.errors import LedgerError, LedgerFull, LedgerOld, LedgerUnusable
from watcher.ledger import lock
from watcher.ledger.accounts import Accounts
from watcher.ledger.changes import Changes
from watcher.ledger.channels import Channels
from watcher.ledger.checks import Checks
from watcher.ledger.claims import Claims
from watcher.ledger.comments import Comments
from watcher.ledger.connection import Connection
from watcher.ledger.corrections import Corrections
from watcher.ledger.documents import Documents
from watcher.ledger.fares import Fares
from watcher.ledger.hosts import Hosts
from watcher.ledger.listings import Listings
from watcher.ledger.memories import Memories
from watcher.ledger.news import News
from watcher.ledger.opening import open_connection
from watcher.ledger.outbox import Outbox
from watcher.ledger.payloads import Payloads
from watcher.ledger.queue import Queue
from watcher.ledger.retention import LetGo, Retention
from watcher.ledger.reviews import Reviews
from watcher.ledger.seals import Seals
from watcher.ledger.second import SecondReadings
from watcher.ledger.snapshots import Snapshots
from watcher.ledger.sources import Sources
from watcher.ledger.suppressions import Suppressions
from watcher.ledger.units import Units
from watcher.ledger.unsettled import Unsettled
from watcher.model import SourceId

_COUNTED = (
    "sources",
    "checks",
    "payloads",
    "snapshots",
    "documents",
    "claims",
    "suppressions",
    "changes",
    "reviews",
    "outbox",
)


class Ledger:
    """One open ledger, for one thread; any number may be open at once, in this process and in others.

    Each call is a transaction of its own unless it stands inside `atomic`. What is committed survives the end of the
    process by any signal; after a loss of power the file is whole, and the last moments before it may be missing.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.path = connection.path
        self.id = _id_of(connection)
        self.sources = Sources(connection)
        self.fares = Fares(connection)
        self.checks = Checks(connection)
        self.payloads = Payloads(connection)
        self.snapshots = Snapshots(connection, self.payloads)
        self.documents = Documents(connection, self.payloads)
        self.claims = Claims(connection)
        self.memories = Memories(connection)
        self.suppressions = Suppressions(connection)
        self.outbox = Outbox(connection)
        self.channels = Channels(connection)
        self.changes = Changes(connection, self.outbox)
        self.reviews = Reviews(connection)
        self.hosts = Hosts(connection)
        self.units = Units(connection)
        self.unsettled = Unsettled(connection)
        self.queue = Queue(connection)
        self.accounts = Accounts(connection)
        self.comments = Comments(connection)
        self.corrections = Corrections(connection, self.changes)
        self.second = SecondReadings(connection)
        self.seals = Seals(connection, self.id)
        self.listings = Listings(connection)
        self.news = News(connection)

    @classmethod
    def open(cls, path: Path, *, create: bool = True, read_only: bool = False) -> Ledger:
        """Open the ledger at `path`; with `create`, make it and its folder if there is none.

        Raises LedgerUnusable, LedgerTooNew, LedgerOld, LedgerFull or LedgerBusy; each says which file, and what to do.
        """
        return cls(open_connection(path, create=create, read_only=read_only))

    @classmethod
    def open_to_read(cls, path: Path) -> Ledger:
        """Open the ledger at `path` to read; that of an older Watcher is brought up to date first, where it may be.

        Raises LedgerUnusable, LedgerTooNew, LedgerOld or LedgerBusy.
        """
        try:
            return cls.open(path, create=False, read_only=True)
        except LedgerOld as old:
            try:
                cls.open(path, create=False).close()
            except LedgerFull:
                raise old from None
            return cls.open(path, create=False, read_only=True)

    @classmethod
    def open_as_it_is(cls, path: Path) -> Ledger:
        """Open the ledger at `path` to copy it, whatever its age: its tables may be older than what we read."""
        return cls(open_connection(path, create=False, read_only=True, of_any_age=True))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what stands in no finished transaction is undone."""
        self.connection.close()

    def atomic(self) -> AbstractContextManager[None]:
        """Make all that is written inside one transaction; inside another it is a savepoint."""
        return self.connection.atomic()

    @contextmanager
    def sweeping(self, by: str = "watcher sweep") -> Iterator[None]:
        """Hold the right to sweep as the command `by`. Raises LedgerBusy naming who holds it, and since when."""
        with lock.sweeping(self.path, by):
            yield

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Hold the right to send notifications. Raises LedgerBusy naming the process that holds it."""
        with lock.telling(self.path):
            yield

    @contextmanager
    def unannounced(self) -> Iterator[None]:
        """Have nothing told of what is recorded inside: a record that is played again, or imported, is no news."""
        before, self.outbox.is_silent = self.outbox.is_silent, True
        try:
            yield
        finally:
            self.outbox.is_silent = before

    def last_confirmed(self, source_id: SourceId) -> datetime | None:
        """Give when a source was last seen as it is, unchanged or not; None if it never was."""
        return self.checks.last_confirmed(source_id)

    def collect(self, before: datetime, keep: int, *, dry_run: bool = False) -> LetGo:
        """Let go of old looks that nothing stands on; see `Retention.collect`."""
        return Retention(self.connection, self.payloads, self.seals).collect(
            before, keep, dry_run=dry_run
        )

    def compact(self) -> int:
        """Rewrite the file without the room that deleted rows left; give the bytes that it is smaller by.

        Needs as much free space as the file takes. Raises LedgerBusy while others read or write.
        """
        before = self.bytes_on_disk()
        self.connection.write("VACUUM")
        self.connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
        return before - self.bytes_on_disk()

    def backup(self, path: Path) -> None:
        """Write a copy to `path`, whole and consistent, also while a sweep is at work.

        Raises LedgerError when there is something at `path` already or it cannot be written.
        """
        if path.exists():
            raise LedgerError(f"{path}: is there already. Name a file that does not exist yet.")
        if not path.parent.is_dir():
            raise LedgerError(f"{path}: its folder does not exist. Make {path.parent} first.")
        unfinished = path.with_name(f"{path.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            self.connection.write("VACUUM INTO ?", (str(unfinished),))
            unfinished.rename(path)
        except (LedgerError, OSError) as error:
            with suppress(
                OSError
            ):  # the disk that could not be written may not let go of anything either
                unfinished.unlink(missing_ok=True)
            raise LedgerError(
                f"{path}: the copy could not be written ({error.__cause__ or error}). "
                f"Check the space and the permissions there; {self.path} is as it was."
            ) from error

    def bytes_on_disk(self) -> int:
        """Give the size of the file and of the log beside it."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return self.path.stat().st_size + (log.stat().st_size if log.exists() else 0)

    def statistics(self) -> dict[str, int]:
        """Give the number of rows of each noun, and sizes in bytes: on disk, of payloads, and before compression."""
        counts = {table: self._number(f"SELECT count(*) FROM {table}") for table in _COUNTED}
        return counts | {
            "bytes_on_disk": self.bytes_on_disk(),
            "bytes_of_payloads": self.payloads.size(),
            "bytes_before_compression": self._number("SELECT coalesce(sum(size), 0) FROM payloads"),
        }

    def _number(self, query: str) -> int:
        row = self.connection.row(query)
        return int(row[0]) if row else 0


def _id_of(connection: Connection) -> str:
    row = connection.row("SELECT id FROM ledger")
    if row is None:
        connection.close()
        raise LedgerUnusable(
            f"{connection.path}: is damaged, it does not know its own id. Put a backup in its place."
        )
    return str(row[0])
