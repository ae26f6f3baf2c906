"""What takes long to assemble from files, kept in the user's cache folder for the next process.

A convenience and nothing more (docs/decisions/0012-kept-forms.md). What is kept is plain JSON, sealed by a digest of
itself and of all that it was assembled from; what is missing, torn, somebody else's or made from anything else is as if
it were not there, and whoever asked assembles anew. Nothing that is read here is ever executed.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from watcher import __version__

Thing = TypeVar("Thing")

MOST_KEPT = 8
"""Forms of one name that stay in the folder, the newest: a few packs and versions beside each other, and no more."""

_LARGEST = 20_000_000
"""Bytes of one form: ten times that of the shipped rules."""


def origin_of(code: Path, parts: Iterable[str]) -> str | None:
    """Give what tells apart all that a form is assembled from: `parts`, and the modules of the folder `code`.

    None where the modules cannot be read, as in an archive: nothing may be kept then.
    """
    modules = sorted(code.glob("*.py"))
    digest = sha256()
    try:
        texts = [__version__.encode(), *(module.read_bytes() for module in modules)]
    except OSError:
        return None
    for text in (*texts, *(part.encode() for part in parts)):
        digest.update(sha256(text).digest())
    return digest.hexdigest() if modules else None


def recalled(name: str, origin: str | None, made_of: Callable[[Any], Thing]) -> Thing | None:
    """Give what `made_of` makes of the data kept as `name`, if it was assembled from `origin`; else None."""
    place = _place(name, origin)
    if place is None:
        return None
    try:
        with place.open("rb") as file:
            is_ours = os.fstat(file.fileno()).st_uid == os.geteuid()
            content = file.read(_LARGEST + 1) if is_ours else b""
        seal, _, told = content.partition(b"\n")
        return made_of(json.loads(told)) if seal == _seal(origin, told) else None
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None  # not there, torn, or nothing that we wrote


def keep(name: str, origin: str | None, data: object) -> None:
    """Keep `data`, which JSON can write, as `name`, assembled from `origin`; done without where that cannot be."""
    place = _place(name, origin)
    if place is None:
        return
    told = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put(place, _seal(origin, told) + b"\n" + told)
        _let_go_of_old(place.parent, name)


def _place(name: str, origin: str | None) -> Path | None:
    """Where a form stands: where caches stand is a fact of the machine, as the folder for temporary files is."""
    folder = os.environ.get("XDG_CACHE_HOME", "")
    try:
        caches = Path(folder) if Path(folder).is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # nobody's home
        return None
    return caches / "watcher" / f"{name}-{origin[:16]}.json" if origin else None


def _seal(origin: str | None, told: bytes) -> bytes:
    return sha256(f"{origin}\n".encode() + told).hexdigest().encode()


def _put(place: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    handle, draft = tempfile.mkstemp(prefix=".", suffix=".draft", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(place)
    finally:
        Path(draft).unlink(missing_ok=True)


def _let_go_of_old(folder: Path, name: str) -> None:
    newest = sorted(
        folder.glob(f"{name}-*.json"), key=lambda each: each.stat().st_mtime, reverse=True
    )
    for each in newest[MOST_KEPT:]:
        each.unlink(missing_ok=True)
