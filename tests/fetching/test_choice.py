"""Plain HTTP or a browser: by evidence, and remembered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.fetching.choice import ChoosingFetcher, Remembered, reason_to_render
from watcher.fetching.completeness import Content
from watcher.model import (
    FetchMode,
    Judgement,
    Known,
    Response,
    Source,
    SourceId,
    SourceKind,
    Usual,
    Verdict,
)

URL = "https://policies.example/terms"
ID = SourceId("terms")
POLICY = (
    b"<main>" + b"<p>We keep what you send us for thirty days and no longer.</p>" * 40 + b"</main>"
)
SHELL = b"<div id=root></div><script src=/app.js></script>"
SOURCE = Source(ID, URL, "Terms", SourceKind.OFFICIAL_TERMS, every=timedelta(days=1))
KNOWN = Known(ID)


def answer(payload=POLICY, status=200, **fields):
    headers = (("content-type", "text/html"), *fields.pop("headers", ()))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Response(URL, URL, at, status, headers, payload, **fields)


def usual(length=2_400, blocks=40):
    return Known(ID, usual=Usual("Terms", "en", URL, length, blocks))


@dataclass
class Way:
    """A fetcher that gives `answers` in turn, the last again and again, and notes how it was asked."""

    answers: list[Response]
    asked: list[tuple[Known, float]] = field(default_factory=list)

    async def fetch(self, source, known, *, patience=1.0):
        self.asked.append((known, patience))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass
class Desk:
    """Both ways, and a memory."""

    http: Way = field(default_factory=lambda: Way([answer()]))
    browser: Way = field(default_factory=lambda: Way([answer(fetched_with="browser")]))
    memory: dict[SourceId, FetchMode] = field(default_factory=dict)

    def look(self, source=SOURCE, known=KNOWN, measure=None):
        remembered = Remembered(self.memory.get, self.memory.__setitem__)
        fetcher = ChoosingFetcher(self.http, self.browser, remembered, measure)
        return asyncio.run(fetcher.fetch(source, known))


@pytest.fixture
def desk():
    return Desk()


def test_a_page_that_says_it_all_needs_no_browser(desk):
    assert desk.look().fetched_with == "http"
    assert not desk.browser.asked
    assert not desk.memory


@pytest.mark.parametrize(
    "payload",
    [
        SHELL,
        b"<p>Loading</p><noscript>You need to enable JavaScript to run this app.</noscript>",
        b"<noscript><p>Bitte aktivieren Sie <b>JavaScript</b>.</p></noscript>" + SHELL,
    ],
)
def test_a_shell_or_a_plea_is_rendered_and_that_is_remembered(desk, payload):
    desk.http.answers = [answer(payload)]
    assert desk.look().fetched_with == "browser"
    assert desk.memory == {ID: FetchMode.BROWSER}
    desk.look()
    assert (len(desk.http.asked), len(desk.browser.asked)) == (1, 2)


def test_a_plea_beside_the_whole_policy_counts_for_nothing():
    plea = b"<noscript>Please enable JavaScript for the chat.</noscript><script></script>"
    assert reason_to_render(answer(POLICY + plea), KNOWN) is None


def test_far_less_text_than_usual_calls_for_a_browser_where_there_are_scripts():
    short = b"<p>" + b"Some words of ours. " * 30 + b"</p>"
    assert reason_to_render(answer(short + SHELL), usual(9_000)) == "text: far less than usual"
    assert reason_to_render(answer(short), usual(9_000)) is None


@pytest.mark.parametrize("status", [403, 406])
def test_what_is_forbidden_to_programs_is_tried_with_a_browser(desk, status):
    desk.http.answers = [answer(b"Forbidden", status)]
    assert desk.look().fetched_with == "browser"


def test_what_stays_forbidden_is_told_as_the_server_said_it(desk):
    desk.http.answers = [answer(b"Forbidden", 403)]
    desk.browser.answers = [answer(b"Forbidden", 403, fetched_with="browser", screenshot=b"JPEG")]
    response = desk.look()
    assert (response.fetched_with, response.screenshot) == ("http", b"JPEG")
    assert not desk.memory


def test_a_wall_that_asks_for_proof_of_being_human_stays_shut(desk):
    desk.http.answers = [answer(b"Wait", 403, headers=(("cf-mitigated", "challenge"),))]
    assert desk.look().fetched_with == "http"
    assert not desk.browser.asked


@pytest.mark.parametrize("status", [200, 304, 404, 500])
def test_other_answers_need_no_browser(status):
    assert reason_to_render(answer(POLICY, status), KNOWN) is None


def test_trouble_on_the_way_needs_no_browser():
    trouble = Judgement(Verdict.UNREACHABLE, "dns: the name is not known")
    assert reason_to_render(answer(b"", None, trouble=trouble), KNOWN) is None


def test_a_shell_that_cannot_be_rendered_was_not_read(desk):
    missing = Judgement(Verdict.UNREADABLE, "browser: No browser was found")
    desk.http.answers = [answer(SHELL)]
    desk.browser.answers = [answer(b"", fetched_with="browser", trouble=missing)]
    assert desk.look().trouble == missing


def test_a_page_as_short_as_its_rendering_is_just_short(desk):
    short = b"<p>Gone fishing.</p><script></script>"
    desk.http.answers, desk.browser.answers = [answer(short)], [answer(short)]
    assert desk.look() is desk.http.answers[0]
    assert not desk.memory


def test_what_is_declared_is_done(desk):
    desk.http.answers = [answer(SHELL)]
    assert desk.look(replace(SOURCE, fetch=FetchMode.HTTP)).fetched_with == "http"
    assert desk.look(replace(SOURCE, fetch=FetchMode.BROWSER)).fetched_with == "browser"
    assert not desk.memory


def test_validators_of_another_way_are_not_used(desk):
    desk.memory[ID] = FetchMode.BROWSER
    desk.look(replace(SOURCE, fetch=FetchMode.HTTP), replace(KNOWN, etag='"old"'))
    assert desk.http.asked[0][0].etag is None
    assert desk.memory == {ID: FetchMode.HTTP}


def blocks(*numbers):
    """Give a rendering of these blocks; its payload only serves to tell it from others."""
    return answer(" ".join(map(str, numbers)).encode(), fetched_with="browser")


def measure(response, source):
    found = response.payload.split()
    return Content(60 * len(found), frozenset(found), len(found))


BROWSED = replace(SOURCE, fetch=FetchMode.BROWSER)
ALL = blocks(*range(40))


def test_a_list_as_long_as_usual_is_believed_at_once(desk):
    desk.browser.answers = [ALL]
    assert desk.look(BROWSED, usual(), measure).trouble is None
    assert len(desk.browser.asked) == 1


def test_a_list_that_shrank_is_rendered_again_with_more_patience(desk):
    desk.browser.answers = [blocks(*range(20)), ALL]
    assert desk.look(BROWSED, usual(), measure) is ALL
    assert [patience for _, patience in desk.browser.asked] == [1.0, 1.5]


def test_two_renderings_that_agree_make_a_shrink_real(desk):
    desk.browser.answers = [blocks(*range(30)), blocks(*range(30))]
    assert desk.look(BROWSED, usual(), measure).trouble is None
    assert len(desk.browser.asked) == 2


def test_a_quorum_may_need_a_third_look(desk):
    desk.browser.answers = [blocks(*range(10)), blocks(*range(30)), blocks(*range(30))]
    assert desk.look(BROWSED, usual(), measure).trouble is None


def test_renderings_that_differ_are_partial_never_a_change(desk):
    desk.browser.answers = [
        blocks(*range(20)),
        blocks(*range(15, 35)),
        blocks(*range(5)),
    ]
    trouble = desk.look(BROWSED, usual(), measure).trouble
    assert trouble == Judgement(
        Verdict.PARTIAL, "completeness: 20, 20, 5 blocks in 3 renderings, usually 40"
    )


def test_a_rendering_that_is_no_page_is_judged_as_such(desk):
    desk.browser.answers = [answer(b"Not here", 404, fetched_with="browser")]
    assert desk.look(BROWSED, usual(), measure).status == 404
    assert len(desk.browser.asked) == 1
