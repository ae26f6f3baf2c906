"""What search engines are told: the addresses of all pages, in files of at most 40,000 (the protocol allows 50,000)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from xml.sax.saxutils import escape

from watcher.registry.printable import web_link
from watcher.registry.site.making import File

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LONGEST = 40_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def sitemap_files(root: str, pages: Sequence[str]) -> Iterator[File]:
    """Give the sitemap of `pages`, addresses below `root`, and the robots.txt that names it."""
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {web_link(root)}sitemap.xml\n".encode()
    yield File("robots.txt", lambda: robots)
    parts = [pages[start : start + _LONGEST] for start in range(0, len(pages), _LONGEST)]
    if len(parts) == 1:
        yield File("sitemap.xml", partial(_xml, "urlset", "url", [root + page for page in pages]))
        return
    names = [f"sitemap-{number}.xml" for number in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield File(name, partial(_xml, "urlset", "url", [root + page for page in part]))
    links = [root + name for name in names]
    yield File("sitemap.xml", partial(_xml, "sitemapindex", "sitemap", links))


def _xml(outer: str, inner: str, links: Sequence[str]) -> bytes:
    rows = "".join(f"<{inner}><loc>{escape(web_link(each))}</loc></{inner}>\n" for each in links)
    return f'{_HEAD}<{outer} xmlns="{_NAMESPACE}">\n{rows}</{outer}>\n'.encode()
