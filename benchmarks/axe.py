"""Accessibility of a published site and of a running desk: `python benchmarks/axe.py SITE AXE [--desk URL --token T]`.

AXE is the file `axe.min.js` of the npm package axe-core; `watcher user token NAME` makes a token. Opens pages of each
kind in a real browser, in light and dark and at 360 pixels, and prints every finding; ends with 1 when there is a
serious one or a page is wider than the window. Of the desk, the pages that its own pages lead to are opened.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "narrow": (360, "light")}
SERIOUS = ("serious", "critical")
RUN = "axe.run(document, {resultTypes: ['violations']})"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("site", type=Path)
    options.add_argument("axe", type=Path)
    options.add_argument("--browser", default="/usr/bin/chromium")
    options.add_argument("--each", type=int, default=2, help="Pages of each kind.")
    options.add_argument("--desk", default="", help="Where a desk answers.")
    options.add_argument("--token", default="", help="A token for it.")
    chosen = options.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(chosen.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"http://127.0.0.1:{server.server_address[1]}/"
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.browser, args=["--no-sandbox"])
        places = [root + place for place in of_each_kind(chosen.site, chosen.each)]
        if chosen.desk:
            places += of_desk(browser, chosen.desk.rstrip("/"), chosen.token, chosen.each)
        for name in LOOKS:
            found += look(browser, name, places, chosen.axe, chosen.token)
        browser.close()
    print(f"{len(places)} pages, {len(LOOKS)} looks: {len(found)} findings")
    sys.exit(any(impact in SERIOUS for impact in found))


def of_each_kind(site: Path, most: int) -> list[str]:
    """Give some pages of each kind, told by their place: `/x/` is an entry, `/x/y/` an answer, and so on."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html"), key=lambda path: -path.stat().st_size):
        place = str(path.relative_to(site)).removesuffix("index.html")
        first, *rest = place.split("/")
        own = first in ("changes", "compare", "data", "questions", "sources", "providers", "page")
        kind = f"{first if own else ''}{re.sub('[^/]', '', '/'.join(rest))}"
        kinds.setdefault(kind, []).append(place)
    return [place for places in kinds.values() for place in places[:most]]


def of_desk(browser: Browser, desk: str, token: str, most: int) -> list[str]:
    """Give some pages of each kind that the desk's pages lead to; names and numbers in the place make no kind."""
    tab = browser.new_context(extra_http_headers=bearer(token)).new_page()
    kinds: dict[tuple[str, int, str], list[str]] = {}
    waiting = [f"{desk}/{place}" for place in ("queue", "people", "login", "nowhere")]
    while waiting:
        place = waiting.pop(0)
        first, *rest = place.removeprefix(f"{desk}/").partition("?")[0].split("/")
        same = kinds.setdefault((first, len(rest), rest[1] if len(rest) > 1 else ""), [])
        if place in same or len(same) >= most:
            continue
        same.append(place)
        tab.goto(place)
        links = tab.eval_on_selector_all(
            "a[href]",
            "all => all.map(each => new URL(each.getAttribute('href'), location).href.split('#')[0])",
        )
        waiting += [each for each in links if each.startswith(f"{desk}/") and is_page(each)]
    return [place for places in kinds.values() for place in places]


def is_page(place: str) -> bool:
    """Tell pages from feeds, files and the API's description."""
    return not re.search(r"/api/|/payload|/screenshot|/feeds/|\.(atom|json)$", place)


def bearer(token: str) -> dict[str, str]:
    """Give the header that lets a token's owner in."""
    return {"authorization": f"Bearer {token}"} if token else {}


def look(browser: Browser, name: str, places: list[str], axe: Path, token: str) -> list[str]:
    width, scheme = LOOKS[name]
    # Our own policy would keep axe out.
    context: Any = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
        extra_http_headers=bearer(token),
    )
    found = []
    for place in places:
        tab = context.new_page()
        tab.goto(place)
        told = place.split("/", 3)[3]
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            print(f"{name:<7} /{told}: wider than {width} pixels")
            found.append("serious")
        tab.add_script_tag(path=str(axe))
        for each in tab.evaluate(RUN)["violations"]:
            print(
                f"{name:<7} /{told}: {each['impact']}: {each['id']}: {each['nodes'][0]['html'][:120]}"
            )
            found.append(each["impact"])
        tab.close()
    context.close()
    return found


if __name__ == "__main__":
    main()
