"""Snapshots as WARC, read back by a standard reader."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger import sound
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from watcher.exporting.warc import write_warc
from watcher.ledger import Ledger
from watcher.model import Check, Hop, Judgement, Snapshot, Source, Verdict, digest_of

AT = sound.BEGUN + 60 * sound.DAY
PAGE = b"<p>Inputs are kept for 9 days.</p>"
RENDERED = b"<p>What a browser shows.</p>"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three snapshots of a source: one of HTTP after two redirects, one rendered, one refused."""
    folder = tmp_path_factory.mktemp("warc")
    sound.make(folder / "watcher.db")
    with Ledger.open(folder / "watcher.db") as ledger:
        source = add(ledger)
        with (folder / "a.warc.gz").open("wb") as out:
            assert write_warc(ledger, [source], out) == 4
    return folder / "a.warc.gz"


def add(ledger: Ledger) -> Source:
    source = ledger.sources.declared()[sound.TERMS]
    hops = (Hop("https://acme.example/a", 301), Hop("https://acme.example/b?x=1", 302))
    headers = (
        *(("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "7")),
        *(("Set-Cookie", "session=s3cr3t"), ("X-Odd", "é \ud800 \x85 end")),
    )
    for day, payload, how, status, good in (
        (0, PAGE, "http", 203, True),
        (1, RENDERED, "browser", 200, True),
        (2, b"Access denied", "http", 403, False),
    ):
        at = AT + day * sound.DAY
        snapshot = Snapshot(
            source.id, at, digest_of(payload), "text/html", "https://acme.example/terms?é=1", good,
            headers=headers, hops=hops if day == 0 else (), fetched_with=how,
        )  # fmt: skip
        picture = b"\xff\xd8 picture" if how == "browser" else b""
        snapshot_id = ledger.snapshots.add(snapshot, payload, picture)
        judgement = Judgement(Verdict.OK if good else Verdict.BLOCKED, "test: told")
        ledger.checks.add(Check(source.id, at, judgement, status, snapshot_id=snapshot_id))
    return source


def records(archive: Path) -> Iterator[tuple[str, str, str, bytes]]:
    """Give type, address, status and content of each record after the first snapshot, which sound.py made."""
    with archive.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            status = record.http_headers.get_statuscode() if record.http_headers else ""
            told = record.rec_headers
            yield (
                told.get_header("WARC-Type"),
                told.get_header("WARC-Target-URI") or "",
                status,
                record.content_stream().read(),
            )


def test_a_standard_reader_opens_it_and_every_digest_is_right(archive: Path) -> None:
    arguments = type("Arguments", (), {"verbose": False, "inputs": [str(archive)]})
    assert Checker(arguments).process_all() == 0
    assert next(records(archive))[0] == "warcinfo"


def test_answers_redirects_and_requests_are_there(archive: Path) -> None:
    found = list(records(archive))
    answers = [(url, status, content) for kind, url, status, content in found if kind == "response"]
    assert ("https://acme.example/a", "301", b"") in answers
    assert ("https://acme.example/b?x=1", "302", b"") in answers
    assert any(status == "203" and content == PAGE for _, status, content in answers)
    assert any(status == "403" and content == b"Access denied" for _, status, content in answers)
    assert sum(kind == "request" for kind, *_ in found) == len(answers)


def test_a_rendered_page_is_a_resource_with_its_picture(archive: Path) -> None:
    resources = [content for kind, _, _, content in records(archive) if kind == "resource"]
    assert resources == [RENDERED, b"\xff\xd8 picture"]


def test_what_we_know_of_a_snapshot_is_told(archive: Path) -> None:
    told = [content.decode() for kind, _, _, content in records(archive) if kind == "metadata"]
    assert any(
        "source: terms" in each
        and hashlib.sha256(PAGE).hexdigest() in each
        and "via: https://acme.example/a" in each
        for each in told
    )


def test_codings_are_renamed_and_cookies_withheld(archive: Path) -> None:
    with archive.open("rb") as stream:
        heads = [
            str(record.http_headers)
            for record in ArchiveIterator(stream)
            if record.http_headers and record.rec_type == "response"
        ]
    assert any("X-Archive-Orig-Content-Encoding: gzip" in head for head in heads)
    assert not any("s3cr3t" in head for head in heads)


def test_without_warcio_it_says_what_to_install() -> None:
    """In a process of its own that has no warcio."""
    program = (
        "import sys, io; sys.modules['warcio'] = None; sys.modules['warcio.statusandheaders'] = None\n"
        "from watcher.exporting.warc import write_warc\nfrom watcher.errors import ExportError\n"
        "try: write_warc(None, [], io.BytesIO())\nexcept ExportError as error: sys.exit(str(error))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "pip install 'watcher[warc]'" in ran.stderr


def test_nothing_to_write_is_still_an_archive(ledger: Ledger) -> None:
    out = io.BytesIO()
    assert write_warc(ledger, [], out) == 0
    assert [record.rec_type for record in ArchiveIterator(io.BytesIO(out.getvalue()))] == [
        "warcinfo"
    ]
