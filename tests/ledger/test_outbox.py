"""What is to be told, and to whom: declared channels, sorted events, deliveries that are marked before and after."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from watcher.errors import LedgerBusy
from watcher.ledger import Ledger
from watcher.model import (
    Change,
    ChangeKind,
    Channel,
    Chat,
    Cron,
    Email,
    NoticeKind,
    Security,
    Significance,
    Slug,
    SourceId,
    Webhook,
)

MAIL = Channel(
    "mail",
    Email(
        ("ada@a.example",), "w@a.example", "smtp.a.example", 465, Security.TLS, "ada", "PASSWORD"
    ),
    about=(NoticeKind.CHANGE,),
    offerings=(Slug("api"),),
    providers=("Acme",),
    significance=4,
    digest=Cron("0 8 * * *", "Europe/Berlin"),
)
HOOK = Channel("hook", Webhook("SECRET", url="https://a.example/", allow_private=True))
CHAT = Channel("chat", Chat("CHAT_URL"))


def change(at: datetime) -> Change:
    return Change(
        SourceId("data"), ChangeKind.CHANGE, None, None, at, at, Significance(3, ("wording",))
    )


def test_channels_are_held_as_declared(ledger: Ledger, noon: datetime) -> None:
    ledger.channels.sync([MAIL, HOOK, CHAT], noon)

    assert [state.channel for state in ledger.channels.all()] == [CHAT, HOOK, MAIL]
    assert {state.declared_at for state in ledger.channels.all()} == {noon}


def test_a_new_channel_is_told_what_comes_from_now_on(ledger: Ledger, noon: datetime) -> None:
    ledger.changes.add(change(noon))
    ledger.channels.sync([CHAT], noon)
    (state,) = ledger.channels.all()
    assert ledger.outbox.following(state.sorted_until) == []

    ledger.changes.add(change(noon))
    ledger.channels.sync([CHAT, HOOK], noon)
    waiting = [len(ledger.outbox.following(each.sorted_until)) for each in ledger.channels.all()]
    assert waiting == [1, 0]


def test_a_channel_that_went_and_came_back_begins_anew(ledger: Ledger, noon: datetime) -> None:
    ledger.channels.sync([CHAT], noon)
    ledger.changes.add(change(noon))
    ledger.outbox.sort("chat", [1], 1)
    ledger.channels.sync([], noon + timedelta(days=1))
    assert (ledger.channels.all(), ledger.outbox.number_waiting()) == ([], {})

    ledger.changes.add(change(noon))
    ledger.channels.sync([CHAT], noon + timedelta(days=2))
    (state,) = ledger.channels.all()
    assert state.sorted_until == 2


def test_what_is_undone_is_not_told(ledger: Ledger, noon: datetime) -> None:
    with pytest.raises(ZeroDivisionError), ledger.atomic():
        ledger.changes.add(change(noon))
        raise ZeroDivisionError
    assert ledger.outbox.following(0) == []


def test_what_is_played_again_is_not_told(ledger: Ledger, noon: datetime) -> None:
    with ledger.unannounced():
        ledger.changes.add(change(noon))
    assert ledger.outbox.following(0) == []
    ledger.changes.add(change(noon))
    assert [event.name for event in ledger.outbox.following(0)] == ["changes/2"]


def test_an_alarm_is_told_once_for_each_name(ledger: Ledger, noon: datetime) -> None:
    for _ in range(2):
        ledger.outbox.add_alarm("sources/data/1", {"title": "Data: not seen well"}, noon)
    (event,) = ledger.outbox.following(0)
    assert (event.name, event.change_id) == ("alarms/sources/data/1", None)
    assert event.alarm == (("title", "Data: not seen well"),)


def test_a_delivery_keeps_its_number_until_it_arrived(ledger: Ledger, noon: datetime) -> None:
    ledger.channels.sync([CHAT], noon)
    for _ in range(3):
        ledger.changes.add(change(noon))
    ledger.outbox.sort("chat", [1, 2, 3], 3)
    first, second, third = ledger.outbox.waiting("chat")
    assert ledger.outbox.begin([second.id, first.id], noon) == first.id
    assert ledger.outbox.begin([second.id, first.id], noon + timedelta(hours=1)) == first.id

    begun = ledger.outbox.waiting("chat")
    assert [each.batch for each in begun] == [first.id, first.id, None]
    assert begun[0].begun_at == noon, "the first try counts"
    ledger.outbox.sent([first.id, second.id], noon)
    ledger.outbox.give_up([third.id], noon)
    assert ledger.outbox.waiting("chat") == []
    assert ledger.outbox.number_given_up(noon) == {"chat": 1}
    assert ledger.outbox.take_up("chat") == 1
    assert [each.id for each in ledger.outbox.waiting("chat")] == [third.id]


def test_one_sender_at_a_time(path: Path, ledger: Ledger) -> None:
    with Ledger.open(path) as other, ledger.telling():
        with other.sweeping():
            """Sweeping and telling do not wait for each other."""
        with pytest.raises(LedgerBusy, match="sending notifications"), other.telling():
            pass
