"""A fetcher: pages that another program fetches (behind a login, from an intranet) and drops in a folder.

`drop://portal.example/terms.html` is the file `portal.example/terms.html` beneath the folder that the environment
variable WATCHER_DROP names.
"""

from __future__ import annotations

import mimetypes
import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watcher.plugs import Judgement, Known, Response, Source, Verdict


class DropFetcher:
    """Gives the files of one folder. Made when the first source is looked at; raises KeyError without WATCHER_DROP."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["WATCHER_DROP"]).resolve()

    def fetch(self, source: Source, known: Known) -> Response:
        """Give the file that the address of `source` names, with the media type that its name says."""
        now = datetime.now(UTC)
        parts = urlsplit(source.url)
        path = (self._folder / (parts.hostname or "") / unquote(parts.path).lstrip("/")).resolve()
        if not path.is_relative_to(self._folder):
            refused = Judgement(Verdict.REFUSED, f"address: {source.url} leads out of the folder")
            return Response(source.url, source.url, now, trouble=refused)
        if not path.is_file():
            gone = Judgement(Verdict.GONE, f"file: there is no {path.name}")
            return Response(source.url, source.url, now, trouble=gone)
        payload = path.read_bytes()
        media_type = mimetypes.guess_type(path.name)[0] or "text/plain"
        headers = (("content-type", media_type),)
        return Response(source.url, source.url, now, headers=headers, payload=payload)
