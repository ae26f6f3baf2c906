"""Offerings beside the demo's, so that a picture of the comparison has something to compare: three invented providers.

Their pages go the whole way: declared, read by the rules that ship, put into the queue, accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher import reviews
from watcher.desk import take_in
from watcher.ledger import Ledger
from watcher.model import Response, Slug
from watcher.sources.declarations import load_declarations
from watcher.sources.vocabulary import load_vocabulary


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An offering with one page of its own, told in paragraphs."""

    slug: str
    name: str
    provider: str
    says: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where its page would be."""
        return f"https://{self.slug}.example/legal/data"


NEIGHBOURS = (
    Neighbour(
        "harbor-models",
        "Harbor Models",
        "Harbor Works",
        (
            "We do not use your inputs or outputs to train our models.",
            "We retain API data for 14 days, after which it is deleted.",
            "You own the output that you receive, to the extent that the law permits.",
            "Zero data retention is available to all customers.",
            "We will sign a Business Associate Agreement (BAA) with customers on the enterprise plan.",
            "We maintain a SOC 2 Type II report. We are certified under ISO/IEC 27001.",
            "We give you 30 days notice before we add a new sub-processor.",
            "We will notify you of a personal data breach within 24 hours.",
            "You must be at least 18 years old to use the services.",
            "These terms are governed by the laws of Ireland.",
            "You can use our Data Processing Addendum (DPA), which includes the Standard Contractual Clauses.",
        ),
    ),
    Neighbour(
        "quill-assist",
        "Quill Assist",
        "Quill & Partners",
        (
            "We may use your content to train and improve our models unless you opt out in your settings.",
            "We retain conversations for 180 days.",
            "As between you and us, you own the output.",
            "We do not sell your personal data.",
            "Our employees may review conversations in order to investigate abuse.",
            "We will notify you of a personal data breach within 72 hours.",
            "You must be at least 16 years old to use the services.",
            "You may not use output to develop models that compete with ours.",
            "These terms are governed by the laws of the State of New York.",
            "You and we agree to resolve disputes through binding arbitration.",
            "You waive the right to take part in a class action.",
        ),
    ),
    Neighbour(
        "northwind-api",
        "Northwind API",
        "Northwind Systems",
        (
            "We never use customer data to train our models.",
            "We retain customer data for 7 days.",
            "You own all output. You may use the services for commercial purposes.",
            "We are SOC 2 Type II compliant, and certified under ISO/IEC 27001 and ISO/IEC 42001.",
            "We guarantee an uptime of 99.95% in each month.",
            "Customer data is stored in the European Union.",
            "We will notify you of a personal data breach within 48 hours.",
            "We give you 14 days notice before we add a new sub-processor.",
            "You may not reverse engineer the services.",
            "These terms are governed by the laws of Germany.",
        ),
    ),
)


def declare(path: Path) -> None:
    """Add the neighbours to the declarations at `path`."""
    offerings = "".join(
        f"  {each.slug}:\n    name: {each.name}\n    provider: {each.provider}\n    type: API / developer platform\n"
        for each in NEIGHBOURS
    )
    pages = "".join(
        f"  - id: {each.slug}-data\n    url: {each.url}\n    title: {each.name} data policy\n    kind: data_usage\n"
        f"    offerings: {each.slug}\n"
        for each in NEIGHBOURS
    )
    declared = path.read_text().replace("\nofferings:\n", f"\nofferings:\n{offerings}", 1)
    path.write_text(declared.replace("\nsources:\n", f"\nsources:\n{pages}", 1))


def look_and_accept(ledger: Ledger, path: Path, reviewer: str) -> None:
    """Look at each neighbour's page once, and accept what was read."""
    vocabulary = load_vocabulary()
    declared = load_declarations(path, vocabulary)
    now = datetime.now(UTC) - timedelta(hours=1)
    ledger.sources.sync(list(declared.offerings.values()), list(declared.sources.values()), now)
    for source in declared.sources.values():
        if page := next((each for each in NEIGHBOURS if Slug(each.slug) in source.offerings), None):
            headers = (("content-type", "text/html; charset=utf-8"),)
            seen = Response(source.url, source.url, now, 200, headers, _page(page).encode())
            change = take_in(ledger, source, seen, vocabulary).change
            if change is not None:
                ledger.reviews.add(reviews.accept(change, reviewer=reviewer, at=now))


def _page(neighbour: Neighbour) -> str:
    paragraphs = "".join(f"<p>{each}</p>" for each in neighbour.says)
    title = f"How {neighbour.name} uses your data"
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><main><h1>{title}</h1>{paragraphs}</main></body></html>"
    )
