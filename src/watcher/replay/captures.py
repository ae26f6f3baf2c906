"""Captures as a git repository keeps them: which there are, and their bytes, streamed."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from watcher.errors import NotFound

SUFFIXES = (".html", ".htm", ".pdf", ".md", ".txt")
"""Paths that are pages; a licence or readme beside them is not."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One recorded look: the page's path, when it was captured, and the git object of its bytes."""

    page: str
    captured_at: datetime
    blob: str


class CaptureStore:
    """A git repository of captures, read through git itself."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository

    def captures(self, pages: Iterable[str] = (), glob: str | None = None) -> list[Capture]:
        """Give the captures of `pages` (all when empty) that match `glob`, oldest first.

        Raises NotFound when this is no git repository, or holds none of the pages asked for.
        """
        wanted = set(pages)
        found = [
            capture
            for capture in self._log()
            if (not wanted or capture.page in wanted)
            and (glob is None or fnmatchcase(capture.page, glob))
        ]
        if not found:
            raise NotFound(
                f"{self._repository}: no capture of the pages asked for. "
                f"`git -C {self._repository} log --name-only` shows what there is"
            )
        return sorted(found, key=lambda capture: (capture.captured_at, capture.page))

    def payloads(self, captures: Iterable[Capture]) -> Iterator[bytes]:
        """Give the bytes of each of `captures`, in their order."""
        process = self._start("cat-file", "--batch", feed=True)
        assert process.stdin is not None and process.stdout is not None
        # A thread asks ahead while we read: git unpacks the next capture as we work on this one.
        asking = threading.Thread(target=_ask, args=(process.stdin, list(captures)), daemon=True)
        asking.start()
        try:
            while header := process.stdout.readline():
                *_, size = header.split()
                payload = process.stdout.read(int(size))
                process.stdout.read(1)
                yield payload
        finally:
            process.stdout.close()
            process.kill()
            process.wait()
            asking.join()

    def _log(self) -> Iterator[Capture]:
        """Give every capture in the order of commits: one line for its date, one for its blob."""
        process = self._start(
            "-c", "core.quotePath=false", "log", "--reverse", "--raw", "--no-abbrev",
            "--no-renames", "--root", "-z", "--format=%x01%aI%x02",
        )  # fmt: skip
        output, complaint = process.communicate()
        if process.returncode:
            raise NotFound(
                f"{self._repository}: not a git repository of captures "
                f"({complaint.decode(errors='replace').strip()}). For a bundle, first: "
                f"git clone --bare BUNDLE captures.git"
            )
        for commit in output.decode("utf-8", "surrogateescape").split("\x01")[1:]:
            date, _, rest = commit.partition("\x02")
            fields = rest.strip("\x00\n").split("\x00")
            for change, page in zip(fields[::2], fields[1::2], strict=False):
                blob = change.split()[3]
                if page.endswith(SUFFIXES) and set(blob) != {"0"}:
                    yield Capture(page, datetime.fromisoformat(date).astimezone(UTC), blob)

    def _start(self, *arguments: str, feed: bool = False) -> subprocess.Popen[bytes]:
        """Start git. Raises NotFound when the folder is missing or git is not installed."""
        if not self._repository.is_dir():
            raise NotFound(f"{self._repository}: no such folder")
        try:
            return subprocess.Popen(
                ["git", "-C", str(self._repository), *arguments],
                stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if feed else subprocess.PIPE,
            )
        except FileNotFoundError:
            raise NotFound("git is needed to read a record: apt-get install git") from None


def _ask(stream: IO[bytes], captures: list[Capture]) -> None:
    try:
        for capture in captures:
            stream.write(f"{capture.blob}\n".encode())
        stream.close()
    except BrokenPipeError:
        pass  # the reader stopped early; git was told to end
