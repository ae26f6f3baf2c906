"""What places list over time, and which pages are lists."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.discovery.listing import Listed, is_hub, listed_in_sitemap, relist
from watcher.model import ListedPage, SourceKind

BASE = "https://lumen.example"
HUB, FOOTER = f"{BASE}/legal", f"{BASE}/"
TERMS = Listed(f"{BASE}/terms", SourceKind.OFFICIAL_TERMS, "Terms")


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        ("/legal", "", True),
        ("/about/policies/", "", True),
        ("/x", "Legal center", True),
        ("/x", "Terms and policies", True),
        ("/legal/privacy-policy", "Privacy policy", False),
        ("/policies/usage-policies", "Usage policies", False),
        ("/legal/terms", "Terms", False),
        ("/careers", "Legal counsel", False),
        ("/x", "Rechtliche Hinweise", True),
        ("/rechtliches", "", True),
        ("/x", "Informations légales", True),
    ],
)
def test_a_hub_is_named_as_one(path: str, words: str, expected: bool) -> None:
    assert is_hub(BASE + path, words) is expected


def test_of_a_sitemap_only_policies_near_the_root_count() -> None:
    paths = (
        "/terms",
        "/blog/terms",
        "/legal/a/b/terms",
        "/docs/security",
        "/about",
        "/en/legal/privacy",
    )
    found = [
        each.url.removeprefix(BASE) for each in listed_in_sitemap(BASE + path for path in paths)
    ]
    assert found == ["/terms", "/en/legal/privacy"]


def after(noon: datetime, *rounds: dict[str, list[Listed]]) -> dict[str, ListedPage]:
    """Give what is known of each page after several rounds, a day apart."""
    known: dict[str, ListedPage] = {}
    for number, places in enumerate(rounds):
        changed = relist(known.values(), places, noon + timedelta(days=number))
        known |= {each.url: each for each in changed}
    return known


def test_a_page_is_gone_when_its_place_lists_it_no_more_and_back_when_one_does(
    noon: datetime,
) -> None:
    listed, empty = {HUB: [TERMS]}, {HUB: list[Listed]()}
    assert after(noon, listed, empty)[TERMS.url].gone_at == noon + timedelta(days=1)
    assert after(noon, listed, {})[TERMS.url].gone_at is None
    assert after(noon, listed, {FOOTER: []})[TERMS.url].gone_at is None
    assert after(noon, listed, empty, listed)[TERMS.url].gone_at is None
    assert after(noon, listed, {HUB: [], FOOTER: [TERMS]})[TERMS.url].place == FOOTER


def test_other_words_at_the_same_place_are_another_name_and_elsewhere_are_not(
    noon: datetime,
) -> None:
    renamed = Listed(TERMS.url, TERMS.kind, "Conditions")
    wordless = Listed(TERMS.url, TERMS.kind)
    page = after(noon, {HUB: [TERMS]}, {HUB: [renamed]})[TERMS.url]
    assert (page.words, page.words_before) == ("Conditions", "Terms")
    for quiet in ({HUB: [TERMS], FOOTER: [renamed]}, {HUB: [wordless]}, {FOOTER: [renamed]}):
        assert after(noon, {HUB: [TERMS]}, quiet)[TERMS.url].words_before == ""


_listed = st.builds(
    Listed,
    st.sampled_from([f"{BASE}/{name}" for name in "abc"]),
    st.just(SourceKind.OTHER),
    st.sampled_from(["", "One", "Two"]),
)
_places = st.dictionaries(st.sampled_from([HUB, FOOTER]), st.lists(_listed, max_size=3))


@given(st.lists(_places, max_size=5))
def test_what_is_listed_now_is_not_gone_and_nothing_is_forgotten(
    rounds: list[dict[str, list[Listed]]],
) -> None:
    noon = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
    known = after(noon, *rounds)
    ever = {each.url for places in rounds for listed in places.values() for each in listed}
    assert set(known) == ever
    now = rounds[-1] if rounds else {}
    for each in (each for listed in now.values() for each in listed):
        assert known[each.url].gone_at is None
        assert known[each.url].place in now
