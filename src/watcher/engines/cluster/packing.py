"""Units and results as bytes and back, exactly: `unit_from(unit_as(x)) == x`.

Compressed JSON, with payloads and screenshots as they are behind it. Only `Unit`s and `Result`s of the same `VERSION`
are ever unpacked, so nothing here needs to understand older forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from watcher.engines.cluster.units import Fate, Finding, Result, Treatment, Unit, Wanted, Work
from watcher.ledger.compression import compress, restore
from watcher.ledger.encoding import (
    Plain,
    declaration_as,
    declaration_from,
    document_as,
    document_from,
    doubt_as,
    doubt_from,
    from_bytes,
    host_rules_as,
    host_rules_from,
    to_bytes,
    usual_as,
    usual_from,
)
from watcher.ledger.times import from_text, from_text_or_none, to_text, to_text_or_none
from watcher.model import (
    Authority,
    Document,
    FetchMode,
    Hop,
    Judgement,
    Known,
    KnownHost,
    Response,
    Slug,
    Source,
    SourceId,
    SourceKind,
    Verdict,
)

_MICROSECOND = timedelta(microseconds=1)
_LENGTH = 8
_KNOWN_AS_IT_IS = (
    "snapshot_id", "payload_digest", "document_id", "document_digest", "etag", "last_modified", "last_verdict",
    "failures", "pending", "read_by",
)  # fmt: skip
_KNOWN_TIMES = ("last_check_at", "last_good_at", "next_due_at")


def unit_as(unit: Unit) -> bytes:
    """Give a unit as bytes."""
    host, treatment = unit.host, unit.treatment
    plain = {
        "id": unit.id,
        "ledger": unit.ledger,
        "work": unit.work,
        "version": unit.version,
        "stalled_after": unit.stalled_after,
        "host": [host.host, to_text_or_none(host.not_before), host.spacing, host.refusals],
        "treatment": [
            treatment.contact, treatment.deadline, treatment.spacing, treatment.max_payload,
            {name: host_rules_as(rules) for name, rules in treatment.rules.items()},
        ],
        "wanted": [[_source_as(each.source), _known_as(each.known), each.recalled] for each in unit.wanted],
    }  # fmt: skip
    return compress(to_bytes(plain))


def unit_from(content: bytes) -> Unit:
    """Give the unit that `unit_as` was given."""
    plain = from_bytes(restore(content))
    contact, deadline, spacing, max_payload, rules = plain["treatment"]
    return Unit(
        id=plain["id"],
        ledger=plain["ledger"],
        work=Work(plain["work"]),
        version=plain["version"],
        stalled_after=plain["stalled_after"],
        host=known_host_from(plain["host"]),
        treatment=Treatment(
            contact,
            deadline,
            spacing,
            max_payload,
            {name: host_rules_from(each) for name, each in rules.items()},
        ),
        wanted=tuple(
            Wanted(_source_from(source), _known_from(known), _mode(recalled))
            for source, known, recalled in plain["wanted"]
        ),
    )


def known_host_from(plain: list[Any]) -> KnownHost:
    """Give what is known of a host from its name, `not_before` as text, spacing and refusals."""
    host, not_before, spacing, refusals = plain
    return KnownHost(host, from_text_or_none(not_before), spacing, refusals)


def result_as(result: Result) -> bytes:
    """Give a result as bytes."""
    blobs: list[bytes] = []
    findings = [_finding_as(each, blobs) for each in result.findings]
    plain = {"unit": result.unit, "version": result.version, "findings": findings}
    header = to_bytes(plain)
    return compress(b"".join([len(header).to_bytes(_LENGTH), header, *blobs]))


def result_from(content: bytes) -> Result:
    """Give the result that `result_as` was given."""
    whole = restore(content)
    begin = _LENGTH + int.from_bytes(whole[:_LENGTH])
    plain = from_bytes(whole[_LENGTH:begin])
    blobs = _Blobs(whole, begin)
    findings = tuple(_finding_from(each, blobs) for each in plain["findings"])
    return Result(plain["unit"], findings, plain["version"])


class _Blobs:
    """Gives the bytes behind the JSON, piece after piece."""

    def __init__(self, whole: bytes, begin: int) -> None:
        self._whole = whole
        self._at = begin

    def take(self, length: int) -> bytes:
        self._at += length
        return self._whole[self._at - length : self._at]


def _finding_as(finding: Finding, blobs: list[bytes]) -> Plain:
    plain: Plain = {"source": finding.source_id, "fate": finding.fate}
    if finding.response is not None:
        blobs += [finding.response.payload, finding.response.screenshot]
        plain["response"] = _response_as(finding.response)
    if isinstance(finding.found, Document):
        plain["document"] = document_as(finding.found)
    elif finding.found is not None:
        plain["judgement"] = _judgement_as(finding.found)
    if finding.remembered is not None:
        plain["remembered"] = finding.remembered
    if finding.bug:
        plain["bug"] = finding.bug
    return plain


def _finding_from(plain: Plain, blobs: _Blobs) -> Finding:
    found: Document | Judgement | None = _judgement_from(plain.get("judgement"))
    if "document" in plain:
        found = document_from(plain["document"])
    return Finding(
        source_id=SourceId(plain["source"]),
        fate=Fate(plain["fate"]),
        response=_response_from(plain["response"], blobs) if "response" in plain else None,
        found=found,
        remembered=_mode(plain.get("remembered")),
        bug=plain.get("bug", ""),
    )


def _response_as(response: Response) -> Plain:
    return {
        "url": response.url,
        "final_url": response.final_url,
        "fetched_at": to_text(response.fetched_at),
        "status": response.status,
        "headers": response.headers,
        "hops": [(hop.url, hop.status) for hop in response.hops],
        "elapsed": response.elapsed // _MICROSECOND,
        "fetched_with": response.fetched_with,
        "trouble": None if response.trouble is None else _judgement_as(response.trouble),
        "retry_after": None if response.retry_after is None else response.retry_after // _MICROSECOND,
        "seen_by": response.seen_by,
        "spacing": response.spacing,
        "markup": response.markup,
        "agreed": response.agreed,
        "lengths": [len(response.payload), len(response.screenshot)],
    }  # fmt: skip


def _response_from(plain: Plain, blobs: _Blobs) -> Response:
    payload, screenshot = map(blobs.take, plain["lengths"])
    retry_after = plain["retry_after"]
    return Response(
        url=plain["url"],
        final_url=plain["final_url"],
        fetched_at=from_text(plain["fetched_at"]),
        status=plain["status"],
        headers=_pairs(plain["headers"]),
        payload=payload,
        hops=tuple(Hop(url, status) for url, status in plain["hops"]),
        elapsed=plain["elapsed"] * _MICROSECOND,
        fetched_with=plain["fetched_with"],
        trouble=_judgement_from(plain["trouble"]),
        retry_after=None if retry_after is None else retry_after * _MICROSECOND,
        screenshot=screenshot,
        seen_by=plain["seen_by"],
        spacing=plain["spacing"],
        markup=plain["markup"],
        agreed=plain["agreed"],
    )


def _pairs(plain: Iterable[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in plain)


def _judgement_as(judgement: Judgement) -> list[str]:
    return [judgement.verdict, judgement.signal]


def _judgement_from(plain: list[str] | None) -> Judgement | None:
    return None if plain is None else Judgement(Verdict(plain[0]), plain[1])


def _mode(plain: str | None) -> FetchMode | None:
    return None if plain is None else FetchMode(plain)


def _source_as(source: Source) -> list[Any]:
    every = source.every // _MICROSECOND
    return [
        source.id, source.url, source.title, source.kind, source.authority, source.offerings, every,
        declaration_as(source),
    ]  # fmt: skip


def _source_from(plain: list[Any]) -> Source:
    source_id, url, title, kind, authority, offerings, every, declaration = plain
    return Source(
        id=SourceId(source_id),
        url=url,
        title=title,
        kind=SourceKind(kind),
        authority=Authority(authority),
        offerings=tuple(map(Slug, offerings)),
        every=every * _MICROSECOND,
        **declaration_from(declaration),
    )


def _known_as(known: Known) -> Plain:
    plain: Plain = {name: getattr(known, name) for name in _KNOWN_AS_IT_IS}
    plain |= {name: to_text_or_none(getattr(known, name)) for name in _KNOWN_TIMES}
    plain["source_id"] = known.source_id
    plain["usual"] = None if known.usual is None else usual_as(known.usual)
    plain["doubt"] = None if known.doubt is None else doubt_as(known.doubt)
    return plain


def _known_from(plain: Plain) -> Known:
    said = dict(plain)
    said |= {name: from_text_or_none(said[name]) for name in _KNOWN_TIMES}
    said["last_verdict"] = None if said["last_verdict"] is None else Verdict(said["last_verdict"])
    said["usual"] = None if said["usual"] is None else usual_from(said["usual"])
    said["doubt"] = None if said["doubt"] is None else doubt_from(said["doubt"])
    return Known(**said)
