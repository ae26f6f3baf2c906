"""A few lines of Markdown as a PDF: real text objects on several pages, a footer with the version on each.

Enough of PDF 1.4 for an addendum: A4, Helvetica (one of the fonts that every reader has), compressed page contents.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 64
_FOOTER_AT = 40

# Helvetica's widths from Adobe's font metrics, in thousandths of the size, for the characters from space to tilde.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_ADVANCE = dict(zip(map(chr, range(32, 127)), map(int, _WIDTHS.split()), strict=True))


@dataclass(frozen=True, slots=True)
class _Style:
    font: str
    size: int
    leading: int
    before: int


_STYLES = {
    "# ": _Style("F2", 20, 26, 0),
    "## ": _Style("F2", 13, 18, 14),
    "": _Style("F1", 11, 16, 8),
}


def write_pdf(markdown: str, *, title: str, footer: str) -> bytes:
    """Give `markdown` (headings of two levels, and paragraphs) as a PDF; the same text gives the same bytes.

    A heading of the first level begins a page. `footer` may hold `{page}` and `{pages}`. Characters
    outside Windows' Latin alphabet become question marks.
    """
    pages = list(_paginate(markdown))
    contents = [
        _content([*lines, _show(footer.format(page=number, pages=len(pages)), "F1", 8, _FOOTER_AT)])
        for number, lines in enumerate(pages, start=1)
    ]
    return _assemble(contents, title)


def _paginate(markdown: str) -> Iterator[list[str]]:
    """Give, page after page, the operators that show its lines."""
    top, lines = _HEIGHT - _MARGIN, list[str]()
    at = top
    for paragraph in markdown.strip().split("\n\n"):
        mark = next(mark for mark in _STYLES if paragraph.startswith(mark))
        style = _STYLES[mark]
        words = paragraph.removeprefix(mark).split()
        if mark == "# " and lines:
            yield lines
            at, lines = top, []
        at -= style.before if lines else 0
        for line in _wrap(words, style):
            # A heading stays with the first lines of its text.
            if at - style.leading < _MARGIN + (48 if mark else 0):
                yield lines
                at, lines = top, []
            at -= style.leading
            lines.append(_show(line, style.font, style.size, at))
    yield lines


def _wrap(words: list[str], style: _Style) -> Iterator[str]:
    """Give lines of `words` that fit between the margins."""
    room = (_WIDTH - 2 * _MARGIN) * 1000 / style.size
    if style.font == "F2":
        room *= 0.92  # bold letters are a little wider than the table says
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and sum(_ADVANCE.get(letter, 556) for letter in longer) > room:
            yield line
            longer = word
        line = longer
    yield line


def _show(text: str, font: str, size: int, at: int) -> str:
    """Give the text object that shows `text` at the left margin, `at` points above the lower edge."""
    return f"BT /{font} {size} Tf {_MARGIN} {at} Td ({_escaped(text)}) Tj ET"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _content(lines: list[str]) -> bytes:
    packed = zlib.compress("\n".join(lines).encode("cp1252", "replace"), 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
    return head + packed + b"\nendstream"


def _assemble(contents: list[bytes], title: str) -> bytes:
    """Give the whole file: objects, the table of where each begins, and the trailer."""
    first_page = 6
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(contents)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        f"<< /Title ({_escaped(title)}) /Producer (Watcher demo) >>".encode("cp1252", "replace"),
    ]
    for number, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> "
            f"/Contents {first_page + 2 * number + 1} 0 R >>".encode()
        )
        objects.append(content)
    file, starts = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, start=1):
        starts.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{start:010d} 00000 n \n" for start in starts)
    size = len(objects) + 1
    trailer = (
        f"trailer\n<< /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    )
    return bytes(file) + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()
