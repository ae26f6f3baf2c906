"""A source written into sources.yaml: in its place, all else to the letter as it was, or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from watcher.errors import DeclarationError
from watcher.model import Offering, Slug, Vocabulary
from watcher.sources.declarations import load_declarations
from watcher.sources.writing import NewSource, add_source, preview

ENTRY = {
    "id": "acme-dpa",
    "url": "https://acme.example/dpa",
    "title": "Data processing addendum",
    "kind": "dpa",
    "offerings": "acme-api",
}
NEW = NewSource(ENTRY, Slug("acme-api"))
OFFERINGS = """# What we watch.
offerings:
  acme-api:   # the first
    name: Acme API
    provider: Acme
    type: API
    summary: >-
      A long
      summary.

  bolt-chat: {name: Bolt Chat, provider: Bolt, type: Chat}
"""
SOURCE = """  - id: {id}   # {id}
    url: https://{id}.example/terms
    title: "Terms: of use"
    kind: official_terms
    offerings: {offering}
"""
ACME = SOURCE.format(id="acme-terms", offering="acme-api")
BOLT = SOURCE.format(id="bolt-terms", offering="bolt-chat")
DPA = """  - id: acme-dpa
    url: https://acme.example/dpa
    title: Data processing addendum
    kind: dpa
    offerings: acme-api
"""


def written(folder: Path, text: str, vocabulary: Vocabulary, new: NewSource = NEW) -> str:
    """Give the file that adding `new` to `text` makes."""
    path = folder / "sources.yaml"
    path.write_bytes(text.encode())
    add_source(path, new, vocabulary)
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{ACME}\n{BOLT}", f"{ACME}\n{DPA}\n{BOLT}"),
        (f"{ACME}{BOLT}", f"{ACME}{DPA}{BOLT}"),
        (f"{BOLT}\n{ACME}", f"{BOLT}\n{ACME}\n{DPA}"),
        (f"{ACME}\n  # ── Bolt ──\n\n{BOLT}", f"{ACME}\n{DPA}\n  # ── Bolt ──\n\n{BOLT}"),
        (f"{ACME}    # keep: main\n\n{BOLT}", f"{ACME}    # keep: main\n\n{DPA}\n{BOLT}"),
        (
            f"{ACME}    keep: [main, .terms]\n\n{BOLT}",
            f"{ACME}    keep: [main, .terms]\n\n{DPA}\n{BOLT}",
        ),
        (f"{ACME}\n{BOLT}\n# The end.\n", f"{ACME}\n{DPA}\n{BOLT}\n# The end.\n"),
        (
            f"{ACME}\n{SOURCE.format(id='both', offering='[acme-api, bolt-chat]')}",
            f"{ACME}\n{DPA}\n{SOURCE.format(id='both', offering='[acme-api, bolt-chat]')}",
        ),
        (f"{ACME}\n\n\ndefaults:\n  every: 1d\n", f"{ACME}\n{DPA}\n\n\ndefaults:\n  every: 1d\n"),
    ],
    ids=["apart", "together", "last", "heading", "comment", "brackets", "end", "shared", "section"],
)
def test_a_source_stands_after_the_last_of_its_offering(
    tmp_path: Path, vocabulary: Vocabulary, before: str, after: str
) -> None:
    head = f"{OFFERINGS}\nsources:\n"
    assert written(tmp_path, head + before, vocabulary) == head + after


def test_lists_may_stand_at_the_margin_and_dashes_alone(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    item = "-\n  url: https://a.example/\n  title: A\n  kind: other\n  offerings:\n  - acme-api\n"
    text = written(tmp_path, f"{OFFERINGS}sources:\n{item}", vocabulary)
    dedented = DPA.replace("  - id", "- id").replace("    ", "  ")
    assert text == f"{OFFERINGS}sources:\n{item}\n{dedented}"


def test_a_block_of_text_at_the_end_of_a_source_keeps_its_lines(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    long = ACME.replace('"Terms: of use"', ">-\n      Terms\n      of use")
    ending = "  - url: https://b.example/\n    kind: other\n    offerings: acme-api\n    title: |\n      A page\n\n"
    text = written(tmp_path, f"{OFFERINGS}\nsources:\n{long}\n{ending}", vocabulary)
    assert text == f"{OFFERINGS}\nsources:\n{long}\n{ending.rstrip()}\n\n{DPA}\n"


@pytest.mark.parametrize("empty", ["sources: []\n", "sources: []   # none yet\n"])
def test_the_first_source_takes_the_place_of_none(
    tmp_path: Path, vocabulary: Vocabulary, empty: str
) -> None:
    comment = " # none yet" if "#" in empty else ""
    text = written(tmp_path, OFFERINGS + empty, vocabulary)
    assert text == f"{OFFERINGS}sources:{comment}\n{DPA}"


def test_a_new_offering_comes_with_its_source(tmp_path: Path, vocabulary: Vocabulary) -> None:
    offering = Offering(
        Slug("zeta"), "Zeta: one", "Zeta", "API", official_site="https://zeta.example/"
    )
    entry = {**ENTRY, "url": "https://zeta.example/dpa", "offerings": "zeta"}
    text = written(
        tmp_path,
        f"{OFFERINGS}\nsources:\n{ACME}",
        vocabulary,
        NewSource(entry, Slug("zeta"), offering),
    )
    assert (
        "  bolt-chat: {name: Bolt Chat, provider: Bolt, type: Chat}\n\n"
        '  zeta:\n    name: "Zeta: one"\n    provider: Zeta\n    type: API\n'
        "    official_site: https://zeta.example/\n\nsources:\n"
    ) in text
    assert text.endswith(
        f"{ACME}\n{DPA.replace('acme.example', 'zeta.example').replace('acme-api', 'zeta')}"
    )


def test_a_file_that_is_not_there_is_made(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "new.yaml"
    offering = Offering(Slug("acme-api"), "Acme API", "Acme", "API")
    add_source(path, NewSource(ENTRY, Slug("acme-api"), offering), vocabulary)
    declared = load_declarations(path, vocabulary)
    assert [*declared.offerings] == ["acme-api"]
    assert [*declared.sources] == ["acme-dpa"]


def test_line_ends_a_byte_order_mark_and_permissions_stay(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    path = tmp_path / "sources.yaml"
    before = "\ufeff" + f"{OFFERINGS}\nsources:\n{ACME}".replace("\n", "\r\n")
    path.write_bytes(before.encode())
    path.chmod(0o640)
    add_source(path, NEW, vocabulary)
    after = path.read_bytes().decode()
    assert after == before + ("\r\n" + DPA.replace("\n", "\r\n"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "title",
    [
        "Terms: all",
        "#1 terms",
        "- terms",
        "yes",
        "* all",
        "Terms # of use",
        "“Terms”",
        'Say "so"',
        "A: ",
        "@x",
        "1:30",
    ],
)
def test_every_title_reads_back_as_it_is(
    tmp_path: Path, vocabulary: Vocabulary, title: str
) -> None:
    written(
        tmp_path,
        f"{OFFERINGS}\nsources:\n{ACME}",
        vocabulary,
        NewSource({**ENTRY, "title": title}, NEW.offering),
    )
    found = load_declarations(tmp_path / "sources.yaml", vocabulary).sources
    assert found["acme-dpa"].title == title.strip()  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "new", "told"),
    [
        (
            f"{OFFERINGS}\nsources: [{{url: https://a.example/, title: A, kind: other, offerings: acme-api}}]\n",
            {},
            "in brackets",
        ),
        (
            f"{OFFERINGS}\nsources:\n{ACME}",
            {"url": "https://www.acme-terms.example/terms/"},
            "declared already, as acme-terms",
        ),
        (f"{OFFERINGS}\nsources:\n{ACME}", {"kind": "poem"}, "poem"),
        (f"{OFFERINGS}\nsources:\n{ACME}", {"id": "acme-terms"}, "is taken"),
        (f"{OFFERINGS}\nsources:\n{ACME}", {"offerings": "no-such"}, "no offering"),
        (f"{OFFERINGS}\nsources:\n{ACME}    colour: red\n", {}, "colour"),
        (f"{OFFERINGS}\nsources:\n{ACME}\n  bad", {}, "YAML"),
    ],
    ids=["brackets", "declared", "kind", "id", "offering", "problem", "syntax"],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    tmp_path: Path, vocabulary: Vocabulary, text: str, new: dict[str, str], told: str
) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    with pytest.raises(DeclarationError, match=told) as caught:
        add_source(path, NewSource({**ENTRY, **new}, Slug("acme-api")), vocabulary)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]


def test_every_source_that_ships_stays_as_it_reads(tmp_path: Path, vocabulary: Vocabulary) -> None:
    shipped = (Path(__file__).parents[2] / "sources.yaml").read_text()
    before = load_declarations(Path(__file__).parents[2] / "sources.yaml", vocabulary)
    for slug in before.offerings:
        entry = {**ENTRY, "id": "new", "offerings": slug}
        text = written(tmp_path, shipped, vocabulary, NewSource(entry, slug))
        lines = preview(
            tmp_path / "sources.yaml",
            NewSource({**entry, "id": "b", "url": "https://b.example"}, slug),
        )
        assert "id: b" in lines
        assert len(text.splitlines()) == len(shipped.splitlines()) + 6
        (tmp_path / "sources.yaml").unlink()


def test_the_preview_shows_what_would_be_added(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(f"{OFFERINGS}\nsources:\n{ACME}\n{BOLT}")
    assert preview(path, NEW).strip("\n") == DPA.strip("\n")
