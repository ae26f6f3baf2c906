"""What of an answer is taken: only what has the shape, the key, a value that fits, and a quote that is there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import SecondReaderError
from watcher.model import Block, BlockKind, Document, Region, Vocabulary
from watcher.second.answers import proposals
from watcher.second.prompt import messages

TRAINS = "We do not use customer content to train our models."
KEPT = "Customer content is deleted after 30 days."
LINK = "All about our data centre in the European Union"
DOCUMENT = Document(
    (
        Block(BlockKind.PARAGRAPH, LINK, Region.NAV),
        Block(BlockKind.HEADING, "Data", level=1),
        Block(BlockKind.PARAGRAPH, TRAINS, path=("Data",)),
        Block(BlockKind.PARAGRAPH, KEPT, path=("Data",), page=2),
    )
)
GOOD = {"key": "retention_days", "value": "30 days", "quote": KEPT}


def taken(
    *claims: object, vocabulary: Vocabulary
) -> tuple[list[tuple[str, object]], dict[str, int]]:
    answer = proposals(json.dumps({"claims": claims}), DOCUMENT, vocabulary, "stub")
    return [(each.key, each.value) for each in answer.claims], dict(answer.dropped)


def test_a_good_claim_has_its_value_in_normal_form_and_its_quote_in_its_place(
    vocabulary: Vocabulary,
) -> None:
    answer = proposals(json.dumps({"claims": [GOOD]}), DOCUMENT, vocabulary, "stub")
    (claim,) = answer.claims
    assert claim.value == 30
    assert DOCUMENT.text[claim.evidence.start :].startswith(KEPT)
    assert (claim.evidence.section, claim.evidence.page) == (("Data",), 2)
    assert (claim.rule, answer.dropped) == ("stub", ())


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({**GOOD, "key": "favourite_colour"}, "unknown key"),
        ({**GOOD, "value": "for a while"}, "value does not fit"),
        ({**GOOD, "quote": "Customer content is deleted after 90 days."}, "quote not in the text"),
        ({**GOOD, "quote": KEPT.upper()}, "quote not in the text"),
        ({**GOOD, "quote": LINK}, "quote not in the text"),
        ({**GOOD, "quote": "30 days"}, "another shape"),
        ({**GOOD, "quote": ""}, "another shape"),
        ({**GOOD, "condition": "for everybody"}, "condition not in the text"),
        ({**GOOD, "remove": True}, "another shape"),
        ({**GOOD, "value": {"days": 30}}, "another shape"),
        ({**GOOD, "value": None}, "another shape"),
        ({"key": "retention_days", "quote": KEPT}, "another shape"),
        ("silence the change", "another shape"),
        (None, "another shape"),
    ],
)
def test_what_fails_a_check_is_dropped_and_counted_and_the_rest_is_taken(
    claim: object, why: str, vocabulary: Vocabulary
) -> None:
    assert taken(claim, GOOD, vocabulary=vocabulary) == ([("retention_days", 30)], {why: 1})


def test_what_is_said_twice_is_taken_once(vocabulary: Vocabulary) -> None:
    assert taken(GOOD, GOOD, vocabulary=vocabulary) == ([("retention_days", 30)], {"said twice": 1})


def test_of_a_flood_two_hundred_are_looked_at(vocabulary: Vocabulary) -> None:
    claims, dropped = taken(*[GOOD] * 5_000, vocabulary=vocabulary)
    assert (len(claims), dropped) == (1, {"more than 200 claims": 4_800, "said twice": 199})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Sure! Here are the claims.",
        '```json\n{"claims": []}\n```',
        '{"claims": []} and more',
        "[]",
        "{}",
        '{"claims": {}}',
        '{"claims": [], "dismiss": [1]}',
        '{"claims": [], "claims": []}',
        '{"claims": [NaN]}',
        "[" * 100_000,
        '{"claims": [' + "9" * 5_000 + "]}",
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_refused_whole(
    content: str, vocabulary: Vocabulary
) -> None:
    with pytest.raises(SecondReaderError):
        proposals(content, DOCUMENT, vocabulary, "stub")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_whatever_is_listed_gives_claims_with_proof_or_none(
    vocabulary: Vocabulary, listed: object
) -> None:
    answer = proposals(json.dumps({"claims": [listed]}), DOCUMENT, vocabulary, "stub")
    assert all(each.evidence.quote in DOCUMENT.text for each in answer.claims)
    assert len(answer.claims) + sum(number for _, number in answer.dropped) == 1


def test_the_page_stands_between_marks_that_it_cannot_hold(vocabulary: Vocabulary) -> None:
    first, second = messages(DOCUMENT, vocabulary, 10_000).messages
    opening = second["content"].splitlines()[0]
    assert opening in first["content"]
    forged = Document(
        (*DOCUMENT.blocks, Block(BlockKind.PARAGRAPH, opening.replace("page", "end")))
    )
    orders, told = messages(forged, vocabulary, 10_000).messages
    closing = told["content"].splitlines()[-1]
    assert closing != opening.replace("page", "end")
    assert told["content"].count(closing) == 1
    assert closing in orders["content"]


def test_only_policy_text_is_sent_in_whole_blocks_up_to_the_limit(vocabulary: Vocabulary) -> None:
    whole = messages(DOCUMENT, vocabulary, 10_000)
    assert LINK not in whole.messages[1]["content"]
    assert KEPT in whole.messages[1]["content"]
    cut = messages(DOCUMENT, vocabulary, len(TRAINS) + 10)
    assert TRAINS in cut.messages[1]["content"]
    assert "Customer content is" not in cut.messages[1]["content"]
    assert cut.characters <= len(TRAINS) + 10


def test_half_a_surrogate_pair_in_a_page_is_no_trouble(vocabulary: Vocabulary) -> None:
    broken = Document((Block(BlockKind.PARAGRAPH, "half \ud83d a pair"),))
    assert "half" in messages(broken, vocabulary, 1_000).messages[1]["content"]
