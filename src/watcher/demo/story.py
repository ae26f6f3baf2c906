"""What happens on which day, and what the maintainer decides then: the demo's history as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.demo import facts
from watcher.model import Change, DismissReason, Review, SourceId, Vocabulary
from watcher.reviews import accept, amend, dismiss

REVIEWER = "maintainer"

DATA_USAGE = SourceId("lumen-data-usage")
TERMS = SourceId("lumen-terms")
PRIVACY = SourceId("lumen-privacy")
DPA = SourceId("lumen-dpa")
LIST = SourceId("lumen-subprocessors")
TRUST = SourceId("lumen-trust")
ADVICE = SourceId("advice-lumen")
OURS = frozenset(
    {DATA_USAGE, TERMS, PRIVACY, DPA, LIST, TRUST, ADVICE}
    | {SourceId("lumen-sla"), SourceId("lumen-news")}
)
"""Every source of the demo."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the history: what happens at the provider, and what the maintainer makes of the queue.

    `accepts` tells that what is new is accepted, but for the sources in `dismisses` (source → note), and without the
    claims in `withdraws` (source → claim keys, note). `leaves` says in plain words why something stays in the queue.
    """

    number: int
    heading: str
    happens: str
    accepts: bool = False
    dismisses: Mapping[SourceId, str] = field(default_factory=dict)
    withdraws: Mapping[SourceId, tuple[frozenset[str], str]] = field(default_factory=dict)
    leaves: str = ""

    @property
    def advisor_is_silent(self) -> bool:
        """Whether the second host does not answer on this day."""
        return self.number == facts.ADVISOR_IS_SILENT

    def decide(self, change: Change, vocabulary: Vocabulary, at: datetime) -> Review | None:
        """Give what the maintainer decides on `change`, or None when it is left for later."""
        if change.source_id in self.dismisses:
            reason, note = DismissReason.NOT_RELEVANT, self.dismisses[change.source_id]
            return dismiss(change, reason, reviewer=REVIEWER, at=at, note=note)
        if not self.accepts:
            return None
        keys, note = self.withdraws.get(change.source_id, (frozenset[str](), ""))
        read = [each.after.id for each in change.claims if each.after and each.key in keys]
        withdrawn = dict.fromkeys(read)
        if withdrawn:
            return amend(change, withdrawn, vocabulary, reviewer=REVIEWER, at=at, note=note)
        return accept(change, reviewer=REVIEWER, at=at)


_RETENTION = frozenset({"retention_days", "data_retention"})

STORY = (
    Day(
        1,
        "the first look",
        "Nine pages are declared; nothing is known of them yet.",
        accepts=True,
        dismisses={ADVICE: "what others say of pages that we read ourselves"},
        withdraws={
            TERMS: (_RETENTION, "the 30 days are for closed accounts, not for API data"),
            DPA: (_RETENTION, "that is about the end of the agreement"),
            PRIVACY: (_RETENTION, "that is about account details, not about API data"),
        },
    ),
    Day(
        2,
        "noise",
        "Every page comes back with other bytes: nonces, session links, a cookie dialog here and there, "
        "other related articles, the time of day. No policy changed.",
    ),
    Day(3, "a quiet day", "Nothing happens."),
    Day(
        4,
        "a deployment",
        "The site gets new software: every class name and asset changes, no word does.",
    ),
    Day(
        5,
        "a retention period",
        "API data is kept for 90 days instead of 30. The date line of the page moves with it.",
        accepts=True,
    ),
    Day(
        6,
        "an error with status 200",
        "The terms answer with an application error, and call it success.",
    ),
    Day(7, "the terms are back", "The same terms as before stand at their address again."),
    Day(8, "no answer", "The advisor's host closes every connection without a word."),
    Day(
        9,
        "a page moves",
        "The list of sub-processors gets a new address; the old one leads there (301). "
        "The site is deployed again.",
        accepts=True,
    ),
    Day(10, "a quiet day", "Nothing happens."),
    Day(11, "a quiet day", "Nothing happens."),
    Day(
        12,
        "a certification vanishes",
        "The trust center lists three certifications instead of four. "
        "A list that only shrinks may be half a page, so it is looked at twice before that is believed.",
        leaves="Is it gone, or was it forgotten when the page was edited? That is yours to decide.",
    ),
    Day(13, "a quiet day", "The list is as short as yesterday; nothing new happens."),
)


class Calendar:
    """The simulated clock: 24 hours from one day to the next, some seconds from one look to the next."""

    def __init__(self, last_day: datetime) -> None:
        self.opened_at = last_day - timedelta(days=len(STORY) - 1)
        self._now = self.opened_at

    def turn_to(self, day: int) -> None:
        """Go to the time of day at which the sweep of `day` begins."""
        self._now = self.opened_at + timedelta(days=day - 1)

    def now(self) -> datetime:
        """Give the time; the clock stands still until `tick`."""
        return self._now

    def tick(self) -> datetime:
        """Let five seconds pass, and give the time."""
        self._now += timedelta(seconds=5)
        return self._now
