"""Where code of others takes part: four points, each one small protocol. docs/plugs.md shows an example of each.

    entry point          its name             what it gives
    watcher.fetchers     an address's scheme  what came back from a source; also by `fetch: NAME`
    watcher.readers      a media type         the document of a payload that Watcher cannot read itself
    watcher.notifiers    a kind of channel    nothing: it tells somebody
    watcher.exporters    a format             the registry as bytes, for `watcher export NAME`

An entry point names a class, or anything that gives one of these objects when called without arguments. What is
installed is known by its metadata; its code is loaded when it is first needed, and never when nothing needs it. One
object does all the work of its name, each piece in a thread of its own, several at the same time.

As with `watcher.api`, the names in `__all__` stay from version to version.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from watcher.errors import PlugInError
from watcher.model import (
    Block,
    BlockKind,
    Document,
    Judgement,
    Known,
    Link,
    Message,
    Region,
    Response,
    Source,
    Verdict,
)

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "Exporter",
    "Fetcher",
    "Judgement",
    "Known",
    "Link",
    "Message",
    "Notifier",
    "Reader",
    "Region",
    "Response",
    "Source",
    "Verdict",
]


@runtime_checkable
class Fetcher(Protocol):
    """Looks at sources whose address has its scheme, or that are declared with `fetch: NAME`."""

    def fetch(self, source: Source, known: Known) -> Response:
        """Give what came back from `source`. What it gives is judged as any answer is.

        `known` says what we hold: its validators, the digest of its payload. The trouble of one look may be raised, or
        told in `Response.trouble`.
        """
        ...


@runtime_checkable
class Reader(Protocol):
    """Reads payloads of one media type that Watcher cannot read itself. The same bytes must read the same."""

    def read(self, payload: bytes, url: str) -> Document:
        """Give the blocks of `payload`, which came from `url`. Raises what it likes when it cannot."""
        ...


@runtime_checkable
class Notifier(Protocol):
    """Tells somebody, as the channels that are declared with its name ask."""

    def send(self, message: Message, options: Mapping[str, str]) -> None:
        """Send `message`; to come back is to say that it was taken. Raises what it likes when it was not.

        `options` are those of the declaration, with its secrets beside them. A message that is sent again has the same
        `id`.
        """
        ...


@runtime_checkable
class Exporter(Protocol):
    """Writes the registry in one more format."""

    def export(self, registry: Mapping[str, Any]) -> bytes:
        """Give the file; `registry` is what `watcher export json` gives."""
        ...


class Point(StrEnum):
    """The groups of entry points."""

    FETCHERS = "watcher.fetchers"
    READERS = "watcher.readers"
    NOTIFIERS = "watcher.notifiers"
    EXPORTERS = "watcher.exporters"


_PROTOCOLS: Mapping[Point, type] = {
    Point.FETCHERS: Fetcher,
    Point.READERS: Reader,
    Point.NOTIFIERS: Notifier,
    Point.EXPORTERS: Exporter,
}


@dataclass(frozen=True, slots=True)
class PlugIn:
    """One entry point of an installed package."""

    point: Point
    name: str
    package: str
    version: str
    entry: EntryPoint = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"the plug-in {self.name} of {self.package} {self.version}"

    def failed(self, doing: str, error: BaseException) -> str:
        """Say that it could not do something, why, and what to do now."""
        why = " ".join(f"{type(error).__name__}: {error}".split())[:500]
        return f"{self} {doing}: {why} (`pip uninstall {self.package}` removes it)"


FAILURES = (Exception, SystemExit)
"""What code of others may raise without ending more than its own work."""


def installed(point: Point) -> tuple[PlugIn, ...]:
    """Give what is installed for a point, by name; nothing of it is loaded."""
    return _installed(point, tuple(sys.path))


def named(point: Point, name: str) -> PlugIn | None:
    """Give the plug-in called `name`, None when there is none."""
    return next((each for each in installed(point) if each.name == name), None)


def load_fetcher(name: str) -> Fetcher:
    """Give the fetcher called `name`. Raises PlugInError."""
    return cast(Fetcher, _loaded(Point.FETCHERS, name))


def load_reader(media_type: str) -> Reader:
    """Give the reader of a media type. Raises PlugInError."""
    return cast(Reader, _loaded(Point.READERS, media_type))


def load_notifier(name: str) -> Notifier:
    """Give the notifier called `name`. Raises PlugInError."""
    return cast(Notifier, _loaded(Point.NOTIFIERS, name))


def load_exporter(name: str) -> Exporter:
    """Give the exporter called `name`. Raises PlugInError."""
    return cast(Exporter, _loaded(Point.EXPORTERS, name))


def load(plug_in: PlugIn) -> object:
    """Give what a plug-in's entry point makes. Raises PlugInError when that fails or is not what its point needs."""
    rivals = [each for each in installed(plug_in.point) if each.name == plug_in.name]
    if len(rivals) > 1:
        packages = " and ".join(each.package for each in rivals)
        raise PlugInError(f"{packages} both bring a plug-in {plug_in.name}: uninstall one of them")
    return _made(plug_in, tuple(sys.path))


@cache  # the metadata of every installed package is looked through; a path more is another question
def _installed(point: Point, path: tuple[str, ...]) -> tuple[PlugIn, ...]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - most runs never ask for a plug-in

    found = [
        PlugIn(point, each.name, each.dist.name, each.dist.version, each)
        for each in entry_points(group=point)
        if each.dist is not None
    ]
    return tuple(sorted(found, key=lambda each: (each.name, each.package)))


def _loaded(point: Point, name: str) -> object:
    plug_in = named(point, name)
    if plug_in is None:
        known = ", ".join(each.name for each in installed(point)) or "none"
        raise PlugInError(f"no plug-in {name!r} is installed for {point}; there are: {known}")
    return load(plug_in)


@cache
def _made(plug_in: PlugIn, path: tuple[str, ...]) -> object:
    try:
        made = plug_in.entry.load()()
    except FAILURES as error:
        raise PlugInError(plug_in.failed("cannot be loaded", error)) from error
    if not isinstance(made, _PROTOCOLS[plug_in.point]):
        what = TypeError(f"{plug_in.entry.value} gives no {_PROTOCOLS[plug_in.point].__name__}")
        raise PlugInError(plug_in.failed("cannot be used", what))
    return made
