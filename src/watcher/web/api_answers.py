"""What all answers of the API have in common: pages by key, plain values, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from starlette.responses import Response

from watcher.registry.printable import stamp
from watcher.web.visit import Visit

MOST = 200
"""Things on one page."""

Name = TypeVar("Name", bound=str)
Thing = TypeVar("Thing")


def paging(visit: Visit) -> tuple[int, int]:
    """Give the number after which the page asked for begins, and how much fits on it."""
    return visit.number("after"), size(visit)


def size(visit: Visit) -> int:
    """Give how much fits on the page asked for."""
    return max(1, visit.number("limit", 50, most=MOST))


def paged(visit: Visit, items: Iterable[tuple[object, object]], **more: object) -> Response:
    """Give a page of (key, thing): the things, and the key after which the next page begins, or null."""
    held = list(items)
    following = held[-1][0] if len(held) == size(visit) else None
    return as_json({**more, "items": [item for _, item in held], "next": following})


def named(visit: Visit, things: Mapping[Name, Thing]) -> list[tuple[Name, Thing]]:
    """Give those of `things` whose names come after the one asked for, in order, as many as fit on a page."""
    after = visit.asked("after")
    names = sorted(name for name in things if name > after)
    return [(name, things[name]) for name in names[: size(visit)]]


def as_json(data: object, status: int = 200) -> Response:
    """Give `data` as JSON; times as RFC 3339 has them."""
    content = json.dumps(data, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")


def _plain(thing: Any) -> object:
    return stamp(thing) if hasattr(thing, "astimezone") else str(thing)
