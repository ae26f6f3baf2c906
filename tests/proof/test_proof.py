"""The proof of a change: what it holds, what it withholds, and that its script finds whatever was altered."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger import sound

from watcher.errors import NotFound
from watcher.ledger import Ledger
from watcher.model import Check, Judgement, Snapshot, Verdict, digest_of
from watcher.proof import SCRIPT, proof_of
from watcher.proof.check_proof import Broken, findings

AT = sound.BEGUN + 50 * sound.DAY


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The proof of the second change of a small ledger, which was amended."""
    folder = tmp_path_factory.mktemp("proof")
    sound.make(folder / "watcher.db")
    with Ledger.open(folder / "watcher.db") as ledger:
        (folder / "proof.zip").write_bytes(proof_of(ledger, 2, "Retention: 30 → 31", AT))
    return folder / "proof.zip"


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(path: Path, files: dict[str, bytes]) -> Path:
    """Write altered files as somebody would who hides it: every digest of a file is made anew."""
    told = json.loads(files["proof.json"])
    told["files"] = {
        name: digest_of(content)
        for name, content in files.items()
        if name not in ("proof.json", "proof.sha256")
    }
    text = json.dumps(told).encode()
    files = {
        **files,
        "proof.json": text,
        "proof.sha256": f"{digest_of(text)}  proof.json\n".encode(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_the_script_checks_it_with_the_standard_library_alone(proof: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), str(proof)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "retention_days: 30 -> 31" in ran.stdout
    assert "decision 2: amend by ada" in ran.stdout
    assert ran.stdout.endswith("All sound.\n")


def test_it_holds_what_was_received_and_what_was_read(proof: Path) -> None:
    files = contents(proof)
    told = json.loads(files["proof.json"])
    before, after = sorted(told["snapshots"], key=lambda each: each["role"], reverse=True)
    assert b"Inputs are kept for 30 days" in files[before["payload"]]
    assert b"Inputs are kept for 31 days" in files[after["payload"]]
    rows = {each["id"]: each["row"] for each in told["rows"] if each["table"] == "snapshots"}
    assert json.loads(rows[after["id"]]["hops"]) == [["https://acme.example/old", 301]]
    assert "kept for 31 days — no longer" in files[f"documents/{after['document']}.txt"].decode()
    assert files["check_proof.py"] == SCRIPT.read_bytes()


@settings(max_examples=300)
@given(data=st.data(), flip=st.integers(1, 255))
def test_one_flipped_byte_is_found_or_changes_no_file(
    proof: Path, data: st.DataObject, flip: int
) -> None:
    content = bytearray(proof.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= flip
    flipped = proof.with_name("flipped.zip")
    flipped.write_bytes(content)
    try:
        found = findings(str(flipped))
    except Broken:
        return
    assert found or contents(flipped) == contents(proof)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("reviews", "decision", "accept"),
        ("reviews", "reviewer", "eve"),
        ("changes", "changed_at", "2020-01-01T00:00:00.000000Z"),
        ("snapshots", "final_url", "https://evil.example/"),
        ("checks", "verdict", "blocked"),
        ("payloads", "digest", "ab" * 32),
    ],
)
def test_a_row_altered_with_every_digest_made_anew_is_found(
    proof: Path, tmp_path: Path, table: str, column: str, value: str
) -> None:
    files = contents(proof)
    told = json.loads(files["proof.json"])
    altered = next(each for each in told["rows"] if each["table"] == table)
    altered["row"][column] = value
    files["proof.json"] = json.dumps(told).encode()

    found = findings(str(repacked(tmp_path / "altered.zip", files)))

    assert f"{table} {altered['id']}: is not what was sealed" in found


def test_a_page_altered_with_every_digest_made_anew_is_found(proof: Path, tmp_path: Path) -> None:
    files = contents(proof)
    for name in files:
        if name.startswith(("payloads/", "documents/")):
            files[name] = files[name].replace(b"31 days", b"13 days")
    found = findings(str(repacked(tmp_path / "altered.zip", files)))
    assert any("another SHA-256" in each for each in found)
    assert any("is not the document that was sealed" in each for each in found)
    assert any("stands in no document" in each for each in found)


UNSEALED = {
    ("made_at",),
    ("made_by",),
    (
        "snapshots",
        0,
        "document",
    ),  # the other one of the proof: a later reader may have read it anew
}
"""What proof.json says that nothing seals. The script says so of what matters."""


def places(told: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything that plain data says."""
    if not isinstance(told, dict | list):
        yield way
        return
    for key, each in told.items() if isinstance(told, dict) else enumerate(told):
        yield from places(each, (*way, key))


def other(value: Any) -> Any:
    """Give another value of that type."""
    if isinstance(value, str):
        return value[:-1] + ("1" if value.endswith("0") else "0")
    return None if value is None else value + 1


def test_every_field_is_held_though_every_digest_was_made_anew(proof: Path, tmp_path: Path) -> None:
    files = contents(proof)
    told = json.loads(files["proof.json"])
    unheld = set()
    for way in places({name: each for name, each in told.items() if name != "files"}):
        altered = json.loads(files["proof.json"])
        at = altered
        for key in way[:-1]:
            at = at[key]
        if at[way[-1]] is None:
            continue
        at[way[-1]] = other(at[way[-1]])
        files["proof.json"] = json.dumps(altered).encode()
        path = repacked(tmp_path / "altered.zip", files)
        files["proof.json"] = json.dumps(told).encode()
        with contextlib.suppress(Broken):
            if not findings(str(path)):
                unheld.add(way)
    assert unheld == UNSEALED


@pytest.mark.parametrize("table", ["sources", "snapshots", "documents", "checks", "payloads"])
def test_a_row_left_out_is_missed(proof: Path, tmp_path: Path, table: str) -> None:
    files = contents(proof)
    told = json.loads(files["proof.json"])
    for row in [each for each in told["rows"] if each["table"] == table]:
        rows = [each for each in told["rows"] if each is not row]
        files["proof.json"] = json.dumps({**told, "rows": rows}).encode()
        assert findings(str(repacked(tmp_path / "shorter.zip", files))), row


@pytest.mark.parametrize("folder", ["payloads/", "documents/", "headers/"])
def test_a_file_left_out_is_missed(proof: Path, tmp_path: Path, folder: str) -> None:
    for name in [each for each in contents(proof) if each.startswith(folder)]:
        files = {each: content for each, content in contents(proof).items() if each != name}
        assert findings(str(repacked(tmp_path / "shorter.zip", files))), name


def test_a_source_that_is_another_s_is_found(tmp_path: Path) -> None:
    """Sealed rows of the same ledger, put where they do not belong."""
    sound.make(tmp_path / "watcher.db")
    paths = [tmp_path / f"{number}.zip" for number in (2, 3)]
    with Ledger.open(tmp_path / "watcher.db") as ledger:
        for path, number in zip(paths, (2, 3), strict=True):
            path.write_bytes(proof_of(ledger, number, "", AT))
    files, others = map(contents, paths)
    told, elsewhere = (json.loads(each["proof.json"]) for each in (files, others))
    theirs = next(each for each in elsewhere["rows"] if each["table"] == "sources")
    rows = [each for each in told["rows"] if each["table"] != "sources"]
    files["proof.json"] = json.dumps({**told, "rows": [*rows, theirs]}).encode()
    found = findings(str(repacked(tmp_path / "swapped.zip", files)))
    assert found == ["change 2: its source is not that of the proof"]


def test_a_head_noted_down_is_asked_for(proof: Path) -> None:
    head = json.loads(contents(proof)["proof.json"])["head"]["digest"]
    assert findings(str(proof), head[:12]) == []
    assert "is no seal of this chain" in findings(str(proof), "ab" * 32)[0]


def test_cookies_are_withheld_and_said_to_be(tmp_path: Path) -> None:
    sound.make(tmp_path / "watcher.db")
    with Ledger.open(tmp_path / "watcher.db") as ledger:
        change = ledger.changes.get(2)
        payload = b"<p>a page that sets a cookie</p>"
        snapshot = Snapshot(
            sound.DATA, AT, digest_of(payload), "text/html", "https://acme.example/", True,
            headers=(("Set-Cookie", "session=s3cr3t-of-ours"), ("server", "acme")),
        )  # fmt: skip
        snapshot_id = ledger.snapshots.add(snapshot, payload)
        judgement = Judgement(Verdict.OK, "page: new")
        ledger.checks.add(Check(sound.DATA, AT, judgement, snapshot_id=snapshot_id))
        later = ledger.changes.add(replace(change, after_snapshot=snapshot_id, claims=()))
        path = tmp_path / "proof.zip"
        path.write_bytes(proof_of(ledger, later, "", AT))
    files = contents(path)
    assert not any(b"s3cr3t" in content for content in files.values())
    assert findings(str(path)) == []
    assert any(
        each["withheld"] == ["set-cookie"] for each in json.loads(files["proof.json"])["snapshots"]
    )


def test_an_item_without_snapshots_and_an_unknown_change(tmp_path: Path) -> None:
    sound.make(tmp_path / "watcher.db")
    with Ledger.open(tmp_path / "watcher.db") as ledger:
        for change in ledger.changes.all():
            path = tmp_path / f"{change.id}.zip"
            path.write_bytes(proof_of(ledger, change.id or 0, "", AT))
            assert findings(str(path)) == []
        with pytest.raises(NotFound, match="watcher changes"):
            proof_of(ledger, 99, "", AT)


def test_what_is_no_proof_is_said_to_be_none(tmp_path: Path) -> None:
    for content in (b"", b"not a zip", b"PK\x03\x04 nearly"):
        (tmp_path / "other.zip").write_bytes(content)
        with pytest.raises(Broken):
            findings(str(tmp_path / "other.zip"))
    with pytest.raises(Broken):
        findings(str(tmp_path / "missing.zip"))
