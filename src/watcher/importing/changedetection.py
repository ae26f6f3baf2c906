"""A backup of changedetection.io: the pages it watches, as its own file says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from watcher.errors import DeclarationError, Problem
from watcher.importing.archive import Archive
from watcher.importing.jobs import Job
from watcher.importing.reading import json_of

_INDEXES = ("changedetection.json", "url-watches.json")
"""What holds all watches, or all but what stands in a `watch.json` of each; newest form first."""

_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}

_LOST = {
    "ignore_text": "dismiss such a change once and take the rule offered; it is counted then",
    "trigger_text": "every change is compared; `significance` of a channel says which are told",
    "extract_text": "whole blocks are compared; a claim with a `pattern` reads one value",
    "text_should_not_be_present": "every change is compared",
    "conditions": "every change is compared; `significance` of a channel says which are told",
    "headers": "requests carry no headers of yours; a page behind them can be handed in (`watcher snapshot`)",
    "proxy": "a proxy is set for all, by the environment",
    "webdriver_js_execute_code": "scripts are never run; declare `steps`",
    "ignore_status_codes": "a page that answers with an error is never taken for a change",
    "notification_title": "messages have one form for all",
    "notification_body": "messages have one form for all",
    "check_unique_lines": "earlier states are remembered, and a return to one is recognised",
}

_STEPS = {
    "Click element": ("click", False),
    "Click element if exists": ("click", True),
    "Wait for text in element": ("wait_for", False),
    "Scroll to element": ("scroll", True),
}
"""Their steps that name a selector → our action, and whether it may fail."""

_COVERED_STEPS = ("Choose one", "Goto site", "Wait for seconds", "Wait for text", "Scroll down")
_NO_FORM = "no form is filled in and no script is run; what comes after it may not be there"


def changedetection_jobs(archive: Archive) -> list[Job]:
    """Give a job for each watch of a backup. Raises DeclarationError when it is no such backup."""
    index = _index(archive)
    settings = _mapping(index.get("settings"))
    application = _mapping(settings.get("application"))
    tags = {
        key: str(_mapping(tag).get("title") or key)
        for key, tag in _mapping(application.get("tags")).items()
    }
    usual = _seconds(_mapping(_mapping(settings.get("requests")).get("time_between_check")))
    return [
        _job(f"watch {number}", key, _mapping(watch), tags, usual)
        for number, (key, watch) in enumerate(_watches(archive, index).items(), 1)
    ]


def settings_secrets(archive: Archive) -> tuple[str, ...]:
    """Give the addresses to which the whole installation sends notifications."""
    application = _mapping(_mapping(_index(archive).get("settings")).get("application"))
    return _texts(application.get("notification_urls"))


def _index(archive: Archive) -> Mapping[str, object]:
    name = next((each for each in _INDEXES if each in archive), None)
    if name is None:
        message = f"is no backup of changedetection.io: it holds neither {' nor '.join(_INDEXES)}"
        raise DeclarationError([Problem(str(archive.path), None, "", message)])
    return _mapping(json_of(archive.read(name), archive.path / name))


def _watches(archive: Archive, index: Mapping[str, object]) -> dict[str, object]:
    """Give the watches by their keys: those of the index, and since version 0.51 a file of each."""
    watches = dict(_mapping(index.get("watching")))
    for name in archive.names:
        folder, _, file = name.rpartition("/")
        if file == "watch.json" and folder:
            watches[folder] = json_of(archive.read(name), archive.path / name)
    return watches


def _job(
    place: str, key: str, watch: Mapping[str, object], tags: Mapping[str, str], usual: float
) -> Job:
    job = Job(place, name=_text(watch.get("title")), history=key)
    url = _text(watch.get("url"))
    if url.startswith("source:"):
        job.leave("`source:` before its address", "the page is read, not its markup")
    if watch.get("paused") is True:
        job.refuse("is paused there")
    if _text(watch.get("method")).upper() not in ("", "GET") or watch.get("body"):
        job.refuse("sends a form; pages are only read")
    job.take_url(url.removeprefix("source:"))
    backend = _text(watch.get("fetch_backend"))
    job.in_browser = "webdriver" in backend or "browser" in backend
    for each in _texts(watch.get("include_filters")):
        _take_selector(job, job.keep, each, "`include_filters`")
    for each in _texts(watch.get("subtractive_selectors")):
        _take_selector(job, job.drop, each, "`subtractive_selectors`")
    _take_steps(job, watch.get("browser_steps"))
    _take_times(job, watch, usual)
    _take_rest(job, watch, tags)
    return job


def _take_selector(job: Job, into: list[str], raw: str, what: str) -> None:
    if raw.startswith(("json:", "jq:", "jqraw:")):
        job.leave(f"{what} {raw!r}", "declare a claim with a path such as `$.terms[0].days`")
    else:
        job.take_selector(into, raw, what)


def _take_steps(job: Job, steps: object) -> None:
    for number, raw in enumerate(steps if isinstance(steps, Sequence) else [], 1):
        step = _mapping(raw)
        operation, selector = _text(step.get("operation")), _text(step.get("selector")).strip()
        what = f"step {number}, {operation!r}"
        if not operation or operation in _COVERED_STEPS:
            if operation.startswith("Wait"):
                job.cover(what, "a page is read once it has settled")
        elif operation == "Remove elements":
            job.take_selector(job.drop, selector, what)
        elif operation.startswith("Click element containing text"):
            job.take_step(what, click_text=_text(step.get("optional_value")), **_may(operation))
        elif operation in _STEPS and selector:
            action, may_fail = _STEPS[operation]
            job.take_step(what, **{action: selector}, **({"optional": "yes"} if may_fail else {}))
        else:
            job.leave(what, _NO_FORM)


def _may(operation: str) -> dict[str, str]:
    return {"optional": "yes"} if operation.endswith("if exists") else {}


def _take_times(job: Job, watch: Mapping[str, object], usual: float) -> None:
    own = _seconds(_mapping(watch.get("time_between_check")))
    seconds = own if own and watch.get("time_between_check_use_default") is not True else usual
    if seconds:
        job.take_every(seconds)
    if _mapping(watch.get("time_schedule_limit")).get("enabled") is True:
        job.leave("`time_schedule_limit`", "hours without looks are declared per host: `quiet`")


def _take_rest(job: Job, watch: Mapping[str, object], tags: Mapping[str, str]) -> None:
    for key, why in _LOST.items():
        if watch.get(key):
            job.leave(f"`{key}`", why)
    named = [tags.get(each, each) for each in _texts(watch.get("tags") or watch.get("tag"))]
    if named:
        why = "sources are grouped by their offerings: --offering"
        job.leave(f"tags {', '.join(named)}", why)
    if _text(watch.get("processor")) not in ("", "text_json_diff"):
        job.leave(f"processor {watch['processor']!r}", "the text of the page is read")
    if watch.get("notification_muted") is not True:
        job.secrets = _texts(watch.get("notification_urls"))


def _seconds(said: Mapping[str, object]) -> float:
    parts = ((_SECONDS.get(unit, 0), number) for unit, number in said.items())
    return sum(
        length * float(number) for length, number in parts if isinstance(number, int | float)
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(filter(None, (each.strip() for each in value.split(","))))
    if not isinstance(value, Sequence):
        return ()
    return tuple(each.strip() for each in value if isinstance(each, str) and each.strip())
