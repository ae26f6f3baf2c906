"""What a plug-in reads: loaded when it is needed, its document held to what every document holds."""

from __future__ import annotations

from watcher import plugs
from watcher.errors import PlugInError, ReadingError
from watcher.model import Block, Document, Link, Response
from watcher.reading.formats import format_of
from watcher.reading.wording import plain
from watcher.urls import clean_link

_LEVELS = range(7)


def plug_in_for(response: Response) -> plugs.PlugIn | None:
    """Give the plug-in that would read `response`: nothing of ours does, and it is installed for its media type."""
    return _reader_of(response) if format_of(response) is None else None


def read_plugged(response: Response) -> Document | None:
    """Give the document that a plug-in reads `response` as, None when none is installed for its media type.

    Raises ReadingError, which names the plug-in, when it cannot.
    """
    plug_in = _reader_of(response)
    if plug_in is None:
        return None
    try:
        reader = plugs.load_reader(plug_in.name)
    except PlugInError as error:
        raise ReadingError(str(error)) from error
    url = response.final_url
    try:
        return _held(reader.read(response.payload, url), url)
    except plugs.FAILURES as error:
        raise ReadingError(plug_in.failed(f"cannot read {url}", error)) from error


def version_of(media_type: str) -> str | None:
    """Give what documents say that were read by the plug-in for a media type, None when there is none."""
    plug_in = plugs.named(plugs.Point.READERS, media_type)
    return None if plug_in is None else f"{media_type} {plug_in.version}"


def _reader_of(response: Response) -> plugs.PlugIn | None:
    if not response.media_type:
        return None
    return plugs.named(plugs.Point.READERS, response.media_type)


def _held(document: object, url: str) -> Document:
    """Give a document with texts on one line each, as quotes and comparisons rely on; blocks without text are none."""
    if not isinstance(document, Document):
        raise TypeError(f"it gave {type(document).__name__}, no Document")
    blocks = tuple(held for each in document.blocks if (held := _block(each, url)).text)
    if not blocks:
        raise ValueError("it found no text")
    return Document(blocks, plain(document.title), document.language)


def _block(block: Block, url: str) -> Block:
    if block.level not in _LEVELS:
        raise ValueError(f"a heading has level {block.level}; there are 0 to 6")
    links = (Link(plain(each.text), clean_link(each.target, url)) for each in block.links)
    return Block(
        kind=block.kind,
        text=plain(block.text),
        region=block.region,
        path=tuple(map(plain, block.path)),
        links=tuple(link for link in links if link.target),
        level=block.level,
        page=block.page,
    )
