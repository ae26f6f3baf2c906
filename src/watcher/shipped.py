"""What ships with Watcher as data: where it stands, and what tells its versions apart without reading it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

_CODE = Path(__file__).parent

PACK = _CODE / "claims" / "packs" / "ai-policy"
VOCABULARY = _CODE / "sources" / "vocabulary.yaml"


@cache
def pack_version() -> str:
    """Give the version of the shipped rule pack, as the pack itself gives it once it is loaded."""
    digest = sha256()
    for file in sorted(PACK.glob("*.yaml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
