"""Histories of pages as a git repository in the form of the record: a commit for each capture, its time the author's."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from zoo.stage import Stage


def name_of(stage: Stage) -> str:
    """Give the path of a page in the repository."""
    return stage.name + (".pdf" if stage.captures[0][1].startswith(b"%PDF") else ".html")


def write(stages: Sequence[Stage], work: Path) -> None:
    """Write `captures.git` and the labels, `changes.jsonl`, into `work`."""
    with (work / "changes.jsonl").open("w") as file:
        for stage in stages:
            file.writelines(
                json.dumps({**row, "page": name_of(stage)}) + "\n" for row in stage.labels
            )
    repository = work / "captures.git"
    shutil.rmtree(repository, ignore_errors=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repository)], check=True)
    subprocess.run(
        ["git", "-C", str(repository), "fast-import", "--quiet"],
        input=b"".join(_stream(stages)),
        check=True,
    )


def _stream(stages: Sequence[Stage]) -> list[bytes]:
    """Give the commits, oldest first, as `git fast-import` reads them."""
    parts: list[bytes] = []
    shots = sorted((at, name_of(stage), data) for stage in stages for at, data in stage.captures)
    for at, name, data in shots:
        stamp = f"Zoo <zoo@example> {int(at.timestamp())} +0000"
        message = f"Record {name}".encode()
        parts += [f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(message)}\n".encode(), message,
                  f'\nM 100644 inline "{name}"\ndata {len(data)}\n'.encode(), data, b"\n"]  # fmt: skip
    return parts
