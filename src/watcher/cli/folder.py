"""A folder that holds a published site: what is the same stays untouched, what is not ours is never touched."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from watcher.errors import PublishError

MANIFEST = ".watcher-manifest"
"""The list of the files that we made: a path on each line. Without it we own nothing."""


@dataclass(slots=True)
class Tally:
    """What became of the files."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        """The files that the site has now."""
        return self.written + self.unchanged


def write_site(files: Iterable[tuple[str, bytes]], folder: Path) -> Tally:
    """Write `files` below `folder`, each whole or not at all, and remove those that we made before and are no more.

    A path is noted in the manifest before its file is first written, so that after a crash the next call knows what is
    ours. Raises PublishError when a file that is not ours stands in the way, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _write(files, folder)
    except OSError as error:
        raise PublishError(
            f"{folder}: cannot be written ({error.strerror or error}: {error.filename}). "
            "Check the space and the permissions there, or name another folder."
        ) from error


def _write(files: Iterable[tuple[str, bytes]], folder: Path) -> Tally:
    ours, now, tally = _read_manifest(folder), set[str](), Tally()
    with (folder / MANIFEST).open("a", encoding="utf-8") as manifest:
        for path, content in files:
            now.add(path)
            if _holds(folder / path, content):
                tally.unchanged += 1
                continue
            if path not in ours:
                _refuse_foreign(folder / path)
                manifest.write(f"{path}\n")
                manifest.flush()
            _replace(folder / path, content)
            tally.written += 1
    for path in sorted(ours - now):
        tally.removed += _remove(folder, path)
    _replace(folder / MANIFEST, "".join(f"{path}\n" for path in sorted(now)).encode())
    return tally


def _read_manifest(folder: Path) -> set[str]:
    try:
        lines = (folder / MANIFEST).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return set()
    return {line for line in lines if _is_inside(line)}


def _is_inside(path: str) -> bool:
    """Whether a line of the manifest, which anybody may have edited, names a file below the folder."""
    parts = PurePosixPath(path)
    return bool(path) and not parts.is_absolute() and ".." not in parts.parts


def _holds(place: Path, content: bytes) -> bool:
    try:
        return place.stat().st_size == len(content) and place.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False


def _refuse_foreign(place: Path) -> None:
    if place.exists() or place.is_symlink():
        raise PublishError(
            f"{place}: is in the way and was not made by `watcher publish`; nothing of it was touched. "
            "Name an empty folder, or move that file away."
        )


def _replace(place: Path, content: bytes) -> None:
    unfinished = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(content)
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
    unfinished.replace(place)


def _remove(folder: Path, path: str) -> int:
    """Remove a file of ours, and the folders that it leaves empty; one reached through a link is left alone."""
    place = folder / path
    if not place.parent.resolve().is_relative_to(folder.resolve()) or not place.is_file():
        return 0
    place.unlink()
    for parent in place.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
    return 1
