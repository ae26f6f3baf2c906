"""What authors do to a policy: each edit changes it in place and gives its label, importance and why."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import timedelta

from zoo import words
from zoo.policy import Block, Policy, Section, compose

Label = tuple[str, int, str]
FLIPS = (
    (" must ", " should "),
    (" may not ", " may "),
    (" do not ", " "),
    (" opt in", " opt out"),
    (" only ", " also "),
    (" at least ", " at most "),
    (" will ", " may "),
    (" may ", " may not "),
    (" before ", " after "),
    (" are ", " are not "),
    (" is ", " is not "),
)


def pick(policy: Policy, dice: random.Random, fits: Callable[[str], object]) -> Block:
    found = [b for b in policy.paragraphs() if fits(b.text)]
    if not found:
        raise LookupError("no paragraph fits")
    return dice.choice(found)


def number(policy: Policy, dice: random.Random) -> Label:
    unit = re.compile(r"\b(\d+) (days|months|hours|years)\b")
    block = pick(policy, dice, unit.search)
    hit = dice.choice(list(unit.finditer(block.text)))
    new = dice.choice([n for n in (7, 14, 30, 45, 60, 90, 120) if str(n) != hit[1]])
    block.text = block.text[: hit.start(1)] + str(new) + block.text[hit.end(1) :]
    return "S", 4, f"number: {hit[0]} became {new}"


def flip(policy: Policy, dice: random.Random) -> Label:
    pairs = [(b, old, new) for b in policy.paragraphs() for old, new in FLIPS if old in b.text]
    block, old, new = dice.choice(pairs)
    block.text = block.text.replace(old, new, 1)
    return "S", 4, f"one word flips the meaning:{old}>{new}"


def add_clause(policy: Policy, dice: random.Random) -> Label:
    section = dice.choice(policy.sections[1:])
    said = {b.text for b in policy.paragraphs()}
    text = dice.choice([c for c in words.NEW_CLAUSES if c not in said])
    section.blocks.insert(dice.randint(0, len(section.blocks)), Block("p", text))
    return "S", 4, f"new clause in {section.heading}"


def delete_clause(policy: Policy, dice: random.Random) -> Label:
    section = dice.choice(
        [s for s in policy.sections[1:] if sum(b.kind == "p" for b in s.blocks) > 1]
    )
    block = dice.choice([b for b in section.blocks if b.kind == "p" and not b.text.endswith(":")])
    section.blocks.remove(block)
    return "S", 4, f"clause removed: {block.text[:40]}"


def add_section(policy: Policy, dice: random.Random) -> Label:
    name = dice.choice(
        (
            "Voice features",
            "Government requests",
            "Third-party models",
            "Data residency",
            "Automated decisions",
        )
    )
    blocks_ = [
        Block(
            "p",
            f"This section is about {name.lower()}. We describe here what applies in addition to the rest of this document.",
        ),
        Block("p", dice.choice(words.NEW_CLAUSES)),
        Block(
            "p",
            f"Ask us within {dice.choice((20, 40))} days if you want us to handle {name.lower()} in another way.",
        ),
    ]
    policy.sections.insert(dice.randint(2, len(policy.sections) - 1), Section(name, blocks_))
    return "S", 5, f"new section {name}"


def delete_section(policy: Policy, dice: random.Random) -> Label:
    section = dice.choice(policy.sections[2:-1])
    policy.sections.remove(section)
    return "S", 5, f"section {section.heading} removed"


def sentence_added(policy: Policy, dice: random.Random) -> Label:
    block = pick(policy, dice, lambda t: not t.endswith(":") and "{email}" not in t)
    block.text += " " + dice.choice([c for c in words.NEW_CLAUSES if c not in block.text])
    return "S", 4, "sentence added to a paragraph"


def sentence_removed(policy: Policy, dice: random.Random) -> Label:
    block = pick(policy, dice, lambda t: t.count(". ") >= 1 and "{email}" not in t)
    block.text = block.text.rsplit(". ", 1)[0] + "."
    return "S", 4, "sentence removed from a paragraph"


def list_add(policy: Policy, dice: random.Random) -> Label:
    block = dice.choice([b for s in policy.sections for b in s.blocks if b.kind == "ul"])
    said = {row[0] for row in block.rows}
    new = dice.choice(
        [
            x
            for x in (
                "impersonate others",
                "fingerprints and face geometry",
                "location to the metre",
                "data brokers",
                "credit scores",
                "health records that you upload",
                "mine currency",
            )
            if x not in said
        ]
    )
    block.rows.insert(dice.randint(0, len(block.rows)), [new])
    return "S", 3, f"list item added: {new}"


def list_remove(policy: Policy, dice: random.Random) -> Label:
    block = dice.choice(
        [b for s in policy.sections for b in s.blocks if b.kind == "ul" and len(b.rows) > 3]
    )
    gone = block.rows.pop(dice.randrange(len(block.rows)))
    return "S", 3, f"list item removed: {gone[0]}"


def row_add(policy: Policy, dice: random.Random) -> Label:
    table = next(b for s in policy.sections for b in s.blocks if b.kind == "table")
    said = " ".join(cell for row in table.rows for cell in row)
    name = dice.choice(
        [
            v
            for v in (*words.VENDORS, "Quern Search", "Loam Vectors", "Sedge Speech")
            if v not in said
        ]
    )
    cells = [name, dice.choice(words.PURPOSES), dice.choice(words.PLACES), "30 days"][
        : len(table.rows[0])
    ]
    table.rows.insert(dice.randint(1, len(table.rows)), cells)
    return "S", 4, f"table row added: {name}"


def row_remove(policy: Policy, dice: random.Random) -> Label:
    table = next(b for s in policy.sections for b in s.blocks if b.kind == "table")
    gone = table.rows.pop(dice.randrange(1, len(table.rows)))
    return "S", 4, f"table row removed: {gone[0]}"


def cell_change(policy: Policy, dice: random.Random) -> Label:
    table = next(b for s in policy.sections for b in s.blocks if b.kind == "table")
    row = dice.choice(table.rows[1:])
    old = row[-1]
    row[-1] = dice.choice(
        [
            p
            for p in (*words.PLACES, "90 days", "2 years")
            if p != old and p[0].isdigit() == old[0].isdigit()
        ]
    )
    return "S", 3, f"cell of {row[0]}: {old} became {row[-1]}"


def definition(policy: Policy, dice: random.Random) -> Label:
    block = next(b for s in policy.sections for b in s.blocks if b.kind == "dl")
    row = dice.choice(block.rows)
    row[1] += dice.choice(
        (
            ", except where an order says otherwise",
            " and its affiliates",
            ", including what is made from it",
        )
    )
    return "S", 3, f"definition of {row[0]} widened"


def date_only(policy: Policy, dice: random.Random) -> Label:
    policy.dated += timedelta(days=dice.randint(20, 200))
    return "D", 2, "only the date of the document"


def effective(policy: Policy, dice: random.Random) -> Label:
    policy.sections[0].blocks.insert(
        0,
        Block(
            "p",
            f"A new version of this document takes effect on {dice.randint(1, 28)} {dice.choice(('March', 'July', 'October'))} {policy.dated.year + 1}.",
        ),
    )
    return "S", 3, "date announced from which a new version applies"


def entity(policy: Policy, dice: random.Random) -> Label:
    old = policy.company
    new = (
        old.split()[0]
        + " "
        + dice.choice(
            [
                e
                for e in ("Holdings plc", "OpCo, LLC", "Europe Ltd", "AI, Inc.")
                if not old.endswith(e)
            ]
        )
    )
    policy.every(lambda text: text.replace(old, new))
    return "S", 4, f"entity {old} became {new}"


def mail(policy: Policy, dice: random.Random) -> Label:
    policy.email = (
        dice.choice(("legal", "dpo", "rights", "data-requests")) + "@" + policy.email.split("@")[1]
    )
    return "S", 3, "e-mail address of contact changed"


def address(policy: Policy, dice: random.Random) -> Label:
    block = policy.sections[-1].blocks[0]
    block.text = re.sub(
        r"\d+ \w+ Street, \w+",
        f"{dice.randint(100, 900)} Mill Lane, {dice.choice(('Galway', 'Lyon', 'Denver'))}",
        block.text,
    )
    return "S", 4, "postal address changed"


def link(policy: Policy, dice: random.Random) -> Label:
    block = pick(policy, dice, lambda t: "](/" in t)
    block.text = re.sub(
        r"\]\(/[^)]*\)",
        f"](https://trust.{policy.email.split('@')[1]}/{dice.choice(('subprocessors', 'legal', 'centre'))})",
        block.text,
    )
    return "S", 2, "link leads to another document"


def reword(policy: Policy, dice: random.Random) -> Label:
    swaps = (
        ("personal data", "personal information of users and visitors"),
        ("We may ", "We reserve the right, without notice, to "),
        ("You may ", "Where the law of your country says so, you may "),
        ("customers", "customers and trial users"),
        ("unless", "except where"),
        ("on request", "to enterprise customers under a duty of secrecy"),
    )
    choices = [
        (b, o, n) for b in policy.paragraphs() for o, n in swaps if o in b.text and n not in b.text
    ]
    block, old, new = dice.choice(choices)
    block.text = block.text.replace(old, new, 1)
    return "S", 3, f"reworded: {old} > {new}"


def rewrite(policy: Policy, dice: random.Random) -> Label:
    kind = (
        next(k for k, (title, _) in words.SETS.items() if title == policy.title)
        if any(t == policy.title for t, _ in words.SETS.values())
        else "privacy"
    )
    fresh = compose(kind, random.Random(dice.random()), policy.dated, long=2)
    for section in fresh.sections[1:]:
        section.heading = (
            "Notes on " + section.heading.lower() if dice.random() < 0.5 else section.heading
        )
        dice.shuffle(section.blocks)
        for block in section.blocks:
            block.text = block.text.replace("We ", "The company ").replace("You ", "The user ")
    fresh.every(
        lambda text: text.replace(fresh.product, policy.product).replace(
            fresh.product.split()[0].lower() + ".example", policy.email.split("@")[1]
        )
    )
    policy.sections = fresh.sections
    date_only(policy, dice)
    return "S", 5, "whole document rewritten"


def split_section(policy: Policy, dice: random.Random) -> Label:
    """Restructure: one section becomes two under new headings, and one clause of it is edited."""
    section = max(policy.sections[1:], key=lambda s: len(s.blocks))
    half = len(section.blocks) // 2
    second = Section(section.heading + ": details", section.blocks[half:])
    section.blocks = section.blocks[:half]
    policy.sections.insert(policy.sections.index(section) + 1, second)
    _, importance, why = number(policy, dice)
    return "S", importance, "restructured and edited: " + why


def typo(policy: Policy, dice: random.Random) -> Label:
    block = pick(policy, dice, lambda t: " the " in t)
    block.text = (
        block.text.replace(" teh ", " the ")
        if " teh " in block.text
        else block.text.replace(" the ", " teh ", 1)
    )
    return "E", 1, "typing error made or mended"


def comma(policy: Policy, dice: random.Random) -> Label:
    block = pick(policy, dice, lambda t: " and " in t)
    block.text = (
        block.text.replace(" and ", ", and ", 1)
        if ", and " not in block.text
        else block.text.replace(", and ", " and ", 1)
    )
    return "E", 1, "comma only"


def curly(policy: Policy, dice: random.Random) -> Label:
    policy.every(
        lambda text: text.replace("'", "’").replace(" - ", " – ").replace("e-mail", "e‑mail")
    )
    return "E", 1, "typographic signs only"


def renumber(policy: Policy, _: random.Random) -> Label:
    policy.numbered = not policy.numbered
    return "E", 1, "headings numbered or no longer so"


def heading(policy: Policy, dice: random.Random) -> Label:
    section = dice.choice(policy.sections[1:])
    section.heading = {
        "Retention": "How long we keep data",
        "Security": "How we protect data",
        "Liability": "Limits of liability",
    }.get(section.heading, "About " + section.heading.lower())
    return "E", 2, "a heading reworded, text untouched"


def list_to_table(policy: Policy, dice: random.Random) -> Label:
    found = [b for s in policy.sections for b in s.blocks if b.kind == "ul"]
    block = dice.choice(found)
    block.kind = "table"
    return "E", 1, "list became table, same words"


def date_form(policy: Policy, _: random.Random) -> Label:
    policy.strftime = "%d %B %Y" if policy.strftime != "%d %B %Y" else "%B %-d, %Y"
    return "E", 1, "same date written in another form"


def join(policy: Policy, dice: random.Random) -> Label:
    section = dice.choice(
        [
            s
            for s in policy.sections[1:]
            if len([b for b in s.blocks if b.kind == "p"]) > 1
            and s.blocks[0].kind == s.blocks[1].kind == "p"
        ]
    )
    section.blocks[0].text += " " + section.blocks.pop(1).text
    return "E", 1, "two paragraphs joined"


def reorder(policy: Policy, dice: random.Random) -> Label:
    at = dice.randrange(1, len(policy.sections) - 2)
    policy.sections[at], policy.sections[at + 1] = policy.sections[at + 1], policy.sections[at]
    return "E", 1, "two sections change places"


def levels(policy: Policy, _: random.Random) -> Label:
    for section in policy.sections:
        section.level = 3 if section.level == 2 else 2
    return "N", 1, "level of headings"
