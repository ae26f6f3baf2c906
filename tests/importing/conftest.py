"""A folder to stand in, the command line, and files of other tools: made here, after their documented forms."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watcher.cli import cli
from watcher.errors import WatcherError

DECLARED = """# What we watch.
offerings:
  lumen-api:   # the first
    name: Lumen API
    provider: Lumen Forge
    type: API
    official_site: https://lumen.example/

sources:
  - id: lumen-terms   # do not rename
    url: https://www.lumen.example/terms/
    title: Terms
    kind: official_terms
    offerings: lumen-api
"""

Watcher = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with declarations, which the command line stands in."""
    (tmp_path / "sources.yaml").write_text(DECLARED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def watcher(home: Path) -> Watcher:
    """The command line, called in-process; what Watcher raises on purpose is its exit code and its last words."""

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, [str(each) for each in arguments])
        if isinstance(result.exception, WatcherError):
            result.exit_code = result.exception.exit_code
        elif result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


def backup(
    path: Path,
    watching: Mapping[str, Mapping[str, object]],
    settings: Mapping[str, object] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """Give a backup as changedetection.io makes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        index = {"watching": watching, "settings": settings or {}}
        made.writestr("url-watches.json", json.dumps(index))
        for name, payload in (files or {}).items():
            made.writestr(name, payload)
    return path
