"""Lists and choices: names spelt in many ways, each with one normal form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from watcher.model import Key, Value
from watcher.values.written import as_text, plain, shown

_CERTIFICATIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\bsoc[\s-]?2\W+type\W*(?:ii|2)\b", "soc 2 type 2"),
        (r"\bsoc[\s-]?2\W+type\W*(?:i|1)\b", "soc 2 type 1"),
        (r"\bsoc[\s-]?([123])\b", r"soc \1"),
        (r"\b(?:iso|iec|iso\W?iec)\W*(\d{4,5})\b", r"iso \1"),
        (r"\bpci\W?dss\b", "pci dss"),
        (r"\bcsa\W?star\b", "csa star"),
        (r"\b(fedramp|tx-ramp|hipaa|hitrust|gdpr|ccpa)\b", r"\1"),
    )
)

_REGIONS = {
    name: code
    for code, names in {
        "us": "usa, u.s., u.s.a., united states, united states of america, the united states",
        "eu": "e.u., europe, european union, the european union",
        "eea": "european economic area, the european economic area",
        "uk": "gb, great britain, united kingdom, the united kingdom, u.k.",
        "ch": "switzerland",
        "ca": "canada",
        "jp": "japan",
        "kr": "south korea, korea, republic of korea",
        "sg": "singapore",
        "in": "india",
        "au": "australia",
        "ae": "uae, u.a.e., united arab emirates",
        "br": "brazil",
        "cn": "china, people's republic of china",
        "de": "germany",
        "fr": "france",
        "ie": "ireland",
        "nl": "netherlands, the netherlands",
        "se": "sweden",
    }.items()
    for name in names.split(", ")
}
_BREAK = re.compile(r"[,;\n]+(?!\s*type\b)", re.IGNORECASE)
_AND = re.compile(r"\s*(?:&|\band\b)\s*", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.[^\s@<>()\[\],;:.]+")


def read_choice(key: Key, text: str) -> str:
    """Give the choice that `text` spells, whatever its case, spaces and hyphens."""
    word = re.sub(r"[\W_]+", "_", text.lower()).strip("_")
    word = {"true": "yes", "false": "no"}.get(word, word)
    if word not in key.choices:
        raise ValueError(f"{key.name} is one of {', '.join(key.choices)}, not {shown(text)}")
    return word


def read_list(key: Key, raw: object) -> Value:
    """Give the items of a list, or of a text with commas, in lower case and sorted, each once."""
    given: Iterable[object] = raw if isinstance(raw, list | tuple | set | frozenset) else [raw]
    pieces = [piece for item in given for piece in _pieces(key, item)]
    items = tuple(sorted({_item(key, piece) for piece in pieces}))
    if not items:
        raise ValueError(f"{key.name} is a list with at least one item")
    return items


def _pieces(key: Key, raw: object) -> list[str]:
    pieces = [piece.strip() for piece in _BREAK.split(as_text(raw)) if piece.strip()]
    return [part for piece in pieces for part in _parts(key, piece)]


def _parts(key: Key, piece: str) -> list[str]:
    """Take apart "A and B" where that is two items; some names of places hold the word too."""
    parts = [part.strip() for part in _AND.split(piece) if part.strip()]
    if key.unit == "region":
        are_places = all(len(part) <= 3 or part.lower() in _REGIONS for part in parts)
        return parts if are_places else [piece]
    is_closed = key.choices or key.unit in ("certification", "email address")
    return parts if is_closed else [piece]


def _item(key: Key, piece: str) -> str:
    piece = plain(key, piece).lower()
    if key.choices:
        return read_choice(key, piece)
    if key.unit == "certification":
        return _certification(piece)
    if key.unit == "region":
        return _REGIONS.get(piece, piece)
    if key.unit == "email address":
        return _email(key, piece)
    return piece


def _certification(piece: str) -> str:
    """Give the name of a certification without its edition: "ISO/IEC 27001:2022" is "iso 27001"."""
    for pattern, name in _CERTIFICATIONS:
        if found := pattern.search(piece):
            return found.expand(name)
    return piece


def _email(key: Key, piece: str) -> str:
    address = piece.removeprefix("mailto:").strip("<>.\"' ")
    if not _EMAIL.fullmatch(address):
        raise ValueError(f"{key.name} lists e-mail addresses, and {shown(piece)} is none")
    return address
