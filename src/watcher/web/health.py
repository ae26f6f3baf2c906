"""How the sources fare, what to do about those in trouble, and the form for what a person saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.desk import pack_named
from watcher.errors import ReviewError
from watcher.looks import seen_by_person
from watcher.model import Verdict
from watcher.web.alarms import alarms_of
from watcher.web.finds import found
from watcher.web.looking import Health, health_of, healths
from watcher.web.rendering import page
from watcher.web.visit import Visit, source_of

_ADVICE = {
    Verdict.BLOCKED: "The site refuses machines. Look yourself and paste what you see; or ask the provider for leave.",
    Verdict.CHALLENGE: "The site asks for proof of a person. Look yourself and paste what you see.",
    Verdict.LOGIN: "The page wants a login. Log in yourself and paste what you see, or watch a public page instead.",
    Verdict.RATE_LIMITED: "The site asks for fewer visits. Raise `every` for its sources.",
    Verdict.DISALLOWED: "robots.txt asks machines to stay away. Look yourself and paste what you see.",
    Verdict.MOVED: "The page has gone elsewhere. Find its new address and put it into the declarations.",
    Verdict.GONE: "The page is gone. Find what took its place and declare that, or remove the source.",
    Verdict.WRONG_DOCUMENT: "Another page answers there. See what it is; correct the address in the declarations.",
    Verdict.WRONG_LANGUAGE: "The page answers in another language. Set `language` in its declaration.",
    Verdict.EMPTY: "The page is empty without a browser. Set `fetch: browser` in its declaration.",
    Verdict.PARTIAL: "Only a part came. Where a declared claim is not found, mend its selector; else wait.",
    Verdict.TOO_LARGE: "The page is larger than we take. Declare a smaller one, or raise WATCHER_MAX_PAYLOAD.",
    Verdict.UNREADABLE: "What came cannot be read. Look at the snapshot; a scanned PDF has to be pasted as text.",
    Verdict.REFUSED: "The address leads inside a private network. Set `allow_private` if that is meant.",
    Verdict.ERROR_PAGE: "The site answers with an error. It is tried again soon; look yourself if it lasts.",
    Verdict.UNREACHABLE: "Nobody answers. It is tried again soon; check the address if it lasts.",
}
_STALE = "It was not seen well for too long. Is `watcher sweep` still run on its schedule?"
_NEW = "It was never looked at. The next sweep does."
_RECENTLY = timedelta(days=30)
_NOISY = 30
"""So many differences silenced in thirty days are worth a rule, or a narrower selector."""


@dataclass(frozen=True, slots=True)
class Line:
    """A source in the list: how it fares, what to do, how much of it was silenced lately."""

    health: Health
    advice: str
    silenced: int
    moved_to: str

    @property
    def rank(self) -> tuple[int, str]:
        """Those in trouble first, then stale, then new, moved or noisy ones."""
        order = {"well": 4, "new": 2, "stale": 1}
        rank = order.get(self.health.state, 0)
        wants_care = rank == 4 and (self.silenced >= _NOISY or self.moved_to)
        return (3 if wants_care else rank, self.health.source.title.casefold())


def sources_page(visit: Visit) -> Response:
    """Show every source, those that want a person first."""
    ledger = visit.desk.ledger
    silenced = ledger.suppressions.by_source(visit.now - _RECENTLY)
    lines = []
    for health in healths(visit.desk, visit.now):
        count = silenced.get(health.source.id, 0)
        lines.append(Line(health, advice(health), count, _moved(health)))
    lines.sort(key=lambda line: line.rank)
    return page(
        visit,
        "sources.html",
        lines=lines,
        noisy=_NOISY,
        finds=len(found(visit)),
        alarms=alarms_of(visit),
        troubled=sum(line.rank[0] < 3 for line in lines),
        retired=set(ledger.sources.retired()),
    )


def advice(health: Health) -> str:
    """Give what to do about a source; nothing for one that is well."""
    if health.state == "well":
        return ""
    if health.state in ("new", "stale"):
        return _NEW if health.state == "new" else _STALE
    return _ADVICE.get(Verdict(health.state), "")


def _moved(health: Health) -> str:
    usual = health.known.usual
    if usual is None or usual.final_url.rstrip("/") == health.source.url.rstrip("/"):
        return ""
    return usual.final_url


def seen_form(visit: Visit) -> Response:
    """Show the form for what a person saw of a source."""
    source = source_of(visit)
    health = health_of(visit.desk, source, visit.now)
    return page(
        visit, "seen.html", source=source, health=health, advice=advice(health), outcome=None
    )


def take_in(visit: Visit) -> Response:
    """Record what a person saw as a look of theirs: judged, read and compared as any other."""
    source, most = source_of(visit), visit.place.settings.max_payload
    content = _pasted(visit)
    if len(content) > most:
        raise HTTPException(413, f"That is more than {most:,} bytes; paste the part that counts.")
    look = seen_by_person(source, content, visit.now, visit.person.name)
    outcome = visit.desk.take_in(source, look, pack_named(visit.place.settings))
    health = health_of(visit.desk, source, visit.now)
    return page(
        visit, "seen.html", source=source, health=health, advice=advice(health), outcome=outcome
    )


def _pasted(visit: Visit) -> bytes:
    if visit.upload is not None and visit.upload.content.strip():
        return visit.upload.content
    text = visit.said("text").replace("\r\n", "\n").strip()
    if not text:
        raise ReviewError("Paste what the page says, or choose a file that holds it.")
    return text.encode("utf-8", "replace")
