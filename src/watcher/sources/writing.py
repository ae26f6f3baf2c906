"""`sources.yaml` with more sources in it: checked as a whole before it takes the place of the old file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from watcher.errors import DeclarationError, Problem
from watcher.model import Offering, Slug, Source, Vocabulary
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sources.insertion import EMPTY, Entry, insert_named, insert_sources
from watcher.urls import is_same_page

_BOM = "\ufeff"

NO_CHANNELS: Mapping[str, Entry] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be declared, with its offering if that is new. `entry` is what the file is to say of the source."""

    entry: Entry
    offering: Slug
    new_offering: Offering | None = None


def add_source(path: Path, new: NewSource, vocabulary: Vocabulary) -> Source:
    """Write a source into the file at `path`, as `add_sources` does, and give it as it is read back."""
    return add_sources(path, [new], vocabulary)[0]


def add_sources(
    path: Path,
    new: Sequence[NewSource],
    vocabulary: Vocabulary,
    channels: Mapping[str, Entry] = NO_CHANNELS,
) -> tuple[Source, ...]:
    """Write sources, and channels by their names, into the file at `path`, which is made if it is not there.

    Gives the sources as they are read back, in the order of the file. All that stood there stays as it was written.
    Raises DeclarationError, and changes nothing, when the file has problems, an address is declared already, the result
    would have problems or say something else of what stood there, or the file was altered meanwhile.
    """
    path = path.resolve()
    before = _bytes_of(path)
    held = load_declarations(path, vocabulary) if before is not None else None
    for each in new:
        refuse_declared(str(each.entry["url"]), held)
    content = _with(before, new, channels, str(path))
    with _beside(path, content) as draft:
        found = _checked(draft, path, held, vocabulary)
        if len(found) != len(new):
            raise _altered(path)
        if _bytes_of(path) != before:
            raise _complaint(path, "was altered meanwhile; nothing was written", "try again")
        draft.replace(path)
    return found


def preview(path: Path, *new: NewSource, channels: Mapping[str, Entry] = NO_CHANNELS) -> str:
    """Give the lines that `add_sources` would add. Raises DeclarationError where there is no place for them."""
    before = _bytes_of(path.resolve())
    old = (before or EMPTY.encode()).decode("utf-8-sig").splitlines()
    added = _with(before, new, channels, str(path)).decode("utf-8-sig").splitlines()
    kept = iter(old)
    waiting = next(kept, None)
    shown = []
    for line in added:
        if line == waiting:
            waiting = next(kept, None)
        else:
            shown.append(line)
    return "\n".join(shown)


def refuse_declared(url: str, held: Declarations | None) -> None:
    """Raise DeclarationError when `url` is a page that is declared already."""
    for source in held.sources.values() if held else ():
        if held is not None and is_same_page(source.url, url):
            raise _complaint(
                held.path,
                f"{url} is declared already, as {source.id} ({source.url})",
                f"`watcher try {source.id}` looks at it",
            )


def _with(
    before: bytes | None, new: Sequence[NewSource], channels: Mapping[str, Entry], file: str
) -> bytes:
    """Give the file's bytes with the new entries, its line ends and byte order mark kept."""
    text = EMPTY if before is None else before.decode("utf-8")
    mark = _BOM if text.startswith(_BOM) else ""
    end = "\r\n" if "\r\n" in text else "\n"
    text = text.removeprefix(_BOM).replace("\r\n", "\n")
    offerings: dict[str, Entry] = {
        each.new_offering.slug: _offering_entry(each.new_offering)
        for each in new
        if each.new_offering is not None
    }
    if offerings:
        text = insert_named(text, "offerings", offerings, file)
    for slug, entries in _by_place(new, offerings).items():
        text = insert_sources(text, entries, slug, file)
    if channels:
        text = insert_named(text, "notifications", channels, file)
    return (mark + text.replace("\n", end)).encode()


def _by_place(
    new: Sequence[NewSource], offerings: Collection[str]
) -> dict[Slug | None, list[Entry]]:
    """Give what is to be inserted by the offering after whose sources it stands; None is the end of the file."""
    placed: dict[Slug | None, list[Entry]] = {}
    for each in new:
        place = None if each.offering in offerings else each.offering
        placed.setdefault(place, []).append(each.entry)
    return placed


def _offering_entry(offering: Offering) -> Entry:
    entry = {"name": offering.name, "provider": offering.provider, "type": offering.type}
    if offering.official_site:
        entry["official_site"] = offering.official_site
    return entry


def _checked(
    draft: Path, path: Path, held: Declarations | None, vocabulary: Vocabulary
) -> tuple[Source, ...]:
    """Give the sources that `draft` declares beyond what is `held`; all of that must read as before."""
    try:
        found = load_declarations(draft, vocabulary)
    except DeclarationError as error:
        named = [replace(each, file=str(path)) for each in error.problems]
        raise DeclarationError(named) from None
    sources = {} if held is None else held.sources
    same = all(found.sources.get(each) == source for each, source in sources.items())
    if not same or (held is not None and found.hosts != held.hosts):
        raise _altered(path)
    return tuple(source for each, source in found.sources.items() if each not in sources)


def _altered(path: Path) -> DeclarationError:
    message = "would say something else of what stands there; nothing was written"
    return _complaint(path, message, "add it by hand")


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """Give a file of `content` in the folder of `path`, with its permissions; gone afterwards, unless it was moved."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".yaml", dir=path.parent)
    except OSError as error:
        raise _complaint(
            path, f"cannot be written: {error.strerror}", "check its folder"
        ) from error
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _complaint(
            path, f"cannot be read: {error.strerror}", "check its permissions"
        ) from error


def _complaint(path: Path, message: str, hint: str) -> DeclarationError:
    return DeclarationError([Problem(str(path), None, "", message, hint)])
