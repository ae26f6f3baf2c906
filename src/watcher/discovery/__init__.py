"""Pages worth watching, found where a provider itself names them. What is found is suggested, never declared by itself.

kinds.py        what sort of page an address, a link or a title tells of
hosts.py        which addresses belong to one provider
suggesting.py   how a page that was looked at might be declared, each point with its evidence
related.py      the policy pages and PDFs that a document links to
places.py       the sites of providers, by what is declared
sitemaps.py     sitemaps and their indexes, plain or packed
listing.py      what places list now against what they listed before
finds.py        what of it is worth a look: new, moved, split, renamed
"""

from watcher.discovery.hosts import site_of
from watcher.discovery.kinds import Guess, guess_kind
from watcher.discovery.related import Related, related_pages
from watcher.discovery.suggesting import Suggestion, suggest

__all__ = ["Guess", "Related", "Suggestion", "guess_kind", "related_pages", "site_of", "suggest"]
