from __future__ import annotations

import re
from datetime import datetime

import pytest

from watcher.demo.facts import (
    CERTIFICATION_VANISHES,
    LIST_MOVES,
    RETENTION_CHANGES,
    TERMS_BREAK,
    facts_on,
)
from watcher.demo.noise import noise_of
from watcher.demo.site import ADVISOR, NEW_LIST, OLD_LIST, PROVIDER, TERMS, Site

BASE = "http://127.0.0.1:8080"
BUILT = sorted(path for path, template in PROVIDER.items() if template.endswith(".html"))
FILES = sorted(path for path, template in PROVIDER.items() if template.endswith(".md"))


def page(site: Site, path: str, day: int, request: int = 1) -> str:
    return site.answer(path, day, request, BASE).payload.decode()


def policy(html: str) -> str:
    """What a person reads of the main part, without marks and attributes."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", f"<main{main}"))


@pytest.mark.parametrize("path", sorted(PROVIDER))
def test_the_same_day_and_request_give_the_same_bytes(
    path: str, provider: Site, opened_at: datetime
) -> None:
    again = Site(PROVIDER, opened_at)
    assert provider.answer(path, 9, 3, BASE) == again.answer(path, 9, 3, BASE)


@pytest.mark.parametrize("path", [path for path in BUILT if path != NEW_LIST])
def test_two_requests_differ_in_bytes_and_not_in_policy(path: str, provider: Site) -> None:
    first, second = page(provider, path, 1, 1), page(provider, path, 1, 2)
    assert first != second
    assert policy(first) == policy(second)


def test_half_of_the_responses_ask_about_cookies() -> None:
    asked = sum(noise_of("/trust", 1, request).banner for request in range(200))
    assert 70 < asked < 130


@pytest.mark.parametrize("path", FILES)
def test_files_stay_and_carry_validators(path: str, provider: Site) -> None:
    first, later = provider.answer(path, 1, 1, BASE), provider.answer(path, 13, 4, BASE)
    assert first == later
    assert {"ETag", "Last-Modified"} <= {name for name, _ in first.headers}


def test_the_retention_period_changes_on_its_day(provider: Site) -> None:
    path = "/policies/api-data-usage"
    before = policy(page(provider, path, RETENTION_CHANGES - 1))
    after = policy(page(provider, path, RETENTION_CHANGES))
    assert "for 30 days in order" in before and "for 90 days in order" in after
    assert "November 4, 2025" in before and "March 6, 2026" in after


def test_the_terms_break_for_a_day_with_status_200(provider: Site) -> None:
    broken = provider.answer(TERMS, TERMS_BREAK, 1, BASE)
    assert broken.status == 200
    assert b"Application error" in broken.payload
    assert policy(page(provider, TERMS, TERMS_BREAK - 1)) == policy(
        page(provider, TERMS, TERMS_BREAK + 1)
    )


def test_the_list_of_subprocessors_moves_for_good(provider: Site) -> None:
    assert provider.answer(OLD_LIST, LIST_MOVES - 1, 1, BASE).status == 200
    assert provider.answer(NEW_LIST, LIST_MOVES - 1, 1, BASE).status == 404
    moved = provider.answer(OLD_LIST, LIST_MOVES, 1, BASE)
    assert (moved.status, dict(moved.headers)["Location"]) == (301, BASE + NEW_LIST)
    assert provider.answer(NEW_LIST, LIST_MOVES, 1, BASE).status == 200


def test_a_certification_vanishes_and_stays_away(provider: Site, opened_at: datetime) -> None:
    days = range(1, CERTIFICATION_VANISHES + 2)
    held = [len(facts_on(day, opened_at).certifications) for day in days]
    assert held == [4] * (CERTIFICATION_VANISHES - 1) + [3, 3]
    assert "42001" in page(provider, "/trust", CERTIFICATION_VANISHES - 1)
    assert "42001" not in page(provider, "/trust", CERTIFICATION_VANISHES)


def test_addresses_are_hidden_with_another_mask_each_time(provider: Site) -> None:
    codes = {
        re.findall(r'data-cfemail="([0-9a-f]+)"', page(provider, TERMS, 1, request))[0]
        for request in range(1, 5)
    }
    assert len(codes) > 1
    for code in codes:
        mask, *letters = bytes.fromhex(code)
        assert bytes(letter ^ mask for letter in letters) == b"legal@lumenforge.example"


def test_an_unknown_path_is_not_found(provider: Site) -> None:
    assert provider.answer("/nothing", 1, 1, BASE).status == 404


def test_the_advisor_speaks_of_the_old_period_for_ever(opened_at: datetime) -> None:
    advisor = Site(ADVISOR, opened_at)
    assert "retained for 30 days" in policy(page(advisor, "/guides/lumen-forge-api-data", 13))
