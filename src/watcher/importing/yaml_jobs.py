"""YAML of several documents, as urlwatch and webchanges keep their jobs: each with its line, nothing constructed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from watcher.errors import DeclarationError, Problem
from watcher.importing.reading import text_of

_MOST_NODES = 500_000
_DEEPEST = 40
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def yaml_documents(path: Path) -> list[tuple[int, object]]:
    """Give each document of the file at `path` with the line where it begins; every scalar is a text.

    Raises DeclarationError when the file cannot be read, is no YAML, or unfolds to more than any list of jobs holds.
    """
    text = text_of(path)
    try:
        nodes = [node for node in yaml.compose_all(text, Loader=_Loader) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise _wrong(path, line, f"not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise _wrong(path, None, f"not valid YAML: {str(error).splitlines()[0]}") from None
    unfolding = _Unfolding(path)
    documents = [(node.start_mark.line + 1, unfolding.plain(node)) for node in nodes]
    return [(line, said) for line, said in documents if said]


class _Unfolding:
    """Turns nodes into dicts, lists and texts. Aliases are unfolded and counted: nine lines can make billions."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def plain(self, node: yaml.Node, depth: int = 0) -> object:
        self._count += 1
        if self._count > _MOST_NODES or depth > _DEEPEST:
            line = node.start_mark.line + 1
            raise _wrong(self._path, line, "unfolds to more than a list of jobs can hold")
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, depth))
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(each, depth + 1) for each in node.value]
        return str(node.value)

    def _pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, object]]:
        for key, value in node.value:
            said = self.plain(value, depth + 1)
            if key.value == "<<" and isinstance(said, dict):
                yield from said.items()
            else:
                yield str(key.value), said


def _wrong(path: Path, line: int | None, message: str) -> DeclarationError:
    return DeclarationError([Problem(str(path), line, "", message, "nothing was written")])
