"""PDF: made here line by line, read in a process with limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from watcher.errors import ReadingError
from watcher.model import BlockKind, Document, Region

Reads = Callable[..., Document]
Line = tuple[int, int, int, str]
"""Size of type, distance from the left, from the bottom, and words."""


def pdf_of(pages: Sequence[Sequence[Line]]) -> bytes:
    """Write a PDF with one font and the given lines."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for lines in pages:
        content = b"\n".join(
            b"BT /F1 %d Tf %d %d Td (%s) Tj ET"
            % (
                size,
                left,
                bottom,
                words.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)"),
            )
            for size, left, bottom, words in lines
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(out))
    )


def addendum() -> bytes:
    """Three pages: a running title, a footer with the version, paragraphs over two lines and over two pages."""
    head = (11, 60, 800, "Data Processing Addendum")
    return pdf_of(
        [
            [
                head,
                (18, 60, 760, "Data Processing Addendum"),
                (11, 60, 730, "The processor acts on the instructions of the controller only and does not use the"),
                (11, 60, 716, "personal data for purposes of its own."),
                (11, 60, 686, "1. Retention"),
                (11, 60, 662, "Personal data is deleted within thirty days of the end of the agree-"),
                (11, 60, 648, "ment, unless the law requires the processor to keep it for longer; the"),
                (8, 60, 30, "v.010131 Page 1 of 3"),
            ],
            [
                head,
                (11, 60, 760, "processor then says so."),
                (11, 60, 730, "(a) Hosting in the European Union"),
                (11, 60, 712, "(b) Support from Canada"),
                (8, 60, 30, "v.010131 Page 2 of 3"),
            ],
            [
                head,
                (11, 60, 760, "Signed for both parties."),
                (8, 60, 30, "v.010131 Page 3 of 3"),
            ],
        ]
    )  # fmt: skip


def test_lines_become_paragraphs_headings_and_items(reads: Reads) -> None:
    document = reads(addendum(), "application/pdf")
    main = [(block.kind, block.text, block.page) for block in document.main]
    assert main == [
        (BlockKind.PARAGRAPH, "Data Processing Addendum", 1),
        (BlockKind.HEADING, "Data Processing Addendum", 1),
        (
            BlockKind.PARAGRAPH,
            "The processor acts on the instructions of the controller only and does not use the "
            "personal data for purposes of its own.",
            1,
        ),
        (BlockKind.HEADING, "1. Retention", 1),
        (
            BlockKind.PARAGRAPH,
            "Personal data is deleted within thirty days of the end of the agreement, unless the law requires "
            "the processor to keep it for longer; the processor then says so.",
            1,
        ),
        (BlockKind.ITEM, "(a) Hosting in the European Union", 2),
        (BlockKind.ITEM, "(b) Support from Canada", 2),
        (BlockKind.PARAGRAPH, "Signed for both parties.", 3),
    ]
    assert document.main[4].path == ("Data Processing Addendum", "1. Retention")


def test_the_running_footer_carries_the_version_and_is_told_once(reads: Reads) -> None:
    document = reads(addendum(), "application/pdf")
    footers = [block.text for block in document.blocks if block.region is Region.FOOTER]
    assert footers == ["v.010131 Page 1 of 3"]


def test_a_pdf_that_is_called_html_is_read_as_pdf(reads: Reads) -> None:
    assert reads(addendum(), "text/html").main[2].page == 1


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"%PDF-1.7\n" + b"\0garbage" * 500, "damaged"),
        (pdf_of([[]]), "no text, only images"),
        (
            addendum().replace(
                b"/Root 1 0 R",
                b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"11" * 32
                + b"> /U <" + b"22" * 32 + b"> >> /ID [<00> <00>]",
            ),
            "encrypted",
        ),
    ],
    ids=["damaged", "scanned", "encrypted"],
)  # fmt: skip
def test_a_pdf_that_cannot_be_read_says_why(reads: Reads, payload: bytes, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        reads(payload, "application/pdf")
