"""The words that name things, and the digest."""

from __future__ import annotations

import hashlib
from typing import NewType

Slug = NewType("Slug", str)
"""Name of an offering in addresses: lower-case letters, digits and hyphens."""

SourceId = NewType("SourceId", str)
"""Name of a source, unique in its declarations, stable when its title changes."""

Digest = NewType("Digest", str)
"""SHA-256 as 64 lower-case hexadecimal digits."""

Value = bool | int | float | str | tuple[str, ...]
"""A claim's value in its normal form; a date is text, YYYY-MM-DD."""


def digest_of(payload: bytes) -> Digest:
    """Give the digest under which `payload` is stored."""
    return Digest(hashlib.sha256(payload).hexdigest())
