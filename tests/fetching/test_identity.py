"""Is this the source's own document? Judged against its own history, by words only where a page has hardly any."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.fetching.identity import judge_document
from watcher.fetching.tongues import language_of
from watcher.model import (
    Block,
    BlockKind,
    Document,
    Doubt,
    Judgement,
    Known,
    Region,
    Response,
    SourceId,
    Usual,
    Verdict,
)

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
URL = "https://example.test/terms"

CLAUSES = (
    "These terms apply to your use of the services and bind both parties from the effective date.",
    "You must not use the services to break the law or to infringe the rights of third parties.",
    "We process personal data as our privacy policy says and retain it for thirty days after deletion.",
    "Your consent to the processing of data may be withdrawn at any time by written notice to us.",
    "Either party may terminate this agreement with thirty days of notice, for any reason or for none.",
    "Liability under this agreement is limited to the fees paid in the twelve months before the claim.",
    "Confidential information must be kept secret by the party that receives it and by its processors.",
    "The applicable law is that of Ireland, and its courts have jurisdiction over all disputes.",
)
REWRITE = (
    "This agreement governs the services that we provide, and by using them you agree to its terms.",
    "Data that you submit to the services remains yours; we process it only to provide them to you.",
    "Personal data is retained for no longer than ninety days, unless applicable law requires more.",
    "We shall notify both parties of any breach of security in accordance with applicable law.",
    "You may terminate the agreement at any time by deleting your account and giving us notice of it.",
    "To the extent the law permits, neither party has liability for damages that are only indirect.",
    "Disputes under these terms are resolved by arbitration, and you waive the right to a jury trial.",
    "We may change this policy; changes that reduce your rights take effect after thirty days notice.",
)
PRODUCT = (
    "Meet the assistant that helps you write, draw and dream up something new every single day.",
    "Talk to it on the train, at your desk or while you cook dinner for the whole family tonight.",
    "Loved by millions of people around the world who want to get more out of their mornings.",
    "Create stunning pictures in seconds and share them with friends wherever you like to chat.",
    "Available on your phone, your laptop and your browser, with a free plan to get you started.",
    "Ask anything, learn faster, and discover ideas that you would never have found on your own.",
)
GERMAN = (
    "Diese Bedingungen gelten für die Nutzung der Dienste und sind für beide Seiten verbindlich.",
    "Wir verarbeiten die Daten nicht für andere Zwecke und löschen sie nach dreißig Tagen von allen Systemen.",
    "Sie dürfen die Dienste nicht so nutzen, dass die Rechte von Dritten oder das Gesetz verletzt werden.",
)


def document(*texts: str, title: str = "Terms", times: int = 3) -> Document:
    """Make a document of `texts`, each told `times` times with a number of its own."""
    told = [f"{number}. {text}" for number in range(1, times + 1) for text in texts]
    return Document(tuple(Block(BlockKind.PARAGRAPH, text) for text in told), title, "en")


POLICY = document(*CLAUSES)


def page(*texts: str, title: str = "") -> Document:
    return Document(tuple(Block(BlockKind.PARAGRAPH, text) for text in texts), title)


def look(payload: bytes = b"", at: datetime = NOW) -> Response:
    return Response(URL, URL, at, 200, (), payload)


def known(previous: Document | None, doubt: Doubt | None = None, failures: int = 0) -> Known:
    usual = None
    if previous is not None:
        length = sum(len(block.text) for block in previous.main)
        usual = Usual(previous.title, "en", URL, length, len(previous.blocks))
    return Known(
        SourceId("terms"),
        usual=usual,
        doubt=doubt,
        last_good_at=NOW - timedelta(days=1) if previous else None,
        failures=failures,
    )


def judged(
    found: Document,
    previous: Document | None = POLICY,
    doubt: Doubt | None = None,
    *,
    failures: int = 0,
    payload: bytes = b"",
) -> Judgement:
    return judge_document(look(payload), found, known(previous, doubt, failures), previous)


SHORT_PAGES = [
    (Verdict.ERROR_PAGE, page("Application error: a client-side exception has occurred.")),
    (Verdict.ERROR_PAGE, page("500", "Internal Server Error.", title="500")),
    (Verdict.ERROR_PAGE, page("Sorry, this page isn't available right now. Please try later.")),
    (Verdict.ERROR_PAGE, page("This page contains the following errors: error on line 1 at column 1")),
    (Verdict.CHALLENGE, page("Verify you are human by completing the action below.")),
    (Verdict.CHALLENGE, page("Just a moment...", "Checking your browser before you go on.")),
    (Verdict.BLOCKED, page("Access denied", "You don't have permission to view this page.")),
    (Verdict.LOGIN, page("Log in to continue", "Forgot your password?")),
    (Verdict.EMPTY, page("You need to enable JavaScript to run this app.")),
    (Verdict.EMPTY, page()),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "found"), SHORT_PAGES)
def test_a_page_that_says_hardly_anything_is_judged_by_its_phrases(
    verdict: Verdict, found: Document
) -> None:
    assert judged(found).verdict is verdict
    assert judged(found, None).verdict is verdict


def test_a_soft_404_is_gone_only_when_it_lasts() -> None:
    missing = page("Page not found", "The page you are looking for does not exist.")
    assert judged(missing).verdict is Verdict.ERROR_PAGE
    assert judged(missing, failures=1).verdict is Verdict.GONE
    assert judged(missing, None).verdict is Verdict.GONE


def test_a_password_field_on_a_bare_page_is_a_login() -> None:
    assert judged(page("Welcome back"), payload=b'<input type="password">').verdict is Verdict.LOGIN


@pytest.mark.parametrize(
    "clause",
    [
        "We may ask you to verify you are human with a captcha before you sign in to your account.",
        "If something went wrong or a page is not found, an internal server error may be shown to you.",
        "Access denied: we may refuse access, and you may be blocked, when you break these terms.",
    ],
)
def test_a_policy_may_speak_of_captchas_errors_and_logins(clause: str) -> None:
    found = document(*CLAUSES, clause)
    assert judged(found).verdict is Verdict.OK
    assert judged(found, None).verdict is Verdict.OK


def test_a_policy_rewritten_from_end_to_end_is_still_the_sources_own() -> None:
    assert judged(document(*REWRITE, title="Customer Agreement")).verdict is Verdict.OK


def test_another_page_of_the_site_is_not() -> None:
    judgement = judged(document(*PRODUCT, title="Assistant", times=4))
    assert judgement.verdict is Verdict.WRONG_DOCUMENT
    assert judgement.signal.startswith("another document: ")


def test_another_language_is_named() -> None:
    judgement = judged(document(*GERMAN, times=8))
    assert judgement == Judgement(Verdict.WRONG_LANGUAGE, "language: de, where it was en")


def test_a_page_that_lost_much_and_says_nothing_new_is_partial() -> None:
    half = Document(POLICY.blocks[: len(POLICY.blocks) // 2], "Terms", "en")
    assert judged(half).verdict is Verdict.PARTIAL


def test_a_page_that_lost_much_and_says_something_new_is_a_revision() -> None:
    half = POLICY.blocks[: len(POLICY.blocks) // 2]
    revised = Document((*half, *page("Effective date: 1 May 2031").blocks), "Terms", "en")
    assert judged(revised).verdict is Verdict.OK


def doubt_of(found: Document, verdict: Verdict, hours: int, looks: int) -> Doubt:
    begun = NOW - timedelta(hours=hours)
    return Doubt(found.main_digest, verdict, begun, looks, begun)


def shortened() -> Document:
    """The policy without its middle: it begins and ends as it did."""
    quarter = len(POLICY.blocks) // 4
    return Document((*POLICY.blocks[:quarter], *POLICY.blocks[-quarter:]), "Terms", "en")


def test_a_refusal_that_repeats_is_believed_within_a_day() -> None:
    found = shortened()
    assert judged(found).signal == "partial: 50% of the text is missing and nothing is new"
    assert judged(found, doubt=doubt_of(found, Verdict.PARTIAL, 11, 5)).verdict is Verdict.PARTIAL
    assert judged(found, doubt=doubt_of(found, Verdict.PARTIAL, 23, 1)).verdict is Verdict.PARTIAL
    believed = judged(found, doubt=doubt_of(found, Verdict.PARTIAL, 12, 2))
    assert believed == Judgement(Verdict.OK, "believed: the same at 3 looks over 12 hours")


def test_what_stands_around_the_policy_does_not_keep_it_from_being_believed() -> None:
    found = shortened()
    teaser = Block(BlockKind.PARAGRAPH, "Read our news of today.", Region.ASIDE)
    doubt = doubt_of(found, Verdict.PARTIAL, 12, 2)
    another = Document((*found.blocks, teaser), "Terms", "en")
    assert judged(another, doubt=doubt).verdict is Verdict.OK


def test_a_page_that_looks_cut_off_is_not_believed_for_two_weeks() -> None:
    half = Document(POLICY.blocks[: len(POLICY.blocks) // 2], "Terms", "en")
    refused = judged(half, doubt=doubt_of(half, Verdict.PARTIAL, 48, 9))
    assert refused.verdict is Verdict.PARTIAL and refused.signal.endswith("; its end is missing")
    believed = judged(half, doubt=doubt_of(half, Verdict.PARTIAL, 14 * 24, 9))
    assert believed.verdict is Verdict.OK


def test_a_page_that_breaks_off_amid_a_sentence_or_tells_of_an_error_says_nothing_new() -> None:
    half = POLICY.blocks[: len(POLICY.blocks) // 2]
    rest = POLICY.blocks[len(POLICY.blocks) // 2]
    broken = Document((*half, replace(rest, text=rest.text[:50])), "Terms", "en")
    failed = Document((*half, *page("Something went wrong.").blocks), "Terms", "en")
    assert judged(broken).verdict is Verdict.PARTIAL
    assert judged(failed).verdict is Verdict.PARTIAL


def test_half_a_page_that_a_person_saw_is_believed() -> None:
    half = Document(POLICY.blocks[: len(POLICY.blocks) // 2], "Terms", "en")
    seen = replace(look(b""), seen_by="Ada")
    assert judge_document(seen, half, known(POLICY), POLICY).verdict is Verdict.OK


def test_what_is_no_policy_and_what_is_plainly_an_error_is_never_believed() -> None:
    other = document(*PRODUCT, times=4)
    assert (
        judged(other, doubt=doubt_of(other, Verdict.WRONG_DOCUMENT, 900, 90)).verdict
        is Verdict.WRONG_DOCUMENT
    )
    error = page("Application error: a client-side exception has occurred.")
    assert (
        judged(error, doubt=doubt_of(error, Verdict.ERROR_PAGE, 900, 90)).verdict
        is Verdict.ERROR_PAGE
    )


def test_a_short_page_that_is_always_short_stays_the_sources_own() -> None:
    short = page("Status", "All systems work.", "An internal server error was fixed on 3 May 2031.")
    later = page("Status", "All systems work.", "An internal server error was fixed on 4 May 2031.")
    usual = page(*(block.text for block in short.blocks))
    assert judged(later, usual).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (" ".join(CLAUSES), "en"),
        (" ".join(GERMAN) * 2, "de"),
        ("本政策说明我们如何收集和使用您的个人信息以及您享有的权利" * 4, "zh"),
        ("このポリシーは、お客様の情報をどのように扱うかを説明します。" * 4, "ja"),
        ("terms", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language
