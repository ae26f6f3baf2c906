"""What the environment says, read once at the edge and handed down; no step looks at the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher import __version__
from watcher.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """Who we say we are, and how hard we knock. Times in seconds, sizes in bytes.

    `concurrency` is how many hosts are visited at once, `spacing` the pause between two requests
    to one host, `deadline` what one look may take, `confirm_after` the wait before a second look. `rules` is a rule
    pack (a file or a folder) in place of the one that ships.
    """

    contact: str | None = None
    concurrency: int = 50
    deadline: float = 60.0
    spacing: float = 1.0
    confirm_after: float = 60.0
    max_payload: int = 50_000_000
    browser: str | None = None
    rules: str | None = None

    @property
    def user_agent(self) -> str:
        """An honest name, with an address to complain to when one is set."""
        contact = f"; +{self.contact}" if self.contact else ""
        return f"Watcher/{__version__} (policy page monitor{contact})"


_KINDS: dict[str, type[str] | type[int] | type[float]] = {
    "contact": str,
    "browser": str,
    "rules": str,
    "concurrency": int,
    "max_payload": int,
    "deadline": float,
    "spacing": float,
    "confirm_after": float,
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Give the settings that WATCHER_* variables say, defaults for the rest.

    Raises SettingsError naming every variable whose number is not one.
    """
    given: dict[str, str | int | float] = {}
    wrong: list[str] = []
    for name, kind in _KINDS.items():
        raw = environment.get(f"WATCHER_{name.upper()}", "")
        if not raw:
            continue
        try:
            given[name] = kind(raw)
        except ValueError:
            wrong.append(f"WATCHER_{name.upper()}={raw!r} is not a number: set one, or unset it")
    if wrong:
        raise SettingsError("\n".join(wrong))
    return Settings(**given)  # type: ignore[arg-type]
