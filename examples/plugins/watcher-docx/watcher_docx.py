"""A reader: Word documents (Office Open XML), in which many data processing agreements come."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from watcher.plugs import Block, BlockKind, Document

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST = 50_000_000
"""Bytes of text, unpacked: a small file may say that it is a very large one."""


class DocxReader:
    """Gives headings, paragraphs, list items and table rows, in their order."""

    def read(self, payload: bytes, url: str) -> Document:
        """Give the text of a document. Raises ValueError for one that is too large, BadZipFile for no document."""
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.file_size > _MOST:
                raise ValueError(f"the document has {part.file_size:,} bytes, more than {_MOST:,}")
            body = ElementTree.fromstring(archive.read(part)).find(f"{_WORD}body")
        blocks = tuple(_blocks(body)) if body is not None else ()
        title = next((each.text for each in blocks if each.kind is BlockKind.HEADING), "")
        return Document(blocks, title)


def _blocks(body: ElementTree.Element) -> Iterator[Block]:
    path: list[str] = []
    for element in body:
        if element.tag == f"{_WORD}tbl":
            for row in element.iter(f"{_WORD}tr"):
                cells = [_text(cell) for cell in row.iter(f"{_WORD}tc")]
                yield Block(BlockKind.ROW, " | ".join(cells), path=tuple(path))
        elif element.tag == f"{_WORD}p" and (text := _text(element)):
            level = _level(element)
            if level:
                del path[level - 1 :]
            kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
            if element.find(f"{_WORD}pPr/{_WORD}numPr") is not None and not level:
                kind = BlockKind.ITEM
            yield Block(kind, text, path=tuple(path), level=level)
            if level:
                path.append(text)


def _text(element: ElementTree.Element) -> str:
    return " ".join("".join(part.text or "" for part in element.iter(f"{_WORD}t")).split())


def _level(paragraph: ElementTree.Element) -> int:
    """Give the level of a heading, 0 for anything else."""
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    name = style.get(f"{_WORD}val", "") if style is not None else ""
    digits = name.removeprefix("Heading")
    return min(int(digits), 6) if name.startswith("Heading") and digits.isdigit() else 0
