"""Plain text and Markdown: paragraphs, headings, lists, tables and links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.model import Block, BlockKind, Document, Link
from watcher.reading.wording import plain
from watcher.urls import clean_link

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-+)\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$")
_RULE_ROW = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_]|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def read_plain(text: str) -> Document:
    """Read plain text: paragraphs are what blank lines set apart; its first line is its title."""
    paragraphs = (plain(part) for part in re.split(r"\n\s*\n|\f", _lines(text)))
    blocks = tuple(_plain_block(part) for part in paragraphs if part)
    return Document(blocks, blocks[0].text[:200] if blocks else "")


def read_markdown(text: str, url: str) -> Document:
    """Read Markdown: headings, items, table rows, code and links; its first heading is its title."""
    blocks = tuple(_Markdown(url).blocks(_COMMENT.sub("", _lines(text))))
    return Document(
        blocks, next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain_block(text: str) -> Block:
    item = _ITEM.match(text)
    return Block(BlockKind.ITEM, item[1]) if item else Block(BlockKind.PARAGRAPH, text)


class _Markdown:
    """Collects lines until the block that they make ends."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.above: tuple[tuple[int, str], ...] = ()
        self.kind = BlockKind.PARAGRAPH
        self.open: list[str] = []

    def blocks(self, text: str) -> Iterator[Block]:
        """Give the blocks of `text`."""
        fenced = False
        for line in _FRONT_MATTER.sub("", text).split("\n"):
            if _FENCE.match(line):
                yield from self.close()
                fenced = not fenced
                self.kind = BlockKind.CODE if fenced else BlockKind.PARAGRAPH
            elif fenced:
                self.open.append(line)
            else:
                yield from self.take(line)
        yield from self.close()

    def take(self, line: str) -> Iterator[Block]:
        """Give the blocks that `line` ends or is."""
        if not line.strip() or _RULE_ROW.match(line):
            if self.open and _UNDERLINE.match(line):
                yield from self.head(1 if line[0] == "=" else 2, " ".join(self.open))
                self.open = []
            yield from self.close()
        elif _UNDERLINE.match(line) and self.open:
            yield from self.head(1 if line[0] == "=" else 2, " ".join(self.open))
            self.open = []
        elif heading := _HEADING.match(line):
            yield from self.close()
            yield from self.head(len(heading[1]), heading[2])
        elif item := _ITEM.match(line):
            yield from self.close()
            self.kind, self.open = BlockKind.ITEM, [item[1]]
        elif line.lstrip().startswith("|"):
            yield from self.close()
            cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
            yield self.block(BlockKind.ROW, " | ".join(cells))
        else:
            self.open.append(line.lstrip(" >"))

    def close(self) -> Iterator[Block]:
        """Give the block that is open, if any."""
        if self.open and "".join(self.open).strip():
            yield self.block(self.kind, " ".join(self.open))
        self.kind, self.open = BlockKind.PARAGRAPH, []

    def head(self, level: int, text: str) -> Iterator[Block]:
        """Give a heading and stand beneath it."""
        self.above = tuple(heading for heading in self.above if heading[0] < level)
        block = self.block(BlockKind.HEADING, text, level)
        if block.text:
            self.above = (*self.above, (level, block.text))
            yield block

    def block(self, kind: BlockKind, text: str, level: int = 0) -> Block:
        """Make a block of Markdown text: marks of emphasis go, links become links."""
        links = []
        if kind is not BlockKind.CODE:
            for words, target in _LINK.findall(text):
                absolute = clean_link(target, self.url)
                if absolute and words:
                    links.append(Link(_unmarked(words), absolute))
            text = _unmarked(_LINK.sub(lambda link: "" if link[0][0] == "!" else link[1], text))
        path = tuple(heading for _, heading in self.above)
        return Block(kind, plain(text), path=path, links=tuple(links), level=level)


def _unmarked(text: str) -> str:
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    return plain(text)
