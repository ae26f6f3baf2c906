"""The jobs of urlwatch and webchanges: one YAML document each. What has no like is told by urlwatch_keys.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha1
from pathlib import Path
from urllib.parse import urlencode

from watcher.importing.jobs import Job
from watcher.importing.urlwatch_keys import COVERED, COVERED_FILTERS, LOST, LOST_FILTERS
from watcher.importing.yaml_jobs import yaml_documents

_NAMES = ("url", "navigate", "name", "use_browser", "kind", "enabled", "command", "data", "params")
"""Keys that are read by `_take_page`, as is `method: GET`."""

_KINDS = ("", "url", "browser")
_NUMBER = re.compile(r"#\d{1,3}$")
"""What tells jobs of one page apart there: their documentations say to append #1, #2 …"""


def urlwatch_jobs(path: Path) -> list[Job]:
    """Give the jobs of a file of urlwatch or webchanges. Raises DeclarationError when it cannot be read as one."""
    return [
        _job(said, f"job {number}, line {line}")
        for number, (line, said) in enumerate(yaml_documents(path), 1)
    ]


def _job(said: object, place: str) -> Job:
    job = Job(place)
    if not isinstance(said, Mapping):
        job.refuse(
            "is a list: put each job between lines `---`"
            if isinstance(said, list)
            else "is no job of keys and values; lists of addresses are taken by `watcher import urls`"
        )
        return job
    job.name = _text(said.get("name"))
    _take_page(job, said)
    for key, value in said.items():
        if key in ("filter", "filters"):
            _take_filters(job, value)
        elif key in ("wait_for", "wait_for_selector"):
            _take_wait(job, key, value)
        elif key not in _NAMES and not (key == "method" and _is_get(said)):
            _tell(job, f"`{key}`", key, COVERED, LOST)
    return job


def _take_page(job: Job, said: Mapping[str, object]) -> None:
    kind = _text(said.get("kind"))
    if "command" in said or kind in ("shell", "command"):
        return job.refuse("runs a program; only pages are watched")
    if "data" in said or not _is_get(said):
        job.refuse("sends a form; pages are only read")
    if _text(said.get("enabled")).lower() in ("false", "no", "off"):
        job.refuse("is switched off there")
    if kind not in _KINDS:
        why = "is code of a hooks.py, which is never run; its page is watched as anybody sees it"
        job.leave(f"`kind: {kind}`", why)
    job.in_browser = "navigate" in said or kind == "browser" or _in_browser(said)
    url = said.get("navigate") or said.get("url")
    location = _text(said.get("user_visible_url")) or _text(url)
    job.history = sha1(location.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return job.take_url(_with_parameters(_NUMBER.sub("", _text(url).strip()), said.get("params")))


def _is_get(said: Mapping[str, object]) -> bool:
    return _text(said.get("method")).upper() in ("", "GET")


def _in_browser(said: Mapping[str, object]) -> bool:
    """Whether a browser is asked for, also by its name: `use_browser: chrome`."""
    return _text(said.get("use_browser")).lower() not in ("", "false", "no", "off")


def _with_parameters(url: str, parameters: object) -> str:
    """Give the address with what `params` appends to it: a mapping, or a text as it stands in addresses."""
    texts = parameters if isinstance(parameters, Mapping) else {}
    query = _text(parameters) or urlencode({key: _text(value) for key, value in texts.items()})
    bare, hash_sign, fragment = url.partition("#")
    return f"{bare}{'&' if '?' in bare else '?'}{query}{hash_sign}{fragment}" if query else url


def _take_wait(job: Job, key: str, value: object) -> None:
    for each in value if isinstance(value, list) else [value]:
        said = each if isinstance(each, Mapping) else {}
        text, state = _text(said.get("selector", each)), _text(said.get("state"))
        if text.replace(".", "").isdigit():
            job.cover(f"`{key}`", "a page is read once it has settled")
        elif state in ("hidden", "detached"):
            job.leave(
                f"`{key}`", f"waits for {text!r} to be gone; a page is read once it has settled"
            )
        else:
            job.take_step(f"`{key}`", wait_for=_css_of_locator(text))


def _css_of_locator(text: str) -> str:
    """Give the selector of a Playwright locator: `css=main >> nth=0` is `main`, whose first is waited for anyway."""
    bare = re.sub(r"\s*>>\s*(?:nth=0|visible=true)", "", text.strip())
    return re.sub(r"^(?:css|xpath)=", "", bare)


def _take_filters(job: Job, filters: object) -> None:
    for kind, value in _filters(filters):
        _take_filter(job, kind, value)


def _filters(said: object) -> Iterator[tuple[str, object]]:
    """Give each filter with what it is told.

    A text is the form of older files, `css:.terms,html2text`, which is split at every comma; so urlwatch does.
    """
    for each in (
        said if isinstance(said, list) else _text(said).split(",") if _text(said) else [said]
    ):
        if isinstance(each, Mapping):
            yield from ((str(kind), value) for kind, value in each.items())
        else:
            kind, _, value = _text(each).strip().partition(":")
            yield kind.strip(), value


def _take_filter(job: Job, kind: str, value: object) -> None:
    what = f"filter `{kind}`"
    if kind in _SELECTING:
        said = value if isinstance(value, Mapping) else {}
        raw = _text(next((said[key] for key in _SELECTORS if key in said), value))
        _select(job, what, _SELECTING[kind].format(raw.strip()))
        _exclude(job, what, said)
    elif kind:
        _tell(job, what, kind, COVERED_FILTERS, LOST_FILTERS)


_SELECTORS = ("selector", "path", "id", "class", "tag", "style")
_SELECTING = {
    "css": "{}",
    "xpath": "{}",
    "element-by-id": '[id="{}"]',
    "element-by-class": '[class~="{}"]',
    "element-by-tag": "{}",
    "element-by-style": '[style="{}"]',
}
"""Filters that select a part of the page, as CSS."""


def _select(job: Job, what: str, selector: str) -> None:
    if job.keep:
        message = f"selects inside {job.keep[0]!r}: write both as one selector in `keep`"
        return job.leave(f"{what} {selector!r}", message)
    return job.take_selector(job.keep, selector, what)


def _exclude(job: Job, what: str, said: Mapping[str, object]) -> None:
    for key, value in said.items():
        if key == "exclude":
            job.take_selector(job.drop, _text(value), f"{what}: `exclude`")
        elif key not in (*_SELECTORS, "method"):
            job.leave(f"{what}: `{key}`", "all that a selector finds is read")


def _tell(
    job: Job, what: str, name: str, covered: Mapping[str, str], lost: Mapping[str, str]
) -> None:
    if name in covered:
        job.cover(what, covered[name])
    else:
        job.leave(what, lost.get(name, "is nothing that Watcher knows"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
