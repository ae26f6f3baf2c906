"""The way of the data: what a look leaves in the ledger, and what it puts before a person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from watcher.claims import Pack, verify
from watcher.ledger import Ledger
from watcher.looks import claims_said
from watcher.model import (
    ChangeKind,
    DeclaredClaim,
    Document,
    Hop,
    Judgement,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Verdict,
    Vocabulary,
)
from watcher.reading import READER
from watcher.shipped import ENGINE, vocabulary_version
from watcher.sweep import Outcome, Sweep, read_response

URL = "https://lumen.example/legal/api-data"
DAY = timedelta(days=1)

PAGE = """<!doctype html><html lang="en"><head><title>API data policy</title></head><body>
<nav><a href="/">Home</a> <a href="/pricing">Pricing</a></nav>
<main><h1>API data policy</h1><p>Last updated: January 5, 2026</p>
<h2>Training</h2>
<p>We do not use the data that customers submit through the API to train our models, unless the customer
opts in to sharing it.</p>
<h2>Retention</h2>
<p>{retention}</p>
<h2>Security</h2>
<p>Our API has completed a SOC 2 Type 2 examination, and the report is available on request under a
non-disclosure agreement. Access to production systems is limited to staff who need it for their work.</p>
<h2>Contact</h2><p>Questions about this policy go to our privacy team by post or by telephone.</p>
</main><footer><p>© {year} Lumen Forge, Inc.</p></footer></body></html>"""
THIRTY = "We keep API inputs and outputs for 30 days to detect abuse, after which they are deleted."
NINETY = "We keep API inputs and outputs for 90 days to detect abuse, after which they are deleted."
ERROR = """<!doctype html><html><head><title>Application error</title></head><body>
<h2>Application error: a client-side exception has occurred</h2></body></html>"""


def page(retention: str = THIRTY, year: int = 2026) -> str:
    return PAGE.format(retention=retention, year=year)


@dataclass
class Watch:
    """One source, looked at again and again on a calendar of its own."""

    ledger: Ledger
    sweep: Sweep
    source: Source
    now: datetime

    def look(self, html: str | None = None, *, after: timedelta = DAY, **said: object) -> Outcome:
        self.now += after
        payload = b"" if html is None else html.encode()
        html_type = (("content-type", "text/html; charset=utf-8"),)
        facts = {"final_url": URL, "status": 200, "headers": html_type, **said}
        response = Response(URL, fetched_at=self.now, payload=payload, **facts)  # type: ignore[arg-type]
        look = self.sweep.begin(self.source)
        found: Document | Judgement | None = look.judge(response)
        if found is None:
            found = read_response(response, self.source)
        return self.sweep.record(look, response, found)


@pytest.fixture
def watch(ledger: Ledger, vocabulary: Vocabulary, pack: Pack, noon: datetime) -> Watch:
    source = Source(
        SourceId("api-data"), URL, "API data policy", SourceKind.DATA_USAGE, (Slug("api"),)
    )
    ledger.sources.sync([], [source], noon)
    return Watch(ledger, Sweep(ledger, vocabulary, pack), source, noon)


def test_a_first_look_puts_its_claims_before_a_person(watch: Watch) -> None:
    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.OK
    assert outcome.change is not None and outcome.change.kind is ChangeKind.FIRST_LOOK
    claims = {claim.key: claim.value for claim in watch.ledger.claims.current(watch.source.id)}
    assert claims["training_use_of_input"] == "opt_in"
    assert claims["retention_days"] == 30


def test_a_claim_that_vanishes_with_its_block_is_told_at_the_second_look(watch: Watch) -> None:
    watch.look(page())
    without = page().replace(f"<h2>Retention</h2>\n<p>{THIRTY}</p>", "")

    first = watch.look(without)
    second = watch.look(without, after=timedelta(minutes=1))

    assert first.pending and first.change is None
    assert second.change is not None and not second.pending
    assert "retention_days" in {each.key for each in second.change.claims if each.after is None}
    assert second.change.changed_at == first.checked_at


def test_what_waits_for_a_look_that_nobody_can_take_is_told_within_a_day(watch: Watch) -> None:
    watch.look(page())
    first = watch.look(page().replace(f"<h2>Retention</h2>\n<p>{THIRTY}</p>", ""))
    gone = {"status": 503}
    hours = [0.02, 1.0, 8.0, 10.9, 4.0]
    outcomes = [watch.look("", after=timedelta(hours=each), **gone) for each in hours]

    assert first.pending
    (told,) = [each for each in outcomes if each.change]
    assert told.change is not None and told.change.kind is ChangeKind.CHANGE
    assert told.checked_at - first.checked_at < DAY
    assert "retention_days" in {each.key for each in told.change.claims if each.after is None}
    due = watch.ledger.sources.known(watch.source.id).next_due_at
    assert due is not None and watch.look(page()).change is not None, "it comes back as news"


def test_a_claim_that_comes_back_at_the_second_look_is_not_told(watch: Watch) -> None:
    watch.look(page())
    first = watch.look(page().replace(f"<p>{THIRTY}</p>", ""))

    second = watch.look(page(), after=timedelta(minutes=1))

    assert first.pending
    assert second.change is None and not second.pending


def test_a_claim_whose_words_are_gone_is_named_with_both_quotes(watch: Watch) -> None:
    watch.look(page())
    other = "We keep API inputs and outputs for 30 days so that staff can look into abuse, and they are then deleted."

    change = watch.look(page(other)).change

    assert change is not None
    named = next(each for each in change.claims if each.key == "retention_days")
    assert named.before is not None and named.after is not None
    assert named.before.value == named.after.value == 30
    assert THIRTY in named.before.evidence.quote and other in named.after.evidence.quote
    assert any(reason.startswith("evidence") for reason in change.significance.reasons)


def test_the_same_bytes_are_unchanged_and_leave_a_row(watch: Watch) -> None:
    watch.look(page())

    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert outcome.change is None
    assert len(watch.ledger.checks.of(watch.source.id)) == 2
    assert watch.ledger.last_confirmed(watch.source.id) == watch.now


def test_not_modified_confirms_what_is_held(watch: Watch) -> None:
    watch.look(page())

    outcome = watch.look(status=304)

    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert watch.ledger.last_confirmed(watch.source.id) == watch.now


def test_other_bytes_that_read_the_same_are_kept_but_not_told(watch: Watch) -> None:
    watch.look(page())

    outcome = watch.look(page().replace("<main>", '<main data-nonce="8f2a">'))

    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert outcome.change is None
    assert len(watch.ledger.snapshots.of(watch.source.id)) == 2


def test_a_claim_that_changes_is_told_with_both_quotes(watch: Watch) -> None:
    watch.look(page())

    outcome = watch.look(page(NINETY))

    assert outcome.change is not None and outcome.change.kind is ChangeKind.CHANGE
    retention = next(each for each in outcome.change.claims if each.key == "retention_days")
    assert retention.before is not None and retention.after is not None
    assert (retention.before.value, retention.after.value) == (30, 90)
    assert "30 days" in retention.before.evidence.quote
    assert "90 days" in retention.after.evidence.quote
    assert watch.ledger.changes.waiting(watch.now)[0].id is not None


def test_noise_outside_the_policy_is_silenced_and_counted(watch: Watch) -> None:
    """Invariant 6: what we suppress, we count and can show."""
    watch.look(page())

    outcome = watch.look(page(year=2027))

    assert outcome.change is None
    silenced = watch.ledger.suppressions.of(watch.source.id)
    assert any("2027" in each.text for _, each in silenced)


def test_invariant_2_a_bad_payload_is_kept_but_never_a_baseline(watch: Watch) -> None:
    watch.look(page())
    before = watch.ledger.sources.known(watch.source.id)

    broken = watch.look(ERROR)
    known = watch.ledger.sources.known(watch.source.id)
    back = watch.look(page())

    assert broken.judgement.verdict is Verdict.ERROR_PAGE
    assert broken.change is None and back.change is None
    assert known.document_id == before.document_id
    assert known.last_good_at == before.last_good_at
    assert back.judgement.verdict is Verdict.UNCHANGED
    kept = watch.ledger.snapshots.of(watch.source.id)
    assert any(not snapshot.good for snapshot in kept)


def test_invariant_1_a_failed_look_leaves_a_row_and_confirms_nothing(watch: Watch) -> None:
    first = watch.look(page())
    trouble = Judgement(Verdict.UNREACHABLE, "dns: the name does not resolve")

    watch.look(status=None, headers=(), trouble=trouble)

    latest = watch.ledger.checks.latest(watch.source.id)
    assert latest is not None and latest.judgement == trouble
    assert watch.ledger.last_confirmed(watch.source.id) == first.checked_at


def test_trouble_that_lasts_is_told_once_and_closes_by_itself(watch: Watch) -> None:
    watch.look(page())
    blocked = {"status": 403, "headers": (("server", "cloudflare"), ("cf-mitigated", "challenge"))}

    outcomes = [watch.look("<html><body>Denied</body></html>", **blocked) for _ in range(5)]
    raised = [outcome.change for outcome in outcomes if outcome.change is not None]
    watch.look(page())

    assert [change.kind for change in raised] == [ChangeKind.SOURCE]
    assert watch.ledger.changes.status(raised[0].id or 0) == "closed"


def cut(html: str) -> str:
    return html.split("<h2>Retention", maxsplit=1)[0]


def test_a_page_cut_off_is_told_once_within_a_day_as_trouble_of_the_source(watch: Watch) -> None:
    watch.look(page())
    hours = [24.0, 0.02, 0.02, 3.9, 8.0, 8.0, 24.0, 24.0]

    outcomes = [watch.look(cut(page()), after=timedelta(hours=each)) for each in hours]
    raised = [outcome.change for outcome in outcomes if outcome.change is not None]

    assert {outcome.judgement.verdict for outcome in outcomes} == {Verdict.PARTIAL}
    (item,) = raised
    assert item.kind is ChangeKind.SOURCE
    assert item.raised_at - outcomes[0].checked_at < DAY
    assert "its end is missing" in item.significance.reasons[0]
    assert {each.value for each in watch.ledger.claims.current(watch.source.id)} >= {30}


def test_what_a_person_saw_ends_the_doubt_and_is_told_as_a_change(watch: Watch) -> None:
    watch.look(page())
    for _ in range(3):
        watch.look(cut(page()))

    seen = watch.look(cut(page()), seen_by="Ada")
    again = watch.look(cut(page()), after=timedelta(minutes=1))

    assert seen.judgement.verdict is Verdict.OK and seen.pending
    assert again.change is not None
    assert "retention_days" in {each.key for each in again.change.claims if each.after is None}
    assert watch.ledger.changes.status(again.change.id or 0) == "open"


def test_a_page_shortened_on_purpose_is_a_change_within_a_day(watch: Watch) -> None:
    watch.look(page())
    head, tail = page().split("<h2>Training")[0], page().split("<h2>Contact")[1]
    hours = [24.0, 0.02, 0.02, 3.9, 8.1, 0.02]

    outcomes = [
        watch.look(f"{head}<h2>Contact{tail}", after=timedelta(hours=each)) for each in hours
    ]

    assert [outcome.judgement.verdict for outcome in outcomes[:4]] == [Verdict.PARTIAL] * 4
    change = outcomes[-1].change
    assert change is not None and change.kind is ChangeKind.CHANGE
    assert change.raised_at - outcomes[0].checked_at < DAY
    assert {"training_use_of_input", "retention_days"} <= {each.key for each in change.claims}


def test_a_page_that_moves_for_good_is_told_once(watch: Watch) -> None:
    there = "https://lumen.example/policies/api-data"
    hops = (Hop(URL, 301),)
    watch.look(page())

    first = watch.look(page(), hops=hops, final_url=there)
    second = watch.look(page(), hops=hops, final_url=there)
    passing = watch.look(
        page(), hops=(Hop(URL, 302),), final_url="https://lumen.example/x/api-data"
    )

    assert first.change is not None and first.change.kind is ChangeKind.SOURCE
    assert there in first.change.title
    assert second.change is None and passing.change is None


def test_invariant_5_every_quote_is_verbatim_in_its_document(watch: Watch) -> None:
    watch.look(page())
    watch.look(page(NINETY))

    known = watch.ledger.sources.known(watch.source.id)
    assert known.document_id is not None
    document = watch.ledger.documents.get(known.document_id)
    claims = watch.ledger.claims.current(watch.source.id)
    assert claims
    assert all(verify(claim, document) for claim in claims)


def test_a_declared_claim_that_finds_nothing_says_so(watch: Watch) -> None:
    declared = DeclaredClaim(key="sla_uptime_percent", selector="#uptime")
    watch.source = Source(
        watch.source.id,
        URL,
        "API data policy",
        SourceKind.DATA_USAGE,
        (Slug("api"),),
        claims=(declared,),
    )

    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.PARTIAL
    assert "#uptime" in outcome.judgement.signal


def test_a_new_rule_pack_is_a_technical_upgrade_and_no_change(
    watch: Watch, vocabulary: Vocabulary, pack: Pack
) -> None:
    """What differs because we changed is labelled so, and is not told."""
    today = watch.sweep
    watch.sweep = Sweep(watch.ledger, vocabulary, replace(pack, keys={}, version="older"))
    watch.look(page())
    read_by_the_older = watch.ledger.claims.current(watch.source.id)

    watch.sweep = today
    outcome = watch.look(page())

    assert not read_by_the_older
    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert outcome.change is None
    rows = watch.ledger.claims.history(watch.source.id, "retention_days")
    assert [row.cause for row in rows] == ["technical"]
    assert not watch.ledger.changes.waiting(watch.now)


def test_a_new_engine_is_a_technical_upgrade_though_the_pack_is_the_same(
    watch: Watch, vocabulary: Vocabulary, pack: Pack
) -> None:
    today = watch.sweep
    watch.sweep = Sweep(watch.ledger, vocabulary, replace(pack, keys={}))
    watch.look(page())
    known = watch.ledger.sources.known(watch.source.id)
    assert known.read_by == f"{READER}, {ENGINE}, {pack.version}, {vocabulary_version()}"
    # As ledgers have it that were written before the engine had a version.
    watch.ledger.sources.update(replace(known, read_by=f"{READER}, {pack.version}"))

    watch.sweep = today
    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.UNCHANGED
    assert outcome.change is None
    rows = watch.ledger.claims.history(watch.source.id, "retention_days")
    assert [row.cause for row in rows] == ["technical"]
    assert watch.ledger.sources.known(watch.source.id).read_by == known.read_by


def test_a_new_vocabulary_is_a_technical_upgrade_and_no_change(
    watch: Watch, vocabulary: Vocabulary, pack: Pack
) -> None:
    today = watch.sweep
    fewer = {name: key for name, key in vocabulary.items() if name != "retention_days"}
    watch.sweep = Sweep(watch.ledger, fewer, pack)
    watch.look(page())
    assert not watch.ledger.claims.history(watch.source.id, "retention_days")

    watch.sweep = today
    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.UNCHANGED and outcome.change is None
    (row,) = watch.ledger.claims.history(watch.source.id, "retention_days")
    assert (row.claim.value, row.cause) == (30, "technical")


def test_a_sweep_that_loads_nothing_reads_by_what_one_reads_by_that_did(
    watch: Watch, vocabulary: Vocabulary, pack: Pack
) -> None:
    watch.look(page())
    held = watch.ledger.sources.known(watch.source.id)
    watch.sweep = Sweep(watch.ledger)
    assert watch.sweep.begin(watch.source).known == held


def test_a_claim_declared_later_is_read_from_what_is_kept_and_is_no_change(watch: Watch) -> None:
    watch.look(page())
    claim = DeclaredClaim(key="subprocessor_notice_days", pattern=r"for (\d+ days)")
    watch.source = replace(watch.source, claims=(claim,))

    outcome = watch.look(page())

    assert outcome.judgement.verdict is Verdict.UNCHANGED and outcome.change is None
    (row,) = watch.ledger.claims.history(watch.source.id, claim.key)
    assert (row.claim.value, row.cause) == (30, "technical")

    watch.source = replace(watch.source, claims=())
    taken_back = watch.look(page())
    assert taken_back.judgement.verdict is Verdict.UNCHANGED and taken_back.change is None
    held = {each.key for each in watch.ledger.claims.current(watch.source.id)}
    assert claim.key not in held and "retention_days" in held


@pytest.mark.parametrize(
    "declared",
    [{"keep": ("main h2:nth-of-type(2) + p",)}, {"drop": ("main h2:first-of-type + p",)}],
    ids=["keep", "drop"],
)
def test_parts_kept_or_dropped_anew_are_read_from_what_is_kept_and_are_no_change(
    watch: Watch, declared: dict[str, tuple[str, ...]]
) -> None:
    watch.look(page())
    watch.source = replace(watch.source, **declared)

    outcomes = [watch.look(page()), watch.look(page(year=2027))]

    assert [(each.change, each.pending) for each in outcomes] == [(None, False)] * 2
    assert all(each.judgement.verdict.is_good for each in outcomes)
    held = {each.key for each in watch.ledger.claims.current(watch.source.id)}
    assert "retention_days" in held and "training_use_of_input" not in held

    changed = watch.look(page(NINETY))
    assert changed.change is not None
    assert {each.key for each in changed.change.claims} >= {"retention_days"}


def test_a_declared_claim_that_an_upgrade_does_not_find_says_so_until_it_is_corrected(
    watch: Watch,
) -> None:
    watch.look(page())
    held = watch.ledger.claims.current(watch.source.id)
    known = watch.ledger.sources.known(watch.source.id)
    watch.ledger.sources.update(replace(known, read_by="0, older"))
    wrong = DeclaredClaim(key="subprocessor_notice_days", pattern=r"outputs for (\d+ weeks)")
    watch.source = replace(watch.source, claims=(wrong,))

    outcomes = [watch.look(page()), watch.look(page())]

    assert {each.judgement.verdict for each in outcomes} == {Verdict.PARTIAL}
    assert "subprocessor_notice_days" in outcomes[0].judgement.signal
    assert watch.ledger.claims.current(watch.source.id) == held

    watch.source = replace(watch.source, claims=(replace(wrong, pattern=r"for (\d+ days)"),))
    corrected = watch.look(page())
    assert corrected.judgement.verdict is Verdict.UNCHANGED
    assert corrected.change is None
    (row,) = watch.ledger.claims.history(watch.source.id, wrong.key)
    assert (row.claim.value, row.cause) == (30, "technical")


def test_a_new_token_in_every_answer_is_seen_without_reading(watch: Watch) -> None:
    watch.look(page())
    outcome = watch.look(page().replace("<head>", '<head><meta name="csrf-token" content="x9f3">'))
    again = watch.look(page().replace("<head>", '<head><meta name="csrf-token" content="k2p8">'))

    assert outcome.judgement.signal == "text: reads the same as last time"
    assert again.judgement.signal == "markup: all that is read is the same"
    assert watch.ledger.statistics()["snapshots"] == 3, "each is kept all the same"
    assert watch.look(page(NINETY)).judgement.verdict is Verdict.OK


def test_claims_carried_from_look_to_look_are_those_of_the_page(
    watch: Watch, vocabulary: Vocabulary, pack: Pack
) -> None:
    places = (
        DeclaredClaim("retention_days", selector="h2:nth-of-type(2) + p", pattern=r"(\d+ days)"),
        DeclaredClaim("certifications", condition="as the trust portal says"),
    )
    watch.source = replace(watch.source, claims=places)
    watch.ledger.sources.sync([], [watch.source], watch.now)
    more = "<h2>Deletion</h2><p>You may ask us to delete your personal data at any time.</p>"
    pages = [page(), page(NINETY), page(NINETY).replace("<h2>Contact", f"{more}<h2>Contact")]
    pages += [pages[-1].replace("Type 2 ", "").replace("January 5", "May 6"), page(THIRTY)]

    for html in pages:
        watch.look(html)
        watch.look(html, after=timedelta(minutes=1))
        known = watch.ledger.sources.known(watch.source.id)
        document = watch.ledger.documents.get(known.document_id or 0)
        read = claims_said(watch.source, html.encode(), document, vocabulary, pack)
        held = watch.ledger.claims.current(watch.source.id)
        assert {claim.id: claim for claim in held} == {claim.id: claim for claim in read}
