"""Decisions by plain forms: accept, amend, dismiss, defer, undo, comment, and two people at once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from watcher.model import ChangeKind, Decision


def stands(world: Any, change: int) -> str:
    return str(world.desk(lambda desk: desk.ledger.changes.status(change)))


def decide(client: Any, change: int, **form: str) -> Any:
    return client.send(f"/changes/{change}/decide", form, seen_on=f"/changes/{change}")


def test_accepting_leads_to_the_next_change(world: Any, ada: Any) -> None:
    first, second = world.change(level=5), world.change(new=60, level=4)
    answer = decide(ada, first, decision="accept", note="as announced")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/changes/{second}?done={first}"
    assert "accepted" in ada.get(answer.headers["location"]).text
    answer = decide(ada, second, decision="accept")
    assert answer.headers["location"] == f"/queue?done={second}"
    (review,) = world.desk(lambda desk: desk.ledger.reviews.of(first))
    assert (review.reviewer, review.note) == ("Ada", "as announced")


def test_filters_stay_on_the_way_to_the_next(world: Any, ada: Any) -> None:
    first = world.change(source="acme-data", day=1)
    world.change(new=1, source="bolt-privacy", day=2)
    third = world.change(new=2, source="acme-terms", day=3)
    answer = ada.send(
        f"/changes/{first}/decide?offering=acme-api", {"decision": "accept"}, seen_on="/queue"
    )
    assert answer.headers["location"] == f"/changes/{third}?offering=acme-api&done={first}"


def test_amending_takes_only_what_the_vocabulary_allows(world: Any, ada: Any) -> None:
    change = world.change()
    answer = decide(ada, change, decision="amend", **{"value:retention_days": "soon"})
    assert answer.status_code == 422 and "retention_days" in answer.text
    assert stands(world, change) == "open"
    decide(ada, change, decision="amend", **{"value:retention_days": "3 months"})
    (review,) = world.desk(lambda desk: desk.ledger.reviews.of(change))
    assert review.decision is Decision.AMEND
    assert dict(review.values) == {"retention_days": 90}, "three months, in days"


def test_emptying_a_value_withdraws_the_claim_and_a_missed_one_can_be_added(
    world: Any, ada: Any
) -> None:
    change = world.change()
    decide(
        ada,
        change,
        decision="amend",
        added_key="data_sale",
        added_value="no",
        **{"value:retention_days": ""},
    )
    (review,) = world.desk(lambda desk: desk.ledger.reviews.of(change))
    assert dict(review.values) == {"retention_days": None, "data_sale": False}


def test_accepting_never_swallows_a_changed_value(world: Any, ada: Any) -> None:
    change = world.change()
    answer = decide(ada, change, decision="accept", **{"value:retention_days": "45 days"})
    assert answer.status_code == 422 and "You changed a value" in answer.text
    assert stands(world, change) == "open"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"reason": "cosmetic"}, "dismissed"),
        ({"decision": "dismiss"}, "open"),
        ({"decision": "dismiss", "reason": "dull"}, "open"),
        ({"days": "1"}, "deferred"),
        ({"decision": "defer", "until": "2027-01-01"}, "deferred"),
        ({"decision": "defer", "until": "2001-01-01"}, "open"),
        ({"decision": "defer", "until": "never"}, "open"),
        ({"decision": "burn"}, "open"),
        ({}, "open"),
    ],
)
def test_what_can_stand_stands(world: Any, ada: Any, form: dict[str, str], status: str) -> None:
    change = world.change()
    answer = decide(ada, change, **form)
    assert answer.status_code == (303 if status != "open" else 422)
    assert stands(world, change) == status


def test_one_decision_holds_for_all_that_say_the_same(world: Any, ada: Any) -> None:
    changes = [world.change(source=each) for each in ("acme-data", "acme-terms", "bolt-privacy")]
    other = world.change(new=7)
    ids = ",".join(map(str, [*changes, other]))
    ada.send(f"/changes/{changes[0]}/decide", {"decision": "accept", "ids": ids}, seen_on="/queue")
    assert [stands(world, each) for each in changes] == ["accepted"] * 3
    assert stands(world, other) == "open", "a form cannot smuggle in a change that says otherwise"
    ada.send("/undo", {}, seen_on="/queue")
    assert [stands(world, each) for each in changes] == ["open"] * 3


def test_undo_takes_back_ones_own_last_decision_only(world: Any, ada: Any) -> None:
    first, second = world.change(), world.change(new=60)
    ben = world.client("Ben")
    decide(ada, first, decision="accept")
    decide(ben, second, reason="cosmetic")
    answer = ada.send("/undo", {}, seen_on=f"/changes/{second}")
    assert answer.headers["location"].startswith(f"/changes/{first}")
    assert (stands(world, first), stands(world, second)) == ("open", "dismissed")
    answer = ada.send("/undo", {}, seen_on="/queue")
    assert answer.status_code == 422 and "nothing to undo" in answer.text


def test_two_reviewers_at_once_are_told(world: Any, ada: Any) -> None:
    change, other = world.change(), world.change(new=60)
    ben = world.client("Ben")
    page = ben.get(f"/changes/{change}").text  # what Ben has before him while Ada decides
    token, seen = (
        page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("form_token", "seen")
    )
    decide(ada, change, decision="accept", note="checked")
    form = {
        "form_token": token,
        "seen": seen,
        "decision": "amend",
        "value:retention_days": "45 days",
    }
    answer = ben.ask("POST", f"/changes/{change}/decide", data=form)
    assert answer.status_code == 409
    assert "Ada accepted change" in answer.text and "checked" in answer.text
    assert "45 days" in answer.text, "what was wanted is not lost"
    assert len(world.desk(lambda desk: desk.ledger.reviews.of(change))) == 1
    answer = ben.ask(
        "POST", f"/changes/{other}/decide", data=form | {"value:retention_days": "50 days"}
    )
    assert answer.status_code == 303, "another change is no conflict"


def test_a_group_is_decided_whole_or_not_at_all(world: Any, ada: Any) -> None:
    one, two = world.change(source="acme-data"), world.change(source="acme-terms")
    ben = world.client("Ben")
    page = ben.get("/queue").text
    token, seen = (
        page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("form_token", "seen")
    )
    decide(ada, two, reason="cosmetic")
    ada.send("/undo", {}, seen_on="/queue")
    form = {"form_token": token, "seen": seen, "decision": "accept", "ids": f"{one},{two}"}
    assert ben.ask("POST", f"/changes/{one}/decide", data=form).status_code == 409
    assert (stands(world, one), stands(world, two)) == ("open", "open")


def test_a_comment_decides_nothing(world: Any, ada: Any) -> None:
    change = world.change()
    ada.send(
        f"/changes/{change}/comment", {"text": "Is this the EU page?"}, seen_on=f"/changes/{change}"
    )
    assert "Is this the EU page?" in ada.get(f"/changes/{change}").text
    assert stands(world, change) == "open"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("claim=retention_days&value:retention_days=90", "= 90 days"),
        ("claim=retention_days&value:retention_days=soon", "wrong"),
        ("claim=retention_days&value:retention_days=", "withdraws the claim"),
    ],
)
def test_values_are_checked_as_one_types(ada: Any, query: str, told: str) -> None:
    assert told in ada.get(f"/value?{query}").text


def test_readers_look_and_decide_nothing(world: Any) -> None:
    change, rita = world.change(), world.client("Rita")
    page = rita.get(f"/changes/{change}")
    assert page.status_code == 200 and "/decide" not in page.text
    answer = rita.send(f"/changes/{change}/decide", {"decision": "accept"}, seen_on="/people")
    assert answer.status_code == 403 and stands(world, change) == "open"


def test_a_form_that_no_page_made_is_refused(world: Any, ada: Any) -> None:
    change = world.change()
    for token in ("", "0" * 64):
        form = {"form_token": token, "seen": "0", "decision": "accept"}
        assert ada.ask("POST", f"/changes/{change}/decide", data=form).status_code == 403
    assert stands(world, change) == "open"


def test_htmx_gets_the_row_and_the_count(world: Any, ada: Any) -> None:
    change = world.change()
    world.change(new=60)
    answer = ada.send(
        f"/changes/{change}/decide",
        {"decision": "accept"},
        seen_on="/queue",
        headers={"hx-request": "true"},
    )
    assert answer.status_code == 200 and answer.text.lstrip().startswith("<li")
    assert 'data-waiting="1 change"' in answer.text


@pytest.mark.parametrize(
    ("form", "offered"),
    [
        ({}, {"accept", "amend", "dismiss", "defer"}),
        ({"days": "7"}, {"accept", "amend", "dismiss", "defer"}),
        ({"decision": "accept"}, {"amend", "dismiss"}),
        ({"decision": "amend", "value:retention_days": "60"}, {"accept", "amend", "dismiss"}),
        ({"reason": "cosmetic"}, {"accept", "amend"}),
    ],
)
def test_only_what_makes_a_difference_is_offered(
    world: Any, ada: Any, form: dict[str, str], offered: set[str]
) -> None:
    change = world.change()
    if form:
        decide(ada, change, **form)
    for path in (f"/changes/{change}", "/queue?state=all"):
        assert decisions_offered(ada.get(path).text) == offered, path


def test_an_item_about_a_source_has_no_value_to_amend(world: Any, ada: Any) -> None:
    change = world.change(kind=ChangeKind.SOURCE, text="blocked")
    assert decisions_offered(ada.get(f"/changes/{change}").text) == {"accept", "dismiss", "defer"}


def test_what_is_closed_asks_for_no_decision_and_takes_none(world: Any, ada: Any) -> None:
    change = world.change()
    form = hidden(ada.get(f"/changes/{change}").text)
    world.write(
        lambda ledger: ledger.changes.close(change, world.clock(), "the source is well again")
    )
    answer = ada.ask("POST", f"/changes/{change}/decide", data={**form, "decision": "accept"})
    assert answer.status_code == 409 and "the source is well again" in answer.text
    assert stands(world, change) == "closed"
    for path in (f"/changes/{change}", "/queue?state=closed"):
        page = ada.get(path).text
        assert "Acme data usage" in page and decisions_offered(page) == set()


def decisions_offered(page: str) -> set[str]:
    """Give the decisions that a page has a button for, whichever way it names them."""
    marks = {"accept": "a", "amend": "e", "dismiss": "d", "defer": "l"}
    return {name for name, key in marks.items() if f'data-key="{key}"' in page}


def hidden(page: str) -> dict[str, str]:
    """Give what a form of `page` carries unseen."""
    return dict(re.findall(r'name="(form_token|seen)" value="([^"]+)"', page))
