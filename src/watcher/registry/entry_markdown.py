"""An entry as Markdown (CommonMark with tables), in which nothing captured can be markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.registry.entries import Cell, ChangeNote, Entry, Group, SourceNote, attributes_shown
from watcher.registry.entry_text import basics
from watcher.registry.printable import day, one_line, printable, web_link

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&$])")
_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def render_markdown(entry: Entry) -> str:
    """Give the entry as Markdown. The guidance, which maintainers write, is Markdown already and kept as it is."""
    parts = [
        f"# {escaped(entry.offering.name)}",
        escaped(entry.offering.summary),
        *_guidance(entry),
        *_basics(entry),
        *_watch_outs(entry),
        *(part for group in entry.groups for part in _group(group)),
        *_changes(entry),
        *_sources(entry),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Give `text` on one line as Markdown that shows it literally."""
    literal = _MARKUP.sub(r"\\\1", one_line(text))
    return _LINE_START.sub(lambda found: f"{found[1]}{_literal_start(found[2])}", literal)


def _literal_start(mark: str) -> str:
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _link(text: str, url: str) -> str:
    address = web_link(url)
    return f"[{escaped(text)}](<{address}>)" if address else escaped(text)


def _guidance(entry: Entry) -> Iterator[str]:
    if entry.offering.guidance.strip():
        yield "## Guidance"
        yield printable(entry.offering.guidance).strip()


def _basics(entry: Entry) -> Iterator[str]:
    yield "## Basics"
    yield "\n".join(f"- {name}: {_basic(text)}" for name, text in basics(entry))


def _basic(text: str) -> str:
    return f"<{web_link(text)}>" if web_link(text) else escaped(text)


def _watch_outs(entry: Entry) -> Iterator[str]:
    if not entry.watch_outs:
        return
    yield f"## Watch-outs ({len(entry.watch_outs)})"
    yield "The cells where this offering is not a clean public yes: what to check before you sign."
    yield "\n".join(
        f"- **{escaped(each.label)}**: {escaped(each.answer)}. {escaped(each.reason)}"
        for each in entry.watch_outs
    )


def _group(group: Group) -> Iterator[str]:
    yield f"## {escaped(group.title)}"
    rows = ["| Key | Value | Condition | Source | Checked |", "|---|---|---|---|---|"]
    yield "\n".join([*rows, *(_row(cell) for cell in group.cells)])
    quotes = "\n".join(_quote(cell) for cell in group.cells if cell.proof.quote)
    if quotes:
        yield quotes


def _row(cell: Cell) -> str:
    proof = cell.proof
    key = f"`{cell.key}`" + (f" ({escaped(cell.scope)})" if cell.scope else "")
    value = escaped(proof.shown) + ("" if cell.reviewed else " *(read by machine, not reviewed)*")
    value += " *(amended by the reviewer)*" if proof.amended else ""
    condition = "<br>".join(
        filter(None, (escaped(proof.condition), escaped(attributes_shown(cell))))
    )
    checked = day(proof.checked_at) + (f" (stale: {escaped(proof.stale)})" if proof.stale else "")
    return f"| {key} | {value} | {condition} | {_link(proof.source, proof.url)} | {checked} |"


def _quote(cell: Cell) -> str:
    lines = [f"- `{cell.key}`: “{escaped(cell.proof.quote)}”"]
    for other in cell.others:
        said = f"; also {_link(other.source, other.url)}: {escaped(other.shown)}"
        quote = f", “{escaped(other.quote)}”" if other.quote else ""
        lines.append(f"{said}{quote} (checked {day(other.checked_at)})")
    return "".join(lines)


def _changes(entry: Entry) -> Iterator[str]:
    yield "## Recent changes"
    yield "\n".join(map(_change, entry.changes)) or "None accepted so far."


def _change(change: ChangeNote) -> str:
    effective = f", effective {change.effective_on}" if change.effective_on else ""
    head = f"- {day(change.changed_at)}{effective}: {_link(change.title, change.url)}"
    lines = [head]
    for note in change.claims:
        said = escaped(note.in_brief)
        condition = f" ({escaped(note.new_condition)})" if note.new_condition else ""
        lines.append(f"  - `{note.key}`: {said}{condition}")
        for name, quote in (("before", note.old_quote), ("after", note.new_quote)):
            if quote:
                lines.append(f"    - {name}: “{escaped(quote)}”")
    return "\n".join(lines)


def _sources(entry: Entry) -> Iterator[str]:
    secondary = [source for source in entry.sources if not source.is_primary]
    if entry.primary_sources:
        yield "## Primary sources"
        yield "\n".join(map(_source, entry.primary_sources))
    if secondary:
        yield "## Secondary sources"
        yield "\n".join(map(_source, secondary))


def _source(source: SourceNote) -> str:
    stale = f" (stale: {escaped(source.stale)})" if source.stale else ""
    return (
        f"- {_link(source.title, source.url)} · {escaped(source.kind)} · "
        f"{escaped(source.provider)} · checked {day(source.checked_at)}{stale}"
    )
