"""What a provider's own pages and sitemaps list: policy pages, whether they are declared or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from watcher.model.declarations import SourceKind


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A policy page that a place lists: the page of a footer or hub, or a sitemap; `kind` is a guess.

    `words` are those of the link, empty where a place gives none; `words_before` those that it had there before it was
    renamed. `gone_at` is when its place was read and listed it no more, `declined_at` when a person said that it need
    not be watched.
    """

    url: str
    site: str
    kind: SourceKind
    words: str
    place: str
    first_seen: datetime
    last_seen: datetime
    words_before: str = ""
    gone_at: datetime | None = None
    declined_at: datetime | None = None
