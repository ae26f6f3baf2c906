"""Claims whose place a person named: a selector, a path, a pattern, for what rules cannot know.

    selector: "#retention td:nth-child(2)"     CSS, on HTML
    selector: "$.policy.retention[0].days"     a path, on JSON, or on the answers that a rendered page was filled from
    selector: "page(3)"                        one page of a PDF
    pattern:  "kept for (\\d+ days)"           a regular expression, on each block of what is left

Patterns were refused at the declaration if their time could explode; here they also meet short texts only.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from watcher import values
from watcher.errors import ReadingError
from watcher.model import (
    Claim,
    DeclaredClaim,
    Document,
    Evidence,
    Key,
    Source,
    Value,
    ValueType,
    Vocabulary,
    scope_naming,
)

if TYPE_CHECKING:
    from bs4 import Tag

LONGEST_TEXT = 10_000
"""Characters of one text that a pattern is tried on."""

_LONGEST_QUOTE = 500
_LETTER = re.compile(r"[^\W\d_]")
_ANSWER = b"data-watcher-answer="
_PAGE = re.compile(r"page\((\d{1,5})\)")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d{1,6}|\*)\]")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A piece of the page: its words, and the address that it links to, if any."""

    words: str
    target: str | None = None


def declared_claims(
    source: Source, payload: bytes, document: Document, vocabulary: Vocabulary
) -> tuple[Claim, ...]:
    """Give the claims whose place `source` declares, each with the words of the document that bear it out.

    Raises ReadingError, naming the claim and what to correct, when one matches nothing, matches several things where
    one is wanted, or gives no value that its key allows.
    """
    return tuple(
        _claim(declared, source, payload, document, vocabulary[declared.key])
        for declared in source.claims
        if declared.has_place
    )


def completed(claims: Iterable[Claim], source: Source) -> tuple[Claim, ...]:
    """Give claims that rules read with the condition and the attributes that `source` declares for them besides."""
    added = {declared.key: declared for declared in source.claims if not declared.has_place}
    return tuple(
        _completed(claim, added[claim.key]) if claim.key in added else claim for claim in claims
    )


def _completed(claim: Claim, declared: DeclaredClaim) -> Claim:
    attributes = dict(claim.attributes) | dict(declared.attributes)
    return replace(
        claim,
        condition=declared.condition or claim.condition,
        attributes=tuple(sorted(attributes.items())),
    )


def _claim(
    declared: DeclaredClaim, source: Source, payload: bytes, document: Document, key: Key
) -> Claim:
    found = list(_found(declared, source, payload, document))
    if not found:
        raise _wrong(declared, source, "matches nothing")
    raw = (
        [declared.value]
        if declared.value is not None
        else [spot.target or value for value, spot in found]
    )
    try:
        value = _one_value(key, raw)
    except ValueError as trouble:
        raise _wrong(declared, source, str(trouble)) from trouble
    quote, start = _located(found, document) or (None, 0)
    if quote is None:
        raise _wrong(
            declared,
            source,
            f"matches {found[0][0][:60]!r}, which the document as read does not hold",
        )
    block = document.blocks[bisect_right(document.starts, start) - 1]
    return Claim(
        key=key.name,
        value=value,
        evidence=Evidence(quote, start, block.path, block.page),
        condition=declared.condition,
        scope=scope_naming(declared.offering),
        attributes=declared.attributes,
        rule="declared",
    )


def _wrong(declared: DeclaredClaim, source: Source, what: str) -> ReadingError:
    where = " and ".join(
        f"{name} {given!r}"
        for name, given in (("selector", declared.selector), ("pattern", declared.pattern))
        if given
    )
    return ReadingError(
        f"{source.id}: the declared claim {declared.key} ({where}) {what}; "
        f"look at {source.url} and correct the declaration"
    )


def _one_value(key: Key, raw: Sequence[str]) -> Value:
    """One value of all that was found. Raises ValueError when a key with one value was given several."""
    if key.type is ValueType.LIST:
        return values.normalise(key, list(raw))
    settled = {values.normalise(key, one) for one in raw}
    if len(settled) > 1:
        some = ", ".join(values.render(key, one) for one in list(settled)[:3])
        raise ValueError(
            f"matches {len(settled)} places that say different things ({some}): narrow it"
        )
    return settled.pop()


def _found(
    declared: DeclaredClaim, source: Source, payload: bytes, document: Document
) -> Iterator[tuple[str, _Spot]]:
    """Give what the pattern picks, or all words, of each spot that the selector picks, with the spot."""
    for spot in _spots(declared, source, payload, document):
        if declared.pattern is None:
            yield spot.words, spot
            continue
        match = re.search(declared.pattern, spot.words[:LONGEST_TEXT])
        if match:
            yield match.group(match.re.groups and 1) or match.group(), _Spot(spot.words)


def _spots(
    declared: DeclaredClaim, source: Source, payload: bytes, document: Document
) -> Iterator[_Spot]:
    selector = declared.selector
    page = _PAGE.fullmatch(selector or "")
    if selector is None:
        yield from (_Spot(block.text) for block in document.blocks)
    elif page:
        yield from (_Spot(block.text) for block in document.blocks if block.page == int(page[1]))
    elif selector.startswith("$"):
        yield from (_Spot(_plain(one)) for one in _at_path(payload, selector, declared, source))
    else:
        yield from (
            _spot(element, source) for element in _selected(payload, selector, declared, source)
        )


def _selected(payload: bytes, selector: str, declared: DeclaredClaim, source: Source) -> list[Tag]:
    # Forty milliseconds to import, which only a source with selectors needs.
    from bs4 import BeautifulSoup  # noqa: PLC0415
    from soupsieve import SelectorSyntaxError  # noqa: PLC0415

    try:
        return list(BeautifulSoup(payload, "lxml").select(selector))
    except SelectorSyntaxError as trouble:
        raise _wrong(declared, source, f"has a selector that is not CSS: {trouble}") from trouble


def _spot(element: Tag, source: Source) -> _Spot:
    href = element.get("href")
    target = urljoin(source.url, href) if isinstance(href, str) and "@" not in href else None
    return _Spot(" ".join(element.get_text(" ").split()), target)


def _at_path(payload: bytes, path: str, declared: DeclaredClaim, source: Source) -> list[object]:
    """Every value at a path of names, positions and `[*]`."""
    try:
        reached = _answers(payload) or [json.loads(payload)]
    except (ValueError, RecursionError) as trouble:
        raise _wrong(
            declared,
            source,
            f"has a JSON path, but the payload is not JSON, nor a rendered page with JSON answers: {trouble}",
        ) from trouble
    for name, position in _STEP.findall(path[1:]):
        reached = [inner for value in reached for inner in _step(value, name, position)]
    return reached


def _answers(payload: bytes) -> list[object]:
    """Give the JSON answers that a rendered page was filled from, which the look put into its copy."""
    if _ANSWER not in payload:
        return []
    from bs4 import BeautifulSoup  # noqa: PLC0415 - see _selected

    scripts = BeautifulSoup(payload, "lxml").select("script[data-watcher-answer]")
    return [json.loads(script.get_text()) for script in scripts]


def _step(value: object, name: str, position: str) -> Iterator[object]:
    if name and isinstance(value, dict) and name in value:
        yield value[name]
    elif position == "*" and isinstance(value, list):
        yield from value
    elif position.isdigit() and isinstance(value, list) and int(position) < len(value):
        yield value[int(position)]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _located(found: Sequence[tuple[str, _Spot]], document: Document) -> tuple[str, int] | None:
    """The words of the first spot as the document has them, whatever its spaces and cell marks; else the value's."""
    for words in (found[0][1].words, found[0][0]):
        pieces = words.split()[:80]
        if not pieces:
            continue
        pattern = r"[\s|]{1,9}".join(re.escape(piece) for piece in pieces)
        place = re.search(rf"(?<!\w){pattern}(?!\w)", document.text) or re.search(
            pattern, document.text
        )
        if place:
            quote = place.group()[:_LONGEST_QUOTE]
            return (quote, place.start()) if _LETTER.search(quote) else _block_at(place, document)
    return None


def _block_at(place: re.Match[str], document: Document) -> tuple[str, int]:
    """Give the block around a bare number, which alone proves nothing; the number itself where it is very long."""
    at = bisect_right(document.starts, place.start()) - 1
    text, start = document.blocks[at].text, document.starts[at]
    if place.end() - start > _LONGEST_QUOTE:
        return place.group()[:_LONGEST_QUOTE], place.start()
    return text[:_LONGEST_QUOTE], start
