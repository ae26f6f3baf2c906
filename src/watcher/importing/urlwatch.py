"""The jobs of urlwatch and webchanges: one YAML document each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from watcher.importing.jobs import Job
from watcher.importing.yaml_jobs import yaml_documents

_NAMES = ("url", "navigate", "name", "use_browser", "filter", "kind", "enabled", "command", "data")
"""Keys that are read one by one, below."""

_COVERED_FILTERS = {
    "html2text": "the text of every page is read anyway",
    "pdf2text": "the text of PDFs is read anyway",
    "strip": "white space never counts as a change",
    "striplines": "white space never counts as a change",
    "strip_each_line": "white space never counts as a change",
    "strip_empty_lines": "white space never counts as a change",
    "beautify": "markup never counts as a change",
    "format-json": "JSON is read by its values",
    "pretty-xml": "markup never counts as a change",
    "remove_repeated": "what is repeated is compared block by block",
    "remove-duplicate-lines": "what is repeated is compared block by block",
    "absolute_links": "links are made absolute anyway",
}

_LOST_FILTERS = {
    "shellpipe": "runs a program; nothing that is declared is ever run",
    "execute": "runs a program; nothing that is declared is ever run",
    "ocr": "text in pictures is not read",
    "keep_lines_containing": "whole blocks are compared; `keep` and `drop` select parts of the page",
    "delete_lines_containing": "use `drop`, or dismiss such a change once and take the rule offered",
    "grep": "whole blocks are compared; `keep` and `drop` select parts of the page",
    "grepi": "use `drop`, or dismiss such a change once and take the rule offered",
    "re.sub": "noise is recognised as such; what is silenced is counted (`watcher noise`)",
    "sort": "a block that only moved is known to have moved",
    "reverse": "the order of a page is kept",
    "jq": "declare a claim with a path such as `$.terms[0].days`",
    "jsonpath": "declare a claim with a path such as `$.terms[0].days`",
}

_COVERED = {
    "max_tries": "a source in trouble is told of once the trouble lasts",
    "ignore_connection_errors": "a page that cannot be reached is never taken for a change",
    "ignore_timeout_errors": "a page that cannot be reached is never taken for a change",
    "ignore_too_many_redirects": "a page that cannot be reached is never taken for a change",
    "ignore_http_error_codes": "a page that answers with an error is never taken for a change",
    "ignore_dh_key_too_small": "a page that cannot be reached is never taken for a change",
    "ignore_cached": "what is not modified is only confirmed",
    "diff_tool": "changes are shown by claims and words",
    "differ": "changes are shown by claims and words",
    "is_markdown": "the format is recognised",
    "encoding": "the encoding is recognised",
    "wait_until": "a page is read once it has settled",
    "wait_for_timeout": "a page is read once it has settled",
    "compared_versions": "earlier states are remembered, and a return to one is recognised",
    "block_elements": "what a page need not load is not loaded",
    "monospace": "it is a matter of the report",
    "markdown_padded_tables": "it is a matter of the report",
    "loop_count": "there is one browser for all",
}

_LOST = {
    "headers": "requests carry no headers of yours; a page behind them can be handed in (`watcher snapshot`)",
    "cookies": "requests carry no cookies of yours; a page behind a login can be handed in (`watcher snapshot`)",
    "http_proxy": "a proxy is set for all, by the environment",
    "https_proxy": "a proxy is set for all, by the environment",
    "ssl_no_verify": "certificates are always checked",
    "ignore_https_errors": "certificates are always checked",
    "timeout": "one deadline holds for all: WATCHER_DEADLINE",
    "diff_filter": "changes are compared by block, and what is silenced is counted",
    "additions_only": "what was removed matters as much",
    "deletions_only": "what was added matters as much",
    "user_visible_url": "the address that is looked at is the one that is shown",
    "note": "there is no field for notes; a comment in sources.yaml will do",
    "tags": "sources are grouped by their offerings: --offering",
    "no_redirects": "redirects are followed and recorded",
    "evaluate": "scripts are never run; declare `steps`",
    "initialization_js": "scripts are never run; declare `steps`",
    "initialization_url": "each look begins at the page itself",
    "switches": "the browser is started the same way for all",
    "user_data_dir": "the browser keeps nothing between looks",
    "method": "pages are read with GET",
}


def urlwatch_jobs(path: Path) -> list[Job]:
    """Give the jobs of a file of urlwatch or webchanges. Raises DeclarationError when it cannot be read as one."""
    return [
        _job(said, f"job {number}, line {line}")
        for number, (line, said) in enumerate(yaml_documents(path), 1)
    ]


def _job(said: object, place: str) -> Job:
    job = Job(place)
    if not isinstance(said, Mapping):
        job.refuse("is not a mapping of keys and values")
        return job
    job.name = _text(said.get("name"))
    _take_page(job, said)
    for key, value in said.items():
        if key == "filter":
            _take_filters(job, value)
        elif key in ("wait_for", "wait_for_selector"):
            _take_wait(job, key, _text(value))
        elif key not in _NAMES:
            _tell(job, f"`{key}`", key, _COVERED, _LOST)
    return job


def _take_page(job: Job, said: Mapping[str, object]) -> None:
    if "command" in said or said.get("kind") == "shell":
        return job.refuse("runs a program; only pages are watched")
    if "data" in said or _text(said.get("method")).upper() not in ("", "GET"):
        job.refuse("sends a form; pages are only read")
    if _text(said.get("enabled")).lower() in ("false", "no", "off"):
        job.refuse("is switched off there")
    is_navigated = "navigate" in said
    job.in_browser = is_navigated or _is_yes(said.get("use_browser"))
    return job.take_url(said.get("navigate") if is_navigated else said.get("url"))


def _take_wait(job: Job, key: str, text: str) -> None:
    if text.replace(".", "").isdigit():
        job.cover(f"`{key}`", "a page is read once it has settled")
    else:
        job.take_step(f"`{key}`", wait_for=text)


def _take_filters(job: Job, filters: object) -> None:
    for each in filters if isinstance(filters, list) else [filters]:
        for kind, value in each.items() if isinstance(each, Mapping) else [(_text(each), "")]:
            _take_filter(job, *_older_form(str(kind), value))


def _older_form(kind: str, value: object) -> tuple[str, object]:
    """Read `css:.terms` as well, the form of older files."""
    before, colon, after = kind.partition(":")
    return (before, after) if colon and not value else (kind, value)


def _take_filter(job: Job, kind: str, value: object) -> None:
    what = f"filter `{kind}`"
    if kind in _SELECTING:
        said = value if isinstance(value, Mapping) else {}
        raw = _text(next((said[key] for key in _SELECTORS if key in said), value))
        _select(job, what, _SELECTING[kind].format(raw.strip()))
        _exclude(job, what, said)
    else:
        _tell(job, what, kind, _COVERED_FILTERS, _LOST_FILTERS)


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
        job.leave(what, lost.get(name, "has no counterpart"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_yes(value: object) -> bool:
    return _text(value).lower() in ("true", "yes", "on")
