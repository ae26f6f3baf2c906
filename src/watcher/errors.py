"""One tree of errors. What a person reads says what happened, to what, and what to do now.

    WatcherError
    ├── DeclarationError      sources.yaml or a vocabulary cannot be used; carries every problem
    ├── LedgerError
    │   ├── LedgerUnusable    not a ledger, damaged, or not readable
    │   ├── LedgerTooNew      written by a newer Watcher
    │   ├── LedgerOld         written by an older Watcher, and opened only to be read
    │   ├── LedgerBusy        another process holds it
    │   ├── LedgerFull        no space left, or not writable
    │   └── PayloadDamaged    stored bytes do not match their digest
    ├── FetchError            a fetch could not be made at all; a page's trouble is a verdict, not an error
    │   └── BrowserMissing    no browser to render with
    ├── ReadingError          a payload cannot be read
    ├── RuleError             a rule pack is not valid
    ├── SettingsError         an environment variable cannot be used
    ├── HistoryError          a history that cannot be taken over where it belongs
    ├── NotFound              no such source, offering, change …
    ├── SecondReaderError     the second reader gave nothing usable; recorded, and the sweep is as it was
    │   └── EndpointFailed    … because it gave no answer at all
    ├── ReviewError           a decision that cannot stand
    │   └── Conflict          somebody else decided meanwhile
    ├── ClusterError
    │   ├── ClusterMissing    the libraries of the cluster engine are not installed
    │   └── ClusterUnreachable  its PostgreSQL does not answer, or does not let us in
    ├── AccountError          an account that cannot be made or found
    ├── PlugInError           a plug-in cannot be loaded, or is not what its point needs
    ├── NotDelivered          a notification was not taken; its channel is tried again later
    ├── ExportError           what an export needs is not there
    └── PublishError          the registry's site cannot be written
        └── NotAccepted       what would be published rests on no decision

A failure of one source is never raised past the sweep: it is recorded as the verdict of its check. A bug is not a
WatcherError and is loud.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class WatcherError(Exception):
    """Root of all errors that Watcher raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file that a person wrote."""

    file: str
    line: int | None
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        hint = f" ({self.hint})" if self.hint else ""
        return (
            f"{place}: {self.path}: {self.message}{hint}"
            if self.path
            else f"{place}: {self.message}{hint}"
        )


class DeclarationError(WatcherError):
    """A declaration cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class LedgerError(WatcherError):
    """The ledger cannot do what was asked."""

    exit_code = 3


class LedgerUnusable(LedgerError):
    """The file is not a ledger, is damaged, or cannot be read."""


class LedgerTooNew(LedgerError):
    """The ledger was written by a newer Watcher."""


class LedgerOld(LedgerError):
    """The ledger was written by an older Watcher, and is not brought up to date where it is only read."""


class LedgerBusy(LedgerError):
    """Another process writes to this ledger; `work` says as which command, where that is known."""

    exit_code = 4

    def __init__(self, message: str, work: str = "") -> None:
        super().__init__(message)
        self.work = work


class LedgerFull(LedgerError):
    """The ledger cannot be written: the disk is full or the file is read-only."""


class PayloadDamaged(LedgerError):
    """Stored bytes do not match the digest they are stored under."""


class FetchError(WatcherError):
    """A fetch could not be made at all."""


class BrowserMissing(FetchError):
    """No browser was found to render a page with."""


class ReadingError(WatcherError):
    """A payload cannot be read as what it says it is."""


class RuleError(DeclarationError):
    """A rule pack is not valid."""


class SettingsError(WatcherError):
    """An environment variable cannot be used; the message names each."""


class HistoryError(WatcherError):
    """A history cannot be taken over: it lies before looks that are held already, or its archive cannot be read."""


class NotFound(WatcherError):
    """There is no such source, offering, change or snapshot."""


class SecondReaderError(WatcherError):
    """The second reader's answer cannot be used. It is recorded with the reading, and nothing else depends on it."""


class EndpointFailed(SecondReaderError):
    """The second reader's endpoint gave no answer: unreachable, too slow, or a refusal."""


class ReviewError(WatcherError):
    """A decision that cannot stand: an unknown key, a value the vocabulary does not allow, nothing to undo."""


class PublishError(WatcherError):
    """The registry's site cannot be written where it should be."""


class ExportError(WatcherError):
    """What an export needs is not there, such as a library that is an extra."""


class NotAccepted(PublishError):
    """Something that would be published rests on no decision that accepts it."""


class Conflict(ReviewError):
    """Somebody else decided on the change after the reviewer had opened it."""


class ClusterError(WatcherError):
    """The cluster engine cannot be used."""

    exit_code = 5


class ClusterMissing(ClusterError):
    """The libraries that the cluster engine needs are not installed."""


class ClusterUnreachable(ClusterError):
    """PostgreSQL does not answer, or does not let us in."""


class AccountError(WatcherError):
    """An account that cannot be made, or is not there."""


class PlugInError(WatcherError):
    """A plug-in cannot be loaded, or is not what its point needs; the message names its package."""


class NotDelivered(WatcherError):
    """A notification was not taken. The message says why, and holds nothing secret."""
