"""What others saw before us: looks with their dates, claims, changes that are history, and no news for anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from tests.importing.conftest import Watcher, backup

from watcher.claims import Pack
from watcher.errors import HistoryError
from watcher.importing import History, PastLook
from watcher.importing.history import TEXT
from watcher.ledger import Ledger
from watcher.model import (
    Change,
    ChangeKind,
    Decision,
    Offering,
    Response,
    Review,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Vocabulary,
)
from watcher.reviews import accepted_claims
from watcher.sweep import Sweep, read_response

BEGAN = datetime(2024, 3, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE = Source(
    SourceId("lumen-data"),
    "https://lumen.example/data",
    "Data policy",
    SourceKind.DATA_USAGE,
    (Slug("lumen-api"),),
)
PAGE = """<html lang="en"><head><title>Data policy</title></head><body><main><h1>Data policy</h1>
<p>These words govern how the service may be used, and what either side owes the other.</p>
<p>We do not use customer content to train our models.</p>
<p>Customer content is deleted after {days} days, unless the law requires us to keep it for longer than that.</p>
<p>Access to production systems is limited to the staff who need it for their daily work, and logged.</p>
</main></body></html>"""
WORDS = """Data policy

These words govern how the service may be used, and what either side owes the other.

Customer content is deleted after {days} days, unless the law requires us to keep it for longer than that.

Access to production systems is limited to the staff who need it for their daily work, and every access is logged.
"""


def page(days: int) -> bytes:
    return PAGE.format(days=days).encode()


@pytest.fixture
def history(ledger: Ledger, vocabulary: Vocabulary, pack: Pack) -> History:
    ledger.sources.sync([Offering(Slug("lumen-api"), "Lumen", "Lumen", "API")], [SOURCE], BEGAN)
    return History(ledger, Sweep(ledger, vocabulary, pack), "an archive", NOW)


@pytest.fixture
def look(history: History) -> Callable[[datetime, bytes], Change | None]:
    """Looks at the source as a sweep does."""

    def at(when: datetime, payload: bytes) -> Change | None:
        headers = (("content-type", "text/html"),)
        response = Response(SOURCE.url, SOURCE.url, when, 200, headers, payload)
        begun = history.sweep.begin(SOURCE)
        found = begun.judge(response) or read_response(response, SOURCE)
        return history.sweep.record(begun, response, found).change

    return at


def pages(*days: int) -> Iterator[PastLook]:
    """Give the page as it was on consecutive days."""
    return (PastLook(BEGAN + DAY * n, page(each)) for n, each in enumerate(days))


def test_looks_claims_and_changes_stand_at_their_dates(history: History) -> None:
    assert history.take_in(SOURCE, pages(30, 30, 60, 90)) == 4
    ledger = history.ledger
    checks = ledger.checks.of(SOURCE.id)
    assert [check.checked_at for check in reversed(checks)] == [BEGAN + DAY * n for n in range(4)]
    rows = ledger.claims.history(SOURCE.id, "retention_days")
    assert [(row.claim.value, row.seen_from, row.cause) for row in rows] == [
        (30, BEGAN, "observed"),
        (60, BEGAN + 2 * DAY, "observed"),
        (90, BEGAN + 3 * DAY, "observed"),
    ]
    assert {each.fetched_with for each in ledger.snapshots.of(SOURCE.id)} == {"an archive"}


def test_nothing_of_it_is_told_and_one_item_waits_for_a_person(history: History) -> None:
    history.take_in(SOURCE, pages(30, 60, 90))
    history.settle()
    ledger = history.ledger
    assert ledger.outbox.following(0) == []
    (item,) = ledger.changes.waiting(NOW)
    assert (item.kind, item.raised_at) == (ChangeKind.FIRST_LOOK, NOW)
    assert {each.after.value for each in item.claims if each.after} >= {90}
    past = [each for each in ledger.changes.all() if each.id != item.id]
    assert [each.changed_at for each in past] == [BEGAN + 2 * DAY, BEGAN + DAY, BEGAN]
    assert {ledger.changes.status(each.id or 0) for each in past} == {"closed"}
    assert ledger.changes.imported() == {each.id for each in past}


def test_what_is_accepted_in_the_end_counts_as_checked_when_it_was_last_seen(
    history: History, vocabulary: Vocabulary
) -> None:
    history.take_in(SOURCE, pages(30, 60, 60))
    ledger = history.ledger
    (item,) = ledger.changes.waiting(NOW)
    review = Review(item.id or 0, Decision.ACCEPT, "ada", NOW, id=1)
    confirmed = {SOURCE.id: BEGAN + 2 * DAY}
    told = accepted_claims(
        ledger.changes.all(), [review], {SOURCE.id: SOURCE}, confirmed, vocabulary
    )
    retention = next(each for each in told if each.key == "retention_days")
    assert (retention.value, retention.checked_at) == (60, BEGAN + 2 * DAY)


def test_the_first_look_of_ours_is_held_against_the_last_of_theirs(
    history: History, look: Callable[[datetime, bytes], Change | None]
) -> None:
    history.take_in(SOURCE, pages(30, 60))
    assert look(NOW, page(60)) is None
    change = look(NOW + DAY, page(90))
    assert change is not None and change.kind is ChangeKind.CHANGE
    assert history.ledger.outbox.last() == 1  # what we see ourselves is news


def test_a_history_goes_on_where_it_stopped(history: History) -> None:
    times = [BEGAN + DAY * n for n in range(3)]
    assert history.wanted(SOURCE, times[:2]) == times[:2]
    history.take_in(SOURCE, pages(30, 60))
    assert history.wanted(SOURCE, times) == times[2:]
    history.take_in(SOURCE, [PastLook(times[2], page(90))])
    assert history.wanted(SOURCE, times) == []
    (item,) = history.ledger.changes.waiting(NOW)
    assert item.after_snapshot == history.ledger.snapshots.of(SOURCE.id)[0].id


def test_what_was_put_up_already_is_not_put_up_again(history: History) -> None:
    history.take_in(SOURCE, pages(30, 60))
    (item,) = history.ledger.changes.waiting(NOW)
    history.ledger.reviews.add(Review(item.id or 0, Decision.ACCEPT, "ada", NOW))
    history.take_in(SOURCE, [PastLook(BEGAN + 9 * DAY, page(60) + b"<!-- the same -->")])
    assert history.ledger.changes.waiting(NOW) == []
    history.take_in(SOURCE, [PastLook(BEGAN + 10 * DAY, page(90))])
    assert len(history.ledger.changes.waiting(NOW)) == 1


def test_a_history_that_breaks_off_is_left_as_one_that_ends(history: History) -> None:
    def broken() -> Iterator[PastLook]:
        yield from pages(30, 60)
        raise HistoryError("the archive is damaged")

    with pytest.raises(HistoryError, match="damaged"):
        history.take_in(SOURCE, broken())
    (item,) = history.ledger.changes.waiting(NOW)
    assert item.kind is ChangeKind.FIRST_LOOK


def test_what_lies_before_looks_that_are_held_is_refused(
    history: History, look: Callable[[datetime, bytes], Change | None]
) -> None:
    look(BEGAN + 5 * DAY, page(30))
    with pytest.raises(HistoryError, match="cannot be put before"):
        history.wanted(SOURCE, [BEGAN, BEGAN + 6 * DAY])


def test_what_is_dated_in_the_future_is_left_out(history: History) -> None:
    assert history.wanted(SOURCE, [BEGAN, NOW + DAY]) == [BEGAN]


def test_a_text_of_another_tool_is_never_held_against_the_page(
    history: History, look: Callable[[datetime, bytes], Change | None]
) -> None:
    texts = [
        PastLook(BEGAN + DAY * n, WORDS.format(days=days).encode(), TEXT)
        for n, days in enumerate((30, 60))
    ]
    history.take_in(SOURCE, texts)
    ledger = history.ledger
    assert ledger.changes.waiting(NOW) == []
    rows = ledger.claims.history(SOURCE.id, "retention_days")
    assert [(row.claim.value, row.ended_cause) for row in rows] == [
        (30, "observed"),
        (60, "technical"),
    ]
    first = look(NOW, page(60))
    assert first is not None and first.kind is ChangeKind.FIRST_LOOK


def test_markup_after_texts_begins_anew(history: History) -> None:
    text = PastLook(BEGAN, WORDS.format(days=30).encode(), TEXT)
    history.take_in(SOURCE, [text, PastLook(BEGAN + DAY, page(30))])
    kinds = {each.kind for each in history.ledger.changes.all()}
    assert kinds == {ChangeKind.FIRST_LOOK}
    assert len(history.ledger.changes.waiting(NOW)) == 1


def test_an_empty_page_of_theirs_is_a_look_that_saw_nothing(history: History) -> None:
    history.take_in(SOURCE, [PastLook(BEGAN, b""), PastLook(BEGAN + DAY, page(30))])
    assert [each.judgement.verdict.is_good for each in history.ledger.checks.of(SOURCE.id)] == [
        True,
        False,
    ]
    assert history.wanted(SOURCE, [BEGAN, BEGAN + DAY]) == []


# ── as a person does it ──────────────────────────────────────────────────────────────────────────


def stamp(n: int) -> int:
    return int((BEGAN + DAY * n).timestamp())


def test_a_backup_brings_its_history(home: Path, watcher: Watcher) -> None:
    lines = f"{stamp(0)},a.txt\n{stamp(1)},/data/w1/b.txt\nbad line\n{stamp(2)},gone.txt\n"
    files = {
        "w1/history.txt": lines.encode(),
        "w1/a.txt": WORDS.format(days=30).encode(),
        "w1/b.txt": WORDS.format(days=60).encode(),
    }
    watches: dict[str, dict[str, object]] = {"w1": {"url": SOURCE.url, "title": "Data policy"}}
    backup(home / "b.zip", watches, files=files)
    told = json.loads(watcher("import", "changedetection", "b.zip", "--json").stdout)
    (taken,) = told["history"]
    assert (taken["looks"], len(taken["trouble"])) == (2, 2)
    changes = watcher("changes", "--all", "--json").stdout
    assert [each["status"] for each in json.loads(changes)] == ["closed", "closed"]
    assert "Nothing waits" in watcher("changes").output
    assert "/changes/" not in watcher("feed").output
    assert watcher("verify").exit_code == 0


@pytest.fixture
def packed(home: Path) -> Path:
    """A backup of which the second look is packed with brotli."""
    files = {
        "w1/history.txt": f"{stamp(0)},a.txt\n{stamp(1)},b.txt.br\n".encode(),
        "w1/a.txt": WORDS.format(days=30).encode(),
        "w1/b.txt.br": brotli.compress(WORDS.format(days=60).encode()),
    }
    watches: dict[str, dict[str, object]] = {"w1": {"url": SOURCE.url, "title": "Data policy"}}
    backup(home / "b.zip", watches, files=files)
    return home / "b.zip"


def test_looks_packed_with_brotli_are_taken_in(packed: Path, watcher: Watcher) -> None:
    told = json.loads(watcher("import", "changedetection", str(packed), "--json").stdout)
    assert [(each["looks"], each["trouble"]) for each in told["history"]] == [(2, [])]


def test_a_packed_look_that_breaks_off_is_told(packed: Path, home: Path, watcher: Watcher) -> None:
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["w1/b.txt.br"] = files["w1/b.txt.br"][:-3]
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (taken,) = json.loads(watcher("import", "changedetection", str(packed), "--json").stdout)[
        "history"
    ]
    assert "is damaged" in " ".join(taken["trouble"])


def test_without_brotli_it_says_what_to_install(packed: Path, home: Path) -> None:
    """In a process of its own that has no brotli."""
    program = (
        "import sys; sys.modules['brotli'] = None\nfrom watcher.cli import main\n"
        f"sys.argv = ['watcher', 'import', 'changedetection', {str(packed)!r}]\nmain()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=home, capture_output=True, text=True, check=False
    )
    assert "pip install 'watcher[import]'" in ran.stdout + ran.stderr


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    """A git repository of snapshots."""
    folder = tmp_path / "snapshots"
    folder.mkdir()
    git(folder, "init", "-q")
    looks = [
        ("Lumen/Privacy Policy.html", 30),
        ("Lumen/Terms of Service #legal-one.html", 30),
        ("Lumen/Privacy Policy.html", 60),
        ("Bolt/Terms of Service.html", 30),
        ("README.md", 30),
    ]
    for n, (name, days) in enumerate(looks):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(page(days))
        git(folder, "add", "-A", at=BEGAN)
        git(folder, "commit", "-qm", "Record snapshot", at=BEGAN + DAY * n)
    return folder


def git(folder: Path, *arguments: str, at: datetime = BEGAN) -> None:
    who = {
        f"GIT_{role}_{what}": "x@x"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    dates = {f"GIT_{role}_DATE": at.isoformat() for role in ("AUTHOR", "COMMITTER")}
    subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, env={**os.environ, **who, **dates}
    )


def test_a_collection_brings_its_snapshots(home: Path, watcher: Watcher, snapshots: Path) -> None:
    (home / "declarations").mkdir()
    terms = {
        "Privacy Policy": {"fetch": "https://lumen.example/privacy"},
        "Terms of Service": {
            "combine": [
                {"fetch": "https://lumen.example/legal/one.html"},
                {"fetch": "https://lumen.example/legal/two"},
            ]
        },
    }
    (home / "declarations" / "Lumen.json").write_text(json.dumps({"name": "Lumen", "terms": terms}))
    arguments = ("import", "ota", "declarations", "--history", snapshots)
    result = watcher(*arguments)
    assert "2 looks, 2024-03-01 to 2024-03-03" in result.output
    assert "no snapshot of 'Lumen/Terms of Service #legal-two'" in result.output
    assert "declared by nobody: Bolt/Terms of Service\n" in result.output
    assert len(json.loads(watcher("changes", "--json").stdout)) == 2  # one item for each source
    again = json.loads(watcher(*arguments, "--json").stdout)
    assert [each["looks"] for each in again["history"]] == [0, 0, 0]
    assert watcher("verify").exit_code == 0
