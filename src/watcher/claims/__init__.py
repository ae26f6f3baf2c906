"""What a document claims, with proof: rules as data, evidence, claims that a person declared."""

from watcher.claims.engine import read_claims
from watcher.claims.evidence import Relocation, relocate, text_fragment, verify
from watcher.claims.pack import load_pack
from watcher.claims.rules import Pack

__all__ = [
    "Pack",
    "Relocation",
    "load_pack",
    "read_claims",
    "relocate",
    "text_fragment",
    "verify",
]
