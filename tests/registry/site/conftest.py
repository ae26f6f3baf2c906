from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from watcher.model import (
    AcceptedClaim,
    Change,
    Check,
    Decision,
    Judgement,
    Known,
    Offering,
    Review,
    Slug,
    Source,
    SourceId,
    Verdict,
    WordEdit,
)
from watcher.registry.site import Facts, SiteInfo, site_files

VOID = {"meta", "link", "input", "br", "hr", "img", "circle", "path", "rect"}
SITE = SiteInfo("Registry of tests", "https://registry.example/", "desk@registry.example")

Site = dict[str, bytes]


class Page(HTMLParser):
    """A page as parsed, checked while it is read: balanced, no script or style of its own, known links."""

    def __init__(self, path: str, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.path, self.content = path, content
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(content.decode("utf-8"))
        self.close()
        assert not self.open, f"{path}: not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{self.path}: an attribute twice in {tag}"
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"{self.path}: </{tag}> within {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All text, on one line."""
        return re.sub(r"\s+", " ", " ".join(self.texts)).strip()

    def all(self, *tags: str) -> list[dict[str, str]]:
        """Give the attributes of every element of these names."""
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="session")
def parse() -> Callable[[str, bytes], Page]:
    return Page


@pytest.fixture(scope="session")
def facts(world) -> Callable[..., Facts]:
    """Give a builder of facts: one offering with accepted claims and a change that readers were told of."""

    def build(
        *,
        accepted: list[AcceptedClaim] | None = None,
        changes: list[Change] | None = None,
        reviews: list[Review] | None = None,
        decisions: Mapping[int, Review] | None = None,
        offerings: Mapping[Slug, Offering] | None = None,
        sources: Mapping[SourceId, Source] | None = None,
        **more: object,
    ) -> Facts:
        sources = world.sources if sources is None else sources
        told = default_change(world)
        reviews = (
            [world.review(1, 1, Decision.ACCEPT), world.review(2, 5, Decision.ACCEPT)]
            if reviews is None
            else reviews
        )
        given: dict[str, object] = {
            "ledger_id": "ab" * 16,
            "offerings": world.offerings if offerings is None else offerings,
            "sources": sources,
            "vocabulary": world.vocabulary,
            "accepted": default_claims(world) if accepted is None else accepted,
            "changes": [
                world.change(1, (None, world.claim("retention_days", 30)), kind="first_look"),
                told,
            ]
            if changes is None
            else changes,
            "reviews": reviews,
            "decisions": {each.change_id: each for each in reviews}
            if decisions is None
            else decisions,
            "known": {
                each: Known(
                    each,
                    last_check_at=world.on(9),
                    last_verdict=Verdict.UNCHANGED,
                    last_good_at=world.on(9),
                )
                for each in sources
            },
            "checks": {
                each: [
                    Check(each, world.on(day), Judgement(Verdict.UNCHANGED, "digest: as before"))
                    for day in (9, 8, 7)
                ]
                for each in sources
            },
            "now": world.on(10),
            **more,
        }
        return Facts(**given)  # type: ignore[arg-type]

    return build


def default_claims(world) -> list[AcceptedClaim]:
    return [
        world.accepted("output_ownership", "customer", condition="Subject to the terms."),
        world.accepted("training_use_of_input", "no", source_id=SourceId("data")),
        world.accepted(
            "soc2_type2",
            "yes",
            attributes=(
                ("criteria", ("a", "b")),
                ("route", "trust_center_nda"),
                ("tier", "self_serve"),
            ),
        ),
        world.accepted(
            "retention_days",
            60,
            condition="after a request",
            change_id=5,
            quote="Kept for 60 days.",
        ),
        world.accepted(
            "retention_days", 30, source_id=SourceId("article"), quote="Thirty days, they say."
        ),
        world.accepted("retention_days", 0, scope="on approval"),
        world.accepted("art53_summary", "unclear"),
    ]


def default_change(world) -> Change:
    old = world.claim("retention_days", 30, "Kept for 30 days.")
    new = world.claim("retention_days", 60, "Kept for 60 days.", "after a request")
    dates = [world.claim("document_effective", day) for day in ("2026-01-01", "2026-05-01")]
    words = (
        WordEdit("same", "Kept for "),
        WordEdit("removed", "30"),
        WordEdit("added", "60"),
        WordEdit("same", " days" + ", and so on" * 20),
    )
    return world.change(5, (old, new), (dates[0], dates[1]), words=words)


@pytest.fixture(scope="session")
def site() -> SiteInfo:
    return SITE


@pytest.fixture(scope="session")
def published(facts) -> Callable[..., Site]:
    """Give a publisher of facts: a dict of every file."""

    def publish(site: SiteInfo = SITE, **more: object) -> Site:
        return {each.path: each.make() for each in site_files(facts(**more), site)}

    return publish


@pytest.fixture(scope="session")
def files(published) -> Site:
    """Give the site of the facts as they are built when nothing else is said."""
    return published()


@pytest.fixture(scope="session")
def page(files) -> Callable[[str], Page]:
    """Give a page of that site by its address."""
    return lambda address: Page(address, files[f"{address}index.html"])


@pytest.fixture(scope="session")
def second(world) -> Callable[[str, str], tuple[Offering, Source]]:
    """Give a builder of further offerings, each with a source."""

    def build(slug: str, name: str) -> tuple[Offering, Source]:
        offering = replace(
            world.offering, slug=Slug(slug), name=name, provider=f"Provider of {name}"
        )
        terms = world.sources[SourceId("terms")]
        return offering, replace(terms, id=SourceId(f"{slug}-terms"), offerings=(Slug(slug),))

    return build
