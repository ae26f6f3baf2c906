"""A PostgreSQL of one's own, on a free port of loopback, gone when it is no longer needed.

    python tools/private_postgres.py        # prints its address and serves until Ctrl-C

For tests, benchmarks and trying things out: data in a temporary folder, anybody on this machine may come in.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

HOW_TO_GET_ONE = "apt-get install -y --no-install-recommends postgresql"
_PATIENCE = 60.0


def find(program: str) -> str | None:
    """Give the path of a program of PostgreSQL: Debian keeps them out of the way."""
    there = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(there[-1]) if there else shutil.which(program)


class PrivatePostgres:
    """A server of its own; a context manager. `dsn` is its address.

    It waits for the disk only when `durable`: tests kill it, but nobody pulls the plug.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="watcher-postgres-"))
        self._data = self._folder / "data"
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._user = _somebody() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._folder, self._user, -1)

    @property
    def dsn(self) -> str:
        """The address of its one database."""
        return f"postgresql://watcher@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast": end sessions, write, end
            self._process.wait(_PATIENCE)
        self._remove()

    def start(self) -> None:
        """Start it, also after `kill`; it answers when this returns."""
        ends_at = time.monotonic() + _PATIENCE
        while time.monotonic() < ends_at:
            if self._process is None or self._process.poll() is not None:
                # After a kill, the dead server's last children may hold its memory for a moment.
                self._process = self._run(
                    *("postgres", "-h", "127.0.0.1", "-p", str(self._port), "-k", ""),
                    *("-c", f"fsync={'on' if self._durable else 'off'}"),
                )
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {self._log().read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill it as `kill -9` does: no session is ended, nothing is written any more."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_PATIENCE)

    def _make(self) -> None:
        initdb = self._run("initdb", "-U", "watcher", "-A", "trust", "-E", "UTF8", "--no-sync")
        if initdb.wait(_PATIENCE) != 0:
            raise RuntimeError(f"initdb failed: {self._log().read_text()[-2000:]}")

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        path = find(program)
        if path is None:
            raise RuntimeError(f"There is no {program} here. Get it: {HOW_TO_GET_ONE}")
        with self._log().open("ab") as log:
            return subprocess.Popen(
                [*_ends_with_us(), path, "-D", str(self._data), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                group=None if self._user is None else pwd.getpwuid(self._user).pw_gid,
                extra_groups=None if self._user is None else [],
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C is for us; it ends when we say
            )

    def _answers(self) -> bool:
        ready = find("pg_isready")
        assert ready is not None
        return (
            subprocess.run(
                [ready, "-q", "-h", "127.0.0.1", "-p", str(self._port)], check=False
            ).returncode
            == 0
        )

    def _log(self) -> Path:
        return self._folder / "log"

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _ends_with_us() -> list[str]:
    """Give the command before a command that has the kernel end it when this process ends, however it ends."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []


def _somebody() -> int:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no other user here")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    with PrivatePostgres() as server:
        sys.stdout.write(f"{server.dsn}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
