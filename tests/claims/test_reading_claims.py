from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.claims import Pack, explain, load_pack, read_claims, verify
from watcher.claims.examples import document_of
from watcher.errors import NotFound
from watcher.model import Block, BlockKind, Document, Region, Vocabulary
from watcher.sources.vocabulary import load_vocabulary

PACK, VOCABULARY = load_pack(), load_vocabulary()

LINES = st.sampled_from(
    [
        "# Data retention",
        "We keep prompts for up to 30 days, unless the law asks for more.",
        "Last updated: 3 March 2025",
        "You may not:",
        "- reverse engineer the service;",
        "- scrape it.",
        "We don’t sell your personal information — ever.",
        "Palewater Systems, Inc. (“we”, “us”) is based in the U.S.",
        "İstanbul İ ﬁne ǅ text, Straße 5.",
        "Do you offer EU data residency?",
        "Not presently.",
        "Write to privacy@palewater.example.",
    ]
)


def claims_of(text: str, title: str = "") -> dict[str, object]:
    return {
        claim.id: claim.value for claim in read_claims(document_of(text, title), VOCABULARY, PACK)
    }


@given(st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=12).map("\n".join))
@settings(max_examples=150, deadline=None)
def test_a_quote_is_a_verbatim_substring_of_the_document(text: str) -> None:
    document = document_of(text)
    for claim in read_claims(document, VOCABULARY, PACK):
        evidence = claim.evidence
        assert (
            document.text[evidence.start : evidence.start + len(evidence.quote)] == evidence.quote
        )
        assert verify(claim, document)


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=50, deadline=None)
def test_the_same_document_makes_the_same_claims_one_for_each_key(text: str) -> None:
    first = read_claims(document_of(text), VOCABULARY, PACK)
    assert first == read_claims(document_of(text), VOCABULARY, PACK)
    assert len({claim.id for claim in first}) == len(first)


def test_the_condition_is_kept_as_written(pack: Pack, vocabulary: Vocabulary) -> None:
    (claim,) = read_claims(
        document_of("We do not use your inputs to train models, unless you opt in."),
        {"training_use_of_input": vocabulary["training_use_of_input"]},
        pack,
    )
    assert (claim.value, claim.condition) == ("opt_in", "unless you opt in")


def test_another_answer_for_some_is_kept_in_the_condition(
    pack: Pack, vocabulary: Vocabulary
) -> None:
    (claim,) = read_claims(
        document_of(
            "These terms are governed by the laws of the State of Oregon.\n"
            "If you live in the EEA, these terms are governed by the laws of Ireland."
        ),
        {"governing_law": vocabulary["governing_law"]},
        pack,
    )
    assert (claim.value, claim.condition) == ("Oregon", "Ireland: If you live in the EEA")


def test_a_condition_may_stand_in_the_next_sentence() -> None:
    claims = read_claims(
        document_of(
            "You may not reverse engineer the service. This does not apply where the law permits it."
        ),
        VOCABULARY,
        PACK,
    )
    assert [claim.condition for claim in claims] == ["This does not apply where the law permits it"]


def test_a_list_is_read_with_the_line_that_introduces_it() -> None:
    assert claims_of("You must not do any of the following:\n- Reverse engineer the product.") == {
        "reverse_engineering_prohibited": True
    }
    assert claims_of("You are free to:\n- Reverse engineer our samples.") == {}


def test_a_question_is_no_statement_but_its_answer_is() -> None:
    assert claims_of(
        "# Do you offer data residency in the EU?\nNot presently. We look into it."
    ) == {"data_residency": "no"}


def test_menus_and_footers_say_nothing() -> None:
    sentence = "You must be at least 18 years old to use the service."
    for region in (Region.NAV, Region.FOOTER, Region.ASIDE, Region.BANNER):
        assert (
            read_claims(Document((Block(BlockKind.PARAGRAPH, sentence, region),)), VOCABULARY, PACK)
            == ()
        )


def test_the_footer_of_a_printed_page_is_read() -> None:
    footer = Block(BlockKind.PARAGRAPH, "Last updated: 1 May 2025", Region.FOOTER, page=1)
    (claim,) = read_claims(Document((footer,)), VOCABULARY, PACK)
    assert (claim.value, claim.evidence.page) == ("2025-05-01", 1)


def test_lists_are_sets_in_one_spelling() -> None:
    one = claims_of("We hold SOC 2 Type II and ISO/IEC 27001:2022 certificates.")
    other = claims_of("We are certified:\n- ISO 27001 certified\n- SOC 2 Type 2 certified")
    assert one["certifications"] == other["certifications"] == ("iso 27001", "soc 2 type 2")


def test_dates_are_told_apart() -> None:
    found = claims_of(
        "Last updated: 1 May 2025\nEffective: 15 May 2025\nThe revised terms will take effect on 1 July 2025."
    )
    assert found["document_updated"] == "2025-05-01"
    assert found["document_effective"] == "2025-05-15"
    assert found["document_effective@announced"] == "2025-07-01"


def test_a_rule_of_an_unknown_key_is_passed_over(pack: Pack) -> None:
    assert read_claims(document_of("Last updated: 1 May 2025"), {}, pack) == ()


def test_an_explanation_names_the_rule_that_fired_and_what_stood_against_others() -> None:
    told = explain(
        document_of(
            "We never use your prompts for training.\nYou may not use output for training."
        ),
        VOCABULARY,
        PACK,
        "training_use_of_input",
    )
    (claim,) = told.claims
    stories = {story.rule: story for story in told.stories}
    assert stories[claim.rule].outcome == "gave the claim"
    assert any(trial.obstacle for story in told.stories for trial in story.trials)
    assert any(story.outcome == "its phrases do not occur" for story in told.stories)


def test_an_unknown_key_cannot_be_explained() -> None:
    with pytest.raises(NotFound, match="has no key"):
        explain(document_of("x"), VOCABULARY, PACK, "nothing")


def test_attributes_are_read_from_the_sentence(pack: Pack, vocabulary: Vocabulary) -> None:
    (claim,) = read_claims(
        document_of(
            "We can sign a business associate agreement with customers on an enterprise agreement."
        ),
        {"hipaa_baa": vocabulary["hipaa_baa"]},
        pack,
    )
    assert dict(claim.attributes)["route"] == "sales_contract"


DATA_USAGE = """
# How we use data sent to the Palewater API
Updated 4 May 2025
We do not use what customers send through the API to train our models, unless they explicitly choose to share it.
API data is kept for at most 30 days to look for abuse, and is then deleted (unless the law asks for more).
A small number of authorised staff can view this data solely to investigate suspected abuse.
# Which reports and certificates do you hold?
The Palewater API is SOC 2 Type 2 compliant and was audited by an independent firm.
# Where is data stored?
See our [list of sub-processors and where they are](https://palewater.example/sub-processors).
# Do you offer data residency in the EU?
Not presently. We look into what it would take.
# Can I use the API for workloads under HIPAA?
We are able to sign a Business Associate Agreement with you. To qualify, you need an enterprise agreement with us.
# Is there a Data Processing Addendum?
Yes. Fill in our form to execute the Data Processing Addendum.
"""


def test_a_data_usage_page_with_questions_and_answers() -> None:
    claims = {claim.key: claim for claim in read_claims(document_of(DATA_USAGE), VOCABULARY, PACK)}
    assert {key: claim.value for key, claim in claims.items()} == {
        "training_use_of_input": "opt_in",
        "api_available": True,
        "soc2_type2": "yes",
        "certifications": ("soc 2 type 2",),
        "hipaa_baa": "by_request",
        "data_retention": "30 days",
        "retention_days": 30,
        "human_review": True,
        "data_residency": "no",
        "subprocessor_list_url": "https://palewater.example/sub-processors",
        "document_updated": "2025-05-04",
        "dpa": "yes",
    }
    assert claims["training_use_of_input"].condition == "unless they explicitly choose to share it"
    assert claims["hipaa_baa"].condition == "To qualify, you need an enterprise agreement with us"
    assert claims["retention_days"].condition == "unless the law asks for more"


def test_a_hostile_page_costs_time_in_proportion_to_its_length() -> None:
    words = "we will not use your content to train our models unless you opt in within 30 days of notice "
    times = []
    for count in (100, 400):
        document = document_of(words * count)
        before = time.process_time()
        read_claims(document, VOCABULARY, PACK)
        times.append(time.process_time() - before)
    assert times[1] < 2 + 12 * times[0]


def test_a_word_of_a_megabyte_costs_no_more_than_its_length() -> None:
    # Nothing is timed: where every beginning of the word was looked up, this took minutes.
    claims = claims_of(f"We keep prompts for up to 30 days.\n{'long' * 250_000}")
    assert claims == claims_of("We keep prompts for up to 30 days.")
