"""The demo's words: what happened, the sweep's one line, each change as `watcher show` tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watcher.engines import Report
from watcher.model import Change, Decision, Review, Source, SourceId, Vocabulary
from watcher.registry import Line, Paint, Span, SpanKind, change_lines, change_title, lines_as_text
from watcher.registry.lines import BLANK, line, span


@dataclass(frozen=True, slots=True)
class Teller:
    """Says everything through `out`, in lines of `width` columns, coloured by `paint` if there is one."""

    out: Callable[[str], None]
    sources: Mapping[SourceId, Source]
    vocabulary: Vocabulary
    width: int = 88
    paint: Paint | None = None

    def say(self, text: str, kind: SpanKind = SpanKind.SAME, indent: int = 0) -> None:
        """Say one paragraph."""
        self.lines([line(span(kind, text), indent=indent)])

    def blank(self) -> None:
        """Leave a line free."""
        self.lines([BLANK])

    def lines(self, lines: Iterable[Line]) -> None:
        """Say lines as they are."""
        self.out(lines_as_text(lines, self.width, self.paint).removesuffix("\n"))

    def commands(self, commands: Mapping[str, str]) -> None:
        """Say commands to type, never broken in two, each with what it shows."""
        longest = max(map(len, commands))
        for command, what in commands.items():
            shown = self.paint(SpanKind.KEY, command) if self.paint else command
            self.out(f"  {shown}{' ' * (longest - len(command))}  {what}".rstrip())

    def day(self, number: int, at: datetime, heading: str, happens: str) -> None:
        """Open a day of the calendar."""
        self.blank()
        self.say(f"Day {number}, {at:%a} {at.day} {at:%b %Y}: {heading}", SpanKind.HEADING)
        self.say(happens, SpanKind.META, indent=1)

    def sweep(self, report: Report, waiting: int) -> None:
        """Say what the sweep said: a line for each source in trouble or newly told of, and one for all."""
        for outcome in report.troubled:
            judged = outcome.judgement
            self.lines(
                [
                    line(
                        span(SpanKind.KEY, outcome.source.id),
                        span(SpanKind.WARNING, judged.verdict.replace("_", " ")),
                        span(SpanKind.META, judged.signal),
                        indent=1,
                    )
                ]
            )
        looked = {outcome.source.id for outcome in report.outcomes}
        twice = len(report.outcomes) - len(looked)
        again = f" ({twice} twice)" if twice else ""
        self.say(
            f"sweep: {len(looked)} {'source' if len(looked) == 1 else 'sources'} looked at{again}, "
            f"{len(report.raised)} new for review, {len(report.troubled)} in trouble; "
            f"{waiting} waiting for a review",
            indent=1,
        )

    def title(self, change: Change) -> None:
        """Say in one line what a change is about."""
        self.lines([self._numbered(change)])

    def change(self, change: Change) -> None:
        """Say a change in full."""
        source = self.sources[change.source_id]
        head, *rest = change_lines(change, source, self.vocabulary)
        self.blank()
        numbered = Line((Span(SpanKind.KEY, f"change {change.id}"), *head.spans), head.indent + 1)
        self.lines([numbered, *(Line(each.spans, each.indent + 2) for each in rest)])
        self.blank()

    def decisions(self, reviews: Iterable[Review]) -> None:
        """Say what the maintainer decided, equal decisions in one sentence."""
        alike: dict[tuple[str, str], list[str]] = {}
        for review in reviews:
            reason = f" as {review.reason.replace('_', ' ')}" if review.reason else ""
            after = reason + (f": {review.note}." if review.note else ".")
            alike.setdefault((_deed(review), after), []).append(str(review.change_id))
        for (deed, after), numbers in alike.items():
            self.say(f"The maintainer {deed} {_counted(numbers)}{after}", SpanKind.NEW, indent=1)

    def _numbered(self, change: Change) -> Line:
        source = self.sources[change.source_id]
        return line(
            span(SpanKind.KEY, f"change {change.id}"),
            span(SpanKind.SAME, change_title(change, source, self.vocabulary)),
            indent=1,
        )


def _deed(review: Review) -> str:
    """Give what a decision does to a change."""
    if review.decision is Decision.AMEND:
        return f"strikes {_joined(list(review.values))} out of"
    return "dismisses" if review.decision is Decision.DISMISS else "accepts"


def _counted(numbers: list[str]) -> str:
    """Give `change 3`, or `changes 1, 2 and 3`."""
    return f"{'change' if len(numbers) == 1 else 'changes'} {_joined(numbers)}"


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
