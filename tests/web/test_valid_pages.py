"""Every page of the desk is valid HTML, with much in it and with nothing. The client checks each page that it gets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from valid_html import problems
from watcher.model import ChangeKind, WordEdit
from watcher.web.app import PAGES

FILLED = {
    "{change:int}": "2",
    "{source}": "acme-data",
    "{claim}": "retention_days",
    "{snapshot:int}": "1",
    "{offering}": "acme-api",
    "{name:path}": "reviewed.atom",
}
ASKED = {"/sources/{source}/compare": "?before=1&after=2", "/welcome": "?token=none"}


def addresses() -> list[str]:
    """Give the address of every page that is read, one of each kind."""
    found = []
    for method, path, _, _ in PAGES:
        if method == "GET" and not path.startswith("/api/"):
            place = path + ASKED.get(path, "")
            for name, value in FILLED.items():
                place = place.replace(name, value)
            found.append(place)
    return found


def test_every_page_is_valid(world: Any, ada: Any, page_saying: Any) -> None:
    world.look(page_saying(30), world.clock.at - timedelta(days=3))
    world.look(page_saying(90), world.clock.at - timedelta(days=2))
    edits = (
        WordEdit("same", "word " * 60),
        WordEdit("added", "now"),
        WordEdit("same", "end " * 60),
    )
    world.change(text="x", words=edits)
    world.change(new=None, kind=ChangeKind.CORRECTION)
    world.client().send(
        "/corrections/acme-api", {"claim": "retention_days", "value": "7", "quote": "x"}
    )
    for path in (
        *addresses(),
        "/queue?state=all",
        "/changes/1",
        "/changes/3",
        "/changes/4",
        "/changes/5",
    ):
        assert ada.get(path).status_code in (200, 302, 303, 403, 404), path
        world.client().get(path)


def test_every_page_is_valid_with_nothing_in_it(world: Any, ada: Any) -> None:
    for path in addresses():
        ada.get(path)


def test_what_is_not_valid_is_found() -> None:
    page = "<!doctype html><html lang=en><head><title>x</title></head><body>{}</body></html>"
    assert not problems(page.format("<p>well</p>"))
    for wrong in (
        "<p><details><summary>a</summary></details></p>",
        "<ul><p>no item</p></ul>",
        "<a href=x><button>twice</button></a>",
        "<p id=a></p><p id=a></p>",
        "<label for=nothing>x</label>",
        "<img src=x>",
        "<blink>x</blink>",
    ):
        assert problems(page.format(wrong)), wrong
