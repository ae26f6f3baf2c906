"""The thread that owns the ledger: SQLite's connections belong to one, and every page is run there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from watcher.desk import Desk
from watcher.errors import DeclarationError
from watcher.ledger import Ledger
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sources.vocabulary import load_vocabulary

Result = TypeVar("Result")


class Owner:
    """Owns the ledger at `ledger_path` and the declarations at `sources_path`, read anew whenever they were saved.

    Raises LedgerError or DeclarationError when either cannot be used at the start. Later, declarations that are wrong
    leave those in force that were right; `complaint` says so. `declared` are those in force, None without a file.
    """

    def __init__(self, ledger_path: Path, sources_path: Path) -> None:
        self.sources_path = sources_path
        self._vocabulary = load_vocabulary()
        self.declared: Declarations | None = None
        self._saved_at: int | None = None
        self.complaint = ""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        try:
            self._take_over_declarations()
            self._ledger = self._thread.submit(Ledger.open, ledger_path).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def ask(self, work: Callable[[Desk], Result]) -> Result:
        """Give what `work` makes of the desk, run in the thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: work(self._desk()))

    def has_accounts(self) -> bool:
        """Whether anybody may sign in."""
        return bool(self._thread.submit(self._ledger.accounts.all).result())

    def close(self) -> None:
        """Close the ledger, once what is under way has ended."""
        self._thread.submit(self._ledger.close).result()
        self._thread.shutdown()

    def _desk(self) -> Desk:
        try:
            self._take_over_declarations()
            self.complaint = ""
        except DeclarationError as error:
            self.complaint = f"{self.sources_path} is wrong and not in force: {error.problems[0]}"
        held = self._ledger.sources.declared()
        if self.declared is None:
            return Desk(self._ledger, held, {}, self._vocabulary)
        declared = self.declared
        sources = {**held, **declared.sources}
        return Desk(self._ledger, sources, declared.offerings, self._vocabulary)

    def _take_over_declarations(self) -> None:
        if not self.sources_path.exists():
            return
        saved_at = self.sources_path.stat().st_mtime_ns
        if saved_at != self._saved_at:
            self._saved_at = saved_at
            self.declared = load_declarations(self.sources_path, self._vocabulary)
