"""Whether the changes that Watcher raises name the claims that really changed.

usage: named_claims.py ALERTS.jsonl [LABELS.jsonl] [--misses]

ALERTS is what `watcher replay --alerts` writes, LABELS the record's changes.jsonl. Of every required transition, each
labelled claim whose key is in the vocabulary counts: it is named when an alert over that transition names the key and
both values. Values are compared loosely, since labels are written by people in their own words: dates by day, yes and
no as such, numbers by the number, other texts by the words they share, in the value or the quotes it stands on. The two
date keys count as one. Printed: transitions of which at least one claim, and of which every claim, is named; claims
named with both values; claims whose key alone is named; claims left out because the vocabulary has no such key.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from record import RECORD, rows

from watcher.changes.wording import DATE
from watcher.sources.vocabulary import load_vocabulary

SYNONYMS = {
    "document_effective": "document_updated",
    "commercial_use": "commercial_use_allowed",
}
"""Names that labels use for keys of the vocabulary; the dates of a document count as one."""

_WORD = re.compile(r"[a-z]{3,}|\d+")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENOUGH = 0.3
"""A label shares at least this part of its words with what the change says."""

Row = dict[str, Any]


def named_key(key: str) -> str:
    """Give the key of the vocabulary that a label's key stands for."""
    return SYNONYMS.get(key, key)


def days(text: str) -> set[tuple[int, int, int]]:
    """Give the calendar days that `text` names, as year, month, day; both readings of "5/6/2025"."""
    found: set[tuple[int, int, int]] = set()
    for match in DATE.findall(text):
        numbers = [int(number) for number in re.findall(r"\d+", match)]
        month = next((place for place, m in enumerate(_MONTHS, 1) if m in match.lower()), None)
        if month is not None and len(numbers) == 2:
            found.add((numbers[1], month, numbers[0]))
        elif len(numbers) == 3:
            year = max(numbers)
            one, other = (n for n in numbers if n is not year)
            found |= {(year, one, other), (year, other, one)}
    return found


def agrees(label: Any, value: Any, quote: str | None) -> bool:
    """Whether what a person wrote of one side of a change is what the change says of it."""
    if label is None:
        return True  # the label says that nothing was there that it would name; a finer value may well have been
    if value is None:
        return False
    written, said = str(label), f"{_plain(value)} {quote or ''}"
    if dates := days(written):
        return bool(dates & days(said))
    wanted, held = set(_WORD.findall(written.lower())), set(_WORD.findall(said.lower()))
    return not wanted or len(wanted & held) >= _ENOUGH * len(wanted)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def verdict(label: Row, named: list[Row]) -> str:
    """Give "named", "key" (with another value) or "missed" for one labelled claim."""
    key = named_key(label["key"])
    same = [row for row in named if named_key(row["key"]) == key]
    sides = [
        [agrees(label[side], row[side], row.get(f"{side}_quote")) for row in same]
        for side in ("old", "new")
    ]
    is_date = (
        key == "document_updated"
    )  # which of the two keys a date stands under may change with it
    if all(map(any, sides)) if is_date else any(map(all, zip(*sides, strict=True))):
        return "named"
    return "key" if same else "missed"


def covering(alerts: list[Row], label: Row) -> list[Row]:
    """Give the claims that alerts over a labelled transition name."""
    at = datetime.fromisoformat(label["captured_at"])
    found: list[Row] = []
    for alert in alerts:
        before, after = (datetime.fromisoformat(alert[side]) for side in ("before", "after"))
        if alert["page"] == label["page"] and before < at <= after:
            newest = after - before <= timedelta(days=14) or at == after
            found.extend(alert["claims"] if newest else ())
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("alerts", type=Path)
    parser.add_argument("labels", type=Path, nargs="?", default=RECORD / "changes.jsonl")
    parser.add_argument("--misses", action="store_true", help="tell what was not named")
    options = parser.parse_args()
    alerts, vocabulary = rows(options.alerts), load_vocabulary()
    left_out: Counter[str] = Counter()
    got: Counter[str] = Counter()
    by_key: dict[str, Counter[str]] = {}
    transitions: Counter[str] = Counter()
    for label in rows(options.labels):
        if label["role"] != "required":
            continue
        known = [each for each in label["claims"] if vocabulary.get(named_key(each["key"]))]
        left_out.update(each["key"] for each in label["claims"] if each not in known)
        if not known:
            continue
        named = covering(alerts, label)
        verdicts = [verdict(each, named) for each in known]
        got.update(verdicts)
        for each, said in zip(known, verdicts, strict=True):
            by_key.setdefault(named_key(each["key"]), Counter())[said] += 1
            if options.misses and said != "named":
                print(label["page"], label["captured_at"], said, json.dumps(each))
                print("    ", [(row["key"], row["old"], row["new"]) for row in named])
        transitions["of"] += 1
        transitions["any"] += "named" in verdicts
        transitions["all"] += set(verdicts) == {"named"}
    claims = got.total()
    print(f"transitions with a claim of the vocabulary  {transitions['of']}")
    for word in ("any", "all"):
        share = transitions[word] / max(1, transitions["of"])
        print(f"  {word} of their claims named  {transitions[word]}  {share:.3f}")
    print(f"claims  {claims}")
    print(f"  key and both values named  {got['named']}  {got['named'] / max(1, claims):.3f}")
    print(f"  key alone named  {got['key']}")
    print(f"  not named  {got['missed']}")
    for key, counts in sorted(by_key.items(), key=lambda item: -item[1].total()):
        print(f"    {key}  {counts['named']} of {counts.total()}")
    print(f"not in the vocabulary, left out  {left_out.total()}: {dict(left_out)}")


if __name__ == "__main__":
    main()
