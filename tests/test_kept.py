"""What is kept for the next process: given back as it was, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import kept

TOLD = {"words": ["training", "Schlüssel"], "days": 30}


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path / "caches" / "watcher"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "reader.py").write_text("one = 1\n")
    return folder


def recalled(origin: str | None) -> Any:
    return kept.recalled("form", origin, lambda told: told)


def test_what_was_kept_is_recalled_for_what_it_was_made_from(caches: Path, code: Path) -> None:
    origin = kept.origin_of(code, ["text"])
    assert recalled(origin) is None
    kept.keep("form", origin, TOLD)
    assert recalled(origin) == TOLD
    (file,) = caches.iterdir()
    assert (caches.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_other_texts_and_other_code_are_another_origin(caches: Path, code: Path) -> None:
    origin = kept.origin_of(code, ["one", "two"])
    kept.keep("form", origin, TOLD)
    others = [kept.origin_of(code, parts) for parts in (["onet", "wo"], ["two", "one"], ["one"])]
    (code / "reader.py").write_text("one = 2\n")
    others.append(kept.origin_of(code, ["one", "two"]))
    assert len({origin, *others}) == 5
    assert [recalled(other) for other in others] == [None] * 4


def test_code_that_cannot_be_read_lets_nothing_be_kept(caches: Path, tmp_path: Path) -> None:
    origin = kept.origin_of(tmp_path / "archive.zip", ["text"])
    assert origin is None
    kept.keep("form", origin, TOLD)
    assert recalled(origin) is None
    assert not caches.exists()


@given(at=st.integers(0), how=st.sampled_from(["cut", "flipped", "doubled"]))
def test_a_torn_file_is_as_if_it_were_not_there(
    tmp_path_factory: pytest.TempPathFactory, at: int, how: str
) -> None:
    folder = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        kept.keep("form", "origin", TOLD)
        (file,) = (folder / "watcher").iterdir()
        whole = file.read_bytes()
        at %= len(whole)
        torn = {
            "cut": whole[:at],
            "flipped": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
            "doubled": whole[: at + 1] + whole[at:],
        }
        file.write_bytes(torn[how])
        assert recalled("origin") is None
        kept.keep("form", "origin", TOLD)
        assert recalled("origin") == TOLD


def test_data_of_another_shape_is_not_taken(caches: Path) -> None:
    kept.keep("form", "origin", ["no", "mapping"])
    assert kept.recalled("form", "origin", lambda told: told["words"]) is None


def test_a_form_is_not_taken_for_that_of_another_origin(caches: Path) -> None:
    """Also when their names agree: the seal holds all of the origin."""
    ours, other = "0123456789abcdef-ours", "0123456789abcdef-other"
    kept.keep("form", ours, TOLD)
    assert recalled(ours) == TOLD
    assert recalled(other) is None


@pytest.mark.parametrize("folder", ["caches/is a file", "/proc/nowhere"])
def test_a_folder_that_cannot_be_written_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "caches").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / folder))
    kept.keep("form", "origin", TOLD)
    assert recalled("origin") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_somebody_else_is_not_read(caches: Path) -> None:
    kept.keep("form", "origin", TOLD)
    (file,) = caches.iterdir()
    os.chown(file, 65534, 65534)
    assert recalled("origin") is None


def test_only_the_newest_forms_of_a_name_stay(caches: Path) -> None:
    kept.keep("other", "origin", TOLD)
    for number in range(kept.MOST_KEPT + 3):
        kept.keep("form", f"{number:016}", number)
        (caches / f"form-{number:016}.json").touch()
        os.utime(caches / f"form-{number:016}.json", (number, number))
    assert len(list(caches.glob("form-*"))) == kept.MOST_KEPT
    assert kept.recalled("other", "origin", lambda told: told) == TOLD
    assert recalled(f"{kept.MOST_KEPT + 2:016}") == kept.MOST_KEPT + 2


def test_rules_are_loaded_again_without_what_checks_them(caches: Path) -> None:
    """What a sweep that meets a changed page waits for: neither pydantic nor YAML, once it was assembled."""
    asked = (
        "import sys\n"
        "from watcher.claims import load_pack\n"
        "from watcher.sources.vocabulary import load_vocabulary\n"
        "print(len(load_pack().keys), len(load_vocabulary()))\n"
        "print(sorted({'pydantic', 'yaml', 'bs4'} & set(sys.modules)))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert said[0] == [said[1][0], "['pydantic', 'yaml']"]
    assert said[1][1] == "[]"
    assert sorted(each.name.split("-")[0] for each in caches.iterdir()) == ["rules", "vocabulary"]
