"""When trouble with a source itself deserves a person's look."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.model import Change, ChangeKind, Judgement, Known, Significance, Verdict

LASTING = timedelta(days=2)
"""Trouble that mends itself within this time is told to nobody."""

_LOOKS = 3
_FINAL = (Verdict.GONE, Verdict.MOVED, Verdict.WRONG_DOCUMENT)


def source_item(known: Known, judgement: Judgement, at: datetime) -> Change | None:
    """Give the item that says that a source could not be read for long enough to matter, or None.

    `known` is what is known after this look, `judgement` the verdict of it. Trouble counts when it was met at three
    looks in a row and for two days; a source that was never read well, after three looks.
    """
    lasting = known.last_good_at is None or at - known.last_good_at >= LASTING
    if judgement.verdict.is_good or known.failures < _LOOKS or not lasting:
        return None
    reason = f"{judgement.verdict.replace('_', ' ')}: {judgement.signal}"
    since = f"not read since {known.last_good_at:%Y-%m-%d}" if known.last_good_at else "never read"
    return Change(
        source_id=known.source_id,
        kind=ChangeKind.SOURCE,
        before_snapshot=known.snapshot_id,
        after_snapshot=None,
        changed_at=known.last_good_at or at,
        raised_at=at,
        significance=Significance(4 if judgement.verdict in _FINAL else 3, (reason, since)),
        title=f"This source cannot be read: {reason}",
    )
