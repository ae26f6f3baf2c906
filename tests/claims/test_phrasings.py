"""How policies say things: every line of the files in phrasings/, read with the whole shipped pack."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from watcher.claims import Pack, read_claims
from watcher.claims.examples import document_of
from watcher.model import Vocabulary
from watcher.values import normalise

FILES = sorted((Path(__file__).parent / "phrasings").glob("*.yaml"))
ROWS = [
    (key, value, text)
    for file in FILES
    for key, rows in yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader).items()
    for value, text in rows
]


@pytest.mark.parametrize(
    ("key", "value", "text"), ROWS, ids=[f"{key}-{n}" for n, (key, *_) in enumerate(ROWS)]
)
def test_a_phrasing_is_understood(
    key: str, value: str, text: str, pack: Pack, vocabulary: Vocabulary
) -> None:
    claims = read_claims(document_of(text), {key: vocabulary[key]}, pack)
    wanted = None if value == "none" else normalise(vocabulary[key], value)
    assert [claim.value for claim in claims] == ([] if wanted is None else [wanted])
