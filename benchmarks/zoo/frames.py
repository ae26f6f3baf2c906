"""The sites: each frame writes the whole page around a policy, as different makers of sites do."""

from __future__ import annotations

import json
from collections.abc import Callable

from zoo.markup import (
    Accordion,
    Around,
    Cards,
    Details,
    Docs,
    Lines,
    Markup,
    Notion,
    Office,
    Spans,
    Tabs,
    Widget,
)
from zoo.parts import chat, consent, form, items, page, testimonial
from zoo.policy import Policy

Frame = Callable[[Policy, Around], str]


def next_app(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    data = json.dumps(
        {"props": {"page": {"title": policy.title, "body": m.body()}}, "buildId": around.build}
    )
    ribbon = f'<div class="rb_{around.build}">{around.ribbon}</div>' if around.ribbon else ""
    return page(
        policy,
        around,
        f'<div id="__next">{ribbon}<header class="h_{around.build}"><nav><ul>{items(around.menu)}</ul></nav></header><main class="m_{around.build}">{m.title()}{m.date()}{m.body()}{m.foot()}</main><footer><ul>{items(around.footer)}</ul><p>© {around.now.year} {policy.company}</p></footer>{consent(around)}{chat(around)}</div><script id="__NEXT_DATA__" type="application/json">{data.replace("<", chr(92) + "u003c")}</script><next-route-announcer><p aria-live="assertive" role="alert">{policy.title if around.dice.random() < 0.3 else ""}</p></next-route-announcer>',
    )


def soup(policy: Policy, around: Around) -> str:
    """No landmark at all; the menu and the footer are divs as everything else."""
    m = Spans(policy, around)
    links = "".join(
        f'<div class="c{around.build}"><a href="/{n}">{n}</a></div>' for n in around.menu
    )
    foot = "".join(
        f'<div class="d{around.build}"><a href="/{n}">{n}</a></div>' for n in around.footer
    )
    ribbon = (
        f'<div class="e{around.build}"><span>{around.ribbon}</span></div>' if around.ribbon else ""
    )
    return page(
        policy,
        around,
        f'<div id="root"><div class="a{around.build}">{ribbon}<div><div>{links}</div></div><div><div>{m.title()}{m.date()}<div>{m.body()}</div>{m.foot()}</div></div><div><div>{foot}</div><div>© {around.now.year} {policy.company}. All rights reserved.</div></div></div></div>{consent(around, False)}{chat(around)}',
    )


def all_main(policy: Policy, around: Around) -> str:
    """One <main> around menu, policy, promotion and footer."""
    m = Markup(policy, around)
    offer = (
        f"<section><h2>{around.quote}</h2><p>Start free. No card needed.</p><a href='/signup'>Get started</a></section>"
        if around.quote
        else ""
    )
    return page(
        policy,
        around,
        f'<main><div class="bar">{items(around.menu, "span")}</div><article>{m.title()}{m.date()}{m.body()}{m.foot()}</article>{offer}<div class="bottom">{items(around.footer, "span")}<p>© {around.now.year} {policy.company}, registered in the commercial register under HRB 20417</p></div></main>{consent(around)}',
    )


def accordion(policy: Policy, around: Around) -> str:
    m = Accordion(policy, around)
    return page(
        policy,
        around,
        f"<header><nav>{items(around.menu, 'span')}</nav></header><main>{m.title()}{m.date()}<button>Expand all</button>{m.body()}</main>{form(around)}<footer>{items(around.footer, 'p')}</footer>{consent(around)}",
    )


def details(policy: Policy, around: Around) -> str:
    m = Details(policy, around)
    return page(
        policy,
        around,
        f'<header>{items(around.menu, "span")}<p>{around.ribbon}</p></header><div class="content">{m.title()}{m.date()}{m.body()}</div><footer>{items(around.footer, "p")}</footer>',
    )


def tabs(policy: Policy, around: Around) -> str:
    m = Tabs(policy, around)
    return page(
        policy,
        around,
        f"<header><nav><ul>{items(around.menu)}</ul></nav></header><section>{m.title()}{m.date()}{m.body()}</section>{testimonial(around)}<footer><ul>{items(around.footer)}</ul></footer>{consent(around)}",
    )


def old_table(policy: Policy, around: Around) -> str:
    """A page of 2003: a table for the layout."""
    m = Lines(policy, around)
    today = around.now.strftime("%A, %d %B %Y")
    return page(
        policy,
        around,
        f'<table width="100%"><tr><td colspan="2"><b>{policy.product}</b> {today}</td></tr><tr><td width="160" valign="top">{"<br>".join(f"<a href=/{n}>{n}</a>" for n in around.menu)}</td><td><font size="6">{policy.title}</font><br><i>{policy.date_line()}</i><br><br>{m.body()}</td></tr><tr><td colspan="2" align="center"><font size="1">{" | ".join(f"<a href=/{n}>{n}</a>" for n in around.footer)} | You are visitor number {around.count}</font></td></tr></table>',
    )


def webflow(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'<div class="w-nav" role="banner"><div class="w-container"><nav role="navigation">{items(around.menu, "div")}</nav></div></div><div class="section"><div class="w-layout-blockcontainer">{m.title()}<div>{policy.date_line()}</div><div class="w-richtext">{m.body()}{m.foot()}</div></div></div><div class="section cta"><h2>Ready when you are</h2><p>{around.quote}</p>{form(around)}</div><div class="footer">{items(around.footer, "div")}<div>© {around.now.year} {policy.company}</div></div>{consent(around, False)}',
    )


def framer(policy: Policy, around: Around) -> str:
    """The same content once for each width of screen."""
    m = Spans(policy, around)
    inner = f'{m.title()}<div class="framer-{around.build}"><p class="framer-text">{policy.date_line()}</p></div>{m.body()}'
    menus = "".join(
        f'<div class="ssr-variant hidden-{w}"><div>{"".join(f"<p class=framer-text><a href=./{n}>{n}</a></p>" for n in around.menu)}</div></div>'
        for w in ("a", "b")
    )
    return page(
        policy,
        around,
        f'<div id="main" data-framer-hydrate-v2="{around.token()}">{menus}<div class="ssr-variant hidden-x">{inner}</div><div class="framer-foot">{"".join(f"<p class=framer-text><a href=./{n}>{n}</a></p>" for n in around.footer)}<p class="framer-text">{around.ribbon}</p></div></div>',
    )


def zendesk(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    related = "".join(
        f'<li><a href="/hc/articles/{around.dice.randrange(10**8)}">{p}</a></li>'
        for p in around.posts
    )
    comments = "".join(
        f"<li><div>{c.split(':')[0]}</div><div>{around.dice.randint(1, 11)} months ago</div><p>{c.split(':')[1]}</p></li>"
        for c in around.comments
    )
    ago = (around.now - policy.dated).days
    return page(
        policy,
        around,
        f'<a class="skip" href="#main">Skip to main content</a><header><a href="/">{policy.product} Help</a><nav>{items(around.menu, "span")}</nav></header><main id="main"><nav><ol class="breadcrumbs">{items([policy.product, "Privacy and security"])}</ol></nav><aside><h3>Articles in this section</h3><ul>{items(around.posts[:3])}</ul></aside><article><header>{m.title()}<div>Robin Vale</div><time datetime="{policy.dated.isoformat()}">{f"{ago} days ago" if ago < 60 else f"{ago // 30} months ago"}</time><button>Follow</button></header><section><div class="article-body">{m.body()}</div></section><footer><div>Was this article helpful?</div><button>Yes</button><button>No</button><span>{around.count} out of {around.count + 14} found this helpful</span></footer><section><h2>Related articles</h2><ul>{related}</ul></section><section><h2>Comments</h2><p>{len(around.comments)} comments</p><ul>{comments}</ul></section></article></main><footer>{items(around.footer, "span")}</footer>{chat(around)}',
    )


def intercom(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    ago = (around.now - policy.dated).days
    when = (
        "today"
        if ago < 1
        else f"{ago} days ago"
        if ago < 7
        else "over a week ago"
        if ago < 14
        else f"over {ago // 7} weeks ago"
        if ago < 60
        else "over 2 months ago"
    )
    related = "".join(
        f'<a href="/en/articles/{n}"><div><span>{p}</span></div></a>'
        for n, p in enumerate(around.posts)
    )
    contents = "".join(
        f'<a href="#s{n}">{s.heading}</a>' for n, s in enumerate(policy.sections) if s.heading
    )
    return page(
        policy,
        around,
        f'<div id="__next"><header><div>{items(around.menu, "div")}</div><form role="search"><input placeholder="Search for articles..."></form></header><div><div>{items(["All Collections", "Privacy"], "div")}</div><div><div>{m.title()}</div><div><div>Written by Jo Marsh</div><div>Updated {when}</div></div><div>Table of contents{contents}</div><article>{m.body()}</article><section><h2>Related Articles</h2>{related}</section><div>Did this answer your question?<button>😞</button><button>😐</button><button>😃</button></div></div></div><footer>{items(around.footer, "div")}</footer></div>',
    )


def notion(policy: Policy, around: Around) -> str:
    m = Notion(policy, around)
    return page(
        policy,
        around,
        f'<div id="notion-app"><div class="topbar"><div>{policy.title}</div><div role="button">Search</div><div role="button">Duplicate</div><a>Get Notion free</a></div><div class="page"><div>{m.title()}</div><div><div>{policy.date_line()}</div>{m.body()}</div></div></div>',
    )


def office(policy: Policy, around: Around) -> str:
    m = Office(policy, around)
    return page(
        policy,
        around,
        f'<div id="header"><div id="title">{policy.title}</div><div id="interval"><span>Updated automatically every 5 minutes</span></div></div><div id="banners"><span>Published using Docs</span><a href="/report">Report abuse</a><a>Learn more</a></div><div id="contents"><style>.c1{{margin:0}}.c3{{color:#{around.build}}}</style><div class="doc-content">{Markup.title(m)}{m.date()}{m.body()}<hr><div><p class="c1"><a href="#ref1" id="f1">[1]</a><span class="c3">{policy.foot}</span></p></div></div></div>',
    )


def docs(policy: Policy, around: Around) -> str:
    m = Docs(policy, around)
    contents = "".join(
        f'<li><a href="#{s.heading}">{s.heading}</a></li>' for s in policy.sections if s.heading
    )
    return page(
        policy,
        around,
        f'<div role="region" aria-label="Skip to main content"><a href="#c">Skip to main content</a></div><nav aria-label="Main">{items(around.menu, "span")}<button>Search<kbd>{around.dice.choice(("⌘", "Ctrl"))}</kbd><kbd>K</kbd></button></nav><div><aside><nav aria-label="Docs sidebar"><ul>{items(around.posts)}</ul></nav></aside><main><div><article><nav aria-label="Breadcrumbs"><ul><li>Legal</li><li>{policy.title}</li></ul></nav><div class="md"><header>{m.title()}</header>{m.body()}</div><footer><div><div><a href="/edit">Edit this page</a></div><div><span>{policy.date_line()} by <b>mira</b></span></div></div></footer></article><nav aria-label="Docs pages"><a href="/p">Previous {around.posts[0]}</a><a href="/n">Next {around.posts[1]}</a></nav></div><div class="toc"><ul>{contents}</ul></div></main></div><footer>{items(around.footer, "span")}</footer>',
    )


def mintlify(policy: Policy, around: Around) -> str:
    """Documentation whose sidebar has no landmark; vote and agent buttons in the text column."""
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'<div id="navbar"><div>{items(around.menu, "div")}</div><button>Ask AI<span>{around.dice.choice(("⌘I", "Ctrl+I"))}</span></button></div><div id="sidebar"><div><h5>Getting started</h5><ul>{items(around.posts)}</ul></div></div><div id="content-area"><header><div>Legal</div><div><h1 id="page-title">{policy.title}</h1><button>Copy page</button></div><div>{policy.date_line()}</div></header><div class="mdx">{m.body()}</div><div><p>Was this page helpful?</p><button>Yes</button><button>No</button></div><div><a href="/x">{around.posts[0]}</a><a href="/y">{around.posts[1]}</a></div></div><div id="toc"><div>On this page</div><ul>{items([s.heading for s in policy.sections if s.heading])}</ul></div>',
    )


def wordpress(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    el = around.build
    posts = items(around.posts)
    comments = "".join(
        f"<li><b>{c.split(':')[0]}</b> says:<p>{c.split(':')[1]}</p><a href='#r'>Reply</a></li>"
        for c in around.comments
    )
    return page(
        policy,
        around,
        f'<div data-elementor-type="header" class="elementor-{el}"><div class="elementor-widget"><ul>{items(around.menu)}</ul></div></div><div class="elementor elementor-{el}"><div class="elementor-widget-heading">{m.title()}</div><div class="elementor-widget-text-editor"><div class="elementor-widget-container">{m.date()}{m.body()}{m.foot()}</div></div><div class="share"><a>Share</a><span>{around.count} shares</span></div></div><div class="sidebar"><h3>Recent posts</h3><ul>{posts}</ul><h3>Newsletter</h3>{form(around)}</div><div id="comments"><h3>{len(around.comments)} thoughts on “{policy.title}”</h3><ol>{comments}</ol></div><div data-elementor-type="footer"><p>{around.ribbon}</p>{items(around.footer, "p")}<p>© {around.now.year} {policy.company}</p></div>{consent(around, False)}',
    )


def wix(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'<div id="SITE_CONTAINER"><div id="comp-{around.build}1"><div>{items(around.menu, "p")}</div></div><div id="comp-{around.build}2"><div><p class="font_8">\u200b</p>{m.title()}<p class="font_8"><span>{policy.date_line()}</span></p><p class="font_8"><span class="wixGuard">\u200b</span></p>{m.body()}</div></div><div id="comp-{around.build}3"><div>{items(around.footer, "p")}</div><p class="font_9">Tel: +49 40 555 0142</p><p class="font_9">{around.count} visits</p></div></div>{consent(around, False)}',
    )


def drupal(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'<div class="dialog-off-canvas"><header role="banner"><nav role="navigation"><h2 class="visually-hidden">Main navigation</h2><ul>{items(around.menu)}</ul></nav></header><div class="region region-breadcrumb"><nav role="navigation"><ol>{items(["Home", "Legal"])}</ol></nav></div><main role="main"><div class="region-content"><article role="article"><div class="field field--body">{m.title()}{m.date()}{m.body()}</div><div class="field"><div class="field__label">Printed on</div><div>{around.now.strftime("%d.%m.%Y %H:%M")}</div></div></article></div></main><footer role="contentinfo"><ul>{items(around.footer)}</ul></footer></div>{consent(around)}',
    )


def plain(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'{m.title()}{m.date()}{m.body()}{m.foot()}<hr><p><a href="/">Back to {policy.product}</a></p>',
    )


def widget(policy: Policy, around: Around) -> str:
    m = Widget(policy, around)
    contents = "".join(
        f'<div><a href="#{n}x"><span>{s.heading.upper()}</span></a></div>'
        for n, s in enumerate(policy.sections)
        if s.heading
    )
    return page(
        policy,
        around,
        f'<header>{items(around.menu, "span")}</header><div class="legal"><div data-custom-class="title"><strong>{policy.title.upper()}</strong></div><div data-custom-class="subtitle"><strong>{policy.date_line()}</strong></div><div><strong>TABLE OF CONTENTS</strong></div>{contents}{m.body()}<div>This document was made with a generator of policies.</div></div><footer>{items(around.footer, "span")}</footer>{consent(around)}',
    )


def trust(policy: Policy, around: Around) -> str:
    m = Cards(policy, around)
    hours = around.dice.randint(1, 20)
    controls = "".join(
        f"<li><div>{c}</div><div>{around.dice.choice(('Passing', 'Passing', 'Monitored'))}</div></li>"
        for c in (
            "Passwords enforced",
            "Disks encrypted",
            "Backups restored",
            "Vendors assessed",
            "Logs retained",
        )
    )
    updates = "".join(
        f"<div><h4>{p}</h4><p>{around.now.strftime('%b %d')}</p></div>" for p in around.posts[:2]
    )
    return page(
        policy,
        around,
        f'<div id="app"><div><div>{policy.product} Trust Center</div>{items(around.menu, "div")}<button>Request access</button></div><div><section>{m.title()}<p>{policy.date_line()}</p>{m.body()}</section><section><h2>Controls</h2><div>Updated {hours} hours ago</div><ul>{controls}</ul></section><section><h2>Updates</h2>{updates}</section></div><div>{items(around.footer, "div")}<div>Powered by Portalis</div></div></div>{chat(around)}',
    )


def contents_first(policy: Policy, around: Around) -> str:
    """A table of contents that repeats the headings, a version picker, a picker of languages."""
    m = Markup(policy, around)
    contents = "".join(
        f'<li><a href="#s{n}">{s.heading}</a></li>'
        for n, s in enumerate(policy.sections)
        if s.heading
    )
    versions = "".join(f"<option>{v}</option>" for v in around.versions)
    langs = "".join(f'<a hreflang="{x}" href="/{x}/legal">{x}</a>' for x in around.languages)
    return page(
        policy,
        around,
        f'<div class="ribbon">{around.ribbon}</div><header><nav>{items(around.menu, "span")}</nav><div>{langs}</div></header><div class="legal-layout"><aside><h2>On this page</h2><ol>{contents}</ol></aside><article>{m.title()}{m.date()}<label>Version<select>{versions}</select></label><p>{around.notice}</p>{m.body()}{m.foot()}</article></div><footer>{items(around.footer, "p")}<p>{policy.company}, ISO 27001, SOC 2 Type II</p></footer>{consent(around)}',
    )


def repository(policy: Policy, around: Around) -> str:
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f'<div class="logged-out"><header>{items(around.menu, "div")}</header><div><main><div><h2>{policy.product}/legal</h2><ul><li>Star {around.count}</li><li>Fork {around.count // 7}</li></ul></div><div>Latest commit <a href="/c/{around.build}">{around.build}</a> {around.dice.randint(1, 29)} days ago</div><article class="markdown-body">{m.title()}{m.date()}{m.body()}</article></main></div><footer>{items(around.footer, "div")}</footer></div>',
    )


def editorial(policy: Policy, around: Around) -> str:
    """A policy in the company's magazine: author, reading time, next posts."""
    m = Markup(policy, around)
    return page(
        policy,
        around,
        f"<header>{items(around.menu, 'span')}</header><main><article><p>Company · {max(3, len(policy.sections))} min read</p>{m.title()}<p>{policy.date_line()}</p>{m.body()}{m.foot()}<p>{around.quote}</p></article><section><h2>Keep reading</h2>{''.join(f'<a href=/blog/{n}><h3>{p}</h3><p>{around.dice.randint(2, 9)} min read</p></a>' for n, p in enumerate(around.posts))}</section></main><footer>{form(around)}{items(around.footer, 'span')}</footer>",
    )
