"""Search and comparison in a real browser: what the script does, and that nothing is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from watcher.cli.folder import write_site

HOSTILE = '<img src=x onerror="document.title=1">'


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory, published, world, second) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("site")
    other, terms = second("other", f"Other {HOSTILE}")
    files = published(
        offerings={**world.offerings, other.slug: other},
        sources={**world.sources, terms.id: terms},
        accepted=[
            world.accepted("training_use_of_input", "no", condition=HOSTILE),
            world.accepted("retention_days", 60),
            world.accepted(
                "training_use_of_input", "opt_out", offering=other.slug, source_id=terms.id
            ),
        ],
    )
    write_site(files.items(), folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tab(browser, address):
    """Give a narrow page; afterwards nothing has gone wrong in it, and no other host was asked."""
    opened = browser.new_page(viewport={"width": 360, "height": 740})
    wrong: list[str] = []
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url)
    )
    yield opened
    title = opened.title()
    opened.close()
    assert wrong == []
    assert title != "1"


# Selectors wait inside the page's own policy; `wait_for_function` would need what that policy forbids.


def test_search_answers_a_question_about_an_offering(tab, address):
    tab.goto(f"{address}acme-api/")
    tab.keyboard.press("/")
    tab.keyboard.type("Acme: how long is its retention?")
    tab.wait_for_selector("#results li:first-child a:text('Acme API: Retention')")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/acme-api/retention_days/")
    assert "How long does Acme API keep my data?" in tab.inner_text("h1")


def test_search_understands_a_question_as_a_person_asks_it(tab, address):
    tab.goto(f"{address}questions/")
    tab.fill("#q", "Does Acme train on my API data?")
    tab.wait_for_selector("#results li:first-child a:text('Acme API: Training')")


def test_search_finds_offerings_and_questions_and_says_when_there_are_none(tab, address):
    tab.goto(address)
    tab.fill("#q", "other")
    first = tab.wait_for_selector("#results li:first-child a")
    assert HOSTILE in first.inner_text()
    tab.fill("#q", "training")
    tab.wait_for_selector("#results li:first-child a:text('About Training?')")
    tab.keyboard.press("ArrowDown")
    assert "questions/training_use_of_input/" in tab.evaluate("document.activeElement.href")
    tab.fill("#q", "nothing of the kind")
    tab.wait_for_selector("#found:text('Nothing found')", state="attached")


def test_chosen_offerings_stand_side_by_side(tab, address):
    tab.goto(f"{address}compare/?with=acme-api")
    tab.wait_for_selector("#chosen-table thead th:nth-child(2):last-child")
    tab.fill("#add", "other")
    tab.click("#chooser button[type=submit]")
    tab.wait_for_selector("#chosen-table thead th:nth-child(3):last-child")
    assert "with=acme-api,other" in tab.url
    table = tab.inner_text("#chosen-table")
    assert HOSTILE in table
    assert "opt out" in table
    tab.click("#chosen button")
    tab.wait_for_selector("#chosen-table thead th:nth-child(2):last-child")


@pytest.mark.parametrize(
    "place",
    [
        "",
        "acme-api/",
        "acme-api/retention_days/",
        "questions/",
        "compare/",
        "changes/5/",
        "sources/terms/",
        "data/",
    ],
)
def test_no_page_is_wider_than_a_telephone(tab, address, place):
    tab.goto(address + place)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
