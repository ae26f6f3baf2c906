"""More sites: questions and answers, matrices, lazy tables, chrome in the visitor's language, print headers, PDF."""

from __future__ import annotations

import html
import random

from zoo.markup import Around, Docs, Markup, Spans
from zoo.parts import chat, consent, form, items, page
from zoo.policy import Block, Policy, Section

CHROME = {
    "en": (("Product", "Pricing", "Sign in"), "All rights reserved", "Choose your country"),
    "de": (("Produkt", "Preise", "Anmelden"), "Alle Rechte vorbehalten", "Land wählen"),
    "fr": (("Produit", "Tarifs", "Se connecter"), "Tous droits réservés", "Choisir un pays"),
    "ja": (("製品", "料金", "ログイン"), "無断転載を禁じます", "国を選ぶ"),
}
COUNTRIES = (
    "Albania",
    "Austria",
    "Belgium",
    "Brazil",
    "Chile",
    "Denmark",
    "Egypt",
    "Finland",
    "Ghana",
    "Hungary",
    "India",
    "Kenya",
    "Latvia",
    "Mexico",
    "Norway",
    "Oman",
    "Peru",
    "Qatar",
)


class Questions(Markup):
    """Every heading a question, answers short."""

    def section(self, section: Section, place: int) -> str:
        inner = "".join(self.block(b) for b in section.blocks)
        return (
            f'<div class="faq" itemscope itemtype="https://schema.org/Question"><h3 itemprop="name">{html.escape(section.heading)}</h3><div itemprop="acceptedAnswer">{inner}</div></div>'
            if section.heading
            else inner
        )

    def table(self, rows: list[list[str]]) -> str:
        """Cells of yes and no are pictures with a label."""

        def cell(text: str) -> str:
            if text in ("Yes", "No"):
                return f'<td><svg role="img" aria-label="{text}"><path d="M0 0"/></svg></td>'
            return f"<td>{html.escape(text)}</td>"

        return (
            "<table>"
            + "".join("<tr>" + "".join(cell(c) for c in row) + "</tr>" for row in rows)
            + "</table>"
        )


class Marks(Questions):
    """Cells of yes and no are signs."""

    def table(self, rows: list[list[str]]) -> str:
        sign = {"Yes": "✓", "No": "✗"}
        return (
            "<table>"
            + "".join(
                "<tr>" + "".join(f"<td>{sign.get(c, html.escape(c))}</td>" for c in row) + "</tr>"
                for row in rows
            )
            + "</table>"
        )


class Terms(Markup):
    """Definitions as dl, nested clauses with letters."""

    def dl(self, rows: list[list[str]]) -> str:
        return (
            "<dl>"
            + "".join(f"<dt>{self.text(a)}</dt><dd>{self.text(b)}</dd>" for a, b in rows)
            + "</dl>"
        )

    def ul(self, rows: list[list[str]]) -> str:
        return (
            '<ol type="a">' + "".join(f"<li><p>{self.text(r[0])};</p></li>" for r in rows) + "</ol>"
        )

    def section(self, section: Section, place: int) -> str:
        if not section.heading:
            return super().section(section, place)
        inner = "".join(
            f"<li>{self.block(b)}</li>" if b.kind == "p" else self.block(b) for b in section.blocks
        )
        return f'<li id="s{place}"><h2>{self.text(section.heading)}</h2><ol>{inner}</ol></li>'


class Lazy(Markup):
    """A table whose rows come in part, or in another order, at each capture."""

    def table(self, rows: list[list[str]]) -> str:
        a = self.around
        body = rows[1:]
        if "shuffle" in a.notice:
            body = a.dice.sample(body, len(body))
        return super().table([rows[0], *body])


def faq(policy: Policy, around: Around) -> str:
    m = Questions(policy, around)
    return page(
        policy,
        around,
        f'<header><nav>{items(around.menu, "span")}</nav></header><main>{m.title()}{m.date()}{m.body()}<section><h2>Still have questions?</h2><p>{around.quote}</p><a href="/contact?ref={around.token()}">Talk to us</a></section></main><footer>{items(around.footer, "span")}</footer>{consent(around)}{chat(around)}',
    )


def faq_marks(policy: Policy, around: Around) -> str:
    m = Marks(policy, around)
    status = around.dice.choice(
        ("All systems operational", "All systems operational", "Some systems degraded")
    )
    return page(
        policy,
        around,
        f'<div class="top"><a href="/">Home</a>{items(around.menu, "span")}</div><div class="wrap">{m.title()}{m.date()}{m.body()}</div><div class="bottom"><a href="https://status.site.example"><span></span>{status}</a>{items(around.footer, "span")}</div>',
    )


def clauses(policy: Policy, around: Around) -> str:
    m = Terms(policy, around)
    return page(
        policy,
        around,
        f"<header>{items(around.menu, 'span')}</header><main>{m.title()}{m.date()}<ol>{m.body()}</ol>{m.foot()}</main><footer>{items(around.footer, 'span')}<form><select>{''.join(f'<option>{c}</option>' for c in COUNTRIES)}</select></form></footer>{consent(around)}",
    )


def shuffled(policy: Policy, around: Around) -> str:
    around.notice = "shuffle"
    m = Lazy(policy, around)
    return page(
        policy,
        around,
        f'<header><nav><ul>{items(around.menu)}</ul></nav></header><div id="content">{m.title()}{m.date()}{m.body()}</div><footer><ul>{items(around.footer)}</ul></footer>{consent(around, False)}',
    )


def abroad(policy: Policy, around: Around) -> str:
    """The policy in English, all around it in the language of the visitor's place."""
    m = Spans(policy, around)
    menu, rights, choose = CHROME[around.dice.choices(tuple(CHROME), (5, 2, 2, 1))[0]]
    return page(
        policy,
        around,
        f'<div class="nav">{items(list(menu), "div")}</div><div class="page"><div>{m.title()}</div><div>{m.date()}{m.body()}</div></div><div class="foot"><div>{choose}</div>{items(around.footer, "div")}<div>{rights}</div></div>{consent(around, False)}',
    )


def printed(policy: Policy, around: Around) -> str:
    """A header for printing with address and time, keyboard hints, toasts that wait unseen, links with session parts."""
    m = Markup(policy, around)
    body = m.body().replace(
        'href="/help"', f'href="/help;jsessionid={around.token()}{around.token()}"'
    )
    return page(
        policy,
        around,
        f'<div class="print-only">https://site.example/legal {around.now.strftime("%d/%m/%Y, %H:%M")} Session {around.token()}</div><nav><ul>{items(around.menu)}</ul></nav><div role="main"><p>Reading time: {max(1, len(m.body()) // 1500)} minutes</p>{m.title()}{m.date()}{body}</div><div class="toasts"><div>Copied!</div><div>{around.dice.choice(("You are offline", "You are back online", "Saved"))}</div></div><div role="contentinfo">{items(around.footer, "span")}</div>',
    )


def summary_box(policy: Policy, around: Around) -> str:
    """A box that sums up the policy in other words, from what it says; a list of the other policies beside it."""
    m = Markup(policy, around)
    points = "".join(
        f"<li>{s.heading}: {s.blocks[0].text.split('. ')[0]}</li>"
        for s in policy.sections[2:6]
        if s.blocks and s.blocks[0].kind == "p"
    )
    others = "".join(
        f"<li><a href='/legal/{o}'>{o}</a></li>"
        for o in ("Terms", "Privacy", "Cookies", "Acceptable use", *around.menu[:2])
    )
    return page(
        policy,
        around,
        f'<header><nav>{items(around.menu, "span")}</nav></header><div class="cols"><div class="side"><h4>Our policies</h4><ul>{others}</ul></div><div class="text">{m.title()}{m.date()}<div class="tldr"><h2>The short version</h2><ul>{points}</ul></div>{m.body()}{m.foot()}</div></div><footer>{items(around.footer, "span")}</footer>{consent(around)}',
    )


def split_test(policy: Policy, around: Around) -> str:
    """The same policy in one of two layouts, by chance."""
    m = Docs(policy, around) if around.dice.random() < 0.5 else Spans(policy, around)
    one = isinstance(m, Docs)
    head = (
        f"<header><nav><ul>{items(around.menu)}</ul></nav></header>"
        if one
        else f'<div class="hd">{items(around.menu[:3], "div")}<div>Get started for free</div></div>'
    )
    tail = (
        f"<footer><ul>{items(around.footer)}</ul></footer>"
        if one
        else f'<div class="ft">{items(around.footer, "div")}<div>Made with care in {policy.company}</div></div>'
    )
    body = f"{m.title()}{m.date()}{m.body()}"
    return page(
        policy,
        around,
        head + (f"<main>{body}</main>" if one else f"<div><div>{body}</div></div>") + tail,
    )


def twin_menus(policy: Policy, around: Around) -> str:
    """A menu for phones and one for desks, a panel of trending searches, a newsletter in the middle of the text."""
    m = Markup(policy, around)
    sections = m.shown()
    half = len(sections) // 2
    first = "".join(m.section(s, n) for n, s in enumerate(sections[:half]))
    second = "".join(m.section(s, half + n) for n, s in enumerate(sections[half:]))
    trends = "".join(f"<li>{p}</li>" for p in around.posts)
    box = f"<aside><h3>{around.ribbon or 'News from us, once a month'}</h3>{form(around)}</aside>"
    return page(
        policy,
        around,
        f'<div class="m">{items(around.menu, "div")}</div><div class="d">{items(around.menu, "div")}</div><div class="search"><h4>Trending</h4><ul>{trends}</ul></div><section><div>{m.title()}{m.date()}{first}{box}{second}</div></section><div class="f">{items(around.footer, "div")}</div>{consent(around, False)}',
    )


def story(policy: Policy, around: Around) -> str:
    """A community platform: likes, views, people who wrote last, a policy as first post."""
    m = Markup(policy, around)
    replies = "".join(
        f'<div class="post"><div>{c.split(":")[0]}</div><div>{around.dice.randint(1, 9)}d</div><div>{c.split(":")[1]}</div><button>Like</button><span>{around.dice.randint(0, 30)}</span></div>'
        for c in around.comments
    )
    return page(
        policy,
        around,
        f'<header>{items(around.menu, "span")}<div>{around.count} online</div></header><div class="topic">{m.title()}<div class="post"><div>staff</div><div>{m.date()}{m.body()}</div><button>Like</button><span>{around.count // 9}</span></div><div class="map"><span>{around.count * 3} views</span><span>{around.count // 9} likes</span></div>{replies}<h3>New topics</h3><table><tr><th>Topic</th><th>Replies</th><th>Activity</th></tr>{"".join(f"<tr><td><a href=/t/{p}>{p}</a></td><td>{around.dice.randint(1, 40)}</td><td>{around.dice.randint(1, 20)}h</td></tr>" for p in around.posts)}</table></div>',
    )


def pdf(policy: Policy, around: Around) -> bytes:
    """A PDF as a word processor prints it: lines of text, the name of the document and the number on each page."""
    lines: list[str] = [policy.title, policy.date_line(), ""]
    for n, section in enumerate(policy.sections):
        lines += [f"{n}. {section.heading}" if section.heading else ""]
        for block in section.blocks:
            texts = (
                [block.text]
                if block.kind == "p"
                else [
                    "  ".join(("- " if block.kind == "ul" else "") + c for c in row)
                    for row in block.rows
                ]
            )
            for text in texts:
                lines += wrapped(text.replace("{email}", policy.email), 92)
        lines.append("")
    if policy.foot:
        lines += wrapped(policy.foot, 92)
    pages = [lines[n : n + 46] for n in range(0, len(lines), 46)]
    return written(
        [
            [*p, "", f"{policy.product} {policy.title}      Page {n} of {len(pages)}"]
            for n, p in enumerate(pages, 1)
        ],
        around,
    )


def wrapped(text: str, width: int) -> list[str]:
    out, line = [], ""
    for word in text.split():
        if len(line) + len(word) + 1 > width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*out, line]


def written(pages: list[list[str]], around: Around) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids ["
        + b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))
        + b"] /Count %d >>" % len(pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for n, lines in enumerate(pages):
        text = (
            "BT /F1 10 Tf 60 780 Td 14 TL\n"
            + "".join(f"({escape(line)}) Tj T*\n" for line in lines)
            + "ET"
        )
        stream = text.encode("cp1252", "replace")
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>"
            % (5 + 2 * n)
        )
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream")
    objects.append(
        f"<< /Producer (Writer) /CreationDate (D:{around.now:%Y%m%d%H%M%S}Z) >>".encode()
    )
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % n + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    return (
        out
        + table
        + b"trailer << /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, len(objects), len(out))
    )


def escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def matrix(policy: Policy, dice: random.Random) -> None:
    """Add a table that says for each plan what holds."""
    rows = [["", "Free", "Plus", "Business"]] + [
        [w, *(dice.choice(("Yes", "No")) for _ in range(3))]
        for w in (
            "Used for training",
            "Human review",
            "Zero retention",
            "Region can be chosen",
            "Audit log",
        )
    ]
    policy.sections.insert(2, Section("What holds for which plan", [Block("table", rows=rows)]))


def ask(policy: Policy) -> None:
    """Turn the headings into questions and put a short answer first."""
    for n, section in enumerate(policy.sections[1:]):
        section.heading = f"Does this concern {section.heading.lower()}?"
        section.blocks.insert(0, Block("p", ("Yes.", "No.", "Only if you agree.")[n % 3]))
