"""YAML as written: mappings, lists and texts, each with its line.

Every scalar stays the text that stands in the file: `no` is "no", `010126` is "010126", `1:30` is "1:30". What makes
YAML hard to read back (duplicate keys, tags, anchors) is a problem with a line, not a surprise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from watcher.errors import DeclarationError, Problem

Place = tuple[str | int, ...]
"""Where something stands in a file: keys of mappings and places in lists, outermost first."""

_DEEPEST = 12
"""Levels of nesting: more than any declaration has, far fewer than would exhaust the stack."""

_LARGEST = 20_000_000
_PLAIN_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class Written:
    """What a YAML file says: `data` of dicts, lists and strings, and the line of each path in it.

    `broken` when the file could be read only in part, up to the last of `problems`.
    """

    file: str
    data: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False

    def line(self, path: Place) -> int | None:
        """Give the line of `path`, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def complain(self, path: Place, message: str, hint: str = "") -> None:
        """Note that something is wrong at `path`."""
        self.problems.append(Problem(self.file, self.line(path), self.name_of(path), message, hint))

    def name_of(self, path: Place) -> str:
        """Give `path` as people name it, items of a list by their id, key or number: `sources.acme-terms.every`."""
        return ".".join(self._names(path))

    def _names(self, path: Place) -> Iterator[str]:
        at = self.data
        for part in path:
            if isinstance(part, str):
                at = at.get(part) if isinstance(at, Mapping) else None
                yield part
                continue
            at = at[part] if isinstance(at, list) and part < len(at) else None
            name = (at.get("id") or at.get("key")) if isinstance(at, Mapping) else None
            yield name if isinstance(name, str) and name else str(part + 1)


def read_yaml(path: Path) -> Written:
    """Give what the file at `path` says; problems of its syntax are in the result.

    Raises DeclarationError when it cannot be read at all: missing, a folder, no permission, too large, not UTF-8.
    """
    return parse_yaml(_text_of(path), str(path))


def parse_yaml(text: str, file: str) -> Written:
    """Give what `text` says, as `read_yaml` does; `file` is its name in problems."""
    written = Written(file)
    try:
        written.broken = not _Builder(written).build(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        written.broken = True
        written.problems.append(_syntax_problem(file, error))
        return written
    except yaml.reader.ReaderError as error:
        written.broken = True
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        written.problems.append(
            Problem(
                file, line, "", "there is a character here that YAML does not allow", "remove it"
            )
        )
        return written
    return written


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise _unreadable(path, f"is larger than {_LARGEST // 10**6} MB", "split it")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(
            path, "there is no such file", "run `watcher init`, or name the file with --sources"
        ) from None
    except IsADirectoryError:
        raise _unreadable(path, "is a folder, not a file", "name the YAML file in it") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _unreadable(path, f"cannot be read: {reason}", "check its permissions") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, "is not UTF-8", "save it as UTF-8", line) from error


def _unreadable(path: Path, message: str, hint: str, line: int | None = None) -> DeclarationError:
    return DeclarationError([Problem(str(path), line, "", message, hint)])


def _syntax_problem(file: str, error: yaml.MarkedYAMLError) -> Problem:
    what = error.problem or error.context or "cannot be read"
    mark = error.problem_mark or error.context_mark
    if "end of stream" in what and error.context_mark:
        what, mark = f"{error.context} that never ends", error.context_mark
    hint = _SYNTAX_HINTS.get(next((sign for sign in _SYNTAX_HINTS if sign in what), ""), "")
    return Problem(file, mark.line + 1 if mark else None, "", f"not valid YAML: {what}", hint)


_SYNTAX_HINTS = {
    "quoted scalar": "close the quotes",
    "mapping values are not allowed": "put quotes around a text that holds `: `",
    "cannot start any token": "indent with spaces, not tabs, and put quotes around a text that starts with a sign",
    "did not find expected key": "check the indentation and the quotes of this line and the one above",
    "could not find expected ':'": "a key ends with `:` and a space",
    "did not find expected '-' indicator": "items of one list are indented alike",
}


@dataclass
class _Open:
    """A mapping or list that is being read; `key` is the mapping's key that waits for its value."""

    data: dict[str, object] | list[object]
    path: Place
    key: str | None = None


class _Builder:
    """Builds data from parser events, without recursion: a deeply nested file must not exhaust the stack."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._open: list[_Open] = []

    def build(self, events: Iterator[yaml.Event]) -> bool:
        """Read `events`. Tell whether all of them could be read."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and self._written.lines:
                self._note((), event, "a second document begins here", "remove the line `---`")
                return False
            if isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.NodeEvent) and not self._take(event):
                return False
        return True

    def _take(self, event: yaml.NodeEvent) -> bool:
        """Put a key or value in its place. Tell whether what follows can be read."""
        at = self._open[-1] if self._open else None
        if at and isinstance(at.data, dict) and at.key is None:
            return self._take_key(at, at.data, event)
        place = self._place(at)
        self._written.lines.setdefault(place, _line(event))
        if len(place) > _DEEPEST:
            self._note(place[:3], event, "is nested too deeply", "check indentation and brackets")
            return False
        data = self._data(place, event)
        self._put(at, data)
        if isinstance(data, dict | list):
            self._open.append(_Open(data, place))
        return True

    def _take_key(self, at: _Open, data: dict[str, object], event: yaml.NodeEvent) -> bool:
        if not isinstance(event, yaml.ScalarEvent):
            self._note(at.path, event, "a key is a plain text", "put it in quotes")
            return False
        place = (*at.path, event.value)
        at.key = event.value
        if event.value in data:
            first = self._written.lines[place]
            self._note(place, event, "is given twice", f"the first is on line {first}")
        self._written.lines.setdefault(place, _line(event))
        return True

    def _place(self, at: _Open | None) -> Place:
        if at is None:
            return ()
        return (*at.path, len(at.data) if at.key is None else at.key)

    def _put(self, at: _Open | None, data: object) -> None:
        if at is None:
            self._written.data = data
        elif isinstance(at.data, list):
            at.data.append(data)
        elif at.key is not None:
            at.data.setdefault(at.key, data)
            at.key = None

    def _data(self, place: Place, event: yaml.NodeEvent) -> object:
        if isinstance(event, yaml.AliasEvent):
            self._note(place, event, "an alias (`*name`) is not read", "write the value out")
            return ""
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            self._note(place, event, f"the tag `{tag}` is not read", "remove it")
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        return {} if isinstance(event, yaml.MappingStartEvent) else []

    def _note(self, place: Place, event: yaml.Event, message: str, hint: str) -> None:
        name = self._written.name_of(place)
        self._written.problems.append(
            Problem(self._written.file, _line(event), name, message, hint)
        )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
