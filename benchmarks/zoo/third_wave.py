"""The third wave of families."""

from __future__ import annotations

import re
from collections.abc import Callable

from zoo import (
    edits as p,
)
from zoo import (
    events as a,
)
from zoo import (
    frames as f,
)
from zoo import (
    gadgets as h,
)
from zoo import (
    layouts as g,
)
from zoo import (
    outages as o,
)
from zoo import (
    second_wave as b,
)
from zoo.policy import copied
from zoo.stage import Family, Stage


def broken_as(frame: Callable, why: str) -> Callable[[Stage], None]:
    """One capture in which the text came broken."""

    def event(s: Stage) -> None:
        s.pending.append(("A", 1, why))
        s.shot(frame(s.policy, s.around))
        s.pending.append(("A", 1, "back from: " + why))
        s.shot()

    return event


def one_word(s: Stage) -> None:
    """One word in a long paragraph."""
    block = max(s.policy.paragraphs(), key=lambda x: len(x.text))
    for old, new in (
        ("Administrators", "Owners"),
        ("thumb", "star"),
        ("default", "request"),
        ("card", "bank"),
        ("name", "full name"),
        ("we ", "we, or our agents, "),
    ):
        if old in block.text:
            block.text = block.text.replace(old, new, 1)
            break
    else:
        raise LookupError
    s.pending.append(("S", 3, "one word in a long paragraph"))
    s.shot()


def row_cell_added(s: Stage) -> None:
    """A column more."""
    table = next(x for y in s.policy.sections for x in y.blocks if x.kind == "table")
    for n, row in enumerate(table.rows):
        row.append("Since" if n == 0 else str(2018 + n % 6))
    s.pending.append(("S", 3, "column added to a table"))
    s.shot()


def swap(s: Stage) -> None:
    """One vendor takes the place of another."""
    table = next(x for y in s.policy.sections for x in y.blocks if x.kind == "table")
    row = s.dice.choice(table.rows[1:])
    row[0] = s.dice.choice(("Quern Search", "Loam Vectors", "Sedge Speech", "Rill Metrics"))
    s.pending.append(("S", 4, f"a row names another firm: {row[0]}"))
    s.shot()


def notice_of_terms(s: Stage) -> None:
    s.site(
        "ribbon that announces new terms",
        ribbon="We are updating our terms on 1 June. Read what changes",
    )


def two_in_a_row(s: Stage) -> None:
    """Two edits of one clause, half a day apart."""
    block = p.pick(s.policy, s.dice, lambda t: " days" in t)
    for to in ("21", "28"):
        new = re.sub(r"\b\d+ days", f"{to} days", block.text, count=1)
        block.text = new
        s.pending.append(("S", 4, f"number became {to}"))
        s.shot()


def slow(s: Stage) -> None:
    """A section is rewritten clause by clause, day after day."""
    section = max(s.policy.sections[1:-1], key=lambda x: len(x.blocks))
    for block in [x for x in section.blocks if x.kind == "p"][:3]:
        block.text = (
            block.text.replace("We ", "The provider ")
            .replace("You ", "A customer ")
            .replace("we ", "the provider ")
            + " Details are in the order."
        )
        s.pending.append(("S", 3, "clause by clause rewritten"))
        s.shot()
        s.quiet(1)


def whole_day(s: Stage) -> None:
    """Edited, taken back, edited again within two days."""
    before = copied(s.policy)
    p.number(s.policy, s.dice)
    after = copied(s.policy)
    for n, state in enumerate((after, before, after)):
        s.policy = copied(state)
        s.pending.append(("S" if n == 0 else "E", 4, "edited, taken back, edited again"))
        s.shot()


# fmt: off
THIRD: tuple[Family, ...] = (
    Family("Mega menu, privacy", h.mega, "privacy", {"ticks": ("quote",)}, (a.edit(p.number), a.menu, a.edit(p.flip), a.entry, a.edit(p.add_clause), one_word, a.edit(p.list_add), a.menu, a.edit(p.mail))),
    Family("Mega menu, terms", h.mega, "terms", {"ticks": ("build", "consent_geo")}, (a.edit(p.flip), a.menu, two_in_a_row, a.edit(p.definition), a.entry, a.edit(p.sentence_removed), a.half, a.edit(p.add_section), a.edit(p.entity))),
    Family("Gadgets, privacy", h.gadgets, "privacy", {}, (a.edit(p.number), a.edit(p.add_clause), a.menu, a.edit(p.flip), a.out(o.challenge, 2), slow, a.edit(p.list_remove), a.edit(p.date_only))),
    Family("Gadgets, terms", h.gadgets, "terms", {"ticks": ("consent_geo",)}, (a.edit(p.definition), a.edit(p.number), a.menu, whole_day, a.edit(p.sentence_added), a.edit(p.delete_section), a.edit(p.mail))),
    Family("Gadgets without landmarks, privacy", h.gadgets_bare, "privacy", {}, (a.edit(p.number), a.edit(p.flip), a.menu, a.edit(p.add_clause), a.edit(p.list_add), a.out(o.crash), a.edit(p.sentence_removed), a.edit(p.add_section))),
    Family("Gadgets without landmarks, data", h.gadgets_bare, "data", {"long": 2}, (a.edit(p.flip), a.menu, a.edit(p.number), a.edit(p.add_section), slow, a.edit(p.delete_clause))),
    Family("Numbered clauses, terms", h.numbered, "terms", {"ticks": ("consent",), "long": 2}, (a.edit(p.add_clause), a.edit(p.delete_clause), broken_as(h.mojibake, "signs broken"), a.edit(p.number), a.menu, broken_as(h.keys, "keys for texts"), a.edit(p.delete_section), one_word, a.edit(p.join), a.edit(p.add_section))),
    Family("Numbered clauses, saas", h.numbered, "saas", {"sparse": True, "long": 2}, (a.edit(p.delete_section), a.edit(p.flip), broken_as(h.escaped, "markup shown"), a.edit(p.add_clause), a.edit(p.reorder), broken_as(h.mojibake, "signs broken"), a.edit(p.number), a.edit(p.definition), whole_day)),
    Family("Contents without links, terms", h.plain_contents, "terms", {"ticks": ("consent_geo",)}, (a.edit(p.add_section), a.edit(p.number), a.edit(p.heading), a.menu, a.edit(p.flip), a.edit(p.delete_section), two_in_a_row, a.edit(p.sentence_added))),
    Family("Contents without links, dpa", h.plain_contents, "dpa", {"ticks": ("build",)}, (swap, a.edit(p.add_section), row_cell_added, a.edit(p.number), a.menu, a.edit(p.flip), swap, a.edit(p.heading), a.edit(p.delete_clause))),
    Family("As the place wants, saas", h.located, "saas", {}, (a.edit(p.number), a.prices, a.menu, a.edit(p.flip), a.edit(p.date_only), a.edit(p.add_clause), a.edit(p.definition))),
    Family("As the place wants, privacy", h.located, "privacy", {"ticks": ("consent_geo",)}, (a.edit(p.number), a.edit(p.date_only), a.menu, a.edit(p.flip), a.edit(p.sentence_removed), a.edit(p.list_add), a.prices)),
    Family("A book, privacy", h.gitbook, "privacy", {"ticks": ("posts_weekly",)}, (a.edit(p.number), a.posts, a.edit(p.flip), a.edit(p.add_clause), a.edit(p.list_add), a.edit(p.reword), a.redesign(f.docs), a.edit(p.sentence_added))),
    Family("A book, data", h.gitbook, "data", {"long": 2, "ticks": ("posts",)}, (a.edit(p.flip), a.edit(p.number), b.matrix, b.cell_turns, a.edit(p.add_section), slow, a.edit(p.delete_clause))),
    Family("Old portal, terms", h.old_portal, "terms", {"ticks": ("posts_weekly",)}, (a.edit(p.number), a.menu, a.edit(p.add_clause), a.edit(p.flip), a.edit(p.entity), a.posts, a.edit(p.definition), whole_day)),
    Family("Old portal, privacy", h.old_portal, "privacy", {}, (a.edit(p.flip), a.edit(p.mail), a.menu, a.edit(p.number), a.edit(p.list_add), a.edit(p.delete_clause), a.redesign(h.numbered), a.edit(p.sentence_added))),
    Family("Cells of divs, subs", h.divs_for_cells, "subs", {"ticks": ("consent",)}, (a.edit(p.row_add), swap, a.menu, a.edit(p.cell_change), a.edit(p.row_remove), a.edit(p.number), row_cell_added, swap)),
    Family("Cells of divs, cookies", h.divs_for_cells, "cookies", {}, (a.edit(p.row_add), a.edit(p.cell_change), a.menu, swap, a.edit(p.row_remove), a.edit(p.flip), a.edit(p.number), a.out(o.missing))),
    Family("Windows that wait, terms", h.popups, "terms", {"ticks": ("build",)}, (a.edit(p.number), a.menu, a.edit(p.flip), a.edit(p.add_clause), a.edit(p.entity), two_in_a_row, a.edit(p.definition))),
    Family("Windows that wait, use", h.popups, "use", {"ticks": ("consent_geo",)}, (a.edit(p.list_add), a.menu, a.edit(p.number), a.edit(p.flip), b.item_text, a.edit(p.add_section), whole_day)),
    Family("Terms announced, terms", f.contents_first, "terms", {"ticks": ("consent",)}, (notice_of_terms, a.withdrawn(p.reword, 16), a.edit(p.rewrite), a.ribbon, two_in_a_row, slow, a.menu, a.edit(p.number), a.edit(p.effective))),
    Family("Clause by clause, dpa", f.soup, "dpa", {}, (slow, a.edit(p.row_add), two_in_a_row, swap, a.menu, whole_day, a.edit(p.split_section), a.edit(p.number))),
    Family("Split table, cookies", g.twin_menus, "cookies", {"ticks": ("posts", "consent_geo")}, (a.edit(p.row_add, p.row_add), swap, a.menu, a.edit(p.row_remove), row_cell_added, a.edit(p.number), a.edit(p.flip))),
    Family("Short page, data", f.soup, "data", {"ticks": ("consent_geo", "chat")}, (a.edit(p.number), a.edit(p.delete_section), a.menu, a.edit(p.delete_section), a.edit(p.flip), a.edit(p.add_section), a.out(o.shell))),
)
