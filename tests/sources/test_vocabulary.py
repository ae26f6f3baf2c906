"""The vocabulary is data, and refused as a whole when it is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from watcher import shipped
from watcher.errors import DeclarationError
from watcher.model import SourceKind, ValueType
from watcher.sources.keys import read_keys
from watcher.sources.vocabulary import keys_of, load_vocabulary, plain_of
from watcher.values import normalise

ENTRY_KEYS = {
    *(
        "commercial_use_allowed",
        "output_ownership",
        "redistribution_allowed",
        "training_use_of_input",
    ),
    *("api_available", "webhook_available", "soc2_type2", "iso_27001", "iso_42001", "trust_portal"),
    *("hipaa_baa", "dpa", "data_retention", "zero_data_retention", "data_residency"),
    *("gpai_code_of_practice", "art53_summary", "retention_days", "subprocessor_list_url"),
}


def test_every_key_has_a_question_a_group_and_a_label() -> None:
    vocabulary = load_vocabulary()
    assert set(vocabulary) >= ENTRY_KEYS
    for name, key in vocabulary.items():
        assert key.name == name
        assert key.question.endswith("?")
        assert key.group in ("rights", "constraints", "assurance", "data_handling", "legal")
        assert key.label
        assert bool(key.choices) >= (key.type is ValueType.ENUM)


def test_choices_are_their_own_normal_form() -> None:
    for key in load_vocabulary().values():
        for choice in key.choices:
            wanted = (choice,) if key.type is ValueType.LIST else choice
            assert normalise(key, choice) == wanted


def test_yes_and_no_are_texts_in_choices() -> None:
    assert load_vocabulary()["commercial_use_allowed"].choices == ("yes", "no", "conditional")


def test_keys_of_one_group_stand_together() -> None:
    groups = [key.group for key in load_vocabulary().values()]
    assert sorted(groups, key=list(dict.fromkeys(groups)).index) == groups


def test_a_wrong_vocabulary_is_refused_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.yaml"
    path.write_text(
        "- {key: a, type: enum, group: legal, label: A, question: A?}\n"
        "- {key: b, type: bol, group: legal, label: B, question: B?}\n"
        "- {key: c, type: int, unit: parsecs, group: legal, label: C, question: C?}\n"
        "- {key: d, type: text, group: law, label: D, question: D?, hint: x}\n"
        "- {key: e, type: text, group: legal, label: E, question: E?}\n"
        "- {key: e, type: text, group: legal, label: E, question: E?}\n"
    )
    with pytest.raises(DeclarationError) as caught:
        load_vocabulary(path)
    found = str(caught.value)
    for line, message in (
        (1, "an enum needs `choices`"),
        (2, "did you mean `bool`?"),
        (3, "values of type int are not counted in 'parsecs'"),
        (4, "is one of rights, constraints"),
        (4, "d.hint: is not a key that is known here"),
        (6, "`e` is declared twice"),
    ):
        assert any(
            text.startswith(f"{path}:{line}: ") and message in text for text in found.splitlines()
        ), f"line {line}: {message}\n{found}"


def test_a_key_says_who_speaks_for_it_and_what_fits_together(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.yaml"
    path.write_text(
        "- key: a\n  type: enum\n  group: legal\n  label: A\n  question: A?\n  choices: [yes, no, opt_in]\n"
        "  best_from: [dpa, official_terms]\n  compatible: [[no, opt_in]]\n  compared_among: []\n"
        "  per_document: yes\n  max_age: 4w\n"
    )
    key = load_vocabulary(path)["a"]
    assert key.best_from == (SourceKind.DPA, SourceKind.OFFICIAL_TERMS)
    assert key.compatible == (frozenset({"no", "opt_in"}),)
    assert (key.compared_among, key.per_document, key.max_age) == ((), True, timedelta(weeks=4))


@pytest.mark.parametrize(
    "wrong",
    ["best_from: [dpas]", "compatible: [[yes, never]]", "compatible: [[yes]]", "max_age: soon"],
)
def test_what_a_key_cannot_say_is_refused(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "vocabulary.yaml"
    head = "{key: a, type: enum, group: legal, label: A, question: A?, choices: [yes, no], "
    path.write_text(f"- {head}{wrong}}}\n")
    with pytest.raises(DeclarationError):
        load_vocabulary(path)


def test_facts_about_a_document_are_marked_so() -> None:
    marked = {name for name, key in load_vocabulary().items() if key.per_document}
    assert marked >= {"document_updated", "contact_email", "contracting_entity", "governing_law"}


def test_the_kept_vocabulary_is_the_one_that_its_file_declares() -> None:
    declared = read_keys(shipped.VOCABULARY)
    told = json.loads(json.dumps([plain_of(key) for key in declared.values()]))
    again = keys_of(told)
    assert (list(again), dict(again)) == (list(declared), dict(declared))
    assert dict(load_vocabulary()) == dict(declared)
