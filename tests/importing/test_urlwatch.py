"""Files of urlwatch and webchanges in the shapes that people keep them in: older forms, newer keys, odd YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.importing.conftest import Watcher

from watcher.errors import DeclarationError
from watcher.importing import Job, urlwatch_jobs


def jobs_of(folder: Path, text: str) -> list[Job]:
    """Give the jobs of a file."""
    path = folder / "urls.yaml"
    path.write_text(text)
    return urlwatch_jobs(path)


def lost(job: Job) -> list[str]:
    """Give what of a job was not taken over."""
    return [each.what for each in job.left if each.is_lost]


def covered(job: Job) -> list[str]:
    """Give what of a job need not be declared."""
    return [each.what for each in job.left if not each.is_lost]


@pytest.mark.parametrize(
    ("said", "keep", "named"),
    [
        ("css:#a > div.b,html2text", ["#a > div.b"], ["filter `html2text`"]),
        (
            "xpath:/html/body/div[2]/p,html2text",
            ["html > body > div:nth-of-type(2) > p"],
            ["filter `html2text`"],
        ),
        (
            "element-by-class:long,strip,grep:x",
            ['[class~="long"]'],
            ["filter `strip`", "filter `grep`"],
        ),
        (
            "'css:table:contains(\"Due\"),html2text'",
            ['table:-soup-contains("Due")'],
            ["filter `html2text`"],
        ),
        (
            "html2text,grep:Current.*version,strip",
            [],
            ["filter `html2text`", "filter `strip`", "filter `grep`"],
        ),
    ],
)
def test_filters_in_one_line_are_taken_one_by_one(
    tmp_path: Path, said: str, keep: list[str], named: list[str]
) -> None:
    (job,) = jobs_of(tmp_path, f"url: https://lumen.example/terms\nfilter: {said}\n")
    assert job.keep == keep
    assert covered(job) + lost(job) == named


def test_the_newer_words_of_webchanges_are_known(tmp_path: Path) -> None:
    (job,) = jobs_of(
        tmp_path,
        """
url: https://lumen.example/search?a=1#top
params: {q: our policy, page: 2}
use_browser: chrome
filters:
  - css: main
  - html2text
diff_filters: [strip]
wait_for_selector:
  - {selector: '#list', state: visible}
  - css=article >> nth=0
  - {selector: .spinner, state: hidden}
http_credentials: bob:sesame
""",
    )
    assert job.url == "https://lumen.example/search?a=1&q=our+policy&page=2#top"
    assert (job.in_browser, job.keep) == (True, ["main"])
    assert job.steps == [{"wait_for": "#list"}, {"wait_for": "article"}]
    assert lost(job) == ["`diff_filters`", "`wait_for_selector`", "`http_credentials`"]
    assert "sesame" not in repr(job)


@pytest.mark.parametrize(
    ("said", "is_rendered"),
    [
        ("use_browser: true", True),
        ("use_browser: false", False),
        ("kind: browser", True),
        ("kind: url", False),
    ],
)
def test_who_renders_is_known_by_several_keys(tmp_path: Path, said: str, is_rendered: bool) -> None:
    (job,) = jobs_of(tmp_path, f"url: https://lumen.example/terms\n{said}\n")
    assert (job.in_browser, job.left) == (is_rendered, [])


def test_a_kind_of_somebodys_own_is_told_and_its_page_watched(tmp_path: Path) -> None:
    (job,) = jobs_of(
        tmp_path, "kind: custom-login\nurl: https://lumen.example/x\npassword: sesame\n"
    )
    assert lost(job) == ["`kind: custom-login`", "`password`"]
    assert (job.refused, "sesame" in repr(job)) == ("", False)


def test_jobs_told_apart_by_a_number_watch_one_page(tmp_path: Path) -> None:
    jobs = jobs_of(
        tmp_path, "url: https://lumen.example/terms#2\n---\nurl: https://lumen.example/terms#part\n"
    )
    assert [each.url for each in jobs] == [
        "https://lumen.example/terms",
        "https://lumen.example/terms#part",
    ]


def test_merged_keys_stand_behind_a_jobs_own(tmp_path: Path) -> None:
    (job,) = jobs_of(
        tmp_path,
        "url: https://lumen.example/c\nname: own\n<<: [{name: first, note: n}, {name: second, timeout: 3}]\n",
    )
    assert job.name == "own"
    assert {*lost(job)} == {"`note`", "`timeout`"}


def test_tags_of_somebodys_own_are_told(tmp_path: Path) -> None:
    (first, second) = jobs_of(
        tmp_path,
        "url: https://lumen.example/d\nfilter: !include filters.yaml\n---\nurl: !env HOST\n",
    )
    assert lost(first) == ["filter `!include filters.yaml`"]
    assert "!env HOST" in second.refused


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("url: lumen.example/r", "did you mean `https://lumen.example/r`?"),
        ("- url: https://lumen.example/a", "put each job between lines `---`"),
        ("https://lumen.example/a", "`watcher import urls`"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path: Path, said: str, why: str) -> None:
    (job,) = jobs_of(tmp_path, said)
    assert why in job.refused


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "urls.yaml"
    path.write_bytes(
        "url: https://lumen.example/a\r\nname: Größe\r\n---\r\nurl: x\r\n".encode(encoding)
    )
    first, second = urlwatch_jobs(path)
    assert (first.name, second.place) == ("Größe", "job 2, line 4")


def test_every_broken_document_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "urls.yaml"
    path.write_text("url: a\n---\nurl: [b\n---\nname: x: y\n---\nurl: c\n---\nfilter: *nowhere\n")
    with pytest.raises(DeclarationError) as caught:
        urlwatch_jobs(path)
    assert [each.line for each in caught.value.problems] == [4, 5, 9]


def test_a_title_that_is_the_sites_name_stands_once_in_the_id(home: Path, watcher: Watcher) -> None:
    (home / "urls.txt").write_text("https://bolt.example/terms Bolt\n")
    assert "  bolt  (line 1)" in watcher("import", "urls", "urls.txt").output
