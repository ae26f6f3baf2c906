"""What is declared: `sources.yaml`, checked as a whole, and the vocabulary of claims.

nodes.py         YAML as written, every scalar a text, each with its line
scalars.py       what single texts must be: durations, addresses, selectors …
patterns.py      regular expressions that cannot take for ever
shapes.py        pydantic models of its parts; channel_shapes.py of notifications; file_shape.py of the whole
problems.py      what they found, in plain words, with a suggestion
insertion.py     more entries in the text of the file, all else as it stands
writing.py       … checked as a whole, then written at once
declarations.py  → Offering, Source, DeclaredClaim
schema.py        the JSON Schema for editors
vocabulary.py    the claim keys
"""

from pathlib import Path

from watcher.model import HostRules
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sources.insertion import Entry
from watcher.sources.schema import json_schema
from watcher.sources.vocabulary import load_vocabulary, vocabulary_version
from watcher.sources.writing import (
    NewSource,
    add_source,
    add_sources,
    preview,
    refuse_declared,
)

STARTER = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
"""What `watcher init` writes: a commented file to begin with, which itself lints clean."""

__all__ = [
    "STARTER",
    "Declarations",
    "Entry",
    "HostRules",
    "NewSource",
    "add_source",
    "add_sources",
    "json_schema",
    "load_declarations",
    "load_vocabulary",
    "preview",
    "refuse_declared",
    "vocabulary_version",
]
