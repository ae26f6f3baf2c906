from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import ChangeKind, ClaimChange, Decision, Difference, SourceId, WordEdit
from watcher.registry import SpanKind, change_lines, change_title, lines_as_html, lines_as_text
from watcher.registry.account import folded_words
from watcher.registry.claim_notes import claim_notes
from watcher.registry.lines import line, span
from watcher.registry.printable import one_line, printable, quote_link, shortened, web_link

ANY_TEXT = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("&<>\"'\x00\x1b\x85\u202e\ud800\udfff\ufffe😀\r\n\t"),
    max_size=40,
)


def same(text):
    return WordEdit("same", text)


@pytest.fixture(scope="session")
def told(world):
    """Give a change of a retention period, told in full."""
    old = world.claim("retention_days", 30, "Kept for 30 days.")
    new = world.claim("retention_days", 60, "Kept for 60 days.", "after a request")
    long = " and so on" * 12
    words = (
        same("Kept for "),
        WordEdit("removed", "30"),
        WordEdit("added", "60"),
        same(f" days,{long}."),
    )
    return world.change(5, (old, new), words=words)


def text_of(change, world, **more):
    source = world.sources[change.source_id]
    return lines_as_text(change_lines(change, source, world.vocabulary, **more), 200)


def test_a_change_is_told_claims_first_then_words(told, world):
    assert text_of(told, world, context=4).splitlines() == [
        "Acme terms: Retention: 30 days → 60 days",
        "Acme terms first seen 2026-04-06",
        "Significance 5 of 5: a claim differs",
        "",
        "Retention: 30 days → 60 days",
        "  condition: none → after a request",
        "  before: “Kept for 30 days.”",
        "  after: “Kept for 60 days.”",
        "",
        "Reworded in Data › Retention",
        "  Kept for [-30-] {+60+} days, and so on [… 33 words …]",
    ]


def test_the_quote_links_to_its_place_on_the_page(told, world):
    lines = change_lines(told, world.sources[told.source_id], world.vocabulary)
    (link,) = [
        each.link
        for row in lines
        for each in row.spans
        if each.kind is SpanKind.QUOTE and each.link
    ]
    assert link == "https://acme.example/terms#:~:text=Kept%20for%2060%20days."


def test_what_reviewers_write_for_each_other_is_not_for_readers(told, world):
    review = world.review(1, 5, Decision.ACCEPT)
    assert "Accepted on 2026-04-22 by Ada: between us" in text_of(told, world, review=review)
    public = text_of(told, world, review=review, for_readers=True)
    assert "Accepted on 2026-04-22" in public
    assert "between us" not in public
    assert "Ada" not in public


def test_a_claim_that_comes_or_goes_is_told_without_a_value_on_that_side(world):
    gone = world.change(5, (world.claim("data_sale", False), None))
    assert change_title(gone, world.sources["terms"], world.vocabulary) == (
        "Acme terms: Sale of data: no → no longer said"
    )
    come = world.change(6, (None, world.claim("data_sale", True)))
    assert "Sale of data: nothing said → yes" in text_of(come, world)


def test_a_first_look_tells_values_and_not_that_nothing_was_said_before(world):
    came = ((None, world.claim("data_sale", True)), (None, world.claim("retention_days", 30)))
    look = world.change(6, *came, kind=ChangeKind.FIRST_LOOK)
    first, *rest = text_of(look, world).splitlines()
    assert first == "Acme terms: first look, 2 claims read"
    assert "Sale of data: yes" in rest
    assert not any("→" in row or "after:" in row for row in rest)


def test_a_change_of_wording_alone_has_a_title_too(world):
    words = (same("We keep "), WordEdit("added", "all "), same("data."))
    change = world.change(5, words=words)
    assert text_of(change, world).splitlines()[0] == "Acme terms: the wording changed"
    assert "We keep {+all+} data." in text_of(change, world)


WORDS = st.lists(
    st.builds(
        WordEdit,
        st.sampled_from(["same", "removed", "added"]),
        st.lists(st.sampled_from(["a", "bee", " ", "  ", ",", "\n"]), min_size=1, max_size=30).map(
            "".join
        ),
    ),
    max_size=6,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.integers(0, 5))
def test_folding_keeps_every_word_in_its_order(words, context):
    spans = list(folded_words(words, context))
    unfolded = " ".join(each.hidden or each.text for each in spans)
    assert unfolded.split() == " ".join(edit.text for edit in words).split()
    assert all(each.text for each in spans if each.kind is SpanKind.FOLDED)


def test_words_that_go_on_without_a_space_are_not_torn_apart():
    row = line(
        span(SpanKind.SAME, "It is "),
        span(SpanKind.REMOVED, "30"),
        span(SpanKind.ADDED, "60"),
        span(SpanKind.SAME, ", at most"),
    )
    assert lines_as_text([row]) == "It is [-30-] {+60+}, at most\n"
    assert lines_as_html([row]) == "<p>It is <del>30</del> <ins>60</ins>, at most</p>"
    painted = lines_as_text([row], 80, lambda kind, text: f"<{kind}:{text}>")
    assert painted == "<same:It is> <removed:30> <added:60><same:, at most>\n"


def test_wide_characters_count_as_two_columns():
    text = lines_as_text([line(span(SpanKind.SAME, "数据 " * 20))], 30)
    assert max(len(row.strip().split()) for row in text.splitlines()) == 6


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        for name, value in attrs:
            assert name == "href"
            assert re.match("https?://", value or "")


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.sampled_from(list(SpanKind)))
def test_nothing_hostile_becomes_markup(text, link, kind):
    rows = [
        line(span(kind, f"{text}<script src=x>", f"javascript:{link}")),
        line(span(kind, text, link)),
    ]
    tags = Tags()
    tags.feed(lines_as_html(rows))
    assert tags.found <= {"p", "a", "strong", "code", "del", "ins", "q", "em", "small"}
    assert "\x1b" not in lines_as_text(rows)


@settings(max_examples=100, deadline=None)
@given(ANY_TEXT)
def test_printable_text_is_idempotent_and_can_be_encoded(text):
    shown = printable(text)
    assert printable(shown) == shown
    shown.encode()
    assert "\n" not in one_line(text)
    assert len(shortened(text, 10)) <= 10


@pytest.mark.parametrize(
    ("quote", "fragment"),
    [
        ("Kept for 30 days.", "#:~:text=Kept%20for%2030%20days."),
        ("long-term, they say", "#:~:text=long%2Dterm%2C%20they%20say"),
        ("a & b", "#:~:text=a%20%26%20b"),
        ("one two\nthree four five", "#:~:text=one%20two%20three%20four,two%20three%20four%20five"),
        ("1 2 3 4 5 6 7 8 9 10 11", "#:~:text=1%202%203%204,8%209%2010%2011"),
        ("", ""),
    ],
)
def test_a_link_leads_to_the_quote(quote, fragment):
    assert quote_link("https://acme.example/a", quote) == f"https://acme.example/a{fragment}"
    with_place = "#place" + fragment.removeprefix("#")
    assert (
        quote_link("https://acme.example/a#place", quote) == f"https://acme.example/a{with_place}"
    )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//acme.example",
        "ftp://a.example",
        "",
        None,
        "http://",
    ],
)
def test_only_web_pages_are_linked(url):
    assert web_link(url) == ""
    assert quote_link(url, "quote") == ""


def test_what_differs_comes_before_what_is_said_in_other_words(world):
    reworded = [world.claim("data_sale", False, quote) for quote in ("We never sell.", "No sale.")]
    dates = [world.claim("document_updated", day) for day in ("2026-01-01", "2026-05-01")]
    kept = [world.claim("retention_days", days) for days in (30, 60)]
    change = world.change(5, tuple(reworded), tuple(dates), tuple(kept))
    title = change_title(change, world.sources[change.source_id], world.vocabulary)
    assert "30 days → 60 days (and 2 more)" in title
    notes = claim_notes(change, world.vocabulary)
    assert [note.key for note in notes] == ["retention_days", "data_sale", "document_updated"]


def test_a_value_that_stands_while_its_sentence_differs_is_not_told_as_old_and_new(world):
    old = world.claim("retention_days", 30, "Kept for 30 days.")
    new = world.claim("retention_days", 30, "We keep it 30 days.")
    assert "Retention: 30 days in other words" in text_of(world.change(5, (old, new)), world)


def test_a_list_is_told_by_what_came_and_went(world):
    old = world.claim("certifications", ("iso 27001", "iso 42001"), "Certified to both.")
    new = world.claim("certifications", ("iso 27001", "soc 2 type 2"), "Certified and audited.")
    change = world.change(5, (old, new))
    title = change_title(change, world.sources[change.source_id], world.vocabulary)
    assert title == "Acme terms: Certifications: added soc 2 type 2, removed iso 42001"
    assert text_of(change, world).splitlines()[4:] == [
        "Certifications: added soc 2 type 2 removed iso 42001",
        "  before: “Certified to both.”",
        "  after: “Certified and audited.”",
    ]


def test_a_contradiction_is_told_with_both_sources_and_both_quotes(world):
    one = world.claim("retention_days", 30, "Kept for 30 days.")
    other = world.claim("retention_days", 60, "Kept for 60 days.")
    change = replace(
        world.change(5, kind=ChangeKind.CONTRADICTION),
        claims=(ClaimChange(Difference.CHANGED, one, other, SourceId("data")),),
        title="Retention: 30 days (Acme data) against 60 days (Acme terms)",
    )
    lines = text_of(change, world).splitlines()
    assert lines[0] == change.title
    assert lines[4:] == [
        "Retention:",
        "  data: 30 days",
        "    “Kept for 30 days.”",
        "  terms: 60 days",
        "    “Kept for 60 days.”",
    ]
