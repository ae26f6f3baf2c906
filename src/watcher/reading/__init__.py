"""Reading: a response's bytes as a document of blocks.

    Response ─► format ─► html │ pdf │ plain │ data ─► Document

    formats.py   what a payload is            encoding.py   bytes to text
    walk.py      one walk over a page         tags.py       what elements are by their tag
    html.py      blocks of a page             attributes.py what they say of themselves beside it
    selectors.py what a declaration keeps     regions.py    which part of a page is policy
    wording.py   words as a reader sees them  emails.py     addresses that pages hide
    pdf.py       PDF, taken apart by pdf_worker.py in a process of its own
    plain.py     text and Markdown            data.py       JSON
    markup.py    whether a page can read differently at all
    plugged.py   what none of these reads and a plug-in does

Nothing on a page is dropped: what is not policy text is kept in another region.
"""

from __future__ import annotations

import dataclasses

from watcher.errors import ReadingError
from watcher.model import Document, Region, Response, Source
from watcher.reading.data import read_json
from watcher.reading.encoding import charset_of, decode
from watcher.reading.formats import Format, format_of
from watcher.reading.html import read_html
from watcher.reading.markup import markup_digest
from watcher.reading.pdf import read_pdf
from watcher.reading.plain import read_markdown, read_plain
from watcher.reading.plugged import plug_in_for, read_plugged, version_of

__all__ = ["READER", "markup_digest", "plug_in_for", "read", "reader_today"]

READER = "3"
"""Version of this reader; it changes whenever the same bytes would read differently."""


def read(response: Response, source: Source) -> Document:
    """Read what a look brought back, whatever the server calls it.

    Raises ReadingError when it cannot be read: a format that neither we nor a plug-in know, a damaged or encrypted PDF,
    a page nested beyond reason, a declared selector that matches nothing, a plug-in that fails.
    """
    url = response.final_url
    if not response.payload.strip():
        raise ReadingError(f"{url} came back empty: there is nothing to read")
    kind = format_of(response)
    if kind is None and (document := read_plugged(response)) is not None:
        by = version_of(response.media_type)
        return dataclasses.replace(document, reader=f"{READER} + {by}")
    if kind is None:
        raise ReadingError(
            f"{url}: neither HTML, PDF, text nor JSON "
            f"(the server calls it {response.media_type or 'nothing'})"
        )
    return dataclasses.replace(_read_as(kind, response, source), reader=READER)


def reader_today(read_by: str) -> str:
    """Give what documents would say today that they were read by, of what `read_by` read: a plug-in may be another now.

    What follows a comma in `read_by` is not about the reader.
    """
    media_type = read_by.partition(",")[0].partition(" + ")[2].rpartition(" ")[0]
    by = version_of(media_type) if media_type else None
    return f"{READER} + {by}" if by else READER


def _read_as(kind: Format, response: Response, source: Source) -> Document:
    url = response.final_url
    if kind is Format.PDF:
        return read_pdf(response.payload, url)
    text = decode(response.payload, charset_of(response))
    if kind is Format.JSON:
        return read_json(text, url)
    if kind is Format.MARKDOWN:
        return read_markdown(text, url)
    if kind is Format.PLAIN:
        return read_plain(text)
    if not source.keep and not source.drop:
        return read_html(text, url)
    # Parsing for selectors costs nine times a walk: only for sources that declare some.
    from watcher.reading.selectors import narrow  # noqa: PLC0415

    document = read_html(narrow(text, source.keep, source.drop, url), url)
    return _all_main(document) if source.keep else document


def _all_main(document: Document) -> Document:
    """Believe a person who says what the policy is: all of it is main."""
    blocks = tuple(dataclasses.replace(block, region=Region.MAIN) for block in document.blocks)
    return dataclasses.replace(document, blocks=blocks)
