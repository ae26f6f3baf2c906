"""What the environment says, read once at the edge and handed down; no step looks at the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher import __version__


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and who we say we are."""

    ledger: Path = Path("snapshots/watcher.db")
    sources: Path = Path("sources.yaml")
    contact: str | None = None
    concurrency: int = 50
    deadline: float = 60.0
    spacing: float = 1.0
    max_payload: int = 50_000_000
    browser: str | None = None

    @property
    def user_agent(self) -> str:
        """An honest name, with an address to complain to when one is set."""
        contact = f"; +{self.contact}" if self.contact else ""
        return f"Watcher/{__version__} (policy page monitor{contact})"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Give the settings that WATCHER_* variables say, defaults for the rest.

    Raises ValueError naming the variable when a number is not one.
    """
    given: dict[str, object] = {}
    kinds = {
        "ledger": Path,
        "sources": Path,
        "contact": str,
        "browser": str,
        "concurrency": int,
        "max_payload": int,
        "deadline": float,
        "spacing": float,
    }
    for name, kind in kinds.items():
        raw = environment.get(f"WATCHER_{name.upper()}", "")
        if not raw:
            continue
        try:
            given[name] = kind(raw)
        except ValueError:
            raise ValueError(f"WATCHER_{name.upper()}={raw!r} is not a number") from None
    return Settings(**given)  # type: ignore[arg-type]
