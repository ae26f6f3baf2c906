"""What becomes of jobs in `sources.yaml`: new sources beside those declared, and channels without their secrets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watcher.discovery import guess_kind, site_of, suggest
from watcher.importing.channels import NewChannel, new_channels
from watcher.importing.jobs import Job
from watcher.model import Offering, Response, Slug, Source, SourceId
from watcher.sources.declarations import Declarations
from watcher.sources.insertion import Entry
from watcher.sources.scalars import id_of, slug_of
from watcher.sources.writing import NewSource
from watcher.urls import is_same_page


@dataclass(frozen=True, slots=True)
class Planned:
    """A job, and the source that it becomes, or has become already."""

    job: Job
    source_id: SourceId
    new: NewSource | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of jobs: each is `new`, `declared` already, or `refused`."""

    new: tuple[Planned, ...]
    declared: tuple[Planned, ...]
    refused: tuple[Job, ...]
    channels: tuple[NewChannel, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every job has its source."""
        return not self.refused


def plan(
    jobs: Sequence[Job],
    held: Declarations | None,
    offering: Slug | None = None,
    secrets: Sequence[str] = (),
) -> Plan:
    """Give what becomes of `jobs` beside what is `held`; all of the given offering, or each of that of its site.

    `secrets` are where all notifications went.
    """
    planner = _Planner(held, offering)
    for job in jobs:
        planner.take(job)
    taken = held.channels if held else ()
    channels = new_channels(secrets, planner.new, [each.name for each in taken])
    return Plan(tuple(planner.new), tuple(planner.declared), tuple(planner.refused), channels)


class _Planner:
    """Takes jobs one after the other; each sees what those before it have declared."""

    def __init__(self, held: Declarations | None, offering: Slug | None) -> None:
        self._sources: list[Source] = [*held.sources.values()] if held else []
        self._offerings: dict[Slug, Offering] = dict(held.offerings) if held else {}
        self._ids: set[str] = {each.id for each in self._sources}
        self._offering = offering
        self.new: list[Planned] = []
        self.declared: list[Planned] = []
        self.refused: list[Job] = []

    def take(self, job: Job) -> None:
        """Decide what becomes of one more job."""
        if job.refused:
            self.refused.append(job)
        elif (there := self._there(job)) is not None:
            self.declared.append(Planned(job, there))
        else:
            self.new.append(self._new(job))

    def _there(self, job: Job) -> SourceId | None:
        for source in self._sources:
            if is_same_page(source.url, job.url):
                return source.id
        for each in self.new:
            if each.job.keep == job.keep and is_same_page(each.job.url, job.url):
                return each.source_id
        return None

    def _new(self, job: Job) -> Planned:
        slug, offering = self._offering_of(job)
        suggested = suggest(_unseen(job.url), None, (), self._offerings)
        title = job.name or suggested.title
        source_id = self._id_of(job.url, title)
        entry: dict[str, str | list[str] | list[dict[str, str]]] = {
            "id": source_id,
            "url": job.url,
            "title": title,
            "kind": guess_kind(job.url, title).kind.value,
            "offerings": slug,
        }
        said = {
            "every": job.every,
            "fetch": "browser" if job.in_browser and not job.steps else "",
            "keep": job.keep,
            "drop": job.drop,
            "steps": job.steps,
        }
        entry |= {key: value for key, value in said.items() if value}
        return Planned(job, source_id, NewSource(entry, slug, offering))

    def _offering_of(self, job: Job) -> tuple[Slug, Offering | None]:
        """Give the offering that a job is evidence for, and that offering itself when it is new."""
        if self._offering is not None:
            return self._offering, None
        suggested = suggest(_unseen(job.url), None, self._sources, self._offerings)
        slug, new = suggested.offering, suggested.new_offering
        if job.provider:
            slug, new = self._of_provider(job)
        if new is not None:
            self._offerings[slug] = new
        return slug, new

    def _of_provider(self, job: Job) -> tuple[Slug, Offering | None]:
        for slug, each in self._offerings.items():
            if job.provider in (each.name, each.provider):
                return slug, None
        slug = Slug(_free(slug_of(job.provider) or "offering", self._offerings))
        return slug, Offering(slug, job.provider, job.provider, "service")

    def _id_of(self, url: str, title: str) -> SourceId:
        site, said = slug_of(site_of(url).split(".")[0]), slug_of(title)
        name = (
            said
            if said == site or said.startswith(f"{site}-")
            else slug_of(f"{site} {title}") or id_of(url)
        )
        chosen = _free(id_of(url) if name in self._ids else name, self._ids)
        self._ids.add(chosen)
        return SourceId(chosen)


def entries(plan: Plan) -> tuple[list[NewSource], dict[str, Entry]]:
    """Give what is to be written: sources, and channels by name."""
    sources = [each.new for each in plan.new if each.new is not None]
    return sources, {each.name: each.entry for each in plan.channels if not each.trouble}


def _unseen(url: str) -> Response:
    """Give a page that was not looked at: what can be said of it follows from its address."""
    return Response(url, url, datetime.min.replace(tzinfo=UTC))


def _free(name: str, taken: Collection[str] | Mapping[Slug, Offering]) -> str:
    """Give `name`, or the first of `name-2`, `name-3` … that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[:70]}-{number}"
    return free
