"""XPath as CSS, where the two say exactly the same: paths of names, with one attribute each."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"^xpath1?:\s*")
_STEP = re.compile(
    r"(?P<way>//|/)(?P<name>\*|[a-zA-Z][\w-]*)"
    r"(?:\[\s*(?:@(?P<attribute>[\w-]+)\s*=\s*|contains\(\s*@(?P<holder>[\w-]+)\s*,\s*)"
    r"(?P<quote>['\"])(?P<value>[^'\"\\\]]*)(?P=quote)\s*\)?\s*\])?"
)


def css_of(xpath: str) -> str | None:
    """Give the CSS selector that finds what `xpath` finds, None where there is none as simple.

    Read are steps of `/name` and `//name`, each with one test: `[@id="main"]` or `[contains(@class, "terms")]`.
    """
    text = _PREFIX.sub("", xpath.strip())
    css, at = "", 0
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            return None
        css += (" > " if step["way"] == "/" and css else " " if css else "") + _simple(step)
        at = step.end()
    is_absolute = text.startswith("/") and not text.startswith("//")
    return None if not css or (is_absolute and not css.startswith("html")) else css


def _simple(step: re.Match[str]) -> str:
    if step["attribute"]:
        return f'{step["name"]}[{step["attribute"]}="{step["value"]}"]'
    if step["holder"]:
        return f'{step["name"]}[{step["holder"]}*="{step["value"]}"]'
    return step["name"]
