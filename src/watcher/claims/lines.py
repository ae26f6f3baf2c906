"""The lines that many sentences share: what introduces them, the headings above them, the name of the document.

Each is looked at once for all sentences under it. The words of lines are indexed behind those of the sentences: line n
of a document with m sentences has the bit m + n in sets of both (see `passages` on sets).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watcher.claims.passages import Passages
from watcher.claims.rules import Reach


@dataclass(frozen=True, slots=True)
class Lines:
    """The distinct lines of a document, and for each reach the sentences under each of its lines, as a bit set."""

    numbers: Mapping[str, int]
    under: Mapping[Reach, Mapping[str, int]]


def lines_of(passages: Passages) -> Lines:
    """Give the lines of a document; an empty line is none."""
    leads, sections = dict[str, int](), dict[str, int]()
    for passage in passages.all:
        bit = 1 << passage.number
        leads[passage.lead] = leads.get(passage.lead, 0) | bit
        section = passage.section
        sections[section] = sections.get(section, 0) | bit
    headings = dict[str, int]()
    for section, below in sections.items():
        heading = heading_of(section)
        headings[heading] = headings.get(heading, 0) | below
    title = {passages.title: (1 << len(passages.all)) - 1}
    under = {
        Reach.LEAD: leads,
        Reach.HEADING: headings,
        Reach.SECTION: sections,
        Reach.TITLE: title,
    }
    texts = dict.fromkeys(text for lines in under.values() for text in lines if text)
    first = len(passages.all)
    return Lines({text: first + place for place, text in enumerate(texts)}, under)


def heading_of(section: str) -> str:
    """Give the nearest heading of the headings above a sentence, a line each."""
    return section.rpartition("\n")[2]
