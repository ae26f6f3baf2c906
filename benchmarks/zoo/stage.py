"""The time line of one page: captures and labelled transitions."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from zoo import words
from zoo.edits import Label
from zoo.frames import Frame
from zoo.markup import Around
from zoo.policy import Policy, compose, copied

ROLE = {
    "S": "required",
    "D": "required",
    "E": "neutral",
    "R": "neutral",
    "A": "noise",
    "N": "noise",
}
PROBE = '<div style="position:absolute">mmMwWLliI0fiflO&1</div>'
Tick = Callable[[Around, random.Random], object]
Edit = Callable[[Policy, random.Random], Label]


def _deploy(around: Around, dice: random.Random, chance: float) -> None:
    if dice.random() < chance:
        around.build = f"{dice.getrandbits(24):06x}"


def _posts(around: Around, dice: random.Random, chance: float) -> None:
    if dice.random() < chance:
        around.posts = dice.sample(words.POSTS, len(around.posts))


def _count(around: Around, dice: random.Random) -> None:
    around.count += dice.randint(1, 9)


def _ribbon(around: Around, dice: random.Random) -> None:
    if dice.random() < 0.15:
        around.ribbon = dice.choice(words.RIBBONS)


def _comment(around: Around, dice: random.Random) -> None:
    if dice.random() < 0.06:
        around.comments.append(
            f"{dice.choice(('Noor', 'Eli', 'Sam'))}: {dice.choice(words.COMMENTS)}"
        )


def _set(name: str, choose: Callable[[random.Random], object]) -> Tick:
    """Give a tick that puts another value in one place around the policy."""
    return lambda around, dice: setattr(around, name, choose(dice))


TICKS: Mapping[str, Tick] = {
    "build": partial(_deploy, chance=0.12),
    "build_each": partial(_deploy, chance=1.1),
    "posts": partial(_posts, chance=1.1),
    "posts_weekly": partial(_posts, chance=0.1),
    "count": _count,
    "ribbon": _ribbon,
    "comments": _comment,
    "quote": _set("quote", lambda dice: dice.choice(words.QUOTES)),
    "consent": _set("consent", lambda dice: "en" if dice.random() < 0.3 else ""),
    "consent_geo": _set(
        "consent", lambda dice: dice.choice(("", "", "en", "de", "fr", "nl", "es"))
    ),
    "chat": _set("chat", lambda dice: dice.random() < 0.4),
    "mail": _set("hide_mail", lambda dice: dice.random() < 0.8),
    "probe": _set("extra", lambda dice: PROBE if dice.random() < 0.2 else ""),
    "menu": lambda around, dice: around.menu.__setitem__(
        slice(5, None), [dice.choice(("Academy", "What is new"))]
    ),
}
"""What moves at every capture of some families, whatever else happens."""


@dataclass
class Stage:
    name: str
    frame: Frame
    kind: str
    dice: random.Random
    sparse: bool = False
    long: int = 1
    ticks: tuple[str, ...] = ()
    captures: list[tuple[datetime, bytes]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    pending: list[Label] = field(default_factory=list)

    def __post_init__(self) -> None:
        d = self.dice
        self.now = datetime(
            d.choice((2024, 2025)), d.randint(1, 12), d.randint(1, 28), 0, 30, tzinfo=UTC
        )
        self.policy = compose(
            self.kind, d, self.now - timedelta(days=d.randint(9, 300)), long=self.long
        )
        self.around = Around(
            self.now,
            random.Random(d.random()),
            d.sample(words.MENU, 6),
            [*d.sample(words.MENU, 5), "Terms", "Privacy"],
            posts=d.sample(words.POSTS, 4),
            count=d.randint(80, 900),
            build=f"{d.getrandbits(24):06x}",
            quote=d.choice(words.QUOTES),
            comments=[
                "Ada: Thanks, that was clear.",
                "Piet: Does it apply to the mobile application too?",
            ],
            versions=["Current", "1 March 2023"],
            languages=["en", "de", "fr"],
        )
        self.last = b""

    # captures

    def shot(self, html: str | None = None) -> None:
        """Take one capture; it is kept if its bytes differ, as the archive does."""
        self.tick()
        step = timedelta(hours=12) * (
            self.dice.randint(2, 14) if self.sparse else self.dice.choice((1, 1, 1, 1, 2))
        )
        self.now += step + timedelta(
            minutes=self.dice.randint(-8, 8), seconds=self.dice.randint(0, 59)
        )
        self.around.now = self.now
        payload = html if html is not None else self.frame(self.policy, self.around)
        data = payload if isinstance(payload, bytes) else payload.encode()
        if data == self.last and not self.pending:
            return
        self.last = data
        self.captures.append((self.now, data))
        if self.pending:
            self.labels.append(self.labelled())
        self.pending.clear()

    def labelled(self) -> dict[str, Any]:
        """Give what is pending as a line of labels: the strongest of it, and all that it is about."""
        label = min((label for label, _, _ in self.pending), key="SDREAN".index)
        return {
            "page": self.name,
            "captured_at": self.now.isoformat(),
            "label": label,
            "role": ROLE[label],
            "flap": False,
            "importance": max(importance for _, importance, _ in self.pending),
            "why": "; ".join(why for _, _, why in self.pending),
            "claims": [],
        }

    def tick(self) -> None:
        """Let the always moving parts move."""
        for name in self.ticks:
            TICKS[name](self.around, self.dice)

    def quiet(self, captures: int) -> None:
        for _ in range(captures):
            self.shot()

    # events

    def edit(self, *edits: Edit, dated: bool | None = None) -> None:
        """The author edits the policy; the next capture shows it."""
        before = copied(self.policy)
        for each in edits:
            self.pending.append(each(self.policy, self.dice))
        if self.policy == before:
            raise LookupError("nothing to edit")
        if (
            dated
            if dated is not None
            else (self.dice.random() < 0.5 and any(e[0] == "S" for e in self.pending))
        ):
            self.policy.dated = self.now
        self.shot()

    def site(self, why: str, **parts: Any) -> None:
        """Something around the policy changes, for good."""
        self.around = replace(self.around, **parts)
        self.pending.append(("N", 1, why))
        self.shot()

    def redesign(self, frame: Frame) -> None:
        self.frame = frame
        self.site("site redesigned, text untouched", build=f"{self.dice.getrandbits(24):06x}")

    def outage(
        self, kind: Callable[[Policy, Around], str], captures: int = 1, then: tuple[Edit, ...] = ()
    ) -> None:
        """Another page stands there for some captures; `then` what was edited meanwhile."""
        for _ in range(captures):
            self.pending.append(("A", 1, f"{kind.__name__} instead of the policy"))
            self.shot(kind(self.policy, self.around))
        for each in then:
            self.pending.append(each(self.policy, self.dice))
        self.pending.append(("A", 1, f"back from {kind.__name__}"))
        self.shot()

    def passing(self, why: str, captures: int = 1, **parts: Any) -> None:
        """The capture itself is faulty: half rendered, doubled, a skeleton."""
        before = {name: getattr(self.around, name) for name in parts}
        self.around = replace(self.around, **parts)
        for _ in range(captures):
            self.pending.append(("A", 1, why))
            self.shot()
        self.around = replace(self.around, **before)
        self.pending.append(("A", 1, "back from: " + why))
        self.shot()

    def withdrawn(self, edit: Edit, days: int) -> None:
        """An edit that is taken back after some days: both ways are news."""
        before = copied(self.policy)
        self.edit(edit, dated=False)
        end = self.now + timedelta(days=days)
        while self.now < end:
            self.shot()
        self.policy = before
        self.pending.append(("S", 3, f"taken back after {days} days"))
        self.shot()

    def rollback(self, edit: Edit) -> None:
        """An edit that is gone at the next capture."""
        before = copied(self.policy)
        self.pending.append(("E", *edit(self.policy, self.dice)[1:]))
        self.shot()
        self.policy = before
        self.pending.append(("E", 1, "taken back within hours"))
        self.shot()

    def alternate(
        self, other: Callable[[Policy], None], captures: int, why: str, share: float = 0.4
    ) -> None:
        """Two variants of the text, one or the other at each capture, back to the first at the end."""
        first, second = self.policy, copied(self.policy)
        other(second)
        showing, turns = False, 0
        for n in range(captures):
            show = self.dice.random() < share if n < captures - 1 else False
            if show != showing:
                turns += 1
                self.pending.append(("E" if turns < 3 else "N", 1, f"variant: {why}"))
            showing = show
            self.policy = second if show else first
            self.shot()


Event = Callable[[Stage], object]


class Family(NamedTuple):
    """A kind of page and its history: frame, kind of document, options of the stage, events in their order."""

    name: str
    frame: Frame
    kind: str
    options: dict[str, Any]
    events: tuple[Event, ...]
