"""What the rules cost on a page: `python benchmarks/rules.py LEDGER [--rounds 9]`.

Takes the last document of each source of LEDGER (a replayed record, or your own) that has 30,000 characters or more,
and prints the CPU time that all rules of the shipped pack take on it, as it is and for 60,000 characters: the median of
several rounds, each on a document that was not read before, the words of other pages known. What else runs on the
machine is not counted but slows a round down; the lowest round stands beside the median.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from watcher.claims import Pack, load_pack, read_claims
from watcher.ledger import Ledger
from watcher.model import Document, Vocabulary
from watcher.sources.vocabulary import load_vocabulary

_SHORTEST = 30_000
"""Characters: of shorter pages the fixed costs tell too much."""

_WHOLE = 60_000


def documents(path: Path) -> list[tuple[str, Document]]:
    """Give the last document of each source that is long enough, by the source's name."""
    with Ledger.open(path) as ledger:
        held = [
            (name, ledger.documents.get(known.document_id))
            for name, known in ledger.sources.all_known().items()
            if known.document_id
        ]
    return [(str(name), document) for name, document in held if len(document.text) >= _SHORTEST]


def costs(document: Document, vocabulary: Vocabulary, pack: Pack, rounds: int) -> list[float]:
    """Give the CPU milliseconds of each round, lowest first."""
    taken = []
    for _ in range(rounds):
        anew = Document(document.blocks, document.title, document.language, document.reader)
        begun = time.process_time()
        read_claims(anew, vocabulary, pack)
        taken.append(1000 * (time.process_time() - begun))
    return sorted(taken)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    vocabulary, pack = load_vocabulary(), load_pack()
    pages = documents(options.ledger)
    print("| page | characters | CPU ms | for 60,000 | lowest |\n|---|---|---|---|---|")
    medians, lowest = [], []
    for name, document in pages:
        taken, share = (
            costs(document, vocabulary, pack, options.rounds),
            _WHOLE / len(document.text),
        )
        median = statistics.median(taken)
        medians.append(median * share)
        lowest.append(taken[0] * share)
        print(
            f"| {name} | {len(document.text)} | {median:.1f} | {medians[-1]:.1f} | {lowest[-1]:.1f} |"
        )
    if medians:
        print(
            f"\n{len(medians)} pages: {statistics.median(medians):.1f} CPU ms for 60,000 characters (median), "
            f"{statistics.median(lowest):.1f} in the lowest rounds"
        )


if __name__ == "__main__":
    main()
