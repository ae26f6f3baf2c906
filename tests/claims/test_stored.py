"""A pack from its kept form is the pack that its files make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher import shipped
from watcher.claims import Pack, check_examples, load_pack, read_claims
from watcher.claims.assembling import assemble
from watcher.claims.examples import document_of
from watcher.claims.stored import pack_of, plain_of
from watcher.errors import RuleError
from watcher.model import Vocabulary


def restored(pack: Pack) -> Pack:
    return pack_of(pack.name, pack.version, json.loads(json.dumps(plain_of(pack))))


@pytest.fixture(scope="module")
def parsed() -> Pack:
    """The shipped pack as its files make it, nothing kept."""
    texts = {file.name: file.read_text("utf-8") for file in sorted(shipped.PACK.glob("*.yaml"))}
    return assemble(shipped.PACK.stem, shipped.pack_version(), texts)


def test_the_kept_form_is_the_pack(parsed: Pack) -> None:
    assert restored(parsed) == parsed


def test_the_loaded_pack_is_the_one_that_its_files_make(parsed: Pack) -> None:
    assert load_pack() == parsed
    assert load_pack() == parsed  # by now at the latest from its kept form


def test_it_reads_the_same_claims_from_the_examples_of_every_rule(
    parsed: Pack, vocabulary: Vocabulary
) -> None:
    again = restored(parsed)
    rules = [rule for key in parsed.keys.values() for rule in key.rules]
    documents = [document_of(one.text, one.title) for rule in rules for one in rule.examples]
    assert len(documents) > 400
    read = [read_claims(document, vocabulary, parsed) for document in documents]
    assert sum(map(len, read)) > 200
    assert [read_claims(document, vocabulary, again) for document in documents] == read
    assert check_examples(again, vocabulary) == ()


PARTS = st.sampled_from(
    [
        "train*",
        "opt-out",
        "your data?",
        "it !(never|not) so",
        "(we|you) may",
        "{kinds}",
        "<duration>",
    ]
)
PHRASES = st.lists(PARTS, min_size=1, max_size=3, unique=True).map(" ~3 ".join)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126))
GROUPS = st.lists(
    st.fixed_dictionaries(
        {"in": st.sampled_from(["sentence", "lead or heading", "document"]),
         "of": st.lists(PHRASES, min_size=1, max_size=2)}
    ),
    max_size=2,
)  # fmt: skip
RULES = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["dpa", "retention_days", "hipaa_baa"]),
        "value": st.sampled_from(["yes", "every <kind>"]),
        "find": st.lists(PHRASES, min_size=1, max_size=3),
        "examples": st.fixed_dictionaries(
            {
                "find": st.lists(
                    st.fixed_dictionaries(
                        {"text": TEXTS, "value": st.sampled_from(["yes", ["a", "b"]])}
                    ),
                    min_size=1,
                    max_size=2,
                )
            }
        ),
    },
    optional={
        "also": GROUPS,
        "never": GROUPS,
        "weight": st.integers(0, 100).map(str),
        "on": st.sampled_from(["heading", "any", "opening"]),
        "plain": st.sampled_from(["yes", "no"]),
        "lowest": st.floats(0, 9).map(str),
        "condition": TEXTS,
        "scope": TEXTS,
        "attributes": st.dictionaries(st.sampled_from(["route", "basis"]), TEXTS),
    },
)


@given(st.lists(RULES, min_size=1, max_size=3), st.lists(PHRASES, max_size=2))
def test_every_pack_comes_back_as_it_was(rules: list[Any], conditions: list[str]) -> None:
    written = {
        "lists": {"kinds": ["input", "output data"]},
        "entities": {"kind": {"soc 2": ["(soc 2|soc2)"], "iso": ["iso 27001*"]}},
        "conditions": conditions,
        "choose": {"dpa": "highest"},
        "unconditional": ["dpa"],
        "attributes": [
            {"name": "route", "value": "portal", "keys": ["dpa"], "find": "ask us", "in": "after"}
        ],
        "rules": [{"rule": f"rule-{number}"} | rule for number, rule in enumerate(rules)],
    }
    pack = assemble("own", "1", {"own.yaml": json.dumps(written)})
    assert restored(pack) == pack


def test_a_pack_with_a_problem_is_refused_every_time(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("rules:\n  - {rule: kept}\n")
    said = []
    for _ in range(2):
        with pytest.raises(RuleError) as refused:
            load_pack(own)
        said.append(refused.value.problems)
    assert said[0] == said[1]
    assert {problem.line for problem in said[0]} == {2}
