"""Playwright, imported in one place, and which browser there is to drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from watcher.errors import BrowserMissing

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

HOW_TO_GET_ONE = (
    "Install Debian's (apt-get install chromium-headless-shell) or Playwright's own "
    "(playwright install --with-deps chromium), or name one in WATCHER_BROWSER."
)
HOW_TO_MEND_THE_DRIVER = (
    "It lacks a library (on Debian: apt-get install libatomic1), or playwright is to be installed anew "
    "(pip install --force-reinstall playwright)."
)
_NAMES = (
    "chromium-headless-shell",  # half the CPU of a whole browser: 1.1 against 2.0 s for a page of the benchmark
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FLAGS = (
    # What the browser would like to do for itself:
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    # Ways to the network that are not the proxy's:
    "--disable-quic",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # What nobody sees or hears:
    "--disable-gpu",
    "--num-raster-threads=1",
    "--mute-audio",
    "--autoplay-policy=user-gesture-required",
    # A script that hoards memory ends its page, not the machine:
    "--js-flags=--max-old-space-size=1024",
)
_NOWHERE = "http://127.0.0.1:9"
"""The proxy of the browser itself; pages get one of their own, whatever else wants out finds no one here."""


def api() -> ModuleType:
    """Give Playwright's API. Imported here only: it takes 0.3 s, and most sweeps need no browser."""
    from playwright import async_api  # noqa: PLC0415 - heavy and optional

    return async_api


async def start() -> Playwright:
    """Start Playwright's driver, the program that speaks to browsers. Raises BrowserMissing when it does not run."""
    try:
        return await api().async_playwright().start()  # type: ignore[no-any-return]
    except Exception as error:  # Playwright raises Exception itself when its program ends at once
        said = str(error).strip().partition("\n")[0]
        raise BrowserMissing(
            f"Playwright's driver does not start ({said}). {HOW_TO_MEND_THE_DRIVER}"
        ) from error


async def launch(driver: Playwright, chosen: str | None, mark: str) -> Browser:
    """Start the browser that `chosen` names, or else the first that is found: Playwright's own, then the system's.

    `mark` is put on its command line. Raises BrowserMissing when none starts.
    """
    error = api().Error
    tried = []
    for path in _paths(driver, chosen):
        if path is not None and not Path(path).exists():
            tried.append(f"{path}: no such file")
            continue
        try:
            return await driver.chromium.launch(
                executable_path=path,
                headless=True,
                chromium_sandbox=os.geteuid() != 0,
                args=[*_FLAGS, mark],
                proxy={"server": _NOWHERE},
                timeout=30_000,
            )
        except error as refusal:
            tried.append(f"{path or 'bundled'}: {str(refusal).strip().splitlines()[0]}")
    if chosen:
        raise BrowserMissing(
            f"The browser {chosen!r} does not start ({'; '.join(tried)}). {HOW_TO_GET_ONE}"
        )
    found = f" ({'; '.join(tried)})" if tried else ""
    raise BrowserMissing(f"No browser was found to render pages with{found}. {HOW_TO_GET_ONE}")


def _paths(driver: Playwright, chosen: str | None) -> Iterator[str | None]:
    """Give what to try, in order; None is Playwright's own."""
    if chosen:
        yield shutil.which(chosen) or chosen
        return
    own = Path(driver.chromium.executable_path).parents[2]
    if own.is_dir() and any(own.glob("chromium*")):
        yield None
    yield from installed()


def installed() -> Iterator[str]:
    """Give the paths of the browsers that this system has, the one to prefer first."""
    seen = set()
    for name in (*_NAMES, *_MAC):
        path = shutil.which(name)
        if path is not None and path not in seen:
            seen.add(path)
            yield path
