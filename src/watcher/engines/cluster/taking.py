"""What a worker does in PostgreSQL: make itself heard, take up units, and finish them together with what it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import psycopg
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.sql import queries

from watcher.engines.cluster.handing import queue_of
from watcher.engines.cluster.packing import unit_from
from watcher.engines.cluster.postgres import TASK, Row, Server
from watcher.engines.cluster.units import VERSION, Unit, Work
from watcher.model import KnownHost

_HOSTS = (
    "SELECT host, extract(epoch FROM free_at - now())::float, not_before, spacing, refusals FROM watcher_hosts "
    "WHERE host = ANY(%s)"
)
_REST = (
    "INSERT INTO watcher_hosts (host, free_at) VALUES (%s, now() + make_interval(secs => %s)) "
    "ON CONFLICT (host) DO UPDATE SET free_at = greatest(watcher_hosts.free_at, excluded.free_at)"
)
_ASKED = (
    "INSERT INTO watcher_hosts (host, free_at, not_before, spacing, refusals) VALUES (%s, now(), %s, %s, %s) "
    "ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before, spacing = excluded.spacing, "
    "refusals = excluded.refusals"
)
_OTHERS = (
    "SELECT DISTINCT units.version FROM watcher_units AS units JOIN procrastinate_jobs AS jobs ON jobs.id = job "
    "WHERE status = 'todo' AND units.version <> %s"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A unit taken up, and the job that it came with."""

    job: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class HostState:
    """What workers before knew of a host: the seconds that are left of its spacing, and what it asked for."""

    rest: float
    known: KnownHost


class Taking:
    """A worker's side, under the number that `register` got."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._worker = 0

    async def register(self, works: Collection[Work], name: str) -> None:
        """Make the worker known, as a new one."""
        async with self._server.reaching():
            worker = await self._server.jobs.register_worker()
        async with self._server.transaction() as connection:
            await connection.execute(
                "INSERT INTO watcher_workers VALUES (%s, %s, %s, %s)",
                (worker, VERSION, list(works), name),
            )
        self._worker = worker

    async def leave(self) -> None:
        """Make known that the worker is gone; what it still held is handed out again."""
        async with self._server.reaching():
            await self._server.jobs.unregister_worker(self._worker)

    async def be_heard(self) -> bool:
        """Tell that the worker is alive; False when the server does not know it any more."""
        async with self._server.transaction() as connection:
            beat = await connection.execute(
                "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s",
                (self._worker,),
            )
            return beat.rowcount == 1

    async def take(self, work: Work) -> Taken | None:
        """Give a unit to look at, or None when none waits whose host is free."""
        try:
            async with self._server.reaching():
                job = await self._server.jobs.fetch_job([queue_of(work)], self._worker)
        except UniqueViolation:
            return None  # another worker was quicker with this host
        if job is None or job.id is None:
            return None
        async with self._server.transaction() as connection:
            rows = await connection.execute(
                "SELECT content FROM watcher_units WHERE id = %s", (job.task_kwargs["unit"],)
            )
            row = await rows.fetchone()
            if row is None:  # its coordinator has forgotten it
                await connection.execute(queries["finish_job"], _finished(job.id))
                return None
        return Taken(job.id, unit_from(row[0]))

    async def finish(self, taken: Taken, content: bytes, rests: Mapping[str, float]) -> bool:
        """End a job, with what was found, in one transaction; False when it is no longer this worker's to end.

        `rests` are the seconds that are left of each host's spacing.
        """
        async with self._server.transaction() as connection:
            if not await self._holds(connection, taken.job):
                return False
            await connection.execute(
                "INSERT INTO watcher_results (unit, version, content) VALUES (%s, %s, %s)",
                (taken.unit.id, VERSION, content),
            )
            await _keep(connection, rests)
            await connection.execute(queries["finish_job"], _finished(taken.job))
            return True

    async def give_back(self, taken: Taken, rests: Mapping[str, float]) -> None:
        """Let another worker look at a unit; one that is no longer this worker's is left alone."""
        async with self._server.transaction() as connection:
            await _keep(connection, rests)
            if await self._holds(connection, taken.job):
                await connection.execute(queries["retry_job"], _again(taken.job))

    async def give_back_all_but(self, held: Collection[int]) -> None:
        """Give back the jobs that the server says are this worker's, but for those that it does hold.

        A job may have been handed to it in an answer that never came.
        """
        async with self._server.reaching():
            jobs: Collection[Job] = list(
                await self._server.jobs.list_jobs_async(
                    task=TASK, status=Status.DOING.value, worker_id=self._worker
                )
            )
        for job in jobs:
            if job.id is not None and job.id not in held:
                async with self._server.transaction() as connection:
                    if await self._holds(connection, job.id):
                        await connection.execute(queries["retry_job"], _again(job.id))

    async def hosts(self, names: Collection[str]) -> dict[str, HostState]:
        """Give what is known of hosts that were asked by workers before."""
        async with self._server.transaction() as connection:
            rows = await (await connection.execute(_HOSTS, (list(names),))).fetchall()
        return {
            host: HostState(rest, KnownHost(host, not_before, spacing, refusals))
            for host, rest, not_before, spacing, refusals in rows
        }

    async def asked_for(self, known: KnownHost) -> None:
        """Keep what a host asked for, at once: this worker may die before it is done."""
        row = (known.host, known.not_before, known.spacing, known.refusals)
        async with self._server.transaction() as connection:
            await connection.execute(_ASKED, row)

    async def versions_waiting(self) -> list[str]:
        """Give the versions, other than this worker's, for which units wait."""
        async with self._server.transaction() as connection:
            rows = await (await connection.execute(_OTHERS, (VERSION,))).fetchall()
        return [version for (version,) in rows]

    async def _holds(self, connection: psycopg.AsyncConnection[Row], job: int) -> bool:
        row = await connection.execute(
            "SELECT id FROM procrastinate_jobs WHERE id = %s AND status = 'doing' AND worker_id = %s FOR UPDATE",
            (job, self._worker),
        )
        return await row.fetchone() is not None


async def _keep(connection: psycopg.AsyncConnection[Row], rests: Mapping[str, float]) -> None:
    for host, rest in sorted(
        rests.items()
    ):  # in one order, so that two workers never wait for each other
        await connection.execute(_REST, (host, rest))


def _finished(job: int) -> dict[str, object]:
    return {"job_id": job, "status": Status.SUCCEEDED.value, "delete_job": True}


def _again(job: int) -> dict[str, object]:
    return {
        "job_id": job,
        "retry_at": None,
        "new_priority": None,
        "new_queue_name": None,
        "new_lock": None,
    }
