"""A change told to a person: claims first (old, new, both quotes), then the words that differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from watcher.model import (
    BlockChange,
    Change,
    ChangeKind,
    Decision,
    Difference,
    Review,
    Source,
    Vocabulary,
    WordEdit,
)
from watcher.registry.claim_notes import EFFECTIVE, LONGEST, ClaimNote, claim_notes
from watcher.registry.lines import BLANK, Line, Span, SpanKind, line, span
from watcher.registry.printable import day, one_line, printable, quote_link, shortened

_TITLE_LENGTH = 120
_LONG_BLOCK = 300
_WORTH_FOLDING = 6
"""Fewer unchanged words than this cost a reader less than the note that stands for them."""

_DECIDED = {
    Decision.ACCEPT: "accepted",
    Decision.AMEND: "amended",
    Decision.DISMISS: "dismissed",
    Decision.DEFER: "deferred",
    Decision.UNDO: "undone",
}
_WORDING = {
    Difference.ADDED: "Added",
    Difference.REMOVED: "Removed",
    Difference.CHANGED: "Reworded",
    Difference.MOVED: "Moved",
}


def effective_on(change: Change) -> date | None:
    """Give the day from which the new text applies, where the change itself says so."""
    for difference in change.claims:
        if difference.key == EFFECTIVE and difference.after is not None:
            try:
                return date.fromisoformat(str(difference.after.value))
            except ValueError:
                return None
    return None


def change_title(
    change: Change, source: Source, vocabulary: Vocabulary, review: Review | None = None
) -> str:
    """Give one line that says what changed where, at most 120 characters."""
    notes = claim_notes(change, vocabulary, review)
    if change.kind is ChangeKind.CONTRADICTION:
        return shortened(change.title, _TITLE_LENGTH)
    if change.kind is ChangeKind.FIRST_LOOK:
        told = f"first look, {len(notes)} {'claim' if len(notes) == 1 else 'claims'} read"
    elif notes:
        more = f" (and {len(notes) - 1} more)" if len(notes) > 1 else ""
        told = f"{notes[0].label}: {notes[0].in_brief}{more}"
        if change.kind is ChangeKind.CORRECTION:
            told = f"{told}. {change.title}"
    else:
        told = change.title or "the wording changed"
    return shortened(f"{source.title}: {told}", _TITLE_LENGTH)


def change_lines(
    change: Change,
    source: Source,
    vocabulary: Vocabulary,
    *,
    review: Review | None = None,
    context: int = 8,
    for_readers: bool = False,
) -> tuple[Line, ...]:
    """Give `change` as lines: title, dates and reasons, claims, then word differences.

    Of unchanged text, `context` words stay before and after each difference; the rest is folded. `for_readers`
    keeps back what reviewers wrote for each other.
    """
    title = change_title(change, source, vocabulary, review)
    tell = _TELLERS.get(change.kind, _told)
    return (
        line(span(SpanKind.HEADING, title)),
        *_circumstances(change, source, review, for_readers=for_readers),
        *(each for note in claim_notes(change, vocabulary, review) for each in tell(note, source)),
        *(each for block in change.blocks for each in _block_lines(block, context)),
    )


def folded_words(words: tuple[WordEdit, ...], context: int) -> Iterator[Span]:
    """Give word differences as spans, unchanged runs folded to `context` words at each difference."""
    last = len(words) - 1
    for place, edit in enumerate(words):
        if edit.kind != "same":
            yield span(SpanKind(edit.kind), edit.text)
        else:
            yield from _folded(edit.text, context if place else 0, context if place < last else 0)


def _circumstances(
    change: Change, source: Source, review: Review | None, *, for_readers: bool
) -> Iterator[Line]:
    yield line(span(SpanKind.META, source.title, source.url), span(SpanKind.META, _dates(change)))
    reasons = "; ".join(map(one_line, change.significance.reasons))
    yield line(span(SpanKind.META, f"Significance {change.significance.level} of 5: {reasons}"))
    if review is not None:
        yield line(span(SpanKind.META, _decided(review, for_readers=for_readers)))


def _dates(change: Change) -> str:
    effective = effective_on(change)
    announced = f", effective {effective.isoformat()}" if effective else ""
    first = "first looked at" if change.kind is ChangeKind.FIRST_LOOK else "first seen"
    return f"{first} {day(change.changed_at)}{announced}"


def _decided(review: Review, *, for_readers: bool) -> str:
    reason = f" as {review.reason.replace('_', ' ')}" if review.reason else ""
    until = f" until {day(review.until)}" if review.until else ""
    decided = f"{_DECIDED[review.decision]}{reason}{until} on {day(review.decided_at)}"
    if for_readers:
        return decided.capitalize()
    note = f": {one_line(review.note)}" if review.note else ""
    return f"{decided.capitalize()} by {one_line(review.reviewer)}{note}"


def _told_first(note: ClaimNote, source: Source) -> Iterator[Line]:
    """Tell a claim of a first look: there is no before that it could differ from."""
    yield BLANK
    yield line(
        span(SpanKind.KEY, f"{note.label}:"),
        span(SpanKind.NEW, note.new) if note.new else None,
        *_by_hand(note),
    )
    if note.new_condition:
        condition = span(SpanKind.SAME, note.new_condition)
        yield line(span(SpanKind.META, "condition:"), condition, indent=1)
    if note.new_quote:
        where = quote_link(source.url, note.new_quote)
        yield line(span(SpanKind.QUOTE, note.new_quote, where), indent=1)


def _by_hand(note: ClaimNote) -> Iterator[Span]:
    if note.amended:
        yield span(SpanKind.META, "(amended by the reviewer)")
    if note.withdrawn:
        yield span(SpanKind.META, "(withdrawn by the reviewer)")


def _told(note: ClaimNote, source: Source) -> Iterator[Line]:
    yield BLANK
    yield line(span(SpanKind.KEY, f"{note.label}:"), *difference_spans(note), *_by_hand(note))
    yield from _condition_line(note)
    if note.old_quote and note.old_quote != note.new_quote:
        yield line(span(SpanKind.META, "before:"), span(SpanKind.QUOTE, note.old_quote), indent=1)
    if note.new_quote:
        where = quote_link(source.url, note.new_quote)
        label = "after:" if note.old_quote != note.new_quote else "before and after:"
        now = span(SpanKind.QUOTE, note.new_quote, where)
        yield line(span(SpanKind.META, label), now, indent=1)


def difference_spans(note: ClaimNote) -> Iterator[Span]:
    """Give what became of a value as spans: old → new, or of a list the items that came and went."""
    if note.added or note.removed:
        for how, kind, items in (
            ("added", SpanKind.NEW, note.added),
            ("removed", SpanKind.OLD, note.removed),
        ):
            if items:
                yield span(SpanKind.META, how)
                yield span(kind, ", ".join(items))
        return
    if note.old == note.new:
        yield span(SpanKind.SAME, note.new)
        yield span(SpanKind.META, "in other words")
        return
    yield span(SpanKind.OLD, note.old) if note.old else span(SpanKind.META, "nothing said")
    yield span(SpanKind.META, "→")
    yield span(SpanKind.NEW, note.new) if note.new else span(SpanKind.META, "no longer said")


def _told_apart(note: ClaimNote, source: Source) -> Iterator[Line]:
    """Tell what two sources say of one key, the one to believe first."""
    yield BLANK
    yield line(span(SpanKind.KEY, f"{note.label}:"), *_by_hand(note))
    said = (
        (note.old_source, note.old, note.old_condition, note.old_quote, ""),
        (source.id, note.new, note.new_condition, note.new_quote, source.url),
    )
    for who, value, condition, quote, url in said:
        yield line(span(SpanKind.META, f"{who}:"), span(SpanKind.NEW, value), indent=1)
        if condition:
            yield line(span(SpanKind.META, "condition:"), span(SpanKind.SAME, condition), indent=2)
        yield line(span(SpanKind.QUOTE, quote, quote_link(url, quote)), indent=2)


_TELLERS = {ChangeKind.FIRST_LOOK: _told_first, ChangeKind.CONTRADICTION: _told_apart}


def _condition_line(note: ClaimNote) -> Iterator[Line]:
    if not (note.old_condition or note.new_condition):
        return
    label = span(SpanKind.META, "condition:")
    if note.old_condition == note.new_condition:
        yield line(label, span(SpanKind.SAME, note.new_condition), indent=1)
        return
    yield line(
        label,
        span(SpanKind.OLD, note.old_condition or "none"),
        span(SpanKind.META, "→"),
        span(SpanKind.NEW, note.new_condition or "none"),
        indent=1,
    )


def _block_lines(block: BlockChange, context: int) -> Iterator[Line]:
    place = block.after or block.before
    if place is None:
        return
    path = " › ".join(map(one_line, place.path))
    yield BLANK
    yield line(span(SpanKind.META, f"{_WORDING[block.difference]}{' in ' + path if path else ''}"))
    yield line(*_block_spans(block, context), indent=1)


def _block_spans(block: BlockChange, context: int) -> Iterator[Span]:
    if block.words:
        yield from folded_words(block.words, context)
        return
    moved = block.difference is Difference.MOVED
    if block.before and not moved:
        yield from _whole(SpanKind.REMOVED, block.before.text)
    if block.after:
        yield from _whole(SpanKind.SAME if moved else SpanKind.ADDED, block.after.text)


def _whole(kind: SpanKind, text: str) -> Iterator[Span]:
    """Give a block's text; of a very long one the beginning, so that no page drowns a reader."""
    words = text.split()
    yield span(kind, shortened(" ".join(words[:_LONG_BLOCK]), LONGEST))
    yield from _fold(words[_LONG_BLOCK:])


def _folded(text: str, head: int, tail: int) -> Iterator[Span]:
    words = text.split()
    if len(words) <= head + tail + _WORTH_FOLDING:
        yield span(SpanKind.SAME, text)
        return
    if head:
        yield span(SpanKind.SAME, text[: len(text) - len(text.lstrip())] + " ".join(words[:head]))
    yield from _fold(words[head : len(words) - tail])
    if tail:
        yield span(SpanKind.SAME, " ".join(words[-tail:]) + text[len(text.rstrip()) :])


def _fold(words: list[str]) -> Iterator[Span]:
    if words:
        note = f"[… {len(words)} {'words' if len(words) > 1 else 'word'} …]"
        yield Span(SpanKind.FOLDED, note, hidden=printable(" ".join(words)))
