"""What passes between coordinator and workers comes out as it went in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as some

from watcher.engines.cluster.packing import result_as, result_from, unit_as, unit_from
from watcher.engines.cluster.units import Fate, Finding, Result, Treatment, Unit, Wanted, Work
from watcher.model import (
    Authority,
    Block,
    BlockKind,
    Cron,
    DeclaredClaim,
    Digest,
    Document,
    Doubt,
    FetchMode,
    Hop,
    HostRules,
    Judgement,
    Known,
    KnownHost,
    QuietHours,
    Region,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Usual,
    Verdict,
)

times = some.datetimes(
    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=some.just(UTC)  # noqa: DTZ001
)  # fmt: skip
pauses = some.timedeltas(timedelta(), timedelta(days=400))
texts = some.text(max_size=20)
digests = some.text("0123456789abcdef", min_size=64, max_size=64).map(Digest)
names = some.text("abc-", min_size=1, max_size=8).map(SourceId)
judgements = some.builds(Judgement, some.sampled_from(Verdict), texts)
pairs = some.lists(some.tuples(texts, texts), max_size=3).map(tuple)
documents = some.builds(
    Document,
    some.lists(
        some.builds(Block, some.sampled_from(BlockKind), texts, some.sampled_from(Region)), max_size=3
    ).map(tuple),
    texts,
    texts,
    texts,
)  # fmt: skip
responses = some.builds(
    Response,
    texts,
    texts,
    times,
    some.none() | some.integers(100, 599),
    pairs,
    some.binary(max_size=50),
    some.lists(some.builds(Hop, texts, some.integers(300, 399)), max_size=2).map(tuple),
    pauses,
    texts,
    some.none() | judgements,
    some.none() | pauses,
    some.binary(max_size=50),
    some.none() | texts,
    some.floats(0, 100),
    some.none() | digests,
    some.booleans(),
)
findings = some.builds(
    Finding,
    names,
    some.sampled_from(Fate),
    some.none() | responses,
    some.none() | documents | judgements,
    some.none() | some.sampled_from(FetchMode),
    texts,
)
usuals = some.builds(Usual, texts, texts, texts, some.integers(0), some.integers(0), texts)
doubts = some.builds(Doubt, digests, some.sampled_from(Verdict), times, some.integers(1), times)
knowns = some.builds(
    Known,
    names,
    some.none() | some.integers(1),
    some.none() | digests,
    some.none() | some.integers(1),
    some.none() | digests,
    some.none() | texts,
    some.none() | texts,
    some.none() | usuals,
    some.none() | doubts,
    some.none() | times,
    some.none() | some.sampled_from(Verdict),
    some.none() | times,
    some.integers(0),
    some.booleans(),
    some.none() | times,
    texts,
)


@given(some.lists(findings, max_size=4))
def test_a_result_comes_back_as_it_was(found: list[Finding]) -> None:
    result = Result("unit", tuple(found))

    assert result_from(result_as(result)) == result


@given(knowns, some.none() | some.sampled_from(FetchMode), some.none() | times)
def test_a_unit_comes_back_as_it_was(
    known: Known, recalled: FetchMode | None, not_before: datetime | None
) -> None:
    source = Source(
        SourceId("terms"),
        "https://a.example/terms",
        "Terms",
        SourceKind.DPA,
        (Slug("one"), Slug("two")),
        Authority.SECONDARY,
        timedelta(hours=7, microseconds=3),
        FetchMode.BROWSER,
        ("main",),
        ("nav",),
        (DeclaredClaim("training", "p", "(x)", None, "always", (("tier", ("a", "b")),)),),
        "de",
        True,
        Cron("0 6 * * *", "Europe/Berlin"),
        QuietHours(time(22), time(6, 30), "UTC"),
    )
    rules = {"a.example": HostRules(2.5, 3, robots=False), "b.example": HostRules()}
    unit = Unit(
        id="unit",
        ledger="ledger",
        work=Work.BROWSER,
        wanted=(Wanted(source, known, recalled),),
        host=KnownHost("a.example", not_before, 7.5, 2),
        treatment=Treatment("me@a.example", 60.0, 1.0, 5_000_000, rules),
        stalled_after=30.0,
    )

    assert unit_from(unit_as(unit)) == unit
