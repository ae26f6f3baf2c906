"""The third wave of sites: blurbs in menus, gadgets after the end, numbered clauses, chrome that knows the visitor."""

from __future__ import annotations

import html

from zoo.markup import Around, Docs, Lines, Markup, Spans
from zoo.parts import consent, items, page
from zoo.policy import Policy, Section

BLURBS = (
    "Draft letters and replies in the voice of your team",
    "Turn recordings into minutes that people read",
    "Search everything your company has ever written",
    "Build assistants that know your handbook by heart",
    "Keep an eye on spending across all your teams",
    "Plans for schools, charities and small companies",
    "See what changed in the latest release this month",
    "Stories of people who got their afternoons back",
)
GADGET = (
    "Accessibility settings",
    "Bigger text",
    "Smaller text",
    "Highlight links",
    "Pause animations",
    "Dyslexia friendly font",
    "Reset all settings",
    "Move widget to the left",
    "Screen reader mode for people who cannot see the page",
    "Statement on accessibility of this site",
)


class Numbered(Markup):
    """Every paragraph has its number, so that one clause more renumbers all that follow."""

    def section(self, section: Section, place: int) -> str:
        out = (
            self.head(f"{place}. {section.heading}", section.level, place)
            if section.heading
            else ""
        )
        for n, block in enumerate(section.blocks, 1):
            out += (
                self.p(f"{place}.{n} {block.text}")
                if block.kind == "p" and section.heading
                else self.block(block)
            )
        return out


class Cells(Markup):
    """Tables made of divs."""

    def table(self, rows: list[list[str]]) -> str:
        return (
            '<div class="tbl">'
            + "".join(
                '<div class="tr">'
                + "".join(f'<div class="td">{self.text(c)}</div>' for c in row)
                + "</div>"
                for row in rows
            )
            + "</div>"
        )


def mega(policy: Policy, around: Around) -> str:
    """A mega menu with a sentence under every entry; no landmark; a long disclaimer at the end."""
    m = Markup(policy, around)
    menu = "".join(
        f'<div class="i"><a href="/{n}"><div>{n}</div><div>{BLURBS[sum(map(ord, n)) % len(BLURBS)]}</div></a></div>'
        for n in around.menu
    )
    foot = f"<div>{items(around.footer, 'div')}<div>© {around.now.year} {policy.company} All marks belong to their owners. Figures on this site are examples and no promise of results; {around.quote}</div></div>"
    return page(
        policy,
        around,
        f'<div class="app"><div class="top"><div>{menu}</div></div><div class="mid"><div class="hero">{m.title()}{m.date()}</div><div class="txt">{m.body()}{m.foot()}</div></div><div class="btm">{foot}</div></div>{consent(around, False)}',
    )


def gadgets(policy: Policy, around: Around) -> str:
    """Gadgets of other makers after the end: accessibility, languages, a notice on robots; some captures lack them."""
    m = Markup(policy, around)
    d = around.dice
    tools = (
        f"<div class='acs'>{''.join(f'<div>{g}</div>' for g in GADGET)}</div>"
        if d.random() < 0.6
        else ""
    )
    langs = (
        f"<div>{''.join(f'<a href=#>{x}</a> ' for x in ('English', 'Deutsch', 'Français', 'Español', 'Italiano', 'Português'))}</div>"
        if d.random() < 0.5
        else ""
    )
    robots = (
        "<div>This site is protected by a check for robots, whose maker's privacy policy and terms apply.</div>"
        if d.random() < 0.5
        else ""
    )
    fresh = "<div>A new version of this page is available. Reload</div>" if d.random() < 0.2 else ""
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}</nav></header><main>{m.title()}{m.date()}{m.body()}</main><footer>{items(around.footer, 'span')}</footer>{tools}{langs}{robots}{fresh}{consent(around)}",
    )


def gadgets_bare(policy: Policy, around: Around) -> str:
    """The same on a page without landmarks."""
    return (
        gadgets(policy, around)
        .replace("<main>", "<div>")
        .replace("</main>", "</div>")
        .replace("<footer>", "<div>")
        .replace("</footer>", "</div>")
        .replace("<header><nav>", "<div>")
        .replace("</nav></header>", "</div>")
    )


def numbered(policy: Policy, around: Around) -> str:
    m = Numbered(policy, around)
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}</nav></header><main>{m.title()}{m.date()}{m.body()}{m.foot()}</main><footer>{items(around.footer, 'span')}</footer>{consent(around)}",
    )


def plain_contents(policy: Policy, around: Around) -> str:
    """A table of contents without links, a signed-in header or not, popular searches."""
    m = Markup(policy, around)
    who = around.dice.choice(("Log in", "Log in", "Open dashboard"))
    contents = "".join(f"<li>{s.heading}</li>" for s in policy.sections if s.heading)
    return page(
        policy,
        around,
        f'<div class="h">{items(around.menu, "div")}<div>{who}</div></div><div class="p">{m.title()}{m.date()}<p>Contents</p><ol>{contents}</ol>{m.body()}</div><div class="f">{items(around.footer, "div")}</div>{consent(around, False)}',
    )


def located(policy: Policy, around: Around) -> str:
    """Dates, prices and the firm's name as the visitor's place wants them."""
    place = around.dice.choices(("us", "eu"), (3, 1))[0]
    m = Markup(policy, around)
    body = m.title() + m.date() + m.body()
    if place == "eu":
        body = (
            body.replace("$", "€")
            .replace(
                policy.date_line(), policy.date_form.format(d=policy.dated.strftime("%d.%m.%Y"))
            )
            .replace("organisation", "organization")
        )
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}<span>{'United States' if place == 'us' else 'Deutschland'}</span></nav></header><main>{body}</main><footer>{items(around.footer, 'span')}</footer>{consent(around)}",
    )


def gitbook(policy: Policy, around: Around) -> str:
    """A book of documents: next and previous, a vote in faces, time since the last edit, a maker's mark."""
    m = Docs(policy, around)
    days = (around.now - policy.dated).days
    when = f"{days} days ago" if days < 30 else f"{days // 30} months ago"
    tree = "".join(f"<li><a href='/{p}'>{p}</a></li>" for p in around.posts)
    return page(
        policy,
        around,
        f'<div><div><button>Ask</button><input placeholder="Search…"></div></div><aside><ul>{tree}</ul><a href="https://book.example">Powered by Book</a></aside><main><header><h1>{policy.title}</h1><button>Copy</button></header><div><p>Version of {policy.dated.strftime("%-d %B %Y")}</p>{m.body()}</div><div><a href="/a"><div>Previous</div><div>{around.posts[0]}</div></a><a href="/b"><div>Next</div><div>{around.posts[1]}</div></a></div><div><p>Last updated {when}</p></div><div><p>Was this helpful?</p></div></main><div><p>On this page</p><ul>{"".join(f"<li><a href=#{s.heading}>{s.heading}</a></li>" for s in policy.sections if s.heading)}</ul></div>',
    )


def old_portal(policy: Policy, around: Around) -> str:
    """Text broken by <br>, a column of promotions, a clock, trackers with random names."""
    m = Lines(policy, around)
    return page(
        policy,
        around,
        f'<div id="hd">{items(around.menu, "span")} {around.now.strftime("%H:%M")} CET</div><div id="l">{"".join(f"<div><b>{p}</b><br>{BLURBS[n]}</div>" for n, p in enumerate(around.posts))}</div><div id="c"><h1>{policy.title}</h1>{policy.date_line()}<br><br>{m.body()}</div><div id="ft">{items(around.footer, "span")}</div><div id="t{around.token()}"></div>',
    )


def divs_for_cells(policy: Policy, around: Around) -> str:
    m = Cells(policy, around)
    return page(
        policy,
        around,
        f"<header>{items(around.menu, 'span')}</header><main>{m.title()}{m.date()}{m.body()}</main><footer>{items(around.footer, 'span')}</footer>{consent(around)}",
    )


def popups(policy: Policy, around: Around) -> str:
    """Windows that wait unseen in the page without saying so: an offer, a course, a survey."""
    m = Spans(policy, around)
    d = around.dice
    offer = (
        f"<div class='pop'><div>Before you go</div><div>Take {d.choice((10, 15, 20))} percent off your first year when you subscribe in the next hour.</div><form><input><button>Send me the code</button></form></div>"
        if d.random() < 0.5
        else ""
    )
    survey = (
        "<div class='pop'><div>How likely are you to recommend us to a friend or colleague, from 0 to 10?</div><button>0</button><button>10</button></div>"
        if d.random() < 0.4
        else ""
    )
    return page(
        policy,
        around,
        f'<div class="w"><div>{items(around.menu, "div")}</div><div>{m.title()}{m.date()}{m.body()}</div><div>{items(around.footer, "div")}</div></div>{offer}{survey}{consent(around, False)}',
    )


def mojibake(policy: Policy, around: Around) -> str:
    """The page with its signs broken, as one wrong header makes it."""
    return (
        numbered(policy, around)
        .replace("“", "â€œ")
        .replace("”", "â€\x9d")
        .replace("’", "â€™")
        .replace("©", "Â©")
    )


def keys(policy: Policy, around: Around) -> str:
    """The names of the texts where the texts should be."""
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}</nav></header><main><h1>legal.title</h1>"
        + "".join(
            f"<h2>legal.section.{n}.title</h2><p>legal.section.{n}.body</p>"
            for n in range(len(policy.sections))
        )
        + f"</main><footer>{items(around.footer, 'span')}</footer>",
    )


def escaped(policy: Policy, around: Around) -> str:
    """The text with its markup shown, escaped once too often."""
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}</nav></header><main>{m.title()}<div>{html.escape(m.body())}</div></main><footer>{items(around.footer, 'span')}</footer>",
    )
