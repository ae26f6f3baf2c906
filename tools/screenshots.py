"""Takes the pictures of the documentation: plays the demo, serves the desk, publishes the registry, looks at both.

    python tools/screenshots.py [FOLDER]        writes queue, change, entry, matrix, source and question.png;
                                                docs/images by default

It needs Chromium and no network. Run it again after the pages have changed, and look at what it wrote.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

import uvicorn
from neighbours import declare, look_and_accept
from playwright.sync_api import Browser, Page, sync_playwright

from watcher import reviews
from watcher.demo.play import play
from watcher.ledger import Ledger
from watcher.model import ChangeKind, Role, SourceId
from watcher.web.app import make_app
from watcher.web.owner import Owner
from watcher.web.passwords import hash_password, new_pass
from watcher.web.place import Place

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SIZE = {"width": 1180, "height": 860}
NAME = "Ada"
QUOTE = "full reports are sent to customers who have signed a non-disclosure agreement"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pictures are of: a change, and the page that a reader found something on."""

    change: int
    source: str
    trust: str


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        ledger, sources = Path(made, "demo.db"), Path(made, "demo.yaml")
        play(lambda line: None, ledger, sources)
        password = new_pass()
        shown = prepare(ledger, password)
        with served(ledger, sources) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=which("chromium"), args=["--no-sandbox"]
            )
            shoot_desk(browser, url, password, folder, shown)
            declare(sources)
            with Ledger.open(ledger) as opened:
                look_and_accept(opened, sources, NAME)
            shoot_registry(browser, published(ledger, sources, Path(made, "site")), folder)
            browser.close()


def prepare(path: Path, password: str) -> Shown:
    """Make an account, and let the decision on the change of retention wait again."""
    now = datetime.now(UTC)
    with Ledger.open(path) as ledger:
        ledger.accounts.add(NAME, Role.ADMIN, hash_password(password), now)
        changes = [each for each in ledger.changes.all() if each.kind is ChangeKind.CHANGE]
        retention = next(
            each for each in changes if any(claim.key == "retention_days" for claim in each.claims)
        )
        history = ledger.reviews.of(retention.id or 0)
        if history:
            ledger.reviews.add(reviews.undo(history, reviewer=NAME, at=now, change_id=retention.id))
        trust = ledger.sources.declared()[SourceId("lumen-trust")].url
    return Shown(retention.id or 0, retention.source_id, trust)


@contextmanager
def served(ledger: Path, sources: Path) -> Iterator[str]:
    """Serve the desk, with a reader's correction in its queue."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    owner = Owner(ledger, sources)
    place = Place(owner, url)
    server = uvicorn.Server(uvicorn.Config(make_app(place), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield url
    finally:
        server.should_exit = True
        thread.join()
        owner.close()
        listener.close()


def shoot_desk(browser: Browser, url: str, password: str, folder: Path, shown: Shown) -> None:
    """Look at the queue, a change and its source."""
    send_correction(browser, url, shown.trust)
    page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)
    page.goto(f"{url}/login")
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", password)
    page.click("main button")
    page.wait_for_url("**/queue")
    picture(page, folder / "queue.png")
    page.goto(f"{url}/changes/{shown.change}")
    picture(page, folder / "change.png")
    page.goto(f"{url}/sources/{shown.source}")
    picture(page, folder / "source.png")


def published(ledger: Path, sources: Path, folder: Path) -> Path:
    """Publish the registry, as the command does, and give its folder."""
    where = ["--ledger", str(ledger), "--sources", str(sources)]
    command = [sys.executable, "-m", "watcher", "publish", str(folder), *where]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def shoot_registry(browser: Browser, site: Path, folder: Path) -> None:
    """Look at the published entry, at offerings side by side and at a question."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page(viewport={"width": 1000, "height": 900}, device_scale_factor=1.5)
    for place, name in (
        ("lumen-api/", "entry"),
        ("compare/", "matrix"),
        ("questions/training_use_of_input/", "question"),
    ):
        page.goto(f"http://127.0.0.1:{server.server_address[1]}/{place}")
        picture(page, folder / f"{name}.png")
    server.shutdown()
    thread.join()
    server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def send_correction(browser: Browser, url: str, trust: str) -> None:
    """Send what a reader found, as a reader does."""
    page = browser.new_page()
    page.goto(f"{url}/corrections/lumen-api?claim=trust_portal")
    page.fill("[name=value]", trust)
    page.fill("[name=evidence_url]", trust)
    page.fill("[name=quote]", QUOTE)
    page.fill("[name=credit]", "Rosa Reader")
    page.click("main button")
    page.wait_for_selector("h1:text('Thank you')")
    page.close()


def picture(page: Page, path: Path) -> None:
    """Write what the screen shows."""
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
