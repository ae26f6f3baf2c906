"""MessagePack, as far as texts, numbers, lists and mappings go: in this form webchanges keeps what it saw.

https://github.com/msgpack/msgpack/blob/master/spec.md; extension types, which it does not write, are refused.
"""

from __future__ import annotations

import struct

_DEEPEST = 20
_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_SIZES = {1: ">B", 2: ">H", 4: ">I"}
_LONG = {
    0xC4: ("bytes", 1),
    0xC5: ("bytes", 2),
    0xC6: ("bytes", 4),
    0xD9: ("text", 1),
    0xDA: ("text", 2),
    0xDB: ("text", 4),
    0xDC: ("list", 2),
    0xDD: ("list", 4),
    0xDE: ("mapping", 2),
    0xDF: ("mapping", 4),
}
"""First byte → what follows, and how many bytes say how long it is."""


def unpacked(raw: bytes) -> object:
    """Give what one MessagePack value says. Raises ValueError when it breaks off, goes on, or is something else."""
    reader = _Reader(raw)
    said = reader.value(0)
    if reader.at != len(raw):
        raise ValueError("goes on after its end")
    return said


class _Reader:
    """Reads values one after the other; nothing is made before its bytes are there, whatever a size says."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self.at = 0

    def value(self, depth: int) -> object:
        first = self._bytes(1)[0]
        if depth > _DEEPEST:
            raise ValueError("is nested too deep")
        if first <= 0x7F or first >= 0xE0:
            return first if first <= 0x7F else first - 0x100
        if first < 0xC0:
            return self._short(first, depth)
        if first in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[first]
        if first in _NUMBERS:
            return self._number(_NUMBERS[first])
        if first not in _LONG:
            raise ValueError(f"holds a value of a kind {first:#x}, which is not read")
        kind, width = _LONG[first]
        return self._of(kind, int(self._number(_SIZES[width])), depth)

    def _short(self, first: int, depth: int) -> object:
        if first >= 0xA0:
            return self._of("text", first & 0x1F, depth)
        return self._of("list" if first >= 0x90 else "mapping", first & 0x0F, depth)

    def _of(self, kind: str, size: int, depth: int) -> object:
        if kind == "bytes":
            return self._bytes(size)
        if kind == "text":
            return self._bytes(size).decode("utf-8", "replace")
        if kind == "list":
            return [self.value(depth + 1) for _ in range(size)]
        pairs = ((str(self.value(depth + 1)), self.value(depth + 1)) for _ in range(size))
        return dict(pairs)

    def _number(self, form: str) -> float:
        number: float = struct.unpack(form, self._bytes(struct.calcsize(form)))[0]
        return number

    def _bytes(self, size: int) -> bytes:
        found = self._raw[self.at : self.at + size]
        if len(found) < size:
            raise ValueError("breaks off")
        self.at += size
        return found
