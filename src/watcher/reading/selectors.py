"""What a person declares of a page: parts to keep, parts to drop, as CSS selectors."""

from __future__ import annotations

from html import escape

from bs4 import BeautifulSoup, Tag

from watcher.errors import ReadingError


def narrow(text: str, keep: tuple[str, ...], drop: tuple[str, ...], url: str) -> str:
    """Give the HTML of a page with only what `keep` matches (all of it when empty) and nothing that `drop` matches.

    Raises ReadingError when a selector matches nothing: the page is no longer what its declaration says.
    """
    page = BeautifulSoup(text, "lxml")
    for selector in drop:
        for element in _matches(page, selector, "drop", url):
            if not element.decomposed:
                element.decompose()
    if not keep:
        return str(page)
    kept = [element for selector in keep for element in _matches(page, selector, "keep", url)]
    chosen = {id(element) for element in kept}
    outermost = [
        element for element in kept if not any(id(outer) in chosen for outer in element.parents)
    ]
    unique = {id(element): element for element in outermost}
    # In the order of the page, whichever selector found them.
    parts = [str(element) for element in page.find_all(True) if id(element) in unique]
    head = _head(page)
    return (
        f"<!doctype html><html{head[0]}><head>{head[1]}</head><body>{''.join(parts)}</body></html>"
    )


def _matches(page: BeautifulSoup, selector: str, what: str, url: str) -> list[Tag]:
    found = list(page.select(selector))
    if not found:
        raise ReadingError(
            f"{url}: the selector to {what}, {selector!r}, matches nothing; "
            "look at the page and correct the declaration"
        )
    return found


def _head(page: BeautifulSoup) -> tuple[str, str]:
    root = page.find("html")
    language = root.get("lang") if isinstance(root, Tag) else None
    base = page.find("base")
    return (
        f' lang="{escape(str(language))}"' if language else "",
        f"{page.title or ''}{base or ''}",
    )
