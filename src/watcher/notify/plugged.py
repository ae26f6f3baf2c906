"""Channels that a plug-in leads to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from watcher import plugs
from watcher.apart import apart
from watcher.errors import NotDelivered, PlugInError
from watcher.model import Message


async def send_plugged(
    name: str, message: Message, options: Mapping[str, str], seconds: float
) -> str:
    """Send `message` with the notifier `name`, within so many seconds.

    Raises NotDelivered with what it says, or why there is none.
    """
    try:
        notifier = plugs.load_notifier(name)
    except PlugInError as error:
        raise NotDelivered(str(error)) from error
    plug_in = plugs.named(plugs.Point.NOTIFIERS, name)
    assert plug_in is not None  # it was loaded
    try:
        await apart(partial(notifier.send, message, options), seconds)
    except plugs.FAILURES as error:
        raise NotDelivered(plug_in.failed("did not take it", error)) from error
    return ""
