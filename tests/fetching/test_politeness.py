"""A host is asked by one at a time and not too often, whoever asks; measured where it counts, at the server."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

from watcher.fetching.politeness import Manners, Politeness
from watcher.model import Verdict

SPACING = 0.05


def polite(**hosts: Manners) -> Politeness:
    named = {name.replace("_", "."): manners for name, manners in hosts.items()}
    return Politeness(Manners(spacing=SPACING, robots=False), named)


async def slowly(writer: Any) -> None:
    await asyncio.sleep(0.02)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage")


def gaps(site: Any) -> list[float]:
    return [after.started_at - before.ended_at for before, after in pairwise(site.seen)]


def test_failure_14_one_at_a_time_and_with_room_between(site: Any, look: Any) -> None:
    url = site.plays("/page", slowly)
    responses = look.all(*[look.source(url)] * 4, at_once=True, politeness=polite())
    assert [response.trouble for response in responses] == [None] * 4
    assert site.most_at_once == 1
    assert min(gaps(site)) >= SPACING * 0.9
    assert max(gaps(site)) < SPACING * 3


def test_hosts_do_not_wait_for_each_other(site: Any, look: Any) -> None:
    site.plays("/page", slowly)
    sources = [look.source(site.url(host=f"127.0.0.{number}")) for number in (1, 2, 3)]
    look.all(*sources, at_once=True, politeness=polite())
    assert site.most_at_once > 1


def test_a_host_may_allow_more(site: Any, look: Any) -> None:
    url = site.plays("/page", slowly)
    manners = Manners(spacing=0.0, concurrency=3, robots=False)
    look.all(
        *[look.source(url)] * 6, at_once=True, politeness=Politeness(hosts={"127.0.0.1": manners})
    )
    assert site.most_at_once == 3


def test_redirects_wait_for_their_turn_too(site: Any, look: Any) -> None:
    site.plays("/page", slowly)
    start = site.redirect("/start", "/page")
    look.all(look.source(start), look.source(site.url()), at_once=True, politeness=polite())
    assert site.most_at_once == 1
    assert min(gaps(site)) >= SPACING * 0.9


def test_waiting_for_a_turn_is_not_the_sources_fault(site: Any, look: Any) -> None:
    url = site.page("/page")
    manners = Politeness(Manners(spacing=0.15, robots=False))
    responses = look.all(*[look.source(url)] * 4, at_once=True, politeness=manners, deadline=0.3)
    assert [response.trouble for response in responses] == [None] * 4
    assert all(response.elapsed.total_seconds() < 0.3 for response in responses)


def test_a_source_that_never_answers_keeps_its_host_no_longer_than_its_deadline(
    site: Any, look: Any
) -> None:
    async def never(writer: Any) -> None:
        await asyncio.sleep(2)

    bad = look.source(site.plays("/never", never))
    good = look.source(site.page("/page"))
    one, other = look.all(bad, good, at_once=True, politeness=polite(), deadline=0.3)
    assert one.trouble.verdict is Verdict.UNREACHABLE
    assert other.trouble is None


def test_a_look_that_is_given_up_gives_its_place_back() -> None:
    async def give_up_waiting(politeness: Politeness) -> None:
        waiting = asyncio.create_task(politeness.turn("host").__aenter__())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    async def run() -> None:
        politeness = Politeness(Manners(spacing=0.0))
        async with politeness.turn("host"):
            await give_up_waiting(politeness)  # for a place
        politeness.leave_alone("host", 0.05)
        await give_up_waiting(politeness)  # for the time
        async with asyncio.timeout(1), politeness.turn("host"):
            pass

    asyncio.run(run())


def test_a_page_was_fetched_when_it_was_asked_for_not_when_its_turn_was_waited_for(
    site: Any, look: Any
) -> None:
    """`checked_at` is true, and what the host asks for counts from its answer on."""
    url = site.page("/page")
    manners = Politeness(Manners(spacing=0.15, robots=False))
    responses = look.all(*[look.source(url)] * 3, at_once=True, politeness=manners)
    times = sorted(response.fetched_at for response in responses)
    assert all((after - before).total_seconds() >= 0.14 for before, after in pairwise(times))
    assert all(each.fetched_at <= each.ended_at for each in responses)
