"""What ships with Watcher as data: where it stands, and what tells its versions apart without reading it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_CODE = Path(__file__).parent

PACK = _CODE / "claims" / "packs" / "ai-policy"
VOCABULARY = _CODE / "sources" / "vocabulary.yaml"

STARTER = _CODE / "sources" / "starter.yaml"
"""What `watcher init` writes: a commented file to begin with, which itself lints clean."""

ENGINE = "2"
"""The version of what reads claims by a pack: the code in `claims/` and `values/`.

To be raised with whatever makes the same pack read other claims from the same document, as the reader's version is:
sources are then read again from what is kept, and what differs is ours, not theirs. It stands here, and not with the
code, because a sweep that finds nothing new does not load that.
"""


@cache
def pack_version() -> str:
    """Give the version of the shipped rule pack, as the pack itself gives it once it is loaded."""
    digest = sha256()
    for file in sorted(PACK.glob("*.yaml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def vocabulary_version() -> str:
    """Give the version of the shipped vocabulary."""
    return sha256(VOCABULARY.read_bytes()).hexdigest()[:16]


def rules_version(pack: str | None = None, vocabulary: str | None = None) -> str:
    """Give the version of what reads claims: the engine, the pack and the vocabulary of these versions.

    By default those that ship with Watcher.
    """
    return f"{ENGINE}, {pack or pack_version()}, {vocabulary or vocabulary_version()}"
