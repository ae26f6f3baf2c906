"""Ask again while PostgreSQL is away: it is restarted, moved, and killed like anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from watcher.errors import ClusterUnreachable

Answer = TypeVar("Answer")

_PAUSE = 0.5
"""Seconds between two attempts; the attempt itself waits some more."""


class Patience:
    """Does what is asked for until it is done; `say` is told once that PostgreSQL is away, and once that it is back."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._is_away = False

    async def until_done(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """Give the answer of `ask`, however long it takes to get one; it may be asked more often than it answers."""
        while True:
            try:
                answer = await ask()
            except ClusterUnreachable as error:
                self._miss(error)
                await asyncio.sleep(_PAUSE)
            else:
                self._welcome()
                return answer

    def _miss(self, error: ClusterUnreachable) -> None:
        if not self._is_away:
            self._say(f"{error} Waiting for it.")
        self._is_away = True

    def _welcome(self) -> None:
        if self._is_away:
            self._say("PostgreSQL is back.")
        self._is_away = False
