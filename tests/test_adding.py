"""Which page a person means who gives an address, and how it is looked at."""

from __future__ import annotations

import pytest

from watcher.adding import address_of, asked
from watcher.model import FetchMode


@pytest.mark.parametrize(
    ("given", "address", "fetch"),
    [
        ("lumen.example/terms", "https://lumen.example/terms", FetchMode.AUTO),
        ("https://lumen.example/terms#top", "https://lumen.example/terms", FetchMode.AUTO),
        ("https://lumen.example/#/terms", "https://lumen.example/#/terms", FetchMode.BROWSER),
        ("https://lumen.example/#!terms", "https://lumen.example/#!terms", FetchMode.BROWSER),
    ],
)
def test_a_way_behind_the_number_sign_is_gone_in_a_browser(
    given: str, address: str, fetch: FetchMode
) -> None:
    url = address_of(given)
    assert (url, asked(url).fetch) == (address, fetch)
