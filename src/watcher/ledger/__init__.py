"""What Watcher holds: one SQLite file with every check, snapshot, document, claim, change and decision.

    with Ledger.open(Path("snapshots/watcher.db")) as ledger, ledger.sweeping():
        with ledger.atomic():
            ledger.checks.add(check)

One file per noun (`ledger.checks` stands in checks.py); SQL is written here and nowhere else. docs/ledger.md shows
the tables and the views.
"""

from watcher.ledger.claims import ClaimRow
from watcher.ledger.ledger import Ledger
from watcher.ledger.lock import ROUND_THE_CLOCK

__all__ = ["ROUND_THE_CLOCK", "ClaimRow", "Ledger"]
