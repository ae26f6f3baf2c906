"""What the coordinator does in PostgreSQL: hand out units, take in results, hand out again what dead workers held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.sql import queries
from procrastinate.tasks import configure_task

from watcher.engines.cluster.packing import result_as, result_from, unit_as, unit_from
from watcher.engines.cluster.postgres import TASK, Server, seconds
from watcher.engines.cluster.units import VERSION, Result, Unit, Work

_INSERT = (
    "INSERT INTO watcher_units (id, ledger, host, work, version, content) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (id) DO NOTHING RETURNING id"
)
_OUTSTANDING = (
    "SELECT units.id, units.host, units.version, units.content, job, jobs.id IS NOT NULL OR unit IS NOT NULL "
    "FROM watcher_units AS units LEFT JOIN procrastinate_jobs AS jobs ON jobs.id = job "
    "LEFT JOIN watcher_results ON unit = units.id WHERE ledger = %s"
)
_RESULTS = (
    "SELECT unit, results.version, results.content FROM watcher_results AS results "
    "JOIN watcher_units AS units ON units.id = unit WHERE ledger = %s ORDER BY finished_at LIMIT %s"
)
_STANDING = (
    "SELECT units.id FROM watcher_units AS units LEFT JOIN procrastinate_jobs AS jobs ON jobs.id = job "
    "LEFT JOIN watcher_results ON unit = units.id "
    "WHERE units.id = ANY(%s) AND (jobs.id IS NOT NULL OR unit IS NOT NULL)"
)
_WAITING = (
    "SELECT work, count(*) FROM watcher_units JOIN procrastinate_jobs AS jobs ON jobs.id = job "
    "WHERE ledger = %s AND status = 'todo' GROUP BY work"
)
_WORKERS = (
    "SELECT watcher_workers.version, works, name FROM watcher_workers JOIN procrastinate_workers ON id = worker "
    "WHERE last_heartbeat > now() - %s"
)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A unit that was handed out in an earlier life and is not in the ledger. `unit` is None for other versions' units.

    `goes_on` tells that somebody will look at it, or has.
    """

    id: str
    host: str
    version: str
    unit: Unit | None
    job: int | None
    goes_on: bool


@dataclass(frozen=True, slots=True)
class AtWork:
    """A worker that was heard of lately."""

    version: str
    works: tuple[Work, ...]
    name: str


def queue_of(work: Work, version: str = VERSION) -> str:
    """Give the queue of a kind of work: each version has its own, so that nobody takes up what they cannot read."""
    return f"watcher {work} {version}"


class Handing:
    """The coordinator's side. Everything here may be done twice, for who does not know whether it was done."""

    def __init__(self, server: Server, ledger: str) -> None:
        self._server = server
        self._ledger = ledger

    async def hand_out(self, unit: Unit) -> None:
        """Put a unit where workers find it; the unit and its job come together or not at all."""
        row = (unit.id, unit.ledger, unit.host.host, unit.work, unit.version, unit_as(unit))
        async with self._server.transaction() as connection:
            inserted = await connection.execute(_INSERT, row)
            if await inserted.fetchone() is None:
                return
            job = await configure_task(
                name=TASK,
                job_manager=self._server.jobs,
                queue=queue_of(unit.work, unit.version),
                lock=f"host {unit.host.host}",
                task_kwargs={"unit": unit.id},
                connection=connection,
            ).defer_async()
            await connection.execute(
                "UPDATE watcher_units SET job = %s WHERE id = %s", (job, unit.id)
            )

    async def outstanding(self) -> list[Outstanding]:
        """Give the units of this ledger that are handed out and not yet forgotten."""
        async with self._server.transaction() as connection:
            rows = await (await connection.execute(_OUTSTANDING, (self._ledger,))).fetchall()
        return [
            Outstanding(unit, host, version, _of_ours(version, content), job, goes_on)
            for unit, host, version, content, job, goes_on in rows
        ]

    async def results(self, most: int) -> list[Result]:
        """Give results that wait, the oldest first; one of another version holds no findings."""
        async with self._server.transaction() as connection:
            rows = await (await connection.execute(_RESULTS, (self._ledger, most))).fetchall()
        return [
            result_from(content) if version == VERSION else Result(unit, (), version)
            for unit, version, content in rows
        ]

    async def forget(self, units: Collection[str]) -> None:
        """Remove units that the ledger knows, with their results."""
        async with self._server.transaction() as connection:
            await connection.execute("DELETE FROM watcher_units WHERE id = ANY(%s)", (list(units),))

    async def withdraw(self, units: Collection[str]) -> None:
        """Take back those units that no worker has begun with."""
        async with self._server.transaction() as connection:
            rows = await connection.execute(
                "SELECT id, job FROM watcher_units WHERE id = ANY(%s) AND job IS NOT NULL",
                (list(units),),
            )
            for unit, job in await rows.fetchall():
                if await self._server.jobs.cancel_job_by_id_async(
                    job, delete_job=True, connection=connection
                ):
                    await connection.execute("DELETE FROM watcher_units WHERE id = %s", (unit,))

    async def held_by_the_dead(self, stalled_after: float) -> list[Job]:
        """Give the jobs whose workers were not heard of for so many seconds.

        A server that started less long ago has heard of nobody, and gives none.
        """
        async with self._server.transaction() as connection:
            rows = await connection.execute(
                "SELECT now() - pg_postmaster_start_time() > %s", (seconds(stalled_after),)
            )
            if await rows.fetchone() != (True,):
                return []
        async with self._server.reaching():
            jobs = await self._server.jobs.get_stalled_jobs(
                task_name=TASK, seconds_since_heartbeat=stalled_after
            )
        return list(jobs)

    async def hand_out_again(self, job: Job, pause: float) -> None:
        """Let another worker take up a job, in `pause` seconds; one that was finished meanwhile stays so."""
        retry_at = datetime.now(UTC) + seconds(pause)
        async with self._server.reaching():
            try:
                await self._server.jobs.retry_job(job, retry_at=retry_at)
            except ConnectorException as error:
                if "not found or has an invalid status" not in str(error.__cause__):
                    raise

    async def give_up(self, job: Job, result: Result) -> None:
        """End a job with `result`, which nobody found; one that was finished meanwhile keeps its own."""
        async with self._server.transaction() as connection:
            held = await connection.execute(
                "SELECT id FROM procrastinate_jobs WHERE id = %s AND status = 'doing' FOR UPDATE",
                (job.id,),
            )
            if await held.fetchone() is None:
                return
            row = (result.unit, result.version, result_as(result))
            await connection.execute(
                "INSERT INTO watcher_results (unit, version, content) VALUES (%s, %s, %s)", row
            )
            values = {"job_id": job.id, "status": Status.FAILED.value, "delete_job": True}
            await connection.execute(queries["finish_job"], values)

    async def lost(self, units: Collection[str]) -> list[str]:
        """Give those of `units` that have neither a job nor a result, as after a crash that took the last commits."""
        async with self._server.transaction() as connection:
            rows = await connection.execute(_STANDING, (list(units),))
            standing = {unit for (unit,) in await rows.fetchall()}
        return [unit for unit in units if unit not in standing]

    async def waiting(self) -> dict[Work, int]:
        """Give how many units nobody has begun with, by kind of work."""
        async with self._server.transaction() as connection:
            rows = await (await connection.execute(_WAITING, (self._ledger,))).fetchall()
        return {Work(work): count for work, count in rows}

    async def at_work(self, stalled_after: float) -> list[AtWork]:
        """Give the workers that were heard of within so many seconds."""
        async with self._server.transaction() as connection:
            rows = await connection.execute(_WORKERS, (seconds(stalled_after),))
            found = await rows.fetchall()
        return [AtWork(version, tuple(map(Work, works)), name) for version, works, name in found]


def _of_ours(version: str, content: bytes) -> Unit | None:
    return unit_from(content) if version == VERSION else None
