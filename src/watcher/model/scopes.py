"""Claims of a source that is evidence for several offerings: which of them hold for one offering.

A claim whose declaration names an offering carries it in its scope, and so has an id, a history and decisions of its
own beside the claim that rules read for all offerings of the source. In the entry of that offering it takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from watcher.model.changes import BlockChange, Change, ClaimChange
from watcher.model.documents import Claim
from watcher.model.names import Slug

_OFFERING = "offering:"


def scope_naming(offering: Slug | None) -> str:
    """Give the scope of a claim about one offering; an empty one for all that the source is evidence for."""
    return f"{_OFFERING}{offering}" if offering else ""


def offering_named(scope: str) -> Slug | None:
    """Give the offering that a scope names, or None."""
    return Slug(scope.removeprefix(_OFFERING)) if scope.startswith(_OFFERING) else None


def subject_of(scope: str) -> str:
    """Give what a scope says within an offering's entry: that it names an offering says nothing there."""
    return "" if offering_named(scope) else scope


def cell_of(claim: Claim) -> str:
    """Give what identifies the cell of a claim in an offering's entry: its key, and its subject if it has one."""
    return replace(claim, scope=subject_of(claim.scope)).id


def holding(claims: Iterable[Claim], offering: Slug) -> tuple[Claim, ...]:
    """Give those of a source's claims that hold for `offering`, as they are.

    Claims that name another are left out, and so is the main claim of a key that another claim states for this one.
    """
    claims = tuple(claims)
    own = {claim.key for claim in claims if offering_named(claim.scope) == offering}
    return tuple(
        claim
        for claim in claims
        if offering_named(claim.scope) in (None, offering) and (claim.scope or claim.key not in own)
    )


def told_of(claims: Iterable[Claim], offering: Slug) -> tuple[Claim, ...]:
    """Give the claims that hold for `offering`, each with the scope that it has in the offering's entry."""
    return tuple(replace(one, scope=subject_of(one.scope)) for one in holding(claims, offering))


def told_to(change: Change, offering: Slug) -> Change | None:
    """Give what of a change is about `offering`: without claims that name another, and blocks that bear only those.

    None when nothing is left; the change itself when all of it is.
    """
    others = [each for each in change.claims if not _is_about(each, offering)]
    if not others:
        return change
    claims = tuple(each for each in change.claims if each not in others)
    blocks = tuple(
        each for each in change.blocks if _bears(each, claims) or not _bears(each, others)
    )
    return replace(change, claims=claims, blocks=blocks) if claims or blocks else None


def concerned(change: Change, offerings: Iterable[Slug]) -> tuple[Slug, ...]:
    """Give those of a source's offerings that a change of it is about."""
    return tuple(slug for slug in offerings if told_to(change, slug) is not None)


def _is_about(claim: ClaimChange, offering: Slug) -> bool:
    sides = [side for side in (claim.before, claim.after) if side is not None]
    return any(offering_named(side.scope) in (None, offering) for side in sides)


def _bears(block: BlockChange, claims: Iterable[ClaimChange]) -> bool:
    """Whether a block that differs bears out one of the claims, before or after."""
    texts = [side.text for side in (block.before, block.after) if side is not None]
    quotes = [side.evidence.quote for each in claims for side in (each.before, each.after) if side]
    return any(quote in text or text in quote for quote in quotes for text in texts)
