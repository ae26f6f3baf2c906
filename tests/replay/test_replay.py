"""A recorded history in place of the web: the same pipeline, the record's own clock."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.claims import Pack, read_claims
from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.model import Judgement, SourceId, Verdict, Vocabulary
from watcher.replay import Capture, CaptureStore, Replay, write_alerts, write_claims
from watcher.replay.play import response_of, source_of
from watcher.replay.readers import Readers
from watcher.sweep import Sweep

BEGAN = datetime(2026, 1, 5, 6, tzinfo=UTC)
TERMS, POLICY = "Lumen/Terms of Service.html", "Lumen/Privacy Policy #main.html"
PAGE = """<html lang="en"><head><title>{title}</title></head><body><nav><a href="/">Home {menu}</a></nav>
<main><h1>{title}</h1><p>These words govern how the service may be used, and what either side owes the other.</p>
<p>Customer content is deleted after {days} days, unless the law requires us to keep it for longer than that.</p>
</main></body></html>"""


def page(title: str, days: int = 30, menu: int = 0) -> str:
    return PAGE.format(title=title, days=days, menu=menu)


HISTORY: list[tuple[str, str]] = [
    (TERMS, page("Terms")),
    (POLICY, page("Privacy")),
    (TERMS, page("Terms", menu=1)),
    (
        TERMS,
        "<html><head><title>Error</title></head><body><h1>Application error</h1></body></html>",
    ),
    (TERMS, page("Terms", days=90)),
    (POLICY, page("Privacy", menu=2)),
    ("LICENSE", "not a page"),
]
"""One capture every twelve hours."""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of captures."""
    folder = tmp_path_factory.mktemp("captures")
    git(folder, "init", "-q")
    for number, (path, text) in enumerate(HISTORY):
        file = folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", f"Capture {number}", at=BEGAN + timedelta(hours=12) * number)
    return folder


def git(folder: Path, *arguments: str, at: datetime = BEGAN) -> None:
    who = {
        f"GIT_{role}_{what}": "x@x"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    dates = {"GIT_AUTHOR_DATE": at.isoformat(), "GIT_COMMITTER_DATE": BEGAN.isoformat()}
    subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, env={**os.environ, **who, **dates}
    )


@pytest.fixture
def replay(ledger: Ledger, vocabulary: Vocabulary, pack: Pack, record: Path) -> Iterator[Replay]:
    yield Replay(CaptureStore(record), ledger, Sweep(ledger, vocabulary, pack), readers=1)


def test_each_path_is_a_source_and_each_commit_a_check_at_its_author_date(replay: Replay) -> None:
    captures = replay.store.captures()

    assert replay.run(captures) == 6
    checks = replay.ledger.checks.of(SourceId(TERMS))
    assert [check.checked_at for check in reversed(checks)] == [
        BEGAN + timedelta(hours=12) * place for place in (0, 2, 3, 4)
    ]
    assert checks[1].judgement.verdict is Verdict.ERROR_PAGE


def test_alerts_name_the_captures_around_a_change(replay: Replay, tmp_path: Path) -> None:
    replay.run(replay.store.captures())

    assert write_alerts(replay.ledger, tmp_path / "alerts.jsonl") == 1
    [alert] = [json.loads(line) for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    assert alert["page"] == TERMS
    assert datetime.fromisoformat(alert["after"]) == BEGAN + timedelta(days=2)
    assert datetime.fromisoformat(alert["before"]) == BEGAN + timedelta(days=1)
    [retention] = [each for each in alert["claims"] if each["key"] == "retention_days"]
    assert (retention["old"], retention["new"]) == (30, 90)
    assert "30 days" in retention["old_quote"] and "90 days" in retention["new_quote"]


def test_interrupted_anywhere_and_resumed_it_ends_the_same(
    replay: Replay, tmp_path: Path, vocabulary: Vocabulary, pack: Pack
) -> None:
    captures = replay.store.captures()
    replay.run(captures)
    write_alerts(replay.ledger, tmp_path / "whole.jsonl")
    for cut in range(len(captures)):
        path = tmp_path / f"cut{cut}.db"
        for part in (captures[:cut], captures):
            with Ledger.open(path) as again:
                resumed = Replay(replay.store, again, Sweep(again, vocabulary, pack), readers=1)
                resumed.run(part)
                write_alerts(again, tmp_path / "cut.jsonl")
        assert (tmp_path / "cut.jsonl").read_text() == (tmp_path / "whole.jsonl").read_text()


def test_claims_are_read_from_exactly_the_captures_asked_for(
    replay: Replay, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    replay.run(replay.store.captures())
    at = (BEGAN + timedelta(days=2)).isoformat()
    labels, claims = tmp_path / "labels.jsonl", tmp_path / "claims.jsonl"
    labels.write_text(
        json.dumps({"page": TERMS, "captured_at": at, "key": "x", "value": "y"}) + "\n"
    )

    write_claims(replay.ledger, replay.sweep, vocabulary, labels, claims)

    rows = [json.loads(line) for line in claims.read_text().splitlines()]
    retention = next(row for row in rows if row["key"] == "retention_days")
    assert (retention["page"], retention["captured_at"], retention["value"]) == (TERMS, at, 90)
    assert "90 days" in retention["quote"]


def test_a_reader_reads_a_page_again_only_when_it_may_read_differently(
    vocabulary: Vocabulary, pack: Pack
) -> None:
    source = source_of(TERMS)
    one, other = (
        page("Terms").replace("<head>", f'<head><meta name="csrf" content="{token}">')
        for token in ("f00", "ba2")
    )
    texts = (one, other, page("Terms", menu=1), page("Terms", days=90), "", one)
    with Readers(1, vocabulary, pack) as readers:
        readers.assign([(source.id, len(texts))])
        answers = [response_of(source, Capture(TERMS, BEGAN, ""), text.encode()) for text in texts]
        first, same, other_menu, changed, empty, back = [
            readers.read(source, answer).result() for answer in answers
        ]

    assert same.found is None and same.markup == first.markup
    assert other_menu.found is not None and other_menu.markup != first.markup
    assert changed.found is not None and back.found == first.found
    assert empty.found is not None and isinstance(empty.found.document, Judgement)
    documents = [each.found.document for each in (first, changed) if each.found]
    said = [each.found.claims for each in (first, changed) if each.found]
    assert said == [read_claims(each, vocabulary, pack) for each in documents]
    assert {claim.value for claims in said for claim in claims} >= {30, 90}


def test_pages_are_chosen_by_name_or_pattern(record: Path) -> None:
    store = CaptureStore(record)

    assert {capture.page for capture in store.captures(glob="*/Terms*")} == {TERMS}
    assert {capture.page for capture in store.captures([POLICY])} == {POLICY}
    with pytest.raises(NotFound, match="no capture"):
        store.captures(["Nobody/Nothing.html"])


def test_what_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="git clone --bare"):
        CaptureStore(tmp_path).captures()
