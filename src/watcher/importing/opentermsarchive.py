"""The declarations of an Open Terms Archive collection: a JSON file a service, a page or several a type of terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from watcher.errors import DeclarationError, Problem
from watcher.importing.jobs import Job
from watcher.importing.reading import bytes_of, json_of, refusal

_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".php", ".asp", ".aspx", ".pdf", ".txt", ".md")
_FORBIDDEN = re.compile(r'[\\:"<>|*?]')


def terms_jobs(folder: Path) -> list[Job]:
    """Give a job for each page that the declarations in `folder` name; `folder` may be that of the whole collection.

    Raises DeclarationError, with every problem, when there are none or some cannot be read.
    """
    if not folder.is_dir():
        raise refusal(folder, "is no folder of declarations")
    if (folder / "declarations").is_dir():
        folder /= "declarations"
    files = sorted(each for each in folder.glob("*.json") if not _is_past(each))
    if not files:
        raise refusal(folder, "holds no declarations: no file called SERVICE.json")
    jobs: list[Job] = []
    problems: list[Problem] = []
    for file in files:
        try:
            jobs += _service(file)
        except DeclarationError as error:
            problems += error.problems
    if problems:
        raise DeclarationError(problems)
    return jobs


def _is_past(file: Path) -> bool:
    """Whether a file holds what used to be declared."""
    return file.stem.endswith((".history", ".filters"))


def _service(file: Path) -> list[Job]:
    said = json_of(bytes_of(file), file)
    terms = said.get("terms", said.get("documents")) if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(terms, Mapping):
        message = "declares no `terms`"
        raise DeclarationError([Problem(str(file), None, "", message, "is it a declaration?")])
    name = said.get("name")
    service = name if isinstance(name, str) and name.strip() else file.stem
    return [
        job
        for kind, declared in terms.items()
        for job in _jobs(
            file, service, str(kind), declared if isinstance(declared, Mapping) else {}
        )
    ]


def _jobs(file: Path, service: str, kind: str, declared: Mapping[str, object]) -> Iterator[Job]:
    parts = declared.get("combine")
    pages = [each for each in parts if isinstance(each, Mapping)] if isinstance(parts, list) else []
    for number, page in enumerate(pages or [declared], 1):
        part = f", part {number}" if len(pages) > 1 else ""
        job = _job({**declared, **page}, f"{file.name}, {kind}{part}")
        job.provider = service
        job.name = f"{kind}{part}"
        own = f" #{_part_name(job.url)}" if len(pages) > 1 else ""
        job.history = f"{file.stem}/{kind}{own}"
        if part:
            job.cover("`combine`", "each page is a source of its own")
        yield job


def _job(page: Mapping[str, object], place: str) -> Job:
    job = Job(place)
    job.in_browser = page.get("executeClientScripts") is True
    job.take_url(page.get("fetch"), "fetch")
    for key, into in (("select", job.keep), ("remove", job.drop)):
        said = page.get(key, [])
        for each in said if isinstance(said, list) else [said]:
            if isinstance(each, Mapping):
                job.leave(
                    f"`{key}` from … to …", "name the part by a selector: from … to … is not known"
                )
            else:
                job.take_selector(into, each, f"`{key}`")
    filters = page.get("filter")
    for each in filters if isinstance(filters, list) else []:
        name = each if isinstance(each, str) else ", ".join(each) if isinstance(each, dict) else "?"
        job.leave(f"filter `{name}`", "is a program; nothing that is declared is ever run")
    return job


def _part_name(url: str) -> str:
    """Give under which name the archive keeps one page of several, after its path."""
    path = PurePosixPath(unquote(urlsplit(url).path))
    bare = path.with_suffix("") if path.suffix.lower() in _PAGE_ENDINGS else path
    name = "-".join(part for part in bare.parts if part != "/")
    return _FORBIDDEN.sub("_", name)
