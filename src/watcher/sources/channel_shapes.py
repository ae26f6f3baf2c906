"""The shape of `notifications:` in `sources.yaml`: where to tell of what. Secrets are named, never written there."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from watcher.cron import read_cron
from watcher.model import Cron, NoticeKind, Security
from watcher.plugs import Point, installed
from watcher.sources.problems import suggestion
from watcher.sources.scalars import read_url
from watcher.sources.shapes import Shape, Slugs, Truth, Words, known_to

_VARIABLE = r"^[A-Z_][A-Z0-9_]*$"
_ADDRESS = r"^[^\s@<>,;:\"]+@[^\s@<>,;:\"]+$"
_SERVER = r"^([A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$"
_WHEN = "write immediately, daily 08:00 Europe/Berlin, weekly monday 08:00 Europe/Berlin, or cron and five fields"
_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


def read_when(raw: object) -> Cron | None:
    """Read when to tell: `immediately` (None), `daily 08:00 ZONE`, `weekly monday 08:00 ZONE` or `cron …`."""
    words = raw.split() if isinstance(raw, str) else []
    kind = words[0].lower() if words else ""
    if kind == "immediately" and len(words) == 1:
        return None
    if kind == "cron":
        return read_cron(" ".join(words[1:]))
    day = words[1].lower() if kind == "weekly" and len(words) > 1 else "*"
    rest = words[2:] if kind == "weekly" else words[1:]
    clock = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", rest[0]) if rest else None
    if kind not in ("daily", "weekly") or clock is None or len(rest) > 2:
        raise ValueError(f"{raw!r} is no time to tell", _WHEN)
    return read_cron(f"{int(clock[2])} {int(clock[1])} * * {day[:3]} {' '.join(rest[1:])}")


def _variable(raw: str) -> str:
    # What stands here may be the secret itself, pasted by mistake: it is not repeated.
    if not re.fullmatch(_VARIABLE, raw):
        raise ValueError(
            "is not the name of an environment variable",
            "write a name such as WATCHER_CHAT_URL; what is secret stands in that variable, never in this file",
        )
    return raw


def _address(raw: str) -> str:
    if not re.fullmatch(_ADDRESS, raw):
        raise ValueError(f"{raw!r} is not an e-mail address", "write ada@example.org")
    return raw


def _server(raw: str) -> str:
    if not re.fullmatch(_SERVER, raw):
        raise ValueError(f"{raw!r} is not a mail server", "write smtp.example.org:587")
    return raw


def _level(raw: object) -> int:
    if not isinstance(raw, str) or raw.strip() not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"{raw!r} is not a significance", "write 1 (wording) to 5 (a duty)")
    return int(raw)


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


def _texts(item: dict[str, object]) -> dict[str, object]:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


_MAIL = {"type": "string", "pattern": _ADDRESS}
_KINDS = {"enum": [kind.value for kind in NoticeKind]}

Variable = Annotated[
    str, AfterValidator(_variable), WithJsonSchema({"type": "string", "pattern": _VARIABLE})
]
Mail = Annotated[str, AfterValidator(_address), WithJsonSchema(_MAIL)]
Mails = Annotated[
    list[Mail], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_texts(_MAIL))
]
Kinds = Annotated[
    list[NoticeKind], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_texts(_KINDS))
]
Texts = Annotated[list[Words], BeforeValidator(_listed), WithJsonSchema(_texts({"type": "string"}))]
Address = Annotated[
    str,
    AfterValidator(read_url),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"}),
]
Server = Annotated[
    str, AfterValidator(_server), WithJsonSchema({"type": "string", "pattern": _SERVER})
]
Level = Annotated[
    int, BeforeValidator(_level), WithJsonSchema({"enum": [1, 2, 3, 4, 5, "1", "2", "3", "4", "5"]})
]
When = Annotated[
    Cron | None,
    BeforeValidator(read_when),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(immediately|daily |weekly |cron )",
            "examples": [
                "immediately",
                "daily 08:00 Europe/Berlin",
                "weekly monday 08:00 Europe/Berlin",
                "cron 0 8 * * mon-fri Europe/Berlin",
            ],
        }
    ),
]


OptionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class AppriseShape(Shape):
    """Any service that Apprise knows: https://github.com/caronc/apprise/wiki lists them."""

    url_env: Variable = Field(description="The environment variable that holds the Apprise URL.")


class EmailShape(Shape):
    """E-mail, as text and HTML."""

    to: Mails = Field(description="Who gets it.")
    sender: Mail = Field(description="From whom it is.")
    server: Server = Field(description="The mail server: smtp.example.org, or with :port.")
    security: Security = Field(
        Security.STARTTLS,
        description="starttls (port 587), tls (465), or none (25), for a server on this machine.",
    )
    user: Words | None = Field(None, description="The account at the server, if it wants one.")
    password_env: Variable | None = Field(
        None, description="The environment variable that holds the password."
    )

    @property
    def place(self) -> tuple[str, int]:
        """The server's name and port."""
        name, _, port = self.server.rpartition(":")
        if not name or self.server.endswith("]"):
            return self.server.strip("[]"), _PORTS[self.security]
        return name.strip("[]"), int(port)

    @model_validator(mode="after")
    def keeps_its_password(self) -> EmailShape:
        """Refuse half a login, and one that would travel in clear."""
        if (self.user is None) != (self.password_env is None):
            raise ValueError(
                "has half of a login", "`user` and `password_env` go together; or leave out both"
            )
        if self.user and self.security is Security.NONE:
            raise ValueError(
                "would send its password in clear", "set `security` to starttls or tls"
            )
        return self


class WebhookShape(Shape):
    """A program of yours that takes signed JSON: docs/notifications.md tells how to verify it."""

    url: Address | None = Field(None, description="Where it listens.")
    url_env: Variable | None = Field(
        None, description="Or the environment variable that holds the address, if it is secret."
    )
    secret_env: Variable = Field(
        description="The environment variable that holds the secret to sign with."
    )
    allow_private: Truth = Field(False, description="Whether it may be at a private address.")

    @model_validator(mode="after")
    def has_one_address(self) -> WebhookShape:
        """Refuse no address, and two."""
        if (self.url is None) == (self.url_env is None):
            raise ValueError("needs one address", "give `url`, or `url_env` if it is secret")
        return self


class PlugInShape(Shape):
    """A plug-in that is installed: `watcher plugins` lists them."""

    name: Words = Field(description="The name of the plug-in.")
    options: dict[OptionName, Words] = Field({}, description="What it is told: texts by name.")
    secrets: dict[OptionName, Variable] = Field(
        {}, description="What it is told and must not stand here: environment variables by name."
    )

    @field_validator("name")
    @classmethod
    def is_installed(cls, name: str) -> str:
        """Refuse a notifier that no installed package brings."""
        known = [each.name for each in installed(Point.NOTIFIERS)]
        if name not in known:
            hint = (
                suggestion(name, known)
                or "see `watcher plugins`; install the package that brings it"
            )
            raise ValueError(f"no plug-in {name!r} is installed that tells people", hint)
        return name


class ChannelShape(Shape):
    """One way to tell somebody: `apprise`, `email`, `webhook` or `plug_in`, and what of."""

    apprise: AppriseShape | None = Field(None, description="Chat, phone, and 100 services more.")
    email: EmailShape | None = Field(None, description="E-mail by a mail server.")
    webhook: WebhookShape | None = Field(None, description="Signed JSON to a program.")
    plug_in: PlugInShape | None = Field(None, description="A plug-in that is installed.")
    about: Kinds = Field(
        list(NoticeKind), description="What is told: change, health, freshness, correction."
    )
    offerings: Slugs | None = Field(None, description="Only of these offerings; all if absent.")
    providers: Texts = Field([], description="Only of what these providers offer.")
    significance: Level = Field(1, description="Only of changes that matter so much: 1 to 5.")
    when: When = Field(
        None, description="immediately, daily 08:00 ZONE, weekly monday 08:00 ZONE, or cron …"
    )

    @field_validator("offerings")
    @classmethod
    def are_declared(cls, offerings: list[str] | None, info: ValidationInfo) -> list[str] | None:
        """Refuse what is not declared under `offerings`."""
        slugs = known_to(info).slugs
        for slug in offerings or ():
            if slug not in slugs:
                hint = suggestion(slug, slugs) or "declare it under `offerings`"
                raise ValueError(f"there is no offering {slug!r}", hint)
        return offerings

    @field_validator("providers")
    @classmethod
    def offer_something(cls, providers: list[str], info: ValidationInfo) -> list[str]:
        """Refuse a provider of nothing that is declared: nothing would ever be told."""
        known = known_to(info).providers
        for name in providers:
            if name not in known:
                hint = suggestion(name, known) or f"there are: {', '.join(sorted(known))}"
                raise ValueError(f"no offering has the provider {name!r}", hint)
        return providers

    @model_validator(mode="after")
    def has_one_way(self) -> ChannelShape:
        """Refuse a channel that leads nowhere, or to several places."""
        ways = [each for each in (self.apprise, self.email, self.webhook, self.plug_in) if each]
        if len(ways) != 1:
            raise ValueError(
                "leads to no place" if not ways else "leads to several places",
                "give one of `apprise`, `email`, `webhook`, `plug_in`; a channel for each place",
            )
        return self
