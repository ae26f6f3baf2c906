"""The second wave of families."""

from __future__ import annotations

from zoo import edits as p
from zoo import events as a
from zoo import frames as f
from zoo import layouts as g
from zoo import outages as o
from zoo.policy import Block, Policy, Section, copied
from zoo.stage import Family, Stage


def yes_no(s: Stage) -> None:
    """A short answer turns."""
    block = s.dice.choice([b for b in s.policy.paragraphs() if b.text in ("Yes.", "No.")])
    block.text = "No." if block.text == "Yes." else "Yes."
    s.pending.append(("S", 5, "short answer turned: " + block.text))
    s.shot()


def cell_turns(s: Stage) -> None:
    """A cell of the matrix turns."""
    table = next(
        b for x in s.policy.sections for b in x.blocks if b.kind == "table" and b.rows[0][0] == ""
    )
    row = s.dice.choice(table.rows[1:])
    row[2] = "No" if row[2] == "Yes" else "Yes"
    s.pending.append(("S", 4, f"matrix: {row[0]} turned"))
    s.shot()


def matrix(s: Stage) -> None:
    g.matrix(s.policy, s.dice)
    s.pending.append(("S", 4, "matrix of plans added"))
    s.shot()


def ask(s: Stage) -> None:
    """Before the history starts: a page of questions."""
    g.ask(s.policy)


def words_number(s: Stage) -> None:
    """A number in words and figures."""
    s.policy.sections[2].blocks.append(
        Block("p", "You may cancel within thirty (30) days of the order.")
    )
    s.pending.append(("S", 4, "clause on cancelling added"))
    s.shot()
    s.quiet(6)
    block = s.policy.sections[2].blocks[-1]
    block.text = block.text.replace("thirty (30)", "ten (10)")
    s.pending.append(("S", 4, "number in words and figures"))
    s.shot()


def history(s: Stage) -> None:
    """A table of versions at the end gets a row, with the date at the top."""
    section = next((x for x in s.policy.sections if x.heading == "History of this document"), None)
    if section is None:
        section = Section(
            "History of this document",
            [
                Block(
                    "table",
                    rows=[
                        ["Version", "Date", "What changed"],
                        ["1.0", "2 May 2023", "First version"],
                    ],
                )
            ],
        )
        s.policy.sections.append(section)
    rows = section.blocks[0].rows
    rows.insert(
        1,
        [
            f"1.{len(rows)}",
            s.now.strftime("%-d %B %Y"),
            s.dice.choice(("Clarifications", "New section on voice", "Address")),
        ],
    )
    s.policy.dated = s.now
    s.pending.append(("D", 2, "row in the history of versions"))
    s.shot()


def phone(s: Stage) -> None:
    block = s.policy.sections[-1].blocks[0]
    block.text += f" Telephone: +353 1 555 {s.dice.randint(1000, 9999)}."
    s.pending.append(("S", 2, "telephone number added"))
    s.shot()


def item_text(s: Stage) -> None:
    block = s.dice.choice([b for x in s.policy.sections for b in x.blocks if b.kind == "ul"])
    row = s.dice.choice(block.rows)
    row[0] += s.dice.choice(
        (
            ", even where you do not ask for it",
            " for up to two years",
            ", with the consent of a parent",
        )
    )
    s.pending.append(("S", 3, "list item changed"))
    s.shot()


def moved(s: Stage) -> None:
    """A clause goes to another section, word for word."""
    source = s.dice.choice([x for x in s.policy.sections[1:-1] if len(x.blocks) > 2])
    block = source.blocks.pop()
    s.policy.sections[s.dice.randrange(1, len(s.policy.sections) - 1)].blocks.append(block)
    s.pending.append(("E", 1, "clause moved to another section"))
    s.shot()


def twin(policy: Policy) -> None:
    policy.every(
        lambda t: t.replace("personal data", "personal information").replace(
            "We ", "We and our affiliates "
        )
    )


def other_order(policy: Policy) -> None:
    policy.sections[2:5] = policy.sections[2:5][::-1]


def third(s: Stage) -> None:
    """Three variants take turns."""
    one, two, three = s.policy, copied(s.policy), copied(s.policy)
    a.europe(two)
    a.offices(three)
    shown, turns = one, {}
    for n in range(26):
        now = s.dice.choice((one, one, two, three)) if n < 25 else one
        if now is not shown:
            turn = (id(shown), id(now))
            turns[turn] = turns.get(turn, 0) + 1
            s.pending.append(("E" if turns[turn] < 2 else "N", 1, "one of three variants"))
        shown = s.policy = now
        s.shot()


def bad_link(s: Stage) -> None:
    s.policy.sections[0].blocks[1].text = (
        s.policy.sections[0].blocks[1].text.replace("(/help)", "(/help?utm_source=legal&utm_id=77)")
    )
    s.pending.append(("N", 1, "tracking part of a link"))
    s.shot()


def emphasis(s: Stage) -> None:
    """Every heading in capitals."""
    for section in s.policy.sections:
        section.heading = (
            section.heading.upper()
            if not section.heading.isupper()
            else section.heading.capitalize()
        )
    s.pending.append(("N", 1, "headings in capitals"))
    s.shot()


def table_to_list(s: Stage) -> None:
    table = next(b for x in s.policy.sections for b in x.blocks if b.kind == "table")
    table.kind, table.rows = "ul", [[", ".join(r)] for r in table.rows[1:]]
    s.pending.append(("E", 1, "table became list, same words"))
    s.shot()


# fmt: off
SECOND: tuple[Family, ...] = (
    Family("Questions, data", g.faq, "data", {"long": 2}, (ask, yes_no, a.edit(p.number), a.quote, matrix, cell_turns, a.menu, a.edit(p.add_clause), yes_no, cell_turns, a.out(o.shell))),
    Family("Questions with signs, data", g.faq_marks, "data", {"long": 2, "ticks": ("menu",)}, (ask, a.edit(p.flip), yes_no, matrix, a.menu, cell_turns, a.out(o.missing), a.edit(p.sentence_removed), yes_no, cell_turns, a.edit(p.add_section))),
    Family("Lettered clauses, terms", g.clauses, "terms", {"ticks": ("consent",)}, (a.edit(p.number), item_text, a.menu, words_number, moved, a.edit(p.definition), a.edit(p.typo), phone, a.out(o.gateway, 2), a.edit(p.flip), emphasis, a.edit(p.add_section))),
    Family("Lettered clauses, saas", g.clauses, "saas", {"sparse": True}, (history, a.edit(p.flip), item_text, history, a.edit(p.add_clause), a.menu, a.edit(p.renumber), a.edit(p.delete_clause), words_number, a.edit(p.definition), a.out(o.broken))),
    Family("Shuffled rows, subs", g.shuffled, "subs", {}, (a.edit(p.row_add), a.menu, a.edit(p.row_remove), a.edit(p.cell_change), a.out(o.denied), a.edit(p.row_add), a.edit(p.number), a.redesign(f.plain), a.edit(p.row_add))),
    Family("Shuffled rows, cookies", g.shuffled, "cookies", {"ticks": ("consent_geo",)}, (a.edit(p.row_add), a.edit(p.cell_change), a.menu, a.edit(p.flip), a.edit(p.row_remove), a.edit(p.date_only), a.edit(p.number))),
    Family("Chrome by place, privacy", g.abroad, "privacy", {"ticks": ("consent_geo",)}, (a.edit(p.number), a.edit(p.add_clause), a.menu, a.edit(p.flip), a.out(o.german, 2), a.edit(p.list_add), a.edit(p.mail), a.edit(p.sentence_removed), item_text)),
    Family("Chrome by place, terms", g.abroad, "terms", {"ticks": ("build",)}, (a.edit(p.definition), a.edit(p.number), a.menu, moved, a.edit(p.delete_clause), a.out(o.german, 4, (p.flip,)), a.edit(p.entity), a.edit(p.date_only))),
    Family("Print header, privacy", g.printed, "privacy", {}, (a.edit(p.number), bad_link, a.edit(p.flip), a.menu, a.edit(p.add_clause), a.edit(p.add_section), item_text, a.edit(p.curly), a.edit(p.link), phone)),
    Family("Print header, terms", g.printed, "terms", {"ticks": ("chat",)}, (a.edit(p.flip), a.edit(p.sentence_added), a.menu, a.edit(p.number), bad_link, a.edit(p.link), a.edit(p.definition), a.half, a.edit(p.delete_section))),
    Family("Short version on top, privacy", g.summary_box, "privacy", {"ticks": ("consent",)}, (a.edit(p.number), a.menu, a.edit(p.flip), a.edit(p.list_remove), history, a.edit(p.add_clause), a.entry, a.edit(p.reword), a.foot, a.foot_number, a.edit(p.delete_section))),
    Family("Short version on top, terms", g.summary_box, "terms", {"ticks": ("build",)}, (a.edit(p.sentence_added), a.menu, a.edit(p.number), a.out(o.hub, 3), a.edit(p.flip), a.entry, a.edit(p.heading), a.edit(p.add_section), history, a.edit(p.delete_clause))),
    Family("Split test of layouts, privacy", g.split_test, "privacy", {"ticks": ("build",)}, (a.edit(p.number), a.edit(p.add_clause), a.menu, a.edit(p.flip), a.edit(p.list_add), a.edit(p.sentence_removed), a.edit(p.add_section))),
    Family("Split test of layouts, terms", g.split_test, "terms", {}, (a.edit(p.flip), a.menu, a.edit(p.definition), a.edit(p.number), a.out(o.challenge, 2), a.edit(p.delete_clause), a.edit(p.entity))),
    Family("Twin menus, dpa", g.twin_menus, "dpa", {"ticks": ("posts_weekly", "ribbon")}, (a.edit(p.row_add), a.menu, a.edit(p.number), a.edit(p.cell_change), table_to_list, a.edit(p.flip), a.entry, a.edit(p.add_clause), a.edit(p.definition), phone)),
    Family("Twin menus, use", g.twin_menus, "use", {"ticks": ("posts", "consent")}, (a.edit(p.list_add), a.menu, a.edit(p.flip), item_text, a.edit(p.number), a.entry, a.edit(p.add_section), a.bones, a.edit(p.delete_clause))),
    Family("Community post, use", g.story, "use", {"ticks": ("posts", "count", "comments")}, (a.edit(p.list_add), a.menu, a.edit(p.number), item_text, a.edit(p.flip), a.edit(p.add_clause), a.out(o.upkeep, 2), a.edit(p.sentence_added))),
    Family("Community post, data", g.story, "data", {"ticks": ("posts", "count", "comments"), "long": 2}, (a.edit(p.number), a.edit(p.flip), a.menu, a.edit(p.add_section), a.edit(p.reword), a.edit(p.typo), a.edit(p.sentence_removed), words_number)),
    Family("PDF, dpa", g.pdf, "dpa", {"sparse": True, "long": 2}, (a.edit(p.number), a.edit(p.row_add), a.edit(p.typo), a.edit(p.flip), a.foot, a.edit(p.add_section), a.foot_number, a.edit(p.sentence_removed), a.edit(p.entity), a.edit(p.cell_change))),
    Family("PDF, terms", g.pdf, "terms", {"sparse": True, "long": 2}, (a.edit(p.flip), a.edit(p.add_clause), a.edit(p.definition), a.edit(p.comma), a.edit(p.delete_clause), a.edit(p.number), words_number, a.edit(p.rewrite), a.edit(p.list_add), a.edit(p.date_only))),
    Family("Three variants, privacy", f.docs, "privacy", {"ticks": ("posts_weekly",)}, (a.edit(p.number), third, a.edit(p.flip), a.menu, third, a.edit(p.add_clause), a.edit(p.list_add))),
    Family("Variants in many words, terms", f.tabs, "terms", {"ticks": ("quote",)}, (a.edit(p.number), a.variants("many words", twin, 30), a.edit(p.add_clause), a.variants("order of sections", other_order, 20), a.edit(p.flip), a.menu, a.edit(p.definition))),
    Family("Variants in many words, privacy", f.wix, "privacy", {"ticks": ("build",)}, (a.edit(p.flip), a.variants("many words", twin, 30), a.edit(p.number), a.variants("fewer sections", a.short, 20), a.edit(p.sentence_added), a.menu)),
    Family("Rare looks, privacy", f.webflow, "privacy", {"sparse": True, "ticks": ("ribbon", "build", "quote")}, (a.edit(p.number), a.menu, a.edit(p.flip, p.add_clause), a.redesign(f.next_app), a.edit(p.list_add, p.mail), a.out(o.missing), a.withdrawn(p.sentence_added, 40), a.edit(p.rewrite), a.edit(p.delete_clause))),
)
