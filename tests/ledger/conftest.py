from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.ledger import sound

from watcher.ledger import Ledger
from watcher.model import Source, SourceId, SourceKind


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def source_named() -> Callable[[str], Source]:
    def make(name: str) -> Source:
        return Source(
            id=SourceId(name),
            url=f"https://acme.example/{name}",
            title=f"Acme {name}",
            kind=SourceKind.DATA_USAGE,
        )

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watcher.db"


@pytest.fixture
def ledger(path: Path, noon: datetime, source_named: Callable[[str], Source]) -> Iterator[Ledger]:
    """A ledger that knows two sources, `data` and `terms`."""
    with Ledger.open(path) as ledger:
        ledger.sources.sync([], [source_named("data"), source_named("terms")], noon)
        yield ledger


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound ledger, as a backup without a log beside it."""
    folder = tmp_path_factory.mktemp("sound")
    sound.make(folder / "watcher.db")
    with Ledger.open(folder / "watcher.db") as ledger:
        ledger.backup(folder / "whole.db")
    return folder / "whole.db"


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    path = tmp_path / "copy.db"
    path.write_bytes(whole.read_bytes())
    return path
