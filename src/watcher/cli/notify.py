"""`watcher notify`: the channels that are told, tried and made to work."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from watcher.cli.options import (
    both_options,
    declarations,
    json_option,
    now,
    open_to_read,
    print_json,
    settings,
)
from watcher.cli.telling import GIVEN_UP_LATELY, complain, courier_on, sent_as_data, trouble_of
from watcher.cli.words import ago, counted, table
from watcher.declaring import take_over
from watcher.errors import NotDelivered, NotFound
from watcher.ledger import Ledger
from watcher.model import Channel, ChannelState, Chat, Email, PlugInWay, Webhook
from watcher.notify import Message, Post, complaints, rehearsal


@click.group("notify")
def notify_command() -> None:
    """Tell channels what is due: `notifications:` in sources.yaml declares them."""


@notify_command.command("list")
@both_options
@json_option
def list_channels(ledger_path: Path, sources_path: Path, as_json: bool) -> None:
    """List the channels, what they are told, and how they fare. Ends with 1 when one cannot work as it is."""
    channels = declarations(sources_path)[0].channels
    wrong = complaints(channels, os.environ)
    states, waiting, lost = _fared(ledger_path)
    if as_json:
        rows = [_as_data(each, states, waiting, lost, wrong) for each in channels]
        print_json(rows)
    else:
        heads = ("channel", "leads to", "about", "when", "waiting", "last arrived", "")
        table(heads, [_row(each, states, waiting, lost, wrong) for each in channels])
        click.echo(counted(len(channels), "channel"))
    sys.exit(1 if wrong else 0)


@notify_command.command("test")
@click.argument("channel")
@both_options
def test_channel(channel: str, ledger_path: Path, sources_path: Path) -> None:
    """Send a message to CHANNEL that says it is a test. Ends with 1, and why, when it is not taken."""
    channels = {each.name: each for each in declarations(sources_path)[0].channels}
    if channel not in channels:
        names = ", ".join(channels) or "none; `notifications:` in sources.yaml declares them"
        raise NotFound(f"there is no channel {channel!r}. There are: {names}")
    try:
        remark = asyncio.run(
            Post(os.environ, pauses=()).send(channels[channel], rehearsal(channel, now()))
        )
    except NotDelivered as error:
        click.secho(f"channel {channel}: {error}", err=True, fg="red")
        sys.exit(1)
    click.echo(f"channel {channel}: {remark or 'took it'}")


@notify_command.command("send")
@both_options
@click.option(
    "--dry-run", is_flag=True, help="Show what each channel would be sent; send and write nothing."
)
@click.option("--again", is_flag=True, help="Try now what failed, and what was given up.")
@json_option
def send(ledger_path: Path, sources_path: Path, dry_run: bool, again: bool, as_json: bool) -> None:
    """Tell every channel what is due: digests whose time has come, what failed before, what is new.

    A sweep does so at its end, and `watcher run` all the time. Ends with 1 when something did not arrive.
    """
    if dry_run:
        with open_to_read(ledger_path) as ledger:
            return _show(courier_on(ledger, settings()).preview(), as_json=as_json)
    with Ledger.open(ledger_path, create=False) as ledger, ledger.telling():
        take_over(ledger, sources_path, now())
        if again:
            for state in ledger.channels.all():
                ledger.outbox.take_up(state.channel.name)
                ledger.channels.rest_no_more(state.channel.name)
        told = asyncio.run(courier_on(ledger, settings()).send())
    if as_json:
        print_json([sent_as_data(each) for each in told])
    else:
        for each in told:
            if not each.failure:
                click.echo(f"{each.channel}: {each.message.subject}")
        complain(told)
        click.echo(f"{counted(sum(each.arrived for each in told), 'message')} sent")
    sys.exit(0 if all(each.arrived for each in told) else 1)


def _show(found: Sequence[tuple[ChannelState, Message, bool]], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "channel": state.channel.name,
                "due": is_due,
                "subject": message.subject,
                "text": message.text,
                "data": message.data,
            }
            for state, message, is_due in found
        ]
        return print_json(rows)
    for state, message, is_due in found:
        due = "now" if is_due else "with the next digest"
        click.secho(f"To {state.channel.name}, {due}: {message.subject}", bold=True)
        click.echo(message.short if isinstance(state.channel.to, Chat) else message.text)
    click.echo(f"{counted(len(found), 'message')}; nothing was sent or written")
    return None


def _fared(
    ledger_path: Path,
) -> tuple[dict[str, ChannelState], dict[str, int], dict[str, int]]:
    """Give how the channels fare by what the ledger knows, what each waits for, what was given up lately."""
    if not ledger_path.exists():
        return {}, {}, {}
    with open_to_read(ledger_path) as ledger:
        states = {each.channel.name: each for each in ledger.channels.all()}
        lost = ledger.outbox.number_given_up(now() - GIVEN_UP_LATELY)
        return states, ledger.outbox.number_waiting(), lost


def _row(
    channel: Channel,
    states: dict[str, ChannelState],
    waiting: dict[str, int],
    lost: dict[str, int],
    wrong: dict[str, str],
) -> tuple[str, ...]:
    state = states.get(channel.name)
    trouble = [wrong.get(channel.name, ""), trouble_of(state, lost.get(channel.name, 0))]
    return (
        channel.name,
        _place(channel),
        ", ".join(channel.about),
        f"{channel.digest.fields} {channel.digest.zone}" if channel.digest else "immediately",
        str(waiting.get(channel.name, 0)),
        ago(state.sent_at, now()) if state else "never",
        "; ".join(filter(None, trouble)),
    )


def _place(channel: Channel) -> str:
    to = channel.to
    if isinstance(to, Email):
        return f"e-mail to {', '.join(to.to)}"
    if isinstance(to, Webhook):
        return f"webhook {to.url or f'${to.url_env}'}"
    if isinstance(to, PlugInWay):
        return f"plug-in {to.name}"
    return f"apprise ${to.url_env}"


def _as_data(
    channel: Channel,
    states: dict[str, ChannelState],
    waiting: dict[str, int],
    lost: dict[str, int],
    wrong: dict[str, str],
) -> dict[str, object]:
    state = states.get(channel.name)
    return {
        "channel": channel.name,
        "leads_to": _place(channel),
        "about": channel.about,
        "digest": channel.digest and f"{channel.digest.fields} {channel.digest.zone}",
        "waiting": waiting.get(channel.name, 0),
        "given_up": lost.get(channel.name, 0),
        "sent_at": state.sent_at if state else None,
        "failing_since": state.failing_since if state else None,
        "failure": state.failure if state else "",
        "retry_at": state.retry_at if state else None,
        "complaint": wrong.get(channel.name, ""),
    }
