"""A web archive as a source of history, asked over HTTP: a stand-in on loopback speaks CDX and Memento."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.importing.conftest import Watcher
from tests.importing.test_histories import page

from watcher.importing.mementos import read_cdx, read_timemap

BEGAN = datetime(2024, 3, 1, 6, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://lumen.example/data?v=2"
DECLARED = """offerings:
  lumen-api: {name: Lumen API, provider: Lumen Forge, type: API}
hosts:
  127.0.0.1: {allow_private: true, spacing: 0s}
sources:
  - id: data-policy
    url: https://lumen.example/data?v=2
    title: Data policy
    kind: data_usage
    offerings: lumen-api
"""


@dataclass
class Archive:
    """An archive of one page: day since BEGAN → retention in days. `broken` are days that it does not give out."""

    base: str = ""
    captures: dict[int, int] = field(default_factory=dict)
    speaks_cdx: bool = True
    broken: dict[int, int] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Give what is at `path`."""
        parts = urlsplit(path)
        if path == "/robots.txt":
            return 404, {}, b""
        if parts.path == "/cdx/search/cdx" and self.speaks_cdx:
            assert parse_qs(parts.query)["url"] == [URL]
            return 200, {"content-type": "application/json"}, self.cdx()
        if parts.path.startswith("/web/timemap/link/"):
            return 200, {"content-type": "application/link-format"}, self.timemap(parts.path)
        if parts.path.startswith("/web/2024"):
            return self.capture(path)
        return 404, {}, b"no such page"

    def cdx(self) -> bytes:
        head = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
        rows = [
            ["example,lumen)/data", stamp(n), URL, "text/html", "200", f"SHA{days}", "900"]
            for n, days in self.captures.items()
        ]
        gone = ["example,lumen)/data", stamp(90), URL, "text/html", "404", "SHA0", "90"]
        return json.dumps([head, *rows, *self.rows, gone]).encode()

    def timemap(self, path: str) -> bytes:
        """Give the first half of the captures, and the other half on a second page."""
        numbers = [*self.captures]
        here = f"{self.base}/web/timemap/link/{URL}"
        is_second = path.startswith("/web/timemap/link/2/")
        half = numbers[len(numbers) // 2 :] if is_second else numbers[: len(numbers) // 2]
        links = [
            f'<{URL}>; rel="original"',
            f'<{here}>; rel="self"; type="application/link-format"',
        ]
        links += [
            f'<{self.base}/web/{stamp(n)}/{URL}>; rel="first memento"; datetime="{date(n)}"'
            for n in half
        ]
        links += [
            "<http://elsewhere.example/web/20240301000000/x>; rel=memento; datetime="
            + f'"{date(0)}"'
        ]
        if not is_second:
            links.append(f'</web/timemap/link/2/{URL}>; rel="timemap"; from="{date(1)}"')
        return ",\n".join(links).encode()

    def capture(self, path: str) -> tuple[int, dict[str, str], bytes]:
        text, _, url = path.removeprefix("/web/").partition("id_/")
        assert url == URL, "asked for as it is, query and all"
        number = next(n for n in self.captures if stamp(n) == text)
        if number in self.moved:
            return 302, {"location": f"/web/{stamp(self.moved[number])}id_/{URL}"}, b""
        if self.waits:
            return 429, {"retry-after": self.waits.pop(0)}, b"too many"
        if number in self.broken:
            return self.broken[number], {}, b"not now"
        headers = {"content-type": "text/html; charset=utf-8", "memento-datetime": date(number)}
        return 200, headers, page(self.captures[number])


def stamp(n: int) -> str:
    return f"{BEGAN + DAY * n:%Y%m%d%H%M%S}"


def date(n: int) -> str:
    return format_datetime(BEGAN + DAY * n, usegmt=True)


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive on loopback, with a capture a day, then a month later."""
    held = Archive(captures={0: 30, 1: 30, 2: 60, 40: 90})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append(self.path)
            status, headers, payload = held.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield held
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that declares the page, and treats the archive as it asks to be treated."""
    (tmp_path / "sources.yaml").write_text(DECLARED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATCHER_SPACING", "0")
    return tmp_path


def backfilled(watcher: Watcher, archive: Archive, *arguments: str) -> dict[str, list[str]]:
    """Give what a call tells."""
    result = watcher("backfill", "data-policy", "--from", archive.base, "--json", *arguments)
    told: dict[str, list[str]] = json.loads(result.stdout)
    return told


def asked_for(archive: Archive) -> list[str]:
    """Give the captures that were asked for."""
    return [path[5:19] for path in archive.asked if "id_/" in path]


def test_captures_become_looks_of_the_past(watcher: Watcher, archive: Archive) -> None:
    told = backfilled(watcher, archive, "--every", "1d")
    assert [each[:10] for each in told["taken"]] == [
        "2024-03-01",
        "2024-03-02",
        "2024-03-03",
        "2024-04-10",
    ]
    # The second has the bytes of the first, and is not asked for again.
    assert asked_for(archive) == [stamp(0), stamp(2), stamp(40)]
    changes = json.loads(watcher("changes", "--all", "--json").stdout)
    assert [each["status"] for each in changes] == ["open", "closed", "closed", "closed"]
    assert watcher("verify").exit_code == 0
    assert "web archive" in watcher("show", str(changes[0]["id"])).output


def test_captures_lie_apart_and_between_days(watcher: Watcher, archive: Archive) -> None:
    shown = watcher("backfill", "data-policy", "--from", archive.base, "--dry-run")
    assert "holds 4 captures" in shown.output
    assert "Nothing was taken in" in shown.output
    assert asked_for(archive) == []
    told = backfilled(watcher, archive, "--since", "2024-03-02", "--until", "2024-03-03")
    assert told["taken"] == ["2024-03-02 06:00:00+00:00"]
    asked = parse_qs(urlsplit(archive.asked[-2]).query)
    assert (asked["from"], asked["to"]) == (["20240302000000"], ["20240303000000"])


def test_a_limit_leaves_the_rest_for_the_next_call(watcher: Watcher, archive: Archive) -> None:
    first = backfilled(watcher, archive, "--every", "1d", "--limit", "3")
    assert (len(first["taken"]), first["rest"]) == (3, 1)
    second = backfilled(watcher, archive, "--every", "1d")
    assert (len(second["taken"]), second["rest"]) == (1, 0)
    assert "Nothing new" in watcher("backfill", "data-policy", "--from", archive.base).output
    waiting = json.loads(watcher("changes", "--json").stdout)
    assert len(waiting) == 1


def test_an_archive_without_cdx_is_asked_for_its_timemap(
    watcher: Watcher, archive: Archive
) -> None:
    archive.speaks_cdx = False
    assert len(backfilled(watcher, archive, "--every", "1d")["taken"]) == 4
    assert asked_for(archive) == [stamp(n) for n in (0, 1, 2, 40)]


def test_what_an_archive_does_not_give_out_is_left_out(watcher: Watcher, archive: Archive) -> None:
    archive.broken = {2: 403}
    told = backfilled(watcher, archive, "--every", "1d")
    assert len(told["taken"]) == 3
    assert "not given out (403)" in told["trouble"][0]
    assert backfilled(watcher, archive, "--every", "1d")["taken"] == []


def test_an_archive_that_fails_midway_can_be_asked_again(
    watcher: Watcher, archive: Archive
) -> None:
    archive.broken = {2: 500}
    result = watcher("backfill", "data-policy", "--from", archive.base, "--every", "1d")
    assert result.exit_code == 1
    assert "to go on" in result.output
    archive.broken = {}
    told = backfilled(watcher, archive, "--every", "1d")
    assert [each[:10] for each in told["taken"]] == ["2024-03-03", "2024-04-10"]


def test_a_capture_is_dated_as_the_archive_says_in_the_end(
    watcher: Watcher, archive: Archive
) -> None:
    archive.captures = {0: 30, 9: 60, 10: 60}
    archive.moved = {9: 10}
    told = backfilled(watcher, archive, "--every", "1d")
    assert [each[:10] for each in told["taken"]] == ["2024-03-01", "2024-03-11"]


def test_revisits_are_looks_that_found_nothing_new(watcher: Watcher, archive: Archive) -> None:
    revisit = ["example,lumen)/data", stamp(5), URL, "warc/revisit", "-", "SHA60", "500"]
    moved = ["example,lumen)/data", stamp(6), URL, "warc/revisit", "-", "SHA-of-a-redirect", "500"]
    archive.rows = [revisit, moved]
    told = backfilled(watcher, archive, "--every", "1d")
    assert [each[:10] for each in told["taken"]] == [
        "2024-03-01",
        "2024-03-02",
        "2024-03-03",
        "2024-03-06",
        "2024-04-10",
    ]
    assert asked_for(archive) == [stamp(0), stamp(2), stamp(40)]


def test_rows_that_name_no_time_are_passed_over(watcher: Watcher, archive: Archive) -> None:
    bad = ["example,lumen)/data", "20240300000000", URL, "text/html", "200", "X", "1"]
    archive.rows = [bad, [], ["com%2Cexample%29%2F+20240401"]]
    assert len(backfilled(watcher, archive, "--every", "1d")["taken"]) == 4


def test_an_archive_that_asks_to_wait_is_left_alone_and_asked_again_later(
    watcher: Watcher, archive: Archive
) -> None:
    archive.waits = ["3600"]
    result = watcher("backfill", "data-policy", "--from", archive.base, "--every", "1d")
    assert result.exit_code == 1
    assert "asks to wait 3600 s" in result.output
    assert len(backfilled(watcher, archive, "--every", "1d")["taken"]) == 4


def test_nothing_is_put_before_looks_that_are_held(
    home: Path, watcher: Watcher, archive: Archive
) -> None:
    (home / "seen.html").write_bytes(page(30))
    watcher("snapshot", "data-policy", "seen.html", "--by", "ada")
    result = watcher("backfill", "data-policy", "--from", archive.base)
    assert result.exit_code == 2
    assert "cannot be put before" in str(result.exception)
    past = backfilled(watcher, archive, "--ledger", "past.db")
    assert len(past["taken"]) == 2


def test_an_archive_that_says_nothing_is_told_with_both_its_addresses(
    watcher: Watcher, archive: Archive
) -> None:
    result = watcher("backfill", "data-policy", "--from", f"{archive.base}/nothing")
    assert result.exit_code == 2
    assert "/nothing/cdx/search/cdx" in str(result.exception)
    assert "/nothing/web/timemap/link/" in str(result.exception)


# ── what archives say ────────────────────────────────────────────────────────────────────────────


def test_cdx_is_read_as_rows_and_as_lines() -> None:
    row = {"timestamp": "20240301060000", "status": "200", "digest": "D"}
    lines = "\n".join(
        json.dumps({**row, **more}) for more in ({"url": "https://a.example/"}, {"status": "301"})
    )
    (memento,) = read_cdx(lines, "https://archive.example/coll/")
    assert memento.address == "https://archive.example/coll/20240301060000id_/https://a.example/"
    assert (memento.seen_at, memento.digest) == (BEGAN, "D")
    assert read_cdx("[]", "") == []
    assert read_cdx("", "") == []


@pytest.mark.parametrize("text", ["<html>", "[1", '"a"', '[["timestamp"], ["20240301060000"]]'])
def test_what_is_no_cdx_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_cdx(text, "")


@pytest.mark.parametrize("text", ["", "<html>", '<https://a.example/>; rel="memento"'])
def test_what_is_no_timemap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_timemap(text, "https://archive.example/")
