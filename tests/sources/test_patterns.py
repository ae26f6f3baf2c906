"""Patterns that could take for ever are refused; those that people write are not."""

from __future__ import annotations

import pytest

from watcher.sources.patterns import check_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\d+) days",
        r"\b(v\.\d{6})\b",
        r"retain(?:ed|s)?\s+for\s+(?:up\s+to\s+)?(\d+)\s+(?:calendar\s+)?days",
        r"(?i)effective\s*:?\s*([A-Z][a-z]+ \d{1,2}, \d{4})",
        r"governed by the laws of ([^.]+)\.",
        r"(?:ab|cd)+",
        r"(?:, [A-Z]{2})+",
        r"(?:, \w+){0,9}",
        r"(?:[a-z]{1,20} ){0,5}within .{0,200}days",
        r"(?<!not )used to train",
        r"(?P<amount>\d+) .* (?P<unit>day|week)s?",
    ],
)
def test_ordinary_patterns_pass(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (r"(a+)+$", "a repeat inside a repeat"),
        (r"(?:(?:a*)b?)*", "a repeat inside a repeat"),
        (r"(\w+\s?)*$", "a repeat inside a repeat"),
        (r"(?:a|a)*$", "a repeat inside a repeat"),
        (r"(?=(x+x+)+y)", "a repeat inside a repeat"),
        (r"(?:a{0,50}){40,}", "a repeat inside a repeat"),
        (r"(?:a?a?)*$", "a repeat inside a repeat"),
        (r"(?:a{1,2}){10}$", "a repeat inside a repeat"),
        (r"(?:.*a){3}", "too many repeats of anything"),
        (r".*a.*b.*c", "too many repeats of anything"),
        (r"[^x]*a[^y]+b.*c", "too many repeats of anything"),
        (r"(", "not a regular expression"),
        (r"*a", "not a regular expression"),
        (r"(?P<a>x)(?P<a>y)", "not a regular expression"),
        (r"[[a]", "not a regular expression"),
        ("(" * 200 + ")" * 200, ""),
        ("a" * 501, "a pattern has at most 500 characters"),
    ],
)
def test_patterns_that_can_take_for_ever_are_refused(pattern: str, message: str) -> None:
    if not message:
        check_pattern(pattern)
        return
    with pytest.raises(ValueError, match=message):
        check_pattern(pattern)
