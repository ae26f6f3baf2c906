#!/usr/bin/env python3
"""Check a proof that Watcher made: python3 check_proof.py PROOF.zip [--head DIGEST]

Needs Python 3.8 or newer and nothing else; uses no network and writes nothing. Says what the proof shows, and ends with
0; or names what is wrong, and ends with 1. --head is a head of the chain that somebody noted down, and you trust.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

FORMAT = "watcher-proof/1"
KEYS = {"screenshots": "snapshot_id", "closings": "number", "corrections": "change_id"}
LEAF = 16
_MOST_BYTES = 2 * 1024**3


class Broken(Exception):
    """The file is not a proof that can be looked into."""


class Proof:
    """The files of a proof, and what its proof.json says."""

    def __init__(self, path: str) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                if sum(each.file_size for each in archive.infolist()) > _MOST_BYTES:
                    raise Broken("it would unpack to more than 2 GB")
                names = archive.namelist()
                if len(set(names)) != len(names):
                    raise Broken("it holds two files of one name")
                self.files = {name: archive.read(name) for name in names}
            self.told: dict[str, Any] = json.loads(self.files["proof.json"].decode())
        except (
            OSError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise Broken(f"it cannot be unpacked: {error}") from None
        except KeyError:
            raise Broken("it holds no proof.json") from None
        except ValueError as error:
            raise Broken(f"its proof.json cannot be read: {error}") from None
        if self.told.get("format") != FORMAT:
            raise Broken(f"its format is {self.told.get('format')!r}; this script knows {FORMAT!r}")

    def rows(self, table: str) -> dict[int, dict[str, Any]]:
        """Give the sealed rows of a table, by id."""
        return {each["id"]: each["row"] for each in self.told["rows"] if each["table"] == table}


def sha256(content: bytes) -> str:
    """Give the SHA-256 of `content` as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def wrong_files(proof: Proof) -> Iterator[str]:
    """Name files that are missing, not listed, or not what proof.json says they are."""
    line = f"{sha256(proof.files['proof.json'])}  proof.json\n".encode()
    if proof.files.get("proof.sha256") != line:
        yield "proof.json: is not what proof.sha256 says"
    listed = proof.told["files"]
    for name in sorted(set(listed) - set(proof.files)):
        yield f"{name}: is missing"
    for name in sorted(set(proof.files) - set(listed) - {"proof.json", "proof.sha256"}):
        yield f"{name}: is not listed in proof.json"
    for name in sorted(set(listed) & set(proof.files)):
        if sha256(proof.files[name]) != listed[name]:
            yield f"{name}: is not what proof.json says"


def wrong_chain(proof: Proof, head: str | None) -> Iterator[str]:
    """Name seals that do not follow from one another, leaves that they do not hold, rows that are not their leaf."""
    before = proof.told["before"]
    for seal in proof.told["seals"]:
        text = f"{before}\n{seal['number']}\n{seal['sealed_at']}\n{seal['contents']}"
        if sha256(text.encode()) != seal["digest"]:
            yield f"seal {seal['number']}: does not follow from the seal before it and its contents"
        before = seal["digest"]
    first, last = proof.told["seals"][0], proof.told["seals"][-1]
    if proof.told["head"] != {"number": last["number"], "digest": before}:
        yield "head: is not the last seal"
    if first["number"] == 1 and proof.told["before"] != proof.told["ledger"]:
        yield "ledger: the chain begins with another one"
    if head and not any(seal["digest"].startswith(head.lower()) for seal in proof.told["seals"]):
        yield f"head: {head} is no seal of this chain: it is older than these rows, or the chain was made anew"
    contents = {
        seal["number"]: json.loads(seal["contents"]).get("rows", []) for seal in proof.told["seals"]
    }
    held = {}
    for segment in proof.told["leaves"]:
        leaves = bytes.fromhex(segment["leaves"])
        place = [segment["table"], segment["first"], segment["last"], sha256(leaves)]
        if place not in contents.get(segment["seal"], []):
            yield f"leaves of {segment['table']} {segment['first']}: are not those of seal {segment['seal']}"
        held[segment["table"], segment["seal"]] = (segment["first"], leaves)
    for each in proof.told["rows"]:
        first, leaves = held.get((each["table"], each["seal"]), (0, b""))
        start = LEAF * (each["id"] - first)
        plain = json.dumps([each["table"], each["row"]], sort_keys=True, separators=(",", ":"))
        if (
            not leaves
            or start < 0
            or leaves[start : start + LEAF] != hashlib.sha256(plain.encode()).digest()[:LEAF]
        ):
            yield f"{each['table']} {each['id']}: is not what was sealed"
        elif each["row"].get(KEYS.get(each["table"], "id")) != each["id"]:
            yield f"{each['table']} {each['id']}: stands under another id"


def wrong_payloads(proof: Proof) -> Iterator[str]:
    """Name payloads, headers and documents that are not those of the sealed rows."""
    payloads, snapshots, documents = (
        proof.rows("payloads"),
        proof.rows("snapshots"),
        proof.rows("documents"),
    )
    screenshots = proof.rows("screenshots")
    for told in proof.told["snapshots"]:
        row = snapshots[told["id"]]
        for name in (told["payload"], told["screenshot"], told["headers"]):
            if name and name not in proof.files:
                yield f"snapshot {told['id']}: {name} is missing"
        if told["payload"] != f"payloads/{payloads[row['payload']]['digest']}":
            yield f"snapshot {told['id']}: its payload is not the one that was sealed"
        if (
            told["headers"] in proof.files
            and not told["withheld"]
            and sha256(proof.files[told["headers"]]) != payloads[row["headers"]]["digest"]
        ):
            yield f"snapshot {told['id']}: its headers are not those that were sealed"
        if told["screenshot"]:
            picture = payloads[screenshots[told["id"]]["payload"]]["digest"]
            if told["screenshot"] != f"payloads/{picture}":
                yield f"snapshot {told['id']}: its screenshot is not the one that was sealed"
    for name in proof.files:
        if name.startswith("payloads/") and sha256(proof.files[name]) != name.partition("/")[2]:
            yield f"{name}: its bytes have another SHA-256"
    for told in proof.told["documents"]:
        blocks = proof.files[told["blocks"]]
        if sha256(blocks) != payloads[documents[told["id"]]["payload"]]["digest"]:
            yield f"{told['blocks']}: is not the document that was sealed"
        if proof.files[told["text"]] != text_of(blocks).encode("utf-8", "surrogatepass"):
            yield f"{told['text']}: is not the text of {told['blocks']}"


def text_of(blocks: bytes) -> str:
    """Give the text of a document: every block's, a line each."""
    plain = json.loads(blocks.decode("utf-8", "surrogatepass"))
    return "\n".join(block["text"] for block in plain["blocks"])


def wrong_change(proof: Proof) -> Iterator[str]:
    """Name what does not fit the change: its snapshots, its quotes, its decisions."""
    change = proof.rows("changes").get(proof.told["change"])
    if change is None:
        yield f"change {proof.told['change']}: is not in the proof"
        return
    roles = ("before", "after")
    wanted = {change[f"{role}_snapshot"]: role for role in roles if f"{role}_snapshot" in change}
    if {told["id"]: told["role"] for told in proof.told["snapshots"]} != wanted:
        yield f"change {proof.told['change']}: its snapshots are not those of the proof"
    yield from wrong_belonging(proof, change)
    texts = {told["id"]: text_of(proof.files[told["blocks"]]) for told in proof.told["documents"]}
    if change["kind"] in ("change", "first_look", "variants"):
        for claim in json.loads(change["claims"]):
            for side in ("before", "after"):
                quote = (claim.get(side) or {}).get("quote")
                if quote is not None and not any(quote in text for text in texts.values()):
                    yield f"change {proof.told['change']}: its quote {quote!r} stands in no document of the proof"
    for number, review in proof.rows("reviews").items():
        if review["change_id"] != proof.told["change"]:
            yield f"review {number}: is on another change"


def wrong_belonging(proof: Proof, change: dict[str, Any]) -> Iterator[str]:
    """Name rows of another source than the change's, and snapshots without the look that took them."""
    if list(proof.rows("sources")) != [change["source"]]:
        yield f"change {proof.told['change']}: its source is not that of the proof"
    for table in ("snapshots", "documents", "checks"):
        for number, row in proof.rows(table).items():
            if row["source"] != change["source"]:
                yield f"{table} {number}: is of another source"
    looks = {row.get("snapshot_id") for row in proof.rows("checks").values()}
    documents = {told["id"] for told in proof.told["documents"]}
    for told in proof.told["snapshots"]:
        if told["id"] not in looks:
            yield f"snapshot {told['id']}: the look that took it is missing"
        if told["document"] is not None and told["document"] not in documents:
            yield f"snapshot {told['id']}: what was read of it is missing"


def findings(path: str, head: str | None = None) -> list[str]:
    """Give everything that is wrong with the proof at `path`. Raises Broken when it cannot be looked into."""
    proof = Proof(path)
    found: list[str] = []
    try:
        for look in (
            wrong_files(proof),
            wrong_chain(proof, head),
            wrong_payloads(proof),
            wrong_change(proof),
        ):
            found.extend(look)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        found.append(
            f"proof.json: says less or other than a proof says ({type(error).__name__}: {error})"
        )
    return found


def told(path: str) -> Iterator[str]:
    """Tell what a sound proof shows."""
    proof = Proof(path)
    change = proof.rows("changes")[proof.told["change"]]
    source = next(iter(proof.rows("sources").values()), {})
    yield f"Change {proof.told['change']} of source {source.get('source_id')}, first seen {change['changed_at']}"
    for each in proof.told["snapshots"]:
        row = proof.rows("snapshots")[each["id"]]
        withheld = f", headers withheld: {', '.join(each['withheld'])}" if each["withheld"] else ""
        yield f"  {each['role']}: {row['final_url']} as of {row['taken_at']}, {each['payload']}{withheld}"
    for claim in json.loads(change["claims"]):
        sides = [(claim.get(side) or {}) for side in ("before", "after")]
        key = next(side["key"] for side in sides if side)
        yield f"  {key}: {sides[0].get('value', 'not stated')} -> {sides[1].get('value', 'not stated')}"
    for number, review in sorted(proof.rows("reviews").items()):
        yield f"  decision {number}: {review['decision']} by {review['reviewer']} at {review['decided_at']}"
    last = proof.told["seals"][-1]
    yield f"Head of the chain: seal {last['number']} of {last['sealed_at']}, {last['digest']}"
    yield "Not sealed: change.txt, README.txt, who made this file and when; and that no decision was left out"


def main() -> int:
    """Check the proof that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("proof", metavar="PROOF.zip")
    parser.add_argument(
        "--head", help="a head of the chain that somebody noted down, or its beginning"
    )
    options = parser.parse_args()
    try:
        found = findings(options.proof, options.head)
    except Broken as error:
        found = [f"{options.proof}: {error}"]
    lines = found or [*told(options.proof), "All sound."]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
