"""A ZIP that somebody else made, read in place: nothing is unpacked to the disk, nor without a limit."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.errors import DeclarationError, Problem

MOST_FILES = 500_000
MOST_BYTES = 20_000_000_000
"""Of all files together, as the archive says of itself: years of a thousand pages."""
LARGEST_FILE = 50_000_000
RATIO, RATIO_FROM = 250, 2_000_000
"""Text shrinks to a tenth; a file that unpacks to more than 250 times its size is made to do harm."""


class Archive:
    """The files of a ZIP by name."""

    def __init__(self, path: Path, opened: zipfile.ZipFile) -> None:
        self.path = path
        self._opened = opened
        self._files = {each.filename: each for each in opened.infolist() if not each.is_dir()}

    @property
    def names(self) -> list[str]:
        """The names of all files, in the order of the archive."""
        return [*self._files]

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        """Give the bytes of one file. Raises DeclarationError when it is damaged."""
        try:
            return self._opened.read(name)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise DeclarationError(
                [Problem(str(self.path), None, name, f"cannot be read: {error}")]
            ) from None


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """Open the ZIP at `path`. Raises DeclarationError, with every problem, when it is none or not to be trusted."""
    try:
        opened = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise DeclarationError([Problem(str(path), None, "", "there is no such file")]) from None
    except (zipfile.BadZipFile, OSError) as error:
        message = f"is no ZIP archive, or a damaged one: {error}"
        raise DeclarationError([Problem(str(path), None, "", message)]) from None
    with opened:
        problems = [*_problems(path, opened.infolist())]
        if problems:
            raise DeclarationError(problems)
        yield Archive(path, opened)


def _problems(path: Path, files: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    if len(files) > MOST_FILES:
        yield Problem(str(path), None, "", f"holds more than {MOST_FILES:,} files")
        return
    total = sum(each.file_size for each in files)
    if total > MOST_BYTES:
        yield Problem(str(path), None, "", f"unpacks to {total:,} bytes; {MOST_BYTES:,} at most")
    seen: set[str] = set()
    for each in files:
        if complaint := _complaint(each, seen):
            yield Problem(str(path), None, each.filename[:200], complaint, "nothing was read of it")
        seen.add(each.filename)


def _complaint(file: zipfile.ZipInfo, seen: set[str]) -> str:
    """Give what forbids to read one file, empty when nothing does."""
    name, size, packed = file.filename, file.file_size, file.compress_size
    is_outside = name.startswith("/") or "\\" in name or ".." in name.split("/") or name[1:2] == ":"
    is_bomb = size > RATIO_FROM and size > packed * RATIO
    complaints = (
        (is_outside, "leads out of the archive"),
        (stat.S_ISLNK(file.external_attr >> 16), "is a link, not a file"),
        (name in seen, "is there twice"),
        (file.flag_bits & 0x1, "is encrypted; make the backup without a password"),
        (size > LARGEST_FILE, f"unpacks to {size:,} bytes; {LARGEST_FILE:,} at most"),
        (is_bomb, f"{packed:,} bytes unpack to {size:,}: made to do harm"),
    )
    return next((said for is_so, said in complaints if is_so), "")
