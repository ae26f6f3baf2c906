"""The nouns of Watcher, frozen.

Everything that passes from one step to another is one of these. They know nobody: no step, no
ledger, no clock. Times are aware and in UTC. The words are those of docs/glossary.md.

    Offering ◄─ Source ─► Check ─► Snapshot ─► Document ─► Claim ─► Change ─► Review
"""

from watcher.model.changes import (
    BlockChange,
    Change,
    ChangeKind,
    ClaimChange,
    Difference,
    Significance,
    Suppression,
    WordEdit,
)
from watcher.model.declarations import (
    Authority,
    Cron,
    DeclaredClaim,
    FetchMode,
    HostRules,
    Key,
    Offering,
    QuietHours,
    Source,
    SourceKind,
    Step,
    StepAction,
    ValueType,
    Vocabulary,
)
from watcher.model.documents import Block, BlockKind, Claim, Document, Evidence, Link, Region, State
from watcher.model.listings import ListedPage
from watcher.model.looks import (
    Check,
    Doubt,
    Hop,
    Judgement,
    Known,
    KnownHost,
    Response,
    Snapshot,
    Usual,
    Verdict,
)
from watcher.model.names import Digest, Slug, SourceId, Value, digest_of
from watcher.model.people import Account, Comment, Correction, Role
from watcher.model.reviews import AcceptedClaim, Decision, DismissReason, Review
from watcher.model.second import Proposal, SecondReading, Stance

__all__ = [
    "AcceptedClaim",
    "Account",
    "Authority",
    "Block",
    "BlockChange",
    "BlockKind",
    "Change",
    "ChangeKind",
    "Check",
    "Claim",
    "ClaimChange",
    "Comment",
    "Correction",
    "Cron",
    "Decision",
    "DeclaredClaim",
    "Difference",
    "Digest",
    "DismissReason",
    "Document",
    "Doubt",
    "Evidence",
    "FetchMode",
    "Hop",
    "HostRules",
    "Judgement",
    "Key",
    "Known",
    "KnownHost",
    "Link",
    "ListedPage",
    "Offering",
    "Proposal",
    "QuietHours",
    "Region",
    "Response",
    "Review",
    "Role",
    "SecondReading",
    "Significance",
    "Slug",
    "Snapshot",
    "Source",
    "SourceId",
    "SourceKind",
    "Stance",
    "State",
    "Step",
    "StepAction",
    "Suppression",
    "Usual",
    "Value",
    "ValueType",
    "Verdict",
    "Vocabulary",
    "WordEdit",
    "digest_of",
]
