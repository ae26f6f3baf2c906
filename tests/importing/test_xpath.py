"""XPath as CSS: what is written is held against what both find on one page, and what is not is refused."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from watcher.importing.xpath import css_of

_CELLS = "".join(f"<td class='c{n % 2}'>{n}</td>" for n in range(4))
_PART = (
    "<div class='box wide' id='{0}'><h2>Terms {0}</h2><p>One</p><p class='note'>Two and three <a href='/x'>more</a></p>"
    f"<ul><li>a</li><li class='note'>b</li><li>c</li></ul><table><tr>{_CELLS}</tr><tr>{_CELLS}</tr></table></div>"
)
PAGE = f"<html><body><main>{_PART.format('a')}{_PART.format('b')}</main><p>Last</p></body></html>"


def found_by_xpath(xpath: str) -> list[str]:
    """Give the places of what lxml finds; of a text the place of the element that it stands in."""
    tree = html.document_fromstring(PAGE)
    where = tree.getroottree()
    found = [each.getparent() if isinstance(each, str) else each for each in tree.xpath(xpath)]
    return [place for each in found if "/html" in (place := where.getpath(each))]


def found_by_css(css: str) -> list[str]:
    """Give the places of what the reader finds, in the words of lxml."""
    soup = BeautifulSoup(PAGE, "lxml")
    tree = html.document_fromstring(PAGE)
    order = {id(each): number for number, each in enumerate(soup.find_all(True))}
    elements = [*tree.iter()]
    return [tree.getroottree().getpath(elements[order[id(each)]]) for each in soup.select(css)]


WRITTEN = [
    "//main",
    "/html/body/main/div[2]/p[1]",
    "//*[@id='b']/table/tr[2]/td[3]",
    "//tr[position()=last()-1]//td[last()]",
    "//li[@class='note']",
    "//td[@class='c1'][2]",
    "//td[2][@class='c1']",
    "//div[contains(@class, 'wide') and @id]",
    "//*[starts-with(@class, 'box')]/h2",
    "//td[position() >= 2 and position() < 4]",
    "//li[position() > 1][position() <= 1]",
    "//*[3]",
    "//h2[contains(., 'Terms b')]/following-sibling::p",
    "//p[contains(., 'and')]",
    "//h2 | //li[2]",
    "//h2/text()",
    "xpath://p",
]


@pytest.mark.parametrize("xpath", WRITTEN)
def test_what_is_written_as_css_finds_the_same(xpath: str) -> None:
    css = css_of(xpath)
    assert css is not None
    found = found_by_xpath(xpath.removeprefix("xpath:"))
    assert found
    assert found_by_css(css) == found


_names = st.sampled_from(["div", "p", "li", "td", "tr", "*", "ul", "h2"])
_tests = st.sampled_from(
    [
        "[1]",
        "[2]",
        "[last()]",
        "[@class]",
        "[@class='note']",
        "[contains(@class, 'c')]",
        "[position()>1]",
        "",
    ]
)
_steps = st.tuples(st.sampled_from(["/", "//"]), _names, _tests, _tests).map("".join)


@given(st.lists(_steps, min_size=1, max_size=3).map("".join))
def test_all_that_is_written_finds_the_same(path: str) -> None:
    xpath = f"//body{path}"
    css = css_of(xpath)
    assert css is not None
    assert found_by_css(css) == found_by_xpath(xpath)


@pytest.mark.parametrize(
    "xpath",
    [
        "",
        "/body",
        "//a/@href",
        "(//p)[1]",
        "//p[text()='One']",
        "//p[",
        "//p/..",
        "//p/ancestor::div",
        "//p[@a or @b]",
        "//h2/following-sibling::p[1]",
        "count(//p)",
        "//p[not(@class)]",
        "//following-sibling::p",
    ],
)
def test_what_css_cannot_say_is_not_written(xpath: str) -> None:
    assert css_of(xpath) is None
