"""Values of claims: one normal form each, mended in spelling only, refused in plain words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import Key, Value, ValueType
from watcher.sources.vocabulary import load_vocabulary
from watcher.values import normalise, render

VOCABULARY = load_vocabulary()

ANYTHING = st.one_of(
    st.text(max_size=60),
    st.booleans(),
    st.integers(-(10**16), 10**16),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=20), max_size=4),
    st.sampled_from(
        [
            *("yes", "30 days", "March 1, 2024", "SOC 2 Type II and ISO 27001:2022", "opt-out"),
            *("https://Example.org/a b", "example.org/x?utm_source=y#z", "a@b.org; C@d.org"),
            *(
                "thirty (30) days",
                "two years",
                "Antigua and Barbuda",
                "UK Addendum, SCC",
                "99.95 %",
            ),
            *("iso 27001 soc 2 type 2", "hipaa-ready", "EU & UK", "<a@b.org>", "\u212a and \u0130"),
        ]
    ),
)


def key(name: str) -> Key:
    return VOCABULARY[name]


@settings(max_examples=400)
@given(st.sampled_from(list(VOCABULARY)), ANYTHING)
def test_normalise_is_idempotent_and_reads_back_what_render_writes(name: str, raw: object) -> None:
    try:
        value = normalise(key(name), raw)
    except ValueError as error:
        assert str(error)
        return
    assert normalise(key(name), value) == value
    assert normalise(key(name), render(key(name), value)) == value


@pytest.mark.parametrize("name", list(VOCABULARY))
@settings(max_examples=40)
@given(data=st.data())
def test_every_key_has_values_that_are_their_own_normal_form(
    name: str, data: st.DataObject
) -> None:
    value = data.draw(normal_values(key(name)))
    assert normalise(key(name), value) == value
    assert normalise(key(name), render(key(name), value)) == value


def normal_values(key: Key) -> st.SearchStrategy[Any]:
    words = st.from_regex(r"[a-z]{4,9}( [a-z]{4,9})?", fullmatch=True)
    emails = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True)
    items = st.sampled_from(key.choices) if key.choices else words
    items = emails if key.unit == "email address" else items
    return {
        ValueType.BOOL: st.booleans(),
        ValueType.ENUM: st.sampled_from(key.choices or ("",)),
        ValueType.INT: st.integers(0, 10**6),
        ValueType.NUMBER: st.integers(0, 10**6).map(lambda n: n / 1000),
        ValueType.DATE: st.dates().map(lambda day: day.isoformat()),
        ValueType.TEXT: words,
        ValueType.LIST: st.sets(items.filter(lambda item: " and " not in item), min_size=1).map(
            lambda found: tuple(sorted(found))
        ),
        ValueType.URL: words.map(lambda path: f"https://example.org/{path.replace(' ', '-')}"),
    }[key.type]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("api_available", "Yes", True),
        ("api_available", "false", False),
        ("commercial_use_allowed", True, "yes"),
        ("training_use_of_input", "Opt-out", "opt_out"),
        ("zero_data_retention", "by approval", "by_approval"),
        ("retention_days", 30, 30),
        ("retention_days", "30-day", 30),
        ("retention_days", "2 years", 730),
        ("retention_days", "6 months", 180),
        ("retention_days", "12 months", 365),
        ("retention_days", "18 months", 545),
        ("retention_days", "thirty (30) calendar days", 30),
        ("retention_days", "twenty one days", 21),
        ("retention_days", "a week", 7),
        ("retention_days", "48 hours", 2),
        ("retention_days", "1,095 days", 1095),
        ("subprocessor_notice_days", "ten business days", 10),
        ("breach_notification_hours", "48 hours", 48),
        ("breach_notification_hours", "2 business days", 48),
        ("breach_notification_hours", "seventy-two (72) hours", 72),
        ("breach_notification_hours", "72hrs", 72),
        ("minimum_age", "18 years old", 18),
        ("sla_uptime_percent", "99.9%", 99.9),
        ("sla_uptime_percent", "99.95 percent", 99.95),
        ("document_updated", "March 1, 2024", "2024-03-01"),
        ("document_updated", "Friday, 1st of March 2024", "2024-03-01"),
        ("document_updated", "1 Mar. 2024", "2024-03-01"),
        ("document_updated", "Sept 5 2024", "2024-09-05"),
        ("document_updated", "2024-03-01T10:00:00Z", "2024-03-01"),
        ("document_updated", "20240301", "2024-03-01"),
        ("document_updated", "03/13/2024", "2024-03-13"),
        ("document_updated", "2024 March 1", "2024-03-01"),
        ("governing_law", " England \u00a0and\nWales ", "England and Wales"),
        ("dpa_version", "v.010126", "v.010126"),
        ("certifications", "ISO/IEC 27001:2022", ("iso 27001",)),
        ("certifications", "SOC 2® Type II", ("soc 2 type 2",)),
        ("certifications", "SOC 2, Type II, and PCI DSS v4.0.1", ("pci dss", "soc 2 type 2")),
        ("certifications", ["ISO 27701", "ISO27001", "ISO 27001"], ("iso 27001", "iso 27701")),
        ("transfer_mechanism", "UK Addendum and SCC", ("scc", "uk_addendum")),
        ("data_residency_regions", "United States, Europe", ("eu", "us")),
        ("data_residency_regions", "Bosnia and Herzegovina", ("bosnia and herzegovina",)),
        ("contact_email", "mailto:Privacy@Example.org", ("privacy@example.org",)),
        ("trust_portal", "HTTPS://Trust.Example.org", "https://trust.example.org/"),
        ("subprocessor_list_url", "legal.example.org/#list", "https://legal.example.org/#list"),
    ],
)
def test_spelling_is_mended(name: str, raw: object, value: Value) -> None:
    found = normalise(key(name), raw)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("api_available", "maybe", "api_available is yes or no, not 'maybe'"),
        ("output_ownership", "yes", "output_ownership is one of customer, provider, shared"),
        ("retention_days", "-3", "retention_days is a number from 0 up"),
        ("retention_days", "36 hours", "retention_days is a whole number"),
        ("retention_days", "30 dollars", "retention_days is a number of days"),
        ("retention_days", True, "retention_days is a number of days"),
        ("retention_days", "9" * 5000, "retention_days is a number of days"),
        ("retention_days", float("nan"), "retention_days is a number from 0 up"),
        ("minimum_age", "at least 13", "minimum_age is a number of years"),
        ("document_updated", "03/04/2024", "can be read as two dates"),
        ("document_updated", "March 2024", "document_updated is a date such as 2026-01-31"),
        ("document_updated", "010126", "document_updated is a date such as 2026-01-31"),
        ("document_updated", "31 February 2024", "there is no day '31 February 2024'"),
        ("governing_law", "  ", "governing_law has no value"),
        ("governing_law", None, "a NoneType is not a value"),
        ("transfer_mechanism", "handshake", "transfer_mechanism is one of scc"),
        ("certifications", [], "certifications is a list with at least one item"),
        ("contact_email", "someone", "'someone' is none"),
        ("trust_portal", "ftp://example.org/", "trust_portal is an address"),
        ("trust_portal", "nope", "trust_portal is an address"),
    ],
)
def test_what_does_not_fit_is_refused_in_plain_words(name: str, raw: object, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        normalise(key(name), raw)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("api_available", True, "yes"),
        ("retention_days", 30, "30 days"),
        ("retention_days", 1, "1 day"),
        ("minimum_age", 13, "13 years"),
        ("sla_uptime_percent", 99.9, "99.9%"),
        ("sla_uptime_percent", 100.0, "100%"),
        ("certifications", ("iso 27001", "pci dss"), "iso 27001, pci dss"),
        ("training_use_of_input", "opt_out", "opt_out"),
        ("document_updated", "2024-03-01", "2024-03-01"),
    ],
)
def test_render_shows_what_a_person_reads(name: str, value: Value, shown: str) -> None:
    assert render(key(name), value) == shown
