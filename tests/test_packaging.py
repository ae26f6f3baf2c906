"""What is built from here installs and works elsewhere: the wheel holds all that is needed, and the command runs."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from watcher import __version__

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder into which the wheel was installed; what it depends on is what is here already."""
    (wheel,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("site")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"),
            *("--disable-pip-version-check", "--root-user-action", "ignore"),
            *("--target", str(folder), str(wheel)),
        ],
        check=True,
    )
    return folder


def run(installed: Path, *words: str, cwd: Path, **environment: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(installed), **environment}
    return subprocess.run(
        words, cwd=cwd, env=env, check=True, capture_output=True, text=True
    ).stdout


def test_the_wheel_holds_every_file_of_the_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    wanted = {
        str(path.relative_to(source))
        for path in (source / "watcher").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= held
    assert "watcher/py.typed" in held
    assert any(name.endswith("share/man/man1/watcher.1") for name in held)


def test_the_source_distribution_can_be_tested(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as held:
        names = {name.partition("/")[2] for name in held.getnames()}
    assert {"README.md", "Makefile", "requirements.lock", "tests/conftest.py"} <= names


def test_an_installed_watcher_runs_from_anywhere(installed: Path, tmp_path: Path) -> None:
    said = run(installed, sys.executable, "-m", "watcher", "--version", cwd=tmp_path)
    assert __version__ in said
    place = run(
        installed, sys.executable, "-c", "import watcher; print(watcher.__file__)", cwd=tmp_path
    )
    assert place.startswith(str(installed))
    run(installed, str(installed / "bin" / "watcher"), "init", cwd=tmp_path)
    assert "no problem" in run(installed, sys.executable, "-m", "watcher", "lint", cwd=tmp_path)


def test_an_installed_watcher_plays_its_demo(installed: Path, tmp_path: Path) -> None:
    said = run(installed, sys.executable, "-m", "watcher", "demo", cwd=tmp_path)
    assert "30 days → 90 days" in said


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(installed: Path, tmp_path: Path, shell: str) -> None:
    program = str(installed / "bin" / "watcher")
    script = run(installed, program, "completion", shell, cwd=tmp_path)
    assert "_WATCHER_COMPLETE" in script
    offered = run(
        installed, program, cwd=tmp_path,
        _WATCHER_COMPLETE=f"{shell}_complete", COMP_WORDS="watcher swe", COMP_CWORD="1" if shell != "fish" else "swe",
    )  # fmt: skip
    assert "sweep" in offered
