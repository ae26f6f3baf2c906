"""Accounts of the desk, and the passes that let them in; of passwords and passes only hashes are kept."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from watcher.errors import AccountError
from watcher.ledger.connection import Connection, Row
from watcher.ledger.times import from_text, from_text_or_none, to_text, to_text_or_none
from watcher.model import Account, Role

SESSION = "session"
TOKEN = "token"

_SELECT = "SELECT accounts.id, name, role, added_at, closed_at FROM accounts"


class Accounts:
    """The accounts of all people at the desk."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, role: Role, password: str, now: datetime) -> Account:
        """Make an account with the hash `password`. Raises AccountError when the name is taken."""
        try:
            self._connection.write(
                "INSERT INTO accounts (name, role, password, added_at) VALUES (?, ?, ?, ?)",
                (name, role.value, password, to_text(now)),
            )
        except sqlite3.IntegrityError as error:
            raise AccountError(
                f"There is an account {name!r} already. Take another name."
            ) from error
        return self.named(name)

    def named(self, name: str) -> Account:
        """Give the account called `name`, in whatever case. Raises AccountError when there is none."""
        row = self._connection.row(f"{_SELECT} WHERE name = ?", (name,))
        if row is None:
            raise AccountError(f"There is no account {name!r}. `watcher user list` names them.")
        return _account(row)

    def all(self) -> list[Account]:
        """Give every account, closed ones too, by name."""
        return [_account(row) for row in self._connection.rows(f"{_SELECT} ORDER BY name")]

    def password_of(self, name: str) -> str | None:
        """Give the password's hash of an open account, or None when there is no such account."""
        row = self._connection.row(
            "SELECT password FROM accounts WHERE name = ? AND closed_at IS NULL", (name,)
        )
        return str(row[0]) if row else None

    def set_password(self, account: Account, password: str) -> None:
        """Replace the hash of a password, and end the sessions that the old one opened and the tokens made in them."""
        with self._connection.atomic():
            self._connection.write(
                "UPDATE accounts SET password = ? WHERE id = ?", (password, account.id)
            )
            self._connection.write("DELETE FROM passes WHERE account = ?", (account.id,))

    def set_role(self, account: Account, role: Role) -> None:
        """Give an account another role, at once also in its open sessions."""
        self._connection.write(
            "UPDATE accounts SET role = ? WHERE id = ?", (role.value, account.id)
        )

    def close(self, account: Account, now: datetime) -> None:
        """Close an account: its decisions stay, its passes end."""
        with self._connection.atomic():
            self._connection.write(
                "UPDATE accounts SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
                (to_text(now), account.id),
            )
            self._connection.write("DELETE FROM passes WHERE account = ?", (account.id,))

    def grant(
        self,
        account: Account,
        digest: str,
        purpose: str,
        now: datetime,
        *,
        ends_at: datetime | None = None,
        label: str = "",
    ) -> None:
        """Let the bearer of the pass with this digest in as `account`; what has ended is cleared away."""
        with self._connection.atomic():
            self._connection.write("DELETE FROM passes WHERE ends_at <= ?", (to_text(now),))
            self._connection.write(
                "INSERT INTO passes VALUES (?, ?, ?, ?, ?, ?)",
                (digest, account.id, purpose, label, to_text(now), to_text_or_none(ends_at)),
            )

    def bearer(self, digest: str, purpose: str, now: datetime) -> Account | None:
        """Give whose pass it is, if it still counts and the account is open."""
        row = self._connection.row(
            f"{_SELECT} JOIN passes ON passes.account = accounts.id "
            "WHERE digest = ? AND purpose = ? AND closed_at IS NULL AND (ends_at IS NULL OR ends_at > ?)",
            (digest, purpose, to_text(now)),
        )
        return None if row is None else _account(row)

    def revoke(self, digest: str) -> None:
        """End a pass."""
        self._connection.write("DELETE FROM passes WHERE digest = ?", (digest,))


def _account(row: Row) -> Account:
    row_id, name, role, added_at, closed_at = row
    return Account(row_id, name, Role(role), from_text(added_at), from_text_or_none(closed_at))
