from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.claims import Pack, captures
from watcher.claims.grammar import PhraseProblem, parse
from watcher.claims.needs import Needs
from watcher.claims.passages import fold
from watcher.claims.phrases import Phrase


@dataclass
class Book:
    lists: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"not": ("do not", "never", "don't")}
    )
    patterns: dict[str, str] = field(default_factory=lambda: dict(captures.PATTERNS))
    needs: dict[str, frozenset[str]] = field(default_factory=dict)


def phrase(text: str) -> Phrase:
    return parse(text, Book())


def matches(text: str, sentence: str) -> bool:
    return phrase(text).search(fold(sentence)) is not None


def test_words_stand_whole_and_in_any_case() -> None:
    assert matches("we sell data", "We sell data.")
    assert matches("we sell data", "we sell “Data”")
    assert not matches("we sell data", "we resell data")
    assert not matches("we sell data", "we sell databases")


def test_a_star_is_any_ending_and_a_possessive_is_free() -> None:
    assert matches("train* model*", "Training models")
    assert matches("customer data", "the customer’s data")


def test_a_hyphen_may_be_a_space_or_nothing() -> None:
    for written in ("opt-out", "opt out", "optout"):
        assert matches("opt-out now", f"{written} now")


def test_alternatives_options_and_lists() -> None:
    assert matches("(delete*|remove) it", "removed? no: remove it")
    assert matches("within (at most)? thirty days", "within thirty days")
    assert matches("{not} (ever)? sell", "We don't ever sell")


def test_a_gap_is_counted_in_words() -> None:
    assert matches("delete ~2 days", "delete in thirty days")
    assert not matches("delete ~1 days", "delete in thirty days")


def test_an_exclamation_mark_refuses_what_follows() -> None:
    assert matches("not !(only) use", "not use")
    assert not matches("except !(its conflict*)", "except its conflicts of law")


def test_edges_of_the_sentence() -> None:
    assert matches("^ no $", "No.")
    assert not matches("^ no $", "No, we do.")


def test_every_last_part_in_reach_is_a_match() -> None:
    found = phrase("keep ~9 <duration>").matches("keep logs for 30 days and backups for 90 days")
    sentence = "keep logs for 30 days and backups for 90 days"
    assert [sentence[slice(*one.captures["duration"])] for one in found] == ["30 days", "90 days"]


@pytest.mark.parametrize(
    "text", ["", "(", "a|b", "~3 a", "a ~3", "a? b?", "((((((a))))))", "{none}", "<none>", "a ~0 b"]
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(PhraseProblem):
        phrase(text)


@given(st.text(alphabet="ab()|~3{}<>*?!^$ ", max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_phrase_is_read_or_refused(text: str) -> None:
    try:
        read = phrase(text)
    except PhraseProblem:
        return
    read.search("a b a b")


@given(
    st.lists(
        st.sampled_from(
            [
                "we",
                "do",
                "not",
                "never",
                "sell",
                "sold",
                "data",
                "30",
                "days",
                "(30)",
                ",",
                ";",
                "don't",
            ]
        ),
        max_size=30,
    ).map(" ".join)
)
@settings(max_examples=200, deadline=None)
def test_a_phrase_needs_only_words_of_what_it_matches(sentence: str) -> None:
    tried = [
        phrase(text)
        for text in ("{not} ~3 (sell|sold) ~2 data*", "<duration> ~2 data", "we (do not)? sell")
    ]
    needs = Needs(tried)
    held = needs.fulfilled([(0, len(sentence))], sentence)
    for one in tried:
        if one.search(sentence):
            assert all(held[need] for need in needs.of(one))


def test_no_sentence_makes_a_shipped_phrase_slow(pack: Pack) -> None:
    """Each phrase meets a sentence made of its own words, again and again: what backtracking fears most."""
    slowest = 0.0
    for one in (one for choice in pack.needed.values() for one, _ in choice):
        words = " ".join(
            word.strip("*") for need in one.needs for word in sorted(need)[:2] if word[:1] != "#"
        )
        hostile = fold((f"{words} 30 days, " * 400)[:2500])
        one.search(hostile)
        before = time.process_time()
        one.matches(hostile)
        slowest = max(slowest, time.process_time() - before)
    assert slowest < 0.25
