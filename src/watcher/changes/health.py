"""When a source itself needs a person: trouble that lasts, told once."""

from __future__ import annotations

from datetime import datetime, timedelta

from watcher.model import Change, ChangeKind, Judgement, Known, Response, Significance, Verdict

LASTS_FOR = timedelta(days=2)
"""Outages and deployments of policy pages end within a day as a rule; two days are no accident."""

DECIDED_AFTER = timedelta(hours=12)
"""What may be news is believed after as long, or else it is trouble: the source is put before a person within the day.
Faults of a rendering, of a cache or of a deployment are mended sooner as a rule."""

LOOKS = 3
"""At least so many looks in a row: a source that is looked at once a week is not judged by one."""

_WHAT_TO_DO = {
    Verdict.BLOCKED: "open the page yourself and hand Watcher what you saw",
    Verdict.CHALLENGE: "open the page yourself and hand Watcher what you saw",
    Verdict.LOGIN: "open the page yourself, or find a public address for it",
    Verdict.MOVED: "look where it leads, and declare the new address",
    Verdict.GONE: "find where the document went, and declare the new address",
    Verdict.WRONG_DOCUMENT: "look whether the address still leads to the document",
    Verdict.PARTIAL: "look whether the page needs a browser (`fetch: browser`), or its `steps` are still right; "
    "if it says no more than that, hand Watcher what you saw",
    Verdict.EMPTY: "look whether the page needs a browser (`fetch: browser`)",
    Verdict.REFUSED: "declare `allow_private: true` if this address is meant",
    Verdict.DISALLOWED: "its robots.txt forbids the look; ask the site, or drop the source",
}


def moved_item(known: Known, response: Response) -> Change | None:
    """Give the item that tells of a page which now answers from elsewhere for good, or None.

    `known` is what was known before the look. Only permanent redirects count (301 and 308, RFC 9110 15.4): others
    say themselves that they may pass.
    """
    permanent = bool(response.hops) and all(hop.status in (301, 308) for hop in response.hops)
    if known.usual is None or not permanent or response.final_url == known.usual.final_url:
        return None
    return Change(
        source_id=known.source_id,
        kind=ChangeKind.SOURCE,
        before_snapshot=known.snapshot_id,
        after_snapshot=None,
        changed_at=response.fetched_at,
        raised_at=response.fetched_at,
        significance=Significance(
            2, (f"moved: answers from {response.final_url}", "declare the new address")
        ),
        title=f"The page has moved to {response.final_url}",
    )


def source_item(
    known: Known, judgement: Judgement, response: Response, snapshot_id: int | None
) -> Change | None:
    """Give the item that puts a source before a person, or None while it may pass by itself.

    `known` is what is known after the look that ended in `judgement`, `response` what came back, kept as the snapshot
    `snapshot_id`. The item leads from the last good state to it. Trouble that lasts gives the same item at every look;
    that it is raised only once is the caller's business.
    """
    now = response.fetched_at
    if known.failures < LOOKS or not _lasts(known, judgement, now):
        return None
    advice = _WHAT_TO_DO.get(judgement.verdict, "look at the page, and at its address")
    since = f"since {known.last_good_at:%Y-%m-%d}" if known.last_good_at else "ever"
    reasons = (
        f"{judgement.verdict}: {judgement.signal}",
        f"not seen well {since}",
        _tried(known, response),
        advice,
    )
    return Change(
        source_id=known.source_id,
        kind=ChangeKind.SOURCE,
        before_snapshot=known.snapshot_id,
        after_snapshot=snapshot_id,
        changed_at=now,
        raised_at=now,
        significance=Significance(3, reasons),
        title=f"The source cannot be seen: {judgement.verdict.replace('_', ' ')}",
    )


def _lasts(known: Known, judgement: Judgement, now: datetime) -> bool:
    """Whether the trouble is no accident any more."""
    if judgement.verdict.may_be_news and known.doubt is not None:
        return now - known.doubt.begun >= DECIDED_AFTER
    return known.last_good_at is None or now - known.last_good_at >= LASTS_FOR


def _tried(known: Known, response: Response) -> str:
    """Say what was tried in vain. A picture beside an answer over HTTP tells that a browser was tried too."""
    ways = "with a browser" if response.fetched_with == "browser" else "over plain HTTP"
    if response.screenshot and response.fetched_with == "http":
        ways = "over plain HTTP and with a browser"
    return f"tried {known.failures} times, the last time {ways}"
