"""From the declarations to the ledger: read only when they are not those that the ledger took over last.

A sweep then needs neither the file nor what reads it: what is due, and how it is looked at, stands in the ledger.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from watcher import __version__, shipped
from watcher.ledger import Ledger

_JUDGES = (shipped.VOCABULARY, *sorted((Path(__file__).parent / "sources").glob("*.py")))
"""Files that say what a declaration may hold and means: when they change, it is read again."""


def take_over(ledger: Ledger, path: Path, now: datetime) -> bool:
    """Bring the ledger up to what the file at `path` declares; tell whether there was anything new to read.

    Raises DeclarationError, with every problem, when the file cannot be used; the ledger then stays as it is.
    """
    digest = digest_of_declarations(path)
    if digest is not None and digest == ledger.sources.declared_as():
        return False
    # Reading declarations takes pydantic and more, a tenth of a second that most sweeps can do without.
    from watcher.sources.declarations import load_declarations  # noqa: PLC0415
    from watcher.sources.vocabulary import load_vocabulary  # noqa: PLC0415

    declared = load_declarations(path, load_vocabulary())
    with ledger.atomic():
        ledger.channels.sync(declared.channels, now)
        ledger.sources.sync(
            list(declared.offerings.values()),
            list(declared.sources.values()),
            now,
            hosts=declared.hosts,
            digest=digest,
        )
    return True


def digest_of_declarations(path: Path) -> str | None:
    """Give what identifies a file of declarations and the rules it is read by; None when it cannot be read."""
    digest = sha256(__version__.encode())
    try:
        for file in (path, *_JUDGES):
            digest.update(file.read_bytes())
    except OSError:
        return None
    return digest.hexdigest()
