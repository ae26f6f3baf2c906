"""What the second reader says of a change, on its page: as a machine's word, escaped, with its quote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from watcher.ledger import Ledger
from watcher.model import Claim, Evidence, Proposal, SecondReading, SourceId, Stance

QUOTE = "We retain API data for 30 days, then it is deleted."


@pytest.fixture
def heard(world: Any, page_saying: Any) -> int:
    """A first look at a page of which the second reader says something else; the number of its change."""
    world.look(page_saying(30), world.clock())

    def add(ledger: Ledger) -> int:
        source = SourceId("acme-data")
        change = ledger.changes.all(source_id=source)[0]
        document = ledger.sources.known(source).document_id
        assert document is not None
        claim = Claim("retention_days", 400, Evidence(QUOTE, 0), "<b>Retention</b>")
        proposal = Proposal(claim, Stance.DIFFERS, 30)
        at = world.clock() + timedelta(minutes=1)
        reading = SecondReading(source, document, at, "<i>stub</i>", "1", 100, (proposal,))
        reading_id = ledger.second.add(reading)
        ledger.second.add_weighing(change.id or 0, reading_id, 5)
        return change.id or 0

    return int(world.write(add))


def test_the_page_of_a_change_says_who_says_otherwise(ada: Any, heard: int) -> None:
    html = ada.get(f"/changes/{heard}").text
    section = html.partition('id="second"')[2].partition("</section>")[0]
    assert "400 days" in section
    assert "the rules read 30 days" in section
    assert QUOTE in section
    assert "&lt;i&gt;stub&lt;/i&gt;" in section
    assert "&lt;b&gt;Retention&lt;/b&gt;" in section


def test_a_change_of_which_it_says_nothing_has_no_such_part(world: Any, ada: Any) -> None:
    assert 'id="second"' not in ada.get(f"/changes/{world.change()}").text


def test_it_comes_first_in_the_queue_and_its_value_into_no_entry(
    world: Any, ada: Any, heard: int
) -> None:
    other = world.change(level=4, source="bolt-privacy")
    queue = ada.get("/queue").text
    assert queue.index(f"/changes/{heard}") < queue.index(f"/changes/{other}")
    entry = ada.get("/offerings/acme-api").text
    assert "400 days" not in entry
