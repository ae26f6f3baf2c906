"""Everything that writes, on a disk that fails: `python benchmarks/crash_acts.py [--times N] [--only ACT]`.

Each act (decisions while a sweep runs, notifications, a published site, an import with its history, migrations, gc,
compact, backup, restore, a sweep) is done on a disk where one call is its last: the process is killed there (SIGKILL),
or in the middle of a write, or the call fails, or the disk is full from there on, or cannot be read there. Then
`watcher verify` looks through what is left, the act is done again as a person would, and what is held is compared with
an undisturbed run. An act that cannot be done must say so, naming the file, and end with an announced exit code.

Prints a line for each act and way to fail, and ends with 1 if anything differed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click
import crash
from disk_faults import Fault, arm, preloaded, seen
from sqlite_utils import Database

from watcher.cli import cli
from watcher.cli.desk import desk
from watcher.cli.folder import update_site
from watcher.cli.publish import facts_of, site_info
from watcher.errors import WatcherError
from watcher.ledger import Ledger
from watcher.ledger.inspection import Inspection
from watcher.ledger.schema import MIGRATIONS
from watcher.ledger.sums import register
from watcher.model import Channel, Decision, Review, Webhook
from watcher.notify import Courier, Post
from watcher.registry.site import site_files

Content = Mapping[str, object]
THIRD = crash.LATER + timedelta(days=1)
BUG = 70
"""What a process ends with in which something was raised that nobody announced."""

SOURCES = """offerings:
  lumen:
    name: Lumen
    provider: Lumen Forge
    type: API
sources:
""" + "".join(
    f"  - {{id: {each.id}, url: '{each.url}', title: {each.id}, kind: data_usage, offerings: lumen}}\n"
    for each in crash.sources()
)
SECRETS = {"HOOK_SECRET": "whsec_dGhlIHNlY3JldCBpdHNlbGY="}


@dataclass(frozen=True)
class Act:
    """Something that writes below a folder: how the folder is made, what is done, again, and what is held then.

    `beside` runs in another process meanwhile, on a disk that holds; `left` names what is wrong right after the fault.
    """

    make: Callable[[Path], None]
    do: Callable[[Path], None]
    held: Callable[[Path], Content]
    again: Callable[[Path], None] | None = None
    beside: Callable[[Path], None] | None = None
    left: Callable[[Path], Iterator[str]] = field(default=lambda folder: iter(()))


# ── what they share ──────────────────────────────────────────────────────────────────────────────


def watched(folder: Path) -> None:
    """Make a ledger with two days of looks and changes, and declarations beside it."""
    (folder / "sources.yaml").write_text(SOURCES)
    crash.sweep(folder / "watcher.db", crash.FIRST)
    crash.finish(folder / "watcher.db")


def command(*arguments: str) -> Callable[[Path], None]:
    """Give an act that calls the command line inside the folder."""

    def run(folder: Path) -> None:
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(list(arguments), standalone_mode=False)

    return run


def rows(path: Path, **queries: str) -> dict[str, object]:
    """Give what each query finds, sorted."""
    with closing(sqlite3.connect(path)) as database:
        return {name: sorted(database.execute(query), key=repr) for name, query in queries.items()}


def held_by_ledger(folder: Path) -> Content:
    """Give everything in the ledger but the numbers of its rows."""
    return crash.content(folder / "watcher.db")


# ── the acts ─────────────────────────────────────────────────────────────────────────────────────


def decide(folder: Path) -> None:
    """Accept what waits, one change after the other, as somebody at the desk does; what is decided stays so."""
    with desk(folder / "watcher.db", folder / "sources.yaml", read_only=False) as at:
        for change in at.ledger.changes.waiting(THIRD):
            review = Review(change.id or 0, Decision.ACCEPT, "ada", THIRD)
            at.decide([review], at.last_seen())


def sweep_third(folder: Path) -> None:
    """Sweep a third time."""
    crash.sweep(folder / "watcher.db", THIRD)


def decided(folder: Path) -> Content:
    """Give the decisions besides all else that is held."""
    reviews = (
        "SELECT source_id, changes.kind, decision, reviewer FROM reviews "
        "JOIN changes ON changes.id = change_id JOIN sources ON sources.id = source"
    )
    return {**held_by_ledger(folder), **rows(folder / "watcher.db", reviews=reviews)}


def with_decisions(folder: Path) -> None:
    """Make a ledger in which everything is decided, with a channel that heard of nothing yet."""
    watched(folder)
    decide(folder)
    url = f"http://127.0.0.1:{RECEIVER.port}/"
    with Ledger.open(folder / "watcher.db") as ledger:
        way = Webhook("HOOK_SECRET", url=url, allow_private=True)
        ledger.channels.sync([Channel("bot", way)], crash.FIRST)


def tell(folder: Path) -> None:
    """Tell the channel what is due."""
    with Ledger.open(folder / "watcher.db") as ledger, ledger.telling():
        post = Post(SECRETS, clock=lambda: THIRD, pauses=())
        courier = Courier(ledger, post, lambda: crash.RULES[0], clock=lambda: THIRD)
        asyncio.run(courier.send())


def tell_at_last(folder: Path) -> None:
    """Tell what is due until nothing waits: what failed is tried again after a pause."""
    with Ledger.open(folder / "watcher.db") as ledger:
        ledger.channels.sync([each.channel for each in ledger.channels.all()], THIRD)
    later = THIRD + timedelta(days=1)
    with Ledger.open(folder / "watcher.db") as ledger, ledger.telling():
        post = Post(SECRETS, clock=lambda: later, pauses=())
        courier = Courier(ledger, post, lambda: crash.RULES[0], clock=lambda: later)
        asyncio.run(courier.send())


def told(folder: Path) -> Content:
    """Give what the channel was told, by the ids that make a second message of one a double; and what still waits."""
    waiting = "SELECT count(*) FROM deliveries WHERE sent_at IS NULL"
    return {"told": RECEIVER.told(), **rows(folder / "watcher.db", waiting=waiting)}


def publish(folder: Path) -> None:
    """Write the site."""
    with desk(folder / "watcher.db", folder / "sources.yaml") as at:
        facts = replace(facts_of(at), now=THIRD)
    update_site(site_files(facts, site_info("", "https://registry.example/", "")), folder / "site")


def published_before(folder: Path) -> None:
    """Make a ledger whose site was published when nothing was decided yet."""
    watched(folder)
    publish(folder)
    decide(folder)


def site(folder: Path) -> Content:
    """Give every file of the site, hidden ones too."""
    place = folder / "site"
    return {
        str(path.relative_to(place)): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def half_written(folder: Path) -> Iterator[str]:
    """Name files of the site that are neither as they were, nor as they will be."""
    if not (folder / "site").exists():
        return
    before, after = SITES
    for name, content in site(folder).items():
        if not name.rpartition("/")[2].startswith(".") and content not in (
            before.get(name),
            after.get(name),
        ):
            yield f"{name} is half written"


SITES: list[Content] = [{}, {}]
"""The site before and after the act that publishes it anew."""

PAGE = crash.PAGE.format(days="{}", noise="", certifications="<li>SOC 2 Type 2 report</li>")


def to_import(folder: Path) -> None:
    """Make declarations, and the backup of another tool with two watches and what they saw."""
    (folder / "sources.yaml").write_text(SOURCES)
    watching, files = {}, {}
    for number in range(2):
        uuid = f"00000000-0000-4000-8000-00000000000{number}"
        watching[uuid] = {
            "url": f"https://imported{number}.example/terms",
            "title": f"Terms {number}",
        }
        begun = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
        days = {begun + 86400 * day: 30 + 30 * (day // 2) for day in range(4)}
        files[f"{uuid}/history.txt"] = "".join(f"{at},{at}.html\n" for at in days)
        files |= {f"{uuid}/{at}.html": PAGE.format(kept) for at, kept in days.items()}
    with zipfile.ZipFile(folder / "backup.zip", "w") as made:
        made.writestr("url-watches.json", json.dumps({"watching": watching, "settings": {}}))
        for name, text in files.items():
            made.writestr(name, text)


def imported(folder: Path) -> Content:
    """Give the declarations and the history; an item that was put up where it broke off was closed as imported."""
    waiting = "SELECT kind, changed_at, title FROM changes WHERE id NOT IN (SELECT change_id FROM closings)"
    past = (
        "SELECT kind, changed_at, title FROM changes JOIN closings ON change_id = changes.id "
        "WHERE kind <> 'first_look' OR changed_at < '2024-01-02'"
    )
    return {
        **held_by_ledger(folder),
        "changes": rows(folder / "watcher.db", waiting=waiting, past=past),
        "declared": (folder / "sources.yaml").read_bytes(),
    }


def of_first_version(folder: Path) -> None:
    """Make a ledger as the first version made it, with a source and some looks."""
    raw = sqlite3.connect(folder / "watcher.db", isolation_level=None)
    register(raw)
    database = Database(raw, execute_plugins=False)
    MIGRATIONS.apply(database, stop_before=[each.name for each in MIGRATIONS.pending(database)][1:])
    raw.execute("PRAGMA user_version = 1")
    raw.execute(
        "INSERT INTO sources (id, source_id, url, title, kind, authority, offerings, every_seconds, declared_at) "
        "VALUES (1, 'steady', 'https://steady.example/', '', 'other', 'primary', '[]', 1, '')"
    )
    looks = [(each, each * 10**6) for each in range(1, 400)]
    raw.executemany("INSERT INTO checks VALUES (?, 1, ?, 'ok', 'page', 200, 7, NULL)", looks)
    raw.close()


def migrate(folder: Path) -> None:
    """Open the ledger, which brings it up to date."""
    Ledger.open(folder / "watcher.db").close()


def migrated(folder: Path) -> Content:
    """Give the tables and the looks."""
    schema = "SELECT name, sql FROM sqlite_master"
    version = "SELECT * FROM pragma_user_version"
    looks = "SELECT * FROM checks"
    return rows(folder / "watcher.db", schema=schema, looks=looks, version=version)


def to_collect(folder: Path) -> None:
    """Make a ledger with looks that may go."""
    watched(folder)
    for day in range(2, 6):
        crash.sweep(folder / "watcher.db", THIRD + timedelta(days=day))


def backed_up(folder: Path) -> None:
    """Make a ledger, a backup of it, and looks since."""
    watched(folder)
    command("backup", "--ledger", "watcher.db", "copy.db")(folder)
    sweep_third(folder)


def copied(folder: Path) -> Content:
    """Give what the copy holds, and the names of all files."""
    return {**crash.content(folder / "copy.db"), "files": names(folder)}


def restored(folder: Path) -> Content:
    """Give what the ledger holds, and the names of all files."""
    return {**held_by_ledger(folder), "files": names(folder)}


def names(folder: Path) -> list[str]:
    """Give the files of a folder, but for SQLite's own and locks."""
    ends = ("-wal", "-shm", ".lock")
    return sorted(each.name for each in folder.iterdir() if not each.name.endswith(ends))


def back_up_again(folder: Path) -> None:
    """Write the backup, unless it is there."""
    if not (folder / "copy.db").exists():
        command("backup", "--ledger", "watcher.db", "copy.db")(folder)


def not_a_copy(folder: Path) -> Iterator[str]:
    """Name a backup that is there and not whole."""
    if (folder / "copy.db").exists():
        yield from broken(folder / "copy.db")


def neither(folder: Path) -> Iterator[str]:
    """Say when a ledger under restoration is neither the old one nor the backup."""
    checks = len(rows(folder / "watcher.db", checks="SELECT id FROM checks")["checks"])  # type: ignore[arg-type]
    wanted = [
        len(rows(PREPARED / name, checks="SELECT id FROM checks")["checks"])  # type: ignore[arg-type]
        for name in ("watcher.db", "copy.db")
    ]
    if checks not in wanted:
        yield f"holds {checks} looks, neither of {wanted}"


PREPARED = Path()
"""The folder that the act at hand begins with."""

COLLECT = command("gc", "--ledger", "watcher.db", "--older-than", "1d", "--keep", "1")
RESTORE = command("restore", "copy.db", "--ledger", "watcher.db", "--force")
IMPORT = command(
    "import", "changedetection", "backup.zip", "--offering", "lumen", "--ledger", "watcher.db"
)
ACTS = {
    "sweep": Act(
        lambda folder: crash.sweep(folder / "watcher.db", crash.FIRST),
        lambda folder: crash.sweep(folder / "watcher.db", crash.SECOND),
        held_by_ledger,
        lambda folder: crash.finish(folder / "watcher.db"),
    ),
    "decide during a sweep": Act(watched, decide, decided, beside=sweep_third),
    "tell": Act(with_decisions, tell, told, tell_at_last),
    "publish": Act(published_before, publish, site, left=half_written),
    "import": Act(to_import, IMPORT, imported),
    "migrate": Act(of_first_version, migrate, migrated),
    "gc": Act(to_collect, COLLECT, held_by_ledger),
    "compact": Act(to_collect, command("compact", "--ledger", "watcher.db"), held_by_ledger),
    "backup": Act(
        watched,
        command("backup", "--ledger", "watcher.db", "copy.db"),
        copied,
        back_up_again,
        left=not_a_copy,
    ),
    "restore": Act(backed_up, RESTORE, restored, left=neither),
}


# ── the receiver of notifications ────────────────────────────────────────────────────────────────


class Receiver:
    """A web server in a process of its own, which notes the id and the subject of each message it is given."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "told"
        self._notes.touch()
        server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.port = server.server_address[1]
        self._process = os.fork()
        if self._process == 0:
            server.serve_forever()
        server.server_close()

    def told(self) -> list[str]:
        """Give what was told, each id once, and forget it."""
        lines = sorted(set(self._notes.read_text().splitlines()))
        self._notes.write_text("")
        return lines

    def end(self) -> None:
        """End the process."""
        os.kill(self._process, 9)
        os.waitpid(self._process, 0)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        notes = self._notes

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                with notes.open("a") as file:
                    file.write(f"{self.headers['webhook-id']}\n")
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


RECEIVER: Receiver


# ── doing them ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class End:
    """How a process ended: an exit code or minus the signal, what it said, how many calls reached the disk."""

    code: int
    said: str = ""
    calls: int = 0


def in_child(work: Callable[[], None]) -> End:
    """Do `work` in a process of its own."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        code, said = 0, ""
        try:
            work()
        except WatcherError as error:
            code, said = error.exit_code, str(error)
        except SystemExit as error:
            code = int(error.code or 0)
        except BaseException:
            code, said = BUG, traceback.format_exc()
        calls = seen()
        arm(Path("/nowhere"), 0, Fault.NONE)
        os.write(writable, f"{calls}\n{said}".encode()[:60_000])
        os._exit(code)
    os.close(writable)
    with os.fdopen(readable, errors="replace") as pipe:
        calls, _, said = pipe.read().partition("\n")
    _, status = os.waitpid(child, 0)
    return End(os.waitstatus_to_exitcode(status), said, int(calls or 0))


def fresh(prepared: Path, folder: Path) -> None:
    """Make `folder` as it was prepared."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared, folder)


def disturbed(act: Act, folder: Path, number: int, fault: Fault) -> End:
    """Do the act where call `number` meets `fault`, beside whatever else is at work."""
    other = os.fork() if act.beside else 0
    if act.beside and other == 0:
        os._exit(in_child(lambda: act.beside(folder)).code)  # type: ignore[misc]

    def work() -> None:
        arm(folder, number, fault)
        act.do(folder)

    end = in_child(work)
    if other:
        _, status = os.waitpid(other, 0)
        if os.waitstatus_to_exitcode(status):
            return End(BUG, "what ran beside it was disturbed")
    return end


def broken(path: Path) -> Iterator[str]:
    """Name what `watcher verify` finds broken in a ledger; nothing, when it is not there yet."""
    if path.exists() and path.stat().st_size:
        with Ledger.open(path, create=False) as ledger:
            yield from map(str, Inspection(ledger).findings())


def troubles(act: Act, folder: Path, end: End, fault: Fault, whole: Content) -> Iterator[str]:
    """Name what is wrong after the act met `fault`: right then, and when it has been done again."""
    if end.code == BUG or end.code > 5:
        yield f"ended with {end.code}: {end.said.strip()}"
    if end.code in (2, 3, 4) and not any(
        name in end.said for name in (str(folder), *names(folder))
    ):
        yield f"does not say where: {end.said}"
    if fault in (Fault.KILLED, Fault.TORN) and end.code not in (0, -9):
        yield f"was to be killed, and ended with {end.code}: {end.said}"
    for each in (*broken(folder / "watcher.db"), *act.left(folder)):
        yield f"left broken: {each}"
    again = in_child(lambda: (act.again or act.do)(folder))
    if again.code not in (0, 1):
        yield f"done again it ended with {again.code}: {again.said}"
        return
    held = act.held(folder)
    differing = sorted(name for name in {*whole, *held} if whole.get(name) != held.get(name))
    if differing:
        yield f"differs in {', '.join(differing)}"
    for each in broken(folder / "watcher.db"):
        yield f"broken in the end: {each}"


@dataclass
class Row:
    """What came of one act and one way to fail."""

    act: str
    fault: str
    calls: int
    times: int = 0
    ends: dict[int, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{code}: {number}" for code, number in sorted(self.ends.items()))
        cells = (self.act, self.fault, self.calls, self.times, ends, len(self.troubles))
        return f"| {' | '.join(map(str, cells))} |"


def warm_up(folder: Path) -> None:
    """Import what the acts import, so that no child has to."""
    folder.mkdir()
    to_import(folder)
    with contextlib.suppress(SystemExit):
        IMPORT(folder)
    for name in ("gc", "compact", "backup", "restore"):
        cli.get_command(click.Context(cli), name)


def measure(name: str, base: Path, times: int) -> Iterator[Row]:
    """Do one act with every fault, at `times` calls each, or at all of them if there are fewer."""
    global PREPARED  # noqa: PLW0603 - one act at a time is at hand
    act, prepared, folder = ACTS[name], base / "prepared" / name, base / "run"
    PREPARED = prepared
    prepared.mkdir(parents=True)
    made = in_child(lambda: act.make(prepared))
    assert made.code == 0, made.said
    fresh(prepared, folder)
    if name == "publish":
        SITES[0] = site(folder)
    RECEIVER.told()
    whole_end = disturbed(act, folder, 0, Fault.NONE)
    assert whole_end.code in (0, 1), whole_end.said
    again = in_child(lambda: (act.again or act.do)(folder))
    assert again.code in (0, 1), again.said
    whole = act.held(folder)
    if name == "publish":
        SITES[1] = whole
    assert any(whole.values()), f"{name}: what holds nothing proves nothing"
    for fault in list(Fault)[1:]:
        fresh(prepared, folder)
        calls = disturbed(act, folder, 10**9, fault).calls
        RECEIVER.told()
        row = Row(name, fault.name.lower().replace("_", " "), calls)
        for number in chosen(calls, times):
            fresh(prepared, folder)
            end = disturbed(act, folder, number, fault)
            row.times += 1
            row.ends[end.code] = row.ends.get(end.code, 0) + 1
            row.troubles += [
                f"{name}, {row.fault} at {number}: {each}"
                for each in troubles(act, folder, end, fault, whole)
            ]
        yield row


def chosen(calls: int, times: int) -> list[int]:
    """Give `times` of the numbers from 1 to `calls`, evenly apart, with the first and the last."""
    if calls <= times:
        return list(range(1, calls + 1))
    if times == 1:
        return [calls // 2]
    return sorted({1 + round(each * (calls - 1) / (times - 1)) for each in range(times)})


def main() -> None:
    """Do every act in every way, print the table, and say what differed."""
    preloaded()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--times", type=int, default=100, help="Calls that fail, for each act and way."
    )
    parser.add_argument("--only", choices=ACTS)
    options = parser.parse_args()
    print(
        "| act | on a disk that | calls | failed | ended (signal or exit code) | wrong |\n|---|---|---|---|---|---|"
    )
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as base:
        global RECEIVER  # noqa: PLW0603 - as long as this runs
        RECEIVER = Receiver(Path(base))
        warm_up(Path(base) / "warm")
        try:
            for name in [options.only] if options.only else ACTS:
                for row in measure(name, Path(base), options.times):
                    print(row, flush=True)
                    wrong += row.troubles
        finally:
            RECEIVER.end()
    print("\n".join(wrong[:20]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
