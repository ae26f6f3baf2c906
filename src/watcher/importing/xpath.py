"""XPath as CSS, where the two find the same: what the inspectors of browsers and most people write.

Read are steps of `/name`, `//name` and `following-sibling::name`, each with tests of attributes, places and contained
words, and several paths with `|` between. A last `text()` names the text of what is found, which is read anyway.
Not read is what CSS cannot say: a place among all that is found, `(//p)[1]`; an attribute as the result; other axes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_QUOTED = r"\"[^\"\\]*\"|'[^'\\]*'"
_PREFIX = re.compile(r"^xpath1?:\s*")
_STEP = re.compile(
    r"(?P<way>//|/)(?P<axis>following-sibling::|child::)?(?P<name>\*|[a-zA-Z][\w-]*)"
    rf"(?P<tests>(?:\s*\[(?:[^\[\]\"']|{_QUOTED})*\])*)\s*(?=/|$)"
)
_TEXT = re.compile(r"//?text\(\)$")
_TEST = re.compile(rf"\[((?:[^\[\]\"']|{_QUOTED})*)\]")
_PART = re.compile(rf"((?:[^|\"']|{_QUOTED})+)(?:\||$)")
_AND = re.compile(rf"((?:(?!\sand\s)(?:{_QUOTED}|[^\"']))+)(?:\sand\s|$)")

_CONDITIONS = (
    (re.compile(r"@([\w-]+)"), "[{0}]"),
    (re.compile(rf"@([\w-]+)\s*=\s*({_QUOTED})"), "[{0}={1}]"),
    (re.compile(rf"contains\(\s*@([\w-]+)\s*,\s*({_QUOTED})\s*\)"), "[{0}*={1}]"),
    (re.compile(rf"starts-with\(\s*@([\w-]+)\s*,\s*({_QUOTED})\s*\)"), "[{0}^={1}]"),
    (re.compile(rf"contains\(\s*(\.)\s*,\s*({_QUOTED})\s*\)"), ":-soup-contains({1})"),
)
"""What is asked of an element by itself → CSS."""

_PLACES: tuple[tuple[re.Pattern[str], str, Callable[[int], str]], ...] = (
    (re.compile(r"(?:position\(\)\s*=\s*)?(\d+)"), "nth", str),
    (
        re.compile(r"(?:position\(\)\s*=\s*)?last\(\)(?:\s*-\s*(\d+))?"),
        "nth-last",
        lambda n: f"{n + 1}",
    ),
    (re.compile(r"position\(\)\s*<=\s*(\d+)"), "nth", lambda n: f"-n+{n}"),
    (re.compile(r"position\(\)\s*<\s*(\d+)"), "nth", lambda n: f"-n+{n - 1}"),
    (re.compile(r"position\(\)\s*>=\s*(\d+)"), "nth", lambda n: f"n+{n}"),
    (re.compile(r"position\(\)\s*>\s*(\d+)"), "nth", lambda n: f"n+{n + 1}"),
)
"""Which place is asked for among the siblings that passed the tests before → counted from where, and how."""


def css_of(xpath: str) -> str | None:
    """Give the CSS selector that finds what `xpath` finds, None where there is none that surely does."""
    found = [_path(each) for each in _split(_PART, _PREFIX.sub("", xpath.strip()))]
    return ", ".join(each for each in found if each) if found and all(found) else None


def _split(part: re.Pattern[str], text: str) -> list[str]:
    """Give the parts of `text`, stripped; none when it does not consist of such parts alone."""
    found = [*part.finditer(text)]
    return [each[1].strip() for each in found] if "".join(each[0] for each in found) == text else []


def _path(path: str) -> str | None:
    text = _TEXT.sub("", path.removeprefix("."))
    css, at = "", 0
    while at < len(text):
        step = _STEP.match(text, at)
        simple = _simple(step["name"], _TEST.findall(step["tests"])) if step else None
        if step is None or simple is None:
            return None
        if step["axis"] == "following-sibling::":
            if step["way"] == "//" or not css or ":nth-" in simple:
                return None
            css += f" ~ {simple}"
        else:
            css += (" > " if step["way"] == "/" else " ") + simple if css else simple
        at = step.end()
    is_absolute = path.startswith("/") and not path.startswith("//")
    return None if not css or (is_absolute and not css.startswith("html")) else css


def _simple(name: str, tests: list[str]) -> str | None:
    """Give the selector of one step: each test narrows down what the tests before it let pass."""
    css = name
    for test in tests:
        asked = [_condition(each, css) for each in _split(_AND, test)]
        if not asked or None in asked:
            return None
        places = [each for each in asked if each and ":nth-" in each]
        others = [each for each in asked if each and ":nth-" not in each]
        narrowed = (
            [places[0], *(each.removeprefix(css) for each in places[1:])] if places else [css]
        )
        css = "".join([*narrowed, *others])
    return css


def _condition(test: str, css: str) -> str | None:
    """Give what is to be added to `css` for a test of an element; for a place, what stands instead of it."""
    for pattern, form in _CONDITIONS:
        if found := pattern.fullmatch(test):
            return form.format(*found.groups())
    for pattern, counted, place in _PLACES:
        if found := pattern.fullmatch(test):
            at = place(int(found[1] or 0))
            if re.fullmatch(r"[a-zA-Z][\w-]*", css):
                return f"{css}:{counted}-of-type({at})"
            return f":{counted}-child({at} of {css})" if css != "*" else f":{counted}-child({at})"
    return None
