from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watcher.changes.words import squashed, tokens, word_edits

TEXT = st.text(alphabet="ab 1.,\u00e9\u2019-\n(%", max_size=60)


@given(TEXT, TEXT)
def test_edits_applied_give_both_texts_back(old: str, new: str) -> None:
    edits = word_edits(old, new)
    assert "".join(edit.text for edit in edits if edit.kind != "added") == old
    assert "".join(edit.text for edit in edits if edit.kind != "removed") == new


@given(TEXT)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


@given(TEXT)
def test_squashing_is_idempotent(text: str) -> None:
    assert squashed(squashed(text)) == squashed(text)


def test_a_changed_number_is_one_edit() -> None:
    edits = word_edits("kept for 30 days.", "kept for 90 days.")
    assert [(edit.kind, edit.text) for edit in edits] == [
        ("same", "kept for "),
        ("removed", "30"),
        ("added", "90"),
        ("same", " days."),
    ]


def test_a_reworded_phrase_reads_as_one_edit() -> None:
    edits = word_edits("we keep all logs for ever", "we keep few traces for ever")
    assert [edit.kind for edit in edits] == ["same", "removed", "added", "same"]


def test_squashed_keeps_what_a_number_says() -> None:
    assert squashed("\u2022 Fees: $1.50 (net)") == squashed("fees $1.50 \u2013 net")
    assert squashed("1.5 %") != squashed("15 %")
    assert squashed("$5") != squashed("5")
