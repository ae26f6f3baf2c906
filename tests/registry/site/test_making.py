"""What files are made of: what has the same digest is the same, whatever else became of the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from watcher.model import Decision, Slug, SourceId
from watcher.registry.site import SiteInfo, site_files
from watcher.registry.site.making import Digests

SITE = SiteInfo("Registry of tests", "https://registry.example/", "desk@registry.example")


@pytest.fixture
def editions(facts, world, second):
    """Give editions of one registry, each another way on from the first."""
    first = facts()
    slug = next(iter(world.offerings))
    terms = world.sources[SourceId("terms")]
    other, its_terms = second("other", "Other")
    taken_back = [world.review(1, 1, Decision.ACCEPT), world.review(2, 5, Decision.DISMISS)]
    known = {
        each: replace(of, last_good_at=of.last_good_at + timedelta(days=1))
        for each, of in first.known.items()
    }
    return [
        (first, SITE),
        (first, replace(SITE, title="Another name")),
        (first, replace(SITE, url="")),
        (replace(first, accepted=first.accepted[1:]), SITE),
        (facts(accepted=[world.accepted("output_ownership", "provider")]), SITE),
        (
            facts(
                accepted=[],
                reviews=taken_back,
                decisions={1: taken_back[0], 5: taken_back[1]},
            ),
            SITE,
        ),
        (replace(first, now=first.now + timedelta(days=90)), SITE),
        (replace(first, known=known), SITE),
        (replace(first, checks={}), SITE),
        (
            facts(
                offerings={**world.offerings, other.slug: other},
                sources={**world.sources, its_terms.id: its_terms},
            ),
            SITE,
        ),
        (facts(offerings={slug: replace(world.offerings[slug], summary="Told anew.")}), SITE),
        (facts(sources={**world.sources, terms.id: replace(terms, title="Other terms")}), SITE),
        (replace(first, unreviewed={terms.id: [world.claim("data_sale", False)]}), SITE),
    ]


def test_what_has_one_digest_has_one_content(editions):
    contents: dict[tuple[str, str], set[bytes]] = {}
    files = [file for edition in editions for file in site_files(*edition) if file.made_of]
    for file in files:
        contents.setdefault((file.path, file.made_of), set()).add(file.make())
    assert {path for (path, _), made in contents.items() if len(made) > 1} == set()
    assert len(contents) < len(files) * 2 / 3, "much is shared, or nothing was tried"


def test_one_offering_more_leaves_the_pages_of_others_alone(editions):
    first, more = (
        {file.path: file.made_of for file in site_files(*editions[place])} for place in (0, 9)
    )
    assert first["data/claims.json"] != more["data/claims.json"]
    own = [path for path in first if path.startswith("changes/5/")]
    assert own and all(first[path] == more[path] for path in own)


def test_what_could_change_unseen_has_no_digest():
    with pytest.raises(TypeError, match="has no digest"):
        Digests(SITE).of("page", iter([1, 2]))


def test_an_offering_keeps_its_digest_from_run_to_run(world):
    offering = world.offerings[next(iter(world.offerings))]
    assert Digests(SITE).of(offering) == Digests(SITE).of(replace(offering))
    assert Digests(SITE).of(offering) != Digests(SITE).of(replace(offering, slug=Slug("b")))
