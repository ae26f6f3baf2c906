"""The registry as data: JSON and CSV of all of it, JSON and CSV for each offering, the schema, the search index."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from watcher.model import concerned
from watcher.registry.claim_notes import label_of
from watcher.registry.entries import Cell, Entry, Proof
from watcher.registry.entry_data import claim_note_as_data, entry_as_data
from watcher.registry.printable import one_line, printable, stamp
from watcher.registry.site import addresses
from watcher.registry.site.facts import Registry, Told, cells_by_key
from watcher.registry.site.making import Digests, File
from watcher.registry.site.questions import asked
from watcher.registry.site.showing import HERE

CLAIM_COLUMNS = (
    *("offering", "key", "scope", "value", "shown", "condition", "quote"),
    *("source", "source_url", "checked_at", "reviewed", "amended", "rank", "attributes"),
)
CHANGE_COLUMNS = (
    *("change", "source", "changed_at", "decided_at", "effective_on", "state", "title"),
    *("key", "old", "new", "old_condition", "new_condition", "old_quote", "new_quote"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def data_files(registry: Registry, digests: Digests) -> Iterator[File]:
    """Give the data of the whole registry, then that of each offering."""
    entries, told = list(registry.entries.values()), registry.told
    of_entries, of_told = digests.of(entries), digests.of(told)
    sources, keys = list(_sources(registry)), list(_keys(registry))
    yield File("data/offerings.json", lambda: _rows_json(map(_offering, entries)), of_entries)
    yield File("data/claims.json", lambda: _rows_json(_claims(*entries)), of_entries)
    yield File("data/claims.csv", lambda: csv_of(CLAIM_COLUMNS, _claims(*entries)), of_entries)
    yield File("data/changes.json", lambda: _rows_json(map(_change, told)), of_told)
    yield File("data/changes.csv", lambda: csv_of(CHANGE_COLUMNS, _flat(told)), of_told)
    yield File("data/sources.json", lambda: _rows_json(sources), digests.of(sources))
    yield File("data/vocabulary.json", lambda: _rows_json(keys), digests.of(keys))
    yield File("data/schema.json", (HERE / "assets" / "schema.json").read_bytes)
    yield File("search.json", lambda: _json(_search(registry)), digests.of(keys, entries))
    for entry in entries:
        yield from _files_of(entry, digests.of(entry))


def _files_of(entry: Entry, made_of: str) -> Iterator[File]:
    home = addresses.offering_page(entry.offering.slug)
    yield File(f"{home}entry.json", lambda: _json(entry_as_data(entry)), made_of)
    yield File(f"{home}claims.csv", lambda: csv_of(CLAIM_COLUMNS, _claims(entry)), made_of)


def _offering(entry: Entry) -> Row:
    offering = entry.offering
    return {
        "slug": offering.slug,
        "name": offering.name,
        "provider": offering.provider,
        "type": offering.type,
        "status": offering.status,
        "summary": offering.summary,
        "checked_at": _time(entry.checked_at),
        "oldest_check_at": _time(entry.oldest_check_at),
        "page": addresses.offering_page(offering.slug),
        "data": f"{addresses.offering_page(offering.slug)}entry.json",
    }


def _claims(*entries: Entry) -> Iterator[Row]:
    for entry in entries:
        for cell in (each for group in entry.groups for each in group.cells):
            for rank, proof in enumerate((cell.proof, *cell.others), 1):
                yield _claim(entry, cell, proof, rank)


def _claim(entry: Entry, cell: Cell, proof: Proof, rank: int) -> Row:
    value = list(proof.value) if isinstance(proof.value, tuple) else proof.value
    return {
        "offering": entry.offering.slug,
        "key": cell.key,
        "scope": cell.scope,
        "value": value,
        "shown": proof.shown,
        "condition": proof.condition or None,
        "quote": proof.quote,
        "source": proof.source_id,
        "source_url": proof.url,
        "checked_at": _time(proof.checked_at),
        "reviewed": cell.reviewed,
        "amended": proof.amended,
        "rank": rank,
        "attributes": dict(cell.attributes) if rank == 1 else {},
    }


def _change(told: Told) -> Row:
    return {
        "change": told.id,
        "source": told.source.id,
        "offerings": list(concerned(told.change, told.source.offerings)),
        "changed_at": stamp(told.change.changed_at),
        "decided_at": stamp(told.item.updated_at),
        "effective_on": told.item.effective_on.isoformat() if told.item.effective_on else None,
        "state": told.item.state,
        "title": told.item.title,
        "page": addresses.change_page(told.id),
        "claims": [claim_note_as_data(note) for note in told.item.claims],
    }


def _flat(told: Iterable[Told]) -> Iterator[Row]:
    """Give changes as rows of a table: one for each claim, or one for a change alone."""
    for change in map(_change, told):
        for claim in change["claims"] or [{}]:
            yield {**claim, **change}


def _sources(registry: Registry) -> Iterator[Row]:
    for source in registry.sources:
        known = registry.facts.known.get(source.id)
        yield {
            "id": source.id,
            "url": source.url,
            "title": source.title,
            "kind": source.kind.value,
            "authority": source.authority.value,
            "offerings": list(source.offerings),
            "every_hours": source.every.total_seconds() / 3600,
            "last_check_at": _time(known.last_check_at) if known else None,
            "last_verdict": known.last_verdict.value if known and known.last_verdict else None,
            "checked_at": _time(known.last_good_at) if known else None,
            "page": addresses.source_page(source.id),
        }


def _keys(registry: Registry) -> Iterator[Row]:
    for key in registry.vocabulary.values():
        yield {
            "key": key.name,
            "type": key.type.value,
            "group": key.group,
            "label": key.label,
            "question": key.question,
            "unit": key.unit,
            "choices": list(key.choices),
            "page": addresses.question_page(key.name),
        }


def _search(registry: Registry) -> Mapping[str, Any]:
    """Give what the search looks in: keys once, and for each offering which of them it answers, as a bit mask."""
    keys = registry.keys
    asks = [_asks(key, registry) for key in keys]
    offerings = [
        [
            addresses.offering_page(slug),
            one_line(entry.offering.name)[:120],
            one_line(entry.offering.provider)[:80],
            f"{sum(1 << place for place, key in enumerate(keys) if key in held):x}",
        ]
        for slug, entry in registry.entries.items()
        for held in (cells_by_key(entry),)
    ]
    return {"keys": asks, "offerings": offerings}


def _asks(key: str, registry: Registry) -> tuple[str, str, str, str]:
    """Give the words by which a key is found: address, label, the vocabulary's question, and a person's."""
    known = registry.vocabulary.get(key)
    return (
        addresses.segment(key),
        label_of(key, registry.vocabulary),
        known.question if known else "",
        asked(key, "it", registry.vocabulary),
    )


def _rows_json(rows: Iterable[Row]) -> bytes:
    """Give rows as a JSON array with a row on each line, so that two editions can be compared line by line."""
    return b"[\n" + b",\n".join(_json(row).rstrip() for row in rows) + b"\n]\n"


def _json(data: object) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return printable(text).encode() + b"\n"


def csv_of(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    """Give rows as RFC 4180 has them, in UTF-8, with what spreadsheets would run as a formula made text."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(column)) for column in columns])
    return written.getvalue().encode()


def _csv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        text = one_line(value)
        return f"'{text}" if text.startswith(_FORMULA) else text
    return one_line(json.dumps(value, ensure_ascii=False)) if value else ""


def _time(moment: datetime | None) -> str | None:
    return stamp(moment) if moment else None
