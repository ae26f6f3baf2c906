"""How long it takes to publish a large registry: `python benchmarks/publish.py [--offerings 1000]`.

Fills a ledger through its public face (offerings, three sources each, twenty accepted claims each, one change that
readers are told of each), publishes it three times (new, unchanged, after one more change) and prints a table.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.cli.desk import Desk
from watcher.cli.folder import Tally, update_site
from watcher.cli.publish import facts_of
from watcher.ledger import Ledger
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Check,
    Claim,
    ClaimChange,
    Difference,
    Digest,
    Evidence,
    Judgement,
    Key,
    Known,
    Offering,
    Significance,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Value,
    ValueType,
    Verdict,
    Vocabulary,
    WordEdit,
)
from watcher.registry.site import SiteInfo, site_files
from watcher.reviews import accept
from watcher.sources.vocabulary import load_vocabulary

BEGAN = datetime(2026, 1, 5, 6, tzinfo=UTC)
SITE = SiteInfo("Registry of a thousand", "https://registry.example/", "desk@registry.example")
KINDS = (SourceKind.OFFICIAL_TERMS, SourceKind.DATA_USAGE, SourceKind.DPA)
QUOTE = (
    "We keep what you send for {} days in order to find abuse of the service, and longer only where the law "
    "says that we must; after that it is deleted from every system within a further week."
)
CHECKS = 30


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--offerings", type=int, default=1000)
    options.add_argument("--keep", type=Path, help="Publish here, and leave it there.")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "w.db") as ledger:
        at = filled(ledger, chosen.offerings)
        report(at, chosen.keep or Path(folder) / "site")


def filled(ledger: Ledger, count: int) -> Desk:
    """Fill `ledger` and give the desk on which it lies."""
    vocabulary = load_vocabulary()
    offerings = {each.slug: each for each in map(offering, range(count))}
    sources = {each.id: each for number in range(count) for each in sources_of(number)}
    ledger.sources.sync(offerings.values(), sources.values(), BEGAN)
    with ledger.atomic():
        for number, each in enumerate(sources.values()):
            first_look(ledger, each, vocabulary, number)
            look_daily(ledger, each)
        for number in range(count):
            told(ledger, sources_of(number)[1], vocabulary, number)
    return Desk(ledger, sources, offerings, vocabulary)


def offering(number: int) -> Offering:
    return Offering(
        slug=Slug(f"offering-number-{number}"),
        name=f"Offering {number}",
        provider=f"Provider {number // 3}",
        type="API / developer platform",
        summary="A platform for developers, with terms of its own and a promise about data. " * 2,
        official_site=f"https://provider{number}.example/",
        guidance="## Before you sign\n\nAsk for the **addendum** early.\n\n- Data\n- Terms\n",
    )


def sources_of(number: int) -> tuple[Source, ...]:
    return tuple(
        Source(
            id=SourceId(f"source-{number}-{kind.value.replace('_', '-')}"),
            url=f"https://provider{number}.example/policies/{kind.value}",
            title=f"Provider {number // 3} {kind.value.replace('_', ' ')} {number}",
            kind=kind,
            offerings=(Slug(f"offering-number-{number}"),),
        )
        for kind in KINDS
    )


def first_look(ledger: Ledger, source: Source, vocabulary: Vocabulary, number: int) -> None:
    keys = list(vocabulary.values())[number % 3 :: 3]
    claims = [claim(key, number) for key in keys[: 7 if number % 3 else 6]]
    change = Change(
        source_id=source.id,
        kind=ChangeKind.FIRST_LOOK,
        before_snapshot=None,
        after_snapshot=None,
        changed_at=BEGAN,
        raised_at=BEGAN,
        significance=Significance(3, ("seen for the first time",)),
        claims=tuple(ClaimChange(Difference.ADDED, None, each) for each in claims),
    )
    decide(ledger, change)


def claim(key: Key, number: int) -> Claim:
    return Claim(
        key=key.name,
        value=value(key, number),
        evidence=Evidence(QUOTE.format(number % 90), 0),
        condition="Unless the law asks for more." if number % 2 else None,
        attributes=(("route", "public"), ("tier", "self_serve")) if number % 3 == 0 else (),
    )


def value(key: Key, number: int) -> Value:
    plain: dict[ValueType, Value] = {
        ValueType.BOOL: bool(number % 2),
        ValueType.INT: number % 90,
        ValueType.NUMBER: 99.9,
        ValueType.DATE: "2026-01-01",
        ValueType.LIST: ("eu", "us"),
        ValueType.URL: f"https://provider{number}.example/place",
    }
    if key.type is ValueType.ENUM:
        return key.choices[number % len(key.choices)]
    return plain.get(key.type, f"As agreed in section {number % 20}")


def told(ledger: Ledger, source: Source, vocabulary: Vocabulary, number: int) -> None:
    key = vocabulary["retention_days"]
    before, after = claim(key, 30), claim(key, 60)
    words = (
        WordEdit("same", "We keep what you send for "),
        WordEdit("removed", "30"),
        WordEdit("added", "60"),
        WordEdit("same", " days in order to find abuse of the service, " * 6),
    )
    block = Block(BlockKind.PARAGRAPH, QUOTE, path=("Data", "Retention"))
    when = BEGAN + timedelta(days=1, minutes=number)
    change = Change(
        source_id=source.id,
        kind=ChangeKind.CHANGE,
        before_snapshot=None,
        after_snapshot=None,
        changed_at=when,
        raised_at=when,
        significance=Significance(5, ("a claim differs",)),
        claims=(ClaimChange(Difference.CHANGED, before, after),),
        blocks=(BlockChange(Difference.CHANGED, block, block, words),),
    )
    decide(ledger, change)


def decide(ledger: Ledger, change: Change) -> None:
    held = ledger.changes.get(ledger.changes.add(change))
    ledger.reviews.add(accept(held, reviewer="Ada", at=change.raised_at + timedelta(hours=1)))


def look_daily(ledger: Ledger, source: Source) -> None:
    last = BEGAN
    for day in range(CHECKS):
        last = BEGAN + timedelta(days=day)
        verdict = Verdict.UNCHANGED if day else Verdict.OK
        ledger.checks.add(Check(source.id, last, Judgement(verdict, "digest: as before"), 200))
    ledger.sources.update(
        Known(
            source.id,
            payload_digest=Digest("0" * 64),
            last_check_at=last,
            last_verdict=Verdict.UNCHANGED,
            last_good_at=last,
        )
    )


def report(at: Desk, folder: Path) -> None:
    print(f"{'':<26}{'CPU':>8}{'wall':>8}{'written':>9}{'same':>8}{'removed':>9}")
    for name in ("new", "nothing changed"):
        row(name, *timed(at, folder))
    told(at.ledger, next(iter(at.sources.values())), at.vocabulary, 10**6)
    row("one change accepted", *timed(at, folder))
    pages = sorted(sizes(folder), reverse=True)
    claims = sum(1 for _ in (folder / "data" / "claims.json").open()) - 2
    print(
        f"\n{claims} claims, {len(pages)} pages, largest {pages[0][0] / 1000:.1f} kB ({pages[0][1]})"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(at: Desk, folder: Path) -> tuple[float, float, Tally]:
    processor, wall = time.process_time(), time.perf_counter()
    facts = facts_of(at)
    gc.freeze()  # as the command does
    tally = update_site(site_files(facts, SITE), folder)
    gc.unfreeze()
    return time.process_time() - processor, time.perf_counter() - wall, tally


def row(name: str, processor: float, wall: float, tally: Tally) -> None:
    print(
        f"{name:<26}{processor:>7.1f}s{wall:>7.1f}s"
        f"{tally.written:>9}{tally.unchanged:>8}{tally.removed:>9}"
    )
    sys.stdout.flush()


def sizes(folder: Path) -> Iterator[tuple[int, str]]:
    for page in folder.rglob("*.html"):
        yield page.stat().st_size, str(page.relative_to(folder))


if __name__ == "__main__":
    main()
