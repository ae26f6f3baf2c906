"""Payloads: once under their digest, small against the one before, and never given back altered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.errors import NotFound, PayloadDamaged
from watcher.ledger import Ledger
from watcher.ledger.payloads import KEY_FRAME_EVERY, LANDING_EVERY, Strand
from watcher.model import Digest, SourceId, digest_of

DATA, TERMS = SourceId("data"), SourceId("terms")


def page(number: int) -> bytes:
    sentences = [f"<p>Paragraph {n} of the policy, number {n * 7919}.</p>" for n in range(300)]
    sentences[number % 300] = f"<p>Inputs are kept for {number} days.</p>"
    return "\n".join(sentences).encode()


def number_of(ledger: Ledger, query: str) -> int:
    row = ledger.connection.row(query)
    assert row is not None
    return int(row[0])


@given(st.lists(st.binary(max_size=400) | st.integers(0, 40).map(page), max_size=60), st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_comes_back(
    ledger: Ledger, payloads: list[bytes], data: st.DataObject
) -> None:
    source = st.sampled_from([DATA, TERMS])
    strand = st.sampled_from(Strand)
    digests = [ledger.payloads.put(data.draw(source), each, data.draw(strand)) for each in payloads]
    assert [ledger.payloads.get(digest) for digest in digests] == payloads


def test_the_same_bytes_are_stored_once_for_all_sources(ledger: Ledger) -> None:
    digests = {ledger.payloads.put(source, page(1)) for source in (DATA, TERMS, DATA)}
    assert digests == {digest_of(page(1))}
    assert number_of(ledger, "SELECT count(*) FROM payloads") == 1


def test_a_long_history_is_small_and_restored_in_few_steps(ledger: Ledger) -> None:
    with ledger.atomic():
        digests = [ledger.payloads.put(DATA, page(number)) for number in range(600)]
    key_frames = number_of(ledger, "SELECT count(*) FROM payloads WHERE base IS NULL")
    assert key_frames == -(-600 // KEY_FRAME_EVERY)
    in_between = "SELECT max(length(compressed)) FROM payloads WHERE base IS NOT NULL"
    assert number_of(ledger, in_between) < 600
    for number in (0, 15, 16, 17, 255, 256, 511, 599):
        assert ledger.payloads.get(digests[number]) == page(number)
    longest = """WITH RECURSIVE steps (id, taken) AS (
        SELECT id, 0 FROM payloads WHERE base IS NULL UNION ALL
        SELECT payloads.id, taken + 1 FROM steps JOIN payloads ON payloads.base = steps.id)
        SELECT max(taken) FROM steps"""
    assert number_of(ledger, longest) == LANDING_EVERY - 1 + KEY_FRAME_EVERY // LANDING_EVERY - 1


def test_the_chain_goes_on_in_a_new_process(path: Path, ledger: Ledger) -> None:
    ledger.payloads.put(DATA, page(1))
    with Ledger.open(path) as reopened:
        digest = reopened.payloads.put(DATA, page(2))
        assert number_of(reopened, "SELECT count(*) FROM payloads WHERE base IS NOT NULL") == 1
        assert reopened.payloads.get(digest) == page(2)


def test_a_refused_page_does_not_break_the_chain_of_good_ones(ledger: Ledger) -> None:
    ledger.payloads.put(DATA, page(1))
    ledger.payloads.put(DATA, b"Checking your browser", Strand.REFUSED)
    ledger.payloads.put(DATA, page(2))
    assert number_of(ledger, "SELECT base FROM payloads WHERE id = 3") == 1
    assert number_of(ledger, "SELECT length(compressed) FROM payloads WHERE id = 3") < 120


def test_what_an_undone_transaction_stored_is_no_base_for_what_follows(ledger: Ledger) -> None:
    ledger.payloads.put(DATA, page(1))
    with pytest.raises(RuntimeError), ledger.atomic():
        ledger.payloads.put(DATA, page(2))
        raise RuntimeError("the sweep was stopped")
    ledger.payloads.put(TERMS, b"takes the row id that page 2 had")
    digest = ledger.payloads.put(DATA, page(3))
    assert ledger.payloads.get(digest) == page(3)
    with pytest.raises(NotFound):
        ledger.payloads.get(digest_of(page(2)))


def test_what_an_undone_savepoint_stored_is_no_base_for_what_follows(ledger: Ledger) -> None:
    with ledger.atomic():
        ledger.payloads.put(DATA, page(1))
        with pytest.raises(RuntimeError), ledger.atomic():
            ledger.payloads.put(DATA, page(2))
            raise RuntimeError("this source failed")
        digest = ledger.payloads.put(DATA, page(3))
    assert ledger.payloads.get(digest) == page(3)


@given(st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_flipped_bit_is_found_and_named(ledger: Ledger, data: st.DataObject) -> None:
    digests = [ledger.payloads.put(DATA, page(number)) for number in range(3)]
    victim = data.draw(st.sampled_from([1, 2, 3]))
    row = ledger.connection.row("SELECT compressed FROM payloads WHERE id = ?", (victim,))
    assert row is not None
    damaged = bytearray(row[0])
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    write = "UPDATE payloads SET compressed = ? WHERE id = ?"
    ledger.connection.write(write, (bytes(damaged), victim))
    try:
        with pytest.raises(PayloadDamaged, match=digests[victim - 1]):
            ledger.payloads.get(digests[victim - 1])
    finally:
        ledger.connection.write(write, (row[0], victim))


def test_a_damaged_payload_is_no_base_for_the_next(path: Path, ledger: Ledger) -> None:
    damaged = ledger.payloads.put(DATA, page(1))
    ledger.connection.write("UPDATE payloads SET compressed = x'00'")
    with Ledger.open(path) as reopened:
        digest = reopened.payloads.put(DATA, page(2))
        assert reopened.payloads.get(digest) == page(2)
        with pytest.raises(PayloadDamaged, match=f"{damaged}.*backup"):
            reopened.payloads.get(damaged)


def test_an_unknown_digest_and_an_unknown_source_are_said_to_be_so(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="no payload"):
        ledger.payloads.get(Digest("ab" * 32))
    with pytest.raises(NotFound, match="'pricing'"):
        ledger.payloads.put(SourceId("pricing"), b"")


def test_what_is_remembered_stays_within_bounds(ledger: Ledger) -> None:
    large = bytes(9_000_000)
    for number in range(6):
        ledger.payloads.put(DATA, large + bytes([number]))
    assert ledger.payloads._last._bytes == 0  # too large to keep at hand; restored when needed
    assert ledger.payloads.get(digest_of(large + b"\x03")) == large + b"\x03"
