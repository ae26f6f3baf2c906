"""Cells that are not a clean public yes: what to check before one signs, each with its reason on one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.model import Value
from watcher.registry.printable import shortened, shown

_REASON_LENGTH = 240

_YES: frozenset[Value] = frozenset({True, "yes"})
_NO: frozenset[Value] = frozenset({False, "no"})
_CLEAN: Mapping[str, frozenset[Value]] = {
    "audit_rights": _YES,
    "class_action_waiver": _NO,
    "competing_model_prohibited": _NO,
    "data_sale": _NO,
    "dispute_resolution": frozenset({"courts"}),
    "gpai_code_of_practice": frozenset({"full"}),
    "human_review": _NO,
    "input_ownership": frozenset({"customer"}),
    "output_ownership": frozenset({"customer"}),
    "reverse_engineering_prohibited": _NO,
    "scraping_prohibited": _NO,
    "training_use_of_input": frozenset({"no", "opt_in"}),
}
"""The answers that leave a customer nothing to ask, for keys where that is not simply yes."""

_ANSWERS = frozenset(
    {"yes", "no", "conditional", "by_request", "by_approval", "in_progress", "prohibited"}
    | {"unclear", "partial", "unknown"}
)
"""The answers that, whatever the key, are judged as good or bad."""

_AVAILABILITIES = {
    "public": "",
    "sales_gated": "sales-gated",
    "on_request": "on request",
    "unclear": "availability unclear",
}
_ROUTES = {
    "public": "",
    "trust_portal": "account-gated",
    "trust_center_nda": "account-gated",
    "nda": "under a non-disclosure agreement",
    "sales_contract": "sales-gated",
}
_DEFAULTS = {
    "enabled": "",
    "requires_config": "",
    "requires_approval": "approval-gated",
    "disabled": "off by default",
}
_TIERS = {"self_serve": "", "api": ""}
_GATES = (
    ("route", _ROUTES),
    ("availability", _AVAILABILITIES),
    ("default", _DEFAULTS),
    ("tier", _TIERS),
)
"""What may stand between a customer and a cell, the hardest to pass first."""

_MEANINGS = {
    "account-gated": "Needs an account on the trust portal, or a non-disclosure agreement.",
    "on request": "Has to be asked for.",
    "sales-gated": "Has to be agreed with the provider's sales.",
    "approval-gated": "Needs the provider's approval; it is not the default.",
    "off by default": "Has to be switched on.",
}

_CONDITIONS_THEMSELVES = frozenset({"opt_in"})
"""Answers whose condition repeats them: "not unless you opt in" limits no more than "opt in" says."""

_SAID_ALREADY = {("by_request", "on request"), ("by_approval", "approval-gated")}
"""Answers that say themselves what their gate would add."""


_YES_AFTER = frozenset({"by_request", "by_approval"})
"""Answers that are a yes beside a gate which says more of how it is had."""


@dataclass(frozen=True, slots=True)
class WatchOut:
    """A cell to check: its key and label, the answer in brief, the reason."""

    key: str
    label: str
    answer: str
    reason: str


def watch_out(
    key: str,
    label: str,
    value: Value,
    *,
    rendered: str,
    condition: str = "",
    attributes: Mapping[str, Value] | None = None,
    quote: str = "",
    doubt: str = "",
) -> WatchOut | None:
    """Give what to check about a cell, or None when it is a clean public yes.

    It is none when the answer is not among those that leave nothing to ask, is tied to a condition, is not public or
    not the default (`route`, `availability`, `default`, `tier` of its attributes), or when there is `doubt` that it
    still holds. Numbers, dates, lists and texts have no good or bad answer: only how they are had, or doubt, can speak.
    """
    gate = _gate(attributes or {})
    judged = _is_judged(key, value)
    is_clean = not judged or value in _CLEAN.get(key, _YES)
    limited = judged and bool(condition) and value not in _CONDITIONS_THEMSELVES
    if is_clean and not limited and not gate and not doubt:
        return None
    answer = rendered
    if judged:  # a word of ours; what a page says (names, addresses, lists) stays as it is written
        answer = answer[:1].upper() + answer[1:].replace("_", " ")
    told = "" if (value, gate) in _SAID_ALREADY else gate
    if told and value in _YES_AFTER:
        answer = "Yes"
    if qualifier := told or ("on condition" if is_clean and limited else ""):
        answer = f"{answer}, {qualifier}"
    reason = (
        doubt or condition or _MEANINGS.get(gate) or quote or "The source gives no more than this."
    )
    return WatchOut(key, label, answer, shortened(reason, _REASON_LENGTH))


def gate_meaning(attributes: Mapping[str, Value]) -> str:
    """Say in a sentence what stands between a customer and a cell (route, default, tier); empty when nothing does."""
    gate = _gate(attributes)
    return _MEANINGS.get(gate) or (f"{gate[:1].upper()}{gate[1:]}." if gate else "")


def _is_judged(key: str, value: Value) -> bool:
    return isinstance(value, bool) or key in _CLEAN or value in _ANSWERS


def _gate(attributes: Mapping[str, Value]) -> str:
    for name, words in _GATES:
        if name in attributes:
            said = shown(attributes[name])
            if gate := words.get(said, f"{name}: {said.replace('_', ' ')}"):
                return gate
    return ""
