"""Corrections: from a reader's form to the queue to the thanks in the entry; and what spam meets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from watcher.model import ChangeKind
from watcher.settings import Settings

FORM = {
    "claim": "retention_days",
    "value": "45 days",
    "evidence_url": "https://acme.example/data#retention",
    "quote": "We retain API data for 90 days",
    "credit": "Rosa Reader",
}
OWN_RULES = """
rules:
  - rule: squirrelled
    key: retention_days
    value: <duration>
    find: squirrelled away for <duration>
    examples:
      find:
        - {text: "Data is squirrelled away for 30 days.", value: "30"}
"""


def correct(client: Any, **other: str) -> Any:
    return client.send("/corrections/acme-api", FORM | other)


@pytest.fixture
def seen(world: Any, page_saying: Any) -> Any:
    """A desk whose source was looked at: it says 90 days."""
    world.look(page_saying(90), world.clock.at - timedelta(days=1))
    return world


def latest(world: Any) -> Any:
    return world.desk(lambda desk: desk.ledger.changes.all(limit=1)[0])


def test_from_a_readers_form_to_thanks_in_the_entry(seen: Any, ada: Any) -> None:
    answer = correct(seen.client())
    assert answer.status_code == 200 and "Thank you" in answer.text
    change = latest(seen)
    assert change.kind is ChangeKind.CORRECTION and change.significance.level == 5
    page = ada.get(f"/changes/{change.id}").text
    assert "Rosa Reader" in page and "the quote stands on Acme data usage" in page
    assert "Rosa Reader" not in ada.get("/offerings/acme-api").text, "nothing before a decision"
    ada.send(
        f"/changes/{change.id}/decide", {"decision": "accept"}, seen_on=f"/changes/{change.id}"
    )
    entry = seen.client().get("/offerings/acme-api").text
    assert "thanks to Rosa Reader" in entry and "45 days" in entry
    feed = seen.client().get("/feeds/reviewed/offering/acme-api.atom").text
    assert "thanks to Rosa Reader" in feed


def test_the_source_that_a_correction_names_is_looked_at_at_once(
    seen: Any, ada: Any, page_saying: Any
) -> None:
    seen.web.says["https://acme.example/data"] = page_saying(45)
    correct(seen.client(), quote="We retain API data for 45 days")
    assert seen.web.asked == ["https://acme.example/data"]
    items = {each.id: each for each in seen.desk(lambda desk: desk.ledger.changes.all())}
    first, renewed = [each for each in sorted(items) if items[each].kind is ChangeKind.CORRECTION]
    page = ada.get(f"/changes/{first}").text
    assert "Closed: the source was looked at anew" in page
    page = ada.get(f"/changes/{renewed}").text
    assert "at once: ok" in page and "the words stand there" in page
    assert items[renewed].claims[0].after.evidence.quote == "We retain API data for 45 days"
    assert items[renewed].significance.level == 5
    ada.send(f"/changes/{renewed}/decide", {"decision": "accept"}, seen_on=f"/changes/{renewed}")
    assert "45 days" in seen.client().get("/offerings/acme-api").text


def test_the_look_reads_by_the_rules_that_sweeps_read_by(
    seen: Any, page_saying: Any, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN_RULES)
    seen.place.settings = Settings(rules=str(own))
    stated = "<p>What you send is squirrelled away for 12 days.</p>"
    seen.web.says["https://acme.example/data"] = page_saying(45, stated)
    correct(seen.client())
    claims = seen.desk(lambda desk: desk.ledger.claims.current("acme-data"))
    assert [(each.key, each.value) for each in claims] == [("retention_days", 12)]


def test_a_source_that_cannot_be_seen_leaves_the_correction_and_says_so(
    seen: Any, ada: Any
) -> None:
    correct(seen.client())
    page = ada.get(f"/changes/{latest(seen).id}").text
    assert "at once: unreachable (nobody answers)" in page


def test_many_corrections_are_not_many_looks(seen: Any, page_saying: Any) -> None:
    seen.web.says["https://acme.example/data"] = page_saying(90)
    for days in (45, 46, 47):
        correct(seen.client(), value=f"{days} days")
    assert len(seen.web.asked) == 1


def test_only_what_we_watch_is_looked_at(seen: Any, ada: Any) -> None:
    correct(seen.client(), evidence_url="https://elsewhere.example/")
    assert not seen.web.asked
    page = ada.get(f"/changes/{latest(seen).id}").text
    assert "The page named is not a source that we watch" in page


def test_a_quote_that_is_not_there_is_no_evidence(seen: Any, ada: Any) -> None:
    correct(seen.client(), quote="We delete everything at once.")
    change = latest(seen)
    assert change.claims[0].after.evidence.quote == ""
    assert change.significance.level == 3
    assert "the quote was not found on Acme data usage" in " ".join(change.significance.reasons)
    assert "We delete everything at once." in ada.get(f"/changes/{change.id}").text


def test_a_quote_is_found_however_it_was_copied(seen: Any) -> None:
    correct(seen.client(), quote="“We  retain API\ndata for 90 days”")
    assert latest(seen).claims[0].after.evidence.quote == "We retain API data for 90 days"


@pytest.mark.parametrize(
    "other",
    [
        {"value": "soon"},
        {"claim": "no_such_key"},
        {"evidence_url": "", "quote": ""},
        {"evidence_url": "javascript:alert(1)"},
        {"quote": "x" * 3_000},
    ],
)
def test_what_cannot_be_used_is_said_at_once_and_kept_in_the_form(
    seen: Any, other: dict[str, str]
) -> None:
    answer = correct(seen.client(), **other)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert "Rosa Reader" in answer.text
    assert latest(seen).kind is not ChangeKind.CORRECTION


def test_an_undecided_correction_casts_no_doubt_on_the_entry(seen: Any, ada: Any) -> None:
    first = latest(seen)
    ada.send(f"/changes/{first.id}/decide", {"decision": "accept"}, seen_on=f"/changes/{first.id}")
    correct(seen.client())
    entry = seen.client().get("/offerings/acme-api").text
    assert "no longer says this" not in entry and "90 days" in entry


def test_machines_are_thanked_and_forgotten(seen: Any) -> None:
    answer = correct(seen.client(), website="https://spam.example")
    assert answer.status_code == 200 and "Thank you" in answer.text
    assert latest(seen).kind is not ChangeKind.CORRECTION


def test_nobody_floods_the_queue(seen: Any) -> None:
    client = seen.client()
    answers = [correct(client, value=f"{number} days").status_code for number in range(1, 8)]
    assert answers == [200] * 5 + [429] * 2
    seen.clock.at += timedelta(minutes=61)
    assert correct(client).status_code == 200


def test_the_form_needs_no_account_but_one_of_its_own_pages(seen: Any) -> None:
    answer = seen.client().ask("POST", "/corrections/acme-api", data=FORM)
    assert answer.status_code == 403
    assert seen.client().get("/corrections/nobody").status_code == 404
