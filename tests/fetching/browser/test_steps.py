"""Declared steps: taken in their order, waited for, and told aloud when they fail."""

from __future__ import annotations

import pytest

from watcher.model import Step, StepAction, Verdict

CLICK, CLICK_TEXT, EXPAND, TABS, SCROLL, WAIT_FOR = StepAction

PORTAL = b"""<header><button aria-expanded=false onclick="this.ariaExpanded = true; m.append('From the menu.')">
Menu</button></header><main><h1>Portal</h1><div id=m></div><ul id=list></ul>
<span class=next onclick="if (list.append(Object.assign(document.createElement('li'), {textContent: 'Row'})) ||
  list.children.length === 4) this.remove()">next</span>
<div class=kinds><span onclick="kind.textContent = 'For customers.'">A</span>
<span onclick="kind.textContent = 'For partners.'">B</span></div><p id=kind>For everybody.</p>
<form action=/sent><button id=send>Send</button></form>
<a id=away href=/away>Away</a></main>
<script>setTimeout(() => { m.insertAdjacentHTML("beforeend", "<p id=late>Came late.</p>") }, 9000)</script>"""


@pytest.fixture
def take(browse, site):
    """Looks at the portal with these steps."""
    url = site.page("/page", PORTAL)
    return lambda *steps: browse(url, steps=steps)


def test_a_click_is_repeated_while_there_is_something_to_click(take):
    response = take(Step(CLICK, ".next", times=20))
    assert response.trouble is None
    assert response.payload.count(b"<li>Row</li>") == 4
    assert "1. click '.next'" in response.header("x-watcher-journal")


def test_words_are_clicked_whatever_their_case(take):
    assert take(Step(CLICK_TEXT, "  NEXT ")).payload.count(b"<li>Row</li>") == 1


def test_what_is_waited_for_may_come_late(take):
    assert b"Came late." in take(Step(WAIT_FOR, "#late", within=20.0)).payload


def test_everything_is_expanded_menus_too_where_that_is_said(take):
    assert b"From the menu." not in take(Step(EXPAND, "main")).payload.partition(b"<main")[2][:99]
    assert b"From the menu." in take(Step(EXPAND, "all")).payload.partition(b"<main")[2][:99]


def test_tabs_that_do_not_say_so_are_chosen_and_all_their_texts_kept(take):
    said = take(Step(TABS, ".kinds span", panel="#kind")).payload.decode()
    places = [
        said.index(f">{words}<") for words in ("For everybody.", "For customers.", "For partners.")
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (Step(CLICK, "#nowhere", within=0.3), "nothing there to click within 0.3 s"),
        (Step(WAIT_FOR, "#nowhere", within=0.3), "it has no text within 0.3 s"),
        (Step(SCROLL, "#nowhere", within=0.3), "it is not there within 0.3 s"),
        (Step(CLICK, "p:-soup-contains('x')"), "browsers do not know this selector"),
        (Step(CLICK, "#send"), "it would send a form"),
    ],
)
def test_a_step_that_fails_is_told_and_what_was_seen_is_kept(take, site, step, fault):
    response = take(step)
    assert response.trouble.verdict is Verdict.PARTIAL
    assert response.trouble.signal == f"steps: 1. {step}: {fault}"
    assert b"Portal" in response.payload and response.screenshot
    assert not site.asked("/sent")


def test_a_step_that_leads_away_is_told(take, site):
    response = take(Step(CLICK, "#away"))
    assert (
        response.trouble.signal == f"steps: 1. click '#away': it led away, to {site.url('/away')}"
    )


def test_an_optional_step_may_fail(take):
    response = take(Step(CLICK, "#nowhere", within=0.3, optional=True), Step(CLICK, ".next"))
    assert response.trouble is None
    assert response.payload.count(b"<li>Row</li>") == 1
