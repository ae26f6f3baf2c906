"""Imports go down: the table of who may import whom, read against the source tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "watcher"

BOTTOM = {
    "model",
    "errors",
    "settings",
    "text",
    "values",
    "cron",
    "cadence",
    "urls",
    "looks",
    "shipped",
    "kept",
    "relocation",
    "rendered",
    "plugs",
    "apart",
}
STEPS = {
    "sources",
    "fetching",
    "reading",
    "claims",
    "changes",
    "reviews",
    "registry",
    "second",
    "discovery",
}

ALLOWED: dict[str, set[str]] = {
    "text": set(),
    "urls": set(),
    "errors": set(),
    "settings": {"errors"},
    "model": {"text"},
    "values": {"model", "text", "urls"},
    "apart": set(),
    "plugs": {"model", "errors"},
    "shipped": set(),
    "kept": set(),
    "relocation": {"model", "text"},
    "rendered": {"model"},
    "cron": {"model"},
    "cadence": {"model", "cron"},
    "looks": {"model", "cadence", "claims"},
    **dict.fromkeys(STEPS, BOTTOM),
    "ledger": BOTTOM,
    "notify": BOTTOM | {"fetching", "registry", "ledger", "freshness"},
    "trouble": BOTTOM | {"changes", "ledger"},
    "states": BOTTOM | {"claims", "changes", "ledger"},
    "settling": BOTTOM | {"reviews", "ledger"},
    "sweep": BOTTOM | STEPS | {"ledger", "trouble", "settling", "states"},
    "trying": BOTTOM | STEPS | {"sweep"},
    "adding": BOTTOM | STEPS | {"trying"},
    "desk": BOTTOM | STEPS | {"ledger", "sweep"},
    "engines": BOTTOM | STEPS | {"ledger", "sweep"},
    "correcting": BOTTOM | STEPS | {"ledger", "sweep", "engines", "desk"},
    "declaring": BOTTOM | {"sources", "ledger"},
    "schedule": BOTTOM | {"ledger", "sweep", "engines"},
    "freshness": BOTTOM | STEPS | {"ledger"},
    "exporting": BOTTOM | STEPS | {"ledger"},
    "proof": BOTTOM | {"ledger"},
    "doctor": BOTTOM | STEPS | {"ledger", "freshness", "notify"},
    "verifying": BOTTOM | STEPS | {"ledger"},
    "finding": BOTTOM | {"discovery", "ledger"},
    "importing": BOTTOM | STEPS | {"ledger", "sweep", "replay"},
    "replay": BOTTOM | STEPS | {"ledger", "sweep", "engines"},
    "demo": BOTTOM | STEPS | {"ledger", "sweep", "engines", "notify"},
    "api": BOTTOM | STEPS | {"ledger", "engines", "trying"},
    "cli": BOTTOM
    | STEPS
    | {
        "ledger",
        "sweep",
        "engines",
        "notify",
        "schedule",
        "replay",
        "demo",
        "declaring",
        "freshness",
        "finding",
        "importing",
        "desk",
        "correcting",
        "adding",
        "trying",
        "verifying",
        "proof",
        "doctor",
        "exporting",
        "web",
    },
    "web": BOTTOM
    | STEPS
    | {
        "ledger",
        "sweep",
        "engines",
        "notify",
        "schedule",
        "declaring",
        "freshness",
        "finding",
        "adding",
        "desk",
        "correcting",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""Room → the rooms it may import. The package root may be asked for its version by anyone."""

SQL_OF_POSTGRESQL = {f"engines/cluster/{name}.py" for name in ("postgres", "handing", "taking")}
"""What passes between a coordinator and its workers stands in PostgreSQL, and is no part of the ledger."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def rooms_imported(path: Path) -> Iterator[tuple[str, int]]:
    """Give each room of ours that `path` imports, also inside functions, with the line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "watcher":
            for alias in node.names:
                if alias.name != "__version__":
                    yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("watcher."):
            yield (node.module or "").split(".")[1], node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("watcher."):
                    yield alias.name.split(".")[1], node.lineno
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    room = room_of(path)
    allowed = ALLOWED[room] | {room}
    wrong = [
        f"line {line}: {other}" for other, line in rooms_imported(path) if other not in allowed
    ]
    assert not wrong, f"{room} may import only {sorted(allowed)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sql_is_written_in_the_ledger_only(path: Path) -> None:
    if room_of(path) == "ledger" or str(path.relative_to(PACKAGE)) in SQL_OF_POSTGRESQL:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            head = node.value.strip().lower()
            assert not head.startswith(
                ("select ", "insert into", "update ", "delete from", "pragma ")
            ), f"{path}:{node.lineno}: SQL outside the ledger"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_readable(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 400, "a file has at most 400 lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= 50, f"{node.name} has {length} lines; at most 50"
