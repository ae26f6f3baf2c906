"""What other tools kept of pages: the times of their looks, and what they saw, when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from types import ModuleType
from typing import Protocol

from watcher.errors import HistoryError
from watcher.importing.archive import LARGEST_FILE, Archive
from watcher.importing.history import TEXT, PastLook
from watcher.replay import Capture, CaptureStore

_HTML = "text/html"
_MEDIA_TYPES = {".pdf": "application/pdf", ".md": "text/markdown", ".txt": "text/plain"}
_LINE = re.compile(r"(\d{9,11})(?:\.\d+)?,\s*(\S.*)")


class Keeper(Protocol):
    """What another tool kept of pages, each under a name of its own."""

    via: str

    def times(self, name: str) -> list[datetime]:
        """Give when the page called `name` was seen."""
        ...

    def trouble(self, name: str) -> list[str]:
        """Tell what of that page cannot be used, in words."""
        ...

    def looks(self, name: str, times: Sequence[datetime]) -> Iterator[PastLook]:
        """Give what was seen at `times`, in their order. Raises WatcherError where it is damaged."""
        ...

    def unused(self, names: set[str]) -> list[str]:
        """Give the pages that are kept here and not among `names`."""
        ...


class Backup:
    """What changedetection.io kept, by watch.

    `history.txt` of a watch has a line `TIME,FILE` for each text that differed from the one before. The markup of the
    last looks may stand beside them and is taken in the place of their texts.
    """

    via = "changedetection.io"

    def __init__(
        self, archive: Archive, listed: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """`listed` are time and file of watches that have no `history.txt`."""
        self._archive = archive
        self._listed = listed or {}
        self._watches: dict[str, tuple[dict[datetime, tuple[str, str]], list[str]]] = {}

    def times(self, name: str) -> list[datetime]:
        """Give when the watch saw another text."""
        return [*self._watch(name)[0]]

    def trouble(self, name: str) -> list[str]:
        """Tell what of its history is missing, cannot be read, or needs a library."""
        return self._watch(name)[1]

    def looks(self, name: str, times: Sequence[datetime]) -> Iterator[PastLook]:
        """Give what was seen at `times`: its texts, and its markup where there is any."""
        files = self._watch(name)[0]
        for at in times:
            file, media_type = files[at]
            payload = self._archive.read(file)
            if file.endswith(".br"):
                payload = _unpacked(payload, f"{self._archive.path}: {file}")
            yield PastLook(at, payload, media_type)

    def unused(self, names: set[str]) -> list[str]:
        """Give nothing: a watch that became no source was told of."""
        return []

    def _watch(self, name: str) -> tuple[dict[datetime, tuple[str, str]], list[str]]:
        if name not in self._watches:
            self._watches[name] = self._read(name)
        return self._watches[name]

    def _read(self, watch: str) -> tuple[dict[datetime, tuple[str, str]], list[str]]:
        """Give time → file and media type; and the trouble."""
        index, files, trouble = f"{watch}/history.txt", {}, []
        for line in filter(None, map(str.strip, self._lines(watch, index))):
            found = _LINE.fullmatch(line)
            file = self._there(f"{watch}/{PurePosixPath(found[2]).name}") if found else None
            if found is None or file is None:
                trouble.append(f"history.txt: {line[:80]!r} names no time and file of the backup")
            else:
                files[datetime.fromtimestamp(int(found[1]), UTC)] = (file, TEXT)
        self._take_markup(watch, files)
        packed = sum(file.endswith(".br") for file, _ in files.values())
        if packed and brotli() is None:
            # Without the packed ones the others could be taken in, and these then never: they lie before them.
            trouble.append(
                f"{packed} of its {len(files)} looks are packed with brotli, so that none was taken in: "
                "pip install 'watcher[import]', and import again"
            )
            return {}, trouble
        return files, trouble

    def _lines(self, watch: str, index: str) -> list[str]:
        if index in self._archive:
            return self._archive.read(index).decode("utf-8", "replace").splitlines()
        return [f"{at},{file}" for at, file in self._listed.get(watch, {}).items()]

    def _there(self, name: str) -> str | None:
        """Give the name under which a file is in the backup: plain, packed, or the other than its index says."""
        bare = name.removesuffix(".br")
        return next((each for each in (bare, f"{bare}.br") if each in self._archive), None)

    def _take_markup(self, watch: str, files: dict[datetime, tuple[str, str]]) -> None:
        for at in sorted(files, reverse=True):
            markup = self._there(f"{watch}/{int(at.timestamp())}.html")
            if markup is None:
                return
            files[at] = (markup, _HTML)


class Snapshots:
    """What Open Terms Archive kept: a git repository of snapshots, a commit each, by `Service/Type of terms`."""

    via = "Open Terms Archive"

    def __init__(self, store: CaptureStore) -> None:
        """Read which there are. Raises NotFound when `store` is no git repository, or holds none."""
        self._store = store
        self._pages: dict[str, dict[datetime, Capture]] = {}
        for capture in store.captures():
            page = capture.page.rpartition(".")[0]
            self._pages.setdefault(page, {})[capture.captured_at] = capture

    def times(self, name: str) -> list[datetime]:
        """Give when snapshots of these terms were taken."""
        return [*self._pages.get(name, {})]

    def trouble(self, name: str) -> list[str]:
        """Tell when there are none."""
        return [] if name in self._pages else [f"the archive holds no snapshot of {name!r}"]

    def looks(self, name: str, times: Sequence[datetime]) -> Iterator[PastLook]:
        """Give the snapshots taken at `times`."""
        captures = [self._pages[name][at] for at in times]
        for capture, payload in zip(captures, self._store.payloads(captures), strict=True):
            media_type = _MEDIA_TYPES.get(PurePosixPath(capture.page).suffix, _HTML)
            yield PastLook(capture.captured_at, payload, media_type)

    def unused(self, names: set[str]) -> list[str]:
        """Give the terms that nobody declares; what stands in no folder of a service is none."""
        return sorted(each for each in self._pages.keys() - names if "/" in each)


def brotli() -> ModuleType | None:
    """Give the brotli library, None where it is not installed: only backups of changedetection.io need it."""
    try:
        import brotli as library  # noqa: PLC0415 - optional
    except ImportError:
        return None
    found: ModuleType = library
    return found


def _unpacked(packed: bytes, name: str) -> bytes:
    """Unpack brotli piece by piece, so that a small file cannot fill the memory."""
    library = brotli()
    assert library is not None  # a packed file is named only where there is one
    machine, pieces, size = library.Decompressor(), [], 0
    for at in range(0, len(packed), 1024):
        try:
            pieces.append(machine.process(packed[at : at + 1024]))
        except library.error:
            raise HistoryError(f"{name} is damaged: it cannot be unpacked") from None
        size += len(pieces[-1])
        if size > LARGEST_FILE:
            raise HistoryError(f"{name} unpacks to more than {LARGEST_FILE:,} bytes")
    if not machine.is_finished():
        raise HistoryError(f"{name} is damaged: it breaks off")
    return b"".join(pieces)
