"""Takes a PDF apart in a process of its own: bytes on standard input, lines of text as JSON on standard output.

Run as a script, apart from the package, so that it starts fast and knows nothing of it. Limits on memory and time
are set before a byte is parsed: hostile files end here, not in a sweep.

Output: {"title": …, "pages": [[[text, size, top, bottom, left, right], …], …]}, places in points from the lower left
corner; or {"error": …}.
"""

from __future__ import annotations

import json
import resource
import sys

import pypdfium2
import pypdfium2.raw as pdfium

MEMORY = 2_000_000_000
SECONDS = 40
MOST_PAGES = 2_000

Line = tuple[str, float, float, float, float, float]


def main() -> None:
    """Read one PDF and write what it says."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    payload = sys.stdin.buffer.read()
    try:
        answer = read(payload)
    except pypdfium2.PdfiumError as error:
        answer = {"error": "encrypted" if "password" in str(error).lower() else "damaged"}
    except MemoryError:
        answer = {"error": "too large"}
    json.dump(answer, sys.stdout)


def read(payload: bytes) -> dict[str, object]:
    """Give title and pages of a PDF. Raises pypdfium2.PdfiumError when it is not one or asks for a password."""
    document = pypdfium2.PdfDocument(payload)
    if len(document) > MOST_PAGES:
        return {"error": "too large"}
    pages = [lines_of(document[number]) for number in range(len(document))]
    return {"title": document.get_metadata_value("Title"), "pages": pages}


def lines_of(page: pypdfium2.PdfPage) -> list[Line]:
    """Give the lines of a page in reading order."""
    text_page = page.get_textpage()
    count = text_page.count_chars()
    lines: list[Line] = []
    start = 0
    characters = [chr(pdfium.FPDFText_GetUnicode(text_page.raw, at)) for at in range(count)]
    for at in range(count + 1):
        if at == count or characters[at] in "\r\n":
            line = line_of(text_page, characters, start, at)
            if line is not None:
                lines.append(line)
            start = at + 1
    return lines


def line_of(
    text_page: pypdfium2.PdfTextPage, characters: list[str], start: int, end: int
) -> Line | None:
    """Give the line of the characters from `start` up to `end`, or None when it holds no words."""
    shown = [at for at in range(start, end) if not characters[at].isspace()]
    if not shown:
        return None
    left, bottom, _, top = text_page.get_charbox(shown[0], loose=True)
    right = text_page.get_charbox(shown[-1], loose=True)[2]
    size = max(pdfium.FPDFText_GetFontSize(text_page.raw, at) for at in (shown[0], shown[-1]))
    text = "".join(characters[shown[0] : shown[-1] + 1])
    return text, round(size, 1), round(top, 1), round(bottom, 1), round(left, 1), round(right, 1)


if __name__ == "__main__":
    main()
