"""What is told to whom and when; what fails, and what is cut off."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.notify.conftest import CHAT, DATA, TERMS

from watcher.errors import NotDelivered
from watcher.model import (
    ChangeKind,
    Channel,
    Cron,
    Decision,
    DismissReason,
    Email,
    Judgement,
    Known,
    NoticeKind,
    Review,
    Security,
    Verdict,
    Webhook,
)
from watcher.notify import Post, rehearsal


def tell(world: Any) -> list[Any]:
    told: list[Any] = asyncio.run(world.tell())
    return told


def test_a_change_is_told_once(world: Any, mailbox: Any, by_mail: Channel) -> None:
    world.declare(by_mail)
    world.change()
    (sent,) = tell(world)

    assert (sent.arrived, sent.notices) == (True, 1)
    assert tell(world) == []
    (letter,) = mailbox.letters
    assert letter["subject"] == (
        "[unreviewed] Data policy: Retention: 30 days → 90 days (Lumen API)"
    )


def test_what_was_before_the_channel_is_not_told(
    world: Any, mailbox: Any, by_mail: Channel
) -> None:
    world.change()
    world.declare(by_mail)
    assert (tell(world), mailbox.letters) == ([], [])


def test_a_record_played_again_is_not_told(world: Any, by_mail: Channel) -> None:
    world.declare(by_mail)
    with world.ledger.unannounced():
        world.change()
    assert tell(world) == []


def test_several_go_in_one_letter_and_each_by_itself_to_a_program(
    world: Any, mailbox: Any, hook: Any, by_mail: Channel, by_hook: Channel
) -> None:
    world.declare(by_mail, by_hook)
    world.change()
    world.change(TERMS)
    tell(world)

    (letter,) = mailbox.letters
    assert letter["subject"] == "[unreviewed] 2 changes: Lumen API, Acme Chat"
    ids = [headers["webhook-id"] for _, headers, _ in hook.posted]
    assert len(set(ids)) == 2
    told = [json.loads(body)["data"]["notices"] for _, _, body in hook.posted]
    assert [[each["id"] for each in one] for one in told] == [["changes/1"], ["changes/2"]]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, [1, 2, 3, 5, 6]),
        ({"offerings": ("acme-chat",)}, [2]),
        ({"providers": ("Lumen Forge",)}, [1, 3, 5, 6]),
        ({"significance": 3}, [1, 2, 5, 6]),
        ({"about": (NoticeKind.CHANGE,)}, [1, 2, 3]),
        ({"about": (NoticeKind.HEALTH, NoticeKind.CORRECTION)}, [5, 6]),
        ({"offerings": ("acme-chat",), "providers": ("Lumen Forge",)}, []),
    ],
)
def test_channels_are_told_what_they_ask_for(
    world: Any, filtered: Any, hook: Any, by_hook: Channel, said: Any, told: list[int]
) -> None:
    world.declare(replace(by_hook, **said))
    world.change(level=4)
    world.change(TERMS)
    world.change(level=2)
    world.change(kind=ChangeKind.FIRST_LOOK)
    world.change(kind=ChangeKind.SOURCE, level=1)
    world.change(kind=ChangeKind.CORRECTION)
    tell(world)

    bodies = [json.loads(body) for _, _, body in hook.posted]
    names = [each["id"] for body in bodies for each in body["data"]["notices"]]
    assert names == [f"changes/{number}" for number in told]


@pytest.mark.parametrize(
    ("digest", "hours"),
    [(Cron("0 8 * * *", "Europe/Berlin"), 19), (Cron("0 8 * * mon", "Europe/Berlin"), 19)],
)
def test_a_digest_waits_for_its_time(
    world: Any, mailbox: Any, filtered: Any, digest: Cron, hours: int
) -> None:
    """1 March 2026 is a Sunday; eight in Berlin is seven UTC."""
    world.declare(filtered(digest=digest))
    world.change()
    world.later(hours=hours - 1)
    world.change(TERMS)
    assert (tell(world), mailbox.letters) == ([], [])

    world.later(hours=1)
    (sent,) = tell(world)
    assert sent.notices == 2
    world.change()
    assert tell(world) == []


def test_an_empty_digest_is_not_sent_and_does_not_hurry_the_next(
    world: Any, mailbox: Any, filtered: Any
) -> None:
    world.declare(filtered(digest=Cron("0 8 * * *")))
    world.later(days=3)
    assert tell(world) == []
    world.change()
    assert tell(world) == []
    world.later(days=1)
    assert len(tell(world)) == 1


def test_a_digest_leaves_out_what_is_no_news_any_more_and_says_what_was_decided(
    world: Any, mailbox: Any, filtered: Any
) -> None:
    world.declare(filtered(digest=Cron("0 8 * * *")))
    mended = world.change(kind=ChangeKind.SOURCE)
    dismissed, accepted = world.change(), world.change(TERMS)
    world.ledger.changes.close(mended, world.now, "the source is well again")
    world.ledger.reviews.add(
        Review(dismissed, Decision.DISMISS, "ada", world.now, reason=DismissReason.ARTIFACT)
    )
    world.ledger.reviews.add(Review(accepted, Decision.ACCEPT, "ada", world.now))
    world.later(days=1)
    (sent,) = tell(world)

    assert sent.message.subject.startswith("[accepted] Terms: Retention: 30 days → 90 days")
    assert "unreviewed" not in sent.message.text
    assert tell(world) == []


def test_a_channel_that_fails_delays_no_other_and_rests(
    world: Any, mailbox: Any, hook: Any, by_mail: Channel, by_hook: Channel
) -> None:
    hook.answers = [500]
    world.declare(by_mail, by_hook)
    world.change()
    world.change(TERMS)
    told = {sent.channel: sent for sent in tell(world)}

    assert told["mail"].arrived
    assert not told["bot"].arrived
    assert told["bot"].failure == "127.0.0.1: answered 500"
    assert len(hook.posted) == 1, "the second is not tried where the first was not taken"
    assert tell(world) == []
    tries = []
    for _ in range(5):
        state = next(each for each in world.ledger.channels.all() if each.channel.name == "bot")
        assert (state.failures, state.failing_since) == (
            len(tries) + 1,
            datetime(2026, 3, 1, 12, tzinfo=UTC),
        )
        tries.append((state.retry_at - world.now) / timedelta(minutes=1))
        world.now = state.retry_at
        tell(world)
    assert tries == [1, 2, 4, 8, 16]
    hook.answers = [200]
    world.later(hours=6)
    assert [sent.arrived for sent in tell(world)] == [True, True]
    assert len({headers["webhook-id"] for _, headers, _ in hook.posted}) == 2
    state = next(each for each in world.ledger.channels.all() if each.channel.name == "bot")
    assert (state.failures, state.failing_since, state.retry_at) == (0, None, None)


def test_after_three_days_a_message_is_given_up_aloud(
    world: Any, mailbox: Any, hook: Any, by_mail: Channel, by_hook: Channel
) -> None:
    hook.answers = [410]
    world.declare(by_mail, replace(by_hook, about=(NoticeKind.CHANGE,)))
    world.change()
    tell(world)
    world.later(days=3)
    (given_up,) = (sent for sent in tell(world) if sent.channel == "bot")
    assert given_up.given_up and not given_up.arrived
    assert world.ledger.outbox.number_given_up(world.now) == {"bot": 1}

    tell(world)
    subject = mailbox.letters[-1]["subject"].strip()
    assert subject == "The channel bot could not be told of something: 127.0.0.1: answered 410"
    world.later(days=1)
    assert tell(world) == [], "given up is given up"

    hook.answers = [200]
    world.ledger.outbox.take_up("bot")
    assert [sent.arrived for sent in tell(world)] == [True]


def test_what_is_overdue_is_told_once(world: Any, mailbox: Any, by_mail: Channel) -> None:
    world.declare(by_mail)
    for source in (DATA, TERMS):
        world.ledger.sources.update(
            Known(
                source.id, last_check_at=world.now, last_good_at=world.now, last_verdict=Verdict.OK
            )
        )
    world.later(days=4)
    (sent,) = tell(world)

    assert sent.message.subject == "Nothing was looked at since 2026-03-01 12:00 UTC"
    assert "watcher run" in mailbox.letters[0].get_body(("plain",)).get_content()
    world.later(days=1)
    assert tell(world) == []


def test_an_overdue_source_is_told_to_those_who_ask_for_its_offering(
    world: Any, mailbox: Any, filtered: Any
) -> None:
    world.declare(filtered(offerings=(CHAT.slug,)))
    for source in (DATA, TERMS):
        known = Known(source.id, last_check_at=world.now, last_good_at=world.now)
        world.ledger.sources.update(known)
    world.later(days=4)
    blocked = Judgement(Verdict.BLOCKED, "status: 403")
    for source in (DATA, TERMS):
        known = world.ledger.sources.known(source.id)
        world.ledger.sources.update(
            replace(known, last_check_at=world.now, last_verdict=blocked.verdict, failures=3)
        )
    (sent,) = tell(world)
    assert sent.message.subject == "Terms: not seen well since 2026-03-01 (Acme Chat)"


def test_a_variable_that_is_not_set_is_a_failure_with_its_name(
    world: Any, by_hook: Channel
) -> None:
    world.environment.clear()
    world.declare(by_hook)
    world.change()
    (sent,) = tell(world)
    assert sent.failure == "the environment variable HOOK_SECRET is not set"


def test_a_channel_that_hangs_is_cut_off(world: Any, by_hook: Channel) -> None:

    post = Post(world.environment, deadline=0.0)

    with pytest.raises(NotDelivered, match="took longer"):
        asyncio.run(post.send(by_hook, rehearsal("bot", world.now)))


def test_what_is_previewed_is_neither_sent_nor_written(
    world: Any, mailbox: Any, filtered: Any
) -> None:
    world.declare(filtered(digest=Cron("0 8 * * *")))
    world.change()
    ((state, message, is_due),) = world.courier.preview()

    assert (state.channel.name, is_due, mailbox.letters) == ("mail", False, [])
    assert "30 days → 90 days" in message.text
    assert world.ledger.outbox.number_waiting() == {}


def test_channels_may_be_of_all_sorts(world: Any, mailbox: Any) -> None:
    """Two at once, of which one leads nowhere: nobody listens on port 9 of loopback."""
    nowhere = Channel(
        "nowhere", Webhook("HOOK_SECRET", url="http://127.0.0.1:9/", allow_private=True)
    )
    silent = Email(("ada@example.org",), "w@example.org", "127.0.0.1", 9, Security.NONE)
    world.declare(nowhere, Channel("silent", silent))
    world.change()
    failures = {sent.channel: sent.failure for sent in tell(world)}
    assert failures["nowhere"].startswith("127.0.0.1: nobody answers")
    assert failures["silent"].startswith("127.0.0.1:9: ConnectionRefusedError")
