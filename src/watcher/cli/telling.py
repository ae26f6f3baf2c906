"""How commands tell channels what is due: at the end of a sweep, round the clock, by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from watcher.cli.words import counted
from watcher.errors import LedgerBusy, LedgerError
from watcher.ledger import Ledger
from watcher.model import ChannelState
from watcher.settings import Settings

if TYPE_CHECKING:
    from watcher.notify import Courier, Sent

GIVEN_UP_LATELY = timedelta(days=14)
"""What was given up is shown for so long."""

_BREATH = 5.0
"""Seconds that a message under way gets when we are told to stop."""


def courier_on(ledger: Ledger, chosen: Settings) -> Courier:
    """Give what tells the channels of `ledger`."""
    # Most ledgers have no channel, and most sweeps nothing to tell: they do without what sends.
    from watcher.notify import Courier, Post  # noqa: PLC0415
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    return Courier(ledger, Post(os.environ), load_vocabulary, desk_url=chosen.desk_url or "")


async def tell(ledger: Ledger, chosen: Settings) -> list[Sent]:
    """Tell every channel what is due; give what became of each message.

    Nothing, when there is no channel, or when another process is at it: it tells what we would.
    """
    if not ledger.channels.all():
        return []
    try:
        with ledger.telling():
            return await courier_on(ledger, chosen).send()
    except LedgerBusy:
        return []


@asynccontextmanager
async def telling(ledger: Ledger, chosen: Settings, pause: float) -> AsyncIterator[None]:
    """Tell what is due every `pause` seconds while what stands inside goes on; complain of what does not arrive.

    A message under way at the end gets a breath; then it is cut off, and sent again by whoever tells next.
    """
    ended = asyncio.Event()
    task = asyncio.create_task(_keep_telling(ledger, chosen, pause, ended))
    try:
        yield
    finally:
        ended.set()
        await asyncio.wait({task}, timeout=_BREATH)
        if not task.cancel():
            task.result()
        await asyncio.wait({task})


async def _keep_telling(
    ledger: Ledger, chosen: Settings, pause: float, ended: asyncio.Event
) -> None:
    while not ended.is_set():
        try:
            complain(await tell(ledger, chosen))
        except LedgerError as error:
            click.secho(f"notifications: {error}", err=True, fg="red")
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await ended.wait()


def complain(told: Iterable[Sent]) -> None:
    """Print a line for each message that did not arrive as it should."""
    for each in told:
        if line := line_of(each):
            click.secho(line, err=True, fg="red")


def line_of(sent: Sent) -> str:
    """Give what is to be said of a message; nothing of one that arrived."""
    if not sent.failure:
        return ""
    what = counted(sent.notices, "notice")
    if sent.given_up:
        return f"channel {sent.channel}: gave up telling {what}: {sent.failure}"
    if sent.arrived:
        return f"channel {sent.channel}: {sent.failure}"
    return f"channel {sent.channel}: could not tell {what}, will try again: {sent.failure}"


def trouble_of(state: ChannelState | None, lost: int) -> str:
    """Give what a person should know of a channel: that it fails, since when and why, and what was never told."""
    told = []
    if state is not None and state.failing_since is not None:
        told.append(f"fails since {state.failing_since:%Y-%m-%d %H:%M} UTC: {state.failure}")
    elif state is not None and state.failure:
        told.append(state.failure)
    if lost:
        told.append(f"{counted(lost, 'notice')} given up")
    return "; ".join(told)


def sent_as_data(sent: Sent) -> dict[str, object]:
    """Give what became of a message as plain data."""
    return {
        "channel": sent.channel,
        "id": sent.message.id,
        "subject": sent.message.subject,
        "notices": sent.notices,
        "arrived": sent.arrived,
        "given_up": sent.given_up,
        "failure": sent.failure,
    }
