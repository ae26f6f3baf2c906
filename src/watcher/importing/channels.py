"""Where another tool sent notifications, as channels: the addresses hold secrets, so variables stand for them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.errors import DeclarationError, Problem
from watcher.sources.insertion import Entry

if TYPE_CHECKING:
    from watcher.importing.planning import Planned

_OWN = frozenset(
    {"get", "gets", "post", "posts", "put", "puts", "delete", "deletes", "head", "patch"}
)
"""Schemes that changedetection.io made for itself; Apprise calls the like `json://`."""


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel to be declared. The environment variable `variable` is to hold `secret`, which is never shown.

    `trouble` says why it cannot be one.
    """

    name: str
    variable: str
    secret: str
    entry: Entry
    trouble: str = ""

    @property
    def service(self) -> str:
        """What it leads to, as far as that is no secret: the scheme of its address."""
        return self.secret.partition(":")[0]


def new_channels(
    secrets: Sequence[str], sources: Sequence[Planned], taken: Collection[str]
) -> tuple[NewChannel, ...]:
    """Give a channel for each address that notifications went to; for some pages alone, for their offerings alone.

    `taken` are the names of channels that there are.
    """
    told: dict[str, list[str]] = {each: [] for each in secrets}
    for each in sources:
        for secret in each.job.secrets:
            if secret not in secrets and each.new is not None:
                told.setdefault(secret, []).append(each.new.offering)
    return tuple(
        _channel(number, secret, offerings)
        for number, (secret, offerings) in zip(_free_numbers(taken), told.items(), strict=False)
    )


def _free_numbers(taken: Collection[str]) -> Sequence[int]:
    return [number for number in range(1, 10_000) if f"imported-{number}" not in taken]


def _channel(number: int, secret: str, offerings: Sequence[str]) -> NewChannel:
    variable = f"WATCHER_IMPORTED_{number}_URL"
    entry: dict[str, dict[str, str] | list[str]] = {"apprise": {"url_env": variable}}
    if offerings:
        entry["offerings"] = sorted(set(offerings))
    channel = NewChannel(f"imported-{number}", variable, secret, entry)
    trouble = "is a form that Apprise does not know; it calls the like json://"
    if channel.service in _OWN:
        return NewChannel(channel.name, variable, secret, entry, trouble)
    return channel


def write_variables(path: Path, channels: Sequence[NewChannel]) -> None:
    """Write a line `VARIABLE=address` for each channel into a new file that only its owner may read.

    Raises DeclarationError when there is a file already, or it cannot be written.
    """
    lines = [f"{each.variable}={each.secret}\n" for each in channels if not each.trouble]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        message = f"cannot be written: {error.strerror}; sources.yaml was written"
        raise DeclarationError([Problem(str(path), None, "", message)]) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(lines)
