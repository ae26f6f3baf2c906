"""`watcher user`: the accounts of the review desk."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.options import ledger_option, now
from watcher.cli.words import day, table
from watcher.ledger import Ledger
from watcher.ledger.accounts import TOKEN
from watcher.model import Role
from watcher.web.passwords import digest_of_pass, hash_password, new_pass

_ROLES = click.Choice([role.value for role in Role])
_password_option = click.option(
    "--password",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    envvar="WATCHER_PASSWORD",
    help="Asked for when it is not given.  [env: WATCHER_PASSWORD]",
)


@click.group("user")
def user_command() -> None:
    """Manage the accounts of the review desk."""


@user_command.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=_ROLES,
    default=Role.REVIEWER.value,
    show_default=True,
    help="A reader reads, a reviewer decides, an admin makes accounts too.",
)
@_password_option
@ledger_option
def add(name: str, role: str, password: str, ledger_path: Path) -> None:
    """Make an account for NAME: reader looks, reviewer decides, admin manages accounts too."""
    with Ledger.open(ledger_path) as ledger:
        account = ledger.accounts.add(name, Role(role), hash_password(password), now())
    click.echo(f"{account.name} may sign in now, as {account.role}.")


@user_command.command("list")
@ledger_option
def list_users(ledger_path: Path) -> None:
    """List the accounts."""
    with Ledger.open_to_read(ledger_path) as ledger:
        accounts = ledger.accounts.all()
    table(
        ("name", "role", "since", "closed"),
        [(each.name, each.role, day(each.added_at), day(each.closed_at)) for each in accounts],
    )
    click.echo(f"{len(accounts)} accounts")


@user_command.command("role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@ledger_option
def set_role(name: str, role: str, ledger_path: Path) -> None:
    """Give NAME another ROLE, at once."""
    with Ledger.open(ledger_path, create=False) as ledger:
        account = ledger.accounts.named(name)
        ledger.accounts.set_role(account, Role(role))
    click.echo(f"{account.name} is {role} now.")


@user_command.command("password")
@click.argument("name")
@_password_option
@ledger_option
def set_password(name: str, password: str, ledger_path: Path) -> None:
    """Set another password for NAME; their sessions and tokens end."""
    with Ledger.open(ledger_path, create=False) as ledger:
        account = ledger.accounts.named(name)
        ledger.accounts.set_password(account, hash_password(password))
    click.echo(f"{account.name} has another password now.")


@user_command.command("close")
@click.argument("name")
@ledger_option
def close(name: str, ledger_path: Path) -> None:
    """Close the account of NAME; what they decided stays."""
    with Ledger.open(ledger_path, create=False) as ledger:
        account = ledger.accounts.named(name)
        ledger.accounts.close(account, now())
    click.echo(f"{account.name} is closed.")


@user_command.command("token")
@click.argument("name")
@click.option("--label", default="", help="What it is for.")
@ledger_option
def make_token(name: str, label: str, ledger_path: Path) -> None:
    """Make a token for the API and for feed readers, with the rights of NAME; it is shown this once."""
    secret = new_pass()
    with Ledger.open(ledger_path, create=False) as ledger:
        account = ledger.accounts.named(name)
        ledger.accounts.grant(account, digest_of_pass(secret), TOKEN, now(), label=label)
    click.echo(secret)
