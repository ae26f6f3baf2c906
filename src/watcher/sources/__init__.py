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
keys.py          claim keys as written, checked
vocabulary.py    … and kept: what a sweep needs of this room, in a hundredth of the time

Each is imported by who needs it: pydantic, PyYAML and the shapes take a tenth of a second, and most sweeps need none.
"""
