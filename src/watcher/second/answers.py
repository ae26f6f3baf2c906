"""What of an answer may be shown: strict JSON of one shape, known keys, values that fit, quotes that are there."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)

from watcher.errors import SecondReaderError
from watcher.model import Claim, Document, Evidence, Region, Vocabulary
from watcher.values import normalise

_MOST = 200
"""Claims that are looked at; a policy page makes some dozens."""

_Quote = Annotated[StrictStr, Field(min_length=8, max_length=2_000)]
_Item = Annotated[StrictStr, Field(max_length=500)]


class _Proposed(BaseModel):
    """One claim as the answer must have it."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[StrictStr, Field(max_length=60)]
    value: (
        StrictBool
        | StrictInt
        | StrictFloat
        | _Item
        | Annotated[list[_Item], Field(min_length=1, max_length=500)]
    )
    quote: _Quote
    condition: Annotated[StrictStr, Field(max_length=1_000)] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The claims of an answer that passed every check, and how many did not, by reason."""

    claims: tuple[Claim, ...]
    dropped: tuple[tuple[str, int], ...]


def proposals(content: str, document: Document, vocabulary: Vocabulary, reader: str) -> Answer:
    """Give what may be shown of the answer `content` about `document`; `reader` says who gave it.

    A claim is dropped, and counted, when it has another shape than was asked for, names no key of the vocabulary, its
    value does not fit the key, or its quote or condition does not stand in the policy text, letter by letter. Raises
    SecondReaderError when the answer as a whole is not the JSON that was asked for.
    """
    dropped: Counter[str] = Counter()
    listed = _listed(content)
    if len(listed) > _MOST:
        dropped["more than 200 claims"] = len(listed) - _MOST
    found: dict[tuple[str, str], Claim] = {}
    for each in listed[:_MOST]:
        claim = _claim(each, document, vocabulary, reader)
        if isinstance(claim, str):
            dropped[claim] += 1
        elif found.setdefault((claim.key, repr(claim.value)), claim) is not claim:
            dropped["said twice"] += 1
    return Answer(tuple(found.values()), tuple(sorted(dropped.items())))


def _listed(content: str) -> list[Any]:
    try:
        whole = json.loads(content, object_pairs_hook=_without_repeats, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise SecondReaderError(f"the answer is not JSON: {str(error)[:120]}") from None
    if not isinstance(whole, dict) or set(whole) != {"claims"}:
        raise SecondReaderError('the answer is not an object with "claims" alone')
    if not isinstance(whole["claims"], list):
        raise SecondReaderError('"claims" of the answer is not a list')
    return whole["claims"]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _claim(each: Any, document: Document, vocabulary: Vocabulary, reader: str) -> Claim | str:
    """Give the claim, or why it is dropped."""
    try:
        said = _Proposed.model_validate(each)
    except ValidationError:
        return "another shape"
    key = vocabulary.get(said.key)
    if key is None:
        return "unknown key"
    try:
        value = normalise(key, said.value)
    except ValueError:
        return "value does not fit"
    start = _place(said.quote, document)
    if start is None:
        return "quote not in the text"
    condition = said.condition or None
    if condition is not None and _place(condition, document) is None:
        return "condition not in the text"
    block = document.blocks[bisect_right(document.starts, start) - 1]
    evidence = Evidence(said.quote, start, block.path, block.page)
    return Claim(key.name, value, evidence, condition, rule=reader)


def _place(words: str, document: Document) -> int | None:
    """Give where `words` begin in the policy text of `document`, in characters of all of it."""
    at = document.text.find(words)
    while at >= 0:
        if document.blocks[bisect_right(document.starts, at) - 1].region is Region.MAIN:
            return at
        at = document.text.find(words, at + len(words))
    return None
