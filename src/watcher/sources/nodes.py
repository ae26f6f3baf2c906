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

Path_ = tuple[str | int, ...]
"""Where something stands in a file: keys of mappings and places in lists, outermost first."""

_DEEPEST = 12
"""Levels of nesting: more than any declaration has, far fewer than would exhaust the stack."""

_LARGEST = 20_000_000
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass
class Written:
    """What a YAML file says: `data` of dicts, lists and strings, and the line of each path in it."""

    file: str
    data: object = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path_) -> int | None:
        """Give the line of `path`, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def complain(self, path: Path_, message: str, hint: str = "") -> None:
        """Note that something is wrong at `path`."""
        self.problems.append(Problem(self.file, self.line(path), self.name_of(path), message, hint))

    def name_of(self, path: Path_) -> str:
        """Give `path` as people name it, items of a list by their id, key or number: `sources.acme-terms.every`."""
        return ".".join(self._names(path))

    def _names(self, path: Path_) -> Iterator[str]:
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
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        written.problems.append(_syntax_problem(file, error))
        return written
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        written.problems.append(
            Problem(
                file, line, "", "there is a character here that YAML does not allow", "remove it"
            )
        )
        return written
    if root is not None:
        written.data = _Walk(written).give(root, ())
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
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "cannot be read"
    if "expected a single document" in str(error.context or ""):
        what = "a second document begins here"
    hint = _SYNTAX_HINTS.get(next((sign for sign in _SYNTAX_HINTS if sign in what), ""), "")
    return Problem(file, mark.line + 1 if mark else None, "", f"not valid YAML: {what}", hint)


_SYNTAX_HINTS = {
    "mapping values are not allowed": "put quotes around a text that holds `: `",
    "cannot start any token": "indent with spaces, not tabs, and put quotes around a text that starts with a sign",
    "did not find expected key": "check the indentation and the quotes of this line and the one above",
    "could not find expected ':'": "a key ends with `:` and a space",
    "did not find expected '-' indicator": "items of one list are indented alike",
    "second document": "keep one document a file: remove the line `---`",
    "undefined alias": "put quotes around a text that starts with `*`",
}


class _Walk:
    """Turns nodes into data, once each; an alias would make small files say endless things."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._seen: set[int] = set()

    def give(self, node: yaml.Node, path: Path_) -> object:
        self._written.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            return self._refuse(path, "an alias (`*name`) is not read", "write it out")
        self._seen.add(id(node))
        if node.tag not in _PLAIN_TAGS:
            return self._refuse(path, f"the tag {node.tag!r} is not read", "remove it")
        if len(path) > _DEEPEST:
            return self._refuse(path, "is nested too deeply", "check the indentation and brackets")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.give(item, (*path, at)) for at, item in enumerate(node.value)]
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, object]:
        data: dict[str, object] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self._note(path, line, "a key is a text, not a list or mapping", "put it in quotes")
                continue
            place = (*path, key.value)
            if key.value in data:
                first = self._written.lines[place]
                self._note(place, line, "is given twice", f"the first is on line {first}")
                continue
            self._written.lines[place] = line
            data[key.value] = self.give(value, place)
        return data

    def _refuse(self, path: Path_, message: str, hint: str) -> str:
        self._note(path, self._written.line(path), message, hint)
        return ""

    def _note(self, path: Path_, line: int | None, message: str, hint: str) -> None:
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        self._written.problems.append(Problem(self._written.file, line, where, message, hint))
