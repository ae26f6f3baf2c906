"""Accounts: the first one, signing in, roles, tokens, and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from watcher.model import Vocabulary
from watcher.web.app import make_app
from watcher.web.owner import Owner
from watcher.web.passwords import digest_of_pass, hash_password, is_password
from watcher.web.place import Place
from watcher.web.visit import SESSION_COOKIE

PASSWORD = "a long enough phrase"


def test_passwords_are_kept_as_salted_hashes() -> None:
    one, two = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != two and PASSWORD not in one
    assert is_password(PASSWORD, one) and not is_password("another phrase", one)
    assert not is_password(PASSWORD, None)


def test_the_first_account_needs_the_token_that_was_printed(tmp_path: Path, world: Any) -> None:
    owner = Owner(tmp_path / "new.db", tmp_path / "none.yaml")
    place = Place(owner, "http://127.0.0.1:8765", clock=world.clock)
    client = type(world.client())(make_app(place))
    assert client.get("/welcome?token=guessed").status_code == 403
    form = {"name": "Ada", "password": PASSWORD, "invitation": place.invitation}
    page = f"/welcome?token={place.invitation}"
    assert client.send("/welcome", form | {"password": "short"}, seen_on=page).status_code == 422
    assert client.send("/welcome", form | {"invitation": "x"}, seen_on=page).status_code == 403
    answer = client.send("/welcome", form, seen_on=page)
    assert answer.status_code == 303 and client.get("/queue").status_code == 200
    assert client.get(page).status_code == 403, "once"
    owner.close()


def test_sessions_end_when_they_should(world: Any, ada: Any) -> None:
    assert ada.get("/queue").status_code == 200
    stolen = ada.cookies[SESSION_COOKIE]
    ada.send("/logout", {}, seen_on="/people")
    ada.cookies.set(SESSION_COOKIE, stolen, domain="127.0.0.1")
    assert ada.get("/queue").status_code == 303, "signing out ends the session, not only the cookie"
    ada = world.client("Ada")
    world.clock.at += timedelta(days=15)
    assert ada.get("/queue").status_code == 303


def test_the_ledger_holds_no_secret(world: Any, ada: Any) -> None:
    secret = ada.cookies[SESSION_COOKIE]
    assert secret.encode() not in world.path.read_bytes()
    rows = world.write(lambda ledger: ledger.connection.rows("SELECT digest FROM passes"))
    assert (digest_of_pass(secret),) in rows


def test_guessing_is_slowed_down(world: Any) -> None:
    client = world.client()
    answers = [
        client.send("/login", {"name": "Ada", "password": f"guess {number}"}).status_code
        for number in range(12)
    ]
    assert answers == [401] * 10 + [429] * 2
    right = {"name": "Ada", "password": PASSWORD}
    assert client.send("/login", right).status_code == 429
    world.clock.at += timedelta(minutes=11)
    assert client.send("/login", right).status_code == 303


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
def test_signing_in_leads_nowhere_else(world: Any, to: str) -> None:
    client = world.client()
    answer = client.send("/login", {"name": "Ada", "password": PASSWORD, "to": to})
    assert answer.headers["location"] == "/queue"


def test_admins_make_and_close_accounts(world: Any, ada: Any) -> None:
    form = {"name": "Cleo", "role": "reviewer", "password": PASSWORD}
    assert "Cleo may sign in" in ada.send("/people/add", form, seen_on="/people").text
    assert ada.send("/people/add", form, seen_on="/people").status_code == 422, "the name is taken"
    cleo = world.client("Cleo")
    assert cleo.send("/people/add", form | {"name": "Dan"}, seen_on="/people").status_code == 403
    ada.send("/people/close", {"name": "Cleo"}, seen_on="/people")
    assert cleo.get("/queue").status_code == 303


def test_a_new_password_ends_other_sessions(world: Any, ada: Any) -> None:
    other = world.client("Ada")
    form = {"old": PASSWORD, "password": "quite another phrase"}
    assert ada.send("/people/password", form, seen_on="/people").status_code == 303
    assert ada.get("/queue").status_code == 200 and other.get("/queue").status_code == 303


def token_of(client: Any) -> str:
    """Make a token for whoever is signed in."""
    page = client.send("/people/token", {"label": "tests"}, seen_on="/people").text
    found = re.search(r'id="new-token">([^<]+)<', page)
    assert found
    return found[1]


def with_token(world: Any, token: str) -> Any:
    client = world.client()
    client.headers = {"authorization": f"Bearer {token}"}
    return client


def test_a_token_reads_and_decides_and_makes_nobody_an_admin(world: Any, ada: Any) -> None:
    """It lies in feed readers and scripts: found there, it must not open what a password opens."""
    machine = with_token(world, token_of(ada))
    assert machine.get("/api/v1/changes").status_code == 200
    form = {"name": "Eve", "role": "admin", "password": PASSWORD}
    for path in ("/people/add", "/people/token", "/people/close"):
        assert machine.send(path, form, seen_on="/people").status_code == 401
    names = world.write(lambda ledger: [each.name for each in ledger.accounts.all()])
    assert "Eve" not in names


def test_a_new_password_ends_tokens_too(world: Any, ada: Any) -> None:
    """Who had the old one may have made some."""
    machine = with_token(world, token_of(ada))
    form = {"old": PASSWORD, "password": "quite another phrase"}
    ada.send("/people/password", form, seen_on="/people")
    assert machine.get("/api/v1/changes").status_code == 401


def test_guessing_the_old_password_is_slowed_down(world: Any, ada: Any) -> None:
    """Whoever sits at a desk that was left open."""
    answers = [
        ada.send(
            "/people/password", {"old": f"guess {n}", "password": PASSWORD}, seen_on="/people"
        ).status_code
        for n in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


def test_cookies_are_out_of_reach(world: Any) -> None:
    client = world.client()
    answer = client.send("/login", {"name": "Ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_every_answer_is_guarded(world: Any, ada: Any) -> None:
    change = world.change()
    for path in (
        "/queue",
        f"/changes/{change}",
        "/offerings",
        "/nowhere",
        "/healthz",
        "/changes/99",
    ):
        headers = ada.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_another_name_for_this_machine_gets_nothing(ada: Any) -> None:
    assert ada.get("/queue", headers={"host": "rebound.example"}).status_code == 400


def test_too_much_is_refused(world: Any, ada: Any) -> None:
    change = world.change()
    form = {"text": "x" * 700_000}
    answer = ada.send(f"/changes/{change}/comment", form, seen_on=f"/changes/{change}")
    assert answer.status_code == 413


def test_wrong_declarations_leave_the_right_ones_in_force(
    world: Any, ada: Any, vocabulary: Vocabulary
) -> None:
    right = world.sources_path.read_text()
    world.sources_path.write_text(right.replace("kind: data_usage", "kind: data_usge"))
    page = ada.get("/offerings").text
    assert "is wrong and not in force" in page and "Acme API" in page
    world.sources_path.write_text(right.replace("Acme API", "Acme Platform"))
    page = ada.get("/offerings").text
    assert "Acme Platform" in page and "not in force" not in page
