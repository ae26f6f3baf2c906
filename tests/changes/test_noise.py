"""What says nothing new is silenced by its rule; what looks like it but is a term is told."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.changes.memory import Memory
from watcher.changes.watching import watch
from watcher.model import Claim, Document, Evidence, Region, State

Page = Callable[..., Document]
MakeState = Callable[..., State]

SILENT = {
    "typography": ("Fees are \u201cfinal\u201d \u2014 always", 'Fees are "final" - always', None),
    "list mark": ("\u2022 Billing details and logs", "* Billing details and logs", "same words"),
    "capitals": ("Scope Of Services", "Scope of services", "same words"),
    "address hidden": ("Write to dpo@example.org", "Write to [email protected]", "hidden address"),
    "views": ("12,345 views", "12,346 views", "counter"),
    "votes": ("100 people found this useful", "101 people found this useful", "counter"),
    "crowd": ("Trusted by 41,200 teams", "Trusted by 41,950 teams", "counter"),
    "age": ("Updated over a week ago", "Updated 2 weeks ago", "counter"),
    "today": ("Updated yesterday", "Updated today", "counter"),
    "visitors": ("You are visitor number 656", "You are visitor number 659", "counter"),
    "likes": ("Like 12", "Like 14", "counter"),
    "day": ("Monday, 5 January 2026", "Tuesday, 6 January 2026", "day of the look"),
    "stamp": ("Last generated 12:03:11", "Last generated 12:04:52", "counter"),
    "year": ("\u00a9 2025 Example Inc.", "\u00a9 2026 Example Inc.", "copyright line"),
    "request": (
        "Request 0f3a9c1be27d4458 served",
        "Request 77bd01e4f9a2c365 served",
        "random identifier",
    ),
    "control": ("Copy page", "Copy page as Markdown", "interface"),
    "thanks": ("Thanks for your feedback!", "Thank you for your feedback", "interface"),
    "title": ("Data usage policy", "Data usage policy | Example", "said already"),
}

TOLD = {
    "days": ("Logs: 30 days", "Logs: 90 days"),
    "seats": ("Up to 5 team members", "Up to 10 team members"),
    "hours": ("Support: 9:00 to 17:00", "Support: 8:00 to 18:00"),
    "telephone": ("Telephone 6508707981", "Telephone 6508708665"),
    "company number": ("VAT no. IE3668997OH", "VAT no. IE3668998OH"),
    "sign": ("Training \u2713", "Training \u2717"),
    "bound": ("Age \u2265 13", "Age > 13"),
    "decimal": ("Uptime 99.5 %", "Uptime 995 %"),
    "currency": ("Cap of $100", "Cap of \u20ac100"),
    "answer": ("Yes", "No"),
    "length": ("6d", "9d"),
    "bare number": ("30", "90"),
    "price": ("Start today for $10 a month", "Start today for $12 a month"),
}


def ends(page: Page, policy: Sequence[str], line: str) -> Document:
    return page(*policy[:5], line, *policy[5:])


@pytest.mark.parametrize("name", SILENT)
def test_noise_is_silent(name: str, page: Page, state: MakeState, policy: tuple[str, ...]) -> None:
    old, new, rule = SILENT[name]
    before, after = ends(page, policy, old), ends(page, policy, new)
    outcome = watch(Memory(), state(before), state(after, 1))
    assert outcome.change is None
    assert not outcome.pending
    assert {s.rule for s in outcome.suppressed} == ({rule} if rule else set())


@pytest.mark.parametrize("name", TOLD)
def test_terms_are_told_by_the_second_look(
    name: str, page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    old, new = TOLD[name]
    before, after = ends(page, policy, old), ends(page, policy, new)
    first = watch(Memory(), state(before), state(after, 1))
    second = watch(first.memory, state(after, 1), state(after, 1.5))
    assert first.change or second.change


def test_a_name_spelt_otherwise_is_told(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    old = "This agreement is between you and e.XA, L.L.C., the provider of the service."
    new = "This agreement is between you and E.XA LLC, the provider of the service."
    outcome = watch(Memory(), state(ends(page, policy, old)), state(ends(page, policy, new), 1))
    assert outcome.change is not None


def test_what_stands_above_the_title_is_not_the_policy(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    promoted = page("Our new model is out today, with half the price. Try it now!", *policy)
    outcome = watch(Memory(), state(page(*policy)), state(promoted, 1))
    assert [s.rule for s in outcome.suppressed] == ["above the title"]


def test_a_consent_dialog_at_the_start_is_not_the_policy(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    dialog = (
        "# We value your privacy",
        "We use cookies to measure visits. By clicking accept you agree to cookies.",
        "- session_id",
        "Keeps you signed in while you move from page to page.",
    )
    before, after = page(*policy), page(*dialog, *policy)
    shown = watch(Memory(), state(before), state(after, 1))
    assert shown.change is None and not shown.pending
    altered = page(*dialog[:3], "Remembers who you are between visits to the site.", *policy)
    assert watch(Memory(), state(after), state(altered, 1)).change is None


def test_a_policy_that_speaks_of_cookies_is_watched(page: Page, state: MakeState) -> None:
    lines = (
        "# Cookies and newsletters",
        "## Our website uses cookies",
        "We use cookies to keep you signed in. You can refuse them in your settings.",
        "## Newsletter",
        "We keep your address for as long as you subscribe.",
    )
    for old, new in (("refuse", "not refuse"), ("as long as", "two years after")):
        altered = [line.replace(old, new) for line in lines]
        outcome = watch(Memory(), state(page(*lines)), state(page(*altered), 1))
        assert outcome.change is not None


def test_related_articles_are_not_the_policy(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    one = page(*policy, "## Related articles", "How we built our search with a small team.")
    two = page(*policy, "## Related articles", "What we learned from a year of support calls.")
    outcome = watch(Memory(), state(one), state(two, 1))
    assert {s.rule for s in outcome.suppressed} == {"beside the policy"}


def test_a_policy_that_stands_there_twice_says_nothing_new(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    once, twice = page(*policy), page(*policy, *policy[1:])
    came = watch(Memory(), state(once), state(twice, 1))
    assert came.change is None and not came.pending
    assert {s.rule for s in came.suppressed} == {"said already"}
    assert watch(Memory(), state(twice), state(once, 1)).change is None


def test_a_line_that_claims_copyright_is_not_the_policy(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    line = "\u00a9 2026 Example Inc., entered in the register of Cork under number 20417"
    outcome = watch(Memory(), state(page(*policy)), state(page(*policy, line), 1))
    assert [s.rule for s in outcome.suppressed] == ["copyright line"]
    for term in (
        "2025 is the year in which the old terms of use come to their end.",
        "Copyright complaints go to our agent, whose address is on file.",
        "\u00a9 2026 Example Inc. You may not copy what stands here.",
    ):
        assert watch(Memory(), state(page(*policy)), state(page(*policy, term), 1)).change


def test_a_line_that_is_exchanged_again_and_again_is_told_twice_at_most(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    quotes = ("Calm at last", "Two hours saved", "Up in one noon", "No more minutes", "Well done")
    memory, told = Memory(), 0
    before = state(ends(page, policy, "Better than tea"))
    for day, quote in enumerate(quotes, start=1):
        for half in (0.0, 0.5):
            after = state(ends(page, policy, quote), day + half)
            outcome = watch(memory, before, after)
            memory, before = outcome.memory, after
            told += outcome.change is not None
    assert told <= 2


def test_one_date_is_one_date_in_whatever_form_and_place(
    page: Page, state: MakeState, policy: tuple[str, ...], claim: Callable[..., Claim]
) -> None:
    other = "Last updated: 03.05.2025"
    old, new = (claim("document_updated", "2025-05-03", quote) for quote in (policy[1], other))
    later = claim("document_updated", "2025-06-03", "Last updated: 03.06.2025")
    before = state(page(*policy), 0, (old,))
    for lines in ((policy[0], other, *policy[2:]), (policy[0], *policy[2:], other)):
        outcome = watch(Memory(), before, state(page(*lines), 1, (new,)))
        assert outcome.change is None and not outcome.pending
        assert {s.rule for s in outcome.suppressed} == {"same date"}
    lines = (policy[0], later.evidence.quote, *policy[2:])
    assert watch(Memory(), before, state(page(*lines), 1, (later,))).change


def test_a_third_text_is_told_where_two_took_turns(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    memory = Memory()
    before = state(ends(page, policy, "Team | $20 a month"))
    for day, price in enumerate(("\u20ac20", "$20") * 4, start=1):
        after = state(ends(page, policy, f"Team | {price} a month"), day)
        memory, before = watch(memory, before, after).memory, after
    raised = state(ends(page, policy, "Team | $24 a month"), 10)
    first = watch(memory, before, raised)
    second = watch(first.memory, raised, replace(raised, seen_at=raised.seen_at))
    assert first.change or second.change


def test_a_text_that_only_changed_its_region_is_still_there(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    line = "Ask our support team anything about your account and your data."
    inside = page(*policy, line)
    outside = page(*policy, aside={Region.ASIDE: (line,)})
    outcome = watch(Memory(), state(inside), state(outside, 1))
    assert outcome.change is None
    assert "other region" in {s.rule for s in outcome.suppressed}


def test_a_ticker_is_told_twice_at_most(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    words = ("red", "green", "blue", "grey", "pink", "black", "white", "brown")
    memory, told = Memory(), 0
    before = state(ends(page, policy, "Colour of the day: none"))
    for day, word in enumerate(words, start=1):
        new = ends(page, policy, f"Colour of the day: {word}")
        for half in (0.0, 0.5):
            after = state(new, day + half)
            outcome = watch(memory, before, after)
            memory, before = outcome.memory, after
            told += outcome.change is not None
    assert told <= 2


def test_a_date_that_follows_the_clock_is_told_once(
    page: Page, state: MakeState, policy: tuple[str, ...]
) -> None:
    memory, told = Memory(), 0
    before = state(page(*policy))
    for day in range(1, 9):
        dated = [line.replace("3 May 2025", f"{5 + day} January 2026") for line in policy]
        after = state(page(*dated), day)
        outcome = watch(memory, before, after)
        memory, before = outcome.memory, after
        told += outcome.change is not None
    assert told == 1


CLAUSES = tuple(
    f"Clause {n}: the provider keeps {kind} for {10 * n} days and must delete them afterwards."
    for n, kind in enumerate(("inputs", "outputs", "logs", "files", "backups", "keys"), start=1)
)
EDITS = (("keeps", "may keep"), ("must", "must not"), ("0 days", "5 days"), ("delete", "return"))


def noisy(lines: Sequence[str], dice: random.Random) -> Document:
    """Give a page of these lines with noise of ten kinds, other at every call."""
    body = list(lines)
    body.insert(1, f"{dice.randint(1000, 9999)} views")
    body.insert(2, f"Last generated 10:{dice.randint(10, 59)}:{dice.randint(10, 59)}")
    body.append(f"\u00a9 {dice.randint(2020, 2030)} Example Inc.")
    body.append(dice.choice(("Share feedback", "Copy page", "Loading\u2026")))
    if dice.random() < 0.5:
        body.insert(0, "Save half with our autumn offer, this week only. Read more!")
    if dice.random() < 0.5:
        body = [line.replace("'", "\u2019").replace(" ", "\u00a0", 1) for line in body]
    blocks = [*(dice.sample(("Pricing", "Blog", "Careers", "Docs"), 2)), f"Cart ({dice.random()})"]
    from watcher.model import Block, BlockKind

    main = [
        Block(BlockKind.HEADING, line[2:], level=1)
        if line.startswith("#")
        else Block(BlockKind.PARAGRAPH, line)
        for line in body
    ]
    around = [Block(BlockKind.ITEM, text, Region.NAV) for text in blocks]
    return Document((*around, *main), title="Terms | Example")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 5), st.sampled_from(EDITS))
def test_no_edit_is_lost_whatever_noise_comes_with_it(
    seed: int, place: int, edit: tuple[str, str]
) -> None:
    """Invariant 7, and the other half of it: what changed nothing is not told."""
    from datetime import UTC, datetime, timedelta

    dice = random.Random(seed)
    at = datetime(2026, 1, 5, tzinfo=UTC)
    lines = ["# Terms", *CLAUSES]
    edited = [*lines]
    edited[place + 1] = edited[place + 1].replace(*edit)

    def claims(clause: str) -> tuple[Claim, ...]:
        return (Claim("clause", clause, Evidence(clause, 0)),)

    quiet, same, new = (
        State(n, at + timedelta(days=n), noisy(body, dice), claims(body[place + 1]))
        for n, body in enumerate((lines, lines, edited), start=1)
    )
    first = watch(Memory(), quiet, same)
    assert first.change is None
    for after in (new, replace(new, claims=quiet.claims)):
        second = watch(first.memory, same, after)
        assert second.change is not None
        assert len(second.change.blocks) == 1
        assert second.change.claims or after is not new
