"""A policy as its author has it: sections of blocks; composed from a seed, and edited."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from zoo import words


@dataclass
class Block:
    """A paragraph, a list, a table, definitions or a footnote; `rows` hold the items, each a list of cells."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Section:
    heading: str
    blocks: list[Block]
    level: int = 2


@dataclass
class Policy:
    title: str
    company: str
    product: str
    email: str
    dated: datetime
    sections: list[Section]
    date_form: str = "Last updated: {d}"
    strftime: str = "%B %-d, %Y"
    numbered: bool = False
    foot: str = ""

    def paragraphs(self) -> Iterator[Block]:
        return (b for s in self.sections for b in s.blocks if b.kind == "p")

    def every(self, change: Callable[[str], str]) -> None:
        """Put every text of the policy through `change`."""
        self.title, self.company, self.email = (
            change(self.title),
            change(self.company),
            change(self.email),
        )
        for section in self.sections:
            section.heading = change(section.heading)
            for block in section.blocks:
                block.text = change(block.text)
                block.rows = [[change(cell) for cell in row] for row in block.rows]

    def date_line(self) -> str:
        return self.date_form.format(d=self.dated.strftime(self.strftime)) if self.date_form else ""


def compose(kind: str, dice: random.Random, dated: datetime, *, long: int = 1) -> Policy:
    """Write a policy of one kind; `long` times as many sentences as usual."""
    title, topics = words.SETS[kind]
    product = dice.choice(words.PRODUCTS)
    company = f"{product.split()[0]} {dice.choice(words.ENDINGS)}"
    slot = filler(product, dice)
    sections = [
        Section(
            "",
            [
                Block(
                    "p",
                    slot(
                        f"This document explains how {company} deals with the matters below when you use {{product}}. Please read it with care."
                    ),
                ),
                Block(
                    "p",
                    "Questions? See the [help pages](/help) or read about [our sub-processors](/legal/sub-processors).",
                ),
            ],
        )
    ]
    for topic in topics:
        sections.append(Section(topic, list(blocks(topic, slot, dice, long))))
    if kind in ("subs", "dpa"):
        chosen = dice.sample(words.VENDORS, 7)
        rows = [
            ["Name", "Purpose", "Place"],
            *([v, dice.choice(words.PURPOSES), dice.choice(words.PLACES)] for v in chosen),
        ]
        sections.insert(2, Section("List of sub-processors", [Block("table", rows=rows)]))
    if kind in ("cookies",):
        rows = [["Cookie", "Set by", "Purpose", "Kept for"]] + [
            [
                f"_{dice.choice('abcdef')}{dice.choice('xyz')}_{n}",
                dice.choice(words.VENDORS),
                dice.choice(words.PURPOSES),
                f"{dice.choice((1, 7, 30, 365))} days",
            ]
            for n in range(14)
        ]
        sections.insert(2, Section("Cookies that we set", [Block("table", rows=rows)]))
    if kind in ("terms", "saas", "dpa"):
        sections.insert(
            1,
            Section(
                "Definitions",
                [Block("dl", rows=[[slot(a), slot(b)] for a, b in words.DEFINITIONS])],
            ),
        )
    email = f"privacy@{product.split()[0].lower()}.example"
    sections.append(
        Section(
            "Contact",
            [
                Block(
                    "p",
                    f"Write to {company}, {dice.randint(2, 90)} Harbour Street, {dice.choice(('Cork', 'Bremen', 'Utrecht', 'Austin'))}, or to {{email}}.",
                )
            ],
        )
    )
    return Policy(title, company, product, email, dated, sections)


def filler(product: str, dice: random.Random) -> Callable[[str], str]:
    """Give a function that fills the slots of a sentence."""

    def fill(text: str) -> str:
        return text.format(
            product=product,
            vendor=dice.choice(words.VENDORS),
            thing=dice.choice(words.THINGS),
            days=dice.choice((14, 30, 45, 60)),
            months=dice.choice((6, 12, 18)),
            years=dice.choice((7, 10)),
            hours=dice.choice((24, 48, 72)),
            age=dice.choice((13, 16, 18)),
            number=dice.choice((100, 500, 1000)),
            uptime=dice.choice(("99.5", "99.9")),
            place=dice.choice(words.PLACES),
            place2=dice.choice(words.PLACES),
            half=50,
        )

    return fill


def blocks(
    topic: str, slot: Callable[[str], str], dice: random.Random, long: int
) -> Iterator[Block]:
    pool = [slot(text) for _ in range(long) for text in words.TOPICS[topic]]
    pool = list(dict.fromkeys(pool))
    while pool:
        take = min(len(pool), dice.choice((1, 1, 2, 3)))
        yield Block("p", " ".join(pool[:take]))
        pool = pool[take:]
    if topic in words.LISTS:
        lead, items = words.LISTS[topic]
        yield Block("p", lead)
        yield Block(
            "ul",
            rows=[[slot(item)] for item in dice.sample(items, min(len(items), 5))],
        )


def copied(policy: Policy) -> Policy:
    return copy.deepcopy(policy)
