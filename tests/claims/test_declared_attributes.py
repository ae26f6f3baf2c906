"""Finer points of a declared claim: from the declaration to the claim, and through the ledger."""

from __future__ import annotations

from pathlib import Path

from watcher.claims import declared_claims
from watcher.ledger.encoding import declaration_as, declaration_from, from_json, to_json
from watcher.model import Block, BlockKind, Document, SourceId, Vocabulary
from watcher.sources.declarations import load_declarations

DECLARED = """
offerings:
  lumen-api: {name: Lumen API, provider: Lumen Forge, type: API}
sources:
  - id: lumen-trust
    url: https://lumen.example/trust
    title: Trust portal
    kind: trust_portal
    offerings: lumen-api
    claims:
      - key: soc2_type2
        pattern: a report is at hand
        value: yes
        attributes:
          route: trust_portal
          scope: [API Platform, Lumen Chat]
"""


def test_attributes_reach_the_claim_and_outlive_the_ledger(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(DECLARED)
    source = load_declarations(path, vocabulary).sources[SourceId("lumen-trust")]
    document = Document((Block(BlockKind.PARAGRAPH, "For our API a report is at hand."),))

    (claim,) = declared_claims(source, b"", document, vocabulary)

    assert claim.attributes == (
        ("route", "trust_portal"),
        ("scope", ("API Platform", "Lumen Chat")),
    )
    stored = from_json(to_json(declaration_as(source)))
    assert declaration_from(stored)["claims"] == source.claims
