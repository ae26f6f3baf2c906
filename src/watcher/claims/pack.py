"""Rule packs: a file or a folder of YAML to a checked `Pack`, kept for the next process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from watcher import kept, shipped
from watcher.claims.rules import Pack
from watcher.claims.stored import pack_of, plain_of
from watcher.errors import Problem, RuleError


def load_pack(path: Path | None = None) -> Pack:
    """Give the pack that a YAML file, or all YAML files of a folder, hold; the shipped ai-policy pack by default.

    Raises RuleError with every problem of every file, each with file, line, path and, where there is one, a hint.
    """
    place = path or shipped.PACK
    files = _texts(place)
    digest = hashlib.sha256()
    for text in files.values():
        digest.update(text.encode())
    name, version = place.stem, digest.hexdigest()[:16]
    origin = kept.origin_of(Path(__file__).parent, [name, *files, *files.values()])
    pack = kept.recalled("rules", origin, partial(pack_of, name, version))
    if pack is None:
        # A fifth of a second to assemble, and as long to import what checks it: only where it is not what it was.
        from watcher.claims.assembling import assemble  # noqa: PLC0415

        pack = assemble(name, version, files)
        kept.keep("rules", origin, plain_of(pack))
    return pack


def _texts(place: Path) -> Mapping[str, str]:
    """Give the texts of a pack by the names of their files. Raises RuleError where one cannot be read."""
    files = sorted(place.glob("*.yaml")) if place.is_dir() else [place]
    if not files:
        raise RuleError(
            [Problem(str(place), None, "", "holds no rule files", "a pack is one or more *.yaml")]
        )
    texts = {}
    for file in files:
        try:
            texts[file.name] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as trouble:
            raise RuleError(
                [Problem(str(file), None, "", f"cannot be read: {trouble}")]
            ) from trouble
    return texts
