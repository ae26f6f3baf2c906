"""sources.yaml is read as written and refused as a whole, every problem at once with its line."""

from __future__ import annotations

import re
import time
from datetime import time as clock
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import DeclarationError
from watcher.model import (
    Authority,
    Channel,
    Chat,
    Cron,
    DeclaredClaim,
    Email,
    FetchMode,
    HostRules,
    NoticeKind,
    Offering,
    QuietHours,
    Security,
    Source,
    SourceKind,
    Step,
    StepAction,
    Webhook,
)
from watcher.shipped import STARTER
from watcher.sources.declarations import load_declarations
from watcher.sources.nodes import parse_yaml
from watcher.sources.vocabulary import load_vocabulary

HERE = Path(__file__).parent
OWN = HERE.parent.parent / "sources.yaml"
VALID = sorted((HERE / "valid").glob("*.yaml"))
INVALID = sorted((HERE / "invalid").glob("*.yaml"))
VOCABULARY = load_vocabulary()


def problems_of(path: Path) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        load_declarations(path, VOCABULARY)
    return [str(problem) for problem in caught.value.problems]


def expected_problems(path: Path) -> list[tuple[int, str]]:
    """Read the `#! …` notes of an invalid example: what is wrong with the line they stand on."""
    return [
        (number, note.strip())
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for note in line.split("#!")[1:]
    ]


@pytest.mark.parametrize("path", [*VALID, OWN], ids=lambda path: path.stem)
def test_valid_examples_load(path: Path) -> None:
    declarations = load_declarations(path, VOCABULARY)
    assert declarations.path == path
    assert declarations.sources
    for source_id, source in declarations.sources.items():
        assert source.id == source_id
        assert set(source.offerings) <= set(declarations.offerings)


@pytest.mark.parametrize(
    "path",
    [path for path in INVALID if path.stem not in ("empty", "only_comments")],
    ids=lambda path: path.stem,
)
def test_every_problem_is_told_at_once_with_its_line(path: Path) -> None:
    found = problems_of(path)
    expected = expected_problems(path)
    for number, note in expected:
        at = [problem for problem in found if problem.startswith(f"{path}:{number}: ")]
        assert any(note in problem for problem in at), f"line {number}: {note!r} not in {at}"
    assert len(found) == len(expected), "\n".join(found)


@pytest.mark.parametrize("name", ["empty", "only_comments"])
def test_an_empty_file_says_what_to_do(name: str) -> None:
    path = HERE / "invalid" / f"{name}.yaml"
    assert problems_of(path) == [
        f"{path}: the file is empty (`watcher init` writes one to begin with)"
    ]


def test_problems_stand_in_the_order_of_the_file() -> None:
    with pytest.raises(DeclarationError) as caught:
        load_declarations(HERE / "invalid" / "keys.yaml", VOCABULARY)
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines, key=lambda line: line or 0)


def test_every_key_becomes_a_noun() -> None:
    path = HERE / "valid" / "everything.yaml"
    declarations = load_declarations(path, VOCABULARY)
    assert next(iter(declarations.offerings.values())) == Offering(
        slug="acme-api",
        name="Acme API",
        provider="Acme Inc.",
        type="API / developer platform",
        status="beta",
        summary="An API that reads minds.",
        official_site="https://acme.example/",
        official_docs="https://docs.acme.example/",
        guidance="Ask before you think.",
    )
    terms, portal = declarations.sources.values()
    assert terms == Source(
        id="acme-terms",
        url="https://acme.example/terms",
        title="Terms of use",
        kind=SourceKind.OFFICIAL_TERMS,
        offerings=("acme-api", "acme-chat"),
        authority=Authority.PRIMARY,
        every=timedelta(weeks=2),
        fetch=FetchMode.AUTO,
        keep=("main",),
        drop=("nav", ".related > li"),
        language="pt-br",
        claims=(
            DeclaredClaim(
                "training_use_of_input", "#training", "do(?:es)? not train", "no", "API only"
            ),
            DeclaredClaim("dpa_version", None, r"version (v\.\d{6})", "010126"),
            DeclaredClaim("data_residency_regions", "table.regions", None, "eu, us"),
            DeclaredClaim("retention_days", None, r"(\d+) days"),
        ),
    )
    assert portal.id == "127-0-0-1-portal"
    assert portal.allow_private
    assert (portal.every, portal.fetch, portal.language) == (
        timedelta(hours=12),
        FetchMode.BROWSER,  # which its steps need
        "en",
    )
    assert portal.steps == (
        Step(StepAction.CLICK, "#show-all", times=20),
        Step(StepAction.CLICK_TEXT, "Show all controls", optional=True),
        Step(StepAction.EXPAND, ".faq"),
        Step(StepAction.TABS, ".regions button", panel="#region"),
        Step(StepAction.SCROLL, "end"),
        Step(StepAction.WAIT_FOR, "#terms li", within=20.0),
    )
    assert declarations.hosts == {
        "acme.example": HostRules(spacing=0.5, concurrency=2, robots=False, allow_private=True)
    }


def test_what_yaml_would_change_is_read_as_written() -> None:
    declarations = load_declarations(HERE / "valid" / "as_written.yaml", VOCABULARY)
    offering = declarations.offerings["010126"]
    assert (offering.name, offering.provider, offering.type) == ("no", "1:30", "2024-01-01")
    assert (offering.summary, offering.guidance) == ("~", "0x1F")
    source = declarations.sources["on"]
    assert (source.title, source.language, source.claims[0].value) == ("1e3", "no", "010126")


def test_the_starter_lints_clean(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes(STARTER.read_bytes())
    declarations = load_declarations(path, VOCABULARY)
    assert not declarations.offerings  # so that nobody asks example.com
    assert not declarations.sources


def test_the_starter_lints_clean_with_its_examples_uncommented(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    uncommented = re.sub(
        r"(?m)^# (?=  |hosts:)| (?:\{\}|\[\])$", "", STARTER.read_text(encoding="utf-8")
    )
    path.write_text(uncommented, encoding="utf-8")
    declarations = load_declarations(path, VOCABULARY)
    assert len(declarations.sources) == 4
    assert declarations.hosts["example.com"].spacing == 5


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "there is no such file (run `watcher init`"),
        (lambda path: path.mkdir(), "is a folder, not a file"),
        (lambda path: path.write_bytes(b"a: 1\nb: \xff\n"), ":2: is not UTF-8 (save it as UTF-8)"),
        (lambda path: path.write_bytes(b"a: \x00"), ":1: there is a character here that YAML"),
        (lambda path: path.write_bytes(b" " * 20_000_001), "is larger than 20 MB"),
        (lambda path: path.write_bytes(b"- " * 500_000), ":1: 1.1.1: is nested too deeply"),
        (lambda path: path.write_bytes(b"a: {" * 900), ":1: "),
    ],
)
def test_what_cannot_be_read_is_one_clear_problem(tmp_path: Path, write, message: str) -> None:
    path = tmp_path / "sources.yaml"
    write(path)
    (problem,) = problems_of(path)
    assert problem.startswith(str(path))
    assert message in problem


def test_a_file_without_read_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "sources.yaml"
    (tmp_path / "folder").write_text("in the way")
    (problem,) = problems_of(path)
    assert "cannot be read: Not a directory" in problem


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + (HERE / "valid" / "smallest.yaml").read_bytes())
    assert load_declarations(path, VOCABULARY).sources


@settings(max_examples=150)
@given(st.text(alphabet="ab:-[]{}&*!'\"#\n ,|>?0", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    written = parse_yaml(text, "sources.yaml")
    assert written.problems or not written.broken


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_in_problems_or_loads(
    data: st.DataObject, tmp_path_factory
) -> None:
    lines = (HERE / "valid" / "everything.yaml").read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        indent = " " * (len(lines[at]) - len(lines[at].lstrip()))
        damage = st.sampled_from(["", "- x", "x: y", "- {a: [b]}", "key:", lines[at].strip() + "]"])
        lines[at] = indent + data.draw(damage)
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        assert load_declarations(path, VOCABULARY).path == path
    except DeclarationError as error:
        assert error.problems
        assert all(problem.message for problem in error.problems)


def test_times_of_day_and_quiet_hours() -> None:
    sources = load_declarations(HERE / "valid" / "times.yaml", VOCABULARY).sources
    usual, weekdays, elsewhere = sources.values()

    assert usual.cron == Cron("0 0 * * *", "Europe/Berlin")
    assert usual.quiet == QuietHours(clock(22), clock(6), "Europe/Berlin")
    assert (weekdays.cron, weekdays.every) == (Cron("0 9 * * mon-fri", "UTC"), timedelta(days=3))
    assert (elsewhere.cron, elsewhere.every) == (None, timedelta(hours=6))
    assert elsewhere.quiet == QuietHours(clock(1), clock(5, 30), "UTC")


def test_a_thousand_sources_load_within_a_second(tmp_path: Path) -> None:
    offerings = "".join(f"  o{at}: {{name: O{at}, provider: P, type: API}}\n" for at in range(50))
    sources = "".join(
        f"  - id: s{at}\n    url: https://h{at % 50}.example/page/{at}\n    title: Page {at}\n    kind: dpa\n"
        f"    offerings: [o{at % 50}]\n    every: 12h\n    keep: main\n    drop: [nav, .x{at % 40}]\n"
        f"    claims:\n      - {{key: retention_days, pattern: '(\\d+) days'}}\n"
        for at in range(1000)
    )
    path = tmp_path / "sources.yaml"
    path.write_text(f"offerings:\n{offerings}sources:\n{sources}")
    began = time.process_time()
    declarations = load_declarations(path, VOCABULARY)
    assert time.process_time() - began < 1
    assert len(declarations.sources) == 1000


def test_channels_become_nouns() -> None:
    channels = load_declarations(HERE / "valid" / "channels.yaml", VOCABULARY).channels
    mail, by_tls, chat, bot, hidden = channels
    assert mail == Channel(
        "everything", Email(("ada@example.org",), "watcher@example.org", "smtp.example.org", 587)
    )
    assert by_tls == Channel(
        "by-tls",
        Email(
            ("ada@example.org", "grace@example.org"),
            "watcher@example.org",
            "smtp.example.org",
            2465,
            Security.TLS,
            "watcher",
            "SMTP_PASSWORD",
        ),
        about=(NoticeKind.CHANGE, NoticeKind.CORRECTION),
        significance=3,
        digest=Cron("5 8 * * mon", "Europe/Berlin"),
    )
    assert (chat.to, chat.providers) == (Chat("CHAT_URL"), ("Acme Inc.",))
    assert chat.digest == Cron("30 17 * * *", "UTC")
    assert bot.to == Webhook("BOT_SECRET", "http://127.0.0.1:8080/hook", allow_private=True)
    assert (bot.offerings, bot.digest) == (("acme-api",), None)
    assert hidden.to == Webhook("HOOK_SECRET", url_env="HOOK_URL")
    assert hidden.digest == Cron("0 8 * * mon-fri", "Europe/Berlin")


def test_a_secret_pasted_by_mistake_is_not_repeated() -> None:
    assert "the-secret-itself" not in "".join(problems_of(HERE / "invalid" / "channels.yaml"))
