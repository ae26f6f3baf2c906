"""Claims that stand while another sentence that says so changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from watcher.claims import Pack, read_claims, restated_claims
from watcher.claims.engine import condition_of
from watcher.claims.examples import document_of
from watcher.claims.matching import Reading
from watcher.claims.passages import NEIGHBOURS, outline_of, read_passages
from watcher.claims.rules import Rule
from watcher.model import BlockChange, ClaimChange, Difference, Document, State, Vocabulary

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)

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
    sides = (State(1, NOW, one, read_claims(one, vocabulary, pack)) for one in (before, after))
    return restated_claims(changed, *sides, vocabulary, pack)


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


FILLER = "\n".join(f"# Part {n}\nThe {n}th paragraph is about the weather." for n in range(20))


def test_words_anywhere_in_the_document_count_where_a_rule_asks_for_them(
    vocabulary: Vocabulary, pack: Pack
) -> None:
    defined = "Inputs and outputs are together your content."
    one, other = ("You own your content.", "You always own your content.")
    sides = [f"{defined}\n{FILLER}\n{FIRST}\n{each}" for each in (one, other)]
    named = _restated(*map(document_of, sides), vocabulary, pack)
    assert "output_ownership" in [each.key for each in named]
    sides = [f"{FILLER}\n{FIRST}\n{each}" for each in (one, other)]
    named = _restated(*map(document_of, sides), vocabulary, pack)
    assert "output_ownership" not in [each.key for each in named]


def test_around_a_block_rules_find_what_they_find_in_the_whole_document(pack: Pack) -> None:
    rules = [rule for key in pack.keys.values() for rule in key.rules if not rule.asks_for_all]
    examples = [one.text for rule in rules for one in rule.examples]
    document = document_of("\n".join(f"# Example {n}\n{one}" for n, one in enumerate(examples)))
    whole = Reading(read_passages(document), pack)
    found = 0
    for example in examples[::5]:
        texts = {block.text for block in document_of(example).blocks}
        outline = outline_of(document)
        places = [at for at, each in enumerate(outline.blocks) if each.block.text in texts]
        near = Reading(outline.passages(outline.near(places, NEIGHBOURS)), pack)
        said = _said(whole, rules, texts)
        assert _said(near, rules, texts) == said
        found += len(said)
    assert found > len(examples) / 5


def _said(reading: Reading, rules: Sequence[Rule], texts: set[str]) -> list[tuple[object, ...]]:
    """What rules find in the blocks with these texts: where, and under which condition."""
    within = reading.passages.within(texts)
    findings = [each for rule in rules for each in reading.findings(rule, within)]
    return [
        (one.rule.name, one.passage.start, one.value, one.passage.part, condition_of(one, reading))
        for one in findings
    ]
