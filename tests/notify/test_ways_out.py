"""Mail, webhook and Apprise, each to a receiver that is really there."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from watcher.errors import NotDelivered
from watcher.model import Channel, Chat, Webhook
from watcher.notify import Post, complaints, rehearsal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MESSAGE = rehearsal("mail", NOW)
DOCS = Path(__file__).parents[2] / "docs" / "notifications.md"
SECRET = "whsec_dGhlIHNlY3JldCBpdHNlbGY="


def send(channel: Channel, *, pauses: tuple[float, ...] = (), **environment: str) -> str:
    post = Post(environment, clock=lambda: NOW, pauses=pauses)
    return asyncio.run(post.send(channel, MESSAGE))


def failure(channel: Channel, **environment: str) -> str:
    with pytest.raises(NotDelivered) as caught:
        send(channel, **environment)
    return str(caught.value)


def test_a_letter_is_text_and_html_and_keeps_its_id(mailbox: Any, by_mail: Channel) -> None:
    assert send(by_mail) == ""
    (letter,) = mailbox.letters
    assert letter["message-id"] == f"<{MESSAGE.id}@watcher.invalid>"
    assert (letter["to"], letter["from"]) == ("ada@example.org", "watcher@example.org")
    assert letter["auto-submitted"] == "auto-generated"
    assert letter["date"].datetime == NOW
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n") == MESSAGE.text


def test_a_letter_that_reached_some_is_not_sent_again(mailbox: Any, by_mail: Channel) -> None:
    mailbox.refuses = {"bob"}
    both = replace(by_mail, to=replace(by_mail.to, to=("ada@example.org", "bob@example.org")))
    assert send(both) == "the server refused bob@example.org"
    assert len(mailbox.letters) == 1


def test_what_the_mail_server_says_is_told(mailbox: Any, by_mail: Channel) -> None:
    mailbox.answers_data = "552 your letter is too large"
    assert failure(by_mail).endswith("answered 552 your letter is too large")
    mailbox.refuses = {"ada"}
    assert failure(by_mail).endswith("refused every one of ada@example.org")


def verified(body: bytes, headers: dict[str, str]) -> bool:
    """Verify as the standard says, by its own words: https://www.standardwebhooks.com."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


def test_a_webhook_is_signed(hook: Any, by_hook: Channel) -> None:
    send(by_hook, HOOK_SECRET=SECRET)
    ((_, headers, body),) = hook.posted
    assert verified(body, headers)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body)["type"] == "watcher.test"


def test_the_documented_verification_accepts_and_refuses(hook: Any, by_hook: Channel) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.S | re.M)
    room: dict[str, Any] = {}
    exec(code, room)
    verify: Callable[..., bool] = room["is_from_watcher"]
    send(by_hook, HOOK_SECRET=SECRET)
    ((_, headers, body),) = hook.posted

    assert verify(headers, body, SECRET, now=NOW.timestamp())
    assert not verify(headers, body + b" ", SECRET, now=NOW.timestamp())
    assert not verify(headers, body, "whsec_b3RoZXI=", now=NOW.timestamp())
    assert not verify(headers, body, SECRET, now=NOW.timestamp() + 3600), "an old one, sent again"
    assert not verify({**headers, "webhook-id": "other"}, body, SECRET, now=NOW.timestamp())


def test_a_plain_secret_will_do(hook: Any, by_hook: Channel) -> None:
    send(by_hook, HOOK_SECRET="correct horse battery staple")
    assert "not base64" in failure(by_hook, HOOK_SECRET="whsec_???")
    assert len(hook.posted) == 1


def test_a_webhook_is_tried_again_under_the_same_id(hook: Any, by_hook: Channel) -> None:
    hook.answers = [503, 429, 200]
    send(by_hook, pauses=(0.0, 0.0), HOOK_SECRET=SECRET)
    assert len({headers["webhook-id"] for _, headers, _ in hook.posted}) == 1
    assert len(hook.posted) == 3


@pytest.mark.parametrize("status", [302, 400, 410])
def test_a_refusal_is_final_and_redirects_are_not_followed(
    hook: Any, by_hook: Channel, status: int
) -> None:
    hook.answers = [status]
    post = Post({"HOOK_SECRET": SECRET}, clock=lambda: NOW, pauses=(0.0,))
    with pytest.raises(NotDelivered, match=f"127.0.0.1: answered {status}"):
        asyncio.run(post.send(by_hook, MESSAGE))
    assert [path for path, _, _ in hook.posted] == ["/hook"]


def test_private_addresses_are_for_those_who_say_so(hook: Any, by_hook: Channel) -> None:
    guarded = replace(by_hook, to=replace(by_hook.to, allow_private=False))
    said = failure(guarded, HOOK_SECRET=SECRET)
    assert "loopback" in said and "allow_private" in said
    assert hook.posted == []


def test_an_address_may_stand_in_a_variable(hook: Any) -> None:
    hidden = Channel("hidden", Webhook("HOOK_SECRET", url_env="HOOK_URL", allow_private=True))
    send(hidden, HOOK_SECRET=SECRET, HOOK_URL=hook.url)
    assert len(hook.posted) == 1
    assert failure(hidden, HOOK_SECRET=SECRET) == "the environment variable HOOK_URL is not set"


def test_apprise_takes_what_fits_into_a_chat(hook: Any) -> None:
    chat = Channel("chat", Chat("CHAT_URL"))
    url = hook.url.replace("http://", "json://")
    send(chat, CHAT_URL=url)
    ((_, _, body),) = hook.posted
    told = json.loads(body)
    assert (told["title"], told["message"]) == (MESSAGE.subject, MESSAGE.short)


def test_what_apprise_says_is_told_without_secrets(hook: Any) -> None:
    chat = Channel("chat", Chat("CHAT_URL"))
    hook.answers = [403]
    url = hook.url.replace("http://", "json://watcher:the-password@") + "/the-token-itself"
    said = failure(chat, CHAT_URL=url)
    assert "JSON" in said
    assert "the-token" not in said and "the-password" not in said

    for wrong in ("no url at all", f"{url}, {url}"):
        assert "one Apprise URL" in failure(chat, CHAT_URL=wrong)


def test_what_is_not_set_is_known_without_trying(by_mail: Channel, by_hook: Channel) -> None:
    chat = Channel("chat", Chat("CHAT_URL"))
    channels = [by_mail, by_hook, chat]
    assert complaints(channels, {"CHAT_URL": " "}) == {
        "bot": "not set: HOOK_SECRET",
        "chat": "not set: CHAT_URL",
    }
