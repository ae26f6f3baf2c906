"""The desk in a real browser: keys, amendments, undo, two people at once, a correction, narrow screens, no script."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from watcher.web.app import make_app
from watcher.web.place import Place

PASSWORD = "a long enough phrase"
NARROW = {"width": 360, "height": 740}


@pytest.fixture
def address(world: Any) -> Iterator[str]:
    """Serve the world's desk on loopback."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    place = Place(world.place.owner, url, clock=world.clock)
    server = uvicorn.Server(uvicorn.Config(make_app(place), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield url
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def tab(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open pages, signed in if a name is given; afterwards nothing has gone wrong in any of them."""
    contexts, wrong = [], []

    def open_tab(name: str = "", **how: Any) -> Any:
        context = browser.new_context(base_url=address, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if is_trouble(said) else None)
        if name:
            page.goto("/login")
            page.fill("[name=name]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/queue")
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert wrong == []


def is_trouble(said: Any) -> bool:
    # A browser and htmx log every 409 and every lost connection; those are what some tests are about.
    expected = ("Failed to load resource", "htmx:", "Response Status Error Code 409")
    return said.type == "error" and not said.text.startswith(expected)


def status(world: Any, change: int) -> str:
    return str(world.write(lambda ledger: ledger.changes.status(change)))


def settle(page: Any, decided: int) -> None:
    """Wait until so many rows of the queue have been decided and saved."""
    page.wait_for_selector(f":nth-match(#queue > .row.done, {decided})")


def test_ten_changes_by_keyboard(world: Any, tab: Any) -> None:
    changes = [world.change(new=number, day=number) for number in range(1, 11)]
    page = tab("Ada")
    for key in ("a", "a", "d", "c", "a", "l", "2", "s", "a", "d", "n", "a", "a"):
        page.keyboard.press(key)
    settle(page, 9)
    wanted = ["accepted", "accepted", "dismissed", "accepted", "deferred", "open", "accepted"]
    wanted += ["dismissed", "accepted", "accepted"]
    assert [status(world, each) for each in changes] == wanted
    page.wait_for_selector("#waiting:text-is('1 change')")
    page.keyboard.press("a")
    page.reload()
    assert page.locator("#queue > .row").count() == 1, "what was skipped is not decided unseen"


def test_an_obvious_change_takes_two_keys(world: Any, tab: Any) -> None:
    world.change(new=1, day=1)
    second = world.change(new=2, day=2)
    page = tab("Ada")
    page.keyboard.press("j")
    page.keyboard.press("a")
    settle(page, 1)
    assert status(world, second) == "accepted"


def test_amending_by_keyboard_is_checked_while_typing(world: Any, tab: Any) -> None:
    change = world.change()
    page = tab("Ada")
    page.keyboard.press("e")
    page.wait_for_url(f"**/changes/{change}#value")
    page.wait_for_selector("[data-amend]:focus")
    page.keyboard.type("soon")
    page.wait_for_selector("output .wrong")
    page.keyboard.press("Control+a")
    page.keyboard.type("2 months")
    page.wait_for_selector("output .right:text('60 days')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?done=*")
    assert "60 days" in page.inner_text(".banner") and status(world, change) == "amended"


def test_one_change_after_the_other_and_undo(world: Any, tab: Any) -> None:
    first, second = world.change(level=5), world.change(new=60, level=4)
    page = tab("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/changes/{first}")
    page.keyboard.press("a")
    page.wait_for_url(f"**/changes/{second}?done={first}")
    assert status(world, first) == "accepted"
    page.keyboard.press("u")
    page.wait_for_url(f"**/changes/{first}?undone=1")
    assert status(world, first) == "open"
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")


def test_undo_in_the_queue_waits_for_what_is_under_way(world: Any, tab: Any) -> None:
    change = world.change()
    page = tab("Ada")
    page.keyboard.press("a")
    page.keyboard.press("u")
    page.wait_for_url("**/queue?undone=*")
    assert status(world, change) == "open"
    assert [each.decision for each in world.write(lambda ledger: ledger.reviews.all())] == [
        "accept",
        "undo",
    ]


def test_two_people_at_once_are_told(world: Any, tab: Any) -> None:
    change = world.change()
    ada, ben = tab("Ada"), tab("Ben")
    ada.keyboard.press("a")
    settle(ada, 1)
    ben.keyboard.press("d")
    ben.keyboard.press("c")
    ben.wait_for_selector(".row.conflict")
    assert f"Ada accepted change {change}" in ben.inner_text(".row.conflict")
    assert status(world, change) == "accepted"


def test_what_was_not_saved_is_said_and_stays(world: Any, tab: Any) -> None:
    change = world.change()
    page = tab("Ada")
    page.context.set_offline(True)
    page.keyboard.press("a")
    page.wait_for_selector("#told:has-text('Not saved')")
    assert page.locator("#queue > .row:not(.leaving, .done)").count() == 1
    page.context.set_offline(False)
    page.keyboard.press("a")
    settle(page, 1)
    assert status(world, change) == "accepted"


def test_from_a_correction_to_the_thanks_for_it(world: Any, tab: Any, page_saying: Any) -> None:
    world.look(page_saying(90), world.clock.at - timedelta(days=1))
    reader = tab(java_script_enabled=False)
    reader.goto("/offerings/acme-api")
    reader.click("text=Correct something")
    reader.select_option("[name=claim]", "retention_days")
    reader.fill("[name=value]", "45")
    reader.fill("[name=quote]", "We retain API data for 90 days")
    reader.fill("[name=credit]", "Rosa Reader")
    reader.click("text=Send it")
    assert "Thank you." in reader.inner_text("main")
    ada = tab("Ada")
    assert (
        "Rosa" in ada.inner_text("#queue > .row:first-child")
        or ada.locator(".kind-correction").count()
    )
    ada.keyboard.press("a")
    settle(ada, 1)
    reader.goto("/offerings/acme-api#changes")
    assert "thanks to Rosa Reader" in reader.inner_text("#changes")


def test_everything_can_be_decided_without_script(world: Any, tab: Any) -> None:
    first, second = world.change(), world.change(new=60)
    page = tab("Ada", java_script_enabled=False)
    page.locator("#queue .accept").first.click()
    assert status(world, first) == "accepted"
    page.locator("#queue .open").first.click()
    page.fill("[data-amend]", "45 days")
    page.click("button[name=decision][value=amend]:visible >> nth=-1")
    assert status(world, second) == "amended"
    page.click("text=Undo")
    assert status(world, second) == "open"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_narrow_screen(
    world: Any, tab: Any, page_saying: Any, scheme: str
) -> None:
    world.look(page_saying(30), world.clock.at - timedelta(days=9))
    world.look(page_saying(90), world.clock.at - timedelta(days=8))
    change = world.change(text="A" * 400 + " https://acme.example/" + "long-" * 60)
    page = tab("Ada", viewport=NARROW, color_scheme=scheme)
    for path in (
        *(
            "/queue",
            "/queue?state=all&kind=change",
            f"/changes/{change}",
            "/changes/1",
            "/changes/2",
        ),
        *("/sources", "/sources/acme-data", "/sources/acme-data/seen", "/snapshots/1", "/people"),
        *(
            "/sources/acme-data/compare?before=1&after=2",
            "/sources/acme-data/claims/retention_days",
        ),
        *("/offerings", "/offerings/acme-api", "/corrections/acme-api", "/feeds", "/nowhere/"),
    ):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROW["width"], path


def test_pictures_of_before_and_after_are_drawn_apart(
    world: Any, tab: Any, page_saying: Any
) -> None:
    page = tab("Ada")
    picture = page.screenshot(type="jpeg")
    for day, days in enumerate((30, 90)):
        at = world.clock.at - timedelta(days=9 - day)
        world.look(page_saying(days), at, fetched_with="browser", screenshot=picture)
    page.goto(f"/changes/{world.write(lambda ledger: ledger.changes.last())}")
    slider = page.locator("[data-slider]")
    slider.scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('.slider img')].every(each => each.naturalWidth > 0)"
    )
    assert slider.locator("img").count() == 2
    slider.locator("input").fill("20")
    cut, whole = (slider.locator(each).bounding_box() for each in (".cut", ".over"))
    assert round((cut["x"] - whole["x"]) / whole["width"], 1) == 0.2
