from __future__ import annotations

import re

import pytest

from watcher.claims import captures
from watcher.claims.companies import company_spans, mark_companies
from watcher.claims.passages import fold


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("30 days", 30),
        ("thirty (30) days", 30),
        ("ninety days", 90),
        ("two years", 730),
        ("six months", 180),
        ("12 months", 365),
        ("a week", 7),
        ("48 hours", 2),
        ("forty-five calendar days", 45),
    ],
)
def test_durations_in_days(words: str, days: int) -> None:
    assert re.fullmatch(captures.PATTERNS["duration"], words)
    assert captures.duration_in("days")(words) == days


@pytest.mark.parametrize(
    ("words", "hours"), [("72 hours", 72), ("two days", 48), ("seventy-two (72) hours", 72)]
)
def test_durations_in_hours(words: str, hours: int) -> None:
    assert captures.duration_in("hours")(words) == hours


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("march 4, 2025", "2025-03-04"),
        ("4 march 2025", "2025-03-04"),
        ("4th of march 2025", "2025-03-04"),
        ("mar. 4, 2025", "2025-03-04"),
        ("2025-03-04", "2025-03-04"),
        ("3/25/2025", "2025-03-25"),
        ("25/3/2025", "2025-03-25"),
        ("04.03.2025", "2025-03-04"),
        ("2025年3月4日", "2025-03-04"),
    ],
)
def test_dates(words: str, day: str) -> None:
    assert re.fullmatch(captures.PATTERNS["date"], words)
    assert captures.day(words) == day


@pytest.mark.parametrize("words", ["february 31, 2025", "march 2025", "soon"])
def test_what_is_no_date(words: str) -> None:
    with pytest.raises(ValueError):
        captures.day(words)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("$100", "$100"),
        ("us$1,000.00", "$1,000"),
        ("one hundred dollars ($100)", "$100"),
        ("one hundred u.s. dollars", "$100"),
        ("100 euros", "100 euros"),
        ("€50", "50 euros"),
        ("£250", "£250"),
    ],
)
def test_money(words: str, amount: str) -> None:
    assert re.fullmatch(captures.PATTERNS["money"], words)
    assert captures.money(words) == amount


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("legal@palewater.example", "legal@palewater.example"),
        ("dpo[at]palewater[dot]example", "dpo@palewater.example"),
    ],
)
def test_emails(words: str, address: str) -> None:
    assert re.fullmatch(captures.PATTERNS["email"], words)
    assert captures.email(words) == address


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "This contract is between you and Palewater Systems, Inc., a Nevada corporation.",
            ["Palewater Systems, Inc."],
        ),
        ("At Palewater LLC we care.", ["Palewater LLC"]),
        ("Palewater AB and Mill Lane B.V. process data.", ["Palewater AB", "Mill Lane B.V."]),
        (
            "Shanghai Palewater Technology Co., Ltd. is bound.",
            ["Shanghai Palewater Technology Co., Ltd."],
        ),
        ("WE ARE ACTING ONLY AS A CONDUIT.", []),
        (
            "If you live in the EEA, Palewater Ireland Limited is bound.",
            ["Palewater Ireland Limited"],
        ),
        ("It is provided by Palewater Limited.", ["Palewater Limited"]),
        ("Palewater Networks (Pty) Ltd runs it.", ["Palewater Networks (Pty) Ltd"]),
        ("It is a service of Palewater EOOD.", ["Palewater EOOD"]),
        ("The customer of palewater GmbH is the client.", ["palewater GmbH"]),
        ("Requests are kept by palewater, Inc.", ["palewater, Inc."]),
        ("It is run by mapleWater Labs sp. z o.o. from Gdynia.", ["mapleWater Labs sp. z o.o."]),
        ("Each member of an LLC, or of the GmbH, may vote.", []),
    ],
)
def test_legal_names(text: str, names: list[str]) -> None:
    assert [text[begin:end] for begin, end in company_spans(text)] == names
    assert len(mark_companies(text, fold(text))) == len(text)
