"""Claims that stand while another sentence that says so changes."""

from __future__ import annotations

from watcher.claims import Pack, restated_claims
from watcher.claims.examples import document_of
from watcher.model import BlockChange, ClaimChange, Difference, Document, Vocabulary

FIRST = "You must not reverse engineer the service."
SECOND = "Customers may not decompile the desktop application."
REWORDED = "Customers and their contractors may not decompile the desktop application."


def _restated(
    before: Document, after: Document, vocabulary: Vocabulary, pack: Pack
) -> tuple[ClaimChange, ...]:
    pairs = zip(before.blocks, after.blocks, strict=False)
    changed = [BlockChange(Difference.CHANGED, *pair) for pair in pairs if pair[0] != pair[1]]
    changed += [
        BlockChange(Difference.ADDED, None, block) for block in after.blocks[len(before.blocks) :]
    ]
    return restated_claims(changed, before, after, vocabulary, pack)


def test_another_sentence_that_says_so_names_the_claim(vocabulary: Vocabulary, pack: Pack) -> None:
    before, after = (document_of(f"{FIRST}\n{each}") for each in (SECOND, REWORDED))
    (change,) = _restated(before, after, vocabulary, pack)
    assert change.key == "reverse_engineering_prohibited"
    assert change.before and change.after
    assert (change.before.value, change.after.value) == (True, True)
    assert change.before.evidence.quote == SECOND
    assert change.after.evidence.quote == REWORDED
    assert after.text.startswith(REWORDED, change.after.evidence.start)


def test_a_sentence_that_is_new_stands_beside_the_quote_there_was(
    vocabulary: Vocabulary, pack: Pack
) -> None:
    before, after = document_of(FIRST), document_of(f"{FIRST}\n{SECOND}")
    (change,) = _restated(before, after, vocabulary, pack)
    assert change.before and change.after
    assert [change.before.evidence.quote, change.after.evidence.quote] == [FIRST, SECOND]


def test_what_says_something_else_is_passed_over(vocabulary: Vocabulary, pack: Pack) -> None:
    never = "We do not use your prompts to train our models."
    other = "Content of the research programme is used to train our models."
    before, after = document_of(never), document_of(f"{never}\n{other}")
    assert _restated(before, after, vocabulary, pack) == ()


def test_words_without_a_rule_name_nothing(vocabulary: Vocabulary, pack: Pack) -> None:
    before, after = document_of(f"{FIRST}\nWe like tea."), document_of(f"{FIRST}\nWe like coffee.")
    assert _restated(before, after, vocabulary, pack) == ()
