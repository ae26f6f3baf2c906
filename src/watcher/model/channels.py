"""Where notifications go, as declared: data without secrets, which are named and stand in the environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from watcher.model.declarations import Cron
from watcher.model.names import Slug


class NoticeKind(StrEnum):
    """What is told: that a page changed, a source is in trouble, nobody looked, a reader proposed a correction."""

    CHANGE = "change"
    HEALTH = "health"
    FRESHNESS = "freshness"
    CORRECTION = "correction"


class Security(StrEnum):
    """How the way to a mail server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Chat:
    """Any service that Apprise knows; the variable `url_env` holds its Apprise URL."""

    url_env: str


@dataclass(frozen=True, slots=True)
class Email:
    """E-mail to some people, by a mail server; the variable `password_env` holds the password of `user`."""

    to: tuple[str, ...]
    sender: str
    server: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password_env: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """A program that takes JSON at `url`, or at what the variable `url_env` holds; `secret_env` holds what signs it."""

    secret_env: str
    url: str | None = None
    url_env: str | None = None
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class PlugInWay:
    """What a plug-in leads to: the notifier `name`, its `options`, and `secrets`, each an option and its variable."""

    name: str
    options: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()


Way = Chat | Email | Webhook | PlugInWay
"""Where a channel may lead."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one channel is sent at once. `id` is the same for every try; `short` is `text` for chats.

    `data` is what webhooks get as JSON.
    """

    id: str
    subject: str
    text: str
    html: str
    short: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell somebody, and of what: of everything in `about` that matters so much, for these offerings.

    No `offerings` and no `providers` is all of them. With `digest`, what there is to tell is told together at its
    times, else as soon as it is known.
    """

    name: str
    to: Way
    about: tuple[NoticeKind, ...] = tuple(NoticeKind)
    offerings: tuple[Slug, ...] = ()
    providers: tuple[str, ...] = ()
    significance: int = 1
    digest: Cron | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel and how it fares.

    Up to the event `sorted_until` it is decided what it is told. `digest_at` is when its last digest was made up,
    `failures` counts tries in a row that failed, `failure` says why the last did; until `retry_at` there is no other.
    """

    channel: Channel
    declared_at: datetime
    sorted_until: int
    digest_at: datetime
    sent_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    failure: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to be told: a change by its id, or what an `alarm` says. `name` is the same for ever."""

    id: int
    name: str
    change_id: int | None
    alarm: tuple[tuple[str, str], ...]
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event that a channel is to be told; those that go in one message have one `batch`.

    `begun_at` is when it was first tried. One that is `in_doubt` was cut off while it was tried, and may have arrived.
    """

    id: int
    channel: str
    event: Event
    batch: int | None = None
    begun_at: datetime | None = None
    in_doubt: bool = False
