"""The whole way of a page that needs a browser: chosen by evidence, rendered, recorded, remembered."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from watcher.engines import LocalEngine, fetcher
from watcher.fetching.choice import Remembered
from watcher.ledger import Ledger
from watcher.model import (
    ChangeKind,
    FetchMode,
    HostRules,
    Source,
    SourceId,
    SourceKind,
    Step,
    StepAction,
    Verdict,
)
from watcher.settings import Settings
from watcher.sweep import Sweep

ID = SourceId("portal")
SHELL = b"""<title>Data policy</title><div id=root></div><script>setTimeout(() => { root.innerHTML =
"<main><h1>Data policy</h1><h2>Retention</h2>" +
"<p>Customer content is deleted after 30 days, unless the law requires us to keep it for longer than that.</p>" +
"<p>Access to production systems is limited to the staff who need it for their daily work.</p></main>" }, 800)
</script>"""


@pytest.fixture
def sweep(ledger: Ledger, site, noon):
    """Sweeps one source of the site, as `watcher sweep` does."""
    hosts = {"127.0.0.1": HostRules(spacing=0.0, allow_private=True)}
    site.page("/robots.txt", b"User-agent: *\nDisallow: /private", content_type="text/plain")

    def run(source: Source):
        ledger.sources.sync([], [source], noon)

        async def run_it():
            remembered = Remembered(ledger.sources.fetch_mode, ledger.sources.remember_fetch)
            async with fetcher(Settings(spacing=0.0, deadline=20.0), hosts, remembered) as looking:
                engine = LocalEngine(Sweep(ledger), looking, confirm_after=timedelta())
                return await engine.run([source])

        return asyncio.run(run_it()).outcomes[-1]

    return run


@pytest.fixture
def source(site):
    url = site.page("/portal", SHELL)
    return Source(ID, url, "Portal", SourceKind.TRUST_PORTAL, every=timedelta(days=1))


def test_a_shell_is_rendered_recorded_with_a_picture_and_remembered(sweep, source, ledger):
    outcome = sweep(source)
    assert outcome.judgement.verdict is Verdict.OK
    snapshot = ledger.snapshots.of(ID)[0]
    assert snapshot.fetched_with == "browser"
    assert ledger.snapshots.screenshot(snapshot.id).startswith(b"\xff\xd8\xff")
    assert b"deleted after 30 days" in ledger.snapshots.payload(snapshot.id)
    assert ledger.sources.fetch_mode(ID) is FetchMode.BROWSER

    assert sweep(source).judgement.verdict is Verdict.UNCHANGED
    assert len(ledger.snapshots.of(ID)) == 1


def test_a_page_that_needs_no_browser_gets_none(sweep, source, site, ledger):
    text = b"<p>Access to production systems is limited to those who need it.</p>" * 9
    assert sweep(replace(source, url=site.page("/plain", text))).judgement.verdict is Verdict.OK
    assert ledger.snapshots.of(ID)[0].fetched_with == "http"
    assert ledger.sources.fetch_mode(ID) is None


def test_robots_are_obeyed_by_the_browser_too(sweep, source, site):
    private = replace(source, url=site.page("/private", SHELL), fetch=FetchMode.BROWSER)
    assert sweep(private).judgement.verdict is Verdict.DISALLOWED
    assert not site.asked("/private")


LIST = b"""<title>Subprocessors</title><main><h1>Subprocessors</h1>
<p>These companies process customer content on our behalf, each under a contract of its own.</p><ul id=list></ul></main>
<script>fetch("/api/list").then((answer) => answer.json()).then((names) => {
  list.innerHTML = names.map((name) => `<li>${name}, which we rely on for hosting</li>`).join("") })</script>"""
NAMES = [
    f"Company {word}"
    for word in ["Acme", "Blue", "Cedar", "Delta", "Elm", "Fir", "Gum", "Hazel", "Ivy", "Juniper"]
]


@pytest.fixture
def listing(site):
    """Makes the portal list these companies, each list in turn, the last again and again; gives its source."""

    def show(*lists):
        answers = [
            site.message(json.dumps(each).encode(), content_type="application/json")
            for each in lists
        ]
        site.plays("/api/list", *answers)
        url = site.page("/list", LIST)
        every = timedelta(days=1)
        return Source(
            ID, url, "List", SourceKind.SUBPROCESSORS, every=every, fetch=FetchMode.BROWSER
        )

    return show


def test_half_a_list_at_random_is_partial_and_never_a_change(sweep, listing, ledger, site):
    assert sweep(listing(NAMES)).judgement.verdict is Verdict.OK
    halves = [NAMES[at : at + 5] for at in (0, 3, 5, 1, 4, 2)]
    outcome = sweep(listing(*halves, *halves, NAMES))
    assert outcome.judgement.verdict is Verdict.PARTIAL
    assert outcome.judgement.signal.startswith("completeness: ")
    assert not ledger.changes.all()
    assert len(site.asked("/list")) <= 1 + 3 * 3  # three looks in one sweep, of three renderings


def test_a_list_that_was_not_all_there_is_looked_at_again_and_well(sweep, listing, ledger):
    sweep(listing(NAMES))
    assert sweep(listing(NAMES[:3], NAMES)).judgement.verdict is Verdict.UNCHANGED
    assert len(ledger.snapshots.of(ID)) == 1


def test_a_list_of_which_most_is_gone_is_believed_when_two_looks_agree(sweep, listing, ledger):
    sweep(listing(NAMES))
    outcome = sweep(listing(NAMES[:3]))
    assert outcome.judgement.verdict.is_good
    removed = [each.before.text for each in outcome.change.blocks if each.before]
    assert removed == [f"{name}, which we rely on for hosting" for name in NAMES[3:]]


CHAPTERS = b"""<main><h1>Terms</h1><p>We delete customer content after 30 days.</p>
<p>Access to production systems is limited to the staff who need it for their daily work, and is logged.</p><p id=more>
<button onclick="more.textContent = 'We share customer content with no one.'">More</button></p></main>"""


def test_what_other_steps_bring_is_ours_and_what_comes_then_is_a_change(sweep, site, ledger):
    every = timedelta(days=1)
    url = site.page("/terms", CHAPTERS)
    plain = Source(ID, url, "Terms", SourceKind.OTHER, every=every, fetch=FetchMode.BROWSER)
    assert sweep(plain).judgement.verdict is Verdict.OK
    stepped = replace(plain, steps=(Step(StepAction.CLICK_TEXT, "More"),))
    outcome = sweep(stepped)
    assert outcome.judgement.verdict is Verdict.OK
    assert outcome.change is None and not outcome.pending
    assert [each.kind for each in ledger.changes.all()] == [ChangeKind.FIRST_LOOK]
    document = ledger.documents.get(ledger.sources.known(ID).document_id)
    assert "We share customer content with no one." in {block.text for block in document.blocks}
    assert "other steps" in {each.rule for _, each in ledger.suppressions.of(ID)}

    site.page("/terms", CHAPTERS.replace(b"30 days", b"90 days"))
    assert "90 days" in sweep(stepped).change.blocks[0].after.text


def test_a_source_that_stays_blocked_is_put_before_a_person_with_a_picture(sweep, site, ledger):
    url = site.page("/closed", b"<h1>Go away</h1>", "403 Forbidden")
    closed = Source(ID, url, "Closed", SourceKind.OTHER, every=timedelta(days=1))
    outcomes = [sweep(closed) for _ in range(4)]
    assert [outcome.change is not None for outcome in outcomes] == [False, False, True, False]
    item = outcomes[2].change
    assert "tried 3 times, the last time over plain HTTP and with a browser" in (
        item.significance.reasons
    )
    assert ledger.snapshots.screenshot(item.after_snapshot).startswith(b"\xff\xd8\xff")
    assert not ledger.snapshots.get(item.after_snapshot).good
