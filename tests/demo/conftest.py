from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.demo.site import PROVIDER, Site


@pytest.fixture
def opened_at() -> datetime:
    return datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def provider(opened_at: datetime) -> Site:
    return Site(PROVIDER, opened_at)
