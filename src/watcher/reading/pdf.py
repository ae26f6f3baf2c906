"""PDF documents: lines from a process with limits, made into paragraphs, headings and page footers here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from watcher.errors import ReadingError
from watcher.model import Block, BlockKind, Document, Region
from watcher.reading.wording import plain

_WORKER = Path(__file__).with_name("pdf_worker.py")
_SECONDS = 60
_REASONS = {
    "encrypted": "it is encrypted and asks for a password",
    "damaged": "it is damaged or cut off",
    "too large": "it needs more memory than we give it",
}

_REPEATED = 0.6
"""A line at the edge of so many pages is a running header or footer (it carries the version of the document)."""

_EDGE = 3
"""Lines at either end of a page that may be running ones."""

_LARGER = 1.12
"""Type larger than the body by this factor heads a passage."""

_GAP = 1.35
"""Lines further apart than this many usual distances belong to two paragraphs."""

_SHORT_LINE = 0.7
"""A line that ends before this share of the width ends its paragraph, unless the next one begins in lower case."""

_TITLE = 150
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"^[\u2022\u25cf\u25cb\u25aa\u25a0\u2023\u2043\uf0b7\u00b7o–—-]\s+")
_ENUMERATED = re.compile(r"^\(?(?:[a-z]{1,2}|[ivxlc]+|\d{1,2})\)\s", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[^\W\d_]")
_ENDS = re.compile(r"[.:;!?…]['\"”’)]*$")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-\u00ad\u2010\x02\ufffe]$")


class _Line(NamedTuple):
    text: str
    size: float
    top: float
    bottom: float
    left: float
    right: float


def read_pdf(payload: bytes, url: str) -> Document:
    """Read a PDF that was found at `url`; every block knows its page.

    Raises ReadingError when it is encrypted, damaged, only scanned images, or more than the worker's limits allow.
    """
    answer = _taken_apart(payload, url)
    pages = [[_Line(*line) for line in page] for page in answer["pages"]]
    if not any(line.text.strip() for page in pages for line in page):
        raise ReadingError(
            f"{url}: the PDF holds no text, only images of it; it cannot be watched as text"
        )
    blocks = tuple(_Reader(pages).blocks())
    heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return Document(blocks, plain(str(answer.get("title") or "")) or heading)


def _taken_apart(payload: bytes, url: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER)],
            input=payload,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ReadingError(f"{url}: the PDF took longer than {_SECONDS} s to read") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ReadingError(
            f"{url}: the PDF broke its reader (exit code {done.returncode}): hostile, or too large"
        ) from None
    if "error" in answer:
        raise ReadingError(f"{url}: the PDF cannot be read: {_REASONS[answer['error']]}")
    return dict(answer)


class _Reader:
    """Makes blocks of the lines of all pages; measures of the whole document decide what a line is."""

    def __init__(self, pages: Sequence[Sequence[_Line]]) -> None:
        self.pages = pages
        lines = [line for page in pages for line in page]
        weights: Counter[float] = Counter()
        for line in lines:
            weights[line.size] += len(line.text)
        self.body = weights.most_common(1)[0][0]
        self.sizes = sorted({size for size in weights if size >= _LARGER * self.body}, reverse=True)
        self.words = Counter(
            word for line in lines for word in re.findall(r"[\w-]+", line.text.lower())
        )
        steps = [
            one.top - two.top
            for page in pages
            for one, two in pairwise(page)
            if one.size == two.size == self.body and 0 < one.top - two.top < 4 * self.body
        ]
        # The distance of lines in one paragraph is the commonest small one.
        self.step = median(sorted(steps)[: max(1, len(steps) * 2 // 3)]) if steps else self.body
        self.right = max(line.right for line in lines)
        self.running = self._running()

    def blocks(self) -> Iterator[Block]:
        """Give all blocks; a running line once, where it first stands."""
        told: set[str] = set()
        above: tuple[tuple[int, str], ...] = ()
        for lines, page in self._paragraphs():
            region = Region.MAIN
            masked = _masked(lines[0])
            if len(lines) == 1 and masked in self.running:
                if masked in told:
                    continue
                told.add(masked)
                region = self.running[masked]
            text = self._joined(lines)
            if not text:
                continue
            level = self._level(lines, text)
            if level:
                above = tuple(heading for heading in above if heading[0] < level)
            path = tuple(heading for _, heading in above)
            yield Block(_kind(text, level), _bare(text), region, path, level=level, page=page)
            if level:
                above = (*above, (level, text))

    def _running(self) -> dict[str, Region]:
        """Give the lines that stand at the edge of most pages, digits masked, with their region.

        What runs along the top (title, date) is part of the document, told once; what runs along the bottom is not.
        """
        if len(self.pages) < 3:
            return {}
        tops, bottoms = Counter[str](), Counter[str]()
        for page in self.pages:
            by_height = sorted(page, key=lambda line: -line.top)
            tops.update({_masked(line) for line in by_height[:_EDGE]})
            bottoms.update({_masked(line) for line in by_height[-_EDGE:]})
        least = _REPEATED * len(self.pages)
        running = {text: Region.MAIN for text, count in tops.items() if count >= least}
        running |= {text: Region.FOOTER for text, count in bottoms.items() if count >= least}
        return running

    def _paragraphs(self) -> Iterator[tuple[list[_Line], int]]:
        """Give runs of lines that make one paragraph, with the page on which each begins."""
        open_lines: list[_Line] = []
        open_page = 1
        for number, page in enumerate(self.pages, 1):
            for line in page:
                if _masked(line) in self.running:
                    yield [line], number
                    continue
                if open_lines and not self._goes_on(open_lines[-1], line, number - open_page):
                    yield open_lines, open_page
                    open_lines = []
                if not open_lines:
                    open_page = number
                open_lines.append(line)
        if open_lines:
            yield open_lines, open_page

    def _goes_on(self, last: _Line, line: _Line, pages: int) -> bool:
        """Whether `line` belongs to the paragraph that `last` ends so far."""
        if abs(last.size - line.size) > 0.1 * self.body:
            return False
        if _BULLET.match(line.text) or _ENUMERATED.match(line.text) or _NUMBERED.match(line.text):
            return False
        if last.right < _SHORT_LINE * self.right and not line.text[:1].islower():
            return False
        step = last.top - line.top
        if pages and step <= 0:
            return not _ENDS.search(last.text) and line.text[:1].islower()
        return 0 <= step <= _GAP * max(self.step, line.size)

    def _joined(self, lines: Sequence[_Line]) -> str:
        text = lines[0].text
        for line in lines[1:]:
            broken = _BROKEN_WORD.search(text)
            if broken and line.text[:1].islower():
                rest = re.match(r"\w+", line.text)
                whole = broken[1] + (rest[0] if rest else "")
                hyphened = f"{broken[1]}-{rest[0] if rest else ''}".lower()
                dash = "-" if self.words[hyphened] > self.words[whole.lower()] else ""
                text = text[: broken.end(1)] + dash + line.text
            else:
                text = f"{text} {line.text}"
        return plain(text.replace("\x02", "").replace("\ufffe", ""))

    def _level(self, lines: Sequence[_Line], text: str) -> int:
        """Give the level of a heading, 0 for what is none: by the size of its type, or by its number."""
        if len(text) > _TITLE or _ENDS.search(text):
            return 0
        size = lines[0].size
        if size in self.sizes:
            return min(3, self.sizes.index(size) + 1)
        numbered = _NUMBERED.match(text)
        if numbered and len(lines) == 1 and len(text) <= 80:
            return 4 + numbered["number"].count(".")
        return 0


def _masked(line: _Line) -> str:
    """Give what is the same of a running line on every page: its words and size, digits masked."""
    return f"{line.size} {_DIGITS.sub('0', plain(line.text))}"


def _kind(text: str, level: int) -> BlockKind:
    if level:
        return BlockKind.HEADING
    if _BULLET.match(text) or _ENUMERATED.match(text):
        return BlockKind.ITEM
    return BlockKind.PARAGRAPH


def _bare(text: str) -> str:
    return _BULLET.sub("", text)
