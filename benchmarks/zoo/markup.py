"""How the frames write headings, paragraphs, lists and tables."""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, field
from datetime import datetime

from zoo.policy import Block, Policy, Section


@dataclass
class Around:
    """What stands around a policy at one capture."""

    now: datetime
    dice: random.Random
    menu: list[str]
    footer: list[str]
    ribbon: str = ""
    consent: str = ""
    chat: bool = False
    posts: list[str] = field(default_factory=list)
    quote: str = ""
    count: int = 0
    build: str = "a1b2"
    part: float = 1.0
    skeleton: bool = False
    twice: bool = False
    languages: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    extra: str = ""
    form: bool = True
    notice: str = ""
    versions: list[str] = field(default_factory=list)
    hide_mail: bool = False

    def token(self) -> str:
        """Something that is other at every capture."""
        return f"{self.dice.getrandbits(48):012x}"


def inline(text: str, around: Around, policy: Policy) -> str:
    """Write the text of a block: links and the address."""
    out = html.escape(text, quote=False)
    out = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r'<a href="\2">\1</a>', out)
    if "{email}" in out:
        mail = f'<a href="mailto:{policy.email}">{policy.email}</a>'
        if around.hide_mail:
            key = around.dice.randrange(1, 255)
            coded = bytes([key, *(b ^ key for b in policy.email.encode())]).hex()
            mail = f'<a href="/cdn-cgi/l/email-protection#{coded}"><span class="__cf_email__" data-cfemail="{coded}">[email&#160;protected]</span></a>'
        out = out.replace("{email}", mail)
    return out


class Markup:
    """Plain elements; frames override what they write otherwise."""

    def __init__(self, policy: Policy, around: Around) -> None:
        self.policy, self.around = policy, around

    def text(self, text: str) -> str:
        return inline(text, self.around, self.policy)

    def head(self, text: str, level: int, place: int) -> str:
        return f'<h{level} id="s{place}">{self.text(text)}</h{level}>'

    def p(self, text: str) -> str:
        return f"<p>{self.text(text)}</p>"

    def ul(self, rows: list[list[str]]) -> str:
        return "<ul>" + "".join(f"<li>{self.text(row[0])}</li>" for row in rows) + "</ul>"

    def table(self, rows: list[list[str]]) -> str:
        lines = [
            "".join(
                f"<{'th' if n == 0 and len(rows[0]) > 1 else 'td'}>{self.text(c)}</{'th' if n == 0 and len(rows[0]) > 1 else 'td'}>"
                for c in row
            )
            for n, row in enumerate(rows)
        ]
        return "<table><tbody>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</tbody></table>"

    def dl(self, rows: list[list[str]]) -> str:
        return "".join(self.p(f"“{a}” means {b}.") for a, b in rows)

    def block(self, block: Block) -> str:
        return self.p(block.text) if block.kind == "p" else getattr(self, block.kind)(block.rows)

    def section(self, section: Section, place: int) -> str:
        title = (
            f"{place}. {section.heading}"
            if self.policy.numbered and section.heading
            else section.heading
        )
        return (self.head(title, section.level, place) if title else "") + "".join(
            self.block(b) for b in section.blocks
        )

    def shown(self) -> list[Section]:
        """The sections that this capture has."""
        count = len(self.policy.sections)
        return (
            self.policy.sections[: max(1, round(count * self.around.part))]
            if self.around.part < 1
            else self.policy.sections
        )

    def body(self) -> str:
        if self.around.skeleton:
            return (
                '<div class="skeleton" aria-busy="true">'
                + "<div class='bone'></div>" * 12
                + "</div>"
            )
        out = "".join(self.section(s, n) for n, s in enumerate(self.shown()))
        return out + (out if self.around.twice else "")

    def title(self) -> str:
        return f"<h1>{html.escape(self.policy.title)}</h1>"

    def date(self) -> str:
        line = self.policy.date_line()
        return self.p(line) if line else ""

    def foot(self) -> str:
        return f"<p><small>{self.text(self.policy.foot)}</small></p>" if self.policy.foot else ""


class Spans(Markup):
    """Nested divs and spans, no element that says what it is."""

    def head(self, text: str, level: int, place: int) -> str:
        return f'<div class="t{level}"><b>{self.text(text)}</b></div>'

    def p(self, text: str) -> str:
        return f'<div class="x{self.around.build}"><span>{self.text(text)}</span></div>'

    def ul(self, rows: list[list[str]]) -> str:
        return "".join(
            f'<div class="row"><span>•</span><span>{self.text(row[0])}</span></div>' for row in rows
        )

    def title(self) -> str:
        return f'<div class="t1"><span>{html.escape(self.policy.title)}</span></div>'


class Lines(Markup):
    """Old pages: bold lines and line breaks instead of paragraphs."""

    def head(self, text: str, level: int, place: int) -> str:
        return f'<a name="s{place}"></a><font size="4"><b>{self.text(text)}</b></font><br><br>'

    def p(self, text: str) -> str:
        return f"{self.text(text)}<br><br>\n"


class Accordion(Markup):
    """Every section behind a button."""

    def section(self, section: Section, place: int) -> str:
        if not section.heading:
            return super().section(section, place)
        opened = "true" if place == 1 else "false"
        return (
            f'<div class="acc"><h3><button aria-expanded="{opened}" aria-controls="p{place}" id="b{self.around.token()}">{html.escape(section.heading)}<span aria-hidden="true">+</span></button></h3>'
            f'<div id="p{place}" role="region"{"" if opened == "true" else " hidden"}>'
            + "".join(self.block(b) for b in section.blocks)
            + "</div></div>"
        )


class Details(Markup):
    def section(self, section: Section, place: int) -> str:
        inner = "".join(self.block(b) for b in section.blocks)
        return (
            f"<details><summary>{html.escape(section.heading)}</summary>{inner}</details>"
            if section.heading
            else inner
        )


class Tabs(Markup):
    """Three tabs, of which one is seen."""

    def body(self) -> str:
        if self.around.skeleton:
            return super().body()
        sections = self.shown()
        step = max(1, len(sections) // 3)
        parts = [sections[:step], sections[step : 2 * step], sections[2 * step :]]
        names = ("Overview", "Your data", "Legal")
        buttons = "".join(
            f'<button role="tab" aria-selected="{"true" if n == 0 else "false"}" id="tab{n}">{name}</button>'
            for n, name in enumerate(names)
        )
        panels = "".join(
            f'<div role="tabpanel" aria-labelledby="tab{n}"{"" if n == 0 else " style=display:none"}>'
            + "".join(self.section(s, n * step + m) for m, s in enumerate(part))
            + "</div>"
            for n, part in enumerate(parts)
        )
        return f'<div role="tablist">{buttons}</div>{panels}'


class Docs(Markup):
    """A documentation generator: anchors in the headings."""

    def head(self, text: str, level: int, place: int) -> str:
        return f'<h{level} id="{text.lower().replace(" ", "-")}">{self.text(text)}<a class="hash-link" href="#{text.lower().replace(" ", "-")}" aria-label="Direct link to {text}">\u200b</a></h{level}>'


class Office(Markup):
    """A word processor's export."""

    def head(self, text: str, level: int, place: int) -> str:
        return f'<p class="c{level}"><span class="c7 c9">{self.text(text)}</span></p>'

    def p(self, text: str) -> str:
        words_ = self.text(text)
        cut = words_.find(" ", len(words_) // 2) if "<" not in words_ else -1
        inner = (
            f'<span class="c3">{words_[:cut]}</span><span class="c3 c5">{words_[cut:]}</span>'
            if cut > 0
            else f'<span class="c3">{words_}</span>'
        )
        return f'<p class="c1"><span class="c2"></span>{inner}</p>'

    def ul(self, rows: list[list[str]]) -> str:
        return "".join(
            f'<ul class="lst-kix_{n}"><li class="c4"><span class="c3">{self.text(row[0])}</span></li></ul>'
            for n, row in enumerate(rows)
        )


class Cards(Markup):
    """A trust portal: rows of a table are cards."""

    def table(self, rows: list[list[str]]) -> str:
        return (
            '<div class="grid">'
            + "".join(
                f'<div class="card"><img alt="" src="/l/{n}.svg"><div><div class="name">{self.text(row[0])}</div><div>{self.text(" · ".join(row[1:]))}</div></div></div>'
                for n, row in enumerate(rows[1:])
            )
            + "</div>"
        )


class Widget(Markup):
    """A policy generator's widget: nested inline elements."""

    def head(self, text: str, level: int, place: int) -> str:
        return f'<div id="{place}x" style="line-height:1.5"><span data-custom-class="heading_1"><strong><bdt class="b"></bdt><span style="font-size:19px"><span><strong>{self.text(text).upper()}</strong></span></span></strong></span></div><div><br></div>'

    def p(self, text: str) -> str:
        return f'<div style="line-height:1.5"><span style="color:rgb(89,89,89)"><span data-custom-class="body_text"><bdt class="q"></bdt>{self.text(text)}<bdt class="z"></bdt></span></span></div><div><br></div>'


class Notion(Markup):
    def head(self, text: str, level: int, place: int) -> str:
        return f'<div data-block-id="{place:08x}" class="nb"><div style="display:flex"><h{level + 1} contenteditable="false" placeholder="Heading">{self.text(text)}</h{level + 1}></div></div>'

    def p(self, text: str) -> str:
        return f'<div data-block-id="{self.around.token()}" class="nb"><div><div contenteditable="false" spellcheck="true" placeholder=" ">{self.text(text)}</div></div></div>'

    def ul(self, rows: list[list[str]]) -> str:
        return "".join(
            f'<div class="nb bulleted"><div class="pb">•</div><div><div contenteditable="false" placeholder="List">{self.text(row[0])}</div></div></div>'
            for row in rows
        )
