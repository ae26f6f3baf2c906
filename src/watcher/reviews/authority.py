"""Which source speaks for a cell: the provider itself before others, what is about the question before the rest."""

from __future__ import annotations

from watcher.model import Authority, Source, SourceKind, Vocabulary

_TELL_IN_PASSING = (SourceKind.ANNOUNCEMENT, SourceKind.NEWS, SourceKind.ARTICLE)
"""They say what was so when they were written, and are not kept up to date."""


def weight(source: Source, key: str, vocabulary: Vocabulary) -> tuple[bool, int]:
    """Give the place of `source` among those that speak of `key`; the least comes first.

    Primary sources come before secondary ones, then the kinds that the vocabulary calls best, in its order, then
    other pages, then announcements, news and articles.
    """
    known = vocabulary.get(key)
    best = known.best_from if known else ()
    unnamed = len(SourceKind) + (source.kind in _TELL_IN_PASSING)
    place = best.index(source.kind) if source.kind in best else unnamed
    return source.authority is Authority.SECONDARY, place
