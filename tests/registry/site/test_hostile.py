"""Whatever a name, a quote, an address or a page says, it stays text, and no page grows too large for it."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valid_html import problems
from watcher.model import (
    Block,
    BlockChange,
    BlockKind,
    Check,
    Claim,
    ClaimChange,
    Decision,
    Difference,
    Evidence,
    Judgement,
    Slug,
    SourceId,
    Verdict,
    WordEdit,
)
from watcher.registry.site import SiteInfo
from watcher.registry.site.addresses import offering_page, provider_page, segment
from watcher.registry.site.guidance import guidance_html
from watcher.registry.site.rendering import correction_link, is_correction_place

SCRIPT = "</title></script><script>alert(1)</script>"
ATTRIBUTE = "\" onmouseover='alert(1)' x=\""
PICTURE = "<svg onload=alert(1)><img src=x onerror=alert(1)>"
TURNED = "safe\u202egnp.exe\u2066\u2069\u200b\x00\x1b[31m\ud800"
TEMPLATE = "{{ 7 * 7 }}{% raw %}${7*7}"
LONG = "a" * 1_000_000
ENTITIES = "&\"'<" * 15_000
HOSTILE = [SCRIPT, ATTRIBUTE, PICTURE, TURNED, TEMPLATE, LONG, ENTITIES]
BAD_LINKS = [
    "javascript:alert(1)",
    "data:text/html,<script>",
    'https://acme.example/"><script>',
    "vbscript:x",
    LONG,
]


def with_all_hostile(world, text, link):
    """Give facts in which every text is `text` and every address `link`."""
    offering = replace(
        world.offering,
        name=text,
        provider=text,
        type=text,
        status=text,
        summary=text,
        guidance=f"# {text}\n\n- {text}\n\n[{text}]({link}) **{text}** `{text}`\n\n{text}",
        official_site=link,
        official_docs=link,
    )
    sources = {each.id: replace(each, title=text, url=link) for each in world.sources.values()}
    accepted = [
        world.accepted(
            key,
            text,
            condition=text,
            quote=text,
            scope=f"{number}{text}",
            attributes=((text, text), ("route", text)),
        )
        for key in ("soc2_type2", "output_ownership")
        for number in range(1 if len(text) > 1000 else 4)
    ]
    before = Claim("output_ownership", text, Evidence(text, 0), text, text)
    after = replace(before, evidence=Evidence(f"{text}.", 0), value=f"{text}.")
    block = Block(BlockKind.PARAGRAPH, text, path=(text, text))
    words = (WordEdit("same", text), WordEdit("removed", text), WordEdit("added", text))
    change = replace(
        world.change(5),
        claims=(ClaimChange(Difference.CHANGED, before, after),),
        blocks=(
            BlockChange(Difference.CHANGED, block, block, words),
            BlockChange(Difference.ADDED, None, block),
            BlockChange(Difference.REMOVED, block, None),
        ),
        title=text,
    )
    reviews = [world.review(1, 1, Decision.ACCEPT), world.review(2, 5, Decision.ACCEPT)]
    return {
        "offerings": {offering.slug: offering},
        "sources": sources,
        "accepted": accepted,
        "changes": [change],
        "reviews": reviews,
        "checks": {
            each: [Check(each, world.on(9), Judgement(Verdict.BLOCKED, text))] for each in sources
        },
        "unreviewed": {SourceId("terms"): [world.claim("data_sale", text)]},
    }


@pytest.mark.parametrize(
    ("text", "link"),
    [
        *((text, BAD_LINKS[place % len(BAD_LINKS)]) for place, text in enumerate(HOSTILE)),
        ("x", BAD_LINKS[2]),
    ],
    ids=lambda each: each[:20].encode("ascii", "replace").decode(),
)
def test_hostile_text_stays_text(published, parse, world, text, link):
    title = SiteInfo(text[:300] or "x", "https://registry.example/")
    files = published(title, **with_all_hostile(world, text, link))
    for path, content in files.items():
        shown = content.decode("utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", shown), path
        if not path.endswith(".html"):
            continue
        page = parse(path, content)
        assert len(content) <= 100_000, f"{path}: {len(content)}"
        assert not problems(content), path
        assert [set(each) for each in page.all("script")] == [{"src", "defer"}]
        assert not page.all("img", "iframe", "object", "style", "base")
        for tag, attributes in page.elements:
            assert not any(name.startswith("on") or name == "style" for name in attributes), tag
            for name in ("href", "src"):
                assert urlsplit(attributes.get(name, "")).scheme in ("", "http", "https", "mailto")


def test_text_is_never_a_template(published, parse, world):
    files = published(**with_all_hostile(world, TEMPLATE, ""))
    entry = parse("", files["acme-api/index.html"])
    assert TEMPLATE in entry.text
    assert "49" not in entry.text


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


ALLOWED = {
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "strong",
    "em",
    "a",
}
MARKS = [
    "# ",
    "## ",
    "- ",
    "1. ",
    "> ",
    "```",
    "\n",
    "\n\n",
    "**",
    "*",
    "_",
    "`",
    "[a](",
    "https://x.example/",
]
OTHERS = [
    "javascript:1",
    ")",
    "<b>",
    "</p>",
    "<https://y.example>",
    "word ",
    '"',
    "&",
    "'",
    "  ",
    "\u202e",
    "\\",
]
GUIDANCE = st.lists(
    st.sampled_from([*MARKS, *OTHERS]),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(GUIDANCE)
def test_guidance_becomes_only_the_elements_that_it_may(text):
    tags = Tags()
    tags.feed(guidance_html(text))
    assert not tags.open
    for tag, attributes in tags.found:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "rel", "tabindex"}
        assert (attributes.get("href") or "https://").startswith(("http://", "https://"))


def test_guidance_reads_as_its_maintainer_meant_it():
    text = (
        "# Why\n\nThe **paid** tier, *not* `free`; see [the page](https://a.example/b?c=1&d=2).\n\n"
        "- One\n  goes on\n- Two\n\n1. First\n2. Second\n\n> Said\n> so\n\n```\n<b> & *x*\n```\n"
    )
    assert guidance_html(text).split("\n") == [
        "<h3>Why</h3>",
        "<p>The <strong>paid</strong> tier, <em>not</em> <code>free</code>; see <a "
        'href="https://a.example/b?c=1&amp;d=2" rel="nofollow noopener">the page</a>.</p>',
        "<ul><li>One goes on</li><li>Two</li></ul>",
        "<ol><li>First</li><li>Second</li></ol>",
        "<blockquote><p>Said so</p></blockquote>",
        '<pre tabindex="0"><code>&lt;b&gt; &amp; *x*</code></pre>',
    ]


NAMES = st.text(st.characters(exclude_categories=()) | st.sampled_from("/.\\%?#-_ "), max_size=50)


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES)
def test_every_name_has_an_address_of_its_own(name, other):
    assert re.fullmatch("[a-z0-9][a-z0-9_-]*", segment(name))
    assert re.fullmatch("[a-z0-9][a-z0-9_/-]*/", provider_page(name))
    if name != other:
        assert segment(name) != segment(other)
        assert offering_page(Slug(name)) != offering_page(Slug(other))


def test_corrections_go_to_an_address_or_nowhere():
    link = "https://a.example/new?about={offering}&key={key}"
    assert correction_link(link, Slug("b&c"), "k") == "https://a.example/new?about=b%26c&key=k"
    assert (
        correction_link("x@a.example", Slug("b"), "k")
        == "mailto:x@a.example?subject=Correction%3A%20b%20k"
    )
    for nowhere in ("javascript:alert(1)", "", "x@a.example?bcc=y@b.example", "mailto:x@a.example"):
        assert correction_link(nowhere, Slug("b")) == ""
        assert not is_correction_place(nowhere)
