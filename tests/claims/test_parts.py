from __future__ import annotations

from watcher.claims import Pack, read_claims
from watcher.claims.examples import document_of
from watcher.model import Vocabulary

SEVERAL = """
# Terms of Service
Effective 1 March 2025
These terms are governed by the laws of the State of Oregon.
We give you at least 30 days' notice of changes to these terms.
# Arbitration
Disputes are resolved by binding arbitration.
Each of us bears its own costs.
# Data Processing Addendum
Effective 1 April 2025
This addendum is governed by Irish law.
The processor acts on instructions only.
It keeps a record of what it does.
Its staff is bound to secrecy.
# Reseller Agreement
Effective 1 January 2024 to 1 March 2025
This agreement is governed by the laws of the State of Texas.
"""


def claims_of(text: str, pack: Pack, vocabulary: Vocabulary) -> dict[str, object]:
    return {claim.id: claim.value for claim in read_claims(document_of(text), vocabulary, pack)}


def test_each_policy_of_a_page_is_a_scope_of_its_own(pack: Pack, vocabulary: Vocabulary) -> None:
    found = claims_of(SEVERAL, pack, vocabulary)
    assert found["document_effective"] == "2025-03-01"
    assert found["document_effective@data-processing-addendum"] == "2025-04-01"
    assert found["governing_law"] == "Oregon"
    assert found["governing_law@data-processing-addendum"] == "Ireland"


def test_what_is_superseded_says_nothing(pack: Pack, vocabulary: Vocabulary) -> None:
    assert "Texas" not in claims_of(SEVERAL, pack, vocabulary).values()


def test_a_page_of_one_policy_has_no_scopes(pack: Pack, vocabulary: Vocabulary) -> None:
    one = "# Terms of Service\nUpdated 1 March 2025\nEffective 1 April 2025\nSwedish law applies."
    assert all("@" not in name for name in claims_of(one, pack, vocabulary))


def test_the_order_of_the_policies_is_no_difference_but_for_the_first(
    pack: Pack, vocabulary: Vocabulary
) -> None:
    title, *rest = SEVERAL.strip().split("\n# ")
    turned = "\n# ".join((title, *rest[:1], *reversed(rest[1:])))
    assert claims_of(turned, pack, vocabulary) == claims_of(SEVERAL, pack, vocabulary)
