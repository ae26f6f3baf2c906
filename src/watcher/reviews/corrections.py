"""A reader's correction as an item of the queue, checked against the source that it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from watcher import values as normal_forms
from watcher.errors import ReviewError
from watcher.model import (
    Authority,
    Change,
    ChangeKind,
    Claim,
    ClaimChange,
    Correction,
    Difference,
    Document,
    Evidence,
    Significance,
    Slug,
    Source,
    Vocabulary,
    holding,
    subject_of,
)
from watcher.urls import normalise_url

LONGEST_QUOTE = 2_000
_LONGEST_NAME = 80
_RULE = "correction"
_QUOTES = str.maketrans({"'": "['‘’]", '"': '["“”]', "-": "[-‐‑‒–—]"})


def correction(
    vocabulary: Vocabulary,
    *,
    offering: Slug,
    claim_id: str,
    value: str,
    at: datetime,
    evidence_url: str = "",
    quote: str = "",
    credit: str = "",
) -> Correction:
    """Give what a reader proposes, checked and cut to size.

    Raises ReviewError when the key is unknown, the value is not allowed, or there is neither address nor quote.
    """
    key = vocabulary.get(claim_id.partition("@")[0])
    if key is None:
        raise ReviewError(f"{claim_id[:80]!r} is not a claim that we keep; choose one of the list.")
    try:
        normal = normal_forms.normalise(key, value.strip()[:500])
    except ValueError as trouble:
        raise ReviewError(f"{key.label}: {trouble}.") from trouble
    evidence_url, quote = evidence_url.strip(), quote.strip()
    if not evidence_url and not quote:
        raise ReviewError("Say where you saw it: the address of a page, or its words.")
    if evidence_url and not re.match(r"https?://[^\s/]+", evidence_url):
        raise ReviewError("The address has to be that of a web page: https://…")
    if len(quote) > LONGEST_QUOTE or len(evidence_url) > LONGEST_QUOTE:
        raise ReviewError(f"Quote the sentence that counts, at most {LONGEST_QUOTE} characters.")
    name = " ".join(credit.split())[:_LONGEST_NAME]
    return Correction(offering, claim_id, normal, at, evidence_url, quote, name)


def source_for(correction: Correction, sources: Iterable[Source]) -> Source:
    """Give the source that a correction is about: the one it names, or else a primary one of its offering.

    Raises ReviewError when the offering has no source at all.
    """
    ranked = sorted(sources, key=lambda source: source.authority is not Authority.PRIMARY)
    named = [source for source in ranked if names(correction, source)]
    if not ranked:
        raise ReviewError(f"{correction.offering} has no source that a correction could be about.")
    return (named or ranked)[0]


def names(correction: Correction, source: Source) -> bool:
    """Whether the page that a correction gives as evidence is `source`."""
    return _is_same(source.url, correction.evidence_url)


def correction_change(
    correction: Correction,
    source: Source,
    *,
    snapshot_id: int | None,
    document: Document | None,
    seen_at: datetime | None,
    current: Iterable[Claim],
) -> Change:
    """Give the change that stands for a correction: from what `source` says now, to what the reader proposes.

    The quote is evidence only if it stands in `document`, the source as last seen; if not, the claim has none, and
    the reasons say so.
    """
    key, _, scope = correction.claim_id.partition("@")
    before = _corrected(correction, current)
    names_it = names(correction, source)
    evidence = find_quote(document, correction.quote) if document else None
    after = Claim(
        key=key,
        value=correction.value,
        evidence=evidence or Evidence("", 0),
        condition=before.condition if before and before.value == correction.value else None,
        scope=before.scope if before else scope,
        attributes=before.attributes if before else (),
        rule=_RULE,
    )
    verified = evidence is not None and source.authority is Authority.PRIMARY
    thanks = f"thanks to {correction.credit}" if correction.credit else "a reader's correction"
    return Change(
        source_id=source.id,
        kind=ChangeKind.CORRECTION,
        before_snapshot=snapshot_id,
        after_snapshot=snapshot_id,
        changed_at=correction.sent_at,
        raised_at=correction.sent_at,
        significance=Significance(
            5 if verified else 3, _reasons(correction, source, evidence, seen_at, names_it=names_it)
        ),
        claims=(ClaimChange(Difference.CHANGED if before else Difference.ADDED, before, after),),
        title=f"Correction, {thanks}",
    )


def _corrected(correction: Correction, current: Iterable[Claim]) -> Claim | None:
    """The claim of the source that stands in the cell which the reader corrects."""
    key, _, scope = correction.claim_id.partition("@")
    for claim in holding(current, correction.offering):
        if (claim.key, subject_of(claim.scope)) == (key, scope):
            return claim
    return None


def find_quote(document: Document, quote: str) -> Evidence | None:
    """Give where `document` says `quote`, verbatim as the document has it; spaces, quotes and dashes may differ."""
    words = quote.strip("\"'“”‘’ \n").split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word).replace(r"\-", "-").translate(_QUOTES) for word in words)
    found = re.search(pattern, document.text)
    if found is None:
        return None
    block = document.blocks[bisect_right(document.starts, found.start()) - 1]
    return Evidence(found.group(), found.start(), block.path, block.page)


def _reasons(
    correction: Correction,
    source: Source,
    evidence: Evidence | None,
    seen_at: datetime | None,
    *,
    names_it: bool,
) -> tuple[str, ...]:
    reasons = ["a reader proposes it"]
    when = f" as seen on {seen_at:%Y-%m-%d}" if seen_at else ""
    if evidence is not None:
        reasons.insert(0, f"the quote stands on {source.title}{when}")
    elif correction.quote:
        reasons.append(f"the quote was not found on {source.title}{when}")
    if correction.evidence_url and not names_it:
        reasons.append("the page named as evidence is not a source that we watch")
    return tuple(reasons)


def _is_same(url: str, named: str) -> bool:
    try:
        return bool(named) and normalise_url(url) == normalise_url(named.partition("#")[0])
    except ValueError:
        return False
