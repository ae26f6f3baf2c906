"""The finer cells of a claim: read from its sentence and those near it, and added where no page says them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from watcher.claims import Pack, completed, declared_claims, load_pack, read_claims
from watcher.claims.examples import document_of
from watcher.errors import RuleError
from watcher.model import DeclaredClaim, Source, SourceId, SourceKind, Value, Vocabulary

BAA = "We sign a business associate agreement (BAA)"
SOC = "We hold a SOC 2 Type 2 report"
ISO = "We are certified to ISO/IEC 27001:2022, ISO/IEC 27017:2015 and ISO 27701:2019."
RESIDENCY = "Data residency is available in Japan, subject to our approval; it is {}."
CHOSEN = "chosen for each project when it is created"
SOURCE = Source(SourceId("a"), "https://a.example/", "A", SourceKind.TRUST_PORTAL)


def cells(key: str, text: str, pack: Pack, vocabulary: Vocabulary) -> dict[str, Value]:
    (claim,) = read_claims(document_of(text), {key: vocabulary[key]}, pack)
    return dict(claim.attributes)


@pytest.mark.parametrize(
    ("key", "text", "name", "value"),
    [
        (
            "soc2_type2",
            f"{SOC} on security, availability and privacy.",
            "criteria",
            ("Security", "Availability", "Privacy"),
        ),
        ("soc2_type2", f"{SOC} to keep the security of your data.", "criteria", None),
        (
            "soc2_type2",
            f"{SOC} for the Reed API and Reed Chat Team; ask us.",
            "scope",
            ("Reed API", "Reed Chat Team"),
        ),
        ("soc2_type2", f"{SOC} for customers who ask.", "scope", None),
        (
            "soc2_type2",
            "# Trust\n## SOC 2 Type 2\nWe hold this report. Register on our trust portal to read it.",
            "route",
            "trust_center_nda",
        ),
        ("soc2_type2", f"{SOC}, see our trust center.", "route", "trust_portal"),
        ("iso_27001", ISO, "standard", "ISO/IEC 27001:2022"),
        ("iso_27001", ISO, "related", ("ISO/IEC 27017:2015", "ISO/IEC 27701:2019")),
        ("iso_27001", "We are certified to ISO 27001.", "standard", None),
        ("iso_27001", "We are certified to ISO 27001.", "route", "public"),
        (
            "hipaa_baa",
            f"{BAA} upon request. Write to baa@reed.example to ask for one.",
            "contact",
            "baa@reed.example",
        ),
        (
            "hipaa_baa",
            f"{BAA}; no enterprise agreement is required.",
            "enterprise_agreement_required",
            "no",
        ),
        ("hipaa_baa", f"{BAA}; no enterprise agreement is required.", "tier", None),
        (
            "hipaa_baa",
            f"{BAA} with customers who have an enterprise agreement.",
            "enterprise_agreement_required",
            "yes",
        ),
        (
            "hipaa_baa",
            f"{BAA} for endpoints that are eligible for zero data retention.",
            "scope",
            "ZDR-eligible endpoints only",
        ),
        (
            "dpa",
            "We offer a Data Processing Addendum.\nThe clauses are those of Modules 2 and 3.",
            "sccs",
            "Modules 2 and 3",
        ),
        (
            "dpa",
            "We offer a Data Processing Addendum. It applies once you have executed it.",
            "default",
            "requires_config",
        ),
        ("data_residency", RESIDENCY.format(CHOSEN), "mechanism", CHOSEN),
        (
            "gpai_code_of_practice",
            "We have signed the EU Code of Practice in full, all chapters included.",
            "chapters",
            "all",
        ),
    ],
)
def test_what_a_page_says_of_a_cell(
    key: str, text: str, name: str, value: Value | None, pack: Pack, vocabulary: Vocabulary
) -> None:
    assert cells(key, text, pack, vocabulary).get(name) == value


def test_what_is_read_ends_with_its_section(pack: Pack, vocabulary: Vocabulary) -> None:
    text = f"# Health\n{BAA} upon request.\n# Press\nWrite to press@reed.example."
    assert "contact" not in cells("hipaa_baa", text, pack, vocabulary)


def test_a_pack_says_where_its_attributes_look(tmp_path: Path) -> None:
    wrong = "attributes:\n  - {name: route, value: <email>, keys: [dpa], find: [by mail], in: nowhere}\n"
    (tmp_path / "own.yaml").write_text(wrong)
    with pytest.raises(RuleError) as refused:
        load_pack(tmp_path / "own.yaml")
    assert "own.yaml:2" in str(refused.value)
    (tmp_path / "own.yaml").write_text(wrong.replace(", in: nowhere", ""))
    with pytest.raises(RuleError, match="is not captured"):
        load_pack(tmp_path / "own.yaml")


def test_what_no_page_says_is_added_to_what_rules_read(pack: Pack, vocabulary: Vocabulary) -> None:
    document = document_of(f"{SOC} for the Reed API.")
    added = DeclaredClaim("soc2_type2", condition="ask us", attributes=(("tier", "self_serve"),))
    other = DeclaredClaim("iso_27001", attributes=(("tier", "self_serve"),))
    source = replace(SOURCE, claims=(added, other))
    ruled = read_claims(document, {"soc2_type2": vocabulary["soc2_type2"]}, pack)

    (claim,) = completed(ruled, source)

    assert claim.value == "yes" and claim.condition == "ask us"
    assert claim.evidence == ruled[0].evidence
    assert dict(claim.attributes) == {**dict(ruled[0].attributes), "tier": "self_serve"}
    assert declared_claims(source, b"", document, vocabulary) == ()
