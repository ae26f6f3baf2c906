"""The documentation says what the code does: the reference is as the code would write it now."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from watcher.model import Verdict

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_says_what_the_code_says(reference: ModuleType) -> None:
    pages = reference.pages()
    folder = ROOT / "docs" / "reference"
    assert {path.name for path in folder.iterdir()} == set(pages)
    stale = [name for name, text in pages.items() if (folder / name).read_text() != text]
    assert not stale, "run `make reference`"


def test_every_setting_verdict_and_option_says_what_it_does(reference: ModuleType) -> None:
    assert all(said for _, _, said in reference.settings())
    assert set(reference.notes(Verdict)) == set(Verdict.__members__)
    silent = [
        f"{context.command_path} {option.opts[0]}"
        for context, command in reference.commands()
        for option in reference.options(command)
        if not option.help
    ]
    assert not silent
