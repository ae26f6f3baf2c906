"""Files of other tools, read whole under a limit; what cannot be read is told with its name."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from watcher.errors import DeclarationError, Problem

LARGEST = 50_000_000
"""Bytes of one file of declarations: thousands of jobs take less."""


def bytes_of(path: Path) -> bytes:
    """Give what stands in a file. Raises DeclarationError when it cannot be read or is too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise refusal(path, f"is larger than {LARGEST // 10**6} MB")
        return path.read_bytes()
    except FileNotFoundError:
        raise refusal(path, "there is no such file") from None
    except OSError as error:
        raise refusal(path, f"cannot be read: {error.strerror}") from None


def text_of(path: Path) -> str:
    """Give the text of a file, UTF-8, or UTF-16 that says so by its first bytes. Raises DeclarationError."""
    raw = bytes_of(path)
    encoding = "utf-16" if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refusal(path, "is not UTF-8; save it as UTF-8 and import it again", line) from None


def json_of(raw: bytes, name: Path) -> object:
    """Give what JSON says. Raises DeclarationError with its line."""
    try:
        return json.loads(raw)
    except json.JSONDecodeError as error:
        raise refusal(name, f"not valid JSON: {error.msg}", error.lineno) from None
    except (UnicodeDecodeError, RecursionError):
        raise refusal(name, "not valid JSON") from None


def refusal(path: Path, message: str, line: int | None = None) -> DeclarationError:
    """Give the error that says why the file cannot be taken over."""
    return DeclarationError([Problem(str(path), line, "", message, "nothing was written")])
