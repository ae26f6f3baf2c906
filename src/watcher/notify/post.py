"""The ways out: each channel with the secrets that its declaration names, which nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.errors import NotDelivered
from watcher.model import Channel, Chat, Email, Message, PlugInWay, Way
from watcher.notify.chat import send_chat
from watcher.notify.mail import send_mail
from watcher.notify.plugged import send_plugged
from watcher.notify.webhook import PAUSES, send_webhook

DEADLINE = 90.0
"""Seconds that one message may take, whatever its channel does."""


@dataclass(frozen=True, slots=True)
class Post:
    """Sends messages. `environment` holds the secrets; `pauses` are those between tries of a webhook, in seconds."""

    environment: Mapping[str, str]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    pauses: Sequence[float] = PAUSES
    deadline: float = DEADLINE

    async def send(self, channel: Channel, message: Message) -> str:
        """Send `message` by `channel`; give a remark when something of it was refused, else an empty text.

        Raises NotDelivered, in whose words nothing secret stands.
        """
        try:
            async with asyncio.timeout(self.deadline):
                return self._blackened(channel, await self._send(channel.to, message))
        except TimeoutError:
            raise NotDelivered(f"took longer than {self.deadline:.0f} seconds") from None
        except NotDelivered as error:
            raise NotDelivered(self._blackened(channel, str(error))) from None

    async def _send(self, to: Way, message: Message) -> str:
        if isinstance(to, Chat):
            return await send_chat(self._secret(to.url_env), message)
        if isinstance(to, PlugInWay):
            secrets = {option: self._secret(name) for option, name in to.secrets}
            options = dict(to.options) | secrets
            return await send_plugged(to.name, message, options, self.deadline)
        if isinstance(to, Email):
            password = self._secret(to.password_env) if to.password_env else None
            return await send_mail(to, message, password, self.clock())
        url = to.url or self._secret(to.url_env or "")
        return await send_webhook(
            url,
            self._secret(to.secret_env),
            message,
            self.clock(),
            allow_private=to.allow_private,
            pauses=self.pauses,
        )

    def _secret(self, name: str) -> str:
        value = self.environment.get(name, "").strip()
        if not value:
            raise NotDelivered(f"the environment variable {name} is not set")
        return value

    def _blackened(self, channel: Channel, text: str) -> str:
        for name in variables(channel):
            value = self.environment.get(name, "").strip()
            for part in {value, *value.replace("@", "/").replace("?", "/").split("/")}:
                # What a service says may quote the address it was asked at, whole or in part.
                if len(part) >= 8:
                    text = text.replace(part, "***")
        return " ".join(text.split())


def variables(channel: Channel) -> tuple[str, ...]:
    """Give the names of the environment variables that a channel needs."""
    to = channel.to
    if isinstance(to, PlugInWay):
        return tuple(name for _, name in to.secrets)
    names = (
        getattr(to, "url_env", None),
        getattr(to, "secret_env", None),
        getattr(to, "password_env", None),
    )
    return tuple(name for name in names if name)


def complaints(channels: Sequence[Channel], environment: Mapping[str, str]) -> dict[str, str]:
    """Give what can be said against channels without trying them, by name: variables that are not set."""
    missing = {
        each.name: [name for name in variables(each) if not environment.get(name, "").strip()]
        for each in channels
    }
    return {name: f"not set: {', '.join(names)}" for name, names in missing.items() if names}
