"""Plain lists: addresses in a text file, and OPML as feed readers and bookmark managers write it."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from watcher.importing.jobs import Job
from watcher.importing.reading import bytes_of, refusal, text_of


def listed_urls(path: Path) -> list[Job]:
    """Give a job for each line of a file: an address, then a title if there is one. `#` begins a comment.

    Raises DeclarationError when the file cannot be read.
    """
    jobs = []
    for number, line in enumerate(text_of(path).splitlines(), 1):
        address, _, title = line.strip().partition(" ")
        if address and not address.startswith("#"):
            job = Job(f"line {number}", name=title.strip())
            job.take_url(address)
            jobs.append(job)
    return jobs


def opml_outlines(path: Path) -> list[Job]:
    """Give a job for each outline of an OPML file that has an address. Raises DeclarationError."""
    raw = bytes_of(path)
    if b"<!ENTITY" in raw:
        raise refusal(
            path, "declares entities, which no OPML needs and which can unfold to anything"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise refusal(path, f"not valid XML: {error.msg}", error.lineno) from None
    if tree.tag != "opml":
        raise refusal(path, f"is no OPML: it begins with <{tree.tag}>", tree.sourceline)
    return [_outline(each) for each in tree.iter("outline") if _has_address(each)]


def _has_address(outline: etree._Element) -> bool:
    return any(outline.get(name) for name in ("htmlUrl", "url", "xmlUrl"))


def _outline(outline: etree._Element) -> Job:
    feed = outline.get("xmlUrl")
    job = Job(f"line {outline.sourceline}", name=outline.get("title") or outline.get("text") or "")
    page = outline.get("htmlUrl") or (None if feed else outline.get("url"))
    if page is None:
        job.refuse("is a feed without a page of its own; pages are watched, not feeds")
        return job
    job.take_url(page)
    if feed:
        job.leave("`xmlUrl`", "pages are watched, not feeds; its page was taken over")
    folder = outline.getparent()
    if folder is not None and folder.tag == "outline":
        job.leave("its folder", "sources are grouped by their offerings: --offering")
    return job
