"""What urlwatch and webchanges kept of pages: an SQLite file with a row for each state that they saw."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

from bs4 import BeautifulSoup
from sqlite_utils import Database

from watcher.errors import HistoryError
from watcher.importing.history import TEXT, PastLook

_MARKUP = re.compile(r"\s*<(?:!doctype|!--|\?xml|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_HTML = "text/html; charset=utf-8"

_TABLES = {"CacheEntry": ("urlwatch", "guid"), "webchanges": ("webchanges", "uuid")}
"""Table → whose it is, and its column for the job: the SHA-1 of the address that the job shows.

urlwatch (by minidb) has columns `timestamp`, `data` and `tries`; webchanges has `timestamp` and `msgpack_data`, a
MessagePack mapping with `d` (the data), `t` (the tries) and `m` (the media type, of late). Tries above 0 are looks that
failed, with the data of the last good one.
"""


class SnapshotDatabase:
    """The states in the file at `path`. `parts` are the names of those pages of which only a part was kept.

    Raises HistoryError when it is no such file.
    """

    def __init__(self, path: Path, parts: Collection[str] = ()) -> None:
        self._path = path
        self._parts = frozenset(parts)
        self._rows: dict[str, dict[datetime, int]] = {}
        self._trouble: dict[str, list[str]] = {}
        with self._opened() as database:
            table = next((each for each in _TABLES if database[each].exists()), None)
            if table is None:
                raise HistoryError(f"{path} is no database of urlwatch or webchanges")
            self._table = table
            self.via, self._key = _TABLES[table]
            if self.via == "webchanges" and messagepack() is None:
                raise HistoryError(
                    f"{path} is packed with MessagePack, which this Python cannot unpack: "
                    "pip install 'watcher[import]', and import again"
                )
            for row in database[table].rows_where(select="rowid as place, *"):
                self._note(row)

    def times(self, name: str) -> list[datetime]:
        """Give when the page was seen in another state."""
        return [*self._rows.get(name, {})]

    def trouble(self, name: str) -> list[str]:
        """Tell what of it cannot be read."""
        return self._trouble.get(name, [])

    def looks(self, name: str, times: Sequence[datetime]) -> Iterator[PastLook]:
        """Give what was seen at `times`: the page where all of it was kept, else its text."""
        with self._opened() as database:
            for at in times:
                place = self._rows[name][at]
                (row,) = database[self._table].rows_where("rowid = ?", [place])
                data, _, media_type = _kept(row)
                yield _look(at, data, media_type, is_part=name in self._parts)

    def unused(self, names: set[str]) -> list[str]:
        """Give how many others there are: of their addresses only digests are kept."""
        number = len(self._rows.keys() - names)
        return [f"{number} other jobs" if number > 1 else "another job"] if number else []

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        """Open the file to be read only, so that the tool it belongs to may go on with it."""
        try:
            address = f"file:{quote(str(self._path))}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as opened:
                yield Database(opened)
        except sqlite3.Error as error:
            raise HistoryError(f"{self._path} cannot be read as a database: {error}") from None

    def _note(self, row: Mapping[str, object]) -> None:
        name = str(row[self._key])
        try:
            data, tries, _ = _kept(row)
            at = datetime.fromtimestamp(float(str(row["timestamp"])), UTC)
        except (ValueError, OverflowError, OSError) as error:
            self._trouble.setdefault(name, []).append(f"row {row['place']} is damaged: {error}")
            return
        if data and not tries:
            self._rows.setdefault(name, {})[at] = int(str(row["place"]))


def messagepack() -> ModuleType | None:
    """Give the MessagePack library, None where it is not installed: only databases of webchanges need it."""
    try:
        import msgpack as library  # noqa: PLC0415 - optional
    except ImportError:
        return None
    found: ModuleType = library
    return found


def _kept(row: Mapping[str, object]) -> tuple[str | bytes, int, str]:
    """Give the data of a row, the tries, and the media type where it is told. Raises ValueError when it is damaged."""
    if "msgpack_data" in row:
        library = messagepack()
        assert library is not None  # without it the file is not opened
        packed = row["msgpack_data"]
        raw = packed if isinstance(packed, bytes) else b""
        said = library.unpackb(raw, strict_map_key=False, unicode_errors="replace")
        if not isinstance(said, dict):
            raise ValueError("it holds no mapping")
        data, tries, media_type = said.get("d"), said.get("t"), said.get("m")
    else:
        data, tries, media_type = row["data"], row["tries"], ""
    kept = data if isinstance(data, str | bytes) else ""
    return kept, int(tries or 0), str(media_type or "")


def _look(at: datetime, data: str | bytes, media_type: str, *, is_part: bool) -> PastLook:
    """Give what was kept as what was seen.

    Of a part of a page its text counts: what selects the part in the page would not find it in itself.
    """
    if isinstance(data, bytes):
        return PastLook(at, data, media_type or "application/octet-stream")
    if not _MARKUP.match(data):
        return PastLook(at, data.encode("utf-8", "replace"), TEXT)
    if is_part:
        text = BeautifulSoup(data, "lxml").get_text("\n", strip=True)
        return PastLook(at, text.encode("utf-8", "replace"), TEXT)
    return PastLook(at, data.encode("utf-8", "replace"), _HTML)
