"""YAML of several documents, as urlwatch and webchanges keep their jobs: each with its line, nothing constructed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml

from watcher.errors import DeclarationError, Problem
from watcher.importing.reading import text_of

_MOST_NODES = 500_000
_DEEPEST = 40
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_BETWEEN = re.compile(r"^---(?=\s|$)", re.MULTILINE)


def yaml_documents(path: Path) -> list[tuple[int, object]]:
    """Give each document of the file at `path` with the line where it begins; every scalar is a text.

    Raises DeclarationError, with the problem of every document, when the file cannot be read, is no YAML, or unfolds to
    more than any list of jobs holds.
    """
    text = text_of(path)
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_Loader) if node is not None]
    except yaml.YAMLError as error:
        problems = [*_problems(path, text)] or [_problem(path, error)]
        raise DeclarationError(problems) from None
    unfolding = _Unfolding(path)
    documents = [(node.start_mark.line + 1, unfolding.plain(node)) for node in nodes]
    return [(line, said) for line, said in documents if said]


def _problems(path: Path, text: str) -> Iterator[Problem]:
    """Give what is wrong with each document by itself: a parser gives up at the first."""
    starts = [0, *(each.start() for each in _BETWEEN.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        try:
            for _ in yaml.compose_all(text[start:end], Loader=_Loader):
                pass
        except yaml.YAMLError as error:
            yield _problem(path, error, text.count("\n", 0, start))


def _problem(path: Path, error: yaml.YAMLError, above: int = 0) -> Problem:
    """Say what is wrong; `above` are the lines of the file before what was read."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _wrong(path, None, f"not valid YAML: {str(error).splitlines()[0]}")
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 + above if mark else None
    return _wrong(path, line, f"not valid YAML: {error.problem or error.context}")


class _Unfolding:
    """Turns nodes into dicts, lists and texts. Aliases are unfolded and counted: nine lines can make billions.

    A tag of somebody's own (`!include jobs.yaml`) stays before its text: nothing is done about it, and it is told.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def plain(self, node: yaml.Node, depth: int = 0) -> object:
        self._count += 1
        if self._count > _MOST_NODES or depth > _DEEPEST:
            line = node.start_mark.line + 1
            message = "unfolds to more than a list of jobs can hold"
            raise DeclarationError([_wrong(self._path, line, message)])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each, depth + 1) for each in node.value]
        tag = str(node.tag or "")
        return f"{tag} {node.value}".strip() if tag.startswith("!") else str(node.value)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, object]:
        """Give a mapping; what it merges in with `<<` stands behind what it says itself, wherever that stands."""
        own: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key, value in node.value:
            said = self.plain(value, depth + 1)
            if key.value != "<<":
                own[str(key.value)] = said
                continue
            for each in said if isinstance(said, list) else [said]:
                merged = {**each, **merged} if isinstance(each, dict) else merged
        return {**merged, **own}


def _wrong(path: Path, line: int | None, message: str) -> Problem:
    return Problem(str(path), line, "", message, "nothing was written")
