"""The entries that two registries publish of one API, field by field, built from pages through the whole house.

The pages in seeds/ are ours and speak of a provider that does not exist; they say what the sources of those entries
say. `FIRST` is the entry with rights and constraints, `SECOND` the one with assurance cells and watch-outs.
Rules read both, save for what `OF_A_PLAN` and `OF_ITSELF` name: no page can say it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from watcher.claims import Pack, verify
from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, Document, Judgement, Response, SourceId, Vocabulary
from watcher.registry import Entry, entry, entry_as_data, render_markdown, render_text
from watcher.reviews import accept, accepted_claims, standing
from watcher.sources.declarations import Declarations, load_declarations
from watcher.sweep import Sweep, read_response

PAGES = Path(__file__).parent / "seeds"

FIRST: dict[str, tuple[str, str, str]] = {
    "commercial_use_allowed": ("yes", "", "Amberline terms"),
    "output_ownership": (
        "customer",
        "provided that you comply with these terms",
        "Amberline terms",
    ),
    "redistribution_allowed": (
        "conditional",
        "provided that you follow this policy and name us where attribution is asked for",
        "Amberline usage policy",
    ),
    "training_use_of_input": (
        "opt_in",
        "unless you explicitly opt in to share it with us",
        "How the API uses data",
    ),
    "api_available": ("yes", "", "Amberline terms"),
    "webhook_available": ("yes", "for select endpoints", "How the API uses data"),
}
"""Key → value, condition and source of each row of the first entry's tables."""

SELF_SERVE = {"tier": "self_serve", "route": "public"}
GATED = {"tier": "self_serve", "route": "sales_contract", "default": "requires_approval"}
SECOND: dict[str, tuple[object, dict[str, object]]] = {
    "soc2_type2": (
        "yes",
        {
            "tier": "self_serve",
            "route": "trust_center_nda",
            "scope": ["API Platform", "Amberline Chat Enterprise"],
            "criteria": ["Security", "Availability", "Confidentiality", "Privacy"],
        },
    ),
    "iso_27001": (
        "yes",
        {
            **SELF_SERVE,
            "related": ["ISO/IEC 27017:2015", "ISO/IEC 27018:2019", "ISO/IEC 27701:2019"],
            "standard": "ISO/IEC 27001:2022",
        },
    ),
    "iso_42001": ("yes", {**SELF_SERVE, "standard": "ISO/IEC 42001:2023"}),
    "trust_portal": (
        "https://trust.amberline.example/",
        {
            **SELF_SERVE,
            "certifications_listed": [
                *("SOC 2 Type 2", "ISO/IEC 27001:2022", "ISO/IEC 42001:2023", "PCI DSS v4.0.1"),
            ],
        },
    ),
    "hipaa_baa": (
        "by_request",
        {
            **GATED,
            "scope": "ZDR-eligible endpoints only",
            "contact": "baa@amberline.example",
            "healthcare_addendum": "https://amberline.example/legal/healthcare-addendum.pdf",
            "enterprise_agreement_required": "no",
        },
    ),
    "healthcare_addendum_url": ("https://amberline.example/legal/healthcare-addendum.pdf", {}),
    "dpa": ("yes", {**SELF_SERVE, "default": "requires_config", "sccs": "Modules 2 and 3"}),
    "dpa_url": ("https://amberline.example/legal/dpa.pdf", {}),
    "dpa_version": ("v.020126", {}),
    "transfer_mechanism": (["scc"], {}),
    "subprocessor_list_url": ("https://amberline.example/legal/sub-processors", {}),
    "training_use_of_input": (
        "opt_in",
        {**SELF_SERVE, "default": "enabled", "opt_in_data_sharing": "available"},
    ),
    "retention_days": (30, {}),
    "zero_data_retention": ("by_approval", {**GATED, "zdr_approval_required": "yes"}),
    "zdr_eligible_endpoints": (["/v1/chat/completions", "/v1/embeddings"], {}),
    "zdr_excluded_models": (["amber-draw-1", "amber-draw-2"], {}),
    "data_residency": (
        "by_approval",
        {
            **GATED,
            "geography": ["us", "eu", "jp"],
            "mechanism": "set for each project when the project is created",
            "announcement": "https://amberline.example/news/residency",
        },
    ),
    "data_residency_regions": (["eu", "jp", "us"], {}),
    "gpai_code_of_practice": ("full", {"route": "public", "geography": "EU", "chapters": "all"}),
    "art53_summary": ("unclear", {"route": "public", "geography": "EU"}),
}
"""Key → value and finer points of each cell of the second entry."""

OF_A_PLAN = frozenset(
    {"training_use_of_input", "hipaa_baa", "zero_data_retention", "data_residency"}
    | {"soc2_type2", "iso_27001", "iso_42001", "dpa"}
)
"""Cells of which `tier` is declared, and nothing else. That an entry speaks of the plan which everybody may take by
themselves is the registry's choice; no page says so."""

OF_ITSELF = frozenset({"trust_portal"})
"""Cells that are declared as a whole: a page does not say that it is the one at this address."""

WATCH_OUTS = {
    "SOC 2 Type II": ("Yes, account-gated", "Needs an account on the trust portal"),
    "HIPAA BAA": ("Yes, sales-gated", "enterprise agreement"),
    "Zero data retention": ("Yes, sales-gated", "subject to our prior approval"),
    "Data residency": (
        "Yes, sales-gated",
        "subject to our approval and a signed zero data retention amendment",
    ),
    "Art. 53 training summary": ("Unclear", "will be published at a later date"),
}
"""The five watch-outs of the second entry: label → answer, and words of the reason."""


@dataclass
class House:
    """A ledger that watches the pages in seeds/, on a calendar of its own; what is raised, is accepted."""

    ledger: Ledger
    sweep: Sweep
    declared: Declarations
    vocabulary: Vocabulary
    now: datetime
    raised: list[Change] = field(default_factory=list)

    def look(self, pages: Callable[[str], str] = lambda page: page) -> None:
        """Look at every page, changed by `pages`, a day after the last time."""
        self.now += timedelta(days=1)
        for source in self.declared.sources.values():
            payload = pages((PAGES / f"{source.id}.html").read_text()).encode()
            headers = (("content-type", "text/html; charset=utf-8"),)
            response = Response(source.url, source.url, self.now, 200, headers, payload)
            begun = self.sweep.begin(source)
            found: Document | Judgement | None = begun.judge(response)
            outcome = self.sweep.record(begun, response, found or read_response(response, source))
            assert outcome.judgement.verdict.is_good, (source.id, outcome.judgement)
            self.raised += [outcome.change] if outcome.change else []
        self.raised += self.sweep.settle(self.now)

    def accept_all(self) -> None:
        """Accept what was raised and not decided yet."""
        decided = {review.change_id for review in self.ledger.reviews.all()}
        for change in self.raised:
            if change.id not in decided:
                self.ledger.reviews.add(accept(change, reviewer="Ada", at=self.now))

    def entry(self) -> Entry:
        """Give the entry as `watcher entry` does."""
        changes, reviews = self.ledger.changes.all(), self.ledger.reviews.all()
        sources = self.declared.sources
        confirmed = {each: at for each in sources if (at := self.ledger.last_confirmed(each))}
        (offering,) = self.declared.offerings.values()
        return entry(
            offering,
            sources=sources,
            accepted=accepted_claims(changes, reviews, sources, confirmed, self.vocabulary),
            changes=changes,
            decisions=standing(reviews),
            confirmed=confirmed,
            vocabulary=self.vocabulary,
            now=self.now,
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary, pack: Pack) -> House:
    """Give the house after a first look, and after one page changed; all of it accepted."""
    ledger = Ledger.open(tmp_path_factory.mktemp("seeds") / "watcher.db")
    declared = load_declarations(PAGES / "sources.yaml", vocabulary)
    begun = datetime.fromisoformat("2026-03-04T09:00:00+00:00")
    ledger.sources.sync(declared.offerings.values(), declared.sources.values(), begun)
    built = House(ledger, Sweep(ledger, vocabulary, pack), declared, vocabulary, begun)
    built.look()
    built.accept_all()
    for _ in range(2):  # a difference is believed at the second look
        built.look(lambda page: page.replace("within 48 hours", "within 72 hours"))
    built.accept_all()
    return built


@pytest.fixture(scope="module")
def data(house: House) -> dict[str, Any]:
    return entry_as_data(house.entry())


@pytest.fixture(scope="module")
def cells(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {cell["key"]: cell for group in data["groups"] for cell in group["cells"]}


def test_basics(data: dict[str, Any]) -> None:
    assert data["name"] == "Amberline API"
    assert data["summary"].startswith("The Amberline API is the paid platform")
    assert "not those for the chat assistant" in data["guidance"]
    basics = ("slug", "type", "status", "official_site", "official_docs", "checked_at")
    assert [data[each] for each in basics] == [
        "amberline-api",
        "API / developer platform",
        "active",
        "https://amberline.example/api",
        "https://docs.amberline.example/",
        "2026-03-07T09:00:00Z",
    ]


@pytest.mark.parametrize("key", FIRST)
def test_rows_of_the_first_entry(cells: dict[str, dict[str, Any]], key: str) -> None:
    cell = cells[key]
    told = (cell["shown"], cell["condition"] or "", cell["source"]["title"])
    assert told == FIRST[key]
    assert cell["checked_at"] == "2026-03-07T09:00:00Z"
    assert cell["reviewed"] and not cell["stale"]


@pytest.mark.parametrize("key", SECOND)
def test_cells_of_the_second_entry(cells: dict[str, dict[str, Any]], key: str) -> None:
    value, attributes = SECOND[key]
    assert cells[key]["value"] == value
    assert attributes.items() <= cells[key]["attributes"].items()
    assert cells[key]["quote"]


def test_only_what_no_page_says_is_declared(house: House) -> None:
    claims = [claim for source in house.declared.sources.values() for claim in source.claims]
    assert {claim.key for claim in claims if claim.has_place} == OF_ITSELF
    added = [claim for claim in claims if not claim.has_place]
    assert {claim.key for claim in added} == OF_A_PLAN
    assert all(claim.condition is None for claim in added)
    assert {name for claim in added for name, _ in claim.attributes} == {"tier"}


@pytest.mark.parametrize("label", WATCH_OUTS)
def test_watch_outs_of_the_second_entry(data: dict[str, Any], label: str) -> None:
    told = {each["label"]: (each["answer"], each["reason"]) for each in data["watch_outs"]}
    answer, reason = WATCH_OUTS[label]
    assert told[label][0] == answer
    assert reason in told[label][1]


def test_what_is_a_clean_public_yes_is_no_watch_out(data: dict[str, Any]) -> None:
    keys = {each["key"] for each in data["watch_outs"]}
    clean = {
        "iso_27001",
        "iso_42001",
        "training_use_of_input",
        "commercial_use_allowed",
        "retention_days",
    }
    assert not keys & clean


def test_recent_changes_and_sources(data: dict[str, Any]) -> None:
    (change,) = data["recent_changes"]
    assert change["title"] == "Data Processing Addendum: Breach notification: 48 hours → 72 hours"
    sources = [(each["kind"], each["provider"], each["title"]) for each in data["sources"]]
    assert ("official_terms", "Amberline", "Amberline terms") in sources
    assert ("usage_policy", "Amberline", "Amberline usage policy") in sources
    assert ("data_usage", "Amberline", "How the API uses data") in sources
    assert all(each["primary"] and each["checked_at"] for each in data["sources"])


def test_the_agreement_that_only_the_older_page_asks_for_is_raised_once(house: House) -> None:
    found = [each for each in house.raised if each.kind is ChangeKind.CONTRADICTION]
    (item,) = [each for each in found if each.claims[0].key == "hipaa_baa"]
    (told,) = item.claims
    assert (told.before_source, item.source_id) == ("data", "older")
    assert told.before and told.after
    assert "no enterprise agreement is required" in told.before.evidence.quote
    assert "enterprise agreement" in told.after.evidence.quote
    assert "it is the newer document" in item.significance.reasons[1]


def test_every_quote_is_a_verbatim_part_of_its_document(house: House) -> None:
    for source_id in house.declared.sources:
        known = house.ledger.sources.known(SourceId(source_id))
        document = house.ledger.documents.get(known.document_id or 0)
        for claim in house.ledger.claims.current(source_id):
            assert verify(claim, document), claim


def test_the_entry_is_told_in_full_as_text_and_markdown(house: House) -> None:
    built = house.entry()
    for told in (render_text(built, 200), render_markdown(built)):
        for words in ("Watch-outs", "Rights", "Assurance", "Recent changes", "Primary sources"):
            assert words in told
        assert "tier: self" in told.replace("\\", "")
