"""Measures of a document: words of clauses in a hundred, vocabularies alike."""

from __future__ import annotations

import pytest

from watcher.fetching.likeness import clause_rate, likeness_of_words
from watcher.model import Block, BlockKind, Document, Region


def document(*texts: str) -> Document:
    menu = Block(BlockKind.ITEM, "Terms Privacy Legal", Region.NAV)
    return Document((menu, *(Block(BlockKind.PARAGRAPH, text) for text in texts)))


@pytest.mark.parametrize(
    ("text", "clauses", "words"),
    [
        ("You may not resell the Services.", 2, 6),
        ("To our dismay not one of us may stay, nor may nothing.", 0, 12),
        ("A TERM is a term: two terms, one termite.", 3, 9),
        ("Data-processing must (shall) comply", 5, 4),
        ("", 0, 1),
    ],
)
def test_words_of_clauses_are_counted_whole(text: str, clauses: int, words: int) -> None:
    assert clause_rate(document(text)) == 100 * clauses / words


def test_two_words_of_a_clause_may_stand_in_two_blocks() -> None:
    assert clause_rate(document("The customer may", "not object")) == 100 / 5


def test_vocabularies_are_alike_by_their_longer_words() -> None:
    one = document("Personal information of customers is erased")
    assert likeness_of_words(one, document("customers of personal erased information")) == 1
    assert likeness_of_words(one, document("an ox is of no use to me")) == 0
    assert 0 < likeness_of_words(one, document("Personal preferences")) < 1
    assert likeness_of_words(document("個人情報を消去"), document("個人情報の消去")) == 0.5
