"""Rules after a dismissal: proposed with what they would have done, laid down and taken back from the desk."""

from __future__ import annotations

import re
from typing import Any

from watcher.changes.memory import Memory
from watcher.model import SourceId

NEWS = "Join us at the summer fair on stand 14"


def rules(world: Any) -> tuple[Any, ...]:
    stored = world.write(lambda ledger: ledger.memories.get(SourceId("acme-data")))
    return Memory.from_json(stored).rules if stored else ()


def offered(page: str) -> list[str]:
    return re.findall(r'name="rule" value="([^"]+)"', page)


def test_a_dismissal_proposes_rules_and_shows_what_they_would_have_done(
    world: Any, ada: Any
) -> None:
    earlier = world.change(text=NEWS, day=1)
    change = world.change(text=NEWS, day=2)
    ada.send(f"/changes/{earlier}/decide", {"decision": "accept"}, seen_on=f"/changes/{earlier}")
    page = ada.get(f"/changes/{change}").text
    assert "Of this source&#39;s past it would have silenced 2 changes" in page or (
        "would have silenced 2 changes" in page
    )
    assert "People accepted 1 change of these as news" in page
    assert not rules(world), "a proposal alone silences nothing"


def test_a_rule_is_laid_down_and_taken_back(world: Any, ada: Any) -> None:
    change = world.change(text=NEWS)
    (name,) = offered(ada.get(f"/changes/{change}").text)
    answer = ada.send(f"/changes/{change}/rules", {"rule": name}, seen_on=f"/changes/{change}")
    assert answer.headers["location"] == f"/changes/{change}#rules"
    assert [rule.example for rule in rules(world)] == [NEWS]
    assert "in force" in ada.get(f"/changes/{change}").text
    page = ada.get("/sources/acme-data").text
    assert NEWS in page and offered(page) == [name]
    ada.send("/sources/acme-data/rules", {"rule": name}, seen_on="/sources/acme-data")
    assert not rules(world)
    again = ada.send("/sources/acme-data/rules", {"rule": name}, seen_on="/sources/acme-data")
    assert again.status_code == 422 and "not there any more" in again.text


def test_no_rule_may_silence_a_claim_and_readers_lay_none_down(world: Any, ada: Any) -> None:
    claim = world.change()
    assert "Not to be told again" not in ada.get(f"/changes/{claim}").text
    change = world.change(text=NEWS)
    rita = world.client("Rita")
    assert not offered(rita.get(f"/changes/{change}").text)
    (name,) = offered(ada.get(f"/changes/{change}").text)
    answer = rita.send(f"/changes/{change}/rules", {"rule": name}, seen_on="/people")
    assert answer.status_code == 403 and not rules(world)
