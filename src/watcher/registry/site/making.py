"""What each file of the site is made of, as a digest: what is made of the same is the same, and need not be made again.

A page is made of the values that its template is given, of how the site is called, and of our code. Nothing else can
reach it; so a digest of these three tells whether it is as it was, for a tenth of what it costs to make the page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache, partial
from hashlib import blake2b
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from typing import Any

from watcher.model import Offering, Source
from watcher.registry.entries import Cell, Entry
from watcher.registry.feed_items import FeedItem
from watcher.registry.site.facts import SiteInfo, Told

_PACKAGE = Path(__file__).parents[2]
_CODE = (".py", ".html", ".css", ".js", ".svg", ".json", ".yaml")
_DIGEST_SIZE = 16
_AS_IT_IS: frozenset[type[Any]] = frozenset({str, int, bool, float, type(None)})
_ON_MANY_PAGES = frozenset({Entry, Cell, Told, FeedItem, Offering, Source})
"""What stands on many pages: its digest is taken once."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site: its path below the root with `/`, how it is made, and the digest of what it is made of.

    Two files with the same path and the same `made_of` hold the same bytes. An empty `made_of` promises nothing.
    """

    path: str
    make: Callable[[], bytes]
    made_of: str = ""


class Digests:
    """Takes the digests of what files are made of, for one site, in one run."""

    def __init__(self, site: SiteInfo) -> None:
        self._known: dict[int, tuple[object, str]] = {}
        self._ways: dict[type[Any], Callable[[Any], Any]] = dict.fromkeys(_AS_IT_IS, _same)
        self._begin = f"{engine()} {_digest(self._plain(site))} "

    def of(self, *values: object) -> str:
        """Give the digest of `values`, of the site and of our code.

        Values are made of texts, numbers, times, choices, dataclasses, sequences and mappings. Raises TypeError for
        anything else: what it says could change without its digest.
        """
        return _digest([self._begin, self._plain(values)])

    def _plain(self, value: Any) -> Any:
        """Give `value` as JSON has it."""
        kind = type(value)
        way = self._ways.get(kind)
        if way is None:
            way = self._ways[kind] = self._way_of(kind)
        return way(value)

    def _all(self, values: Iterable[Any]) -> list[Any]:
        return [each if type(each) in _AS_IT_IS else self._plain(each) for each in values]

    def _way_of(self, kind: type[Any]) -> Callable[[Any], Any]:
        if is_dataclass(kind):
            parts = self._parts_of(kind)
            return partial(self._once, parts) if kind in _ON_MANY_PAGES else parts
        ways: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
            (Enum, lambda value: value.value),
            (date, lambda value: ["time", value.isoformat()]),
            (timedelta, lambda value: ["span", value.total_seconds()]),
            (Mapping, lambda value: ["{}", *map(self._plain, value.items())]),
            (frozenset, lambda value: sorted(map(json.dumps, map(self._plain, value)))),
            (tuple, self._all),
            (list, self._all),
        )
        way = next((way for base, way in ways if issubclass(kind, base)), None)
        if way is None:
            raise TypeError(f"{kind.__qualname__} has no digest; give pages values")
        return way

    def _parts_of(self, kind: type[Any]) -> Callable[[Any], Any]:
        """Give what writes dataclasses of a kind: its name, then its fields in their order."""
        names = [each.name for each in fields(kind)]
        read = attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, names[0])]
        return lambda value: [kind.__qualname__, *self._all(read(value))]

    def _once(self, parts: Callable[[Any], Any], value: object) -> str:
        """Give the digest of a dataclass, which is kept as long as we are, so that its identity stays its own."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = (value, _digest(parts(value)))
        return known[1]


@cache
def engine() -> str:
    """Give the digest of all that makes pages beside their facts: our code and templates, and what runs them."""
    digest = blake2b(digest_size=_DIGEST_SIZE)
    for file in sorted(_PACKAGE.rglob("*")):
        if file.suffix in _CODE:
            digest.update(f"{file.relative_to(_PACKAGE)}\n".encode())
            digest.update(file.read_bytes())
    runs = (sys.version_info[:3], version("jinja2"), version("markupsafe"))
    digest.update(repr(runs).encode())
    return digest.hexdigest()


def _same(value: Any) -> Any:
    return value


def _digest(plain: object) -> str:
    text = json.dumps(plain, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=_DIGEST_SIZE).hexdigest()
