"""A folder that holds a published site: what is the same stays untouched, what is not ours is never touched."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path, PurePosixPath

from watcher.errors import PublishError
from watcher.registry.site import File

MANIFEST = ".watcher-manifest"
"""The list of the files that we made: a path on each line. Without it we own nothing."""

MADE = ".watcher-made"
"""What we made files of: on each line the digest of that, the digest of the file, its path. Without it all is made."""


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
    """Write `files`, path and content of each, below `folder` as `update_site` does."""
    return update_site((File(path, partial(bytes, content)) for path, content in files), folder)


def update_site(files: Iterable[File], folder: Path) -> Tally:
    """Write `files` below `folder`, each whole or not at all, and remove those that we made before and are no more.

    A file that stands there as we left it, and would be made of the same, is not made again: MADE says so, and its
    bytes are held against it. A path is noted in the manifest before its file is first written, so that after a crash
    the next call knows what is ours; what a crash left half written, it removes. Raises PublishError when a file that
    is not ours stands in the way, another process is writing there, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _update(files, folder)
    except OSError as error:
        raise PublishError(
            f"{folder}: cannot be written ({error.strerror or error}: {error.filename}). "
            "Check the space and the permissions there, or name another folder."
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the right to write the site; the kernel frees it, whatever becomes of this process."""
    holder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise PublishError(
            f"{folder}: another `watcher publish` is writing there. Wait for it to end."
        ) from None
    finally:
        os.close(holder)


def _update(files: Iterable[File], folder: Path) -> Tally:
    ours, now, tally = _read_manifest(folder), set[str](), Tally()
    before, made = _read_made(folder), list[str]()
    with (folder / MANIFEST).open("a", encoding="utf-8") as manifest:
        for file in files:
            place = folder / file.path
            now.add(file.path)
            there = _read(place)
            stands = before.get((file.path, file.made_of))
            if stands is None or there is None or stands != _digest(there):
                content = file.make()
                stands = _digest(content)
                if there != content and file.path not in ours:
                    _refuse_foreign(place)
                    manifest.write(f"{file.path}\n")
                    manifest.flush()
                if there != content:
                    _replace(place, content)
                    tally.written += 1
            if file.made_of:
                made.append(f"{file.made_of} {stands} {file.path}\n")
    tally.unchanged = len(now) - tally.written
    for path in sorted(ours - now):
        tally.removed += _remove(folder, path)
    _replace(folder / MANIFEST, "".join(f"{path}\n" for path in sorted(now)).encode())
    _remember(folder / MADE, "".join(made).encode())
    return tally


def _read_made(folder: Path) -> dict[tuple[str, str], str]:
    """Give by path and by what it was made of the digest of what we left there. A line that says less is no promise."""
    try:
        lines = (folder / MADE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    split = (line.split(" ", 2) for line in lines)
    return {(parts[2], parts[0]): parts[1] for parts in split if len(parts) == 3}


def _remember(place: Path, content: bytes) -> None:
    if content:
        _replace(place, content)
    else:
        place.unlink(missing_ok=True)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _read(place: Path) -> bytes | None:
    """Give what stands at `place`, None where there is no file."""
    try:
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


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


def _refuse_foreign(place: Path) -> None:
    if place.exists() or place.is_symlink():
        raise PublishError(
            f"{place}: is in the way and was not made by `watcher publish`; nothing of it was touched. "
            "Name an empty folder, or move that file away."
        )


def _replace(place: Path, content: bytes) -> None:
    unfinished = _unfinished(place)
    try:
        unfinished.write_bytes(content)
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
    unfinished.replace(place)


def _unfinished(place: Path) -> Path:
    """Give where a file is written first: always the same, so that a later call finds what a crash left of it."""
    return place.with_name(f".{place.name}.unfinished")


def _remove(folder: Path, path: str) -> int:
    """Remove a file of ours, and the folders that it leaves empty; one reached through a link is left alone."""
    place = folder / path
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        return 0
    _unfinished(place).unlink(missing_ok=True)
    if not place.is_file():
        return 0
    place.unlink()
    for parent in place.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
    return 1
