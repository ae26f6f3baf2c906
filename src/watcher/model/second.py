"""What the second reader says: a language model's proposals, beside what rules read and never in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watcher.model.documents import Claim
from watcher.model.names import SourceId, Value


class Stance(StrEnum):
    """How a proposal stands to what the rules read of its key when it was made.

    It agrees where both can be true, differs where they cannot, and is alone where the rules read nothing.
    """

    AGREES = "agrees"
    DIFFERS = "differs"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A claim that the second reader proposes; its quote was found in the document. `ruled` is what the rules read."""

    claim: Claim
    stance: Stance
    ruled: Value | None = None


@dataclass(frozen=True, slots=True)
class SecondReading:
    """One request to the second reader about one document: who was asked, when, with which prompt, what came of it.

    `characters` is how much of the document was sent. `failure` is empty when an answer could be used, else what was
    wrong, and `answered` tells then whether there was an answer at all. `dropped` counts what the answer held and was
    not taken, by reason.
    """

    source_id: SourceId
    document_id: int
    read_at: datetime
    model: str
    prompt: str
    characters: int
    proposals: tuple[Proposal, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()
    failure: str = ""
    answered: bool = True
    id: int | None = None

    @property
    def disagreements(self) -> tuple[Proposal, ...]:
        """The proposals that the rules do not bear out."""
        return tuple(each for each in self.proposals if each.stance is not Stance.AGREES)
