"""No claim is lost however much of a state differs: the diff library may not fold the whole into one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.changes.claims import compare_claims
from watcher.model import Claim, Difference, Evidence

KEYS = [f"key_{letter}" for letter in "abcdefgh"]
STATES = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 3))


def claims(values: dict[str, int]) -> tuple[Claim, ...]:
    return tuple(Claim(key, value, Evidence(f"it is {value}", 0)) for key, value in values.items())


def test_a_first_look_adds_every_claim() -> None:
    found = compare_claims((), claims(dict.fromkeys(KEYS, 1)))
    assert [change.key for change in found] == KEYS
    assert {change.difference for change in found} == {Difference.ADDED}


def test_claims_that_give_way_to_others_are_all_told() -> None:
    found = compare_claims(claims({"key_a": 1}), claims({"key_b": 1, "key_c": 1, "key_d": 1}))
    assert [change.key for change in found] == ["key_a", "key_b", "key_c", "key_d"]


@settings(max_examples=60, deadline=None)
@given(STATES, STATES)
def test_exactly_the_claims_that_differ_are_told(
    before: dict[str, int], after: dict[str, int]
) -> None:
    told = {change.key for change in compare_claims(claims(before), claims(after))}
    assert told == {key for key in KEYS if before.get(key) != after.get(key)}
