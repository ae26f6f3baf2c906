"""Claims compared, keyed by claim id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watcher.model import Claim, ClaimChange, Difference

Facts = dict[str, object]


def compare_claims(before: Sequence[Claim], after: Sequence[Claim]) -> tuple[ClaimChange, ...]:
    """Give the claims that were added, removed, or differ in value, condition or attributes; sorted by claim id.

    Evidence that moved or was reworded is no difference here; see `watcher.changes.evidence`.
    """
    old, new = _by_id(before), _by_id(after)
    facts_before = {name: _facts(claim) for name, claim in old.items()}
    facts_after = {name: _facts(claim) for name, claim in new.items()}
    if facts_before == facts_after:
        return ()
    return tuple(
        ClaimChange(_difference(old.get(name), new.get(name)), old.get(name), new.get(name))
        for name in sorted(_ids_that_differ(facts_before, facts_after))
    )


def same_fact(before: Claim, after: Claim) -> bool:
    """Whether two claims of one id say the same, whatever the words they stand on."""
    return _facts(before) == _facts(after)


def lost_items(change: ClaimChange) -> tuple[str, ...]:
    """Give what a list claim lost; empty where it is no list, is gone as a whole, or gained something too."""
    if change.before is None or change.after is None:
        return ()
    old, new = change.before.value, change.after.value
    if not isinstance(old, tuple) or not isinstance(new, tuple) or not set(new) < set(old):
        return ()
    return tuple(item for item in old if item not in new)


def _ids_that_differ(before: dict[str, Facts], after: dict[str, Facts]) -> set[str]:
    # Imported here because it costs 200 ms and most looks find the same claims.
    from deepdiff import DeepDiff  # noqa: PLC0415

    # A threshold of 0 keeps it at single claims; by default it tells two states that share few keys as one difference.
    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    return {
        str(level.path(output_format="list")[0])
        for levels in tree.values()
        for level in levels
        if level.path(output_format="list")
    }


def _by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims}


def _facts(claim: Claim) -> Facts:
    value = list(claim.value) if isinstance(claim.value, tuple) else claim.value
    return {
        "value": value,
        "condition": claim.condition or "",
        "attributes": dict(claim.attributes),
    }


def _difference(before: Claim | None, after: Claim | None) -> Difference:
    if before is None:
        return Difference.ADDED
    return Difference.REMOVED if after is None else Difference.CHANGED
