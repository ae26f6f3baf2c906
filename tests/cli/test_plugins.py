"""Plug-ins as packages that are installed: the examples at work, and what happens when one is broken."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.conftest import policy

from watcher.api import read_document
from watcher.ledger import Ledger
from watcher.model import SourceId

Watcher = Callable[..., Result]
Install = Callable[..., None]

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECOND = """  - id: second
    url: {url}
    title: Second
    kind: dpa
    offerings: [lumen-api]
    {more}
"""

READ = """from watcher.plugs import Block, BlockKind, Document
class PlugIn:
    def read(self, payload, url):
        """


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a package where Python finds it, as pip would: its metadata, its entry points, its module."""

    def put(folder: Path, entries: dict[str, dict[str, str]], name: str, version: str) -> None:
        site = tmp_path_factory.mktemp("site")
        about = site / f"{name.replace('-', '_')}-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        lines = [
            line
            for group, points in entries.items()
            for line in (f"[{group}]", *(f"{key} = {value}" for key, value in points.items()))
        ]
        (about / "entry_points.txt").write_text("\n".join(lines) + "\n")
        for path in (folder, site):
            monkeypatch.syspath_prepend(str(path))

    def package(name: str) -> None:
        told = tomllib.loads((EXAMPLES / name / "pyproject.toml").read_text())["project"]
        put(EXAMPLES / name, told["entry-points"], name, told["version"])

    def code(name: str, point: str, plug: str, source: str, version: str) -> None:
        folder = tmp_path_factory.mktemp("code")
        module = name.replace("-", "_")
        (folder / f"{module}.py").write_text(source)
        put(folder, {f"watcher.{point}": {plug: f"{module}:PlugIn"}}, name, version)
        monkeypatch.delitem(sys.modules, module, raising=False)

    def either(name: str, *parts: str, version: str = "1.0") -> None:
        code(name, *parts, version) if parts else package(name)

    return either


def declare(home: Path, url: str, more: str = "") -> None:
    """Declare a second source beside the one on the site."""
    with (home / "sources.yaml").open("a") as file:
        file.write(SECOND.format(url=url, more=more))


def checked(home: Path, name: str = "second") -> Any:
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        return ledger.checks.of(SourceId(name), 1)[0]


def changes(watcher: Watcher) -> list[Any]:
    told = json.loads(watcher("changes", "--json").stdout)
    return [each for each in told if each["kind"] == "change"]


def word(*paragraphs: str) -> bytes:
    """Give a small Word document: a heading, then paragraphs."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    title = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Processing</w:t></w:r></w:p>'
    told = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    cells = "".join(
        f"<w:tc><w:p><w:r><w:t>{each}</w:t></w:r></w:p></w:tc>" for each in ("Hosting", "EU")
    )
    table = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        body = f'<w:document xmlns:w="{space}"><w:body>{title}{told}{table}</w:body></w:document>'
        archive.writestr("word/document.xml", body)
    return packed.getvalue()


# ── the examples ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def drop(home: Path, install: Install, monkeypatch: pytest.MonkeyPatch) -> Path:
    install("watcher-drop")
    monkeypatch.setenv("WATCHER_DROP", str(home / "drop"))
    folder = home / "drop" / "portal.example"
    folder.mkdir(parents=True)
    (folder / "terms.html").write_bytes(policy())
    return folder


@pytest.mark.parametrize(
    ("scheme", "more"), [("drop", ""), ("https", "fetch: drop")], ids=["by scheme", "by name"]
)
def test_what_a_plug_in_fetches_is_judged_read_and_compared(
    home: Path, watcher: Watcher, drop: Path, scheme: str, more: str
) -> None:
    declare(home, f"{scheme}://portal.example/terms.html", more)
    assert watcher("lint").exit_code == 0
    assert watcher("sweep").exit_code == 0
    assert checked(home).judgement.verdict == "ok"
    (drop / "terms.html").write_bytes(policy(days=90))
    watcher("sweep", "--all")
    (told,) = changes(watcher)
    assert told["source"] == "second" and "90 days" in json.dumps(told)

    (drop / "terms.html").write_text("<title>Just a moment...</title><div id=cf-challenge></div>")
    watcher("sweep", "--all")
    assert checked(home).judgement.verdict == "challenge"
    (drop / "terms.html").unlink()
    assert watcher("sweep", "--all").exit_code == 1
    assert checked(home).judgement.verdict == "gone"


def test_a_plug_in_that_refuses_is_believed(home: Path, watcher: Watcher, drop: Path) -> None:
    (home / "secret").write_text("not to be read")
    declare(home, "drop://portal.example/..%2F..%2Fsecret")
    assert watcher("sweep").exit_code == 1
    assert checked(home).judgement.verdict == "refused"


def test_what_a_plug_in_reads_holds_quotes_verbatim(
    home: Path, watcher: Watcher, site: Any, install: Install
) -> None:
    site.pages["/dpa"] = (200, word("Customer content is deleted\n after 30 days."))
    site.types["/dpa"] = WORD
    declare(home, f"{site.base}/dpa")
    watcher("sweep")
    assert checked(home).judgement.verdict == "wrong_document", "nobody can read it"

    install("watcher-docx")
    assert watcher("sweep", "--all").exit_code == 0
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        known = ledger.sources.known(SourceId("second"))
        assert known.document_id is not None
        document = ledger.documents.get(known.document_id)
        claims = ledger.claims.current(SourceId("second"))
    assert [each.text for each in document.blocks][-1] == "Hosting | EU"
    assert document.reader.endswith(f"{WORD} 0.1")
    assert claims
    for claim in claims:
        start = claim.evidence.start
        quote = claim.evidence.quote
        assert document.text[start : start + len(quote)] == quote


def test_a_newer_plug_in_reads_again_and_tells_nobody(
    home: Path, watcher: Watcher, site: Any, install: Install
) -> None:
    site.pages["/dpa"] = (200, b"PK\x03\x04 and so on")
    site.types["/dpa"] = "application/x-own"
    declare(home, f"{site.base}/dpa")
    for version, days in (("1.0", 30), ("1.1", 90)):
        text = f"Customer content is deleted after {days} days. " + "It is kept apart. " * 30
        source = f"{READ}return Document((Block(BlockKind.PARAGRAPH, {text!r}),))"
        install("watcher-own", "readers", "application/x-own", source, version=version)
        watcher("sweep", "--all")
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        second = SourceId("second")
        assert "application/x-own 1.1," in ledger.sources.known(second).read_by
        values = {claim.key: claim.value for claim in ledger.claims.current(second)}
    assert values["retention_days"] == 90, "it was read again"
    assert changes(watcher) == []


def test_a_plug_in_tells_people(home: Path, watcher: Watcher, site: Any, install: Install) -> None:
    install("watcher-journal")
    journal = home / "journal.jsonl"
    with (home / "sources.yaml").open("a") as file:
        file.write(
            f"notifications:\n  ours:\n    plug_in: {{name: journal, options: {{path: {journal}}}}}\n"
        )
    assert "plug-in journal" in watcher("notify", "list").stdout
    assert watcher("notify", "test", "ours").exit_code == 0
    watcher("sweep")
    site.pages["/data"] = (200, policy(days=90))
    watcher("sweep", "--all")
    test, told = map(json.loads, journal.read_text().splitlines())
    assert test["type"] == "watcher.test"
    assert "30 days" in json.dumps(told) and told["id"].startswith("msg_")


def test_a_plug_in_exports(home: Path, watcher: Watcher, install: Install) -> None:
    install("watcher-bibtex")
    watcher("sweep")
    assert "bibtex" in watcher("export", "--help").stdout
    told = watcher("export", "bibtex", "--unreviewed").stdout
    assert "@misc{lumen-api:retention_days," in told
    assert "author = {{Lumen Forge}}" in told and "after 30 days" in told


def test_the_example_of_the_documentation_works(
    home: Path, watcher: Watcher, install: Install
) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "plugs.md").read_text()
    ((project, module),) = re.findall(r"```toml\n(.*?)```\n\n```python\n(.*?)```", page, re.S)
    ((name, entry),) = tomllib.loads(project)["project"]["entry-points"]["watcher.fetchers"].items()
    assert entry == "watcher_memo:MemoFetcher"
    install("watcher-memo", "fetchers", name, module + "PlugIn = MemoFetcher\n")
    declare(home, "memo://acme.example/terms")
    watcher("sweep")
    with Ledger.open(home / "snapshots" / "watcher.db", read_only=True) as ledger:
        kept = ledger.snapshots.of(SourceId("second"))
    assert [each.fetched_with for each in kept] == ["memo"]


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────

FETCH = "class PlugIn:\n    def fetch(self, source, known):\n        "
HANGS = "from threading import Event\n"
RESPONSE = "from datetime import UTC, datetime\nfrom watcher.plugs import Response\n"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import nowhere_to_be_found", "cannot be loaded: ModuleNotFoundError"),
        (
            "class PlugIn:\n    def __init__(self): raise SystemExit(3)",
            "cannot be loaded: SystemExit",
        ),
        ("class PlugIn: pass", "cannot be used: TypeError"),
        (f"{FETCH}raise ZeroDivisionError('by design')", "ZeroDivisionError: by design"),
        (f"{FETCH}raise SystemExit(0)", "SystemExit"),
        (f"{FETCH}return 'a page'", "gave str, no Response"),
        (f"{RESPONSE}{FETCH}return Response('', '', None, payload='text')", "payload is str"),
        (f"{HANGS}{FETCH}Event().wait()", "TimeoutError: it took longer than 0.3 seconds"),
    ],
    ids=["import", "exits", "no fetcher", "raises", "exits in a look", "text", "no bytes", "hangs"],
)
def test_a_broken_fetcher_is_the_trouble_of_its_sources_alone(
    home: Path,
    watcher: Watcher,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    said: str,
) -> None:
    monkeypatch.setenv("WATCHER_DEADLINE", "0.3")
    install("watcher-broken", "fetchers", "broken", source)
    declare(home, "broken://portal.example/terms")
    swept = watcher("sweep")
    assert swept.exit_code == 1
    judgement = checked(home).judgement
    assert judgement.verdict == "unreachable"
    assert said in judgement.signal and "pip uninstall watcher-broken" in judgement.signal
    assert "bug" not in swept.output and "watcher-broken" in swept.output
    assert checked(home, "data-policy").judgement.verdict == "ok"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f"{READ}raise RuntimeError('no such part')", "RuntimeError: no such part"),
        (f"{READ}return 'text'", "gave str, no Document"),
        (f"{READ}return Document(())", "found no text"),
        (f"{READ}return Document((Block(BlockKind.HEADING, 'a', level=99),))", "level 99"),
        (f"{READ}return Document((Block(BlockKind.PARAGRAPH, None),))", "cannot read"),
        (f"{HANGS}{READ}Event().wait()", "it took longer than 2 seconds"),
    ],
    ids=["raises", "text", "nothing", "level", "no text in a block", "hangs"],
)
def test_a_broken_reader_makes_its_sources_unreadable(
    home: Path,
    watcher: Watcher,
    site: Any,
    install: Install,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    said: str,
) -> None:
    monkeypatch.setenv("WATCHER_DEADLINE", "2")
    site.pages["/dpa"] = (200, b"PK\x03\x04 and so on")
    site.types["/dpa"] = "application/x-broken"
    install("watcher-broken", "readers", "application/x-broken", source)
    declare(home, f"{site.base}/dpa")
    assert watcher("sweep").exit_code == 1
    judgement = checked(home).judgement
    assert judgement.verdict == "unreadable"
    assert said in judgement.signal
    assert "pip uninstall watcher-broken" in judgement.signal


def test_a_broken_notifier_is_a_channel_that_fails(
    home: Path, watcher: Watcher, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "class PlugIn:\n    def send(self, message, options): raise OSError(options['key'])"
    install("watcher-broken", "notifiers", "broken", source)
    monkeypatch.setenv("BROKEN_KEY", "a-very-secret-key")
    with (home / "sources.yaml").open("a") as file:
        file.write(
            "notifications:\n  ours:\n    plug_in: {name: broken, secrets: {key: BROKEN_KEY}}\n"
        )
    told = watcher("notify", "test", "ours")
    assert told.exit_code == 1
    assert "pip uninstall watcher-broken" in told.output and "a-very-secret-key" not in told.output
    monkeypatch.delenv("BROKEN_KEY")
    assert "not set: BROKEN_KEY" in watcher("notify", "list").output


def test_a_broken_exporter_says_so(home: Path, watcher: Watcher, install: Install) -> None:
    source = "class PlugIn:\n    def export(self, registry): raise KeyError('claims')"
    install("watcher-broken", "exporters", "broken", source)
    watcher("sweep")
    told = watcher("export", "broken")
    assert told.exit_code == 2
    assert "pip uninstall watcher-broken" in str(told.exception)


def test_what_is_not_installed_is_a_problem_of_the_declaration(
    home: Path, watcher: Watcher
) -> None:
    declare(home, "gopher://portal.example/terms", "fetch: carrier-pigeon")
    with (home / "sources.yaml").open("a") as file:
        file.write("notifications:\n  ours:\n    plug_in: {name: journal}\n")
    told = watcher("lint")
    assert told.exit_code == 2
    for said in (
        "'gopher://portal.example/terms' is not an http or https address",
        "carrier-pigeon",
        "'journal'",
    ):
        assert said in told.output + str(told.exception)


def test_plug_ins_are_listed_with_what_is_wrong(
    home: Path, watcher: Watcher, install: Install
) -> None:
    assert watcher("plugins").exit_code == 0
    install("watcher-journal")
    install("watcher-broken", "fetchers", "broken", "raise ImportError('gone')")
    listed = json.loads(watcher("plugins", "--json").stdout)
    assert [(each["point"], each["name"], bool(each["trouble"])) for each in listed] == [
        ("fetchers", "broken", True),
        ("notifiers", "journal", False),
    ]
    assert watcher("plugins").exit_code == 1


def test_two_packages_with_one_name_are_told_apart(
    home: Path, watcher: Watcher, install: Install
) -> None:
    for name in ("watcher-one", "watcher-two"):
        install(name, "fetchers", "twice", f"{FETCH}return None")
    declare(home, "twice://portal.example/terms")
    watcher("sweep")
    signal = checked(home).judgement.signal
    assert "watcher-one and watcher-two both bring a plug-in twice" in signal


def test_what_nothing_needs_is_not_loaded(home: Path, watcher: Watcher, install: Install) -> None:
    for point in ("fetchers", "readers", "notifiers", "exporters"):
        mark = home / f"{point}.loaded"
        install(f"watcher-{point}", point, "idle", f"open({str(mark)!r}, 'w').close()")
    assert watcher("sweep").exit_code == 0
    watcher("export", "json")
    assert not list(home.glob("*.loaded"))
    asked = (
        "import sys; from watcher.cli import cli; cli(['--help'], standalone_mode=False); "
        "print('importlib.metadata' in sys.modules)"
    )
    helped = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert helped.stdout.splitlines()[-1] == "False"


def test_texts_of_a_plug_in_are_put_on_one_line(install: Install) -> None:
    rough = "Block(BlockKind.PARAGRAPH, ' Kept\\n for\\u200b  30 days. ', path=('A \\n B',))"
    source = f"{READ}return Document(({rough}, Block(BlockKind.ITEM, ' \\n ')))"
    install("watcher-rough", "readers", "application/x-rough", source)
    document = read_document(b"PK\x03\x04", "https://acme.example/", "application/x-rough")
    assert [each.text for each in document.blocks] == ["Kept for 30 days."]
    assert document.blocks[0].path == ("A B",)
