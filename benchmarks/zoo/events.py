"""What happens to a page in its history, as functions of the stage; and `play`, which lets them happen in order."""

from __future__ import annotations

from collections.abc import Callable

from zoo import frames as f
from zoo import policy, words
from zoo.policy import Block, Policy, Section
from zoo.stage import Event, Stage


def edit(*edits: Callable, dated: bool | None = None) -> Event:
    return lambda s: s.edit(*edits, dated=dated)


def out(kind: Callable, n: int = 1, then: tuple = ()) -> Event:
    return lambda s: s.outage(kind, n, then)


def site(why: str, **parts: object) -> Event:
    return lambda s: s.site(why, **parts)


def menu(s: Stage) -> None:
    s.site("menu made anew", menu=s.dice.sample(words.MENU, 9), footer=s.dice.sample(words.MENU, 8))


def entry(s: Stage) -> None:
    s.site(
        "menu entry added",
        menu=[*s.around.menu, s.dice.choice(("Academy", "Trust", "Agents", "Gallery"))],
    )


def ribbon(s: Stage) -> None:
    s.site(
        "ribbon changed", ribbon=s.dice.choice([r for r in words.RIBBONS if r != s.around.ribbon])
    )


def posts(s: Stage) -> None:
    s.site("other posts promoted", posts=s.dice.sample(words.POSTS, 4))


def quote(s: Stage) -> None:
    s.site(
        "testimonial changed", quote=s.dice.choice([q for q in words.QUOTES if q != s.around.quote])
    )


def half(s: Stage) -> None:
    s.passing("only the first sections rendered", part=s.dice.choice((0.2, 0.4, 0.6)))


def most(s: Stage) -> None:
    s.passing("the last sections not rendered", captures=2, part=0.8)


def bones(s: Stage) -> None:
    s.passing("skeleton in place of the text", skeleton=True)


def twice(s: Stage) -> None:
    s.passing("the text stands there twice", twice=True)


def redesign(frame: f.Frame) -> Event:
    return lambda s: s.redesign(frame)


def withdrawn(kind: Callable, days: int = 20) -> Event:
    return lambda s: s.withdrawn(kind, days)


def rollback(kind: Callable) -> Event:
    return lambda s: s.rollback(kind)


def variants(why: str, other: Callable[[Policy], None], n: int = 24, share: float = 0.4) -> Event:
    return lambda s: s.alternate(other, n, why, share)


def europe(policy: Policy) -> None:
    policy.sections[0].blocks.append(
        Block(
            "p",
            "If you live in the European Economic Area, a separate notice for your region applies to you as well.",
        )
    )


def offices(policy: Policy) -> None:
    policy.sections[-1].blocks.append(
        Block(
            "p",
            "Our office in your region: 14 Lantern Quay, second floor. Telephone +353 1 555 0142.",
        )
    )


def spelling(policy: Policy) -> None:
    policy.every(
        lambda t: (
            t.replace("licence", "license")
            .replace("organisation", "organization")
            .replace("recognised", "recognized")
        )
    )


def short(policy: Policy) -> None:
    del policy.sections[3:5]


def edited_and(part: str, value: object, *edits: Callable) -> Event:
    """A real edit in the capture in which something around it changes too."""

    def event(s: Stage) -> None:
        for each in edits:
            s.pending.append(each(s.policy, s.dice))
        s.site(f"and {part} changes", **{part: value})

    return event


def edited_in_new_frame(frame: f.Frame, *edits: Callable) -> Event:
    def event(s: Stage) -> None:
        for each in edits:
            s.pending.append(each(s.policy, s.dice))
        s.redesign(frame)

    return event


def other_document(kind: str) -> Event:
    """Another policy takes the place of this one, for good."""

    def event(s: Stage) -> None:
        new = policy.compose(kind, s.dice, s.now, long=s.long)
        s.policy = new
        s.pending.append(("S", 4, f"another document ({new.title}) under the same address"))
        s.shot()

    return event


def foot(s: Stage) -> None:
    s.policy.foot = f"[1] Excluded are content in shared folders and whatever is under legal hold, which we keep for {s.dice.choice((3, 5))} years."
    s.pending.append(("S", 3, "footnote added"))
    s.shot()


def foot_number(s: Stage) -> None:
    s.policy.foot = s.policy.foot.replace("3 years", "9 years").replace("5 years", "8 years")
    s.pending.append(("S", 3, "number in a footnote"))
    s.shot()


def version(s: Stage) -> None:
    s.site(
        "entry in the picker of versions",
        versions=["Current", s.now.strftime("%-d %B %Y"), *s.around.versions[1:]],
    )


def french(s: Stage) -> None:
    s.policy.sections[0].blocks.append(Block("p", "[Version française](/fr/legal)"))
    s.pending.append(("E", 1, "link to a French version"))
    s.shot()


def prices(s: Stage) -> None:
    """A table of prices inside the policy, then another price."""
    s.policy.sections.insert(
        3,
        Section(
            "Plans",
            [
                Block(
                    "table",
                    rows=[
                        ["Plan", "Requests", "Price"],
                        ["Free", "50 a day", "$0"],
                        ["Plus", "1000 a day", "$18"],
                        ["Business", "no limit", "$42"],
                    ],
                )
            ],
        ),
    )
    s.pending.append(("S", 3, "table of plans added"))
    s.shot()
    s.quiet(5)
    s.policy.sections[3].blocks[0].rows[2][2] = "$24"
    s.pending.append(("S", 3, "price in a table changed"))
    s.shot()


def bold_lead(s: Stage) -> None:
    """A short block that carries the whole meaning."""
    s.policy.sections[2].blocks.insert(0, Block("p", "Default: on."))
    s.pending.append(("S", 3, "short line added: Default: on."))
    s.shot()
    s.quiet(6)
    s.policy.sections[2].blocks[0].text = "Default: off."
    s.pending.append(("S", 4, "short line: on became off"))
    s.shot()


def play(s: Stage, events: tuple[Event, ...], still: tuple[int, int] = (3, 8)) -> None:
    """Let the events happen in the order given, with quiet captures between."""
    s.quiet(8)
    for event in events:
        try:
            event(s)
        except (LookupError, IndexError, ValueError, StopIteration):
            s.pending.clear()
        s.quiet(s.dice.randint(*still))
