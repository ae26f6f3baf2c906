"""What of the pages that providers list is worth a look: of a page in thirty languages, one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from watcher.discovery.finds import FindKind, finds
from watcher.model import ListedPage, Slug, Source, SourceId, SourceKind

BASE = "https://lumen.example"
SOURCE = Source(
    SourceId("terms"),
    f"{BASE}/legal/terms",
    "Terms",
    SourceKind.OFFICIAL_TERMS,
    (Slug("lumen-api"),),
)


def listed(noon: datetime, *paths: str) -> list[ListedPage]:
    """Give pages as a sitemap lists them."""
    return [
        ListedPage(
            BASE + path, "lumen.example", SourceKind.PRIVACY_POLICY, "", f"{BASE}/s.xml", noon, noon
        )
        for path in paths
    ]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/de/privacy", "/privacy", "/en/privacy"], "/privacy"),
        (["/de/privacy", "/en/privacy", "/fr/privacy"], "/en/privacy"),
        (["/privacy?lang=de", "/privacy"], "/privacy"),
        (["/de/privacy", "/fr/privacy"], "/de/privacy"),
    ],
)
def test_of_a_page_in_several_languages_one_is_a_find(
    noon: datetime, paths: list[str], expected: str
) -> None:
    (find,) = finds(listed(noon, *paths), [SOURCE])
    assert (find.kind, find.page.url) == (FindKind.NEW, BASE + expected)


def test_declined_in_one_language_it_is_declined_in_all(noon: datetime) -> None:
    pages = listed(noon, "/privacy", "/de/privacy")
    pages[0] = replace(pages[0], declined_at=noon)
    assert finds(pages, [SOURCE]) == ()


def test_what_moved_in_all_its_languages_has_moved_and_not_split(noon: datetime) -> None:
    before = replace(listed(noon, "/legal/terms")[0], kind=SOURCE.kind, gone_at=noon + timedelta(1))
    after = [
        replace(each, kind=SOURCE.kind, first_seen=noon + timedelta(1))
        for each in listed(noon, "/conditions", "/de/conditions", "/fr/conditions")
    ]
    (find,) = finds([before, *after], [SOURCE])
    assert (find.kind, find.page.url) == (FindKind.MOVED, f"{BASE}/conditions")
