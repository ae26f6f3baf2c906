"""A backup of changedetection.io: the pages it watches, as its own files say of them, of all its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from watcher.errors import DeclarationError, Problem
from watcher.importing.archive import Archive
from watcher.importing.changedetection_keys import BESIDE, COVERED, LOST, READ, WANTED
from watcher.importing.jobs import Job
from watcher.importing.reading import json_of

_INDEXES = ("changedetection.json", "url-watches.json")
"""What holds all watches, or all but what stands in a `watch.json` of each; newest form first."""

_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}

_STEPS = {
    "Click element": ("click", False),
    "Click element if exists": ("click", True),
    "Wait for text in element": ("wait_for", False),
    "Scroll to element": ("scroll", True),
}
"""Their steps that name a selector → our action, and whether it may fail."""

_COVERED_STEPS = ("Choose one", "Goto site", "Wait for seconds", "Wait for text", "Scroll down")
_NO_FORM = "no form is filled in and no script is run; what comes after it may not be there"


@dataclass(frozen=True, slots=True)
class _Shared:
    """What holds for all watches unless they say otherwise; `tags` by their keys, which watches name."""

    every: float
    in_browser: bool
    drop: tuple[str, ...]
    ignored: bool
    tags: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def changedetection_jobs(archive: Archive) -> list[Job]:
    """Give a job for each watch of a backup. Raises DeclarationError when it is no such backup."""
    index = _index(archive)
    shared = _shared(archive, index)
    return [
        _job(f"watch {number}", key, _mapping(watch), shared)
        for number, (key, watch) in enumerate(_watches(archive, index).items(), 1)
    ]


def settings_secrets(archive: Archive) -> tuple[str, ...]:
    """Give the addresses to which the whole installation sends notifications."""
    return _texts(_application(_index(archive)).get("notification_urls"))


def listed_histories(archive: Archive) -> dict[str, dict[str, str]]:
    """Give time → file of watches whose history stands in the index itself, as before version 0.39.5."""
    watches = _watches(archive, _index(archive))
    said = {key: _mapping(_mapping(watch).get("history")) for key, watch in watches.items()}
    return {
        key: {at: file for at, file in kept.items() if isinstance(file, str)}
        for key, kept in said.items()
        if kept
    }


def _shared(archive: Archive, index: Mapping[str, object]) -> _Shared:
    application = _application(index)
    requests = _mapping(_mapping(index.get("settings")).get("requests"))
    return _Shared(
        every=_between(requests),
        in_browser=_renders(_text(application.get("fetch_backend"))),
        drop=_texts(application.get("global_subtractive_selectors")),
        ignored=bool(application.get("global_ignore_text")),
        tags={
            **{key: _mapping(tag) for key, tag in _mapping(application.get("tags")).items()},
            **{PurePosixPath(key).name: tag for key, tag in _files(archive, "tag.json")},
        },
    )


def _index_name(archive: Archive) -> str:
    """Give the name of the index; the whole may stand in a folder."""
    found = [each for each in archive.names if PurePosixPath(each).name in _INDEXES]
    if not found:
        message = f"is no backup of changedetection.io: it holds neither {' nor '.join(_INDEXES)}"
        raise DeclarationError([Problem(str(archive.path), None, "", message)])
    return min(found, key=lambda name: (name.count("/"), _INDEXES.index(PurePosixPath(name).name)))


def _index(archive: Archive) -> Mapping[str, object]:
    name = _index_name(archive)
    return _mapping(json_of(archive.read(name), archive.path / name))


def _application(index: Mapping[str, object]) -> Mapping[str, object]:
    return _mapping(_mapping(index.get("settings")).get("application"))


def _watches(archive: Archive, index: Mapping[str, object]) -> dict[str, object]:
    """Give the watches by their folders: those of the index, and since version 0.51 a file of each."""
    folder = PurePosixPath(_index_name(archive)).parent
    watches = {str(folder / key): watch for key, watch in _mapping(index.get("watching")).items()}
    return {**watches, **dict(_files(archive, "watch.json"))}


def _files(archive: Archive, wanted: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give folder and content of each file called `wanted`."""
    for name in archive.names:
        folder, _, file = name.rpartition("/")
        if file == wanted and folder:
            yield folder, _mapping(json_of(archive.read(name), archive.path / name))


def _job(place: str, key: str, watch: Mapping[str, object], shared: _Shared) -> Job:
    name = _text(watch.get("title")) or _text(watch.get("page_title"))
    job = Job(place, name=" ".join(name.split()), history=key)
    tags = [
        shared.tags.get(each, {"title": each})
        for each in _texts(watch.get("tags") or watch.get("tag"))
    ]
    _take_page(job, watch, shared)
    for said in (watch, *tags):
        for each in _texts(said.get("include_filters")) or _one(said.get("css_filter")):
            _take_selector(job, job.keep, each, "`include_filters`")
        for each in _texts(said.get("subtractive_selectors")):
            _take_selector(job, job.drop, each, "`subtractive_selectors`")
    for each in shared.drop:
        _take_selector(job, job.drop, each, "`global_subtractive_selectors`")
    _take_steps(job, watch.get("browser_steps"))
    _take_times(job, watch, shared.every)
    _take_tags(job, watch, tags)
    _take_rest(job, watch)
    if shared.ignored:
        job.leave("`global_ignore_text`", LOST["ignore_text"])
    return job


def _take_page(job: Job, watch: Mapping[str, object], shared: _Shared) -> None:
    url = _text(watch.get("url"))
    if url.startswith("source:"):
        job.leave("`source:` before its address", "the page is read, not its markup")
    if watch.get("paused") is True:
        job.refuse("is paused there")
    if _text(watch.get("method")).upper() not in ("", "GET") or watch.get("body"):
        job.refuse("sends a form; pages are only read")
    if "{%" in url or "{{" in url:
        job.refuse("has a template for an address, which is not run: declare the address itself")
    backend = _text(watch.get("fetch_backend"))
    job.in_browser = shared.in_browser if backend in ("", "system") else _renders(backend)
    job.take_url(url.removeprefix("source:"))


def _renders(backend: str) -> bool:
    return "webdriver" in backend or "browser" in backend or "playwright" in backend


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
    own = _between(watch)
    seconds = own if own and watch.get("time_between_check_use_default") is not True else usual
    if seconds:
        job.take_every(seconds)
    if _mapping(watch.get("time_schedule_limit")).get("enabled") is True:
        job.leave("`time_schedule_limit`", "hours without looks are declared per host: `quiet`")


def _take_tags(job: Job, watch: Mapping[str, object], tags: Sequence[Mapping[str, object]]) -> None:
    """Tell of tags; where notifications go is said by the watch, else by its tags."""
    if tags:
        named = ", ".join(str(each.get("title") or "?") for each in tags)
        job.leave(f"tags {named}", "sources are grouped by their offerings: --offering")
    for said in (watch, *tags):
        if not job.secrets and said.get("notification_muted") is not True:
            job.secrets = _texts(said.get("notification_urls"))
    if watch.get("notification_muted") is True:
        job.secrets = ()


def _take_rest(job: Job, watch: Mapping[str, object]) -> None:
    for key, value in watch.items():
        if key in WANTED and value is False:
            job.leave(f"`{key}: false`", WANTED[key])
        elif not value or key in READ or key in BESIDE or key in WANTED:
            continue
        elif key in COVERED:
            job.cover(f"`{key}`", COVERED[key])
        else:
            job.leave(f"`{key}`", LOST.get(key, "is nothing that Watcher knows"))
    if _text(watch.get("processor")) not in ("", "text_json_diff"):
        job.leave(f"processor {watch['processor']!r}", "the text of the page is read")


def _between(said: Mapping[str, object]) -> float:
    """Give how many seconds lie between looks; versions before 0.39.8 count minutes."""
    minutes = said.get("minutes_between_check")
    parts = _mapping(said.get("time_between_check")) or {"minutes": minutes}
    numbers = ((_SECONDS.get(unit, 0), number) for unit, number in parts.items())
    return sum(
        length * float(number) for length, number in numbers if isinstance(number, int | float)
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one(value: object) -> tuple[str, ...]:
    return (value.strip(),) if isinstance(value, str) and value.strip() else ()


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(filter(None, (each.strip() for each in value.split(","))))
    if not isinstance(value, Sequence):
        return ()
    return tuple(each.strip() for each in value if isinstance(each, str) and each.strip())
