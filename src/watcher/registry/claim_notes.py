"""What a change says of each claim, in words: the old value, the new one, and both quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from watcher import values as normal_forms
from watcher.model import Change, ClaimChange, Difference, Review, Value, Vocabulary
from watcher.registry.printable import one_line, shortened, shown

EFFECTIVE = "document_effective"
_DATES = (EFFECTIVE, "document_updated")
"""Claims that differ at every new edition and are told last."""

LONGEST = 4_000
"""Of a quote or a block no more characters than these are shown."""


@dataclass(frozen=True, slots=True)
class ClaimNote:
    """What a change says of one claim, its values in words; an empty text where there was or is none.

    `amended` tells that the new value is a person's; `withdrawn` that a person struck the claim out. Of a list that
    differs, `added` and `removed` are the items that came and went. In a contradiction `old` is what the source
    `old_source` says.
    """

    claim_id: str
    key: str
    label: str
    difference: Difference
    old: str
    new: str
    old_condition: str
    new_condition: str
    old_quote: str
    new_quote: str
    amended: bool = False
    withdrawn: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    old_source: str = ""

    @property
    def place(self) -> int:
        """Where it stands among others: values that differ first, then other words, then the document's dates."""
        if self.key in _DATES:
            return 2
        says_the_same = self.old == self.new and self.old_condition == self.new_condition
        return 1 if says_the_same and not (self.added or self.removed or self.withdrawn) else 0

    @property
    def in_brief(self) -> str:
        """What became of the value, on one line: `30 days → 90 days`, or `added eu, removed us`."""
        if self.withdrawn:
            return "withdrawn by the reviewer"
        if self.added or self.removed:
            came_and_went = (("added", self.added), ("removed", self.removed))
            return ", ".join(f"{how} {', '.join(items)}" for how, items in came_and_went if items)
        if self.old == self.new:
            return f"{self.new}, in other words"
        return f"{self.old or 'nothing said'} → {self.new or 'no longer said'}"


def claim_notes(
    change: Change, vocabulary: Vocabulary, review: Review | None = None
) -> tuple[ClaimNote, ...]:
    """Give a note for each claim of `change`: values that differ first, the document's dates last.

    Values that `review` put in place of those read stand in their place.
    """
    amended = dict(review.values) if review else {}
    notes = [_note(difference, vocabulary, amended) for difference in change.claims]
    known = {note.claim_id for note in notes}
    told = (*notes, *_added_by_hand(amended, known, vocabulary))
    return tuple(sorted(told, key=lambda note: note.place))


def value_shown(key: str, value: Value, vocabulary: Vocabulary) -> str:
    """Give a value in words, as the vocabulary has them if it knows the key."""
    known = vocabulary.get(key)
    return one_line(normal_forms.render(known, value) if known else shown(value))


def label_of(key: str, vocabulary: Vocabulary) -> str:
    """Give the name of a claim key for people."""
    known = vocabulary.get(key)
    return (known.label if known else "") or key.replace("_", " ").capitalize()


def _note(
    difference: ClaimChange, vocabulary: Vocabulary, amended: dict[str, Value | None]
) -> ClaimNote:
    before, after = difference.before, difference.after
    claim = after or before
    assert claim is not None  # one side always exists
    new = amended.get(claim.id, after.value if after else None)
    old = before.value if before else None
    return ClaimNote(
        claim_id=claim.id,
        key=claim.key,
        label=label_of(claim.key, vocabulary) + (f" ({claim.scope})" if claim.scope else ""),
        difference=difference.difference,
        old=value_shown(before.key, before.value, vocabulary) if before else "",
        new="" if new is None else value_shown(claim.key, new, vocabulary),
        old_condition=one_line(before.condition or "") if before else "",
        new_condition=one_line(after.condition or "") if after else "",
        old_quote=shortened(before.evidence.quote, LONGEST) if before else "",
        new_quote=shortened(after.evidence.quote, LONGEST) if after else "",
        amended=amended.get(claim.id) is not None,
        withdrawn=claim.id in amended and new is None,
        added=_items_beyond(new, old),
        removed=_items_beyond(old, new),
        old_source=difference.before_source or "",
    )


def _items_beyond(items: Value | None, others: Value | None) -> tuple[str, ...]:
    """Give the items of a list that another list does not hold; none where one of the two is no list."""
    if not isinstance(items, tuple) or not isinstance(others, tuple):
        return ()
    return tuple(one_line(item) for item in items if item not in others)


def _added_by_hand(
    amended: dict[str, Value | None], known: set[str], vocabulary: Vocabulary
) -> Iterator[ClaimNote]:
    for claim_id, value in amended.items():
        if claim_id in known:
            continue
        key, _, scope = claim_id.partition("@")
        yield ClaimNote(
            claim_id=claim_id,
            key=key,
            label=label_of(key, vocabulary) + (f" ({scope})" if scope else ""),
            difference=Difference.REMOVED if value is None else Difference.ADDED,
            old="",
            new="" if value is None else value_shown(key, value, vocabulary),
            old_condition="",
            new_condition="",
            old_quote="",
            new_quote="",
            amended=value is not None,
            withdrawn=value is None,
        )
