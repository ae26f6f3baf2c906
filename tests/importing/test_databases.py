"""What urlwatch and webchanges kept: their databases, made here after their documented forms, as history."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

import msgpack
import pytest
from tests.importing.conftest import Watcher
from tests.importing.test_histories import WORDS, page

from watcher.errors import HistoryError
from watcher.importing import SnapshotDatabase
from watcher.importing.history import TEXT
from watcher.ledger import Ledger
from watcher.model import SourceId

URL = "https://bolt.example/data"
FIRST = 1_700_000_000
JOBS = f"url: {URL}\nname: Data policy\nfilter: css:main,html2text\n---\nname: disk\ncommand: df\n"

Row = tuple[str, float, str | bytes | None, int]


def name_of(location: str) -> str:
    """Give under which name a job keeps what it saw."""
    return sha1(location.encode(), usedforsecurity=False).hexdigest()


def urlwatch_database(path: Path, rows: list[Row]) -> Path:
    """Give a database as urlwatch makes it, by minidb."""
    with sqlite3.connect(path) as made:
        made.execute(
            "CREATE TABLE CacheEntry (guid TEXT, timestamp INTEGER, data TEXT, tries INTEGER, etag TEXT,"
            " id INTEGER PRIMARY KEY)"
        )
        made.executemany("INSERT INTO CacheEntry VALUES (?, ?, ?, ?, NULL, NULL)", rows)
    made.close()
    return path


def webchanges_database(path: Path, rows: list[Row], media_type: str = "") -> Path:
    """Give a database as webchanges makes it."""
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE webchanges (uuid TEXT, timestamp REAL, msgpack_data BLOB)")
        made.executemany(
            "INSERT INTO webchanges VALUES (?, ?, ?)",
            [
                (
                    name,
                    at,
                    msgpack.packb({"d": data, "t": tries, "e": "", "m": media_type, "err": {}}),
                )
                for name, at, data, tries in rows
            ],
        )
    made.close()
    return path


@pytest.mark.parametrize("make", [urlwatch_database, webchanges_database])
def test_states_come_with_their_dates_and_failed_looks_do_not(tmp_path: Path, make: Any) -> None:
    name = name_of(URL)
    rows: list[Row] = [
        (name, FIRST, "We keep data for 30 days.", 0),
        (name, FIRST + 60, "We keep data for 30 days.", 2),
        (name, FIRST + 120, "<html><body>All of it</body></html>", 0),
        (name, FIRST + 180, None, 0),
        ("another", FIRST, "x", 0),
    ]
    database = SnapshotDatabase(make(tmp_path / "cache.db", rows))
    times = database.times(name)
    assert times == [datetime.fromtimestamp(FIRST + n, UTC) for n in (0, 120)]
    looks = [*database.looks(name, times)]
    assert [(each.payload, each.media_type) for each in looks] == [
        (b"We keep data for 30 days.", TEXT),
        (b"<html><body>All of it</body></html>", "text/html; charset=utf-8"),
    ]
    assert database.unused({name}) == ["another job"]


def test_of_a_part_of_a_page_the_text_is_taken(tmp_path: Path) -> None:
    rows: list[Row] = [("part", FIRST, "<p>One</p>\n<p>Two <b>words</b></p>", 0)]
    database = SnapshotDatabase(urlwatch_database(tmp_path / "cache.db", rows), ["part"])
    (look,) = database.looks("part", database.times("part"))
    assert (look.payload, look.media_type) == (b"One\nTwo\nwords", TEXT)


def test_bytes_keep_their_media_type(tmp_path: Path) -> None:
    path = webchanges_database(tmp_path / "s.db", [("a", FIRST, b"%PDF-1.7", 0)], "application/pdf")
    database = SnapshotDatabase(path)
    (look,) = database.looks("a", database.times("a"))
    assert (look.payload, look.media_type) == (b"%PDF-1.7", "application/pdf")


def test_a_damaged_row_is_told_and_the_others_taken(tmp_path: Path) -> None:
    path = webchanges_database(tmp_path / "s.db", [("a", FIRST, "words", 0)])
    with sqlite3.connect(path) as opened:
        opened.execute("INSERT INTO webchanges VALUES ('a', 5, x'dbffffffff')")
        opened.execute("INSERT INTO webchanges VALUES ('a', NULL, x'81a164a161')")
    opened.close()
    database = SnapshotDatabase(path)
    assert len(database.times("a")) == 1
    assert [each.split(":")[0] for each in database.trouble("a")] == [
        "row 2 is damaged",
        "row 3 is damaged",
    ]


@pytest.mark.parametrize("raw", [b"", b"no database at all, but some words that are long enough"])
def test_what_is_no_database_of_theirs_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "cache.db").write_bytes(raw)
    for path in (tmp_path / "cache.db", tmp_path / "none.db"):
        with pytest.raises(HistoryError, match=r"(?:cache|none)\.db"):
            SnapshotDatabase(path)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("kind", "make"), [("urlwatch", urlwatch_database), ("webchanges", webchanges_database)]
)
def test_jobs_arrive_with_what_they_saw(home: Path, watcher: Watcher, kind: str, make: Any) -> None:
    (home / "jobs.yaml").write_text(JOBS)
    rows: list[Row] = [
        (name_of(URL), FIRST, WORDS.format(days=30), 0),
        (name_of(URL), FIRST + 86_400, WORDS.format(days=60), 0),
    ]
    make(home / "cache.db", rows)
    result = watcher("import", kind, "jobs.yaml", "--history", "cache.db", "--ledger", "past.db")
    assert "bolt-data-policy: 2 looks, 2023-11-14 to 2023-11-15" in result.output
    with Ledger.open(home / "past.db") as ledger:
        rows_of = ledger.claims.history(SourceId("bolt-data-policy"), "retention_days")
        assert [each.claim.value for each in rows_of] == [30, 60]
        assert {
            each.fetched_with for each in ledger.snapshots.of(SourceId("bolt-data-policy"))
        } == {kind}
        assert ledger.outbox.following(0) == []
    again = watcher(
        "import", kind, "jobs.yaml", "--history", "cache.db", "--ledger", "past.db", "--json"
    )
    assert json.loads(again.stdout)["history"][0]["looks"] == 0


def test_pages_kept_whole_go_on_at_our_own_looks(home: Path, watcher: Watcher) -> None:
    (home / "jobs.yaml").write_text(f"url: {URL}\nname: Data policy\n")
    rows: list[Row] = [
        (name_of(URL), FIRST + n, page(days).decode(), 0) for n, days in enumerate((30, 60))
    ]
    urlwatch_database(home / "cache.db", rows)
    watcher("import", "urlwatch", "jobs.yaml", "--history", "cache.db", "--ledger", "past.db")
    with Ledger.open(home / "past.db") as ledger:
        assert ledger.sources.known(SourceId("bolt-data-policy")).document_id is not None


def test_a_database_of_other_jobs_is_said_to_hold_nothing(home: Path, watcher: Watcher) -> None:
    (home / "jobs.yaml").write_text(JOBS)
    urlwatch_database(home / "cache.db", [("other", FIRST, "x", 0)])
    result = watcher("import", "urlwatch", "jobs.yaml", "--history", "cache.db")
    assert "nothing is kept there of these pages" in result.output


def test_a_database_that_cannot_be_read_changes_nothing(home: Path, watcher: Watcher) -> None:
    (home / "jobs.yaml").write_text(JOBS)
    before = (home / "sources.yaml").read_text()
    (home / "cache.db").write_bytes(b"words")
    result = watcher("import", "urlwatch", "jobs.yaml", "--history", "cache.db")
    assert (result.exit_code, (home / "sources.yaml").read_text()) == (2, before)
