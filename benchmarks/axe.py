"""Accessibility of a published site: `python benchmarks/axe.py SITE AXE [--browser PATH]`.

AXE is the file `axe.min.js` of the npm package axe-core. Opens pages of each kind in a real browser, in light and dark
and at 360 pixels, and prints every finding; ends with 1 when there is a serious one or a page is wider than the window.
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
    chosen = options.parse_args()
    pages = of_each_kind(chosen.site, chosen.each)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(chosen.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chosen.browser, args=["--no-sandbox"])
        root = f"http://127.0.0.1:{server.server_address[1]}/"
        found = [each for name in LOOKS for each in look(browser, name, root, pages, chosen.axe)]
        browser.close()
    print(f"{len(pages)} pages, {len(LOOKS)} looks: {len(found)} findings")
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


def look(browser: Browser, name: str, root: str, pages: list[str], axe: Path) -> list[str]:
    width, scheme = LOOKS[name]
    # Our own policy would keep axe out.
    context: Any = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    found = []
    for place in pages:
        tab = context.new_page()
        tab.goto(root + place)
        if tab.evaluate("document.documentElement.scrollWidth") > width:
            print(f"{name:<7} /{place}: wider than {width} pixels")
            found.append("serious")
        tab.add_script_tag(path=str(axe))
        for each in tab.evaluate(RUN)["violations"]:
            print(
                f"{name:<7} /{place}: {each['impact']}: {each['id']}: {each['nodes'][0]['html'][:120]}"
            )
            found.append(each["impact"])
        tab.close()
    context.close()
    return found


if __name__ == "__main__":
    main()
