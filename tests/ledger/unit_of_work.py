"""One look's writes, killed at the statement whose number is given: `python unit_of_work.py LEDGER KILL_AT`.

Says `committed` once the transaction has ended, `finished N` with the number of statements when it was not killed.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockKind,
    Change,
    ChangeKind,
    Check,
    Claim,
    ClaimChange,
    Difference,
    Document,
    Evidence,
    Judgement,
    Known,
    Significance,
    Snapshot,
    SourceId,
    Suppression,
    Verdict,
    digest_of,
)

SOURCE = SourceId("data")
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAYLOAD = b"<p>Inputs are kept for 90 days.</p>"


def look(ledger: Ledger) -> None:
    """Write all that one look at a changed source leaves behind: the payload, then the rest as one."""
    quote = "Inputs are kept for 90 days."
    document = Document((Block(BlockKind.PARAGRAPH, quote),))
    claim = Claim("retention_days", 90, Evidence(quote, 0))
    ledger.payloads.put(SOURCE, PAYLOAD)
    with ledger.atomic():
        document_id = ledger.documents.add(SOURCE, document, AT)
        snapshot = Snapshot(
            SOURCE, AT, digest_of(PAYLOAD), "text/html", "https://acme.example/", True,
            headers=(("server", "acme"),), document_id=document_id,
        )  # fmt: skip
        snapshot_id = ledger.snapshots.add(snapshot, PAYLOAD)
        check = Check(
            SOURCE, AT, Judgement(Verdict.OK, "page: new text"), 200, snapshot_id=snapshot_id
        )
        check_id = ledger.checks.add(check)
        ledger.claims.record(SOURCE, document_id, (claim,), AT)
        ledger.memories.put(SOURCE, "{}")
        noise = Suppression("dates", Difference.CHANGED, "2 March", "1 March")
        ledger.suppressions.add(SOURCE, check_id, AT, [noise])
        difference = ClaimChange(Difference.ADDED, None, claim)
        ledger.changes.add(
            Change(
                SOURCE, ChangeKind.CHANGE, None, snapshot_id, AT, AT,
                Significance(5, ("a claim changed",)), claims=(difference,),
            )
        )  # fmt: skip
        ledger.sources.update(
            Known(SOURCE, snapshot_id=snapshot_id, last_check_at=AT, last_good_at=AT)
        )


def main(path: Path, kill_at: int) -> None:
    """Do one look, and end this process by SIGKILL at statement number `kill_at`."""
    ran = 0

    def count(statement: str) -> None:
        nonlocal ran
        ran += 1
        if ran == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    with Ledger.open(path) as ledger:
        ledger.connection.database.conn.set_trace_callback(count)
        look(ledger)
        sys.stdout.write("committed\n")
        sys.stdout.flush()
        sys.stdout.write(f"finished {ran}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
