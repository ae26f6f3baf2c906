"""Snapshots as a WARC file (ISO 28500, 1.1), which replay tools and other archives open.

What we do not hold is not made up. Payloads are kept decoded, so headers of a transfer or content coding are renamed as
the Wayback Machine does. Of the request we know its method and address, of a redirect its address and status: these
records say so by being that short. A page that was rendered is a `resource`: it never came over the wire as it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import quote, urlsplit

from watcher import __version__
from watcher.errors import ExportError
from watcher.ledger import Ledger
from watcher.looks import without_secrets
from watcher.model import Snapshot, Source

_CODINGS = {"content-encoding", "transfer-encoding", "content-length"}
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"
"""What stands in an address as it is; all else is percent-encoded in the line of a request."""

_FIELDS = "application/warc-fields"


def write_warc(ledger: Ledger, sources: Iterable[Source], out: IO[bytes]) -> int:
    """Write every snapshot of `sources` to `out` as gzipped WARC records, oldest first, and give their number.

    Raises ExportError when warcio is not installed, PayloadDamaged when a payload is not what was stored.
    """
    records = _Records(out)
    number = 0
    for source in sources:
        for snapshot, status in ledger.snapshots.each_of(source.id):
            assert snapshot.id is not None  # it comes from the ledger
            picture = ledger.snapshots.screenshot(snapshot.id)
            records.snapshot(
                source, snapshot, status, ledger.snapshots.payload(snapshot.id), picture
            )
            number += 1
    return number


class _Records:
    """Writes the records of snapshots, each group tied together by `WARC-Concurrent-To`."""

    def __init__(self, out: IO[bytes]) -> None:
        try:
            from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 - an extra
            from warcio.warcwriter import WARCWriter  # noqa: PLC0415
        except ImportError:
            raise ExportError(
                "WARC files need the library warcio. Install it with: pip install 'watcher[warc]'"
            ) from None
        self._headers = StatusAndHeaders
        self._writer = WARCWriter(out, gzip=True, warc_version="1.1")
        about = {"software": f"Watcher {__version__}", "format": "WARC File Format 1.1"}
        self._writer.write_record(self._writer.create_warcinfo_record("snapshots.warc.gz", about))

    def snapshot(
        self,
        source: Source,
        snapshot: Snapshot,
        status: int | None,
        payload: bytes,
        picture: bytes | None,
    ) -> None:
        """Write what one look received: its redirects, the answer, how it looked, and what we know of it."""
        at = _stamp(snapshot.taken_at)
        for number, hop in enumerate(snapshot.hops):
            following = snapshot.hops[number + 1 :]
            self._hop(
                hop.url, hop.status, following[0].url if following else snapshot.final_url, at
            )
        if snapshot.fetched_with == "http":
            told = self._answer(snapshot, status or 200, payload, at)
        else:
            told = self._write(
                snapshot.final_url, "resource", payload, at, kind=snapshot.media_type
            )
        if picture is not None:
            self._write(
                f"urn:view:{snapshot.final_url}", "resource", picture, at, told, kind="image/jpeg"
            )
        self._write(
            snapshot.final_url, "metadata", _known(source, snapshot), at, told, kind=_FIELDS
        )

    def _answer(self, snapshot: Snapshot, status: int, payload: bytes, at: str) -> str:
        headers = [
            (f"X-Archive-Orig-{name}" if name.lower() in _CODINGS else name, _encodable(value))
            for name, value in without_secrets(snapshot.headers)
        ]
        headers.append(("Content-Length", str(len(payload))))
        line = self._headers(_status_line(status), headers, protocol="HTTP/1.1")
        told = self._write(snapshot.final_url, "response", payload, at, http=line)
        self._request(snapshot.final_url, at, told)
        return told

    def _hop(self, url: str, status: int, location: str, at: str) -> None:
        line = self._headers(
            _status_line(status), [("Location", _encodable(location))], protocol="HTTP/1.1"
        )
        self._request(url, at, self._write(url, "response", b"", at, http=line))

    def _request(self, url: str, at: str, answer: str) -> None:
        parts = urlsplit(quote(url, safe=_ADDRESS))
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        line = self._headers(
            f"GET {target} HTTP/1.1", [("Host", parts.netloc)], is_http_request=True
        )
        self._write(url, "request", b"", at, answer, http=line)

    def _write(
        self,
        url: str,
        record: str,
        payload: bytes,
        at: str,
        beside: str = "",
        *,
        kind: str = "",
        http: Any = None,
    ) -> str:
        """Write a record and give its id; `beside` is the id of the record that it belongs to."""
        headers = {"WARC-Date": at, **({"WARC-Concurrent-To": beside} if beside else {})}
        made = self._writer.create_warc_record(
            url,
            record,
            payload=io.BytesIO(payload),
            length=len(payload),
            warc_content_type=kind,
            warc_headers_dict=headers,
            http_headers=http,
        )
        self._writer.write_record(made)
        told: str = made.rec_headers.get_header("WARC-Record-ID")
        return told


def _encodable(value: str) -> str:
    """Give the value of a header without half surrogate pairs and line ends, which a hostile server may send."""
    return " ".join(value.encode("utf-8", "replace").decode().splitlines())


def _status_line(status: int) -> str:
    known = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    return f"{status} {known}"


def _known(source: Source, snapshot: Snapshot) -> bytes:
    """Give what we know of a snapshot as `name: value` lines."""
    facts = {
        "source": source.id,
        "source-url": source.url,
        "snapshot": snapshot.id,
        "payload-sha256": snapshot.payload_digest,
        "fetched-with": snapshot.fetched_with,
        "seen-by": snapshot.seen_by,
        "good": str(snapshot.good).lower(),
        "via": snapshot.hops[0].url if snapshot.hops else None,
    }
    lines = (
        f"{name}: {' '.join(str(fact).split())}\r\n"
        for name, fact in facts.items()
        if fact is not None
    )
    return "".join(lines).encode("utf-8", "replace")


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
