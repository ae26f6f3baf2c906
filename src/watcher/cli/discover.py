"""`watcher discover`: policy pages that providers list, and nobody watches yet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from watcher.cli.options import (
    both_options,
    declarations,
    json_option,
    now,
    offering_or_complain,
    open_to_read,
    print_json,
    settings,
)
from watcher.cli.words import counted, day, table
from watcher.discovery.finds import Find
from watcher.discovery.places import Site, sites_of
from watcher.engines import http_fetcher
from watcher.engines.discovering import Discovery, Round
from watcher.errors import NotFound
from watcher.finding import as_data, found_in
from watcher.ledger import Ledger
from watcher.settings import Settings
from watcher.sources.declarations import Declarations


@click.command("discover")
@click.argument("offering", required=False)
@both_options
@click.option("--held", is_flag=True, help="Ask no one: only what is held already.")
@click.option("--list", "only_list", is_flag=True, help="Show what was found; look at nothing.")
@click.option("--decline", metavar="URL", help="This page need not be watched.")
@json_option
def discover_command(
    offering: str | None,
    ledger_path: Path,
    sources_path: Path,
    held: bool,
    only_list: bool,
    decline: str | None,
    as_json: bool,
) -> None:
    """Find policy pages of known providers (of OFFERING alone) that are new, moved, split or renamed.

    Looks at what their pages link to, at home pages, policy hubs and sitemaps. Nothing is declared by itself: `watcher
    add` declares a page, --decline says that it need not be watched.
    """
    declared, _ = declarations(sources_path)
    sites = _sites(declared, offering)
    if decline is not None:
        with Ledger.open(ledger_path, create=False) as ledger:
            ledger.listings.decline(decline, now())
        click.echo(f"{decline}: need not be watched.")
        return
    told = None
    if only_list:
        with open_to_read(ledger_path) as ledger:
            found = found_in(ledger, declared.sources.values())
    else:
        with Ledger.open(ledger_path) as ledger:
            told = asyncio.run(_look(ledger, declared, sites, settings(), held=held))
            found = found_in(ledger, declared.sources.values())
    names = {site.name for site in sites}
    found = tuple(each for each in found if each.page.site in names)
    if as_json:
        print_json(_as_data(found, told))
    else:
        _print(found, told)


def _sites(declared: Declarations, offering: str | None) -> Sequence[Site]:
    sources = list(declared.sources.values())
    if offering is not None:
        slug = offering_or_complain(declared, offering).slug
        sources = [each for each in sources if slug in each.offerings]
    sites = sites_of(sources, declared.offerings)
    if not sites:
        raise NotFound("no primary source is declared: `watcher add` declares one")
    return sites


async def _look(
    ledger: Ledger, declared: Declarations, sites: Sequence[Site], chosen: Settings, *, held: bool
) -> Round:
    if held:
        return await Discovery(ledger, None).run(sites)
    async with http_fetcher(chosen, declared.hosts, ledger.hosts.all().values()) as looking:
        return await Discovery(ledger, looking).run(sites)


def _print(found: Sequence[Find], told: Round | None) -> None:
    table(
        ("", "kind", "page", "called", "since", "because"),
        [
            (
                each.kind,
                each.page.kind,
                each.page.url,
                each.page.words[:30],
                day(each.page.first_seen),
                each.reason,
            )
            for each in found
        ],
    )
    if told is not None:
        click.echo(
            f"{counted(len(told.places), 'place')} read, {len(told.unread)} could not be read."
        )
        for place, why in sorted(told.unread.items()):
            click.echo(f"  {place}: {why}")
    click.echo(
        f"{counted(len(found), 'find')}. `watcher add URL` declares one, "
        "`watcher discover --decline URL` says that it need not be watched."
    )


def _as_data(found: Sequence[Find], told: Round | None) -> dict[str, object]:
    return {
        "finds": [as_data(each) for each in found],
        "read": sorted(told.places) if told else [],
        "unread": told.unread if told else {},
    }
