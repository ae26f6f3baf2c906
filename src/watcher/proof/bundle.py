"""A change with everything it stands on, as one ZIP: files that anything opens, and JSON that says how they hold."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from watcher import __version__
from watcher.ledger import Ledger
from watcher.ledger.proving import Grounds, documents_read_from, grounds_of
from watcher.looks import SECRET_HEADERS, without_secrets
from watcher.model import Change, Snapshot

SCRIPT = Path(__file__).with_name("check_proof.py")
"""The script that checks a proof."""

FORMAT = "watcher-proof/1"

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_README = """This file proves a change that Watcher saw, and what people decided on it.

change.txt      the change, to be read
proof.json      snapshots, sealed rows, the leaves of their seals, and the chain of seals from there on
payloads/       what the source sent, byte for byte, under its SHA-256
documents/      what was read of it; quotes are verbatim parts of these texts
headers/        what the source's server said; cookies and the like are withheld
check_proof.py  checks all of it: python3 check_proof.py THIS_FILE

Take check_proof.py from somebody you trust rather than from this file. Whoever made this file may have made the whole
chain: ask them for the head of the chain as they noted it down earlier, in a mail or in print, and give it with --head.
"""


def proof_of(ledger: Ledger, change_id: int, told: str, at: datetime) -> bytes:
    """Give the proof of a change as the bytes of a ZIP; `told` is the change as a person reads it, `at` the present.

    What is not sealed yet is sealed. Raises NotFound when there is no such change, LedgerError when the ledger cannot
    be written, PayloadDamaged when something that the change stands on is not what was stored.
    """
    ledger.seals.seal(at)
    change = ledger.changes.get(change_id)
    grounds = grounds_of(ledger, change_id)
    files: dict[str, bytes] = {
        "README.txt": _README.encode(),
        "change.txt": told.encode("utf-8", "replace"),
    }
    files["check_proof.py"] = SCRIPT.read_bytes()
    snapshots = _snapshots(ledger, change, grounds, files)
    documents = _documents(ledger, grounds, files)
    head = grounds.seals[-1]
    manifest = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "made_by": f"Watcher {__version__}",
        "ledger": ledger.id,
        "change": change_id,
        "head": {"number": head["number"], "digest": head["digest"]},
        "snapshots": snapshots,
        "documents": documents,
        "rows": grounds.rows,
        "leaves": grounds.leaves,
        "before": grounds.before,
        "seals": grounds.seals,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=True).encode()
    return _zipped({"proof.json": text, "proof.sha256": _digest_line(text), **files})


def _snapshots(
    ledger: Ledger, change: Change, grounds: Grounds, files: dict[str, bytes]
) -> list[dict[str, Any]]:
    ids = [each["id"] for each in grounds.rows if each["table"] == "snapshots"]
    read_as = documents_read_from(ledger, ids)
    told = []
    for row_id in ids:
        snapshot = ledger.snapshots.get(row_id)
        payload = f"payloads/{snapshot.payload_digest}"
        files[payload] = ledger.snapshots.payload(row_id)
        picture = ledger.snapshots.screenshot(row_id)
        if picture is not None:
            files[f"payloads/{snapshot.screenshot_digest}"] = picture
        told.append(
            {
                "id": row_id,
                "role": "after" if row_id == change.after_snapshot else "before",
                "payload": payload,
                "screenshot": f"payloads/{snapshot.screenshot_digest}" if picture else None,
                "document": read_as.get(row_id),
                **_headers(snapshot, files),
            }
        )
    return told


def _headers(snapshot: Snapshot, files: dict[str, bytes]) -> dict[str, Any]:
    """Give where the headers of a snapshot stand; secrets among them are withheld, and said to be."""
    if not snapshot.headers:
        return {"headers": None, "withheld": []}
    kept = without_secrets(snapshot.headers)
    withheld = sorted({name.lower() for name, _ in snapshot.headers} & SECRET_HEADERS)
    # As the ledger stores them, so that the digest of the row holds when nothing was withheld.
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    place = f"headers/{snapshot.id}.json"
    files[place] = text
    return {"headers": place, "withheld": withheld}


def _documents(ledger: Ledger, grounds: Grounds, files: dict[str, bytes]) -> list[dict[str, Any]]:
    payloads = {
        each["id"]: each["row"]["digest"] for each in grounds.rows if each["table"] == "payloads"
    }
    told = []
    for each in grounds.rows:
        if each["table"] == "documents":
            place = f"documents/{each['id']}.json"
            files[place] = ledger.payloads.get(payloads[each["row"]["payload"]])
            text = ledger.documents.get(each["id"]).text
            files[f"documents/{each['id']}.txt"] = text.encode("utf-8", "surrogatepass")
            told.append({"id": each["id"], "blocks": place, "text": f"documents/{each['id']}.txt"})
    return told


def _digest_line(text: bytes) -> bytes:
    return f"{hashlib.sha256(text).hexdigest()}  proof.json\n".encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Give a ZIP of `files`: the same bytes for the same files, whenever it is made."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return written.getvalue()
