"""The PostgreSQL between a coordinator and its workers: the way in, the tables, and its errors in our words.

Procrastinate keeps the jobs; beside its tables stand four of ours. Nothing in them is precious: what counts is in the
ledger, and a lost unit is a unit of sources that are still due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn, Ping

from watcher.errors import ClusterUnreachable, SettingsError

TASK = "look_at_host"
"""What Procrastinate calls the job of looking at a unit."""

_PATIENCE = 5.0
"""Seconds that one statement waits for a connection; who needs more asks again."""

_STARTING_UP = 60.0
"""Seconds that a server may take to start up, which says so: after a crash it reads its log again."""

_PAUSE = 0.5

_PREPARING = 0x57544348
"""The advisory lock held while tables are made, so that two who come first do not both make them."""

_TABLES = """
CREATE TABLE IF NOT EXISTS watcher_units (      -- handed out, and not yet in the ledger
    id text PRIMARY KEY,
    ledger text NOT NULL,                       -- which coordinator's: the id of its ledger
    host text NOT NULL,
    work text NOT NULL,
    version text NOT NULL,
    job bigint,                                 -- Procrastinate's; gone once there is a result
    handed_out_at timestamptz NOT NULL DEFAULT now(),
    content bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS watcher_results (    -- written in the transaction that finishes the job
    unit text PRIMARY KEY REFERENCES watcher_units ON DELETE CASCADE,
    version text NOT NULL,
    finished_at timestamptz NOT NULL DEFAULT now(),
    content bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS watcher_hosts (      -- what the next worker must know of a host
    host text PRIMARY KEY,
    free_at timestamptz NOT NULL,               -- when its spacing is kept
    not_before timestamptz,                     -- until when it asked to be left alone
    spacing double precision NOT NULL DEFAULT 0,
    refusals integer NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS watcher_workers (
    worker bigint PRIMARY KEY REFERENCES procrastinate_workers ON DELETE CASCADE,
    version text NOT NULL,
    works text[] NOT NULL,
    name text NOT NULL
);
ALTER TABLE watcher_units ALTER COLUMN content SET STORAGE EXTERNAL;    -- is compressed already
ALTER TABLE watcher_results ALTER COLUMN content SET STORAGE EXTERNAL;
"""

Row = tuple[Any, ...]


class Server:
    """An open way to PostgreSQL. `name` says where it is, without a password."""

    def __init__(self, connector: PsycopgConnector, name: str, connections: int) -> None:
        self._connector = connector
        # Who waits for a connection waits here: at the pool, waiting long looks like a server that is away.
        self._free = asyncio.Semaphore(connections)
        self.name = name
        self.jobs = JobManager(connector)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        """Give a connection for one transaction: all that is done with it stands, or nothing.

        Raises ClusterUnreachable when it cannot be said which; what is done must bear being done again.
        """
        async with self.reaching(), self._connector.pool.connection() as connection:
            yield connection

    @asynccontextmanager
    async def reaching(self) -> AsyncIterator[None]:
        """Turn what drivers raise when the server is away into ClusterUnreachable; a bug stays what it is.

        For one call of `jobs`, which takes a connection by itself; never inside a transaction.
        """
        async with self._free:
            try:
                yield
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                raise _unreachable(self.name, error) from error
            except ConnectorException as error:
                cause = error.__cause__
                if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
                    raise
                raise _unreachable(self.name, cause) from error


@asynccontextmanager
async def opened(dsn: str, connections: int = 4) -> AsyncIterator[Server]:
    """Open the way to the server at `dsn`, its tables made.

    Raises SettingsError for a `dsn` that is none, ClusterUnreachable when the server does not answer.
    """
    name = name_of(dsn)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # we say it ourselves, once
    await _knock(dsn, name)
    connector = PsycopgConnector(
        conninfo=dsn,
        kwargs={"connect_timeout": 5, "tcp_user_timeout": 20_000},
        min_size=1,
        max_size=connections,
        timeout=_PATIENCE,
        reconnect_timeout=_PATIENCE,  # then a new attempt at the next statement
    )
    await connector.open_async()
    try:
        server = Server(connector, name, connections)
        await _prepare(server)
        yield server
    finally:
        await connector.close_async()


def name_of(dsn: str) -> str:
    """Give where `dsn` leads, without the password. Raises SettingsError when it leads nowhere."""
    try:
        said = conninfo_to_dict(dsn)
    except psycopg.Error:
        # Its own message would repeat the text, and the password in it.
        raise SettingsError(
            "WATCHER_POSTGRES is not an address of PostgreSQL. Write postgresql://NAME:PASSWORD@HOST:PORT/DATABASE, "
            "with special characters as %XX."
        ) from None
    user = f"{said['user']}@" if said.get("user") else ""
    port = f":{said['port']}" if said.get("port") else ""
    return f"{user}{said.get('host') or 'this machine'}{port}/{said.get('dbname') or ''}"


def seconds(pause: float) -> timedelta:
    """Give seconds as psycopg writes an interval."""
    return timedelta(seconds=pause)


async def _knock(dsn: str, name: str) -> None:
    """Try once, for an error that a person can read; a pool would try on. A server that starts up is waited for."""
    ends_at = asyncio.get_running_loop().time() + _STARTING_UP
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(dsn, connect_timeout=5)
        except psycopg.OperationalError as error:
            is_late = asyncio.get_running_loop().time() > ends_at
            if is_late or not _starts_up(dsn):
                raise _unreachable(name, error) from None
            await asyncio.sleep(_PAUSE)
        else:
            return await connection.close()


def _starts_up(dsn: str) -> bool:
    """Ask a server that took no connection whether it will; psycopg can do this only while all else stands still."""
    return PGconn.ping(make_conninfo(dsn, connect_timeout=2).encode()) == Ping.REJECT


async def _prepare(server: Server) -> None:
    async with server.transaction() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_PREPARING,))
        found = await connection.execute("SELECT to_regclass('procrastinate_jobs')")
        if await found.fetchone() == (None,):
            await connection.execute(SchemaManager.get_schema())
        await connection.execute(_TABLES)


def _unreachable(name: str, error: BaseException) -> ClusterUnreachable:
    said = " ".join(str(error).split()) or type(error).__name__
    return ClusterUnreachable(
        f"PostgreSQL at {name} cannot be used ({said}). Is it running (`systemctl start postgresql`), and does "
        "WATCHER_POSTGRES name a user and a database of it (`sudo -u postgres createuser --pwprompt watcher`, "
        "`sudo -u postgres createdb --owner watcher watcher`)?"
    )
