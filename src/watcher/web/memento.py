"""Memento (RFC 7089): what a source said at a time, asked for in the way that web archives are asked.

    original   the source's own address                      URI-R
    timegate   /timegate/SOURCE, with Accept-Datetime        URI-G
    timemap    /timemap/link/SOURCE, /timemap/json/SOURCE    URI-T
    memento    /snapshots/ID/payload                         URI-M

Mementos are good snapshots: a captcha that stood in place of the page is no past state of it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.model import Snapshot, Source
from watcher.web.api_answers import as_json
from watcher.web.visit import Visit, not_found, source_of

LINK_FORMAT = "application/link-format"


@dataclass(frozen=True, slots=True)
class History:
    """The mementos of a source by time, oldest first, and the addresses of what leads to them."""

    source: Source
    desk_url: str
    moments: tuple[tuple[datetime, int], ...]

    @property
    def original(self) -> str:
        """The source's own address, fit for a header."""
        return quote(self.source.url, safe="%:/?#[]@!$&'()*+,;=~")

    @property
    def timegate(self) -> str:
        """Where to ask for a time."""
        return f"{self.desk_url}/timegate/{self.source.id}"

    def timemap(self, form: str) -> str:
        """Where all mementos are listed, in the form `link` or `json`."""
        return f"{self.desk_url}/timemap/{form}/{self.source.id}"

    def memento(self, at: int) -> str:
        """The address of the memento with the place `at` among all."""
        return f"{self.desk_url}/snapshots/{self.moments[at][1]}/payload"

    def standing(self, at: datetime) -> int:
        """Give the place of the memento that stood at a time: the last one taken by then, or else the first."""
        # The times of the protocol know no fractions of a second: what was taken within a second counts for it.
        taken = [moment.replace(microsecond=0) for moment, _ in self.moments]
        return max(0, bisect_right(taken, at) - 1)

    def listed(self, at: int, rels: str = "memento") -> str:
        """Give the memento with the place `at` as a link with its time."""
        return f'<{self.memento(at)}>; rel="{rels}"; datetime="{in_http(self.moments[at][0])}"'

    def around(self, form: str = "link") -> list[str]:
        """Give the links to the original, the timegate and the timemap with the times it spans."""
        first, last = (in_http(self.moments[at][0]) for at in (0, -1))
        return [
            f'<{self.original}>; rel="original"',
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap(form)}>; rel="timemap"; type="{LINK_FORMAT}"; from="{first}"; until="{last}"',
        ]

    def links(self, at: int) -> str:
        """Give the Link header for the memento with the place `at`: what it is of, and its neighbours."""
        last = len(self.moments) - 1
        rels: dict[int, list[str]] = {}
        for rel, place in (("first", 0), ("last", last), ("prev", at - 1), ("next", at + 1)):
            if 0 <= place <= last:
                rels.setdefault(place, []).append(rel)
        rels.setdefault(at, [])
        mementos = [
            self.listed(place, " ".join([*rels[place], "memento"])) for place in sorted(rels)
        ]
        return ", ".join([*self.around(), *mementos])


def timegate(visit: Visit) -> Response:
    """Lead to the memento that stood at the time asked for, or to the last one if none is asked for."""
    history = _history(visit, source_of(visit))
    if not history.moments:
        not_found(f"{history.source.id} was never seen as it is: there is no memento.")
    asked = visit.request.headers.get("accept-datetime")
    at = len(history.moments) - 1 if asked is None else history.standing(_time(asked))
    headers = {
        "location": history.memento(at),
        "vary": "accept-datetime",
        "link": history.links(at),
    }
    return Response(status_code=302, headers=headers)


def timemap_link(visit: Visit) -> Response:
    """List all mementos of a source in the link format of RFC 6690."""
    history = _history(visit, source_of(visit))
    if not history.moments:
        not_found(f"{history.source.id} was never seen as it is: there is no memento.")
    around = [link.replace('rel="timemap"', 'rel="self"') for link in history.around()]
    mementos = [history.listed(at, _ends(at, history)) for at in range(len(history.moments))]
    return Response(",\n".join([*around, *mementos]) + "\n", media_type=LINK_FORMAT)


def timemap_json(visit: Visit) -> Response:
    """List all mementos of a source as JSON, in the shape that web archives' own tools give."""
    history = _history(visit, source_of(visit))
    if not history.moments:
        not_found(f"{history.source.id} was never seen as it is: there is no memento.")
    listed = [
        {"datetime": moment.replace(microsecond=0), "uri": history.memento(at)}
        for at, (moment, _) in enumerate(history.moments)
    ]
    return as_json(
        {
            "original_uri": history.original,
            "self": history.timemap("json"),
            "timegate_uri": history.timegate,
            "timemap_uri": {
                "link_format": history.timemap("link"),
                "json_format": history.timemap("json"),
            },
            "mementos": {"list": listed, "first": listed[0], "last": listed[-1]},
        }
    )


def headers_of(visit: Visit, snapshot: Snapshot) -> dict[str, str]:
    """Give the headers that make a memento of a snapshot's bytes; none for one that is no state of its page."""
    source = visit.desk.sources.get(snapshot.source_id)
    if source is None or not snapshot.good:
        return {}
    history = _history(visit, source)
    at = [snapshot_id for _, snapshot_id in history.moments].index(snapshot.id or 0)
    return {"memento-datetime": in_http(snapshot.taken_at), "link": history.links(at)}


def in_http(moment: datetime) -> str:
    """Give a time as HTTP has it: `Mon, 02 Mar 2026 09:00:00 GMT`."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _history(visit: Visit, source: Source) -> History:
    moments = tuple(visit.desk.ledger.snapshots.moments(source.id))
    return History(source, visit.place.url.rstrip("/"), moments)


def _ends(at: int, history: History) -> str:
    ends = ["first"] if at == 0 else []
    if at == len(history.moments) - 1:
        ends.append("last")
    return " ".join([*ends, "memento"])


def _time(asked: str) -> datetime:
    """Read Accept-Datetime; RFC 7089 wants 400 for anything but a time of HTTP in GMT."""
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        moment = None
    if moment is None or not asked.rstrip().endswith("GMT"):
        raise HTTPException(
            400,
            f"Accept-Datetime {asked[:80]!r} is no time of HTTP; write Mon, 02 Mar 2026 09:00:00 GMT.",
        )
    return moment.replace(tzinfo=UTC)
