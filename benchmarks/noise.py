"""Real edits hidden among noise: `python benchmarks/noise.py [--trials N] [--seed S]`.

Every trial makes a policy page from a seed and looks at it five times: as it was, again, with one edit, and twice more.
Each look wears other noise. An edit is found when it is told by the look after the one that saw it first; an alert is
false when no edit stands behind it. Reading, claims and changes are the real ones, with default settings.

Printed for each kind of noise alone, and for all at once: edits found; of the edits of a number that a claim holds,
those told as that claim, old and new; false alerts; blocks told though nobody edited them. Ends with 1 if an edit was
lost.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from watcher.changes.memory import Memory
from watcher.changes.watching import watch
from watcher.claims import Pack, load_pack, read_claims
from watcher.model import Change, Response, Source, SourceKind, State, Vocabulary
from watcher.reading import read
from watcher.sources.vocabulary import load_vocabulary

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SOURCE = Source("terms", "https://terms.example/terms", "Terms", SourceKind.OFFICIAL_TERMS)
WORDS = ("archive", "export", "cluster", "gateway", "sandbox", "console", "workspace", "pipeline")


# ── a policy, and what may be edited in it ───────────────────────────────────────────────────────


@dataclass(frozen=True)
class Clause:
    """One sentence of a policy, and the claim key whose value its number is, if it is one."""

    text: str
    key: str = ""


def policy(dice: random.Random) -> list[Clause]:
    """Give the clauses of one policy: six that hold a claim, the rest the plain duties around them, in any order."""
    days, notice, hours = dice.choice((14, 30, 60)), dice.choice((15, 45)), dice.choice((24, 48))
    told = [
        Clause(f"We retain customer content for {days} days after the account is closed.", "retention_days"),
        Clause(f"We will notify you {notice} days before a new sub-processor is engaged.", "subprocessor_notice_days"),
        Clause(
            f"We will notify you of a personal data breach within {hours} hours of becoming aware of it.",
            "breach_notification_hours",
        ),
        Clause("You must be at least 16 years old to use the service.", "minimum_age"),
        Clause("We do not use customer content to train our models."),
        Clause("These terms are governed by the laws of Ireland."),
    ]  # fmt: skip
    words = dice.sample(WORDS, 6)
    plain = [
        Clause(f"You must keep the credentials of your {words[0]} secret and may not share them."),
        Clause(f"The {words[1]} may be suspended when its use endangers other customers."),
        Clause(f"Fees for the {words[2]} are due within {dice.choice((20, 40))} days of the invoice."),
        Clause(f"Each party shall protect the records of the {words[3]} with reasonable care."),
        Clause(f"You are responsible for everything that runs in your {words[4]}."),
        Clause(f"We may not disclose the contents of a {words[5]} unless the law requires it."),
    ]  # fmt: skip
    clauses = told + plain
    dice.shuffle(clauses)
    return clauses


def reword(text: str, _: random.Random) -> str | None:
    """Replace one duty by another."""
    for old, new in (("must", "should"), ("shall", "may"), ("may be", "will be"), ("will", "may")):
        if f" {old} " in text:
            return text.replace(f" {old} ", f" {new} ", 1)
    return None


def renumber(text: str, dice: random.Random) -> str | None:
    """Replace the number of a clause by another."""
    numbers = [word for word in text.split() if word.isdigit()]
    return (
        text.replace(numbers[0], str(int(numbers[0]) + dice.choice((1, 3, 5))), 1)
        if numbers
        else None
    )


def negate(text: str, _: random.Random) -> str | None:
    """Turn a clause into its opposite."""
    for old, new in (
        (" may not ", " may "),
        (" do not ", " "),
        (" may ", " may not "),
        (" are ", " are not "),
    ):
        if old in text:
            return text.replace(old, new, 1)
    return None


EDITS: dict[str, Callable[[str, random.Random], str | None]] = {
    "word": reword, "number": renumber, "negation": negate,
}  # fmt: skip


# ── noise: each kind alters the clauses or the page around them, other at every look ─────────────


@dataclass
class Page:
    """A page on its way to HTML: what stands around its clauses, and how these are written."""

    clauses: list[str]
    top: str = ""
    menu: tuple[str, ...] = ("Pricing", "Docs", "Careers")
    above: str = ""
    below: str = ""
    foot: str = "<p>Example Inc.</p>"
    link: str = "/contact"
    mark: str = ""


def counter(page: Page, dice: random.Random) -> None:
    """A count of readers below the policy."""
    page.below += f"<p>{dice.randint(100, 9999)} people found this helpful</p>"


def stamp(page: Page, dice: random.Random) -> None:
    """The time when the page was made."""
    page.below += f"<p>Page generated at {dice.randint(10, 23)}:{dice.randint(10, 59)}:{dice.randint(10, 59)}</p>"


def nonce(page: Page, dice: random.Random) -> None:
    """Random marks in attributes and links."""
    page.mark = f' class="css-{dice.getrandbits(32):x}" data-id="{dice.getrandbits(48):x}"'
    page.link = f"/contact?utm_source=terms&sid={dice.getrandbits(64):x}"


def menu(page: Page, dice: random.Random) -> None:
    """A menu that is composed anew."""
    page.menu = tuple(
        dice.sample(("Pricing", "Docs", "Careers", "Blog", "Status", "Partners", "Sign in"), 4)
    )


def consent(page: Page, dice: random.Random) -> None:
    """A consent dialog, there or not."""
    if dice.random() < 0.5:
        page.top += (
            '<div role="dialog"><h2>We value your privacy</h2><p>We use cookies to measure visits.</p>'
            "<button>Accept all</button><button>Reject all</button></div>"
        )


def promotion(page: Page, dice: random.Random) -> None:
    """A promotion above the title, another each time."""
    offer = dice.choice(
        ("Join our summit in Lisbon", "Our new model is out", "Save half this week", "")
    )
    page.above += f"<p>{offer}. Read more</p>" if offer else ""


def related(page: Page, dice: random.Random) -> None:
    """A rotating list of articles below the policy."""
    titles = dice.sample([f"How teams use the {word}" for word in WORDS], 3)
    page.below += (
        "<h2>Related articles</h2><ul>"
        + "".join(f'<li><a href="/blog/{t}">{t}</a></li>' for t in titles)
        + "</ul>"
    )


def typography(page: Page, dice: random.Random) -> None:
    """Other spaces, hyphens and invisible characters in the clauses themselves."""
    page.clauses = [
        text.replace(" ", "\u00a0", 1)
        if dice.random() < 0.5
        else text.replace(" the ", " \u200bthe ", 1)
        for text in page.clauses
    ]


def year(page: Page, dice: random.Random) -> None:
    """The year of the copyright notice."""
    page.foot = f"<p>\u00a9 {dice.randint(2024, 2028)} Example Inc.</p>"


def layout(page: Page, dice: random.Random) -> None:
    """The same sentences in other elements."""
    kind = dice.choice(
        ("<div>{}</div>", "<section><div><span>{}</span></div></section>", "<p><b></b>{}</p>")
    )
    page.clauses = [kind.format(text) for text in page.clauses]


def address(page: Page, dice: random.Random) -> None:
    """A mail address hidden with another key each time."""
    key = dice.randrange(1, 255)
    hidden = bytes([key, *(byte ^ key for byte in b"legal@terms.example")]).hex()
    link = (
        f'<a href="/cdn-cgi/l/email-protection" data-cfemail="{hidden}">[email&#160;protected]</a>'
    )
    page.below += f"<p>Write to {link}</p>"


def chat(page: Page, dice: random.Random) -> None:
    """A chat window, a survey and their buttons."""
    question = dice.choice(("Was this helpful?", "How can we help?"))
    page.foot += f"<form><label>{question}</label><button>Send</button></form>"


NOISE: dict[str, Callable[[Page, random.Random], None]] = {
    kind.__name__: kind
    for kind in (
        counter, stamp, nonce, menu, consent, promotion, related, typography, year, layout, address, chat,
    )
}  # fmt: skip


def html(clauses: Iterable[str], kinds: Iterable[str], dice: random.Random) -> str:
    """Give the page with these clauses, wearing noise of these kinds."""
    page = Page(list(clauses))
    for kind in kinds:
        NOISE[kind](page, dice)
    menu_items = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in page.menu)
    body = "".join(
        text if text.startswith("<") else f"<p{page.mark}>{text}</p>" for text in page.clauses
    )
    return (
        f"<!doctype html><html lang=en><title>Terms of Service</title><body>{page.top}"
        f"<header><nav><ul>{menu_items}</ul></nav></header><main>{page.above}<h1>Terms of Service</h1>{body}"
        f'<p>Questions? <a href="{page.link}">Contact us</a></p>{page.below}</main>'
        f"<footer>{page.foot}</footer></body></html>"
    )


# ── a trial, and what it came to ─────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """What the trials of one kind of noise came to."""

    edits: int = 0
    found: int = 0
    claims: int = 0
    named: int = 0
    false_alerts: int = 0
    extra_blocks: int = 0


@cache
def rules() -> tuple[Vocabulary, Pack]:
    """Give the shipped vocabulary and rule pack."""
    return load_vocabulary(), load_pack()


def state(number: int, at: datetime, page: str) -> State:
    """Give what Watcher makes of a page at one look."""
    response = Response(
        SOURCE.url, SOURCE.url, at, 200, (("content-type", "text/html"),), page.encode()
    )
    document = read(response, SOURCE)
    return State(number, at, document, read_claims(document, *rules()))


def trial(seed: int, kinds: Iterable[str], edit: str, tally: Tally) -> None:
    """Make a page, edit it in one place between the second look and the third, and count what is told."""
    dice = random.Random(seed)
    clauses = policy(dice)
    places = list(range(len(clauses)))
    dice.shuffle(places)
    place, text = next((p, new) for p in places if (new := EDITS[edit](clauses[p].text, dice)))
    before = [clause.text for clause in clauses]
    after = [*before[:place], text, *before[place + 1 :]]
    changes = list(told([before, before, after, after, after], kinds, dice))
    in_time = [change for look, change in changes if look in (2, 3)]
    quiet = [change for look, change in changes if look not in (2, 3)]
    tally.edits += 1
    tally.found += any(touches(change, before[place], text) for change in in_time)
    tally.false_alerts += len(quiet) + sum(not touches(c, before[place], text) for c in in_time)
    tally.extra_blocks += sum(max(0, len(change.blocks) - 1) for change in in_time)
    if edit == "number" and clauses[place].key:
        tally.claims += 1
        tally.named += any(names(change, clauses[place].key) for change in in_time)


def told(
    texts: Iterable[list[str]], kinds: Iterable[str], dice: random.Random
) -> Iterator[tuple[int, Change]]:
    """Look at the page half a day apart, and give what is told with the number of the look."""
    memory, before = Memory(), None
    for look, clauses in enumerate(texts):
        after = state(look, START + timedelta(hours=12 * look), html(clauses, kinds, dice))
        outcome = watch(memory, before, after)
        memory = outcome.memory
        if outcome.change is not None and before is not None:
            yield look, outcome.change
        before = after


def touches(change: Change, old: str, new: str) -> bool:
    """Whether a change tells of the edit from `old` to `new`, and not only of something else."""
    sides = [side.text for block in change.blocks for side in (block.before, block.after) if side]
    plain = [" ".join(text.replace("\u200b", "").split()) for text in sides]
    return any(old in text or new in text for text in plain)


def names(change: Change, key: str) -> bool:
    """Whether a change tells of a claim on `key` with its old value and its new one."""
    return any(
        each.key == key and each.before and each.after and each.before.value != each.after.value
        for each in change.claims
    )


def measure(kinds: tuple[str, ...], trials: int, seed: int) -> Tally:
    """Run `trials` trials with noise of these kinds, the edits in turn."""
    tally = Tally()
    for number in range(trials):
        trial(seed + number, kinds, tuple(EDITS)[number % len(EDITS)], tally)
    return tally


def main() -> None:
    """Measure each kind of noise alone, then all at once, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--trials", type=int, default=60, help="For each kind; all at once: ten times."
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(
        "| noise | edits | found | claims edited | named with both values | false alerts | blocks too many |"
    )
    print("|---|---|---|---|---|---|---|")
    lost = 0
    rows = [("none", ()), *((kind, (kind,)) for kind in NOISE), ("all at once", tuple(NOISE))]
    for name, kinds in rows:
        t = measure(kinds, options.trials * (10 if len(kinds) > 1 else 1), options.seed)
        print(
            f"| {name} | {t.edits} | {t.found} | {t.claims} | {t.named} | {t.false_alerts} | {t.extra_blocks} |"
        )
        lost += t.edits - t.found
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
