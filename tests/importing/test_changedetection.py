"""Backups of changedetection.io of several versions: what they say with other words, and what settings and tags add."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.importing.conftest import Watcher, backup
from tests.importing.test_histories import WORDS

from watcher.importing import Job, changedetection_jobs, opened_archive
from watcher.ledger import Ledger
from watcher.model import SourceId

URL = "https://bolt.example/terms"


def job_of(
    folder: Path, watch: Mapping[str, object], settings: Mapping[str, object] | None = None
) -> Job:
    """Give the one job of a backup."""
    with opened_archive(
        backup(folder / "b.zip", {"aa": {"url": URL, **watch}}, settings)
    ) as archive:
        (job,) = changedetection_jobs(archive)
        return job


def said(job: Job) -> dict[str, bool]:
    """Give what was not taken over, and whether it is lost."""
    return {each.what: each.is_lost for each in job.left}


def test_the_words_of_older_versions_are_known(tmp_path: Path) -> None:
    watch = {"css_filter": "#a, #b", "minutes_between_check": 90, "tag": "law", "headers": {}}
    job = job_of(tmp_path, watch)
    assert (job.keep, job.every, said(job)) == (["#a, #b"], "90m", {"tags law": True})
    usual = {"requests": {"minutes_between_check": 180}}
    assert job_of(tmp_path, {"minutes_between_check": None}, usual).every == "3h"


def test_what_settings_say_holds_for_watches_that_do_not(tmp_path: Path) -> None:
    settings = {
        "application": {
            "fetch_backend": "html_webdriver",
            "global_subtractive_selectors": ["footer"],
            "global_ignore_text": ["Copyright"],
        }
    }
    job = job_of(tmp_path, {"fetch_backend": "system", "subtractive_selectors": ["nav"]}, settings)
    assert (job.in_browser, job.drop) == (True, ["nav", "footer"])
    assert said(job) == {"`global_ignore_text`": True}
    assert not job_of(tmp_path, {"fetch_backend": "html_requests"}, settings).in_browser


TAG = {
    "title": "Legal",
    "include_filters": ["main"],
    "subtractive_selectors": [".ad"],
    "notification_urls": ["tgram://sesame/1"],
}


def test_what_tags_say_is_added(tmp_path: Path) -> None:
    settings = {"application": {"tags": {"t1": TAG}}}
    job = job_of(tmp_path, {"tags": ["t1"], "include_filters": ["#own"]}, settings)
    assert (job.keep, job.drop, job.secrets) == (["#own", "main"], [".ad"], ("tgram://sesame/1",))
    own = {"tags": ["t1"], "notification_urls": ["discord://1/sesame"]}
    assert job_of(tmp_path, own, settings).secrets == ("discord://1/sesame",)
    muted = {"tags": ["t1"], "notification_muted": True}
    assert job_of(tmp_path, muted, settings).secrets == ()


@pytest.mark.parametrize("folder", ["", "datastore/"])
def test_tags_in_files_of_their_own_and_backups_in_a_folder_are_read(
    tmp_path: Path, folder: str
) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        made.writestr(f"{folder}changedetection.json", json.dumps({"settings": {}}))
        made.writestr(f"{folder}aa/watch.json", json.dumps({"url": URL, "tags": ["t1"]}))
        made.writestr(f"{folder}t1/tag.json", json.dumps(TAG))
    with opened_archive(tmp_path / "b.zip") as archive:
        (job,) = changedetection_jobs(archive)
    assert (job.keep, said(job), job.history) == (["main"], {"tags Legal": True}, f"{folder}aa")


def test_nothing_that_a_watch_says_is_passed_over(tmp_path: Path) -> None:
    watch: dict[str, Any] = {
        "filter_text_removed": False,
        "filter_text_added": True,
        "webdriver_delay": 5,
        "made_up": "x",
        "processor": "restock_diff",
        "last_checked": 1_700_000_000,
        "conditions_match_logic": "ALL",
    }
    assert said(job_of(tmp_path, watch)) == {
        "`filter_text_removed: false`": True,
        "`webdriver_delay`": False,
        "`made_up`": True,
        "processor 'restock_diff'": True,
    }


def test_a_template_for_an_address_is_refused_as_one(tmp_path: Path) -> None:
    job = job_of(tmp_path, {"url": "https://bolt.example/{% now 'utc' %}"})
    assert "template" in job.refused


def test_a_page_without_a_title_of_somebodys_own_keeps_that_of_the_page(tmp_path: Path) -> None:
    assert job_of(tmp_path, {"title": None, "page_title": "Terms\n of use"}).name == "Terms of use"


def test_histories_in_the_index_are_taken_in(home: Path, watcher: Watcher) -> None:
    kept = {
        "1639956228": "/datastore/aa/6028.stripped.txt",
        "1639999999": "/datastore/aa/7626.stripped.txt",
    }
    files = {
        f"aa/{number}.stripped.txt": WORDS.format(days=days).encode()
        for number, days in ((6028, 30), (7626, 60))
    }
    backup(home / "b.zip", {"aa": {"url": URL, "history": kept}}, files=files)
    result = watcher("import", "changedetection", "b.zip", "--ledger", "past.db")
    assert "bolt-terms: 2 looks, 2021-12-19 to 2021-12-20" in result.output
    with Ledger.open(home / "past.db") as ledger:
        rows = ledger.claims.history(SourceId("bolt-terms"), "retention_days")
        assert [each.claim.value for each in rows] == [30, 60]
