"""What many tests need: a fresh ledger, the vocabulary, a page and the answer that brings it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from watcher.claims import Pack, load_pack
from watcher.fetching.browsing.driver import installed
from watcher.ledger import Ledger
from watcher.model import Vocabulary
from watcher.sources.vocabulary import load_vocabulary

# The same examples every time: a test that fails is one that failed before. To look for new ones, run
# pytest --hypothesis-profile=default. No deadline: the machine may be busy with something else.
settings.register_profile(
    "still", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("still")


def pytest_configure(config: pytest.Config) -> None:
    """Let nothing that a test keeps stand among the caches of whoever runs it."""
    caches = tempfile.TemporaryDirectory(prefix="watcher-caches-")
    config.add_cleanup(caches.cleanup)
    # Browsers that Playwright brought stand there too: where they are is told before.
    os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(Path.home() / ".cache" / "ms-playwright"))
    os.environ["XDG_CACHE_HOME"] = caches.name


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """A frozen time to begin at."""
    return NOON


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger in a folder of its own."""
    with Ledger.open(tmp_path / "watcher.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The vocabulary that Watcher ships."""
    return load_vocabulary()


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The rule pack that Watcher ships."""
    return load_pack()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser, the one that Watcher itself would take; `make test` sees to it that there is one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = next(installed(), None)  # None: the one that Playwright brought
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()
