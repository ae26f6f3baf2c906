"""What the alerts of a page came to, counted as the record counts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from zoo.stage import Stage

LONG = timedelta(days=14)
"""Of an alert that spans more time than this, only the newest transition counts."""


@dataclass(frozen=True)
class Tally:
    """Counts of one family, or of several."""

    captures: int = 0
    required: int = 0
    found: int = 0
    important: int = 0
    found_important: int = 0
    useful: int = 0
    editorial: int = 0
    false: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def missed(self) -> int:
        return self.required - self.found

    @property
    def precision(self) -> float:
        return self.useful / max(1, self.useful + self.false)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.required)

    @property
    def recall_important(self) -> float:
        return self.found_important / max(1, self.important)

    def row(self) -> str:
        """Give the cells of a line of the table after the captures."""
        alerts = self.useful + self.editorial + self.false
        return f"{self.required} | {alerts} | {self.useful} | {self.editorial} | {self.false} | {self.missed}"


def tally(stage: Stage, alerts: Iterable[Mapping[str, str]]) -> Tally:
    """Count what the alerts of one page came to."""
    labels = [(datetime.fromisoformat(row["captured_at"]), row) for row in stage.labels]
    found: set[str] = set()
    counts = {"required": 0, "neutral": 0, "noise": 0}
    for alert in alerts:
        begin, end = (datetime.fromisoformat(alert[side]) for side in ("before", "after"))
        hit = [row for at, row in labels if begin < at <= end]
        hit = hit[-1:] if end - begin > LONG else hit
        roles = {row["role"] for row in hit}
        counts[next((role for role in ("required", "neutral") if role in roles), "noise")] += 1
        found |= {row["captured_at"] for row in hit if row["role"] == "required"}
    required = [row for row in stage.labels if row["role"] == "required"]
    important = [row for row in required if row["importance"] >= 3]
    got = [sum(row["captured_at"] in found for row in rows) for rows in (required, important)]
    return Tally(len(stage.captures), len(required), got[0], len(important), got[1],
                 counts["required"], counts["neutral"], counts["noise"])  # fmt: skip
