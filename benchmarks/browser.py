"""What a rendered page costs, and whether all of it is there.

    python benchmarks/browser.py complete 50    first looks, one after the other: complete, seconds, CPU seconds a page
    python benchmarks/browser.py again 50       the same where the page reads as before, so that no picture is made
    python benchmarks/browser.py speed 24 4     24 such pages, four at once: pages a second
    python benchmarks/browser.py memory 500     memory of the browser along the way
    python benchmarks/browser.py these URL …    pages elsewhere, such as those of peerbench's server

The portal is in the style of real ones: sent on by a script, filled in waves at 0.2, 1.0 and 2.5 seconds from JSON,
with polling and a clock that never end, a list of 60 that loads as one scrolls, folded panels that are taken out of
the page when closed, a consent dialog over all of it, and words under a shadow root.

CPU is that of the whole tree: Watcher, Playwright's driver, every process of the browser. The server is apart.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil

from watcher.fetching.browser import BrowserFetcher
from watcher.fetching.politeness import Manners, Politeness
from watcher.model import Known, Response, Source, SourceId, SourceKind

GATE = "<title>Loading</title><p>One moment …</p><script>setTimeout(() => location.replace('/portal'), 300)</script>"
PORTAL = """<!DOCTYPE html><html lang="en"><head><title>Trust portal</title></head><body>
<header><nav><button aria-expanded="false" aria-haspopup="menu">Products</button></nav></header>
<main><h1>Trust portal</h1><p>Checked at <span id="clock"></span></p>
<section><h2>Controls</h2><ul id="controls"></ul></section>
<section id="panels"><h2>Questions</h2></section>
<portal-card></portal-card>
<section><h2>Subprocessors</h2><ol id="list"></ol><div id="end" style="height: 1px"></div></section></main>
<div role="dialog" id="consent" style="position: fixed; inset: 0; background: white">
<p>We use cookies to understand how our portal is used.</p>
<button id="yes">Accept all</button><button id="no">Reject all</button></div>
<p id="choice"></p>
<script>
const $ = (id) => document.getElementById(id);
const item = (text) => Object.assign(document.createElement("li"), { textContent: text });
for (const [wave, at] of [200, 1000, 2500].entries())
  setTimeout(() => fetch(`/api/wave/${wave}`).then((answer) => answer.json())
    .then((texts) => $("controls").append(...texts.map(item))), at);
setInterval(() => fetch(`/api/poll?at=${Date.now()}`), 200);
setInterval(() => { $("clock").textContent = new Date().toISOString() }, 100);
$("yes").onclick = () => { $("choice").textContent = "accepted"; $("consent").remove() };
$("no").onclick = () => { $("choice").textContent = "refused"; $("consent").remove() };
for (let number = 0; number < 5; number++) {
  const button = Object.assign(document.createElement("button"), { textContent: `Question ${number}?` });
  button.setAttribute("aria-expanded", "false");
  const panel = Object.assign(document.createElement("div"), { textContent: `Answer ${number}.` });
  button.onclick = () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    open ? panel.remove() : button.after(panel);
  };
  $("panels").append(button);
}
customElements.define("portal-card", class extends HTMLElement { connectedCallback() {
  this.attachShadow({ mode: "open" }).innerHTML = "<h2>Certificates</h2><ul>" +
    Array.from({ length: 5 }, (_, number) => `<li>Certificate ${number}</li>`).join("") + "</ul>" } });
let loaded = 0, busy = false;
new IntersectionObserver(async (seen) => {
  if (!seen[0].isIntersecting || busy) return;
  busy = true;
  while (loaded < 60 && $("end").getBoundingClientRect().top < innerHeight + 200) {
    const texts = await (await fetch(`/api/list?from=${loaded}`)).json();
    for (const text of texts) { const one = item(text); one.style.height = "90px"; $("list").append(one) }
    loaded += texts.length;
    await new Promise((done) => setTimeout(done, 150));
  }
  busy = false;
}).observe($("end"));
</script></body></html>"""
WANTED = {"Control": 15, "Answer": 5, "Certificate": 5, "Subprocessor": 60}


class Portal(BaseHTTPRequestHandler):
    """Serves the portal."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/":
            return self._send(GATE)
        if path == "/portal":
            return self._send(PORTAL)
        if path.startswith("/api/wave/"):
            wave = int(path.rpartition("/")[2])
            return self._send_json([f"Control {wave * 5 + number}" for number in range(5)])
        if path == "/api/list":
            start = int(query.partition("=")[2])
            time.sleep(0.05)
            texts = [f"Subprocessor {number}" for number in range(start, min(start + 10, 60))]
            return self._send_json(texts)
        return self._send_json({"ok": True})

    def _send_json(self, said: object) -> None:
        self._send(json.dumps(said), "application/json")

    def _send(self, text: str, kind: str = "text/html; charset=utf-8") -> None:
        payload = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        with suppress(OSError):  # the browser may be gone
            self.wfile.write(payload)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve() -> None:
    """Serve until the pipe to us closes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    print(server.server_port, flush=True)
    server.serve_forever()


def lacking(response: Response) -> list[str]:
    """Say what is not there that should be."""
    page = response.payload.decode()
    said = page.partition("<script>")[0]
    found = [f"{name} {said.count(name + ' ')}/{number}" for name, number in WANTED.items()
             if said.count(name + " ") != number]  # fmt: skip
    if "refused" not in page.partition('id="choice">')[2][:20]:
        found.append("consent not refused")
    if response.trouble is not None or not response.final_url.endswith("/portal"):
        found.append(f"{response.trouble} at {response.final_url}")
    return found


def spent() -> float:
    """Give the CPU seconds of this process and all beneath it, as long as they live."""
    me = psutil.Process()
    total = 0.0
    for process in [me, *me.children(recursive=True)]:
        try:
            if "--serve" not in process.cmdline():
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        except psutil.Error:
            continue
    return total


def memory() -> float:
    """Give the megabytes of the whole tree (proportional, so that shared pages count once)."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "--serve" not in process.cmdline():
                total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


def fetcher(pages: int, *, is_held: bool = False) -> BrowserFetcher:
    return BrowserFetcher(
        "Watcher/1.0 (benchmark)",
        politeness=Politeness(Manners(spacing=0.0, concurrency=pages)),
        pages=pages,
        is_held=lambda response, source, known: is_held,
    )


def source(port: int) -> Source:
    return Source(
        SourceId("portal"), f"http://127.0.0.1:{port}/", "Portal", SourceKind.TRUST_PORTAL,
        every=timedelta(days=1), allow_private=True,
    )  # fmt: skip


async def again(port: int, number: int) -> None:
    await complete(port, number, is_held=True)


async def complete(port: int, number: int, *, is_held: bool = False) -> None:
    seconds, incomplete = [], []
    async with fetcher(1, is_held=is_held) as browser:
        await browser.fetch(source(port), Known(SourceId("portal")))  # starts the browser
        before = spent()
        for _ in range(number):
            response = await browser.fetch(source(port), Known(SourceId("portal")))
            seconds.append(response.elapsed.total_seconds())
            incomplete += [lack] if (lack := lacking(response)) else []
        cpu = (spent() - before) / number
    print(f"complete {number - len(incomplete)} of {number}; median {statistics.median(seconds):.2f} s, "
          f"longest {max(seconds):.2f} s; {cpu:.2f} CPU s a page")  # fmt: skip
    for lack in incomplete[:5]:
        print("  lacking:", lack)


async def these(*urls: str) -> None:
    async with fetcher(1) as browser:
        first = replace(source(0), url=urls[0])
        await browser.fetch(first, Known(first.id))
        before, started_at = spent(), time.monotonic()
        responses = [await browser.fetch(replace(first, url=url), Known(first.id)) for url in urls]
        took, cpu = time.monotonic() - started_at, (spent() - before) / len(urls)
    well = [response for response in responses if response.trouble is None]
    text = statistics.median(len(response.payload) for response in responses)
    print(f"{len(well)} of {len(urls)} well, {text:,.0f} bytes at the median; "
          f"{len(urls) / took:.2f} pages/s, {cpu:.2f} CPU s a page")  # fmt: skip


async def speed(port: int, number: int, at_once: int) -> None:
    async with fetcher(at_once, is_held=True) as browser:
        await browser.fetch(source(port), Known(SourceId("portal")))
        before, started_at = spent(), time.monotonic()
        looks = [browser.fetch(source(port), Known(SourceId("portal"))) for _ in range(number)]
        responses = await asyncio.gather(*looks)
        took, cpu = time.monotonic() - started_at, (spent() - before) / number
    lacks = [lack for response in responses if (lack := lacking(response))]
    print(
        f"{number / took:.2f} pages/s at {at_once} at once; {cpu:.2f} CPU s a page; "
        f"complete {number - len(lacks)} of {number}"
    )
    for lack in lacks[:5]:
        print("  lacking:", lack)


async def remember(port: int, number: int) -> None:
    async with fetcher(2) as browser:
        for done in range(0, number, 20):
            looks = [browser.fetch(source(port), Known(SourceId("portal"))) for _ in range(20)]
            await asyncio.gather(*looks)
            print(f"after {done + 20:4} pages: {memory():.0f} MB", flush=True)


def main() -> None:
    if "--serve" in sys.argv:
        return serve()
    what, *numbers = sys.argv[1:] or ["complete", "10"]
    if what == "these":
        return asyncio.run(these(*numbers))
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            run = {"complete": complete, "again": again, "speed": speed, "memory": remember}[what]
            asyncio.run(run(port, *map(int, numbers)))  # type: ignore[operator]
        finally:
            server.kill()
    return None


if __name__ == "__main__":
    main()
