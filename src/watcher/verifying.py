"""Verification: whether a ledger is what it says. The file, every row, every payload and quote, and the registry.

`watcher.ledger.inspection` looks at what can be checked without knowing what it means; here the decisions are played
again, and held against what the ledger and the published registry show.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from watcher.errors import PublishError, WatcherError
from watcher.ledger import Ledger
from watcher.ledger.findings import Finding, Progress, silent
from watcher.ledger.inspection import Inspection
from watcher.model import Decision, Review, Vocabulary
from watcher.reviews import standing
from watcher.values import normalise

Row = dict[str, Any]

STATUS_OF = {
    Decision.ACCEPT: "accepted",
    Decision.AMEND: "amended",
    Decision.DISMISS: "dismissed",
    Decision.DEFER: "deferred",
}
_PUBLISH = "`watcher publish` writes the site anew from the decisions."
_NOTED = (
    "The chain was written anew since, or cut. Put the backup of that day beside it and compare."
)


def verify(
    ledger: Ledger,
    vocabulary: Vocabulary,
    *,
    noted: str | None = None,
    progress: Progress = silent,
) -> Iterator[Finding]:
    """Give all that is broken in `ledger`.

    `noted` is a head that somebody noted down earlier, or the beginning of one: it must still stand in the chain.
    """
    yield from Inspection(ledger, progress).findings()
    progress("decisions", 0, 0)
    try:
        yield from _decisions(ledger, vocabulary)
    except (WatcherError, ValueError, LookupError, TypeError) as error:
        yield Finding("decisions", "reviews", "", "", f"cannot be played again ({error})")
    if noted is not None and ledger.seals.find(noted) is None:
        yield Finding("chain", "seals", "", "", f"no seal has the digest {noted}", _NOTED)


def _decisions(ledger: Ledger, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Play the decisions again: each could be made, and what stands is what the ledger's views show."""
    reviews = ledger.reviews.all()
    by_id = {review.id: review for review in reviews}
    for review in reviews:
        if what := _wrong_with(review, by_id, vocabulary):
            yield _of_review(ledger, review, what)
    for change_id, review in standing(reviews).items():
        status = ledger.changes.status(change_id)
        if status != STATUS_OF[review.decision]:
            what = f"leaves change {change_id} {STATUS_OF[review.decision]}, but the ledger shows it {status}"
            yield _of_review(ledger, review, what)


def _wrong_with(
    review: Review, by_id: dict[int | None, Review], vocabulary: Vocabulary
) -> str | None:
    """Tell why a decision could not have been made, None when it could."""
    if review.decision is Decision.UNDO:
        undone = by_id.get(review.undoes)
        if undone is None or (undone.id or 0) >= (review.id or 0):
            return f"takes back decision {review.undoes}, which was not made before it"
        if undone.change_id != review.change_id:
            return f"takes back decision {review.undoes}, which is on another change"
    for claim_id, value in review.values.items():
        key = vocabulary.get(claim_id.partition("@")[0])
        if key is None or value is None:
            continue  # a key may have left the vocabulary since
        try:
            normalise(key, value)
        except ValueError as error:
            return f"gives {claim_id} a value that the vocabulary does not allow ({error})"
    return None


def _of_review(ledger: Ledger, review: Review, what: str) -> Finding:
    source = ledger.changes.get(review.change_id).source_id
    return Finding("decisions", "reviews", str(review.id), source, what)


_COMPARED = ("offering", "key", "scope", "value", "condition", "quote", "source", "amended", "rank")
"""Of a row of `data/claims.json`: all but what a later look at the source moves on."""


def published(site: Path, rebuilt: Iterable[Row]) -> Iterator[Finding]:
    """Hold the claims that a published site shows as reviewed against those built anew from the decisions.

    `site` is the folder of the site, `rebuilt` the rows of its `data/claims.json` as they would be written now.
    Raises PublishError when no published claims can be read there.
    """
    path = site / "data" / "claims.json"
    try:
        rows: list[Row] = json.loads(path.read_text("utf-8"))
        shown = {_compared(row): row for row in rows if row["reviewed"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PublishError(
            f"{path}: no published claims can be read there ({error}). Name the folder of `watcher publish`."
        ) from error
    given = {_compared(row): row for row in rebuilt if row["reviewed"]}
    for place, row in shown.items():
        if place not in given:
            what = f"the site shows {_told(row)}, which no decision gives"
            yield Finding("site", str(path), "", row["source"], what, _PUBLISH)
    for place, row in given.items():
        if place not in shown:
            what = f"{_told(row)} was accepted, and the site does not show it"
            yield Finding("site", str(path), "", row["source"], what, _PUBLISH)


def _compared(row: Row) -> str:
    return json.dumps([row[name] for name in _COMPARED])


def _told(row: Row) -> str:
    return f"{row['key']} of {row['offering']} as {json.dumps(row['value'], ensure_ascii=False)}"
