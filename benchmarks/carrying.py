"""Are claims that were carried over those that reading gives? `python benchmarks/carrying.py LEDGER [--most N]`.

Goes from document to document of each source in LEDGER (that of `benchmarks/replay.py --work DIR` is DIR/record.db),
and reads each both ways. Prints how many differ and what either way costs; ends with 1 when one differs.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from watcher.claims import carry_claims, load_pack, read_claims
from watcher.ledger import Ledger
from watcher.model import Document
from watcher.sources.vocabulary import load_vocabulary


def documents(ledger: Ledger, most: int) -> Iterator[list[Document]]:
    """Give the documents of each source that has several, in the order in which they were seen."""
    rows = ledger.connection.rows("SELECT source, id FROM documents ORDER BY source, id")
    by_source: dict[int, list[int]] = {}
    for source, number in rows:
        by_source.setdefault(source, []).append(number)
    for numbers in by_source.values():
        yield [ledger.documents.get(number) for number in numbers[:most]]


def main() -> None:
    """Read every transition both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--most", type=int, default=1_000_000, help="documents of one source")
    options = parser.parse_args()
    gc.set_threshold(100_000)
    vocabulary, pack = load_vocabulary(), load_pack()
    whole, carried, differing = list[float](), list[float](), 0
    with Ledger.open(options.ledger, create=False) as ledger:
        for of_source in documents(ledger, options.most):
            before, claims = of_source[0], read_claims(of_source[0], vocabulary, pack)
            for after in of_source[1:]:
                begun = time.process_time()
                read = read_claims(after, vocabulary, pack)
                ended = time.process_time()
                found = carry_claims(claims, before, after, vocabulary, pack)
                whole.append(1000 * (ended - begun))
                carried.append(1000 * (time.process_time() - ended))
                differing += found != read
                before, claims = after, read
    print(
        "| transitions | that differ | read whole, CPU ms: mean; median | carried over: mean; median |"
    )
    print("|---|---|---|---|")
    cells = [
        f"{statistics.mean(each):.1f}; {statistics.median(each):.1f}" for each in (whole, carried)
    ]
    print(f"| {len(whole)} | {differing} | {cells[0]} | {cells[1]} |")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
