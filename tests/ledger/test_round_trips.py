"""Whatever goes into the ledger comes back equal: nouns of all shapes, through real rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.ledger import Ledger
from watcher.ledger.compression import compress, restore
from watcher.ledger.encoding import document_as, document_from, from_bytes, to_bytes
from watcher.ledger.times import from_microseconds, from_text, to_microseconds, to_text
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Change,
    ChangeKind,
    Check,
    Claim,
    ClaimChange,
    Decision,
    Difference,
    Digest,
    DismissReason,
    Document,
    Doubt,
    Evidence,
    Hop,
    Judgement,
    Known,
    Link,
    Region,
    Review,
    Significance,
    Snapshot,
    Source,
    SourceId,
    SourceKind,
    Suppression,
    Usual,
    Verdict,
    WordEdit,
    digest_of,
)

T = TypeVar("T")
SOURCE = SourceId("data")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)

modest = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

texts = st.text(max_size=30)
any_texts = st.text(st.characters(), max_size=30)  # half surrogate pairs and NUL included
times = st.integers(0, 7 * 10**15).map(lambda count: EPOCH + timedelta(microseconds=count))
values = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.lists(texts, max_size=3).map(tuple),
)
maybe = st.none() | texts
paths = st.lists(texts, max_size=2).map(tuple)
digests = st.binary(max_size=4).map(digest_of)


def tuples_of(each: st.SearchStrategy[T], size: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(each, max_size=size).map(tuple)


def blocks(letters: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Block]:
    return st.builds(
        Block,
        kind=st.sampled_from(BlockKind),
        text=letters,
        region=st.sampled_from(Region),
        path=tuples_of(letters, 2),
        links=tuples_of(st.builds(Link, letters, letters), 2),
        level=st.integers(0, 6),
        page=st.none() | st.integers(1, 90),
    )


def documents(letters: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Document]:
    return st.builds(
        Document, blocks=tuples_of(blocks(letters), 5), title=letters, language=texts, reader=texts
    )


evidences = st.builds(
    Evidence,
    quote=texts,
    start=st.integers(0, 10**6),
    section=paths,
    page=st.none() | st.integers(1, 90),
)
claims = st.builds(
    Claim,
    key=texts,
    value=values,
    evidence=evidences,
    condition=maybe,
    scope=texts,
    attributes=tuples_of(st.tuples(texts, values), 2),
    rule=texts,
)
claim_changes = st.builds(
    ClaimChange, st.sampled_from(Difference), st.none() | claims, st.none() | claims
)
words = st.builds(WordEdit, st.sampled_from(["same", "removed", "added"]), texts)
block_changes = st.builds(
    BlockChange,
    st.sampled_from(Difference),
    st.none() | blocks(),
    st.none() | blocks(any_texts),
    tuples_of(words),
)
changes = st.builds(
    Change,
    source_id=st.just(SOURCE),
    kind=st.sampled_from(ChangeKind),
    before_snapshot=st.none(),
    after_snapshot=st.none(),
    changed_at=times,
    raised_at=times,
    significance=st.builds(Significance, st.integers(1, 5), tuples_of(texts)),
    claims=tuples_of(claim_changes),
    blocks=tuples_of(block_changes),
    title=texts,
)
knowns = st.builds(
    Known,
    source_id=st.just(SOURCE),
    payload_digest=st.none() | digests,
    document_digest=st.none() | digests,
    etag=maybe,
    last_modified=maybe,
    usual=st.none() | st.builds(Usual, texts, texts, texts, st.integers(0), st.integers(0)),
    doubt=st.none()
    | st.builds(Doubt, digests, st.sampled_from(Verdict), times, st.integers(0, 99), times),
    last_check_at=st.none() | times,
    last_verdict=st.none() | st.sampled_from(Verdict),
    last_good_at=st.none() | times,
    failures=st.integers(0, 10**6),
    pending=st.booleans(),
    next_due_at=st.none() | times,
)
checks = st.builds(
    Check,
    source_id=st.just(SOURCE),
    checked_at=times,
    judgement=st.builds(Judgement, st.sampled_from(Verdict), texts),
    status=st.none() | st.integers(100, 599),
    elapsed=st.timedeltas(timedelta(), timedelta(hours=2)),
)
snapshots = st.builds(
    Snapshot,
    source_id=st.just(SOURCE),
    taken_at=times,
    payload_digest=st.just(Digest("")),
    media_type=texts,
    final_url=texts,
    good=st.booleans(),
    headers=tuples_of(st.tuples(any_texts, any_texts)),
    hops=tuples_of(st.builds(Hop, texts, st.integers(300, 308))),
    fetched_with=texts,
    seen_by=maybe,
)
reviews = st.builds(
    Review,
    change_id=st.just(0),
    decision=st.sampled_from([each for each in Decision if each is not Decision.UNDO]),
    reviewer=texts,
    decided_at=times,
    reason=st.none() | st.sampled_from(DismissReason),
    note=texts,
    values=st.dictionaries(texts, st.none() | values, max_size=3),
    until=st.none() | times,
)
suppressions = st.builds(Suppression, texts, st.sampled_from(Difference), any_texts, any_texts)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder: Path = tmp_path_factory.mktemp("held")
    with Ledger.open(folder / "watcher.db") as ledger:
        source = Source(SOURCE, "https://acme.example/data", "Data", SourceKind.DATA_USAGE)
        ledger.sources.sync([], [source], START)
        yield ledger


@pytest.fixture(scope="module")
def beside(held: Ledger) -> Iterator[Ledger]:
    """The same ledger opened once more, which remembers nothing of what the first one wrote."""
    with Ledger.open(held.path, read_only=True) as ledger:
        yield ledger


@given(documents(any_texts))
@modest
def test_document_as_json(document: Document) -> None:
    assert document_from(from_bytes(to_bytes(document_as(document)))) == document


@given(documents())
@modest
def test_document(held: Ledger, beside: Ledger, document: Document) -> None:
    document_id = held.documents.add(SOURCE, document, START)
    assert held.documents.get(document_id) == document
    assert beside.documents.get(document_id) == document
    assert beside.documents.get(document_id).digest == document.digest
    assert held.documents.add(SOURCE, document, START) == document_id


@given(knowns)
@modest
def test_known(held: Ledger, known: Known) -> None:
    held.sources.update(known)
    assert held.sources.known(SOURCE) == known
    assert held.sources.all_known() == {SOURCE: known}


@given(checks)
@modest
def test_check(held: Ledger, check: Check) -> None:
    check_id = held.checks.add(check)
    assert replace(check, id=check_id) in held.checks.of(SOURCE, limit=10_000)


@given(snapshots, st.binary(max_size=200))
@modest
def test_snapshot(held: Ledger, snapshot: Snapshot, payload: bytes) -> None:
    snapshot = replace(snapshot, payload_digest=digest_of(payload))
    snapshot_id = held.snapshots.add(snapshot, payload)
    assert held.snapshots.get(snapshot_id) == replace(snapshot, id=snapshot_id)
    assert held.snapshots.payload(snapshot_id) == payload


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_what_was_compressed_by_itself_is_restored_beside_a_prefix(
    content: bytes, before: bytes
) -> None:
    assert restore(compress(content), before) == content
    assert restore(compress(before + content), before) == before + content


@given(changes)
@modest
def test_change(held: Ledger, change: Change) -> None:
    change_id = held.changes.add(change)
    assert held.changes.get(change_id) == replace(change, id=change_id)


@given(reviews)
@modest
def test_review(held: Ledger, review: Review) -> None:
    change = Change(SOURCE, ChangeKind.CHANGE, None, None, START, START, Significance(1, ()))
    review = replace(review, change_id=held.changes.add(change))
    review = replace(review, id=held.reviews.add(review))
    assert held.reviews.of(review.change_id) == [review]
    assert held.reviews.latest() == review


@given(st.lists(claims, max_size=4, unique_by=lambda claim: claim.id).map(tuple))
@modest
def test_claims(held: Ledger, stated: tuple[Claim, ...]) -> None:
    document_id = held.documents.add(SOURCE, Document(()), START)
    held.claims.record(SOURCE, document_id, stated, START)
    assert {claim.id: claim for claim in held.claims.current(SOURCE)} == {
        claim.id: claim for claim in stated
    }


@given(st.lists(suppressions, min_size=1, max_size=4))
@modest
def test_suppressions(held: Ledger, noise: list[Suppression]) -> None:
    held.suppressions.add(SOURCE, None, START, noise)
    found = held.suppressions.of(SOURCE, limit=len(noise))
    assert sorted(found, key=repr) == sorted(((START, each) for each in noise), key=repr)


@given(any_texts)
@modest
def test_memory(held: Ledger, memory: str) -> None:
    held.memories.put(SOURCE, memory)
    assert held.memories.get(SOURCE) == memory


@given(times, times)
@modest
def test_times_sort_as_their_text_does(one: datetime, other: datetime) -> None:
    assert from_text(to_text(one)) == one
    assert from_microseconds(to_microseconds(one)) == one
    assert (one < other) == (to_text(one) < to_text(other))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_text(datetime(2026, 3, 1))  # noqa: DTZ001


def test_half_a_surrogate_pair_from_a_hostile_page_stops_nothing(
    held: Ledger, beside: Ledger
) -> None:
    check = Check(SOURCE, START, Judgement(Verdict.ERROR_PAGE, "title: \ud800 not found"))
    held.checks.add(check)
    document_id = held.documents.add(SOURCE, Document((), title="\ud800"), START)
    assert beside.documents.get(document_id).title == "\ud800"
