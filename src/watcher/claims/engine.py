"""From a document to its claims: every rule of every key, one claim chosen per key, with condition and evidence."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from watcher import values
from watcher.claims.choosing import Candidate, choose, rank
from watcher.claims.finer import attributes_of
from watcher.claims.matching import Finding, Reading
from watcher.claims.passages import Passage, read_passages
from watcher.claims.rules import Choice, KeyRules, Pack, Rule
from watcher.claims.stating import Raw
from watcher.model import Claim, Document, Evidence, Key, Vocabulary

LONGEST_QUOTE = 500
LONGEST_CONDITION = 180


def read_claims(document: Document, vocabulary: Vocabulary, pack: Pack) -> tuple[Claim, ...]:
    """Give the claims that `document` makes, in the order of the vocabulary: at most one per key and scope.

    Pure and deterministic. A rule whose key the vocabulary does not have is passed over, as is a value that the
    vocabulary refuses. Each claim's quote is a verbatim part of `document.text`.
    """
    return claims_in(Reading(read_passages(document), pack), vocabulary)


def claims_in(reading: Reading, vocabulary: Vocabulary) -> tuple[Claim, ...]:
    """Give the claims of a document that a pack has in hand, as `read_claims` does."""
    keys = reading.pack.keys
    return tuple(
        claim
        for name, key in vocabulary.items()
        if name in keys
        for claim in _claims_of(key, keys[name], reading)
    )


def statements_in(
    reading: Reading, vocabulary: Vocabulary, among: int, possible: Container[str] | None = None
) -> Iterator[Claim]:
    """Give every sentence of the bit set `among` in which a rule fires, as a claim.

    `possible` are the names of the rules that may, where that is known already.
    """
    for name, key in vocabulary.items():
        rules = reading.pack.keys[name].rules if name in reading.pack.keys else ()
        if possible is not None:
            rules = tuple([rule for rule in rules if rule.name in possible])
        for finding in (each for rule in rules for each in reading.findings(rule, among)):
            if candidate := _candidate(key, finding):
                yield claim_of(key, candidate, [candidate], finding.rule.scope, reading)


def _claims_of(key: Key, rules: KeyRules, reading: Reading) -> Iterator[Claim]:
    """Give the claim of the document, then those of its other scopes: of rules that name one, of other policies."""
    by_scope = _candidates_of(key, rules, reading)
    for scope in sorted(by_scope):
        by_part = not scope and key.name in reading.pack.scoped
        first = [one for one in by_scope[scope] if not by_part or not one.finding.passage.part]
        chosen = choose(rules.choice, first or by_scope[scope])
        yield claim_of(key, chosen, by_scope[scope], scope, reading)
        if by_part:
            for part, others in _of_other_parts(chosen, by_scope[scope]):
                yield claim_of(key, choose(rules.choice, others), others, part, reading)


def _candidates_of(key: Key, rules: KeyRules, reading: Reading) -> dict[str, list[Candidate]]:
    """The candidates of each scope.

    Where only the heaviest count, lighter rules are not asked once there is one; and where the first of them counts,
    none is asked beyond the sentence that said so.
    """
    all_count = (
        rules.choice is Choice.EVERY
        or key.name in reading.pack.scoped
        or key.name in reading.pack.differing
    )
    first_counts = not all_count and rules.choice is Choice.BEST
    by_scope: dict[str, list[Candidate]] = {}
    for rule in sorted(rules.rules, key=lambda one: -one.weight):
        held = by_scope.setdefault(rule.scope, [])
        if held and not all_count and held[0].finding.rule.weight > rule.weight:
            continue
        if first_counts:
            held += _up_to_first(key, rule, reading, held)
        else:
            held += candidates_of(key, reading.findings(rule))
    return {scope: held for scope, held in by_scope.items() if held}


def _up_to_first(
    key: Key, rule: Rule, reading: Reading, held: Sequence[Candidate]
) -> list[Candidate]:
    """The candidates of a rule up to the first sentence that says so, or to the first of `held` that does."""
    said = [one.finding.passage.number for one in held if not one.asks]
    among = (2 << min(said)) - 1 if said else -1
    found = list[Candidate]()
    for passage in reading.passages.numbers(reading.promising(rule, among)):
        found += candidates_of(key, reading.findings_in(passage, rule))
        if found and not found[-1].asks:
            break
    return found


def _of_other_parts(
    chosen: Candidate, candidates: Iterable[Candidate]
) -> list[tuple[str, list[Candidate]]]:
    """The candidates of each other policy of the page, by its name."""
    by_part: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        part = candidate.finding.passage.part
        if part != chosen.finding.passage.part:
            by_part.setdefault(part, []).append(candidate)
    return sorted(by_part.items())


def candidates_of(key: Key, findings: Iterable[Finding]) -> list[Candidate]:
    """Give those of `findings` whose value the vocabulary allows, as candidates for a claim."""
    found = (_candidate(key, finding) for finding in findings)
    return [one for one in found if one]


def _candidate(key: Key, finding: Finding) -> Candidate | None:
    try:
        return Candidate(finding, values.normalise(key, _plain(finding.value)))
    except ValueError:
        return None


def _plain(value: Raw) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def claim_of(
    key: Key, chosen: Candidate, candidates: Sequence[Candidate], scope: str, reading: Reading
) -> Claim:
    """Give the claim that a candidate makes; `candidates` are those of its scope, itself among them."""
    finding = chosen.finding
    rule, passage = finding.rule, finding.passage
    begin, end = _quoted(finding)
    quote = reading.passages.document.text[begin:end]
    return Claim(
        key=key.name,
        value=chosen.value,
        evidence=Evidence(quote, begin, passage.block.path, passage.block.page),
        condition="; ".join(_conditions(key, chosen, candidates, reading)) or None,
        scope=scope,
        attributes=tuple(attributes_of(rule, finding, reading)),
        rule=rule.name,
    )


def _conditions(
    key: Key, chosen: Candidate, candidates: Iterable[Candidate], reading: Reading
) -> Iterator[str]:
    """Give the claim's own condition, then each other answer of the same policy that has one: "Ireland: if you …"."""
    own = condition_of(chosen.finding, reading)
    if own:
        yield own
    if key.name not in reading.pack.differing:
        return
    told = {chosen.value}
    for other in sorted(candidates, key=rank):
        if other.value not in told and other.finding.passage.part == chosen.finding.passage.part:
            condition = condition_of(other.finding, reading)
            if condition and condition != own:
                told.add(other.value)
                yield f"{values.render(key, other.value)}: {condition}"


def _quoted(finding: Finding) -> tuple[int, int]:
    """Where the quote begins and ends: the sentence, or the part around the match when it is very long."""
    passage = finding.passage
    begin, end = 0, len(passage.folded)
    if end > LONGEST_QUOTE:
        room = max(0, LONGEST_QUOTE - (finding.end - finding.start)) // 2
        begin, end = max(0, finding.start - room), min(end, finding.end + room)
        while begin and passage.folded[begin - 1] != " ":
            begin -= 1
        while end < len(passage.folded) and passage.folded[end] != " ":
            end += 1
    return passage.start + begin, passage.start + end


def condition_of(finding: Finding, reading: Reading) -> str | None:
    """Give the words under which the claim holds, as written: "unless …", "subject to …", or None.

    The rule may say them itself. Else they are looked for in the sentence, then at the beginning of the next one
    ("However, …", "This does not apply …").
    """
    rule, passage, pack = finding.rule, finding.passage, reading.pack
    if rule.condition is not None or rule.key in pack.unconditional:
        return rule.condition or None
    for phrase in reading.possible(pack.conditions, passage.number):
        if found := phrase.search(passage.folded):
            end = _end_of_condition(finding, found.start)
            return _words(reading, passage.start + found.start, passage.start + end)
    return _limited_by_next(passage, reading) or _remarked(passage, reading)


def _limited_by_next(passage: Passage, reading: Reading) -> str | None:
    """The next sentence, when it begins as an exception does."""
    following = passage.number + 1
    if following >= len(reading.passages.all):
        return None
    neighbour = reading.passages.all[following]
    is_near = neighbour.block.path == passage.block.path
    if is_near and reading.says(reading.pack.exceptions, neighbour):
        return _words(reading, neighbour.start, neighbour.end)
    return None


def _remarked(passage: Passage, reading: Reading) -> str | None:
    """A condition that is a word or two: "by default", "upon request"."""
    for phrase in reading.possible(reading.pack.remarks, passage.number):
        if found := phrase.search(passage.folded):
            return _words(reading, passage.start + found.start, passage.start + found.end)
    return None


def _end_of_condition(finding: Finding, start: int) -> int:
    """Where a condition ends: at the comma before what was found, when it stands before it; else with the sentence."""
    comma = finding.passage.folded.rfind(", ", start, max(start, finding.start))
    return comma if comma > 0 else len(finding.passage.folded)


def _words(reading: Reading, start: int, end: int) -> str:
    """The text from `start` to the end of its clause, shortened at a word."""
    text = reading.passages.document.text[start:end]
    clause = text.split(";")[0].strip().rstrip(".,:")
    if clause.endswith(")") and clause.count("(") < clause.count(")"):
        clause = clause[:-1]
    if len(clause) <= LONGEST_CONDITION:
        return clause
    return clause[:LONGEST_CONDITION].rsplit(" ", 1)[0].rstrip(",") + " …"
