"""What came back, judged by signals that hold for any site. The pages are written for these tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.fetching.challenges import shows_less_than, visible_text
from watcher.fetching.verdict import judge_response
from watcher.model import Judgement, Known, Response, SourceId, Usual, Verdict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://www.maker.test/legal/data-policy"
NEW = Known(SourceId("page"))
WELL = replace(
    NEW,
    last_good_at=NOW,
    usual=Usual("Data policy", "en", "https://www.maker.test/legal/data-policy", 9000, 80),
)
POLICY = (
    "<html><head><title>Data policy</title><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    "<script src='https://www.google.com/recaptcha/api.js'></script></head><body><h1>Data policy</h1>"
    + "<p>We use captchas from a security service to protect the site against robots; access denied pages carry a "
    "Ray ID. Enable JavaScript and cookies to continue using the form that checks that you are human.</p>"
    * 12
    + "</body></html>"
).encode()


def answer(
    payload: bytes = POLICY,
    status: int | None = 200,
    final_url: str = URL,
    url: str = URL,
    **headers: str,
) -> Response:
    named = {"content_type": "text/html", **headers}
    pairs = tuple((name.replace("_", "-"), value) for name, value in named.items())
    return Response(url, final_url, NOW, status, pairs, payload)


def verdict(response: Response, known: Known = WELL) -> Verdict | None:
    judgement = judge_response(response, known)
    if judgement is None:
        return None
    assert ": " in judgement.signal, "a signal is a name and what it saw"
    return judgement.verdict


def page(body: str, title: str = "", head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


class TestPages:
    def test_a_policy_that_speaks_of_captchas_is_read(self) -> None:
        assert verdict(answer()) is None
        assert verdict(answer(server="cloudflare", cf_ray="1", x_datadome="protected")) is None
        assert verdict(answer(x_iinfo="1-2-3", x_cdn="Imperva", set_cookie="datadome=abc")) is None

    def test_a_short_policy_that_speaks_of_captchas_is_read(self) -> None:
        short = page(
            "<h1>Access rules</h1><p>Access denied is shown to robots. A captcha helps.</p>",
            "Access rules",
        )
        assert verdict(answer(short)) is None

    def test_a_recorded_page_without_status_and_headers_is_read(self) -> None:
        assert verdict(replace(answer(), status=None, headers=())) is None

    def test_pdf_and_plain_text_are_read(self) -> None:
        assert verdict(answer(b"%PDF-1.7 ...", content_type="application/octet-stream")) is None
        assert verdict(answer(b"We keep data.", content_type="text/plain")) is None
        assert verdict(answer(POLICY, content_type="image/png")) is None

    def test_the_transport_is_believed(self) -> None:
        trouble = Judgement(Verdict.UNREACHABLE, "dns: the name is not known")
        assert judge_response(replace(answer(b""), trouble=trouble), WELL) is trouble

    def test_not_modified_is_unchanged(self) -> None:
        assert verdict(answer(b"", 304)) is Verdict.UNCHANGED


class TestStatuses:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (401, Verdict.LOGIN),
            (402, Verdict.BLOCKED),
            (403, Verdict.BLOCKED),
            (406, Verdict.BLOCKED),
            (410, Verdict.GONE),
            (418, Verdict.ERROR_PAGE),
            (429, Verdict.RATE_LIMITED),
            (451, Verdict.BLOCKED),
            (500, Verdict.ERROR_PAGE),
            (503, Verdict.ERROR_PAGE),
            (522, Verdict.ERROR_PAGE),
            (302, Verdict.ERROR_PAGE),
            (204, Verdict.EMPTY),
            (206, Verdict.PARTIAL),
        ],
    )
    def test_each_has_its_verdict(self, status: int, expected: Verdict) -> None:
        assert verdict(answer(status=status)) is expected

    def test_a_page_that_is_missed_twice_is_gone(self) -> None:
        assert verdict(answer(status=404), WELL) is Verdict.ERROR_PAGE
        assert verdict(answer(status=404), replace(WELL, failures=1)) is Verdict.GONE
        assert verdict(answer(status=404), NEW) is Verdict.GONE


class TestWalls:
    @pytest.mark.parametrize(
        ("status", "headers", "expected", "who"),
        [
            (403, {"cf_mitigated": "challenge"}, Verdict.CHALLENGE, "Cloudflare"),
            (200, {"cf_mitigated": "challenge"}, Verdict.CHALLENGE, "Cloudflare"),
            (202, {"x_amzn_waf_action": "challenge"}, Verdict.CHALLENGE, "AWS WAF"),
            (405, {"x_amzn_waf_action": "captcha"}, Verdict.CHALLENGE, "AWS WAF"),
            (403, {"x_vercel_mitigated": "deny"}, Verdict.BLOCKED, "Vercel"),
            (429, {"x_vercel_mitigated": "challenge"}, Verdict.CHALLENGE, "Vercel"),
            (403, {"x_datadome": "protected"}, Verdict.CHALLENGE, "DataDome"),
            (429, {"x_kpsdk_ct": "abc"}, Verdict.CHALLENGE, "Kasada"),
            (403, {"server": "AkamaiGHost"}, Verdict.BLOCKED, "Akamai"),
            (403, {"x_iinfo": "9-1-1"}, Verdict.BLOCKED, "Incapsula"),
            (403, {"server": "Sucuri/Cloudproxy"}, Verdict.BLOCKED, "Sucuri"),
            (403, {"server": "cloudflare"}, Verdict.BLOCKED, "Cloudflare"),
        ],
    )
    def test_headers_give_walls_away(
        self, status: int, headers: dict[str, str], expected: Verdict, who: str
    ) -> None:
        judgement = judge_response(answer(page("no"), status, **headers), WELL)
        assert judgement is not None
        assert judgement.verdict is expected
        assert who in judgement.signal

    @pytest.mark.parametrize(
        "payload",
        [
            page("<script>window._cf_chl_opt={}</script><noscript>Wait</noscript>", "Just a moment..."),
            page("<script src='/cdn-cgi/challenge-platform/h/b/orchestrate.js'></script>", "Just a moment..."),
            page("<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful.</iframe>"),
            page("<script>awsWafCookieDomainList=['a.test']</script><h1>Confirm</h1>"),
            page("<div id='px-captcha'></div><p>Press and hold</p>", "Access to this page has been denied"),
            page("<script src='https://ct.captcha-delivery.com/c.js'></script>", "maker.test"),
            page("<div id='sec-if-cpt-container'></div>"),
            page("<div class=cf-turnstile></div><p>Verify you are human</p>", "Check",
                 "<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>"),
            page("<h1>Checking your browser</h1><p>Ray ID 77</p>", "Just a moment..."),
        ],
    )  # fmt: skip
    def test_pages_give_walls_away(self, payload: bytes) -> None:
        for status in (200, 403, 503):
            assert verdict(answer(payload, status)) is Verdict.CHALLENGE

    def test_a_busy_server_behind_a_wall_is_only_busy(self) -> None:
        assert verdict(answer(page("busy"), 503, server="cloudflare")) is Verdict.ERROR_PAGE
        assert verdict(answer(page("slow"), 429, server="AkamaiGHost")) is Verdict.RATE_LIMITED

    def test_a_title_alone_is_not_enough(self) -> None:
        assert (
            verdict(answer(page("<p>Our hours are nine to five.</p>", "One moment, please")))
            is None
        )

    def test_a_shell_that_loads_a_captcha_for_its_forms_is_not_a_wall(self) -> None:
        shell = page(
            "<div id=root></div>" + "<!-- " + "x" * 4000 + " -->",
            "Trust portal",
            "<script src='https://js.hcaptcha.com/1/api.js'></script>",
        )
        assert verdict(answer(shell)) is None


class TestPayloads:
    @pytest.mark.parametrize("payload", [b"", b"  \r\n\t ", b"\xef\xbb\xbf\n", bytes(100)])
    def test_nothing_is_empty(self, payload: bytes) -> None:
        assert verdict(answer(payload)) is Verdict.EMPTY

    @pytest.mark.parametrize(
        ("payload", "media_type"),
        [
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
            (b"\x89PNG\r\n\x1a\n....", "text/html"),
            (b"PK\x03\x04....", "application/octet-stream"),
            (b"body{}", "text/css"),
            (b"let a = 1", "text/javascript"),
            (b"....", "video/mp4"),
        ],
    )
    def test_what_cannot_be_a_document(self, payload: bytes, media_type: str) -> None:
        assert verdict(answer(payload, content_type=media_type)) is Verdict.WRONG_DOCUMENT


class TestWays:
    @pytest.mark.parametrize(
        "final_url",
        [
            "https://maker.test/legal/data-policy/",
            "http://www.maker.test/legal/data-policy",
            "https://www.maker.test/en-us/legal/data-policy",
            "https://www.maker.test/legal/data-policy?hl=de#top",
            "https://legal.maker.test/data-policy",
            "https://www.maker.test/policies/data-usage",
        ],
    )
    def test_ways_to_the_same_document(self, final_url: str) -> None:
        assert verdict(answer(final_url=final_url)) is None

    @pytest.mark.parametrize(
        ("final_url", "expected"),
        [
            ("https://www.maker.test/", Verdict.MOVED),
            ("https://www.maker.test/en/", Verdict.MOVED),
            ("https://other.test", Verdict.MOVED),
            ("https://www.maker.test/products/overview", Verdict.MOVED),
            ("https://www.maker.test/login?next=/legal/data-policy", Verdict.LOGIN),
            ("https://accounts.maker.test/v3/identifier", Verdict.LOGIN),
            ("https://maker.idp.test/oauth2/authorize?client=1", Verdict.LOGIN),
        ],
    )
    def test_ways_elsewhere(self, final_url: str, expected: Verdict) -> None:
        assert verdict(answer(final_url=final_url)) is expected

    def test_the_usual_way_is_fine(self) -> None:
        there = "https://www.maker.test/products/overview"
        usual = Usual("Data policy", "en", there, 9000, 80)
        assert verdict(answer(final_url=there), replace(WELL, usual=usual)) is None

    def test_at_the_first_look_only_what_is_plain_is_refused(self) -> None:
        assert verdict(answer(final_url="https://cdn.test/files/addendum.pdf"), NEW) is None
        assert verdict(answer(final_url="https://www.maker.test/"), NEW) is Verdict.MOVED
        assert verdict(answer(final_url="https://www.maker.test/signin"), NEW) is Verdict.LOGIN

    @pytest.mark.parametrize(
        ("final_url", "expected"),
        [
            ("https://www.maker.test/consent?return=/legal/data-policy", Verdict.BLOCKED),
            (
                "https://consent.test/c?u=https%3A%2F%2Fmaker.test%2Flegal%2Fdata-policy%2F",
                Verdict.BLOCKED,
            ),
            ("https://www.maker.test/signin?next=/legal/data-policy", Verdict.LOGIN),
            ("https://www.maker.test/legal/v2/data-policy?from=/legal/data-policy", None),
            ("https://www.maker.test/privacy?from=/legal", None),
        ],
    )
    def test_a_page_that_promises_to_lead_on_stands_before_the_one_asked_for(
        self, final_url: str, expected: Verdict | None
    ) -> None:
        assert verdict(answer(final_url=final_url), NEW) is expected

    def test_a_source_that_is_a_front_page_may_be_one(self) -> None:
        assert (
            verdict(answer(url="https://trust.test/", final_url="https://www.trust.test/en"))
            is None
        )

    def test_a_page_that_only_sends_on(self) -> None:
        sends = page("", head="<meta http-equiv='refresh' content='0; url=/new/terms'>")
        judgement = judge_response(answer(sends), WELL)
        assert judgement == Judgement(
            Verdict.MOVED, "redirect: the page sends browsers on to /new/terms"
        )
        assert (
            verdict(
                answer(
                    page(
                        "<p>Our policy. </p>" * 80,
                        head="<meta http-equiv=refresh content='9;url=/'>",
                    )
                )
            )
            is None
        )


@given(st.binary(max_size=300), st.sampled_from([None, 200, 202, 403, 404, 429, 503]))
@settings(max_examples=150)
def test_no_payload_is_an_exception(payload: bytes, status: int | None) -> None:
    judge_response(answer(b"<title>" + payload, status), WELL)
    visible_text(payload)


def test_a_hostile_page_costs_no_time() -> None:
    for piece in (b"<script", b"<", b"<title", b"<meta http-equiv=refresh ", b"<!--", b"</script "):
        visible_text(piece * 6000)
        verdict(answer((piece * 6000)[:60_000]))


PIECES = st.sampled_from(
    [b"<p>", b"</p>", b"<script>a < b</script>", b"<style>", b"</style>", b"words of it ", b"\n \t", b"\xc3",
     b"\xc2\xa0", "caf\u00e9".encode(), b"<", b">", b"<svg x='1'/>", b"one"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map(b"".join), st.integers(0, 60))
def test_how_little_a_page_shows_is_told_without_reading_all_of_it(
    payload: bytes, length: int
) -> None:
    assert shows_less_than(length, payload) == (len(visible_text(payload)) < length)
