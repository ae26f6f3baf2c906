"""Killed at the worst moment: nothing is lost, and what may arrive twice is known by its id or says so."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from watcher.cli.telling import tell, telling
from watcher.model import Channel
from watcher.settings import Settings

SENDER = Path(__file__).with_name("sender.py")


def send_and_kill(world: Any, when: str) -> None:
    environment = dict(os.environ) | world.environment
    done = subprocess.run(
        [sys.executable, SENDER, world.ledger.path, when], env=environment, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL


def test_killed_between_delivery_and_mark(
    world: Any, hook: Any, mailbox: Any, by_hook: Channel, by_mail: Channel
) -> None:
    """A program gets the same id twice, and so one message; a person is told that it may be the second."""
    world.declare(by_hook, by_mail)
    world.change()
    send_and_kill(world, "before")
    arrived = len(hook.posted) + len(mailbox.letters)
    assert arrived >= 1, "it was killed after something had gone out"

    asyncio.run(world.tell())
    assert len({headers["webhook-id"] for _, headers, _ in hook.posted}) == 1
    assert len({letter["message-id"] for letter in mailbox.letters}) == 1
    assert len(hook.posted) <= 2
    said = mailbox.letters[-1].get_body(("plain",)).get_content()
    assert "You may have this already" in said
    assert asyncio.run(world.tell()) == []


def test_killed_after_the_mark(world: Any, hook: Any, by_hook: Channel) -> None:
    world.declare(by_hook)
    world.change()
    send_and_kill(world, "after")
    assert asyncio.run(world.tell()) == []
    assert len(hook.posted) == 1


@pytest.mark.parametrize("begun", [True, False])
def test_what_was_not_begun_is_not_lost(
    world: Any, hook: Any, by_hook: Channel, begun: bool
) -> None:
    """A kill before the delivery: sorted or not, begun or not, it goes out later, once."""
    world.declare(by_hook)
    world.change()
    if begun:
        world.courier.sort()
        (waiting,) = world.ledger.outbox.waiting("bot")
        world.ledger.outbox.begin([waiting.id], world.now)
    asyncio.run(world.tell())
    assert len(hook.posted) == 1


def test_a_run_tells_while_it_runs(
    world: Any, hook: Any, by_hook: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environment.items():
        monkeypatch.setenv(name, value)
    world.declare(by_hook)

    async def run() -> None:
        async with telling(world.ledger, Settings(), 0.01):
            world.change()
            async with asyncio.timeout(10):
                while not hook.posted or world.ledger.outbox.number_waiting():
                    await asyncio.sleep(0.01)

    asyncio.run(run())
    assert len(hook.posted) == 1


def test_two_senders_at_once_tell_once(world: Any, hook: Any, by_hook: Channel) -> None:
    world.declare(by_hook)
    world.change()
    with world.ledger.telling():
        assert asyncio.run(tell(world.ledger, Settings())) == []
    assert hook.posted == []
