"""The whole way through the house, on real HTTP: what the demo's history leaves in the ledger."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from watcher.demo.place import MARK, make_room
from watcher.demo.play import play
from watcher.demo.story import ADVICE, DATA_USAGE, LIST, OURS, STORY, TERMS, TRUST
from watcher.errors import WatcherError
from watcher.ledger import Ledger
from watcher.model import Change, ChangeKind, Decision, Region, SourceId, Verdict
from watcher.sources.declarations import load_declarations
from watcher.sources.vocabulary import load_vocabulary

LAST_DAY = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Played:
    """What one run of the demo left."""

    said: list[str]
    ledger: Ledger
    ledger_path: Path
    sources_path: Path
    exit_code: int

    def raised_on(self, day: int) -> list[Change]:
        """The changes put before a person on that day, in their order."""
        changes = reversed(self.ledger.changes.all())
        wanted = FIRST_DAY + timedelta(days=day - 1)
        return [change for change in changes if change.raised_at.date() == wanted]

    def verdicts(self, source_id: SourceId) -> dict[int, Verdict]:
        """The last verdict of each day on which a source was looked at."""
        return {
            (check.checked_at.date() - FIRST_DAY).days + 1: check.judgement.verdict
            for check in reversed(self.ledger.checks.of(source_id, 100))
        }


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("demo")
    ledger_path, sources_path = folder / "demo.db", folder / "demo.yaml"
    said: list[str] = []
    exit_code = play(said.append, ledger_path, sources_path, now=LAST_DAY)
    with Ledger.open(ledger_path, create=False, read_only=True) as ledger:
        yield Played(said, ledger, ledger_path, sources_path, exit_code)


def test_the_demo_ends_well_and_leaves_declarations_that_lint(played: Played) -> None:
    assert played.exit_code == 0
    assert played.sources_path.read_text().startswith(MARK)
    declared = load_declarations(played.sources_path, load_vocabulary())
    assert declared.sources.keys() == OURS


def test_every_source_gets_a_first_look_on_the_first_day(played: Played) -> None:
    raised = played.raised_on(1)
    first = [change for change in raised if change.kind is not ChangeKind.CONTRADICTION]
    assert {change.kind for change in first} == {ChangeKind.FIRST_LOOK}
    assert len({change.source_id for change in first}) == len(first)
    assert {DATA_USAGE, TERMS, LIST, TRUST} <= {change.source_id for change in first} <= OURS


def test_two_pages_that_contradict_each_other_are_told_once(played: Played) -> None:
    changes = played.ledger.changes.all()
    [told] = [change for change in changes if change.kind is ChangeKind.CONTRADICTION]
    assert told in played.raised_on(1)
    assert told.title.startswith(
        "Breach notification: 48 hours (Data Processing Addendum) against 72"
    )


def test_changes_are_raised_on_their_days_and_on_no_other(played: Played) -> None:
    raised: dict[int, list[SourceId]] = defaultdict(list)
    for day in range(2, len(STORY) + 1):
        raised[day].extend(change.source_id for change in played.raised_on(day))
    assert {day: sources for day, sources in raised.items() if sources} == {
        5: [DATA_USAGE],
        9: [LIST],
        12: [TRUST],
    }


def test_the_retention_change_names_the_claim_with_both_values_and_quotes(played: Played) -> None:
    [change] = played.raised_on(5)
    retention = next(each for each in change.claims if each.key == "retention_days")
    assert retention.before is not None and retention.after is not None
    assert (retention.before.value, retention.after.value) == (30, 90)
    assert "30 days" in retention.before.evidence.quote
    assert "90 days" in retention.after.evidence.quote
    updated = next(each for each in change.claims if each.key == "document_updated")
    assert updated.after is not None and updated.after.value == "2026-03-06"


def test_an_error_page_is_refused_and_raises_nothing(played: Played) -> None:
    verdicts = played.verdicts(TERMS)
    assert verdicts[6] is Verdict.ERROR_PAGE
    assert all(verdicts[day].is_good for day in verdicts if day != 6)
    [kept] = [each for each in played.ledger.snapshots.of(TERMS, limit=100) if not each.good]
    assert b"Application error" in played.ledger.snapshots.payload(kept.id or 0)
    assert {change.source_id for day in (6, 7) for change in played.raised_on(day)} == set()


def test_a_silent_host_is_unreachable_for_its_day(played: Played) -> None:
    verdicts = played.verdicts(ADVICE)
    assert [day for day in verdicts if not verdicts[day].is_good] == [8]
    assert verdicts[8] is Verdict.UNREACHABLE


def test_a_page_that_moves_is_recorded_with_its_new_address(played: Played) -> None:
    latest = played.ledger.snapshots.of(LIST, limit=1)[0]
    assert latest.final_url.endswith("/legal/sub-processors")
    assert [hop.status for hop in latest.hops] == [301]
    assert played.verdicts(LIST)[13].is_good


def test_the_certification_that_vanished_is_named(played: Played) -> None:
    [change] = played.raised_on(12)
    listed = next(each for each in change.claims if each.key == "certifications")
    assert listed.before is not None and listed.after is not None
    assert set(listed.before.value) - set(listed.after.value) == {"iso 42001"}  # type: ignore[arg-type]
    assert "certifications removed iso 42001" in change.significance.reasons[0]


def test_the_list_that_shrank_was_looked_at_twice(played: Played) -> None:
    [change] = played.raised_on(12)
    looks = [check.checked_at for check in played.ledger.checks.of(TRUST, limit=100)]
    assert change.raised_at > change.changed_at
    assert sum(at.date() == change.raised_at.date() for at in looks) == 2


def test_files_are_confirmed_by_their_validators(played: Played) -> None:
    statuses = [check.status for check in played.ledger.checks.of(SourceId("lumen-dpa"), 100)]
    assert statuses[-1] == 200
    assert set(statuses[:-1]) == {304}


def test_the_maintainer_left_one_change_for_the_visitor(played: Played) -> None:
    [waiting] = played.ledger.changes.waiting(LAST_DAY)
    assert waiting.source_id == TRUST
    decided = {review.decision for review in played.ledger.reviews.all()}
    assert decided == {Decision.ACCEPT, Decision.AMEND, Decision.DISMISS}


def test_every_quote_stands_in_its_document(played: Played) -> None:
    for source_id, known in played.ledger.sources.all_known().items():
        document = played.ledger.documents.get(known.document_id or 0)
        for claim in played.ledger.claims.current(source_id):
            start = claim.evidence.start
            quote = claim.evidence.quote
            assert document.text[start : start + len(quote)] == quote


def test_it_says_what_happened_in_plain_words(played: Played) -> None:
    said = "\n".join(played.said)
    assert "\x1b" not in said
    for day in STORY:
        assert f"Day {day.number}," in said
    for words in ("30 days → 90 days", "error page", "unreachable", "moved", "watcher review"):
        assert words in said


def test_a_second_run_starts_afresh(played: Played, tmp_path: Path) -> None:
    ledger_path, sources_path = tmp_path / "demo.db", tmp_path / "demo.yaml"
    shutil.copy(played.ledger_path, ledger_path)
    shutil.copy(played.sources_path, sources_path)
    said: list[str] = []
    play(said.append, ledger_path, sources_path, now=LAST_DAY)
    with Ledger.open(ledger_path, create=False, read_only=True) as ledger:
        assert len(ledger.changes.all()) == len(played.ledger.changes.all())
        assert ledger.id != played.ledger.id
    assert any("in place of the last demo" in line for line in said)


def test_declarations_of_another_hand_are_never_replaced(tmp_path: Path) -> None:
    sources_path = tmp_path / "sources.yaml"
    sources_path.write_text("offerings: {}\nsources: []\n")
    with pytest.raises(WatcherError, match="stays as it is"):
        play(lambda line: None, tmp_path / "demo.db", sources_path)
    assert sources_path.read_text() == "offerings: {}\nsources: []\n"
    assert not (tmp_path / "demo.db").exists()


def test_a_ledger_of_other_sources_is_never_removed(played: Played) -> None:
    with pytest.raises(WatcherError, match="lumen-news"):
        make_room(played.ledger_path, played.sources_path, OURS - {SourceId("lumen-news")})
    assert played.ledger_path.exists()


def test_the_addendum_is_read_page_by_page_with_its_version(played: Played) -> None:
    known = played.ledger.sources.known(SourceId("lumen-dpa"))
    document = played.ledger.documents.get(known.document_id or 0)
    assert {block.page for block in document.blocks} == {1, 2, 3, 4}
    footers = [block for block in document.blocks if block.region is Region.FOOTER]
    assert footers and "v.112525" in footers[0].text
    claims = {claim.key: claim.value for claim in played.ledger.claims.current(known.source_id)}
    assert claims["breach_notification_hours"] == 48
    assert claims["audit_rights"] is True
