"""From what pydantic found to what a person can mend: a line, a path, plain words, a suggestion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from watcher.sources.nodes import Place, Written

Shape = TypeVar("Shape", bound=BaseModel)

_ALIKE = 70
"""Similarity in percent from which one word is offered for another: `intervall` for `interval`, not `foo` for `for`."""

_OTHER_WORDS = {
    "every": "interval frequency schedule period cadence often check_every cron",
    "quiet": "quiet_hours silent night pause_between",
    "url": "link href address uri location page",
    "title": "name label heading",
    "name": "title label",
    "kind": "type category",
    "type": "kind category",
    "authority": "tier level primary secondary",
    "keep": "selectors selector select include only main",
    "drop": "remove exclude ignore without strip",
    "fetch": "renderer browser javascript engine method executejavascript fetcher",
    "offerings": "offering product products service services target targets for",
    "claims": "claim facts extract",
    "language": "lang locale",
    "pattern": "regex regexp match",
    "selector": "css select",
    "value": "fixed equals",
    "condition": "if when note",
    "id": "slug key name",
    "key": "claim id name",
    "official_site": "site homepage website url",
    "official_docs": "docs documentation",
    "summary": "description about",
    "guidance": "notes advice analysis",
    "provider": "vendor company organisation organization",
    "allow_private": "private internal intranet",
    "steps": "actions browser_steps clicks interactions do",
    "click": "press tap click_selector",
    "click_text": "text click_on button link_text",
    "expand": "open unfold expand_all open_all accordion",
    "tabs": "tab choose_tab choose_tabs select_tab",
    "panel": "tabpanel content into",
    "scroll": "scroll_to scroll_to_end scroll_down",
    "wait_for": "wait wait_for_selector wait_until",
    "times": "repeat count at_most max",
    "within": "timeout seconds limit",
    "optional": "ignore_errors if_present may_fail",
    "spacing": "delay pause wait crawl_delay",
    "concurrency": "parallel workers connections",
    "sources": "source pages urls jobs watch",
    "defaults": "default",
    "hosts": "host politeness domains",
    "notifications": "notify alerts channels notification reporters",
    "apprise": "chat slack telegram discord teams matrix",
    "email": "mail smtp e-mail",
    "webhook": "hook callback http post",
    "sender": "from",
    "server": "smtp host smtp_server",
    "password_env": "password pass secret",
    "secret_env": "secret key token",
    "url_env": "url token",
    "about": "kinds kind events topics on",
    "providers": "provider vendor",
    "significance": "level severity minimum min_level importance",
    "when": "digest schedule frequency at",
}
"""Key → words that people coming from other tools write for it."""

_PLAIN = {
    "missing": "is missing",
    "model_type": "must be a mapping of keys and values",
    "dict_type": "must be a mapping of keys and values",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "string_too_short": "is empty",
    "too_short": "is empty",
}


def validated(
    shape: type[Shape], raw: object, context: Any = None
) -> tuple[Shape | None, list[ErrorDetails]]:
    """Give `raw` as a `shape`, or None and what is wrong with it."""
    try:
        return shape.model_validate(raw, context=context), []
    except ValidationError as error:
        return None, error.errors(include_url=False, include_context=True)


def complain_all(
    written: Written, path: Place, errors: Iterable[ErrorDetails], shape: type[BaseModel]
) -> None:
    """Note every one of `errors`, found under `path`, in plain words."""
    for error in errors:
        place = (*path, *(part for part in error["loc"] if part != "[key]"))
        if error["type"] == "missing":
            written.complain(place[:-1], f"`{error['loc'][-1]}` is missing")
            continue
        message, hint = _explain(error, _shape_at(shape, error["loc"][:-1]))
        written.complain(place, message, hint)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Give "did you mean `…`?" when one of `known` is spelt or meant like `word`, else an empty text."""
    choices = list(known)
    lowered = word.lower().replace("-", "_")
    by_meaning = (key for key in choices if lowered in _OTHER_WORDS.get(key, "").split())
    found = process.extractOne(word.lower(), choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    meant = found[0] if found else next(by_meaning, None)
    return f"did you mean `{meant}`?" if meant else ""


def _explain(error: ErrorDetails, shape: type[BaseModel] | None) -> tuple[str, str]:
    kind = error["type"]
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        known = list(shape.model_fields) if shape else []
        hint = suggestion(str(error["loc"][-1]), known)
        return "is not a key that is known here", hint or f"known are {', '.join(known)}"
    if kind in ("enum", "literal_error"):
        choices = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        hint = suggestion(str(error["input"]), choices)
        return f"is one of {', '.join(choices)}, not {error['input']!r}", hint
    if kind == "value_error":
        cause = context["error"]
        message, hint = cause.args if len(cause.args) == 2 else (str(cause), "")
        return message, hint
    if kind == "string_pattern_mismatch":
        return f"{error['input']!r} is not a name", "use lower-case letters, digits and _"
    return _PLAIN.get(kind, error["msg"].lower()), ""


def _shape_at(shape: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel] | None:
    """Give the model that `loc` leads to inside `shape`; places in lists and keys of mappings lead no further."""
    at: type[BaseModel] | None = shape
    for part in loc:
        field = at.model_fields.get(str(part)) if at else None
        at = _model_in(field.annotation) if field else at
    return at


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)
