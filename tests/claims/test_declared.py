from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from watcher.claims import declared_claims, verify
from watcher.errors import ReadingError
from watcher.model import (
    Block,
    BlockKind,
    Claim,
    DeclaredClaim,
    Document,
    Response,
    Source,
    SourceId,
    SourceKind,
    Vocabulary,
)
from watcher.reading import read

PAGE = b"""<html><body><main><h1>Plans</h1><table>
<tr><th>Plan</th><th>Logs</th></tr><tr id="team"><td>Team</td><td class="days">30 days</td></tr>
<tr id="firm"><td>Firm</td><td class="days">90 days</td></tr></table>
<p class="list">Processors: <a href="/subs">who they are</a></p>
<ul><li class="seal">ISO 27001</li><li class="seal">SOC 2 Type II</li></ul></main></body></html>"""


def claims(
    vocabulary: Vocabulary, payload: bytes, *declared: DeclaredClaim, kind: str = "text/html"
) -> list[Claim]:
    url = "https://palewater.example/plans"
    source = Source(SourceId("plans"), url, "Plans", SourceKind.OTHER, claims=declared)
    response = Response(
        url, url, datetime(2026, 1, 1, tzinfo=UTC), 200, (("content-type", kind),), payload
    )
    document = read(response, source)
    found = list(declared_claims(source, payload, document, vocabulary))
    assert all(verify(claim, document) for claim in found)
    return found


def test_a_cell_of_a_table(vocabulary: Vocabulary) -> None:
    (claim,) = claims(
        vocabulary,
        PAGE,
        DeclaredClaim("retention_days", selector="#team td.days", condition="team plan"),
    )
    assert (claim.value, claim.evidence.quote, claim.condition) == (30, "30 days", "team plan")


def test_a_list_of_elements(vocabulary: Vocabulary) -> None:
    (claim,) = claims(vocabulary, PAGE, DeclaredClaim("certifications", selector="li.seal"))
    assert claim.value == ("iso 27001", "soc 2 type 2")


def test_a_link(vocabulary: Vocabulary) -> None:
    (claim,) = claims(vocabulary, PAGE, DeclaredClaim("subprocessor_list_url", selector=".list a"))
    assert (claim.value, claim.evidence.quote) == ("https://palewater.example/subs", "who they are")


def test_a_pattern_picks_its_first_group(vocabulary: Vocabulary) -> None:
    (claim,) = claims(
        vocabulary, PAGE, DeclaredClaim("retention_days", pattern=r"^Firm \W*(\d+ days)")
    )
    assert claim.value == 90


def test_a_value_that_the_text_only_proves(vocabulary: Vocabulary) -> None:
    (claim,) = claims(
        vocabulary,
        PAGE,
        DeclaredClaim("trust_portal", selector="h1", value="https://trust.example/"),
    )
    assert (claim.value, claim.evidence.quote) == ("https://trust.example/", "Plans")


def test_a_path_in_the_answers_that_a_rendered_page_was_filled_from(vocabulary: Vocabulary) -> None:
    answers = b"".join(
        b'<script type="application/json" data-watcher-answer="/api/%d">%s</script>' % (at, said)
        for at, said in enumerate(
            [b'{"menu": ["\\u003cb>Home"]}', b'{"policy": {"days": "45 days"}}']
        )
    )
    page = b"<main><p>Logs are kept for <b>45 days</b>, then deleted.</p></main>" + answers
    (claim,) = claims(vocabulary, page, DeclaredClaim("retention_days", selector="$.policy.days"))
    assert (claim.value, claim.evidence.quote) == (45, "45 days")


def test_a_path_in_json(vocabulary: Vocabulary) -> None:
    payload = json.dumps({"policy": {"retention": [{"days": 45}]}}).encode()
    declared = DeclaredClaim("retention_days", selector="$.policy.retention[0].days")
    (claim,) = claims(vocabulary, payload, declared, kind="application/json")
    assert (claim.value, claim.evidence.quote) == (45, "days | 45")


def test_a_page_of_a_pdf(vocabulary: Vocabulary) -> None:
    blocks = (
        Block(BlockKind.PARAGRAPH, "Version 1", page=1),
        Block(BlockKind.PARAGRAPH, "Version 2", page=2),
    )
    declared = DeclaredClaim("dpa_version", selector="page(2)", pattern=r"Version (\d)")
    source = Source(
        SourceId("d"), "https://palewater.example/d.pdf", "D", SourceKind.DPA, claims=(declared,)
    )
    (claim,) = declared_claims(source, b"%PDF-", Document(blocks), vocabulary)
    assert (claim.value, claim.evidence.page) == ("2", 2)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (DeclaredClaim("retention_days", selector=".gone"), "matches nothing"),
        (DeclaredClaim("retention_days", selector="td.days"), "say different things"),
        (DeclaredClaim("retention_days", selector="h1"), "is a number"),
        (DeclaredClaim("retention_days", selector="td:::"), "not CSS"),
        (DeclaredClaim("retention_days", selector="$.days"), "payload is not JSON"),
        (DeclaredClaim("retention_days", pattern="kept for ever"), "matches nothing"),
    ],
)
def test_a_clear_error_when_it_matches_nothing_or_too_much(
    vocabulary: Vocabulary, declared: DeclaredClaim, said: str
) -> None:
    with pytest.raises(ReadingError, match="plans: the declared claim retention_days") as refused:
        claims(vocabulary, PAGE, declared)
    assert said in str(refused.value)
