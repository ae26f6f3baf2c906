"""`watcher publish`: the registry as a static site."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from watcher.cli.desk import Desk, desk
from watcher.cli.folder import update_site
from watcher.cli.options import both_options, now, print_json, settings
from watcher.cli.words import counted
from watcher.errors import PublishError
from watcher.model import Slug
from watcher.registry.site import LOOKS_COUNTED, Facts, SiteInfo, is_correction_place, site_files
from watcher.reviews import accepted_claims, standing

_UNREVIEWED_HELP = "Show machine-read values too, marked so."
_CORRECTIONS_HELP = (
    "Where readers send corrections: an e-mail address, or a web address in which {offering} and {key} are filled in. "
    "Without it: WATCHER_CONTACT, if that is set."
)


@click.command("publish")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@both_options
@click.option(
    "--url", default="", help="Where the site will be: for the sitemap, and links in feeds."
)
@click.option("--title", default="Policy registry", show_default=True, help="The site's name.")
@click.option("--corrections", default="", help=_CORRECTIONS_HELP)
@click.option("--unreviewed", is_flag=True, help=_UNREVIEWED_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def publish_command(
    folder: Path,
    ledger_path: Path,
    sources_path: Path,
    url: str,
    title: str,
    corrections: str,
    unreviewed: bool,
    as_json: bool,
) -> None:
    """Write the registry into DIR as a site that any host of files can serve.

    Only what a person accepted is published, unless --unreviewed asks for more. What has not changed is not written
    again; in DIR nothing is replaced or removed that this command did not make.
    """
    site = site_info(title, url, corrections or settings().contact or "")
    with desk(ledger_path, sources_path) as at:
        facts = facts_of(at, unreviewed=unreviewed)
    gc.freeze()  # the facts stay to the end: a collector that walks through them again and again costs a fifth
    tally = update_site(site_files(facts, site), folder)
    if as_json:
        told = {"written": tally.written, "unchanged": tally.unchanged, "removed": tally.removed}
        print_json({"folder": str(folder), "offerings": len(facts.offerings), **told})
        return
    click.echo(
        f"{counted(len(facts.offerings), 'offering')}, {counted(len(facts.accepted), 'accepted claim')}: "
        f"{tally.total} files in {folder} "
        f"({tally.written} written, {tally.unchanged} unchanged, {tally.removed} removed)."
    )
    if not facts.accepted:
        click.echo("Nothing is accepted yet, so the entries are empty: `watcher review` first.")


def site_info(title: str, url: str, corrections: str) -> SiteInfo:
    """Give how the site is called and where it is. Raises click.UsageError for what is no address."""
    if url and not url.startswith(("https://", "http://")):
        raise click.UsageError(f"--url {url!r} is no web address; begin it with https://")
    if corrections and not is_correction_place(corrections):
        raise click.UsageError(
            f"--corrections {corrections!r} is neither an e-mail address nor a web address"
        )
    return SiteInfo(title=title.strip() or "Policy registry", url=url, corrections=corrections)


def facts_of(at: Desk, *, unreviewed: bool = False) -> Facts:
    """Give what the ledger and the declarations hold, for the site. Raises PublishError when no offering is declared.

    Machine-read claims that nobody accepted are among it only when `unreviewed` asks for them.
    """
    if not at.offerings:
        raise PublishError(
            "no offering is declared, so there is nothing to publish. Name the declarations with --sources."
        )
    ledger = at.ledger
    changes, reviews, known = ledger.changes.all(), ledger.reviews.all(), ledger.sources.all_known()
    confirmed = {name: each.last_good_at for name, each in known.items() if each.last_good_at}
    watched = [source for source in at.sources.values() if _is_of(source.offerings, at)]
    return Facts(
        ledger_id=ledger.id,
        offerings=at.offerings,
        sources=at.sources,
        vocabulary=at.vocabulary,
        accepted=[
            claim
            for claim in accepted_claims(changes, reviews, at.sources, confirmed, at.vocabulary)
            if claim.offering in at.offerings
        ],
        changes=changes,
        reviews=reviews,
        decisions=standing(reviews),
        known=known,
        now=now(),
        checks={
            each.id: ledger.checks.of(each.id, LOOKS_COUNTED)
            for each in watched
            if each.id in known
        },
        unreviewed={each.id: ledger.claims.current(each.id) for each in watched if each.id in known}
        if unreviewed
        else None,
    )


def _is_of(offerings: tuple[Slug, ...], at: Desk) -> bool:
    return any(slug in at.offerings for slug in offerings)
