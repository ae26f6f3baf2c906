"""An offering or a source put into `sources.yaml` as a person would: in its place, all else as it stands.

The file is text to us here: comments, order, quotes and blank lines of what stands there are not touched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from watcher.errors import DeclarationError, Problem
from watcher.model import Slug

Entry = Mapping[str, "str | Mapping[str, str] | Sequence[str | Mapping[str, str]]"]
"""The keys of one declaration in the order in which they are to stand; a sequence becomes a list."""

EMPTY = "offerings: {}\n\nsources: []\n"
"""What a file says that declares nothing yet."""

_PLAIN = re.compile(r"[A-Za-z0-9/][^\x00-\x1f\x7f-\x9f]*")
_UNSAFE = re.compile(r": |\s#|:$|\s$")


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry of a list or mapping that stands in the file: its lines, from 0, the last one not included."""

    begin: int
    end: int
    indent: int
    node: yaml.Node


def insert_named(text: str, name: str, entries: Mapping[str, Entry], file: str) -> str:
    """Give `text` with `entries` after the last of the section `name`, a mapping: offerings, channels.

    Raises DeclarationError where there is no place.
    """
    section = _section(text, name, file)
    blocks = [[f"{key}:", *_indented(_lines(entry))] for key, entry in entries.items()]
    if not isinstance(section, yaml.MappingNode) or not section.value:
        return _begun(text, name, blocks, file)
    _complain_of_flow(section, name, file)
    items = [_item(text, key, value) for key, value in section.value]
    return _after(text, items, len(items) - 1, blocks)


def insert_sources(text: str, entries: Sequence[Entry], slug: Slug | None, file: str) -> str:
    """Give `text` with sources after the last that speaks of the offering `slug` alone, or else of it, or at the end.

    Raises DeclarationError where there is no place.
    """
    section = _section(text, "sources", file)
    blocks = [_dashed(_lines(entry)) for entry in entries]
    if not isinstance(section, yaml.SequenceNode) or not section.value:
        return _begun(text, "sources", blocks, file)
    _complain_of_flow(section, "sources", file)
    items = [_item(text, node, node) for node in section.value]
    spoken = [_offerings_of(item.node) for item in items]
    alone = [at for at, slugs in enumerate(spoken) if slugs == [slug]]
    among = [at for at, slugs in enumerate(spoken) if slug in slugs]
    place = (alone or among or [len(items) - 1])[-1]
    return _after(text, items, place, blocks)


def _section(text: str, name: str, file: str) -> yaml.Node | None:
    try:
        whole = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        message = f"is no YAML, so nothing can be added: {error}"
        raise DeclarationError(
            [Problem(file, None, "", message, "`watcher lint` says where")]
        ) from None
    if not isinstance(whole, yaml.MappingNode):
        return None
    _complain_of_flow(whole, "the file", file)
    return next((value for key, value in whole.value if key.value == name), None)


def _complain_of_flow(node: yaml.CollectionNode, name: str, file: str) -> None:
    if node.flow_style:
        line = node.start_mark.line + 1
        hint = "write one entry on lines of its own, and try again"
        message = f"`{name}` is written in brackets, and nothing can be added there"
        raise DeclarationError([Problem(file, line, "", message, hint)])


def _begun(text: str, name: str, blocks: Sequence[Sequence[str]], file: str) -> str:
    """Give `text` with the first entries of a section that is there and empty, or not there at all."""
    entry = "\n".join("".join(f"  {line}\n" for line in lines) for lines in blocks)
    empty = re.compile(rf"^{name}:[ \t]*(?:\{{\s*\}}|\[\s*\]|~|null)?[ \t]*(#.*)?$", re.MULTILINE)
    found = empty.search(text)
    if found is None:
        if re.search(rf"^{name}:", text, re.MULTILINE):
            raise DeclarationError([Problem(file, None, name, "nothing can be added there")])
        gap = "" if text.endswith("\n") or not text else "\n"
        return f"{text}{gap}\n{name}:\n{entry}"
    comment = f" {found[1]}" if found[1] else ""
    rest = text[found.end() :].removeprefix("\n")
    return f"{text[: found.start()]}{name}:{comment}\n{entry}{rest}"


def _item(text: str, first: yaml.Node, node: yaml.Node) -> _Item:
    """Give the lines of an entry that begins with `first`, with comments that are set further in than it."""
    lines = text.split("\n")
    begin = first.start_mark.line
    if first is node:  # an item of a list: its dash may stand on a line above
        while not lines[begin].lstrip().startswith("-"):
            begin -= 1
    indent = len(lines[begin]) - len(lines[begin].lstrip())
    end = _last_line(node, lines) + 1
    while end < len(lines) and _is_comment_of(lines[end], indent):
        end += 1
    return _Item(begin, end, indent, node)


def _last_line(node: yaml.Node, lines: Sequence[str]) -> int:
    """Give the last line on which `node` says something; a block's own end is where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last, lines)
    mark = node.end_mark
    at = mark.line if mark.column or mark.line == node.start_mark.line else mark.line - 1
    while at > node.start_mark.line and not lines[at].strip():
        at -= 1
    return at


def _is_comment_of(line: str, indent: int) -> bool:
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) > indent


def _offerings_of(node: yaml.Node) -> list[str]:
    if not isinstance(node, yaml.MappingNode):
        return []
    value = next((value for key, value in node.value if key.value == "offerings"), None)
    if isinstance(value, yaml.ScalarNode):
        return [value.value]
    if isinstance(value, yaml.SequenceNode):
        return [each.value for each in value.value]
    return []


def _after(text: str, items: Sequence[_Item], place: int, blocks: Sequence[Sequence[str]]) -> str:
    """Give `text` with `blocks` after the item at `place`, apart from it by as much as items there are."""
    item = items[place]
    written = text.split("\n")
    apart = [""] if _are_apart(written, items) else []
    added: list[str] = []
    for lines in blocks:
        added += [*apart, *(" " * item.indent + line for line in lines)]
    return "\n".join([*written[: item.end], *added, *written[item.end :]])


def _are_apart(written: Sequence[str], items: Sequence[_Item]) -> bool:
    ends = [item.end for item in items[:-1]]
    return not ends or any(not written[end].strip() for end in ends)


def _lines(entry: Entry) -> Iterator[str]:
    for key, value in entry.items():
        if isinstance(value, str):
            yield f"{key}: {_scalar(value)}"
        elif isinstance(value, Mapping):
            yield f"{key}:"
            yield from _indented(_lines(value))
        elif len(value) == 1 and isinstance(value[0], str):
            yield f"{key}: {_scalar(value[0])}"
        else:
            yield f"{key}:"
            for each in value:
                yield from _indented(_item_lines(each))


def _item_lines(item: str | Mapping[str, str]) -> list[str]:
    return [f"- {_scalar(item)}"] if isinstance(item, str) else _dashed(_lines(item))


def _dashed(lines: Iterator[str]) -> list[str]:
    first, *rest = lines
    return [f"- {first}", *_indented(rest)]


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _scalar(text: str) -> str:
    """Give `text` as YAML has it: plain where that reads back as it is, else in quotes."""
    if _PLAIN.fullmatch(text) and not _UNSAFE.search(text):
        return text
    return json.dumps(text, ensure_ascii=False)
