"""What other tools watched, as declarations: mapped where there is a counterpart, told where there is none."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.importing.conftest import DECLARED, Watcher, backup

from watcher.errors import DeclarationError
from watcher.importing import Job, opened_archive, urlwatch_jobs
from watcher.importing.xpath import css_of
from watcher.model import Vocabulary
from watcher.sources.declarations import load_declarations


def taken(watcher: Watcher, *arguments: object) -> Any:
    """Give what an import tells as data."""
    return json.loads(watcher("import", *arguments, "--json").stdout)


def job_of(folder: Path, text: str) -> Job:
    """Give the one job of a file of urlwatch."""
    path = folder / "urls.yaml"
    path.write_text(f"url: https://lumen.example/privacy\n{text}")
    (job,) = urlwatch_jobs(path)
    return job


@pytest.mark.parametrize(
    ("text", "keep", "drop"),
    [
        ("filter: [css: main]", ["main"], []),
        ("filter: [{css: {selector: main, exclude: .menu}}]", ["main"], [".menu"]),
        ("filter: ['css:#terms']", ["#terms"], []),
        ("filter: [{element-by-id: terms}]", ['[id="terms"]'], []),
        ("filter: [{element-by-class: {class: long}}]", ['[class~="long"]'], []),
        ("filter: [{xpath: '//div[@id=\"a\"]/p'}]", ['div[id="a"] > p'], []),
        ("filter: [{xpath: {path: //main, exclude: //nav}}]", ["main"], ["nav"]),
    ],
)
def test_selectors_of_urlwatch_are_kept_and_dropped(
    tmp_path: Path, text: str, keep: list[str], drop: list[str]
) -> None:
    job = job_of(tmp_path, text)
    assert (job.keep, job.drop, job.left) == (keep, drop, [])


@pytest.mark.parametrize(
    ("text", "what", "is_lost"),
    [
        ("filter: [html2text]", "filter `html2text`", False),
        ("filter: [{grep: price}]", "filter `grep`", True),
        ("filter: [{shellpipe: rm}]", "filter `shellpipe`", True),
        ("filter: [{made-up: 1}]", "filter `made-up`", True),
        ("filter: [{xpath: '(//p)[2]'}]", "filter `xpath`", True),
        ("filter: [{css: {selector: p, skip: 2}}]", "filter `css`: `skip`", True),
        ("max_tries: 3", "`max_tries`", False),
        ("colour: red", "`colour`", True),
        ("wait_for: 3", "`wait_for`", False),
        ("diff_filter: [strip]", "`diff_filter`", True),
    ],
)
def test_what_urlwatch_has_and_watcher_not_is_named(
    tmp_path: Path, text: str, what: str, is_lost: bool
) -> None:
    (left,) = job_of(tmp_path, text).left
    assert (left.what, left.is_lost) == (what, is_lost)
    assert left.why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kind: shell", "runs a program"),
        ("command: df", "runs a program"),
        ("data: {a: b}", "sends a form"),
        ("method: POST", "sends a form"),
        ("enabled: false", "switched off"),
    ],
)
def test_what_is_no_page_is_refused(tmp_path: Path, text: str, why: str) -> None:
    assert why in job_of(tmp_path, text).refused


@pytest.mark.parametrize(
    ("xpath", "css"),
    [
        ("//main", "main"),
        ("/html/body", "html > body"),
        ("/body", None),
        ('//*[contains(@class, "t")]//li', '*[class*="t"] li'),
        ("xpath://p", "p"),
        ("//a/@href", None),
        ("(//p)[1]", None),
        ("//p[position()=1]", "p:nth-of-type(1)"),
        ("", None),
    ],
)
def test_xpath_is_css_only_where_both_say_the_same(xpath: str, css: str | None) -> None:
    assert css_of(xpath) == css


URLWATCH = """name: Lumen terms
url: https://lumen.example/terms
---
navigate: https://portal.lumen.example/trust
name: Trust
wait_for_selector: '#list li'
---
name: disk
command: df -h sesame
---
url: https://user:hunter2@lumen.example/x
headers: {Authorization: Bearer sesame}
---
url: https://bolt.example/privacy
headers: {Authorization: Bearer sesame}
"""


def test_jobs_join_what_is_declared_and_are_told_one_by_one(
    home: Path, watcher: Watcher, vocabulary: Vocabulary
) -> None:
    (home / "urls.yaml").write_text(URLWATCH)
    result = watcher("import", "urlwatch", "urls.yaml")
    assert result.exit_code == 1  # two jobs want a person
    assert "lumen-terms  (job 1, line 1)" in result.output
    assert "job 3, line 8: disk: runs a program" in result.output
    assert "job 4, line 11: has a user name or password" in result.output
    written = (home / "sources.yaml").read_text()
    assert "sesame" not in result.output + written
    assert "hunter2" not in result.output + written
    assert [line for line in DECLARED.splitlines() if line not in written.splitlines()] == []
    declared = load_declarations(home / "sources.yaml", vocabulary)
    assert {each.id: each.offerings for each in declared.sources.values()} == {
        "lumen-terms": ("lumen-api",),
        "lumen-trust": ("lumen-api",),
        "bolt-privacy": ("bolt",),
    }


def test_a_second_import_finds_all_declared(home: Path, watcher: Watcher) -> None:
    (home / "urls.txt").write_text("https://bolt.example/privacy\nhttps://bolt.example/terms\n")
    assert watcher("import", "urls", "urls.txt").exit_code == 0
    before = (home / "sources.yaml").read_text()
    told = taken(watcher, "urls", "urls.txt")
    assert (told["taken"], len(told["declared"]), told["written"]) == ([], 2, False)
    assert (home / "sources.yaml").read_text() == before


def test_a_dry_run_shows_the_lines_and_writes_nothing(home: Path, watcher: Watcher) -> None:
    (home / "urls.txt").write_text("# ours\nhttps://bolt.example/privacy  Our privacy\n\nftp://x\n")
    result = watcher("import", "urls", "urls.txt", "--dry-run", "--offering", "lumen-api")
    assert "title: Our privacy" in result.output
    assert "line 4: only http" in result.output or "line 4: " in result.output
    assert (home / "sources.yaml").read_text() == DECLARED
    assert watcher("import", "urls", "urls.txt", "--offering", "lumen").exit_code == 2


def test_opml_gives_its_pages(home: Path, watcher: Watcher) -> None:
    (home / "a.opml").write_text(
        '<opml version="2.0"><body><outline text="Law">\n'
        '<outline text="News" htmlUrl="https://bolt.example/news" xmlUrl="https://bolt.example/f"/>\n'
        '<outline text="Feed" xmlUrl="https://bolt.example/g"/>\n'
        '<outline text="Terms" type="link" url="https://bolt.example/terms"/>\n'
        "</outline></body></opml>"
    )
    told = taken(watcher, "opml", "a.opml")
    assert [each["entry"]["url"] for each in told["taken"]] == [
        "https://bolt.example/news",
        "https://bolt.example/terms",
    ]
    assert [each["place"] for each in told["refused"]] == ["line 3"]


def test_lists_are_read_as_people_write_them(home: Path, watcher: Watcher) -> None:
    (home / "a.txt").write_text(
        "\ufeff# ours\r\nhttps://bolt.example/a\tTerms of use\r\n  https://bolt.example/b#c   # why\r\n"
        "- [DPA](https://bolt.example/dpa)\r\n2. <https://bolt.example/d>\r\n|ls\r\nbolt.example/e\r\n"
    )
    told = taken(watcher, "urls", "a.txt")
    assert [(each["entry"]["url"], each["entry"]["title"]) for each in told["taken"]] == [
        ("https://bolt.example/a", "Terms of use"),
        ("https://bolt.example/b#c", "B"),
        ("https://bolt.example/dpa", "DPA"),
        ("https://bolt.example/d", "D"),
    ]
    assert [(each["place"], each["why"][:14]) for each in told["refused"]] == [
        ("line 6", "runs a program"),
        ("line 7", "'bolt.example/"),
    ]


def test_ways_behind_the_number_sign_are_pages_of_their_own(
    home: Path, watcher: Watcher, vocabulary: Vocabulary
) -> None:
    (home / "a.txt").write_text(
        "https://bolt.example/#/terms\nhttps://bolt.example/#/privacy\nhttps://bolt.example/#/terms\n"
    )
    told = taken(watcher, "urls", "a.txt")
    assert [each["entry"]["fetch"] for each in told["taken"]] == ["browser", "browser"]
    assert [each["place"] for each in told["declared"]] == ["line 3"]
    load_declarations(home / "sources.yaml", vocabulary)
    assert len(taken(watcher, "urls", "a.txt")["declared"]) == 3


def test_tables_give_their_addresses(home: Path, watcher: Watcher) -> None:
    (home / "a.csv").write_text(
        'name,url\n"Terms, all","https://bolt.example/a,b"\nno address\n\nhttps://bolt.example/c,\n'
    )
    told = taken(watcher, "urls", "a.csv")
    assert [(each["entry"]["url"], each["entry"]["title"]) for each in told["taken"]] == [
        ("https://bolt.example/a,b", "Terms, all"),
        ("https://bolt.example/c", "C"),
    ]
    assert [each["place"] for each in told["refused"]] == ["line 3"]


def test_opml_of_other_spellings_is_read_and_nothing_passed_over(
    home: Path, watcher: Watcher
) -> None:
    (home / "a.opml").write_text(
        '<opml version="1.0"><body><outline text="Law">\n'
        '<outline text="A" htmlurl="https://bolt.example/a" xmlurl="https://bolt.example/f"/>\n'
        '<outline text="B" type="link" URL="https://bolt.example/b"/>\n'
        '<outline text="C" type="include" url="https://bolt.example/more.opml"/>\n'
        '<outline text="https://bolt.example/d"/>\n'
        '<outline text="only words"/>\n'
        "</outline></body></opml>"
    )
    told = taken(watcher, "opml", "a.opml")
    assert [each["entry"]["url"].rpartition("/")[2] for each in told["taken"]] == ["a", "b", "d"]
    assert [(each["place"], each["why"]) for each in told["refused"]] == [
        ("line 4", "stands for another list: import https://bolt.example/more.opml by itself"),
        ("line 6", "has no address"),
    ]


WATCHES: dict[str, dict[str, object]] = {
    "aa": {
        "url": "https://bolt.example/terms",
        "title": "Bolt terms",
        "tags": ["t1"],
        "include_filters": ["#terms", "xpath://article", "json:$.a"],
        "subtractive_selectors": [".ad"],
        "fetch_backend": "html_webdriver",
        "browser_steps": [
            {"operation": "Goto site", "selector": "", "optional_value": ""},
            {"operation": "Click element if exists", "selector": "#ok", "optional_value": ""},
            {"operation": "Click element containing text", "optional_value": "Show all"},
            {"operation": "Enter text in field", "selector": "#q", "optional_value": "sesame"},
        ],
        "time_between_check": {"days": 1, "hours": 12, "minutes": None},
        "time_between_check_use_default": False,
        "headers": {"Cookie": "sesame"},
        "notification_urls": ["discord://1/sesame"],
    },
    "bb": {"url": "source:https://bolt.example/privacy", "time_between_check": {}},
    "cc": {"url": "https://bolt.example/old", "paused": True},
}
SETTINGS: dict[str, object] = {
    "application": {
        "notification_urls": ["slack://sesame/b/c", "post://hook.example/sesame"],
        "tags": {"t1": {"title": "Legal"}},
    },
    "requests": {"time_between_check": {"hours": 6}},
}


def test_a_backup_becomes_sources_and_channels_without_their_secrets(
    home: Path, watcher: Watcher, vocabulary: Vocabulary
) -> None:
    backup(home / "b.zip", WATCHES, SETTINGS)
    result = watcher("import", "changedetection", "b.zip", "--env-file", "secret.env")
    declared = load_declarations(home / "sources.yaml", vocabulary)
    terms, privacy = [declared.sources[each] for each in ("bolt-terms", "bolt-privacy")]  # type: ignore[index]
    assert (terms.keep, terms.drop) == (("#terms", "article"), (".ad",))
    assert [str(step) for step in terms.steps] == ["click '#ok'", "click_text 'Show all'"]
    assert (terms.every.total_seconds(), privacy.every.total_seconds()) == (36 * 3600, 6 * 3600)
    for told in ("tags Legal", "step 4, 'Enter text in field'", "'json:$.a'", "`headers`"):
        assert f"not: {told}" in result.output or told in result.output
    assert "is paused there" in result.output
    assert {each.name: each.offerings for each in declared.channels} == {
        "imported-1": (),
        "imported-3": ("bolt",),
    }
    assert "sesame" not in result.output + (home / "sources.yaml").read_text()
    lines = (home / "secret.env").read_text().splitlines()
    assert lines == [
        "WATCHER_IMPORTED_1_URL=slack://sesame/b/c",
        "WATCHER_IMPORTED_3_URL=discord://1/sesame",
    ]
    assert (home / "secret.env").stat().st_mode & 0o077 == 0


def test_a_backup_with_a_file_for_each_watch_is_read_too(home: Path, watcher: Watcher) -> None:
    with zipfile.ZipFile(home / "b.zip", "w") as made:
        made.writestr("changedetection.json", json.dumps({"settings": SETTINGS}))
        made.writestr("aa/watch.json", json.dumps(WATCHES["aa"]))
    assert [each["id"] for each in taken(watcher, "changedetection", "b.zip")["taken"]] == [
        "bolt-terms"
    ]


def test_a_collection_gives_a_source_for_each_page(
    home: Path, watcher: Watcher, vocabulary: Vocabulary
) -> None:
    folder = home / "declarations"
    folder.mkdir()
    (folder / "Bolt.json").write_text(
        json.dumps(
            {
                "name": "Bolt!",
                "terms": {
                    "Terms of Service": {
                        "fetch": "https://bolt.example/terms",
                        "select": ["main", {"startBefore": "#a", "endBefore": "#b"}],
                        "remove": ".ad",
                        "filter": ["tidy"],
                        "executeClientScripts": True,
                    },
                    "Privacy Policy": {
                        "combine": [
                            {"fetch": "https://bolt.example/p/one.html"},
                            {"fetch": "https://bolt.example/p/two", "select": "#two"},
                        ],
                        "select": "article",
                    },
                },
            }
        )
    )
    (folder / "Bolt.history.json").write_text("{}")
    told = taken(watcher, "ota", "declarations")
    whats = [left["what"] for left in told["taken"][0]["left"]]
    assert whats == ["`select` from … to …", "filter `tidy`"]
    sources = load_declarations(home / "sources.yaml", vocabulary).sources
    new = [source for source in sources.values() if source.offerings == ("bolt",)]
    assert [(each.kind, each.keep) for each in new] == [
        ("official_terms", ("main",)),
        ("privacy_policy", ("article",)),
        ("privacy_policy", ("#two",)),
    ]


def test_terms_without_a_page_are_told(home: Path, watcher: Watcher) -> None:
    (home / "declarations").mkdir()
    terms = {"A": {}, "B": None, "C": "https://bolt.example/c", "D": {"fetch": ["https://x"]}}
    said = {"name": "Bolt", "terms": {**terms, "E": {"fetch": "https://bolt.example/e"}}}
    (home / "declarations" / "Bolt.json").write_text(json.dumps(said))
    told = taken(watcher, "ota", ".")
    assert [each["entry"]["url"] for each in told["taken"]] == ["https://bolt.example/e"]
    assert [(each["name"], each["why"]) for each in told["refused"]] == [
        (kind, "has no `fetch`") for kind in terms
    ]


@pytest.mark.parametrize(
    ("kind", "name", "text", "told"),
    [
        ("urlwatch", "a.yaml", "url: [\n", "a.yaml:2"),
        ("urlwatch", "a.yaml", "\x00", "not valid YAML"),
        ("urls", "none.txt", None, "no such file"),
        ("opml", "a.opml", "<opml>\n<a></opml>", "a.opml:2: not valid XML"),
        ("opml", "a.opml", "<html/>", "no OPML"),
        ("opml", "a.opml", '<!DOCTYPE o [<!ENTITY a "b">]><opml/>', "entities"),
        ("changedetection", "a.zip", "no zip", "no ZIP"),
        ("ota", "a", None, "no folder"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_written(
    home: Path, watcher: Watcher, kind: str, name: str, text: str | None, told: str
) -> None:
    if text is not None:
        (home / name).write_text(text)
    result = watcher("import", kind, name)
    assert result.exit_code == 2
    assert told in str(result.exception)
    assert (home / "sources.yaml").read_text() == DECLARED


def test_all_broken_declarations_are_told_at_once(home: Path, watcher: Watcher) -> None:
    (home / "d").mkdir()
    (home / "d" / "A.json").write_text("{\n  oops")
    (home / "d" / "B.json").write_text("[]")
    error = watcher("import", "ota", "d").exception
    assert isinstance(error, DeclarationError)
    assert [(Path(each.file).name, each.line) for each in error.problems] == [
        ("A.json", 2),
        ("B.json", None),
    ]


def test_aliases_that_unfold_to_billions_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(lines))
    with pytest.raises(DeclarationError, match="unfolds to more"):
        urlwatch_jobs(path)


@pytest.mark.parametrize(
    ("name", "payload", "told"),
    [
        ("../evil", b"x", "leads out"),
        ("/etc/evil", b"x", "leads out"),
        ("a\\..\\evil", b"x", "leads out"),
        ("bomb.txt", bytes(3_000_000), "made to do harm"),
    ],
)
def test_an_archive_that_is_made_to_do_harm_is_refused(
    tmp_path: Path, name: str, payload: bytes, told: str
) -> None:
    path = backup(tmp_path / "b.zip", {}, files={name: payload})
    with pytest.raises(DeclarationError, match=told), opened_archive(path):
        pass


def test_links_and_too_large_files_in_an_archive_are_refused_together(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        large = zipfile.ZipInfo("large")
        made.writestr(large, b"x")
        large.file_size = 60_000_000  # what the directory says of it
    with pytest.raises(DeclarationError) as caught, opened_archive(path):
        pass
    assert [each.path for each in caught.value.problems] == ["link", "large"]
