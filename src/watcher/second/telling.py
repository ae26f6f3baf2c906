"""How a proposal is told: always with who said it and when, and with what the rules read."""

from __future__ import annotations

from watcher.model import Proposal, SecondReading, Stance, Value, Vocabulary
from watcher.values import render


def told(proposal: Proposal, reading: SecondReading, vocabulary: Vocabulary) -> str:
    """Give a proposal as one sentence: who said what and when, the quote, and what the rules read."""
    claim = proposal.claim
    condition = f" ({claim.condition})" if claim.condition else ""
    return (
        f"second reader says {claim.key}: {shown(claim.key, claim.value, vocabulary)}{condition} "
        f"“{claim.evidence.quote}” ({reading.model}, {reading.read_at:%Y-%m-%d}); "
        f"{against(proposal, vocabulary)}"
    )


def shown(key: str, value: Value, vocabulary: Vocabulary) -> str:
    """Give a value as people read it, also one of a key that the vocabulary lost."""
    known = vocabulary.get(key)
    return render(known, value) if known else str(value)


def against(proposal: Proposal, vocabulary: Vocabulary) -> str:
    """Give what the rules read where the proposal was found."""
    if proposal.ruled is None:
        return "the rules read nothing"
    said = f"the rules read {shown(proposal.claim.key, proposal.ruled, vocabulary)}"
    return f"{said}, which fits" if proposal.stance is Stance.AGREES else said


def as_data(proposal: Proposal, reading: SecondReading) -> dict[str, object]:
    """Give a proposal as plain data, with who said it."""
    claim = proposal.claim
    return {
        "source": reading.source_id,
        "claim": claim.id,
        "value": claim.value,
        "condition": claim.condition,
        "quote": claim.evidence.quote,
        "stance": proposal.stance,
        "rules_read": proposal.ruled,
        "model": reading.model,
        "prompt": reading.prompt,
        "read_at": reading.read_at,
    }
