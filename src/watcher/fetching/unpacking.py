"""What travels compressed, unpacked piece by piece under a cap, so that no small answer fills the memory."""

from __future__ import annotations

import zlib
from typing import Protocol

from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Verdict

ACCEPTED = "gzip, deflate"
"""The encodings that we ask for, as the header says it."""

_SIP = 16_384
"""Compressed bytes unpacked between two looks at the gauge: however much arrives at once, little room is taken."""

_PIECE = 262_144
_MOST_LAYERS = 2
_RATIO = 250
"""Pages shrink to a tenth, a table of zeros to a hundredth; what unpacks to more is made to do harm."""
_RATIO_FROM = 2_000_000


class Layer(Protocol):
    """One layer of unpacking."""

    def feed(self, data: bytes) -> list[bytes]:
        """Unpack the next bytes."""

    def end(self) -> None:
        """Say that no more comes; raises Trouble when something is missing."""


class Gauge:
    """Counts what arrives and what it unpacks to. Raises Trouble (too_large) beyond the cap."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.arrived = 0

    def count(self, unpacked: int) -> None:
        """Check a total of unpacked bytes against the cap and against what has arrived."""
        if unpacked > self._most:
            raise Trouble(Verdict.TOO_LARGE, f"size: more than {self._most:,} bytes")
        if unpacked > _RATIO_FROM and unpacked > self.arrived * _RATIO:
            raise Trouble(
                Verdict.TOO_LARGE,
                f"compression: {self.arrived:,} bytes unpack to more than {unpacked:,}",
            )


class Inflate:
    """Unpacks gzip (also several members in a row) and deflate (with or without its zlib header)."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._machine = zlib.decompressobj(47)
        self._is_fresh = True
        self._unpacked = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Unpack the next bytes. Raises Trouble when they are damaged or too many."""
        pieces: list[bytes] = []
        while data:
            piece = self._inflate(data)
            self._unpacked += len(piece)
            self._gauge.count(self._unpacked)
            if piece:
                pieces.append(piece)
            data = self._machine.unconsumed_tail
            if self._machine.eof:
                data = self._next_member()
        return pieces

    def end(self) -> None:
        """Say that no more comes. Raises Trouble when the end is missing."""
        if not self._machine.eof and not self._is_fresh:
            raise unreachable("reset: the compressed answer broke off", is_passing=True)

    def _inflate(self, data: bytes) -> bytes:
        try:
            piece = self._machine.decompress(data, _PIECE)
        except zlib.error as error:
            if not self._is_fresh:
                raise Trouble(Verdict.UNREADABLE, f"encoding: damaged ({error})") from error
            piece = self._without_header(data)
        self._is_fresh = False
        return piece

    def _without_header(self, data: bytes) -> bytes:
        """Some servers send deflate without the header that the standard asks for."""
        self._machine = zlib.decompressobj(-15)
        try:
            return self._machine.decompress(data, _PIECE)
        except zlib.error as error:
            raise Trouble(Verdict.UNREADABLE, f"encoding: damaged ({error})") from error

    def _next_member(self) -> bytes:
        rest = self._machine.unused_data
        if not rest.startswith(b"\x1f\x8b"):
            return b""  # padding after the last member is no news
        self._machine = zlib.decompressobj(47)
        return rest


class Unpacker:
    """Turns what arrives into the payload. `most` is the cap in bytes, before and after unpacking."""

    def __init__(self, encoding: str, most: int) -> None:
        self._gauge = Gauge(most)
        self._layers = _layers(encoding, self._gauge)
        self._pieces: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire. Raises Trouble beyond the cap or when they are damaged."""
        sip = _SIP if self._layers else len(data)
        for start in range(0, len(data), sip or 1):
            self._unpack(data[start : start + sip])

    def _unpack(self, data: bytes) -> None:
        self._gauge.arrived += len(data)
        pieces = [data]
        for layer in self._layers:
            pieces = [out for piece in pieces for out in layer.feed(piece)]
        self._size += sum(map(len, pieces))
        self._gauge.count(self._size)
        self._pieces += pieces

    def payload(self) -> bytes:
        """Give all of it. Raises Trouble when a layer has no end."""
        for layer in self._layers:
            layer.end()
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


def _layers(encoding: str, gauge: Gauge) -> list[Layer]:
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    strange = [name for name in names if name not in ("gzip", "x-gzip", "deflate", "x-deflate")]
    if strange:
        raise Trouble(Verdict.UNREADABLE, f"encoding: {strange[0][:40]}, which we did not ask for")
    if len(names) > _MOST_LAYERS:
        raise Trouble(Verdict.TOO_LARGE, f"compression: {len(names)} layers")
    return [Inflate(gauge) for _ in names]
