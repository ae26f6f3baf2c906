"""An entry for a terminal: the same lines that changes are told in."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.registry.account import difference_spans
from watcher.registry.entries import Cell, ChangeNote, Entry, Proof, SourceNote, attributes_shown
from watcher.registry.lines import BLANK, Line, Paint, SpanKind, line, lines_as_text, span
from watcher.registry.printable import day


def render_text(entry: Entry, width: int = 80, paint: Paint | None = None) -> str:
    """Give the entry as text of at most `width` columns where words allow it; `paint` adds colours."""
    return lines_as_text(entry_lines(entry), width, paint)


def entry_lines(entry: Entry) -> tuple[Line, ...]:
    """Give the entry as lines: basics, guidance, watch-outs, cells by group, recent changes, sources."""
    return (
        *_basics(entry),
        *_prose("Guidance", entry.offering.guidance),
        *_watch_outs(entry),
        *(each for group in entry.groups for each in _group(group.title, group.cells)),
        *_changes(entry),
        *_sources(entry),
    )


def last_checked(entry: Entry) -> str:
    """Give the day of the last good look, and of the cell confirmed longest ago where that is another."""
    last, oldest = day(entry.checked_at), day(entry.oldest_check_at)
    if entry.oldest_check_at is None or oldest == last:
        return last
    return f"{last} (the cell confirmed longest ago: {oldest})"


def basics(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Give the basics of an offering as name and text, in the order in which entries show them."""
    offering = entry.offering
    given = (
        ("slug", offering.slug),
        ("provider", offering.provider),
        ("type", offering.type),
        ("status", offering.status),
        ("last checked", last_checked(entry)),
        ("official site", offering.official_site or ""),
        ("official docs", offering.official_docs or ""),
    )
    return tuple((name, text) for name, text in given if text)


def _basics(entry: Entry) -> Iterator[Line]:
    yield line(span(SpanKind.HEADING, entry.offering.name))
    if entry.offering.summary:
        yield line(span(SpanKind.SAME, entry.offering.summary))
    yield from _title("Basics")
    for name, text in basics(entry):
        yield line(span(SpanKind.KEY, f"{name}:"), span(SpanKind.SAME, text), indent=1)


def _title(text: str) -> Iterator[Line]:
    yield BLANK
    yield line(span(SpanKind.HEADING, text))


def _prose(title: str, text: str) -> Iterator[Line]:
    if not text.strip():
        return
    yield from _title(title)
    for paragraph in text.strip().splitlines():
        yield line(span(SpanKind.SAME, paragraph), indent=1)


def _watch_outs(entry: Entry) -> Iterator[Line]:
    if not entry.watch_outs:
        return
    yield from _title(f"Watch-outs ({len(entry.watch_outs)})")
    for each in entry.watch_outs:
        yield line(
            span(SpanKind.KEY, f"{each.label}:"),
            span(SpanKind.WARNING, f"{each.answer}."),
            span(SpanKind.SAME, each.reason),
            indent=1,
        )


def _group(title: str, cells: tuple[Cell, ...]) -> Iterator[Line]:
    yield from _title(title)
    for cell in cells:
        yield line(
            span(SpanKind.KEY, cell.key + (f" ({cell.scope}):" if cell.scope else ":")),
            span(SpanKind.NEW, cell.proof.shown),
            None if cell.reviewed else span(SpanKind.WARNING, "(read by machine, not reviewed)"),
            indent=1,
        )
        yield from _proof(cell.proof)
        if finer := attributes_shown(cell):
            yield line(span(SpanKind.META, finer), indent=2)
        yield from _others(cell)


def _others(cell: Cell) -> Iterator[Line]:
    """Tell in full what others say otherwise or on other terms, and of the rest only who says the same."""
    same = [each for each in cell.others if _says_the_same(each, cell.proof)]
    if same:
        names = ", ".join(f"{each.source} ({day(each.checked_at)})" for each in same)
        yield line(span(SpanKind.META, f"the same in {names}"), indent=2)
    for other in cell.others:
        if other not in same:
            said = "says otherwise" if other.contradicts else "another source"
            yield line(
                span(SpanKind.WARNING if other.contradicts else SpanKind.META, f"{said}:"),
                span(SpanKind.NEW, other.shown),
                indent=2,
            )
            yield from _proof(other)


def _says_the_same(other: Proof, proof: Proof) -> bool:
    if other.contradicts or other.stale or other.amended:
        return False
    return (other.value, other.condition) in ((proof.value, proof.condition), (proof.value, ""))


def _proof(proof: Proof) -> Iterator[Line]:
    if proof.condition:
        yield line(span(SpanKind.SAME, proof.condition), indent=2)
    if proof.quote:
        yield line(span(SpanKind.QUOTE, proof.quote), indent=2)
    amended = "value amended by the reviewer" if proof.amended else ""
    yield line(
        span(SpanKind.META, f"{proof.source}, checked {day(proof.checked_at)}", proof.url),
        span(SpanKind.META, amended and f"({amended})"),
        indent=2,
    )
    if proof.stale:
        yield line(span(SpanKind.WARNING, f"Stale: {proof.stale}"), indent=2)


def _changes(entry: Entry) -> Iterator[Line]:
    yield from _title("Recent changes")
    if not entry.changes:
        yield line(span(SpanKind.META, "None accepted so far."), indent=1)
    for change in entry.changes:
        yield from _change(change)


def _change(change: ChangeNote) -> Iterator[Line]:
    effective = f", effective {change.effective_on}" if change.effective_on else ""
    yield line(
        span(SpanKind.META, f"{day(change.changed_at)}{effective}:"),
        span(SpanKind.SAME, change.title, change.url),
        indent=1,
    )
    for note in change.claims:
        yield line(
            span(SpanKind.KEY, f"{note.key}:"),
            *difference_spans(note),
            span(SpanKind.SAME, note.new_condition and f"({note.new_condition})"),
            indent=2,
        )
        for name, quote in (("before:", note.old_quote), ("after:", note.new_quote)):
            if quote:
                yield line(span(SpanKind.META, name), span(SpanKind.QUOTE, quote), indent=3)


def _sources(entry: Entry) -> Iterator[Line]:
    secondary = tuple(source for source in entry.sources if not source.is_primary)
    for title, sources in (
        ("Primary sources", entry.primary_sources),
        ("Secondary sources", secondary),
    ):
        if sources:
            yield from _title(title)
        for source in sources:
            yield from _source(source)


def _source(source: SourceNote) -> Iterator[Line]:
    yield line(
        span(SpanKind.KEY, source.title),
        span(
            SpanKind.META, f"{source.kind} · {source.provider} · checked {day(source.checked_at)}"
        ),
        indent=1,
    )
    yield line(span(SpanKind.META, source.url, source.url), indent=2)
    if source.stale:
        yield line(span(SpanKind.WARNING, f"Stale: {source.stale}"), indent=2)
