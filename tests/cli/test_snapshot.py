"""A person's eyes, where a page shows itself to people only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from watcher.ledger import Ledger
from watcher.model import SourceId, Verdict

Watcher = Callable[..., Result]
ID = SourceId("data-policy")


@pytest.fixture
def blocked(site: Any, watcher: Watcher) -> bytes:
    """A source that was seen once and answers 404 since; and its page as people see it."""
    watcher("sweep")
    page: bytes = site.pages["/data"][1]
    site.pages["/data"] = (404, b"not for programs")
    watcher("sweep", "--all")
    return page


def last_check(home: Path) -> Any:
    with Ledger.open(home / "snapshots/watcher.db") as ledger:
        return ledger.checks.of(ID)[0], ledger.snapshots.of(ID)[0]


def test_what_a_person_saw_goes_the_way_of_any_look(
    watcher: Watcher, blocked: bytes, home: Path
) -> None:
    (home / "saved.html").write_bytes(blocked.replace(b"30 days", b"90 days"))
    result = watcher("snapshot", "data-policy", "saved.html", "--by", "Grace")

    assert result.exit_code == 0
    assert "as seen by Grace. Change 2 waits for a review" in result.output
    _, snapshot = last_check(home)
    assert (snapshot.fetched_with, snapshot.seen_by, snapshot.good) == ("person", "Grace", True)
    assert "90 days" in watcher("show", "2").output


def test_it_is_taken_in_beside_a_sweep_or_a_run(
    watcher: Watcher, blocked: bytes, home: Path
) -> None:
    (home / "saved.html").write_bytes(blocked.replace(b"30 days", b"90 days"))
    with Ledger.open(home / "snapshots/watcher.db") as ledger, ledger.sweeping():
        result = watcher("snapshot", "data-policy", "saved.html")

    assert (result.exit_code, "waits for a review" in result.output) == (0, True)


def test_the_same_page_confirms_what_is_known(watcher: Watcher, blocked: bytes, home: Path) -> None:
    (home / "saved.html").write_bytes(blocked)

    assert "Nothing new for review" in watcher("snapshot", "data-policy", "saved.html").output
    check, _ = last_check(home)
    assert check.judgement.verdict is Verdict.UNCHANGED


def test_text_that_was_copied_will_do(watcher: Watcher, blocked: bytes) -> None:
    text = "Data policy\n\nTraining\n\nWe do not use customer content to train our models.\n\n" + (
        "Retention\n\nCustomer content is deleted after 30 days, unless the law requires us to keep it longer.\n\n"
        "Security\n\nAccess to production systems is limited to the staff who need it for their daily work, and every "
        "access is logged and looked at by a second person within a week of the day on which it happened.\n"
    )
    result = watcher("snapshot", "data-policy", "--text", typed=text)

    assert result.exit_code == 0
    assert "as seen by ada" in result.output


def test_another_page_is_kept_and_compared_with_nothing(
    watcher: Watcher, blocked: bytes, home: Path
) -> None:
    (home / "saved.html").write_bytes(b"<title>404</title><h1>Page not found</h1>")
    result = watcher("snapshot", "data-policy", "saved.html")

    assert result.exit_code == 1
    assert "not taken for its page" in result.output
    assert not last_check(home)[1].good


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0", "Save the page as HTML only"),
        (b" \n", "There is nothing in it"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_way_out(
    watcher: Watcher, home: Path, content: bytes, said: str
) -> None:
    (home / "saved").write_bytes(content)
    result = watcher("snapshot", "data-policy", "saved")

    assert result.exit_code == 2
    assert said in result.output


def test_a_file_or_text_is_asked_for(watcher: Watcher) -> None:
    assert "Give the file that you saved" in watcher("snapshot", "data-policy").output
