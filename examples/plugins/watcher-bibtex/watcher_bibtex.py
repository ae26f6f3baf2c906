"""An exporter: every claim with its quote as a BibTeX entry, to be cited. `watcher export bibtex -o policies.bib`"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{each: f"\\{each}" for each in "#$%&_"},
}


class BibtexExporter:
    """Writes `@misc` entries, named by offering and claim."""

    def export(self, registry: Mapping[str, Any]) -> bytes:
        """Give the claims of all offerings, in the registry's order."""
        offerings = {each["slug"]: each for each in registry["offerings"]}
        best = (each for each in registry["claims"] if each["rank"] == 1)
        return "\n".join(_entry(each, offerings[each["offering"]]) for each in best).encode()


def _entry(claim: Mapping[str, Any], offering: Mapping[str, Any]) -> str:
    name = ":".join(filter(None, (claim["offering"], claim["key"], claim["scope"])))
    fields = {
        "author": f"{{{_tex(offering['provider'])}}}",
        "title": _tex(f"{offering['name']}: {claim['key']} is {claim['shown']}"),
        "url": claim["source_url"] or "",
        "urldate": (claim["checked_at"] or "")[:10],
        "note": _tex(f"“{claim['quote']}”") if claim["quote"] else "",
    }
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    return "\n".join([f"@misc{{{re.sub(r'[^A-Za-z0-9:._-]', '-', name)},", *lines, "}", ""])


def _tex(text: str) -> str:
    return "".join(_SPECIAL.get(each, each) for each in text)
