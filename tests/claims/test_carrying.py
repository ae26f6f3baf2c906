"""Claims carried over from the document before: the same as if all of it were read."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.claims import Pack, carry_claims, load_pack, read_claims
from watcher.claims.examples import document_of
from watcher.claims.passages import outline_of
from watcher.model import Document, Vocabulary
from watcher.sources.vocabulary import load_vocabulary

FILLER = "\n".join(
    f"Paragraph {number} speaks of the weather in the mountains." for number in range(20)
)
KEPT = "We keep prompts for 30 days."
SHORTER = "We keep prompts for 7 days."


@cache
def _rules() -> tuple[Vocabulary, Pack]:
    return load_vocabulary(), load_pack()


@cache
def _lines() -> tuple[str, ...]:
    """The examples of every rule, headings, dates and lines that introduce others: what context is made of."""
    rules = (rule for key in _rules()[1].keys.values() for rule in key.rules)
    examples = (example.text.replace("\n", " ") for rule in rules for example in rule.examples)
    context = (
        "# Data retention",
        "## Security",
        "# Privacy policy",
        "# Data processing addendum",
        "Last updated: 4 March 2026",
        "Effective 1 May 2024 to 1 May 2025",
        "You may not do any of the following:",
        "- publish what the service shows;",
        "Is my data used for training?",
        "However, this does not apply to feedback.",
        "Northlight Systems, Inc. provides the service.",
    )
    return (*context, *examples)


def _carried(before: Document, after: Document) -> tuple[object, object]:
    claims = read_claims(before, *_rules())
    return carry_claims(claims, before, after, *_rules()), read_claims(after, *_rules())


LINES = st.lists(st.integers(0, 10_000), min_size=15, max_size=40)
EDITS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "say"]), st.integers(0, 100), st.integers(0, 10_000)),
    max_size=6,
)


def _edited(lines: list[str], edits: list[tuple[str, int, int]]) -> list[str]:
    edited = list(lines)
    for kind, place, number in edits:
        at, line = place % len(edited), _lines()[number % len(_lines())]
        edited[at : at + (kind != "put")] = [] if kind == "drop" and len(edited) > 1 else [line]
    return edited


@given(LINES, EDITS)
@settings(max_examples=100, deadline=None)
def test_claims_carried_over_are_those_that_reading_gives(
    numbers: list[int], edits: list[tuple[str, int, int]]
) -> None:
    lines = [_lines()[number % len(_lines())] for number in numbers]
    before, after = document_of("\n".join(lines)), document_of("\n".join(_edited(lines, edits)))
    carried, read = _carried(before, after)
    assert carried == read


@given(st.lists(LINES.map(lambda numbers: numbers[:8]), min_size=4, max_size=9), EDITS)
@settings(max_examples=100, deadline=None)
def test_claims_of_paragraphs_of_which_a_sentence_changed_are_those_that_reading_gives(
    paragraphs: list[list[int]], edits: list[tuple[str, int, int]]
) -> None:
    said = [[_lines()[number % len(_lines())] for number in each] for each in paragraphs]
    anew = list(said)
    for edit in edits:
        place = edit[2] % len(said)
        anew[place] = _edited(anew[place], [edit])
    before, after = (document_of("\n".join(map(" ".join, each))) for each in (said, anew))
    carried, read = _carried(before, after)
    assert carried == read


@given(LINES, LINES)
@settings(max_examples=25, deadline=None)
def test_a_document_folds_the_same_beside_another(one: list[int], other: list[int]) -> None:
    first, second = (
        document_of("\n".join(_lines()[number % len(_lines())] for number in numbers))
        for numbers in (one, other)
    )
    assert outline_of(second, outline_of(first)) == outline_of(second)


def test_a_claim_keeps_its_quote_where_that_stands_now() -> None:
    before = document_of(f"{FILLER}\n{KEPT}\n{FILLER}")
    after = document_of(f"One paragraph more.\n{FILLER}\n{KEPT}\n{FILLER}")
    carried, read = _carried(before, after)
    assert carried == read
    for claim in read_claims(after, *_rules()):
        assert after.text.startswith(KEPT, claim.evidence.start)


def test_a_key_is_read_anew_when_something_says_it_elsewhere() -> None:
    before = document_of(f"{FILLER}\n{KEPT}\n{FILLER}")
    after = document_of(f"{FILLER}\n{KEPT}\n{FILLER}\n{SHORTER}")
    carried, read = _carried(before, after)
    assert carried == read


def test_claims_of_keys_named_are_not_carried_over() -> None:
    before = document_of(f"{FILLER}\n{KEPT}\n{FILLER}")
    after = document_of(f"{FILLER}\n{KEPT}\n{FILLER}\nAnd more.")
    (claim,) = carry_claims((), before, after, *_rules(), without=["retention_days"])
    assert (claim.key, claim.value) == ("retention_days", 30)
    assert carry_claims((), before, after, *_rules()) == ()
