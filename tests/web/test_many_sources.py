"""Five thousand sources: the pages that tell how they fare still answer at once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from watcher.ledger import Ledger
from watcher.model import SourceId, Verdict

MANY = 5_000


def seconds(client: Any, path: str) -> float:
    """Give the CPU seconds that an answer takes; whether its markup is valid is asked elsewhere."""

    async def ask() -> float:
        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8765", cookies=client.cookies
        ) as asking:
            await asking.get(path)
            began = time.process_time()
            answer = await asking.get(path)
            assert answer.status_code == 200
            return time.process_time() - began

    return asyncio.run(ask())


def test_failure_14_how_five_thousand_sources_fare_is_told_at_once(world: Any, ada: Any) -> None:
    one, now = world.source(), world.clock()

    def watch(ledger: Ledger) -> None:
        many = [
            replace(one, id=SourceId(f"s{n}"), url=f"https://h{n % 200}.example/{n}")
            for n in range(MANY)
        ]
        ledger.sources.sync([], [one, *many], now)
        with ledger.atomic():
            for source in many:
                known = ledger.sources.known(source.id)
                looked = now - timedelta(hours=1)
                ledger.sources.update(
                    replace(
                        known,
                        last_check_at=looked,
                        last_good_at=looked,
                        last_verdict=Verdict.UNCHANGED,
                    )
                )

    world.write(watch)
    took = {path: seconds(ada, path) for path in ("/sources", "/healthz", "/queue")}
    assert took["/healthz"] < 0.2, took
    assert took["/queue"] < 0.7, took
    assert took["/sources"] < 1, took
