"""YAML texts to a checked `Pack`, or every problem at once, each with its line.

Takes pydantic, PyYAML and a tenth of a second: `pack.py` does without where the same was assembled before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from watcher.claims import captures
from watcher.claims.alternatives import one_of
from watcher.claims.grammar import PhraseProblem, needs_of_any, parse, spellings
from watcher.claims.phrases import Phrase, Requirement
from watcher.claims.rules import (
    Attribute,
    Choice,
    Entities,
    Example,
    Group,
    KeyRules,
    Pack,
    Place,
    Reach,
    Rule,
)
from watcher.errors import Problem, RuleError

MOST_PARTS = 100_000
"""Keys and values that one file may have: twenty times the largest file of the shipped pack."""

Strings = Annotated[
    tuple[str, ...], BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw)
]
Where = tuple[str | int, ...]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _WrittenGroup(_Written):
    where: Annotated[tuple[Reach, ...], BeforeValidator(lambda raw: raw.split(" or "))] = Field(
        default=(Reach.SENTENCE,), alias="in"
    )
    of: Strings


def _as_group(raw: object) -> object:
    return raw if isinstance(raw, Mapping) else {"of": raw}


def _as_groups(raw: object) -> object:
    """A list of phrases is one group in the sentence; a list of groups stays one."""
    if isinstance(raw, list) and any(isinstance(one, Mapping) for one in raw):
        return [_as_group(one) for one in raw]
    return [_as_group(raw)]


Groups = Annotated[tuple[_WrittenGroup, ...], BeforeValidator(_as_groups)]


class _WrittenExample(_Written):
    text: str
    value: str | tuple[str, ...]
    condition: str | None = None
    title: str = ""


class _WrittenCounter(_Written):
    text: str
    title: str = ""


class _WrittenExamples(_Written):
    find: tuple[_WrittenExample, ...] = Field(min_length=1)
    never: tuple[
        Annotated[
            _WrittenCounter,
            BeforeValidator(lambda raw: {"text": raw} if isinstance(raw, str) else raw),
        ],
        ...,
    ] = ()


class _WrittenRule(_Written):
    rule: str
    key: str
    value: str
    find: Strings = Field(min_length=1)
    also: Groups = ()
    never: Groups = ()
    weight: int = Field(default=50, ge=0, le=100)
    place: Place = Field(default=Place.TEXT, alias="on")
    plain: bool = False
    lowest: float | None = None
    highest: float | None = None
    condition: str | None = None
    scope: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)
    examples: _WrittenExamples


class _WrittenAttribute(_Written):
    name: str
    value: str
    keys: Strings
    find: Strings = ()
    never: Groups = ()
    where: Annotated[
        tuple[Literal["sentence", "before", "after", "document"], ...],
        BeforeValidator(lambda raw: raw.split(" or ")),
    ] = Field(default=("sentence",), alias="in")


class _WrittenFile(_Written):
    lists: dict[str, Strings] = Field(default_factory=dict)
    entities: dict[str, dict[str, Strings]] = Field(default_factory=dict)
    conditions: Strings = ()
    remarks: Strings = ()
    exceptions: Strings = ()
    unconditional: Strings = ()
    scoped: Strings = ()
    differing: Strings = ()
    choose: dict[str, Choice] = Field(default_factory=dict)
    attributes: tuple[_WrittenAttribute, ...] = ()
    rules: tuple[_WrittenRule, ...] = ()


@dataclass(slots=True)
class _Page:
    """One file of a pack as written, and the line of every part of it."""

    file: str
    written: _WrittenFile
    lines: dict[Where, int]


@dataclass(slots=True)
class _Book:
    """Lists and captures of all files together, and what was wrong so far."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=lambda: dict(captures.PATTERNS))
    needs: dict[str, tuple[Requirement, ...]] = field(
        default_factory=lambda: {name: (need,) for name, need in captures.NEEDS.items()}
    )
    problems: list[Problem] = field(default_factory=list)

    def complain(self, page: _Page, where: Where, message: str, hint: str = "") -> None:
        line = next(
            (page.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in page.lines),
            None,
        )
        self.problems.append(Problem(page.file, line, ".".join(map(str, where)), message, hint))

    def phrases(self, page: _Page, where: Where, texts: Sequence[str]) -> tuple[Phrase, ...]:
        """Give the phrases that can be used; complain about the others."""
        good = []
        for number, text in enumerate(texts):
            try:
                good.append(parse(text, self))
            except PhraseProblem as problem:
                self.complain(
                    page, (*where, number), f"phrase {text!r}: {problem}", self._hint(text)
                )
        return tuple(good)

    def _hint(self, text: str) -> str:
        known = {f"{{{name}}}" for name in self.lists} | {f"<{name}>" for name in self.patterns}
        for name in re.findall(r"\{[\w-]+\}|<[\w-]+>", text):
            close = get_close_matches(name, known, 1)
            if name not in known and close:
                return f"did you mean {close[0]}?"
        return ""


def assemble(name: str, version: str, files: Mapping[str, str]) -> Pack:
    """Give the pack that the texts of `files`, by their names, make up together.

    Raises RuleError with every problem of every file, each with file, line, path and, where there is one, a hint.
    """
    book = _Book()
    pages = [page for file, text in files.items() if (page := _page(file, text, book))]
    pack = _assembled(name, version, pages, book)
    if book.problems:
        raise RuleError(book.problems)
    return pack


def _page(file: str, text: str, book: _Book) -> _Page | None:
    lines: dict[Where, int] = {}
    page = _Page(file, _WrittenFile(), lines)
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        raw = _plain(node, (), lines) if node else {}
    except yaml.YAMLError as trouble:
        mark = getattr(trouble, "problem_mark", None)
        line = mark.line + 1 if mark else None
        book.problems.append(
            Problem(file, line, "", f"is not YAML: {getattr(trouble, 'problem', trouble)}")
        )
        return None
    try:
        page.written = _WrittenFile.model_validate(raw)
    except ValidationError as trouble:
        for error in trouble.errors():
            where = tuple(part for part in error["loc"] if isinstance(part, str | int))
            book.complain(page, where, error["msg"].lower(), _known_names(where))
        return None
    return page


def _known_names(where: Where) -> str:
    names = {
        name
        for kind in (_WrittenFile, _WrittenRule, _WrittenExamples)
        for name in kind.model_fields
    } | {"in", "on"}
    close = get_close_matches(str(where[-1]), names - {str(where[-1])}, 1) if where else []
    return f"did you mean {close[0]!r}?" if close else ""


def _plain(node: yaml.Node, where: Where, lines: dict[Where, int]) -> object:
    """Give the node as mappings, lists and strings: no YAML type is guessed, so `no` is "no"."""
    if len(lines) > MOST_PARTS:  # an alias of an alias of an alias …
        raise yaml.MarkedYAMLError(
            problem=f"has more than {MOST_PARTS} parts", problem_mark=node.start_mark
        )
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                raise yaml.MarkedYAMLError(
                    problem=f"{name!r} is said twice", problem_mark=key.start_mark
                )
            found[name] = _plain(value, (*where, name), lines)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, (*where, number), lines) for number, value in enumerate(node.value)]
    return str(node.value)


def _assembled(name: str, version: str, pages: Sequence[_Page], book: _Book) -> Pack:
    for page in pages:
        book.lists.update(page.written.lists)
    for page in pages:
        for listed, texts in page.written.lists.items():
            book.phrases(page, ("lists", listed), texts)
    entities = {
        kind: _entities(page, kind, forms, book)
        for page in pages
        for kind, forms in page.written.entities.items()
    }
    rules = [rule for page in pages for rule in _rules(page, book)]
    choices = {key: choice for page in pages for key, choice in page.written.choose.items()}
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        by_key.setdefault(rule.key, []).append(rule)
    _refuse_twins(pages, book)
    return Pack(
        name,
        version,
        {
            key: KeyRules(key, choices.get(key, Choice.BEST), tuple(found))
            for key, found in by_key.items()
        },
        book.lists,
        entities,
        _shared(pages, "conditions", book),
        _shared(pages, "remarks", book),
        _shared(pages, "exceptions", book),
        tuple(one for page in pages for one in _attributes(page, book)),
        frozenset(key for page in pages for key in page.written.unconditional),
        frozenset(key for page in pages for key in page.written.scoped),
        frozenset(key for page in pages for key in page.written.differing),
    )


def _shared(pages: Sequence[_Page], name: str, book: _Book) -> tuple[Phrase, ...]:
    """The phrases that all files together list under `name`."""
    return tuple(
        phrase
        for page in pages
        for phrase in book.phrases(page, (name,), getattr(page.written, name))
    )


def _refuse_twins(pages: Sequence[_Page], book: _Book) -> None:
    seen: dict[str, str] = {}
    for page in pages:
        for number, rule in enumerate(page.written.rules):
            if rule.rule in seen:
                book.complain(
                    page, ("rules", number, "rule"), f"{rule.rule!r} is the name of another rule"
                )
            seen[rule.rule] = page.file


def _entities(page: _Page, kind: str, forms: Mapping[str, Sequence[str]], book: _Book) -> Entities:
    options: dict[str, list[str]] = {form: [] for form in forms}
    needs = list[tuple[Requirement, ...]]()
    for form, texts in forms.items():
        for number, text in enumerate(texts):
            try:
                found, needed = spellings(text, book)
            except PhraseProblem as problem:
                book.complain(page, ("entities", kind, form, number), f"{text!r}: {problem}")
                continue
            options[form] += found
            needs.append(needed)
    book.patterns[kind] = one_of(option for each in options.values() for option in each)
    book.needs[kind] = needs_of_any(needs)
    return Entities(kind, {form: rf"(?<!\w){one_of(each)}(?!\w)" for form, each in options.items()})


def _rules(page: _Page, book: _Book) -> Iterator[Rule]:
    for number, written in enumerate(page.written.rules):
        where: Where = ("rules", number)
        find = book.phrases(page, (*where, "find"), written.find)
        _check_captured(page, where, written.value, find, book)
        yield Rule(
            name=written.rule,
            key=written.key,
            value=written.value,
            find=find,
            also=_groups(page, (*where, "also"), written.also, book),
            never=_groups(page, (*where, "never"), written.never, book),
            weight=written.weight,
            place=written.place,
            plain=written.plain,
            lowest=written.lowest,
            highest=written.highest,
            condition=written.condition,
            scope=written.scope,
            attributes=tuple(sorted(written.attributes.items())),
            examples=_examples(written.examples),
            file=page.file,
            line=page.lines.get(where),
        )


def _check_captured(
    page: _Page, where: Where, value: str, find: Sequence[Phrase], book: _Book
) -> None:
    for capture in re.findall(r"<([\w-]+)", value):
        lacking = [p.text for p in find if capture.replace("-", "_") not in p.captures]
        if lacking and not value.startswith("every "):
            book.complain(page, (*where, "value"), f"<{capture}> is not captured by {lacking[0]!r}")


def _groups(
    page: _Page, where: Where, written: Sequence[_WrittenGroup], book: _Book
) -> tuple[Group, ...]:
    return tuple(
        Group(group.where, book.phrases(page, (*where, number), group.of))
        for number, group in enumerate(written)
    )


def _examples(written: _WrittenExamples) -> tuple[Example, ...]:
    wanted = [Example(one.text, one.value, one.condition, one.title) for one in written.find]
    return (*wanted, *(Example(one.text, title=one.title) for one in written.never))


def _attributes(page: _Page, book: _Book) -> Iterator[Attribute]:
    for number, written in enumerate(page.written.attributes):
        where = ("attributes", number)
        find = book.phrases(page, (*where, "find"), written.find)
        _check_captured(page, where, written.value, find, book)
        never = _groups(page, (*where, "never"), written.never, book)
        rule = Rule(written.name, "", written.value, find, never=never, place=Place.ANY)
        reach = tuple(map(Reach, written.where))
        yield Attribute(written.name, frozenset(written.keys), rule, reach)
