"""Accounts: the first one, signing in and out, tokens for machines, and who may do what."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher.errors import AccountError
from watcher.ledger.accounts import SESSION, TOKEN
from watcher.model import Account, Role
from watcher.web.passwords import (
    SHORTEST,
    digest_of_pass,
    hash_password,
    is_password,
    is_same,
    new_pass,
)
from watcher.web.rendering import page
from watcher.web.visit import SESSION_COOKIE, VISITOR_COOKIE, Visit

STAYS = timedelta(days=14)
LONGEST_NAME = 60


def where_to(visit: Visit) -> str:
    """Give the query that brings a visitor back to where they wanted to go."""
    url = visit.request.url
    return urlencode({"to": url.path + (f"?{url.query}" if url.query else "")})


def login_form(visit: Visit) -> Response:
    """Show the form to sign in."""
    return page(visit, "login.html", to=_safe(visit.asked("to")), trouble="")


def login(visit: Visit) -> Response:
    """Open a session for the right name and password; guesses are counted by name and by address."""
    name, to = visit.said("name").strip()[:LONGEST_NAME], _safe(visit.said("to"))
    place = visit.place
    is_patient = place.logins.allows(visit.address, visit.now)
    if not (is_patient and place.guesses.allows(name.casefold(), visit.now)):
        trouble = "Too many tries. Wait ten minutes, then try again."
        return page(visit, "login.html", 429, to=to, trouble=trouble)
    hashed = visit.desk.ledger.accounts.password_of(name)
    if not is_password(visit.said("password"), hashed):
        trouble = "Name and password do not go together."
        return page(visit, "login.html", 401, to=to, trouble=trouble)
    place.logins.forget(visit.address)
    place.guesses.forget(name.casefold())
    return _enter(visit, visit.desk.ledger.accounts.named(name), to)


def _enter(visit: Visit, account: Account, to: str) -> Response:
    secret = new_pass()
    visit.desk.ledger.accounts.grant(
        account, digest_of_pass(secret), SESSION, visit.now, ends_at=visit.now + STAYS
    )
    response = RedirectResponse(to or "/queue", 303)
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(STAYS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=visit.place.is_secure,
    )
    response.delete_cookie(VISITOR_COOKIE)
    return response


def _safe(to: str) -> str:
    """Give an address of ours to go to, nothing for any other."""
    parts = urlsplit(to)
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and not parts.netloc
    return to if is_ours else ""


def logout(visit: Visit) -> Response:
    """End the session."""
    visit.desk.ledger.accounts.revoke(digest_of_pass(visit.secret))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def welcome_form(visit: Visit) -> Response:
    """Show the form that makes the first account, to whoever holds the token that was printed."""
    _check_invitation(visit, visit.asked("token"))
    return page(
        visit, "welcome.html", invitation=visit.asked("token"), trouble="", shortest=SHORTEST
    )


def welcome(visit: Visit) -> Response:
    """Make the first account, an admin's, and sign it in."""
    invitation = visit.said("invitation")
    _check_invitation(visit, invitation)
    try:
        account = _new(visit, Role.ADMIN)
    except AccountError as error:
        return page(
            visit, "welcome.html", 422, invitation=invitation, trouble=str(error), shortest=SHORTEST
        )
    return _enter(visit, account, "/queue")


def _check_invitation(visit: Visit, token: str) -> None:
    if visit.desk.ledger.accounts.all():
        raise HTTPException(
            403, "There is an account already. Sign in; `watcher user add` makes more."
        )
    if not visit.place.logins.allows(f"invitation {visit.address}", visit.now) or not is_same(
        token, visit.place.invitation
    ):
        raise HTTPException(
            403, "This is not the token that `watcher serve` printed when it started."
        )


def _new(visit: Visit, role: Role) -> Account:
    name = " ".join(visit.said("name").split())[:LONGEST_NAME]
    if not name:
        raise AccountError("The account needs a name.")
    return visit.desk.ledger.accounts.add(
        name, role, hash_password(visit.said("password")), visit.now
    )


def people_page(visit: Visit, token: str = "", done: str = "") -> Response:
    """Show one's own account, and to admins everybody's."""
    everybody = visit.desk.ledger.accounts.all() if visit.person.role is Role.ADMIN else []
    return page(
        visit, "people.html", everybody=everybody, roles=list(Role), token_made=token, done=done
    )


def make_token(visit: Visit) -> Response:
    """Make a token for the API and for feed readers; it is shown once."""
    secret = new_pass()
    visit.desk.ledger.accounts.grant(
        visit.person, digest_of_pass(secret), TOKEN, visit.now, label=visit.said("label")[:80]
    )
    return people_page(visit, token=secret)


def change_password(visit: Visit) -> Response:
    """Change one's own password; every session and token ends, this session begins anew. Guesses are counted."""
    name = visit.person.name.casefold()
    if not visit.place.changes.allows(name, visit.now):
        raise HTTPException(429, "Too many tries. Wait ten minutes, then try again.")
    hashed = visit.desk.ledger.accounts.password_of(visit.person.name)
    if not is_password(visit.said("old"), hashed):
        raise AccountError("The old password is another one.")
    visit.place.changes.forget(name)
    visit.desk.ledger.accounts.set_password(visit.person, hash_password(visit.said("password")))
    return _enter(visit, visit.person, "/people")


def add(visit: Visit) -> Response:
    """Make an account for somebody else."""
    role = visit.said("role")
    if role not in list(Role):
        raise AccountError("Choose what the account may do.")
    account = _new(visit, Role(role))
    return people_page(visit, done=f"{account.name} may sign in now.")


def close(visit: Visit) -> Response:
    """Close somebody's account; what they decided stays."""
    account = visit.desk.ledger.accounts.named(visit.said("name"))
    if account.id == visit.person.id:
        raise AccountError("You cannot close the account that you are using.")
    visit.desk.ledger.accounts.close(account, visit.now)
    return people_page(visit, done=f"{account.name} is closed; what they decided stays.")
