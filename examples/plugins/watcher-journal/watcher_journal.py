"""A notifier: every message as a line of JSON in a file, for programs that follow files.

notifications:
  ours:
    plug_in: {name: journal, options: {path: /var/log/watcher.jsonl}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from watcher.plugs import Message


class JournalNotifier:
    """Writes messages down, each once."""

    def send(self, message: Message, options: Mapping[str, str]) -> None:
        """Append `message` to the file `path`. Raises KeyError without one, OSError when that fails."""
        line = {"id": message.id, "subject": message.subject, **message.data}
        _append(Path(options["path"]), message.id, json.dumps(line))


def _append(path: Path, message_id: str, line: str) -> None:
    held = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if any(json.loads(each)["id"] == message_id for each in held):
        return  # its first try arrived after all
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
