"""Which differences within the policy text say nothing new, rule by rule.

Each rule is a name and a question asked of one difference; the first that says yes silences it, and the name stands
in the suppression. Rules about what the history taught come last, after those that need no history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from watcher.changes import wording
from watcher.changes.compare import Piece
from watcher.changes.context import Context
from watcher.changes.memory import RESTLESS, ROTATION
from watcher.changes.words import squashed
from watcher.model import BlockChange, BlockKind, Difference

_LABEL = 6
"""A label of a control has no more words than this."""

_PARAGRAPH = 30
"""So many words are a paragraph of its own, not a teaser."""


def silencing_rule(piece: Piece, context: Context) -> str | None:
    """Give the name of the rule that silences a difference, or None when it deserves a look."""
    for name, silences in RULES.items():
        if silences(piece, context):
            return name
    return None


def is_sure(change: BlockChange) -> bool:
    """Whether a difference may be told at the first look: a whole clause or the document's date differs."""
    texts = _texts(change)
    if any(map(wording.is_date_line, texts)):
        return True
    return any(map(wording.is_clause, texts))


def binds(change: BlockChange) -> bool:
    """Whether one side of a difference says what somebody must, may or may not do, or denies something."""
    return any(wording.duties(text) or wording.negations(text) for text in _texts(change))


def _moved(piece: Piece, context: Context) -> bool:
    """The same words stand elsewhere in the policy."""
    return piece.change.difference is Difference.MOVED


def _same_words(piece: Piece, context: Context) -> bool:
    """Case, punctuation, spaces and list marks differ, no word and no number."""
    texts = _texts(piece.change)
    if len(texts) == 1:
        return not squashed(texts[0])
    if squashed(texts[0]) != squashed(texts[1]):
        return False
    return not wording.respells_name(*texts)


def _hidden_address(piece: Piece, context: Context) -> bool:
    """An e-mail address is hidden from robots on one side and shown on the other."""
    texts = _texts(piece.change)
    if len(texts) != 2 or not any(map(wording.hides_address, texts)):
        return False
    return wording.without_addresses(texts[0]) == wording.without_addresses(texts[1])


def _other_region(piece: Piece, context: Context) -> bool:
    """The text is still on the page, or was already, outside the policy."""
    before, after = piece.change.before, piece.change.after
    gone = before is None or before.fingerprint in context.aside_after
    came = after is None or after.fingerprint in context.aside_before
    return gone and came


def _said_already(piece: Piece, context: Context) -> bool:
    """The page's own title, or a further copy of what the policy said before and still says in the same place."""
    change = piece.change
    if all(map(context.is_title, _texts(change))):
        return True
    if change.difference is Difference.CHANGED:
        return False
    block = change.after or change.before
    assert block is not None
    if block.fingerprint in context.kept_headings:
        return True
    if context.is_doubled and block.fingerprint in context.kept_texts:
        return True
    if block.kind in (BlockKind.ROW, BlockKind.ITEM) and not wording.is_clause(block.text):
        return False
    return (block.fingerprint, block.path[-1:]) in context.kept_places


def _above_title(piece: Piece, context: Context) -> bool:
    """What stands above the policy's title announces something else, unless it dates the policy."""
    above_old = piece.old is None or piece.old < context.title_before
    above_new = piece.new is None or piece.new < context.title_after
    if not (above_old and above_new):
        return False
    return not any(map(wording.is_date_line, _texts(piece.change)))


def _beside(piece: Piece, context: Context) -> bool:
    """The heading above says that what follows is not the policy: related articles, feedback, a consent dialog."""
    blocks = [block for block in (piece.change.before, piece.change.after) if block]
    return all(
        any(heading in context.dialogs for heading in (*block.path, block.text))
        or (block.path and wording.heads_extras(block.path[-1]) and _is_teaser(block.text))
        for block in blocks
    )


def _is_teaser(text: str) -> bool:
    return len(text.split()) < _PARAGRAPH and not wording.is_date_line(text)


def _interface(piece: Piece, context: Context) -> bool:
    """The words of a button or a message of the page to its visitor, or filler that nobody reads."""
    return all(map(wording.is_interface, _texts(piece.change)))


def _consent_notice(piece: Piece, context: Context) -> bool:
    """A notice that asks the visitor to accept cookies, with its labels, at the very start or end of the policy."""
    return (piece.old, piece.new) in context.consent_places and all(
        wording.asks_consent(text) or len(text.split()) <= _LABEL for text in _texts(piece.change)
    )


def _counter(piece: Piece, context: Context) -> bool:
    """Only digits differ, in a text that counts visitors or tells the time."""
    texts = _texts(piece.change)
    return (
        len(texts) == 2
        and wording.is_counter(texts[1])
        and wording.without_counts(texts[0]) == wording.without_counts(texts[1])
        and not wording.is_date_line(texts[1])
        and not context.holds_claim(piece.change)
    )


def _same_date(piece: Piece, context: Context) -> bool:
    """A line that dates the document gives the date that stood before, and stands now, in another form or place."""
    return all(
        wording.is_date_line(text)
        and not wording.is_clause(text)
        and len(wording.DATE.findall(text)) == 1
        and any(quote in text for quote in context.standing_quotes)
        for text in _texts(piece.change)
    )


def _day_of_look(piece: Piece, context: Context) -> bool:
    """A line that shows the day of the look, then and now, and does not say that it dates the text."""
    texts = _texts(piece.change)
    return (
        len(texts) == 2
        and not wording.is_clause(texts[1])
        and not any(map(wording.dates_document, texts))
        and wording.differs_in_day(*texts)
        and wording.shows_day(texts[0], context.before.seen_at)
        and wording.shows_day(texts[1], context.at)
    )


def _copyright(piece: Piece, context: Context) -> bool:
    """The year of the copyright line; or anything in a line that claims copyright and binds nobody."""
    texts = _texts(piece.change)
    if all(map(wording.claims_copyright_alone, texts)) and not context.holds_claim(piece.change):
        return True
    return (
        len(texts) == 2
        and all(map(wording.is_copyright, texts))
        and wording.without_years(texts[0]) == wording.without_years(texts[1])
    )


def _random_id(piece: Piece, context: Context) -> bool:
    """Only an identifier differs that a machine made up."""
    texts = _texts(piece.change)
    if len(texts) != 2 or context.holds_claim(piece.change):
        return False
    return wording.without_tokens(texts[0]) == wording.without_tokens(texts[1])


def _ruled_out(piece: Piece, context: Context) -> bool:
    """A person said that this is to be ignored in this source."""
    return any(rule.silences(piece.change) for rule in context.memory.rules)


def _restless(piece: Piece, context: Context) -> bool:
    """A line that was reworded again and again, and is once more: a ticker, a counter, the day's date."""
    change = piece.change
    trace = context.memory.trace_of(change.before)
    texts = _texts(change)
    if len(texts) != 2 or trace is None or not trace.present or not trace.is_fresh(context.at):
        return False
    if wording.is_date_line(texts[1]):
        followed = wording.shows_day(texts[0], trace.since) and wording.shows_day(
            texts[1], context.at
        )
        return followed and len(context.pieces) == 1
    if trace.chain < RESTLESS or context.holds_claim(change):
        return False
    return not wording.is_clause(texts[1])


def _rotating(piece: Piece, context: Context) -> bool:
    """One text more in a place where one after the other stands; what obliges or denies, or bears a claim, is told."""
    if (piece.old, piece.new) not in context.rotating or context.holds_claim(piece.change):
        return False
    return not binds(piece.change)


def _flapping_section(piece: Piece, context: Context) -> bool:
    """The heading above is known to come and go, and with it all beneath."""
    blocks = [block for block in (piece.change.before, piece.change.after) if block]
    return all(block.path and context.memory.flaps(block.path[-1], context.at) for block in blocks)


def _variant(piece: Piece, context: Context) -> bool:
    """The text came or went a short while ago and now turns back, and nobody has to be told of it at once.

    A first return of a whole clause is told where the turn before it was: the reader would believe it still.
    """
    back = context.memory.returning(piece.change, context.at)
    if back is None:
        return False
    return back.returns > 0 or not back.is_told or not is_sure(piece.change)


RULES: Mapping[str, Callable[[Piece, Context], bool]] = {
    "moved": _moved,
    "same words": _same_words,
    "hidden address": _hidden_address,
    "other region": _other_region,
    "said already": _said_already,
    "above the title": _above_title,
    "beside the policy": _beside,
    "interface": _interface,
    "consent notice": _consent_notice,
    "counter": _counter,
    "same date": _same_date,
    "day of the look": _day_of_look,
    "copyright line": _copyright,
    "random identifier": _random_id,
    "ruled out": _ruled_out,
    "variant": _variant,
    "restless": _restless,
    ROTATION: _rotating,
    "flapping section": _flapping_section,
}
"""Name of the rule, as suppressions show it, to the question it asks."""


RETURNS = frozenset(("restless", ROTATION, "flapping section", "variant"))
"""Rules that stand on what came and went before, so that what they silence must be remembered too."""


def _texts(change: BlockChange) -> list[str]:
    return [block.text for block in (change.before, change.after) if block is not None]
