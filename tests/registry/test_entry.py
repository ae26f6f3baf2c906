from __future__ import annotations

import json

import pytest

from watcher.model import ChangeKind, Decision, SourceId
from watcher.registry import entry, entry_as_data, render_markdown, render_text


@pytest.fixture(scope="session")
def put_together(world):
    def build(accepted=(), changes=(), decisions=None, **more):
        confirmed = {source_id: world.on(9) for source_id in world.sources}
        given = {"confirmed": confirmed, "now": world.on(10), **more}
        return entry(
            world.offering,
            sources=world.sources,
            accepted=accepted,
            changes=changes,
            decisions=decisions or {},
            vocabulary=world.vocabulary,
            **given,
        )

    return build


@pytest.fixture(scope="session")
def full(world, put_together):
    """Give an entry with something in each of its parts."""
    old, new = (
        world.claim("retention_days", days, f"Kept for {days} days.", "after a request")
        for days in (30, 60)
    )
    dates = [world.claim("document_effective", day) for day in ("2026-01-01", "2026-05-01")]
    change = world.change(5, (dates[0], dates[1]), (old, new))
    accepted = [
        world.accepted("retention_days", 60, condition="after a request", change_id=5),
        world.accepted("retention_days", 30, source_id=SourceId("article"), change_id=3),
        world.accepted(
            "soc2_type2",
            "yes",
            attributes=(("tier", "self_serve"), ("route", "trust_center_nda")),
        ),
        world.accepted("training_use_of_input", "no"),
    ]
    decisions = {5: world.review(1, 5, Decision.ACCEPT)}
    return put_together(accepted, [change], decisions)


def cells_of(built):
    return {(cell.key, cell.scope): cell for group in built.groups for cell in group.cells}


def test_cells_stand_in_the_groups_and_order_of_the_vocabulary(full):
    assert [group.title for group in full.groups] == ["Rights", "Assurance", "Data handling"]
    assert list(cells_of(full)) == [
        ("training_use_of_input", ""),
        ("soc2_type2", ""),
        ("retention_days", ""),
    ]


def test_a_cell_carries_its_proof_and_what_other_sources_say(full):
    cell = cells_of(full)["retention_days", ""]
    assert (cell.proof.shown, cell.proof.condition) == ("60 days", "after a request")
    assert cell.proof.url == "https://acme.example/terms#:~:text=We%20say%2060."
    assert [(other.source, other.shown) for other in cell.others] == [("Acme article", "30 days")]


def test_watch_outs_are_the_cells_that_are_not_a_clean_public_yes(full):
    assert [(each.label, each.answer, each.reason) for each in full.watch_outs] == [
        (
            "SOC 2 Type II",
            "Yes, account-gated",
            "Needs an account on the trust portal, or a non-disclosure agreement.",
        ),
        ("Retention", "60 days", "Acme article (checked 2026-04-10) says otherwise: 30 days."),
    ]


def test_recent_changes_tell_old_and_new_with_the_day_from_which_they_apply(full):
    (note,) = full.changes
    assert note.title == "Acme terms: Retention: 30 days → 60 days (and 1 more)"
    assert str(note.effective_on) == "2026-05-01"
    assert [(each.key, each.old, each.new) for each in note.claims] == [
        ("retention_days", "30 days", "60 days"),
        ("document_effective", "2026-01-01", "2026-05-01"),
    ]


@pytest.mark.parametrize(
    ("kind", "decision"),
    [
        (ChangeKind.CHANGE, None),
        (ChangeKind.CHANGE, Decision.DISMISS),
        (ChangeKind.CHANGE, Decision.DEFER),
        (ChangeKind.FIRST_LOOK, Decision.ACCEPT),
        (ChangeKind.SOURCE, Decision.ACCEPT),
    ],
)
def test_only_accepted_changes_of_what_a_page_says_are_told(world, put_together, kind, decision):
    change = world.change(5, (None, world.claim("retention_days", 30)), kind=kind)
    decisions = {5: world.review(1, 5, decision)} if decision else {}
    assert put_together([], [change], decisions).changes == ()


def test_amended_values_are_told_in_place_of_those_read(world, put_together):
    old, new = world.claim("retention_days", 30), world.claim("retention_days", 60)
    review = world.review(1, 5, Decision.AMEND, values={"retention_days": 45, "data_sale": False})
    (note,) = put_together([], [world.change(5, (old, new))], {5: review}).changes
    assert [(each.key, each.old, each.new, each.amended) for each in note.claims] == [
        ("retention_days", "30 days", "45 days", True),
        ("data_sale", "", "no", True),
    ]


def test_a_cell_is_stale_once_a_whole_interval_was_missed(world, put_together):
    built = put_together([world.accepted("data_sale", False)], now=world.on(11))
    assert cells_of(built)["data_sale", ""].proof.stale == ""
    built = put_together([world.accepted("data_sale", False)], now=world.on(12))
    assert "Last confirmed 2026-04-10" in cells_of(built)["data_sale", ""].proof.stale


def test_a_cell_that_its_page_no_longer_supports_says_so(world, put_together):
    built = put_together([world.accepted("data_sale", False, contrary_id=7)])
    assert "change 7 waits for review" in cells_of(built)["data_sale", ""].proof.stale
    assert [each.label for each in built.watch_outs] == ["Sale of data"]


def test_what_nobody_accepted_is_shown_only_if_asked_and_marked(world, put_together):
    read = {SourceId("terms"): [world.claim("retention_days", 60), world.claim("data_sale", False)]}
    accepted = [world.accepted("data_sale", False)]
    assert ("retention_days", "") not in cells_of(put_together(accepted))
    built = put_together(accepted, unreviewed=read)
    assert [(key, cell.reviewed) for (key, _), cell in cells_of(built).items()] == [
        ("data_sale", True),
        ("retention_days", False),
    ]
    for text in (render_text(built), render_markdown(built)):
        assert text.count("read by machine, not reviewed") == 1


def test_sources_are_listed_with_the_last_good_check(world, put_together):
    built = put_together(confirmed={SourceId("terms"): world.on(9)})
    assert [(each.title, each.stale) for each in built.primary_sources] == [
        ("Acme data", "The source has not been seen yet."),
        ("Acme terms", ""),
    ]
    assert [each.title for each in built.sources if not each.is_primary] == ["Acme article"]


def test_a_key_that_left_the_vocabulary_is_still_shown(world, put_together):
    built = put_together([world.accepted("colour_of_logo", ("blue", "red"))])
    (group,) = built.groups
    assert (group.title, group.cells[0].label) == ("Other", "Colour of logo")
    assert group.cells[0].proof.shown == "blue, red"


def test_every_rendering_shows_the_basics_and_every_part(full):
    shown = (
        *("acme-api", "API / developer platform", "active", "2026-04-10"),
        *("https://acme.example/api", "https://docs.acme.example", "The paid platform of Acme."),
        *("Ask for the addendum early.", "retention_days", "60 days", "after a request"),
        *("Kept for 30 days.", "Kept for 60 days.", "2026-05-01", "Acme article"),
    )
    data = json.dumps(entry_as_data(full), ensure_ascii=False)
    for text in (render_text(full, 200), render_markdown(full).replace("\\", ""), data):
        assert [part for part in shown if part not in text] == []


def test_the_text_keeps_to_the_width_of_the_terminal(full):
    lines = render_text(full, 60).splitlines()
    assert max(map(len, lines)) <= 60
    painted = render_text(full, 60, lambda kind, text: f"\x1b[1m{text}\x1b[0m")
    assert painted.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines() == lines


def test_the_data_is_the_same_text_every_time(full):
    first = json.dumps(entry_as_data(full))
    assert json.dumps(entry_as_data(full)) == first
    cell = entry_as_data(full)["groups"][2]["cells"][0]
    assert (cell["value"], cell["checked_at"]) == (60, "2026-04-10T09:30:00Z")
    assert cell["also"][0]["value"] == 30


HOSTILE = "<script>alert(1)</script> | `x` [a](javascript:alert(1)) \x1b[31m\u202e\ud800"


def test_hostile_text_stays_text_in_every_rendering(world, put_together):
    hostile = world.accepted("data_sale", False, condition=HOSTILE, quote=HOSTILE, scope=HOSTILE)
    built = put_together([hostile])
    for text in (render_text(built), render_markdown(built)):
        assert not set("\x1b\u202e\ud800") & set(text)
        text.encode()
    markdown = render_markdown(built)
    assert "\\<script\\>" in markdown
    assert "<script" not in markdown.replace("\\<script", "")
    assert "](javascript" not in markdown.replace("\\](javascript", "")
    assert all(
        row.replace("\\|", "").count("|") == 6 for row in markdown.splitlines() if row[:1] == "|"
    )
