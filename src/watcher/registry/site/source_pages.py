"""One source: how it fares, what is accepted from it, what changed there; and the list of all sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from watcher.model import AcceptedClaim, Check, Known, Source, Verdict
from watcher.registry.claim_notes import label_of, value_shown
from watcher.registry.printable import quote_link
from watcher.registry.site import addresses
from watcher.registry.site.entry_pages import CHANGES_SHOWN
from watcher.registry.site.facts import Registry
from watcher.registry.site.making import File
from watcher.registry.site.rendering import Press, leaves
from watcher.registry.staleness import staleness

LOOKS_COUNTED = 60
"""Looks that a source's page draws and counts."""

_LOOKS_LISTED = 12
_CLAIMS_SHOWN = 60

_SAID: Mapping[Verdict, str] = {
    Verdict.OK: "read, with something new",
    Verdict.UNCHANGED: "read, unchanged",
    Verdict.BLOCKED: "the site refused us",
    Verdict.CHALLENGE: "the site asked for proof of being human",
    Verdict.RATE_LIMITED: "the site asked us to come back later",
    Verdict.ERROR_PAGE: "an error page came instead",
    Verdict.GONE: "the page is gone",
    Verdict.LOGIN: "a login is asked for",
    Verdict.MOVED: "the page has moved",
    Verdict.PARTIAL: "only a part of the page came",
    Verdict.EMPTY: "an empty page came",
    Verdict.WRONG_DOCUMENT: "another document came",
    Verdict.WRONG_LANGUAGE: "the page came in another language",
    Verdict.TOO_LARGE: "the page is too large",
    Verdict.UNREADABLE: "the page cannot be read",
    Verdict.UNREACHABLE: "the site could not be reached",
    Verdict.REFUSED: "the address may not be visited",
    Verdict.DISALLOWED: "robots.txt asks us not to visit",
}


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares: `is_well` unless the last look failed or the last good one is too old."""

    is_well: bool
    said: str
    known: Known | None
    missed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A claim that was accepted from a source, in words, with its place there."""

    claim: AcceptedClaim
    label: str
    shown: str
    url: str


def source_files(registry: Registry, press: Press) -> Iterator[File]:
    """Give the list of sources, then the page of each."""
    for leaf in leaves(registry.sources):
        yield press.page(
            "sources",
            addresses.numbered("sources/", leaf.number),
            leaf=leaf,
            first="sources/",
            rows=[(source, health_of(registry, source)) for source in leaf.rows],
        )
    for source in registry.sources:
        yield _source_file(registry, press, source)


def health_of(registry: Registry, source: Source) -> Health:
    """Say how a source fares, at the time of the facts."""
    known = registry.facts.known.get(source.id)
    if known is None or known.last_verdict is None:
        return Health(False, "not looked at yet", known, missed=False)
    missed = bool(staleness(source, None, known.last_good_at, registry.facts.now))
    said = _SAID[known.last_verdict]
    return Health(known.last_verdict.is_good and not missed, said, known, missed)


def _source_file(registry: Registry, press: Press, source: Source) -> File:
    checks = registry.facts.checks.get(source.id, ())[:LOOKS_COUNTED]
    told = registry.told_of_source.get(source.id, ())
    claims = registry.accepted_of_source.get(source.id, ())
    address = addresses.source_page(source.id)
    return press.page(
        "source",
        address,
        source=source,
        health=health_of(registry, source),
        every=interval(source.every),
        offerings=[registry.entries[slug] for slug in source.offerings if slug in registry.entries],
        checks=checks[:_LOOKS_LISTED],
        looks=len(checks),
        drawn=_drawn(checks),
        counted=Counter(_SAID[check.judgement.verdict] for check in checks).most_common(),
        said=_SAID,
        claims=_claims(registry, source, claims[:_CLAIMS_SHOWN]),
        more=max(len(claims) - _CLAIMS_SHOWN, 0),
        told=told[:CHANGES_SHOWN],
        feeds=f"{address}feed",
    )


def _claims(registry: Registry, source: Source, claims: Sequence[AcceptedClaim]) -> list[Said]:
    vocabulary = registry.vocabulary
    return [
        Said(
            claim=claim,
            label=label_of(claim.key, vocabulary),
            shown=value_shown(claim.key, claim.value, vocabulary),
            url=quote_link(source.url, claim.quote),
        )
        for claim in claims
    ]


def _drawn(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Give the looks as SVG paths, one for each sort of bar, oldest look first: ten units to a look.

    Nothing new is a low bar, something new and trouble are high ones.
    """
    bars: dict[str, list[str]] = {"same": [], "new": [], "trouble": []}
    for place, check in enumerate(reversed(checks)):
        verdict = check.judgement.verdict
        left = place * 10 + 1
        if verdict is Verdict.UNCHANGED:
            bars["same"].append(f"M{left} 14h7v18h-7z")
        else:
            bars["new" if verdict is Verdict.OK else "trouble"].append(f"M{left} 2h7v30h-7z")
    return [(kind, "".join(paths)) for kind, paths in bars.items() if paths]


def interval(every: timedelta) -> str:
    """Give an interval in words: `every day`, `every 6 hours`."""
    hours = every / timedelta(hours=1)
    if hours < 24:
        return "every hour" if hours == 1 else f"every {hours:g} hours"
    days = hours / 24
    return "every day" if days == 1 else f"every {days:g} days"
