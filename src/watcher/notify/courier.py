"""The order of it all: what the outbox holds is sorted by channel, sent, and marked before and after.

Marks stand in the ledger, each in its own transaction. Killed before the first mark, a message is sent later; killed
after the last, it is not sent again. Killed between the two, nobody knows whether it arrived: it is sent again under
the same id, by which a program drops the second, and says so to people. Better twice than never.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from watcher import freshness
from watcher.cron import next_time
from watcher.errors import NotDelivered
from watcher.ledger import Ledger
from watcher.model import (
    Channel,
    ChannelState,
    Delivery,
    Event,
    Message,
    NoticeKind,
    Vocabulary,
    Webhook,
)
from watcher.notify.messages import Desk, compose
from watcher.notify.notices import CHANNEL_ALARM, Facts, Notice, is_wanted, notice_of
from watcher.notify.post import Post

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
"""A message that was not taken for so long is given up: mail servers have as much patience with each other."""

MOST_TOGETHER = 50
"""Notices in one message; what is more goes in the next."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one message. One that did not arrive is tried again, unless it is given up.

    `failure` says why it did not, or what of it was refused when it did.
    """

    channel: str
    message: Message
    notices: int
    arrived: bool
    failure: str = ""
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Deliveries that go in one message. `again` tells that they were tried, and cut off."""

    channel: Channel
    deliveries: tuple[Delivery, ...]
    again: bool = False


class Courier:
    """Tells the channels of `ledger` what is due. One at a time: to be used inside `ledger.telling()`.

    `vocabulary` gives the vocabulary when there is something to tell; `desk_url` is where links lead.
    """

    def __init__(
        self,
        ledger: Ledger,
        post: Post,
        vocabulary: Callable[[], Vocabulary],
        *,
        desk_url: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ledger = ledger
        self._post = post
        self._vocabulary = vocabulary
        self._desk = Desk(desk_url)
        self._clock = clock

    async def send(self) -> list[Sent]:
        """Tell every channel what is due, all of them at once; give what became of each message.

        Raises LedgerError when the ledger cannot be written.
        """
        self.sort()
        told = await asyncio.gather(*(self._tell(each) for each in self._ledger.channels.all()))
        return [sent for of_channel in told for sent in of_channel]

    def sort(self) -> None:
        """Decide for each event that came since which channels are told."""
        states = self._ledger.channels.all()
        now = self._clock()
        for alarm in self._new_alarms(states, now):
            said = {"title": alarm.title, "advice": alarm.advice, "url": alarm.url}
            self._ledger.outbox.add_alarm(
                alarm.name, said | {"since": alarm.since.isoformat()}, now
            )
        newest = self._ledger.outbox.last()
        for state in states:
            if state.sorted_until < newest:
                wanted = [each.id for each in self._wanted(state)]
                self._ledger.outbox.sort(state.channel.name, wanted, newest)

    def preview(self) -> list[tuple[ChannelState, Message, bool]]:
        """Give what each channel would be sent, and whether it is due now; nothing is written."""
        found = []
        for state in self._ledger.channels.all():
            waiting = self._ledger.outbox.waiting(state.channel.name)
            new = [Delivery(0, state.channel.name, event) for event in self._wanted(state)]
            is_due = self._is_due(state, self._clock())
            for parcel in _parcels(state.channel, [*waiting, *new], with_new=True):
                if (message := self._message(parcel)) is not None:
                    found.append((state, message, is_due))
        return found

    async def _tell(self, state: ChannelState) -> list[Sent]:
        """Tell one channel what is due, oldest first, until something fails."""
        now = self._clock()
        if state.retry_at is not None and state.retry_at > now:
            return []
        is_due = self._is_due(state, now)
        waiting = self._ledger.outbox.waiting(state.channel.name)
        told: list[Sent] = []
        for parcel in _parcels(state.channel, waiting, with_new=is_due):
            sent, state = await self._deliver(parcel, state)
            told += [sent] if sent else []
            if state.failures:
                return told
        if is_due and state.channel.digest is not None:
            self._ledger.channels.update(replace(state, digest_at=now))
        return told

    async def _deliver(
        self, parcel: _Parcel, state: ChannelState
    ) -> tuple[Sent | None, ChannelState]:
        """Mark, send, mark; give what became of it, and how the channel fares now."""
        ids = [each.id for each in parcel.deliveries]
        batch = self._ledger.outbox.begin(ids, self._clock())
        message = self._message(parcel, batch)
        if message is None:  # none of it is news any more
            self._ledger.outbox.sent(ids, self._clock())
            return None, state
        try:
            remark = await self._post.send(state.channel, message)
        except NotDelivered as error:
            return self._failed(parcel, state, message, str(error))
        with self._ledger.atomic():
            now = self._clock()
            self._ledger.outbox.sent(ids, now)
            state = replace(
                state, sent_at=now, failures=0, failing_since=None, failure=remark, retry_at=None
            )
            self._ledger.channels.update(state)
        return Sent(state.channel.name, message, len(ids), arrived=True, failure=remark), state

    def _failed(
        self, parcel: _Parcel, state: ChannelState, message: Message, why: str
    ) -> tuple[Sent, ChannelState]:
        now, name = self._clock(), state.channel.name
        ids = [each.id for each in parcel.deliveries]
        first_try = min(each.begun_at or now for each in parcel.deliveries)
        given_up = now - first_try >= GIVE_UP_AFTER
        state = replace(
            state,
            failures=state.failures + 1,
            failing_since=state.failing_since or now,
            failure=why,
            retry_at=now + min(FIRST_REST * 2 ** min(state.failures, 16), LONGEST_REST),
        )
        with self._ledger.atomic():
            self._ledger.channels.update(state)
            self._ledger.outbox.failed(ids, now)
            if given_up:
                self._ledger.outbox.give_up(ids, now)
                alarm = f"{CHANNEL_ALARM}{name}/{state.failing_since:%Y%m%dT%H%M%SZ}"
                self._ledger.outbox.add_alarm(alarm, _complaint(name, why, state), now)
        sent = Sent(name, message, len(ids), arrived=False, failure=why, given_up=given_up)
        return sent, state

    def _is_due(self, state: ChannelState, now: datetime) -> bool:
        digest = state.channel.digest
        return digest is None or next_time(digest, state.digest_at) <= now

    def _new_alarms(
        self, states: Iterable[ChannelState], now: datetime
    ) -> Sequence[freshness.Alarm]:
        """Give the alarms that nobody was told of, if anybody wants to hear of them."""
        if not any(NoticeKind.FRESHNESS in state.channel.about for state in states):
            return ()
        found = freshness.health(self._ledger, self._ledger.sources.standing(), now)
        return [
            alarm
            for alarm in freshness.alarms(found)
            if not self._ledger.outbox.knows_alarm(alarm.name)
        ]

    def _wanted(self, state: ChannelState) -> list[Event]:
        """Give the events that are not sorted yet and that a channel wants to hear of."""
        events = self._ledger.outbox.following(state.sorted_until)
        changes = self._ledger.changes.several(
            [each.change_id for each in events if each.change_id]
        )
        facts = self._facts() if events else Facts({}, {})
        return [
            each
            for each in events
            if is_wanted(state.channel, each, changes.get(each.change_id or 0), facts)
        ]

    def _message(self, parcel: _Parcel, batch: int = 0) -> Message | None:
        changes = self._ledger.changes.several(
            [each.event.change_id for each in parcel.deliveries if each.event.change_id]
        )
        facts, vocabulary = self._facts(), self._vocabulary()
        notices: list[Notice] = []
        for each in parcel.deliveries:
            change = changes.get(each.event.change_id or 0)
            status = self._ledger.changes.status(change.id or 0) if change else "open"
            notice = notice_of(each.event, change, facts, vocabulary, status)
            notices += [notice] if notice else []
        if not notices:
            return None
        message_id = f"msg_{self._ledger.id}_{parcel.channel.name}_{batch}"
        return compose(message_id, notices, self._clock(), self._desk, again=parcel.again)

    def _facts(self) -> Facts:
        return Facts(self._ledger.sources.declared(), self._ledger.sources.offerings())


def _parcels(channel: Channel, waiting: Sequence[Delivery], *, with_new: bool) -> list[_Parcel]:
    """Give what goes together: what was begun as it was begun; then, if asked for, what is new.

    A program gets each notice by itself, people get what there is in one message.
    """
    begun: dict[int, list[Delivery]] = {}
    for each in waiting:
        if each.batch is not None:
            begun.setdefault(each.batch, []).append(each)
    parcels = [
        _Parcel(channel, tuple(each), again=any(one.in_doubt for one in each))
        for each in begun.values()
    ]
    new = [each for each in waiting if each.batch is None] if with_new else []
    alone = isinstance(channel.to, Webhook) and channel.digest is None
    size = 1 if alone else MOST_TOGETHER
    return parcels + [
        _Parcel(channel, tuple(new[at : at + size])) for at in range(0, len(new), size)
    ]


def _complaint(name: str, why: str, state: ChannelState) -> dict[str, str]:
    since = state.failing_since
    assert since is not None  # it has just failed
    return {
        "title": f"The channel {name} could not be told of something: {why}",
        "advice": f"It fails since {since:%Y-%m-%d %H:%M} UTC. Mend it, see `watcher notify test {name}`, "
        f"then `watcher notify send --again`.",
        "since": since.isoformat(),
    }
