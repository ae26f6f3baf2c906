from __future__ import annotations

from pathlib import Path

import pytest

from watcher.claims import Pack, check_examples, load_pack
from watcher.claims.rules import Rule
from watcher.errors import RuleError
from watcher.model import Vocabulary

RULE = """
rules:
  - rule: kept
    key: retention_days
    value: <duration>
    find: kept for <duration>
    examples:
      find:
        - {text: "Data is kept for 30 days.", value: "30"}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(RuleError) as refused:
        load_pack(written(folder, text))
    return [str(problem) for problem in refused.value.problems]


def test_every_rule_of_the_shipped_pack_does_what_its_examples_say(
    pack: Pack, vocabulary: Vocabulary
) -> None:
    assert check_examples(pack, vocabulary) == ()


def test_every_rule_has_something_to_find_and_something_to_leave(pack: Pack) -> None:
    rules: list[Rule] = [rule for key in pack.keys.values() for rule in key.rules]
    assert len(rules) > 100
    lacking = [rule.name for rule in rules if not any(one.value is None for one in rule.examples)]
    assert lacking == []


def test_the_shipped_pack_knows_every_key_that_the_vocabulary_asks(
    pack: Pack, vocabulary: Vocabulary
) -> None:
    left_to_people = {"zdr_eligible_endpoints", "zdr_excluded_models"}
    assert set(vocabulary) - set(pack.keys) <= left_to_people


def test_a_pack_of_ones_own(tmp_path: Path, vocabulary: Vocabulary) -> None:
    pack = load_pack(written(tmp_path, RULE))
    assert list(pack.keys) == ["retention_days"]
    assert check_examples(pack, vocabulary) == ()


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    first = load_pack(written(tmp_path, RULE)).version
    assert load_pack(written(tmp_path, RULE)).version == first
    assert load_pack(written(tmp_path, RULE + "\n# more")).version != first


def test_all_problems_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = RULE.replace("key:", "kee:") + RULE.removeprefix("\nrules:\n").replace(
        "find: kept", "find: kept ("
    )
    said = problems(tmp_path, text)
    assert any(line.startswith("own.yaml:3: rules.0.key: ") for line in said)
    assert any(
        "own.yaml:4: rules.0.kee: " in line and "did you mean 'key'?" in line for line in said
    )


def test_a_phrase_is_refused_with_the_reason(tmp_path: Path) -> None:
    broken = {
        "kept ~99 for <duration>": "a gap has 1 to 25 words",
        "~3 kept for <duration>": "may not begin or end with a gap",
        "kept (for <duration>": "a bracket is not closed",
        "kept for {nothing} <duration>": "there is no list {nothing}",
        "kept for <durations>": "did you mean <duration>?",
        "kept for": "<duration> is not captured",
        "a? b?": "all optional",
        "kept for) <duration>": "stray",
        "kept <duration> or <duration>": "it captures <duration> twice",
    }
    for phrase, reason in broken.items():
        said = problems(tmp_path, RULE.replace("kept for <duration>\n", f'"{phrase}"\n', 1))
        assert any(
            reason in line and line.startswith(("own.yaml:6", "own.yaml:5")) for line in said
        ), (phrase, said)


def test_a_wrong_example_is_a_problem_of_its_rule(tmp_path: Path, vocabulary: Vocabulary) -> None:
    pack = load_pack(written(tmp_path, RULE.replace('value: "30"}', 'value: "31"}')))
    (problem,) = check_examples(pack, vocabulary)
    assert "finds [30], not 31" in str(problem)
    assert problem.line == 3


def test_an_unknown_key_is_a_problem_of_its_rule(tmp_path: Path, vocabulary: Vocabulary) -> None:
    pack = load_pack(written(tmp_path, RULE.replace("retention_days", "retention")))
    (problem,) = check_examples(pack, vocabulary)
    assert "no key 'retention'" in problem.message


def test_a_list_that_explodes_is_refused(tmp_path: Path) -> None:
    levels = ["one: [" + ", ".join(f"a{n}" for n in range(90)) + "]"]
    levels.append("two: [" + ", ".join(f'"{{one}} b{n}"' for n in range(90)) + "]")
    said = problems(
        tmp_path,
        "lists:\n  " + "\n  ".join(levels) + "\n  three: ['{two}', '" + "x " * 1500 + "']\n" + RULE,
    )
    assert any("at most 2000" in line for line in said)


def test_aliases_of_aliases_are_refused(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (said,) = problems(tmp_path, "lists:\n  " + "\n  ".join(rows))
    assert "parts" in said


def test_what_is_not_yaml_or_not_there(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, "rules: [")
    assert said.startswith("own.yaml:2: is not YAML")
    with pytest.raises(RuleError, match="cannot be read"):
        load_pack(tmp_path / "missing.yaml")
    with pytest.raises(RuleError, match="holds no rule files"):
        empty = tmp_path / "empty"
        empty.mkdir()
        load_pack(empty)


def test_a_key_said_twice_is_refused(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, "lists: {}\nlists: {}")
    assert "'lists' is said twice" in said


def test_the_rule_that_the_documentation_shows(tmp_path: Path, vocabulary: Vocabulary) -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
    shown = text.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert check_examples(load_pack(written(tmp_path, shown)), vocabulary) == ()
