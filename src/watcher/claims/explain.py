"""Why a document makes a claim, or does not: every rule of one key, where it matched, and what stood against it."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.claims.engine import read_claims
from watcher.claims.matching import Reading
from watcher.claims.passages import Passage, read_passages
from watcher.claims.phrases import Match
from watcher.claims.rules import Pack, Rule
from watcher.errors import NotFound
from watcher.model import Claim, Document, Vocabulary

_MOST_SENTENCES = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """A sentence in which a rule's phrase matched: what it read there, or why it read nothing."""

    sentence: str
    start: int
    words: str
    value: str | None
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class RuleStory:
    """What one rule did: `outcome` in a few words, and the sentences in which it tried."""

    rule: str
    value: str
    weight: int
    place: str
    outcome: str
    trials: tuple[Trial, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The claims of one key with the rule behind each, and the story of every rule for that key."""

    key: str
    claims: tuple[Claim, ...]
    stories: tuple[RuleStory, ...]


def explain(document: Document, vocabulary: Vocabulary, pack: Pack, key: str) -> Explanation:
    """Give the story of every rule for `key`: heaviest first. Raises NotFound for a key the vocabulary lacks."""
    if key not in vocabulary:
        raise NotFound(f"the vocabulary has no key {key!r}; it has {', '.join(sorted(vocabulary))}")
    claims = read_claims(document, {key: vocabulary[key]}, pack)
    if key not in pack.keys:
        return Explanation(key, claims, ())
    reading = Reading(read_passages(document), pack)
    chosen = {claim.rule for claim in claims}
    rules = sorted(pack.keys[key].rules, key=lambda rule: -rule.weight)
    return Explanation(
        key, claims, tuple(_story(rule, reading, rule.name in chosen) for rule in rules)
    )


def _story(rule: Rule, reading: Reading, is_chosen: bool) -> RuleStory:
    trials = [
        _trial(rule, reading, passage, match)
        for passage in reading.passages.numbers(reading.mentions(rule.find))
        for match in reading.matches(rule, passage)
    ]
    trials.sort(key=lambda trial: trial.value is None)
    place = f"{rule.file}:{rule.line}" if rule.line else rule.file
    return RuleStory(
        rule.name,
        rule.value,
        rule.weight,
        place,
        _outcome(trials, is_chosen),
        tuple(trials[:_MOST_SENTENCES]),
    )


def _trial(rule: Rule, reading: Reading, passage: Passage, match: Match) -> Trial:
    text = reading.passages.document.text
    words = text[passage.start + match.start : passage.start + match.end]
    obstacle = None if reading.reads(rule, passage) else "it does not read headings or questions"
    obstacle = obstacle or reading.obstacle(rule, passage, match)
    finding = None if obstacle else reading.finding(rule, passage, match)
    if finding is None:
        obstacle = obstacle or "the words it captured are no value that it allows"
    value = None if finding is None else str(finding.value)
    return Trial(text[passage.start : passage.end], passage.start, words, value, obstacle)


def _outcome(trials: list[Trial], is_chosen: bool) -> str:
    fired = sum(trial.value is not None for trial in trials)
    if is_chosen:
        return "gave the claim"
    if fired:
        return f"fired {fired} times, but another rule or an earlier sentence came first"
    if trials:
        return f"matched {len(trials)} times, but something stood against it each time"
    return "its phrases do not occur"
