"""What the commands of the cluster say when something that they need is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from watcher.engines.cluster.postgres import name_of
from watcher.errors import SettingsError
from watcher.settings import read_settings

NOWHERE = "postgresql://me:s3cret@127.0.0.1:1/watcher"


def run(folder: Path, *arguments: str, postgres: str = "", before: str = "pass") -> Any:
    """Run a command as a process, so that what libraries print is seen too."""
    code = f"import sys; {before}; from watcher.cli import main; sys.argv[0] = 'watcher'; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "WATCHER_POSTGRES": postgres},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_an_address_it_says_which_to_set(tmp_path: Path) -> None:
    done = run(tmp_path, "worker")

    assert done.returncode == 2
    assert "set WATCHER_POSTGRES=postgresql://" in done.stderr


@pytest.mark.parametrize("postgres", ["", NOWHERE], ids=["without an address, too", "with one"])
def test_without_the_libraries_it_says_how_to_get_them(tmp_path: Path, postgres: str) -> None:
    done = run(tmp_path, "worker", postgres=postgres, before="sys.modules['procrastinate'] = None")

    assert done.returncode == 5
    assert "pip install 'watcher[cluster]'" in done.stderr


@pytest.mark.parametrize("command", [("worker",), ("sweep", "--engine", "cluster")])
def test_a_server_that_does_not_answer_is_named_without_the_password(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "sources.yaml").write_text("offerings: {}\nsources: []\n")

    done = run(tmp_path, *command, postgres=NOWHERE)

    assert done.returncode == 5
    assert "PostgreSQL at me@127.0.0.1:1/watcher cannot be used" in done.stderr
    assert "systemctl start postgresql" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


STARTS_UP = """
import socket

def refusal(code, said):
    fields = b"SFATAL\\0VFATAL\\0C" + code + b"\\0M" + said + b"\\0\\0"
    return b"E" + (len(fields) + 4).to_bytes(4) + fields

def packet(connection):
    return connection.recv(int.from_bytes(connection.recv(4)) - 4)

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
for asked in range(100):
    connection, _ = listener.accept()
    while int.from_bytes(packet(connection)[:4]) in (80877103, 80877104):  # may it be encrypted?
        connection.sendall(b"N")
    late = refusal(b"57P03", b"the database system is starting up"), refusal(b"28000", b"no such user")
    connection.sendall(late[asked >= 4])
    connection.close()
"""
"""Stands for a PostgreSQL that is not ready for a while, and then knows better who we are."""


def test_a_server_that_starts_up_is_waited_for(tmp_path: Path) -> None:
    """After a reboot, or a crash of its own, all begin at the same moment."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_UP], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        address = f"postgresql://me@127.0.0.1:{int(server.stdout.readline())}/watcher"
        done = run(tmp_path, "worker", postgres=address)
        server.kill()

    assert done.returncode == 5
    assert "no such user" in done.stderr, "it was asked until it had started"


def test_an_address_that_is_none_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        name_of("postgres//me:s3cret@somewhere")

    assert "WATCHER_POSTGRES is not an address" in str(caught.value)
    assert "s3cret" not in str(caught.value) + repr(caught.value.__cause__)


def test_settings_do_not_show_the_password() -> None:
    assert "s3cret" not in repr(read_settings({"WATCHER_POSTGRES": NOWHERE}))


def test_an_engine_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="set local or cluster"):
        read_settings({"WATCHER_ENGINE": "clutser"})
