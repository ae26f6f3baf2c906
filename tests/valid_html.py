"""Whether a page is valid HTML: html5lib's strict parse, and the content models of the elements that our pages use.

The models are those of https://html.spec.whatwg.org/multipage/indices.html#elements-3; an element that the tables here
do not name is reported, so that none goes unchecked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import html5lib
from html5lib.constants import E as SAID


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


PHRASING = _set(
    "a abbr b bdi br button code cite data datalist del em i img input ins kbd label mark meter option output progress "
    "q s samp script select small span strong sub sup svg template textarea time u var wbr"
)
FLOW = PHRASING | _set(
    "address article aside blockquote details dialog div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "main nav ol p pre section table ul"
)
HEADINGS = _set("h1 h2 h3 h4 h5 h6")
INTERACTIVE = _set("a button details input label select textarea")

MODELS: dict[str, frozenset[str]] = {
    "html": _set("head body"),
    "head": _set("base link meta script style title"),
    "ul": _set("li"),
    "ol": _set("li"),
    "dl": _set("dt dd div"),
    "table": _set("caption colgroup thead tbody tfoot tr"),
    "thead": _set("tr"),
    "tbody": _set("tr"),
    "tr": _set("th td"),
    "select": _set("option optgroup"),
    "optgroup": _set("option"),
    "datalist": _set("option"),
    "summary": PHRASING | HEADINGS,
    "details": FLOW | _set("summary"),
    "figure": FLOW | _set("figcaption"),
    "dt": FLOW - HEADINGS - _set("header footer section article nav"),
    **dict.fromkeys(_set("p h1 h2 h3 h4 h5 h6 pre span b i q em strong code kbd small"), PHRASING),
    **dict.fromkeys(_set("mark time button label output bdi cite data"), PHRASING),
    **dict.fromkeys(_set("body main nav header footer section article aside div li dd td"), FLOW),
    **dict.fromkeys(_set("th caption form blockquote figcaption dialog address a ins del"), FLOW),
    **dict.fromkeys(_set("br hr img input link meta base wbr"), _set("")),
    **dict.fromkeys(_set("option title textarea script"), _set("")),
}
"""Element → the elements that may be its children. Transparent ones (a, ins, del) are looked through."""

POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list")


def problems(content: str | bytes) -> list[str]:
    """Give everything that is not valid in a page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(content.decode() if isinstance(content, bytes) else content)
    found = [f"line {at[0]}: {SAID[code] % facts}" for at, code, facts in parser.errors]
    return [*found, *_misplaced(page, [page.tag]), *_names(page)]


def _misplaced(element: Any, above: list[str]) -> Iterator[str]:
    for child in element:
        name = child.tag
        if not isinstance(name, str):  # a comment
            continue
        if name in ("svg", "{http://www.w3.org/2000/svg}svg"):
            continue
        place = " > ".join([*above[-3:], name])
        if name not in MODELS:
            yield f"{place}: not an element that we know"
            continue
        if name not in MODELS[_opaque(above)] and not (
            name in ("dt", "dd") and above[-2:] == ["dl", "div"]
        ):
            yield f"{place}: does not belong there"
        if name in INTERACTIVE and {"a", "button"} & set(above):
            yield f"{place}: one thing to press within another"
        if name in ("label", "form") and name in above:
            yield f"{place}: within another {name}"
        if name == "img" and "alt" not in child.attrib:
            yield f"{place}: no alt"
        yield from _ordered(child, place)
        yield from _misplaced(child, [*above, name])


def _opaque(above: list[str]) -> str:
    return next((name for name in reversed(above) if name not in ("a", "ins", "del")), "div")


def _ordered(element: Any, place: str) -> Iterator[str]:
    """Tell of children that have to come first, or have to be there."""
    names = [child.tag for child in element]
    first = {"details": "summary", "table": "caption", "figure": "figcaption"}.get(element.tag)
    if first in names[1:]:
        yield f"{place}: {first} comes first"
    if element.tag == "details" and "summary" not in names:
        yield f"{place}: no summary"
    if element.tag == "dl" or "dd" in names:
        pairs = [name for name in names if name != "div"]
        if pairs and (pairs[0] != "dt" or pairs[-1] != "dd"):
            yield f"{place}: names and values do not pair"


def _names(page: Any) -> Iterator[str]:
    ids = [each.attrib["id"] for each in page.iter() if "id" in each.attrib]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"id {twice!r} is there twice"
    for each in page.iter():
        if "id" in each.attrib and (
            not each.attrib["id"] or any(map(str.isspace, each.attrib["id"]))
        ):
            yield f"id {each.attrib['id']!r} is empty or has a space"
        for name in POINTING:
            for named in each.attrib.get(name, "").split():
                if named not in ids:
                    yield f"{each.tag} {name}={named!r} leads nowhere"
        href = each.attrib.get("href", "")
        if any(map(str.isspace, href)):
            yield f"href {href!r} has a space"
