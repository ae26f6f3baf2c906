"""What a look would come to at a source without history; `watcher try` shows it, and nothing is written."""

from __future__ import annotations

from watcher.claims import Pack
from watcher.fetching.identity import judge_document
from watcher.looks import claims_said
from watcher.model import Claim, Document, Judgement, Known, Response, Source, Verdict, Vocabulary
from watcher.sweep import Look, read_response


def attempt(
    source: Source, response: Response, vocabulary: Vocabulary, pack: Pack
) -> tuple[Judgement, Document | None, tuple[Claim, ...]]:
    """Give what a look would come to at a source without history; nothing is written.

    Raises ReadingError when a declared claim finds nothing.
    """
    known = Known(source.id)
    if (judgement := Look(source, known).judge(response)) is not None:
        return judgement, None, ()
    found = read_response(response, source)
    if isinstance(found, Judgement):
        return found, None, ()
    judgement = judge_document(response, found, known, None)
    if judgement.verdict is not Verdict.OK:
        return judgement, found, ()
    return judgement, found, claims_said(source, response.payload, found, vocabulary, pack)
