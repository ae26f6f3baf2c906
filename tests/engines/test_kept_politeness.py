"""What a host may expect of us holds from one `watcher sweep` to the next, and with sixty pages on one host.

Measured at the server: from the end of one request to the begin of the next, robots.txt included.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from watcher.cli import cli

DECLARED = """hosts:
  {host}: {{allow_private: true{manners}}}
offerings:
  acme: {{name: Acme, provider: Acme, type: API}}
sources:
"""
SOURCE = "  - {{id: p{n}, url: '{url}', title: P{n}, kind: official_terms, offerings: acme}}\n"

Sweep = Callable[..., None]


@pytest.fixture
def declare(
    web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int, str], Sweep]:
    """Declare so many pages of the first host, treated so; give what sweeps over some of them, as a process would."""

    def declared(number: int, manners: str) -> Sweep:
        sources = [web.source(0, f"p{n}") for n in range(number)]
        text = DECLARED.format(host=web.host(0), manners=manners)
        text += "".join(SOURCE.format(n=n, url=each.url) for n, each in enumerate(sources))
        (tmp_path / "sources.yaml").write_text(text)
        monkeypatch.chdir(tmp_path)
        return sweep

    def sweep(*arguments: str) -> None:
        result = CliRunner().invoke(cli, ["sweep", *arguments])
        assert result.exit_code == 0, result.output

    return declared


def test_sixty_sources_of_one_host_are_asked_for_one_after_the_other(
    web: Any, declare: Callable[[int, str], Sweep]
) -> None:
    declare(60, ", spacing: 50ms")()

    assert len(web.pages()) == 60
    web.assert_polite(0.05)


def test_spacing_is_kept_from_sweep_to_sweep(
    web: Any, declare: Callable[[int, str], Sweep]
) -> None:
    sweep = declare(3, ", spacing: 700ms, robots: false")
    for n in range(3):
        sweep("--source", f"p{n}")

    assert len(web.asked) == 3
    web.assert_polite(0.7)


def test_a_crawl_delay_is_kept_from_the_first_page_on_and_from_sweep_to_sweep(
    web: Any, declare: Callable[[int, str], Sweep]
) -> None:
    web.payloads["/robots.txt"] = "User-agent: *\nCrawl-delay: 0.7\n"
    sweep = declare(3, ", spacing: 0s")
    for n in range(3):
        sweep("--source", f"p{n}")

    assert len(web.asked) == 6, "each process asks for robots.txt"
    web.assert_polite(0.7)
