"""Whether two statements about one key can both be true: values that fit together, and scopes that keep them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from watcher.model import Key, SourceKind, Value, ValueType
from watcher.text import canonical

_WORD = re.compile(r"[^\W_]+")

_SCOPES = {
    **dict.fromkeys(("tier", "plan", "edition"), "plan"),
    **dict.fromkeys(("product", "scope", "endpoint", "model"), "product"),
    **dict.fromkeys(("region", "geography"), "region"),
}
"""Attributes that say of whom or what a claim speaks, and the dimension that they stand in."""

_EVERYONE = frozenset(
    {"self", "serve", "all", "any", "every", "everyone", "default", "standard", "paid"}
    | {"global", "worldwide", "public"}
)
"""Words of a scope that leave nobody out."""

_PLANS = "free|plus|pro|premium|team|teams|business|enterprise|edu|education|consumer|individual|personal|developer"
_PLAN = re.compile(
    rf"\b(?:for|on|under|of|to|with|using|by)\s+(?:[\w&'-]+\s+){{0,3}}?({_PLANS})\b"
    r"(?=\s+(?:plans?|tiers?|customers?|users?|accounts?|editions?|subscribers?|workspaces?|services?|products?)\b"
    r"|[.,;)]|$)",
    re.IGNORECASE,
)
_REGIONS = {
    "eea": "eea|european economic area",
    "eu": "eu|european union|europe",
    "uk": "uk|united kingdom",
    "ch": "switzerland",
    "us": "us|u\\.s\\.|usa|united states",
    "california": "california",
    "jp": "japan",
    "kr": "korea",
    "br": "brazil",
    "in": "india",
    "ca": "canada",
    "au": "australia",
}
_REGION = re.compile(
    r"\b(?:in|within|from|outside|inside|for|of)\s+(?:(?:the|residents?|users?|customers?|you|are|based|located|in|of)"
    rf"\s+){{0,4}}?(?:{'|'.join(f'(?P<{code}>{names})' for code, names in _REGIONS.items())})(?!\w)",
    re.IGNORECASE,
)

_THING = (
    r"(?P<thing>(?:[\w-]+\s+)?(?:agreement|contract|approval|amendment|addendum|subscription|plan|account|consent|nda"
    r"|registration|licen[cs]e))"
)
_MAY_DEMAND = re.compile(
    r"\b(?:need|requir|necessary|must|subject|only|conditional|without|have)", re.IGNORECASE
)
_ARTICLE = (
    r"(?:(?:an?|the|any|your|our|its|their|prior|written|separate|signed|active|valid)\s+){0,3}"
)
_LINK = r"(?:\s+with\s+[\w.&-]+)?\s+(?:is|are|will\s+be|be)\s+"
_NOT_NEEDED = re.compile(
    rf"\bno\s+{_ARTICLE}{_THING}{_LINK}(?:required|needed|necessary)"
    rf"|\b(?:without|no\s+need\s+(?:for|of)|not\s+(?:require|need))\s+{_ARTICLE}{_THING.replace('thing', 'second')}"
    rf"|{_THING.replace('thing', 'third')}{_LINK}not\s+(?:required|needed|necessary)",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"(?<!not )\b(?:must\s+(?:first\s+)?(?:have|hold|sign|execute|obtain|enter\s+into)|requires?|needs?|subject\s+to"
    rf"|only\s+(?:with|under)|conditional\s+on)\s+{_ARTICLE}{_THING}"
    rf"|(?<!no ){_THING.replace('thing', 'second')}{_LINK}(?:required|needed|necessary)"
    rf"|\b(?:with|to|for)\s+(?:[\w-]+\s+){{0,2}}(?:customers|organi[sz]ations|companies)\s+(?:who|that|which)\s+have\s+"
    rf"{_ARTICLE}{_THING.replace('thing', 'third')}",
    re.IGNORECASE,
)
_FILLERS = frozenset(
    {"a", "an", "the", "any", "no", "your", "our", "its", "their"}
    | {"prior", "written", "separate", "signed", "active", "valid"}
)

_AT_MOST = re.compile(
    r"\b(?:up to|at most|maximum of|no (?:longer|more|later) than|not (?:longer|more) than|within)\s+(?:[a-z-]+ )?\(?$"
)
_AT_LEAST = re.compile(
    r"\b(?:at least|minimum of|no (?:less|fewer) than|not less than)\s+(?:[a-z-]+ )?\(?$"
)
_LONGEST = 2_000
"""Characters of a quote or condition that are looked at: a sentence is shorter, and time stays bounded."""


_Scope = Mapping[str, frozenset[str]]
"""Words that say of whom or what something is said, by dimension."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of a key: the value, and the words and finer points that limit it."""

    value: Value
    kind: SourceKind
    condition: str = ""
    quote: str = ""
    attributes: tuple[tuple[str, Value], ...] = ()


def dispute(key: Key, one: Statement, other: Statement, own: Iterable[str] = ()) -> str:
    """Give what two statements about `key` disagree on, in plain words; an empty text when both can be true.

    They can when they speak of different documents, plans, products or regions, and also when only one of them names
    such a scope: it tells the exception. What is needed and what is not are terms of the whole, and no exception; there
    both must name a scope, and not the same. They can, too, when one list holds the other, one
    number lies within the bounds of the other, or the vocabulary calls two choices compatible. `own` are names of
    the offering itself: a claim "for the API" of an API is not about something narrower.
    """
    if not is_compared(key, one.kind) or not is_compared(key, other.kind):
        return ""
    demanded, fits = _contrary_demand(one, other), _fit(key, one, other)
    if fits and not demanded:
        return ""
    first, second = (
        _scope(each, frozenset(_words(" ".join([*own, demanded])))) for each in (one, other)
    )
    if _are_apart(first, second, first.keys() & second.keys()):
        return ""
    if not fits and not _are_apart(first, second, first.keys() | second.keys()):
        return "value"
    return f"whether {demanded} is needed" if demanded else ""


def is_compared(key: Key, kind: SourceKind) -> bool:
    """Whether what sources of this kind say of `key` is held against what others say."""
    if key.per_document:
        return False
    return key.compared_among is None or kind in key.compared_among


# ── of whom they speak ───────────────────────────────────────────────────────────────────────────


def _are_apart(first: _Scope, second: _Scope, dimensions: Iterable[str]) -> bool:
    """Whether two scopes have nothing in common in one of the dimensions."""
    nobody: frozenset[str] = frozenset()
    return any(not first.get(each, nobody) & second.get(each, nobody) for each in dimensions)


def _scope(statement: Statement, meaningless: frozenset[str]) -> _Scope:
    """Give the words that narrow a statement, by dimension: plan, product, region."""
    found: dict[str, set[str]] = {}
    for name, value in statement.attributes:
        if dimension := _SCOPES.get(name):
            items = value if isinstance(value, tuple) else (str(value),)
            found.setdefault(dimension, set()).update(_words(" ".join(items)))
    for text in (statement.condition, statement.quote):
        found.setdefault("plan", set()).update(_plans(text[:_LONGEST]))
    found.setdefault("region", set()).update(_regions(statement.condition[:_LONGEST]))
    narrowed = {name: frozenset(words - meaningless - _EVERYONE) for name, words in found.items()}
    return {name: words for name, words in narrowed.items() if words}


# A statement is held against every other one of its key: its words are looked at once.
@lru_cache(maxsize=10_000)
def _plans(text: str) -> frozenset[str]:
    return frozenset(hit[1].lower() for hit in _PLAN.finditer(text))


@lru_cache(maxsize=10_000)
def _regions(text: str) -> frozenset[str]:
    return frozenset(hit.lastgroup or "" for hit in _REGION.finditer(text))


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


# ── what they ask for ────────────────────────────────────────────────────────────────────────────


def _contrary_demand(one: Statement, other: Statement) -> str:
    """Give what one statement demands and the other says is not needed, such as "enterprise agreement"."""
    (needed, free), (other_needed, other_free) = (
        _demands(f"{each.quote[:_LONGEST]}\n{each.condition[:_LONGEST]}") for each in (one, other)
    )
    return min((needed & other_free) | (other_needed & free), default="")


@lru_cache(maxsize=10_000)
def _demands(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give what a text says is needed, and what it says is not."""
    if not _MAY_DEMAND.search(text):
        return frozenset(), frozenset()
    return _things(_NEEDED, _NOT_NEEDED.sub(" ", text)), _things(_NOT_NEEDED, text)


def _things(pattern: re.Pattern[str], text: str) -> frozenset[str]:
    names = (next(filter(None, hit.groups())) for hit in pattern.finditer(text))
    return frozenset(
        " ".join(word for word in _words(name) if word not in _FILLERS) for name in names
    )


# ── what they answer ─────────────────────────────────────────────────────────────────────────────


def _fit(key: Key, one: Statement, other: Statement) -> bool:
    """Whether both values can be true of the same thing."""
    first, second = one.value, other.value
    if first == second:
        return True
    if isinstance(first, tuple) and isinstance(second, tuple):
        return set(first) <= set(second) or set(second) <= set(first)
    if frozenset((str(first), str(second))) in key.compatible:
        return True
    if key.type is ValueType.TEXT:
        texts = sorted((canonical(str(first)).lower(), canonical(str(second)).lower()), key=len)
        return texts[0] in texts[1]
    if key.unit in ("days", "hours"):
        return _is_within(one, other) or _is_within(other, one)
    return False


def _is_within(bounded: Statement, exact: Statement) -> bool:
    """Whether one names a bound, the other a figure, and the figure keeps within it."""
    limit, figure = bounded.value, exact.value
    if isinstance(limit, tuple | str) or isinstance(figure, tuple | str) or _bound(exact):
        return False
    return {"most": figure <= limit, "least": figure >= limit}.get(_bound(bounded), False)


def _bound(statement: Statement) -> str:
    """Give `most` or `least` where the quote calls its figure a bound."""
    text = canonical(statement.quote[:_LONGEST]).lower()
    figures = list(re.finditer(r"\d+", text))
    own = [figure for figure in figures if figure[0] == str(statement.value)]
    for figure in own or figures:
        before = text[max(0, figure.start() - 40) : figure.start()]
        if _AT_MOST.search(before):
            return "most"
        if _AT_LEAST.search(before):
            return "least"
    return ""
