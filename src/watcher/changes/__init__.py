"""Changes: what differs between two states of a source, and what of it deserves a person's look.

State before, State after, Memory ─► watch ─► Change, suppressions, Memory
"""

from watcher.changes.claims import compare_claims
from watcher.changes.compare import compare_documents
from watcher.changes.health import moved_item, source_item
from watcher.changes.memory import Memory, forget, with_rule, without_rule
from watcher.changes.records import Learned
from watcher.changes.rules import Preview, Rule, RuleKind, preview, propose_rules
from watcher.changes.significance import significance
from watcher.changes.watching import Outcome, watch
from watcher.changes.words import word_edits

__all__ = [
    "Learned",
    "Memory",
    "Outcome",
    "Preview",
    "Rule",
    "RuleKind",
    "compare_claims",
    "compare_documents",
    "forget",
    "moved_item",
    "preview",
    "propose_rules",
    "significance",
    "source_item",
    "watch",
    "with_rule",
    "without_rule",
    "word_edits",
]
