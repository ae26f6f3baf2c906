from __future__ import annotations

import pytest

from watcher.claims import Pack, load_pack
from watcher.model import Vocabulary
from watcher.sources.vocabulary import load_vocabulary


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()
