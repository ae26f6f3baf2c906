"""What a document claims, with proof: rules as data, claims that a person declared, evidence.

read_claims       the rules of a pack, on a document
carry_claims      the same out of the claims of the document before: only what differs is read
declared_claims   what a declaration names by selector, path or pattern
verify            whether a quote stands where it says
explain           which rule fired on which sentence, and why the others did not
restated_claims   which claims a change of words is about, though they stand
check_examples    whether every rule does what its own examples say
"""

from watcher.claims.carrying import carry_claims
from watcher.claims.declared import completed, declared_claims
from watcher.claims.engine import read_claims
from watcher.claims.evidence import text_fragment, verify
from watcher.claims.examples import check_examples
from watcher.claims.explain import Explanation, RuleStory, Trial, explain
from watcher.claims.pack import load_pack
from watcher.claims.restated import restated_claims
from watcher.claims.rules import Pack

__all__ = [
    "Explanation",
    "Pack",
    "RuleStory",
    "Trial",
    "carry_claims",
    "check_examples",
    "completed",
    "declared_claims",
    "explain",
    "load_pack",
    "read_claims",
    "restated_claims",
    "text_fragment",
    "verify",
]
