"""Finds at the desk: proposed, looked at, taken over into the declarations or declined, never by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from watcher.model import ListedPage, SourceKind

DPA = "https://acme.example/legal/dpa"
PAGE = (
    "<html lang=en><head><title>Data Processing Addendum | Acme</title></head><body><main>"
    "<h1>Data Processing Addendum</h1><p>We notify you without undue delay, and at the latest within 48 hours, "
    "after we become aware of a personal data breach.</p>"
    + "<p>This addendum says how we treat what customers send to us, in plain words.</p>" * 12
    + "</main></body></html>"
)


@pytest.fixture
def found(world: Any) -> Any:
    """A desk to which a round brought a page that nobody watches, and one that is watched already."""
    listed(world, DPA, SourceKind.DPA, "Data processing addendum")
    listed(world, "https://acme.example/terms", SourceKind.OFFICIAL_TERMS, "Terms")
    world.web.says[DPA] = PAGE
    return world


def listed(world: Any, url: str, kind: SourceKind, words: str) -> None:
    at = world.clock.at
    page = ListedPage(url, "acme.example", kind, words, "https://acme.example/", at, at)
    world.write(lambda ledger: ledger.listings.update([page]))


def look(client: Any, url: str = DPA) -> Any:
    return client.send("/finds/look", {"url": url}, seen_on="/finds")


def declare(client: Any, **other: str) -> Any:
    form = {
        "url": DPA,
        "final_url": DPA,
        "fetched_with": "http",
        "title": "Acme DPA",
        "kind": "dpa",
        "offering": "acme-api",
        "every": "",
    }
    return client.send("/finds/declare", form | other, seen_on="/finds")


def test_finds_stand_in_the_queue_and_are_no_sources(found: Any, ada: Any) -> None:
    assert "1 page found" in ada.get("/queue").text
    assert "1 find" in ada.get("/sources").text
    page = ada.get("/finds").text
    assert DPA in page and "Data processing addendum" in page
    assert "https://acme.example/terms" not in page, "watched already"
    assert DPA not in found.sources_path.read_text()


def test_a_find_is_looked_at_before_it_is_suggested(found: Any, ada: Any) -> None:
    before = found.sources_path.read_text()
    page = look(ada).text
    assert found.web.asked == [DPA]
    assert "48 hours" in page and "the page&#39;s title" in page
    assert "kind: dpa\n" in page and "offerings: acme-api" in page
    assert found.sources_path.read_text() == before, "nothing is declared by itself"


def test_a_find_is_taken_over_into_the_declarations_and_is_none_any_more(
    found: Any, ada: Any
) -> None:
    answer = declare(ada)
    assert answer.status_code == 303
    source = answer.headers["location"]
    assert "Acme DPA" in ada.get(source).text
    added = found.sources_path.read_text().split("\n  - id: ")
    assert any(f"url: {DPA}" in each and "title: Acme DPA" in each for each in added)
    assert "Nothing was found" in ada.get("/finds").text


def test_where_it_leads_is_declared_and_both_are_finds_no_more(found: Any, ada: Any) -> None:
    assert declare(ada, final_url="https://acme.example/trust/dpa").status_code == 303
    assert "https://acme.example/trust/dpa" in found.sources_path.read_text()
    assert "Nothing was found" in ada.get("/finds").text


def test_a_find_is_declined_for_good(found: Any, ada: Any) -> None:
    ada.send("/finds/decline", {"url": DPA}, seen_on="/finds")
    listed_again = found.desk(lambda desk: desk.ledger.listings.all())
    assert [each.url for each in listed_again if each.declined_at] == [DPA]
    assert "page found" not in ada.get("/queue").text
    assert look(ada).status_code == 404


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"kind": "poem"}, "Choose the kind"),
        ({"every": "never"}, "Nothing was written"),
        ({"final_url": "javascript:alert(1)"}, "names no page"),
        ({"final_url": "https://acme.example/terms"}, "declared already"),
        ({"offering": "nobody"}, "no offering"),
    ],
)
def test_what_cannot_be_declared_is_told_and_nothing_written(
    found: Any, ada: Any, other: dict[str, str], told: str
) -> None:
    before = found.sources_path.read_text()
    answer = declare(ada, **other)
    assert answer.status_code in (404, 422) and told in answer.text
    assert found.sources_path.read_text() == before


def test_a_file_that_is_wrong_is_left_alone_and_what_is_wrong_told(found: Any, ada: Any) -> None:
    found.sources_path.write_text(found.sources_path.read_text() + "  - {id: x, ")
    answer = declare(ada)
    assert answer.status_code == 422 and "Nothing was written" in answer.text
    assert "{id: x, " in found.sources_path.read_text()


def test_a_page_that_cannot_be_seen_says_so(found: Any, ada: Any) -> None:
    del found.web.says[DPA]
    page = look(ada).text
    assert "unreachable" in page and "could not be seen as it is" in page


def test_only_finds_are_looked_at_and_only_by_those_who_decide(found: Any, ada: Any) -> None:
    assert look(ada, "https://elsewhere.example/").status_code == 404
    rita = found.client("Rita")
    page = rita.get("/finds").text
    assert DPA in page and "/finds/look" not in page
    assert rita.send("/finds/look", {"url": DPA}, seen_on="/people").status_code == 403
    assert found.client().ask("POST", "/finds/look", data={"url": DPA}).status_code == 401
    assert found.web.asked == []


def test_finds_can_be_read_by_machines(found: Any, ada: Any) -> None:
    (item,) = ada.get("/api/v1/finds").json()["items"]
    assert (item["url"], item["find"], item["kind"]) == (DPA, "new", "dpa")


def test_very_many_finds_are_a_page_that_can_be_read(found: Any, ada: Any) -> None:
    for number in range(120):
        listed(found, f"https://acme.example/legal/{number}", SourceKind.OTHER, f"Page {number}")
    page = ada.get("/finds").text
    assert "121 finds" in page and page.count("Look at it") == 100
    assert "and 21 that were found earlier" in page
