"""A place of the policy in which one text after the other stands: learned, told once, kept quiet, undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from watcher.changes.compare import compare_blocks
from watcher.changes.memory import Memory, forget
from watcher.changes.rotation import turns
from watcher.changes.watching import Outcome, watch
from watcher.model import ChangeKind, Claim, Document, State

TIPS = (
    "Our readers in Lisbon told us how happy they are with the new search.",
    "Green tea tastes best with water of eighty degrees, says our kitchen.",
    "The team walked forty miles for charity over a long weekend in June.",
    "A painter from Oslo drew every bridge of her town within one winter.",
    "Somebody wrote a song about spreadsheets, and people hum it at lunch.",
    "Two engineers met at our fair and opened a bakery by the old harbour.",
)
DUTY = "You must not share the pictures of that bakery with any other person."


class History:
    """A policy with one place in it whose text is exchanged, seen again and again."""

    def __init__(
        self, page: Callable[..., Document], state: Callable[..., State], policy: tuple[str, ...]
    ) -> None:
        self._page, self._state, self._policy = page, state, policy
        self.memory = Memory()
        self.before: State | None = None

    def document(self, tip: str, *, clause: str = "") -> Document:
        lines = list(self._policy)
        lines.insert(5, tip)
        return self._page(*lines, *([clause] if clause else []))

    def see(
        self, tip: str, days: float, claims: tuple[Claim, ...] = (), clause: str = ""
    ) -> Outcome:
        after = self._state(self.document(tip, clause=clause), days, claims)
        outcome = watch(self.memory, self.before, after)
        self.memory, self.before = Memory.from_json(outcome.memory.to_json()), after
        return outcome


@pytest.fixture
def history(
    page: Callable[..., Document], state: Callable[..., State], policy: tuple[str, ...]
) -> History:
    return History(page, state, policy)


def kinds(history: History, tips: tuple[str, ...], every: float = 1.0) -> list[ChangeKind | None]:
    outcomes = [history.see(tip, day * every) for day, tip in enumerate(tips)]
    return [each.change.kind if each.change else None for each in outcomes]


def test_the_third_text_in_one_place_is_a_quiet_note_and_the_next_are_silent(
    history: History,
) -> None:
    outcomes = [history.see(tip, day) for day, tip in enumerate(TIPS)]
    told = [each.change.kind if each.change else None for each in outcomes]
    levels = [each.change.significance.level for each in outcomes if each.change]

    assert told == [None, ChangeKind.CHANGE, ChangeKind.VARIANTS, None, None, None]
    assert levels == [4, 1]
    outcome = history.see(TIPS[0] + " Again.", 6)
    assert outcome.change is None
    assert "rotating slot" in {each.rule for each in outcome.suppressed}
    (lesson,) = [each for each in history.memory.learned if each.rule == "rotating slot"]
    assert lesson.count == len(TIPS) + 1


def test_a_text_that_stays_is_told_at_last(history: History) -> None:
    kinds(history, TIPS[:4])
    assert history.see(TIPS[3], 10).change is None

    change = history.see(TIPS[3], 17.5).change

    assert change is not None
    assert [each.after.text for each in change.blocks if each.after] == [TIPS[3]]


def test_what_binds_somebody_is_told_though_the_place_rotates(history: History) -> None:
    kinds(history, TIPS[:4])
    change = history.see(DUTY, 4).change
    assert change is not None and change.kind is ChangeKind.CHANGE


def test_what_bears_a_claim_is_told_though_the_place_rotates(
    history: History, claim: Callable[..., Claim]
) -> None:
    kinds(history, TIPS[:4])
    change = history.see(TIPS[4], 4, (claim("fairs", "yes", TIPS[4]),)).change
    assert change is not None and change.claims


def test_what_changes_elsewhere_is_told_without_the_slot(history: History) -> None:
    kinds(history, TIPS[:4])
    clause = "We may change these terms when the law asks us to, and tell you before."
    change = history.see(TIPS[4], 4, clause=clause).change
    assert change is not None and change.kind is ChangeKind.CHANGE
    assert [each.after.text for each in change.blocks if each.after] == [clause]


def test_a_clause_reworded_again_and_again_is_no_rotation(history: History) -> None:
    words = "Logs of the service are kept on our own machines in Dublin for {} of {}."
    edits = [words.format(*pair) for pair in (("a week", "days"), ("a month", "days"),
                                              ("a year", "weeks"), ("a decade", "weeks"))]  # fmt: skip
    assert kinds(history, tuple(edits)) == [None, *[ChangeKind.CHANGE] * 3]
    assert not history.memory.slots


def test_texts_that_follow_each_other_after_months_are_news_each_time(history: History) -> None:
    assert kinds(history, TIPS, every=30) == [None, *[ChangeKind.CHANGE] * 5]


def test_what_was_learned_can_be_undone(history: History) -> None:
    kinds(history, TIPS[:4])
    (lesson,) = [each for each in history.memory.learned if each.rule == "rotating slot"]
    history.memory = forget(history.memory, lesson)
    change = history.see(TIPS[4], 4).change
    assert change is not None and change.kind is ChangeKind.CHANGE


def test_what_is_exchanged_is_found_by_what_stands_around_it(history: History) -> None:
    before, after = (history.document(tip).main for tip in TIPS[:2])
    (turn,) = turns(compare_blocks(before, after).pieces, before, after)
    (back,) = turns(compare_blocks(after, before).pieces, after, before)
    assert turn.slot == back.slot
    assert (turn.before, turn.after) == (back.after, back.before)
    assert turn.text == TIPS[1]
