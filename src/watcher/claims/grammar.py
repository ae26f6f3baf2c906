"""The phrase language of rules: a line of words with alternatives, options, gaps and captures.

    we (will|shall) not ~6 train* ~4 <duration>

Read once, checked, and turned into the segments of a `Phrase`. docs/rules.md describes it for those who write rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from watcher.claims.alternatives import one_of
from watcher.claims.phrases import Phrase, Requirement, Segment

MAX_GAP = 25
MAX_WAYS = 400
"""In how many ways one segment may match at one place: options and gaps inside brackets multiply."""

MAX_DEPTH = 4
MAX_OPTIONS = 1000
"""Alternatives of one bracket or list, those of the lists inside it included."""

MAX_LENGTH = 2000
"""Characters of one phrase."""

_SEPARATOR = r"\W{1,6}"
_LOOSE = r"\W{0,6}"
_GAP_WORD = r"\W{1,6}\w+(?:'\w+)?"


class Phrasebook(Protocol):
    """Where `{list}` and `<capture>` are looked up."""

    @property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """Named word lists: phrases without captures."""

    @property
    def patterns(self) -> Mapping[str, str]:
        """The regular expression of each capture, made by us, never by a rule."""

    @property
    def needs(self) -> Mapping[str, tuple[Requirement, ...]]:
        """What a sentence must hold for a capture to match."""


class PhraseProblem(ValueError):
    """What is wrong with a phrase, in plain words."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a phrase: its expression, the words it needs, and in how many ways it can match."""

    pattern: str
    needs: tuple[Requirement, ...] = ()
    ways: int = 1
    kind: str = "word"
    size: int = 0
    options: tuple[str, ...] = ()


_TOKEN = re.compile(
    r"\s*(?:(?P<list>\{[a-z][\w-]*\})|(?P<capture><[a-z][\w-]*>)|(?P<gap>~\d{1,2})"
    r"|(?P<open>!?\()|(?P<close>\)\??)|(?P<bar>\|)|(?P<edge>[\^$])|(?P<word>!?[\w'&%$€£@./+-]+\*?\??))"
)


def parse(text: str, book: Phrasebook) -> Phrase:
    """Give the phrase that `text` writes; raises PhraseProblem saying what to mend."""
    tokens = _tokens(text)
    captured = Counter(token for kind, token in tokens if kind == "capture")
    if twice := [name for name, times in captured.items() if times > 1]:
        raise PhraseProblem(f"it captures {twice[0]} twice: write two phrases")
    pieces, rest = _pieces(tokens, book, 0)
    if rest:
        raise PhraseProblem(f"there is a stray {rest[0][1]!r}")
    if not pieces or "gap" in (pieces[0].kind, pieces[-1].kind):
        raise PhraseProblem("it may not begin or end with a gap")
    segments, needs, gap = [], list[Requirement](), 0
    for run in _runs(pieces):
        if run[0].kind == "gap":
            gap = sum(piece.size for piece in run)
            continue
        joined = _joined(run)
        if joined.ways > MAX_WAYS:
            raise PhraseProblem(
                f"a part of it can match in {joined.ways} ways, at most {MAX_WAYS}: fewer options"
            )
        segments.append(Segment(rf"{joined.pattern}(?!\w)", gap))
        needs.extend(joined.needs)
    return Phrase(text, tuple(segments), tuple(needs))


def spellings(text: str, book: Phrasebook) -> tuple[tuple[str, ...], tuple[Requirement, ...]]:
    """Give the expressions, without gaps between them, that `text` stands for, and what all of them need."""
    pieces, rest = _pieces(_tokens(text), book, 0)
    if rest:
        raise PhraseProblem(f"there is a stray {rest[0][1]!r}")
    joined = _joined(pieces)
    if joined.ways > MAX_WAYS:
        raise PhraseProblem(
            f"it can match in {joined.ways} ways, at most {MAX_WAYS}: fewer options"
        )
    return joined.options or (joined.pattern,), joined.needs


def _runs(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Cut a sequence into runs of pieces and runs of gaps."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and (run[0].kind == "gap") != (piece.kind == "gap"):
            yield run
            run = []
        run.append(piece)
    yield run


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_LENGTH:
        raise PhraseProblem(f"it has {len(text)} characters, at most {MAX_LENGTH}")
    tokens, at = [], 0
    while at < len(text.rstrip()):
        token = _TOKEN.match(text, at)
        if token is None:
            raise PhraseProblem(f"{text[at:].split(maxsplit=1)[0]!r} is not understood")
        tokens.append((str(token.lastgroup), token.group().strip()))
        at = token.end()
    if not tokens:
        raise PhraseProblem("it is empty")
    return tokens


def _pieces(
    tokens: list[tuple[str, str]], book: Phrasebook, depth: int
) -> tuple[list[_Piece], list[tuple[str, str]]]:
    """Read pieces up to a bar or bracket; give them with the tokens left."""
    if depth > MAX_DEPTH:
        raise PhraseProblem(f"brackets and lists are nested deeper than {MAX_DEPTH}")
    pieces: list[_Piece] = []
    while tokens and tokens[0][0] not in ("bar", "close"):
        (kind, text), tokens = tokens[0], tokens[1:]
        if kind == "open":
            piece, tokens = _alternatives(text, tokens, book, depth)
        else:
            piece = _single(kind, text, book, depth)
        pieces.append(piece)
    return pieces, tokens


def _alternatives(
    opening: str, tokens: list[tuple[str, str]], book: Phrasebook, depth: int
) -> tuple[_Piece, list[tuple[str, str]]]:
    branches = []
    while True:
        branch, tokens = _pieces(tokens, book, depth + 1)
        branches.append(_joined(branch))
        if not tokens:
            raise PhraseProblem("a bracket is not closed")
        (kind, text), tokens = tokens[0], tokens[1:]
        if kind == "close":
            break
    return _marked(_either(branches), opening.startswith("!"), text.endswith("?")), tokens


def _single(kind: str, text: str, book: Phrasebook, depth: int) -> _Piece:
    if kind == "gap":
        size = int(text[1:])
        if not 0 < size <= MAX_GAP:
            raise PhraseProblem(f"a gap has 1 to {MAX_GAP} words, not {size}")
        return _Piece(f"(?:{_GAP_WORD}){{0,{size}}}?", ways=size + 1, kind="gap", size=size)
    if kind == "edge":
        return _Piece(r"\A\W*" if text == "^" else r"\W*\Z", kind=text)
    if kind == "capture":
        return _capture(text[1:-1], book)
    if kind == "list":
        return _listed(text[1:-1], book, depth)
    bare = text.strip("!").rstrip("?")
    word = _Piece(_word_pattern(bare), _word_needs(bare))
    return _marked(word, text.startswith("!"), text.endswith("?"))


def _capture(name: str, book: Phrasebook) -> _Piece:
    if name not in book.patterns:
        raise PhraseProblem(f"there is no capture <{name}>")
    group = name.replace("-", "_")
    needs = book.needs.get(name, ())
    return _Piece(f"(?P<{group}>{book.patterns[name]})", needs, kind="capture")


def _listed(name: str, book: Phrasebook, depth: int) -> _Piece:
    if name not in book.lists:
        raise PhraseProblem(f"there is no list {{{name}}}")
    return _either([_joined(_pieces(_tokens(one), book, depth + 1)[0]) for one in book.lists[name]])


def _word_pattern(word: str) -> str:
    """A word as written, with an optional possessive; `-` may be a space, a hyphen or nothing; `*` any ending."""
    stem = re.escape(word.rstrip("*")).replace(r"\-", r"\W{0,2}")
    return stem + (r"\w*" if word.endswith("*") else r"(?:'s)?")


def _word_needs(word: str) -> tuple[Requirement, ...]:
    """The parts of the word that surely stand in the sentence's word index, if any.

    Hyphens may be written or not. So "opt-out" needs one of opt and optout, and one of out and optout.
    """
    parts = re.findall(r"[a-z0-9]+", word.lower())
    if not parts:
        return ()
    ending = "*" if word.endswith("*") and word.rstrip("*").lower().endswith(parts[-1]) else ""
    if "-" in word:
        *beginnings, whole = accumulate(parts)
        endings = accumulate(reversed(parts), lambda end, part: part + end)
        return (
            frozenset([*beginnings, whole + ending]),
            frozenset(end + ending for end in endings),
        )
    longest = max(parts, key=len)
    return (frozenset([longest + ending if longest == parts[-1] else longest]),)


def _marked(piece: _Piece, forbidden: bool, optional: bool) -> _Piece:
    if forbidden:
        return _Piece(f"(?!{_LOOSE}(?:{piece.pattern})(?!\\w))", ways=piece.ways, kind="not")
    if optional:
        return _Piece(piece.pattern, ways=piece.ways + 1, kind="optional")
    return piece


def _either(branches: Iterable[_Piece]) -> _Piece:
    """One of several pieces; alternatives of alternatives are laid flat, and tried by their letters."""
    branches = list(branches)
    needs = needs_of_any([branch.needs for branch in branches])
    options = tuple(
        dict.fromkeys(one for branch in branches for one in branch.options or (branch.pattern,))
    )
    if len(options) > MAX_OPTIONS:
        raise PhraseProblem(
            f"a bracket or list has {len(options)} alternatives, at most {MAX_OPTIONS}"
        )
    return _Piece(one_of(options), needs, max(branch.ways for branch in branches), options=options)


_COMMON = frozenset(
    [
        *(
            "data",
            "content",
            "you",
            "your",
            "the",
            "use",
            "service",
            "our",
            "we",
            "us",
            "to",
            "of",
            "in",
            "is",
            "are",
        ),
        *(
            "not",
            "may",
            "will",
            "any",
            "all",
            "information",
            "type",
            "processing",
            "agreement",
            "protection",
            "by",
        ),
    ]
)


def needs_of_any(alternatives: Sequence[tuple[Requirement, ...]]) -> tuple[Requirement, ...]:
    """Give what a sentence needs for one of several alternatives to match, each with its own requirements."""
    if not alternatives or not all(alternatives):
        return ()
    told = [_most_telling(needs) for needs in alternatives]
    return tuple(dict.fromkeys(frozenset().union(*each) for each in zip(*told, strict=True)))


def _most_telling(needs: tuple[Requirement, ...]) -> tuple[Requirement, Requirement]:
    """The two requirements that leave out most sentences: rare, long words, and few of them. Of one, it twice."""
    ranked = sorted(needs, key=lambda need: (bool(need & _COMMON), -min(map(len, need)), len(need)))
    return ranked[0], ranked[min(1, len(ranked) - 1)]


def _joined(pieces: Sequence[_Piece]) -> _Piece:
    """One expression for pieces that follow each other, separators between them."""
    if len(pieces) == 1 and pieces[0].kind == "word":
        return pieces[0]
    solid = [piece for piece in pieces if piece.kind not in ("^", "$", "not", "optional")]
    if not solid or "gap" in (solid[0].kind, solid[-1].kind):
        raise PhraseProblem("a part of it is empty, all optional, or begins or ends with a gap")
    pattern, ways, begun = "", 1, False
    for piece in pieces:
        ways *= piece.ways
        before = _LOOSE if piece.kind == "capture" else _SEPARATOR
        if piece.kind in ("^", "$", "not", "gap"):
            pattern += piece.pattern
        elif piece.kind == "optional":
            pattern += (
                f"(?:{before}{piece.pattern})?" if begun else f"(?:{piece.pattern}{_SEPARATOR})?"
            )
        else:
            pattern += before + piece.pattern if begun else piece.pattern
            begun = True
    needs = tuple(
        need for piece in pieces if piece.kind not in ("not", "optional") for need in piece.needs
    )
    return _Piece(pattern, needs, ways)
