"""Everything that Apprise knows: chats, phones, and 100 services more."""

from __future__ import annotations

import asyncio
import logging
import threading

from watcher.errors import NotDelivered
from watcher.model import Message


async def send_chat(url: str, message: Message) -> str:
    """Send `message` to the service behind an Apprise URL. Raises NotDelivered with what Apprise says of it."""
    await asyncio.to_thread(_send, url, message)
    return ""


def _send(url: str, message: Message) -> None:
    # Apprise with its services takes a quarter of a second to load; most sweeps have nothing to tell it.
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415

    service = Apprise()
    with _Overheard() as overheard:
        if not service.add(url) or len(service) != 1:
            raise NotDelivered(
                "the variable does not hold one Apprise URL; declare a channel for each"
            )
        done = service.notify(
            title=message.subject, body=message.short, body_format=NotifyFormat.TEXT
        )
    if not done:
        raise NotDelivered(overheard.last or "the service did not take it")


class _Overheard(logging.Handler):
    """What Apprise says in this thread while it works: it returns no reasons, it logs them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was said, if it was said here."""
        if record.thread == self._thread:
            self.last = record.getMessage()

    def __enter__(self) -> _Overheard:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
