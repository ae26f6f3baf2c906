from __future__ import annotations

from watcher.claims import text_fragment, verify
from watcher.claims.examples import document_of
from watcher.model import Claim, Document, Evidence

BEFORE = document_of(
    "# Retention\nWe keep logs for thirty days. Then they go.\n# Contact\nWrite to us."
)
QUOTE = "We keep logs for thirty days."


def evidence_in(document: Document, quote: str = QUOTE) -> Evidence:
    start = document.text.index(quote)
    return Evidence(quote, start, ("Retention",))


def test_a_quote_that_is_not_there_is_no_evidence() -> None:
    there = Claim("data_retention", "30 days", evidence_in(BEFORE))
    assert verify(there, BEFORE)
    assert not verify(Claim("data_retention", "30 days", Evidence(QUOTE, 0)), BEFORE)
    assert not verify(Claim("data_retention", "30 days", Evidence("", 0)), BEFORE)
    assert not verify(there, document_of("Another page."))


def test_a_link_opens_the_page_at_the_quote() -> None:
    assert text_fragment("https://palewater.example/p#s", "No sub-processors, ever.") == (
        "https://palewater.example/p#s:~:text=No%20sub%2Dprocessors%2C%20ever."
    )
    long = " ".join(f"w{n}" for n in range(30))
    assert text_fragment("https://palewater.example/p", long) == (
        "https://palewater.example/p#:~:text=w0%20w1%20w2%20w3%20w4,w25%20w26%20w27%20w28%20w29"
    )
