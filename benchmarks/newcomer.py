"""What a newcomer's first quarter of an hour costs a machine: `python benchmarks/newcomer.py`.

In an empty folder: installs this checkout into an environment of its own with pip, serves a small provider's policies
on loopback, and gives the README's commands one after the other, from the first source of one's own to a feed of what
was reviewed; then takes over sixty urlwatch jobs. Prints the seconds of each step, and stops at the first that fails.
A person's reading and typing come on top. Needs the package index that pip is set up with.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
JOBS = 60
PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body>
<nav><a href="privacy.html">Privacy policy</a> <a href="terms.html">Terms of service</a></nav>
<main><h1>{title}</h1>{text}</main><footer>© Lumen Forge</footer></body></html>"""
PRIVACY = """<p>Last updated: {updated}</p><h2>Training</h2><p>Content that you send to the API is not used to train our
models by default.</p><h2>Retention</h2><p>API content is kept for {days} days and then deleted.</p>"""
TERMS = """<p>You must be at least 18 years old to use the service.</p>
<p>These terms are governed by the laws of Ireland.</p>"""


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a word about it."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def write_site(folder: Path, days: int, updated: str) -> None:
    """Write the provider's pages as they are on some day."""
    texts = {
        "privacy": ("Privacy policy", PRIVACY.format(days=days, updated=updated)),
        "terms": ("Terms of service", TERMS),
    }
    folder.mkdir(exist_ok=True)
    for name, (title, text) in texts.items():
        (folder / f"{name}.html").write_text(PAGE.format(title=title, text=text), encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` on loopback; gives the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Newcomer:
    """Gives commands in a folder, prints what each took, and sums it up."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self._folder = folder
        path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self._variables = {**os.environ, "PATH": path, "WATCHER_REVIEWER": "Ada"}
        self._variables.pop("PYTHONPATH", None)
        self.seconds = 0.0

    def does(self, what: str, *commands: Sequence[str]) -> None:
        """Give `commands`, in their order. Raises SystemExit with what a command said when it fails."""
        began = time.perf_counter()
        for command in commands:
            done = subprocess.run(
                command,
                check=False,
                cwd=self._folder,
                env=self._variables,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        took = time.perf_counter() - began
        self.seconds += took
        print(f"| {what:<52} | {took:6.1f} s |", flush=True)


def main() -> None:
    """Walk the README's path and print a table."""
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        environment, folder, site = room / "environment", room / "policies", room / "site"
        folder.mkdir()
        write_site(site, days=30, updated="5 January 2026")
        newcomer = Newcomer(folder, environment)
        with served(site) as base:
            newcomer.does(
                "install into an empty environment",
                (sys.executable, "-m", "venv", str(environment)),
                (str(environment / "bin/pip"), "install", "--quiet", str(CHECKOUT)),
            )
            first_source(newcomer, folder, base)
            write_site(site, days=90, updated="2 March 2026")
            first_change(newcomer)
        jobs = "\n---\n".join(
            f"name: Policy {number}\nurl: https://example.com/policy/{number}\nfilter: [html2text, strip]"
            for number in range(JOBS)
        )
        (folder / "urls.yaml").write_text(jobs, encoding="utf-8")
        newcomer.does(
            f"{JOBS} urlwatch jobs taken over",
            ("watcher", "import", "urlwatch", "urls.yaml"),
            ("watcher", "lint"),
        )
    print(f"{newcomer.seconds / 60:.1f} minutes in all")


def first_source(newcomer: Newcomer, folder: Path, base: str) -> None:
    """From `watcher init` to an entry that a person accepted."""
    newcomer.does("`watcher init`", ("watcher", "init"))
    declared = folder / "sources.yaml"
    ours = "hosts:\n  127.0.0.1: {allow_private: yes}\n"  # what a page on the web does not need
    declared.write_text(declared.read_text(encoding="utf-8") + ours, encoding="utf-8")
    newcomer.does(
        "first source: `watcher add`, `lint`",
        ("watcher", "add", f"{base}/privacy.html", "--offering", "lumen-api", "--yes"),
        ("watcher", "lint"),
    )
    newcomer.does("first look: `watcher sweep`, `changes`", ("watcher", "sweep"), CHANGES)
    newcomer.does(
        "first review: accept, and the entry",
        ("watcher", "review", "1", "--accept"),
        ("watcher", "entry", "lumen-api"),
    )


def first_change(newcomer: Newcomer) -> None:
    """The page says something else: from the sweep that sees it to the feed and the site that tell it."""
    newcomer.does("first change: `watcher sweep`", ("watcher", "sweep", "--all"), CHANGES)
    newcomer.does("second review", ("watcher", "review", "2", "--accept"))
    newcomer.does("first feed", ("watcher", "feed", "--reviewed", "--output", "changes.atom"))
    newcomer.does("first site: `watcher publish`", ("watcher", "publish", "site"))


CHANGES = ("watcher", "changes")

if __name__ == "__main__":
    main()
