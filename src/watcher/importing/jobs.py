"""What another tool watched, one page at a time: what of it can be declared here, and what cannot, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from watcher.importing.xpath import css_of
from watcher.sources.scalars import read_every, read_selector, read_url
from watcher.urls import way_of

_UNITS = (("w", 7 * 86_400), ("d", 86_400), ("h", 3600), ("m", 60))
_YEAR = 52 * 7 * 86_400
_CONTAINS = re.compile(r":contains\(")
"""What jQuery and older libraries call a test of an element's text; soupsieve's own name is another."""


@dataclass(frozen=True, slots=True)
class Left:
    """Something of a job that was not taken over, and why. `is_lost` is False where Watcher does it by itself."""

    what: str
    why: str
    is_lost: bool = True


def _with_hint(error: ValueError) -> str:
    """Give what is wrong, and what would mend it where that is known."""
    message, *hint = map(str, error.args)
    return f"{message} ({hint[0]})" if hint and hint[0] else message


def _is_xpath(text: str) -> bool:
    return text.startswith(("/", "./", "(", "xpath"))


@dataclass(slots=True)
class Job:
    """One page that another tool watched. `place` says where it stands there: `job 3, line 12`.

    `provider` is whose page it is, where the tool says so; `secrets` are the addresses to which it sent notifications.
    `refused` is why it cannot be a source at all, empty when it can. `history` is under which name the tool keeps
    what it saw.
    """

    place: str
    name: str = ""
    url: str = ""
    every: str = ""
    in_browser: bool = False
    keep: list[str] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)
    steps: list[dict[str, str]] = field(default_factory=list)
    provider: str = ""
    secrets: tuple[str, ...] = ()
    left: list[Left] = field(default_factory=list)
    refused: str = ""
    history: str = ""

    def leave(self, what: str, why: str) -> None:
        """Note that something has no counterpart."""
        self.left.append(Left(what, why))

    def cover(self, what: str, why: str) -> None:
        """Note that something need not be declared."""
        self.left.append(Left(what, why, is_lost=False))

    def refuse(self, why: str) -> None:
        """Note that this is nothing that can be watched; the first reason stands."""
        self.refused = self.refused or why

    def take_url(self, raw: object, key: str = "url") -> None:
        """Take over the address that stands under `key`; a way behind `#` is gone in a browser.

        One that cannot be watched refuses the job, without repeating what may be secret.
        """
        if not isinstance(raw, str) or not raw.strip():
            return self.refuse(f"has no `{key}`")
        if re.match(r"[a-z][a-z0-9+.-]*://[^/?#]*@", raw.strip(), re.IGNORECASE):
            return self.refuse("has a user name or password in its address, which is not watched")
        try:
            self.url = read_url(raw)
        except ValueError as error:
            return self.refuse(_with_hint(error))
        self.in_browser = self.in_browser or bool(way_of(self.url))
        return None

    def take_selector(self, into: list[str], raw: object, what: str) -> None:
        """Take over a selector, CSS or an XPath that says the same as one, into `keep` or `drop`."""
        text = raw.strip() if isinstance(raw, str) else ""
        css = css_of(text) if _is_xpath(text) else _CONTAINS.sub(":-soup-contains(", text)
        if css is None:
            return self.leave(what, f"XPath {text!r} has no like in CSS: write it as `keep`")
        try:
            selector = read_selector(css)
        except ValueError as error:
            return self.leave(what, _with_hint(error))
        if selector not in into:
            into.append(selector)
        return None

    def take_step(self, what: str, **step: str) -> None:
        """Take over one thing that is done to the page first."""
        target = next(iter(step.values()))
        action = next(iter(step))
        css = css_of(target) if _is_xpath(target) else target
        try:
            if css is None or "-soup-" in css:
                raise ValueError(f"{target!r} has no like in CSS as browsers know it")
            step[action] = css if action == "click_text" else read_selector(css)
        except ValueError as error:
            return self.leave(what, _with_hint(error))
        self.steps.append(step)
        return None

    def take_every(self, seconds: float) -> None:
        """Take over how often it was looked at, in the largest unit that says it exactly, from a minute to a year."""
        whole = int(max(60, min(_YEAR, seconds))) // 60 * 60
        unit, length = next(pair for pair in _UNITS if whole % pair[1] == 0)
        every = f"{whole // length}{unit}"
        read_every(every)
        self.every = every

    @property
    def taken(self) -> list[str]:
        """What was taken over beside the address, by our keys."""
        said = {
            "title": self.name,
            "every": self.every,
            "fetch": self.in_browser and not self.steps,
            "keep": self.keep,
            "drop": self.drop,
            "steps": self.steps,
        }
        return [key for key, value in said.items() if value]
