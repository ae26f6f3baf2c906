"""The policy pages and PDFs that a document links to, on the provider's own hosts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from watcher.discovery.hosts import site_of
from watcher.discovery.kinds import guess_policy
from watcher.model import Document, Region, SourceKind
from watcher.urls import is_same_document

_MOST_WORDS = 14
"""A link of more words is a sentence that mentions a policy, or a headline."""

_PLACES = {
    Region.MAIN: "the text",
    Region.FOOTER: "the footer",
    Region.HEADER: "the header",
    Region.NAV: "the menu",
}


@dataclass(frozen=True, slots=True)
class Related:
    """A policy page that another page links to: its address, the link's words, its kind as guessed, and where."""

    url: str
    words: str
    kind: SourceKind
    evidence: str
    place: str

    @property
    def is_pdf(self) -> bool:
        """Whether the address is that of a PDF."""
        return urlsplit(self.url).path.lower().endswith(".pdf")


def related_pages(
    document: Document, url: str, declared: Iterable[str] = ()
) -> tuple[Related, ...]:
    """Give the policy pages that `document`, found at `url`, links to on hosts of the same provider.

    Each is told once, as it stands first; not those that are among the addresses `declared`, nor the page itself.
    """
    site, held = site_of(url), [url, *declared]
    found: list[Related] = []
    for block in document.blocks:
        for link in block.links:
            target = link.target.partition("#")[0]
            if not target.startswith("http") or site_of(target) != site:
                continue
            words = " ".join((link.text or "").split())
            if len(words.split()) > _MOST_WORDS:
                continue
            guess = guess_policy(target, words)
            if guess is None or any(is_same_document(target, each) for each in held):
                continue
            held.append(target)
            place = _PLACES.get(block.region, "the page")
            found.append(Related(target, words, guess.kind, guess.evidence, place))
    return tuple(found)
