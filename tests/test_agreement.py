"""When two statements about one key can both be true, and when they cannot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import SourceKind, Value, Vocabulary
from watcher.values import Statement, dispute

API = ("Lumen API", "API / developer platform")


def said(value: Value, quote: str = "", kind: str = "data_usage", **more: object) -> Statement:
    return Statement(value, SourceKind(kind), quote=quote, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("retention_days", said(30), said(90)),
        ("retention_days", said(30, "kept for up to 30 days"), said(90, "kept for 90 days")),
        ("breach_notification_hours", said(48, "within 48 hours"), said(72, "within 72 hours")),
        ("soc2_type2", said("yes"), said("in_progress")),
        ("training_use_of_input", said("no"), said("yes")),
        ("data_sale", said(True), said(False)),
        ("data_residency_regions", said(("eu", "us")), said(("eu", "jp"))),
        ("minimum_age", said(18, "at least 18 years"), said(13, "at least 13 years")),
        ("retention_days", said(30, attributes=(("tier", "api"),)), said(90)),
        ("retention_days", said(30, attributes=(("tier", "self_serve"),)), said(90)),
    ],
)
def test_statements_that_cannot_both_be_true_are_in_dispute(
    vocabulary: Vocabulary, key: str, one: Statement, other: Statement
) -> None:
    assert dispute(vocabulary[key], one, other, API) == "value"


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        ("retention_days", said(30, "for 30 days"), said(30, "for up to 30 days")),
        ("retention_days", said(30, "for 30 days"), said(90, "for up to 90 days")),
        ("subprocessor_notice_days", said(45, "45 days before"), said(30, "at least 30 days")),
        ("certifications", said(("iso 27001", "soc 2 type 2")), said(("soc 2 type 2",))),
        ("training_use_of_input", said("no"), said("opt_in")),
        ("hipaa_baa", said("yes"), said("by_request")),
        ("data_retention", said("30 days"), said("as long as needed")),
        ("contact_email", said(("a@lumen.example",)), said(("b@lumen.example",))),
        ("document_updated", said("2026-01-05"), said("2026-02-05")),
        ("governing_law", said("California"), said("Ireland")),
        ("retention_days", said(30), said(365, kind="privacy_policy")),
    ],
)
def test_statements_that_can_both_be_true_are_not(
    vocabulary: Vocabulary, key: str, one: Statement, other: Statement
) -> None:
    assert dispute(vocabulary[key], one, other, API) == ""


@pytest.mark.parametrize(
    "scope",
    [
        {"attributes": (("tier", "enterprise"),)},
        {"attributes": (("product", "Lumen Chat"),)},
        {"attributes": (("geography", "EU"),)},
        {"condition": "for customers in the European Economic Area"},
        {"condition": "on the Team plan"},
        {"quote": "For enterprise customers we keep it for 90 days."},
    ],
)
def test_an_explicit_plan_product_or_region_keeps_statements_apart(
    vocabulary: Vocabulary, scope: dict[str, object]
) -> None:
    assert dispute(vocabulary["retention_days"], said(30), said(90, **scope), API) == ""


def test_the_same_explicit_scope_does_not(vocabulary: Vocabulary) -> None:
    eu = {"condition": "for users in the EU"}
    assert dispute(vocabulary["retention_days"], said(30, **eu), said(90, **eu)) == "value"


NEEDED = "We sign one; to qualify, you must have an Enterprise Agreement with us and a suitable use case."
NOT_NEEDED = "We sign one on request; no enterprise agreement is required."


@pytest.mark.parametrize(
    ("needed", "free"),
    [
        (NEEDED, NOT_NEEDED),
        ("An enterprise agreement is required.", "It does not require an enterprise agreement."),
        ("Only with a signed enterprise plan.", "There is no need for an enterprise plan."),
    ],
)
def test_one_value_on_contrary_terms_is_a_dispute(
    vocabulary: Vocabulary, needed: str, free: str
) -> None:
    key = vocabulary["hipaa_baa"]
    tagged = (("tier", "enterprise"), ("route", "sales_contract"))
    one, other = said("by_request", needed, attributes=tagged), said("by_request", free)
    assert dispute(key, one, other, API) == dispute(key, other, one, API) != ""
    assert "needed" in dispute(key, one, other, API)
    narrow = said("by_request", free, attributes=(("scope", "some endpoints only"),))
    assert dispute(key, one, narrow, API) == dispute(key, one, other, API)
    assert dispute(key, one, said("by_request", "On request."), API) == ""


values = st.one_of(
    st.integers(0, 400), st.sampled_from(["yes", "no"]), st.tuples(st.sampled_from("ab"))
)
statements = st.builds(
    Statement,
    value=values,
    kind=st.sampled_from(SourceKind),
    condition=st.sampled_from(["", "on the Team plan", "in the EU"]),
    quote=st.sampled_from(["", NEEDED, NOT_NEEDED, "for up to 30 days", "at least 14 days"]),
    attributes=st.sampled_from([(), (("tier", "api"),), (("region", "us"),)]),
)


@settings(max_examples=150)
@given(one=statements, other=statements, data=st.data())
def test_a_dispute_has_no_direction_and_nobody_disputes_with_himself(
    vocabulary: Vocabulary, one: Statement, other: Statement, data: st.DataObject
) -> None:
    key = vocabulary[data.draw(st.sampled_from(["retention_days", "hipaa_baa", "certifications"]))]
    assert dispute(key, one, other) == dispute(key, other, one)
    assert dispute(key, one, one) == ""
