"""Items about sources themselves: raised once for each trouble, closed by themselves when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.changes.health import moved_item, source_item
from watcher.ledger import Ledger
from watcher.model import Change, Judgement, Known, Response


class SourceItems:
    """The items about sources in a ledger. Each method belongs inside the transaction of a look."""

    def __init__(self, ledger: Ledger) -> None:
        self._changes = ledger.changes

    def raise_trouble(
        self, known: Known, judgement: Judgement, response: Response, snapshot_id: int | None
    ) -> Change | None:
        """Put a source before a person once when it has been in trouble for long enough.

        `known` is what is known after the look that ended in `judgement`, `response` and `snapshot_id` what it gave.
        """
        item = source_item(known, judgement, response, snapshot_id)
        if item is None or self._told_since(known) is not None:
            return None
        return replace(item, id=self._changes.add(item))

    def raise_move(self, known: Known, response: Response) -> Change | None:
        """Tell a person when a page answers from a new address for good."""
        item = moved_item(known, response)
        return None if item is None else replace(item, id=self._changes.add(item))

    def recover(self, known: Known, at: datetime) -> None:
        """Close the item about a source that is well again; `known` is what was known before it was."""
        item = self._told_since(known) if known.failures else None
        if item is not None and item.id is not None:
            self._changes.close(item.id, at, "the source is well again")

    def _told_since(self, known: Known) -> Change | None:
        """Give the item about the trouble since the source was seen well, also when it was decided on."""
        item = self._changes.latest_source_item(known.source_id)
        if item is None or (known.last_good_at and item.raised_at <= known.last_good_at):
            return None
        return item
