"""Passwords and passes: hashed by the standard library, compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from watcher.errors import AccountError

_COST, _BLOCK, _LANES = 2**14, 8, 1
"""16 MB and some 50 ms a guess, as RFC 7914 and OWASP have it for scrypt where memory is scarce."""

SHORTEST = 10


def hash_password(password: str) -> str:
    """Give the salted hash of a password, with the way it was made. Raises AccountError for one that is too short."""
    if len(password) < SHORTEST:
        raise AccountError(f"The password is too short; take at least {SHORTEST} characters.")
    salt = secrets.token_bytes(16)
    key = _key(password, salt, _COST, _BLOCK, _LANES)
    return f"scrypt${_COST}${_BLOCK}${_LANES}${_as_text(salt)}${_as_text(key)}"


def is_password(password: str, hashed: str | None) -> bool:
    """Whether `hashed` was made of this password. None takes as long, so that names cannot be probed."""
    stored = hashed or _NOBODY
    _, cost, block, lanes, salt, key = stored.split("$")
    made = _key(password, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(made, base64.b64decode(key)) and hashed is not None


def new_pass() -> str:
    """Give a secret that nobody guesses, fit for addresses and headers."""
    return secrets.token_urlsafe(32)


def digest_of_pass(secret: str) -> str:
    """Give what the ledger keeps of a pass."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def form_token(secret: str) -> str:
    """Give what forms carry to show that a page of ours made them: it follows from the cookie, not the reverse."""
    return hmac.new(secret.encode("utf-8", "replace"), b"form", hashlib.sha256).hexdigest()


def is_same(given: str, wanted: str) -> bool:
    """Whether two secrets are the same, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _key(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "replace"), salt=salt, n=cost, r=block, p=lanes, dklen=32
    )


def _as_text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


_NOBODY = f"scrypt${_COST}${_BLOCK}${_LANES}${_as_text(bytes(16))}${_as_text(bytes(32))}"
