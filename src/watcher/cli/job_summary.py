"""What a sweep came to, as Markdown for the summary of a CI job: `watcher sweep --summary "$GITHUB_STEP_SUMMARY"`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from watcher.cli.words import counted
from watcher.engines import Report
from watcher.errors import WatcherError
from watcher.model import Change, ChangeKind, Offering, Slug, Source, SourceId, Vocabulary
from watcher.registry import change_lines, change_title, claim_notes, lines_as_text
from watcher.registry.claim_notes import ClaimNote
from watcher.registry.entry_markdown import escaped
from watcher.registry.printable import web_link
from watcher.sweep import Outcome

_MOST_CHANGES = 100
_LONGEST = 4_000
"""Characters of one change's words. GitHub takes a megabyte for a whole step and nothing of one that is longer."""


class Summary:
    """Writes what a sweep came to, by what is declared; `desk_url` is where links to changes lead."""

    def __init__(
        self,
        sources: Mapping[SourceId, Source],
        offerings: Mapping[Slug, Offering],
        vocabulary: Vocabulary,
        desk_url: str = "",
    ) -> None:
        self._sources = sources
        self._offerings = offerings
        self._vocabulary = vocabulary
        self._desk = web_link(desk_url).rstrip("/")

    def append_to(self, path: Path, report: Report, waiting: int, overdue: int = 0) -> None:
        """Append it to the file at `path`. Raises WatcherError when that cannot be written."""
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(self.markdown(report, waiting, overdue))
        except OSError as error:
            raise WatcherError(
                f"{path}: the summary cannot be written ({error.strerror or error}). The sweep is recorded."
            ) from error

    def markdown(self, report: Report, waiting: int, overdue: int = 0) -> str:
        """Give it: what there was, each change with its claims and quotes, each source that could not be seen."""
        news = [each for each in report.raised if each.kind is not ChangeKind.FIRST_LOOK]
        parts = [
            f"## Watcher: {counted(len(news), 'change')}, {len(report.troubled)} in trouble",
            self._counts(report, waiting, overdue),
            *(part for change in news[:_MOST_CHANGES] for part in self._change(change)),
        ]
        if len(news) > _MOST_CHANGES:
            parts.append(f"… and {len(news) - _MOST_CHANGES} more: `watcher changes` lists them.")
        parts += self._trouble(report.troubled)
        if report.bugs:
            told = "; ".join(f"{type(bug).__name__}: {bug}" for bug in report.bugs)
            parts.append(f"### Bugs\n\n{escaped(told)}")
        return "\n\n".join(parts) + "\n\n"

    def _counts(self, report: Report, waiting: int, overdue: int) -> str:
        verdicts = Counter(outcome.judgement.verdict for outcome in report.outcomes)
        rows = [f"| {verdict} | {number} |" for verdict, number in verdicts.most_common()]
        first = sum(each.kind is ChangeKind.FIRST_LOOK for each in report.raised)
        told = [f"{counted(waiting, 'change')} waiting for a review"]
        told += [f"{counted(first, 'source')} seen for the first time"] if first else []
        told += [f"{counted(len(report.put_off), 'source')} put off"] if report.put_off else []
        told += [f"{counted(overdue, 'source')} overdue"] if overdue else []
        table = (
            "\n".join(["| verdict | looks |", "|---|--:|", *rows]) if rows else "Nothing was due."
        )
        return f"{table}\n\n{'; '.join(told)}."

    def _change(self, change: Change) -> Iterator[str]:
        source = self._sources.get(change.source_id)
        if source is None:
            return
        names = [self._offerings[slug].name for slug in source.offerings if slug in self._offerings]
        yield f"### {escaped(change_title(change, source, self._vocabulary))}"
        yield " · ".join(
            part
            for part in (
                "unreviewed",
                escaped(", ".join(names)),
                f"significance {change.significance.level}: {escaped('; '.join(change.significance.reasons))}",
                self._link("review", change),
                f"[page](<{web_link(source.url)}>)" if web_link(source.url) else "",
            )
            if part
        )
        notes = claim_notes(change, self._vocabulary)
        if notes:
            yield _claims(notes)
            yield from (_quotes(note) for note in notes if note.old_quote or note.new_quote)
        else:
            lines = change_lines(change, source, self._vocabulary)[1:]
            yield _fenced(lines_as_text(lines, 100)[:_LONGEST])

    def _link(self, word: str, change: Change) -> str:
        if not self._desk:
            return f"`watcher show {change.id}`"
        return f"[{word}](<{self._desk}/changes/{change.id}>)"

    def _trouble(self, troubled: Iterable[Outcome]) -> Iterator[str]:
        rows = [
            f"| {_linked(each.source)} | {each.judgement.verdict} | {escaped(each.judgement.signal)} |"
            for each in troubled
        ]
        if rows:
            head = ["### Sources in trouble", "", "| source | verdict | signal |", "|---|---|---|"]
            yield "\n".join([*head, *rows])


def _claims(notes: Iterable[ClaimNote]) -> str:
    rows = [
        f"| {escaped(note.label)} | {_value(note.old, note.old_condition)} | {_value(note.new, note.new_condition)} |"
        for note in notes
    ]
    return "\n".join(["| claim | before | after |", "|---|---|---|", *rows])


def _value(value: str, condition: str) -> str:
    return escaped(f"{value} ({condition})" if value and condition else value or "—")


def _quotes(note: ClaimNote) -> str:
    """Give both quotes of a claim, one where they are the same."""
    told = [("before", note.old_quote), ("after", note.new_quote)]
    if note.old_quote == note.new_quote:
        told = [("both", note.new_quote)]
    return "\n".join(
        f"> *{escaped(note.label)}, {when}:* “{escaped(quote)}”  " for when, quote in told if quote
    )


def _linked(source: Source) -> str:
    address = web_link(source.url)
    return f"[{escaped(source.id)}](<{address}>)" if address else escaped(source.id)


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}"
