"""Webhooks: JSON, signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com), behind the address guard."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime

import httpx

from watcher.errors import NotDelivered
from watcher.fetching.guard import AddressRefused, GuardedTransport, mark
from watcher.model import Message

_PATIENCE = httpx.Timeout(15.0)
PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try; after that the channel rests for longer."""


async def send_webhook(
    url: str,
    secret: str,
    message: Message,
    at: datetime,
    *,
    allow_private: bool = False,
    pauses: Sequence[float] = PAUSES,
) -> str:
    """Post `message` to `url`; any answer from 200 to 299 is taken for "I have it".

    It is tried again soon when nobody answers, or the answer is 429 or 5xx: always with the same `webhook-id`, by which
    a receiver knows what it has. Raises NotDelivered. Redirects are not followed.
    """
    body = json.dumps(message.data, ensure_ascii=False).encode()
    headers = signed(message.id, secret, body, at)
    async with httpx.AsyncClient(transport=GuardedTransport(), timeout=_PATIENCE) as client:
        for pause in (*pauses, None):
            try:
                answer = await client.post(
                    url, content=body, headers=headers, extensions=mark(allow_private=allow_private)
                )
            except httpx.HTTPError as error:
                refused = _refusal(error)
                trouble = refused or f"nobody answers ({type(error).__name__})"
                is_final = refused is not None
            except AddressRefused as error:
                trouble, is_final = str(error), True
            else:
                if answer.is_success:
                    return ""
                trouble = f"answered {answer.status_code}"
                is_final = answer.status_code != 429 and answer.status_code < 500
            if is_final or pause is None:
                raise NotDelivered(f"{httpx.URL(url).host}: {trouble}")
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")


def signed(message_id: str, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """Give the headers of a message: its id, the time in seconds since 1970, and `v1,` with the signature.

    Signed is `id.time.body`, by HMAC-SHA256. A secret that begins with `whsec_` is base64, any other is taken as it is.
    """
    seconds = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), seconds.encode(), body))
    digest = hmac.new(_key(secret), content, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "user-agent": "Watcher",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise NotDelivered("the secret begins with whsec_ and is not base64 after it") from None


def _refusal(error: BaseException) -> str | None:
    """Give what the address guard said, if it was the one who ended this."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, AddressRefused):
            return f"{at}; `allow_private: yes` in its declaration allows it"
        at = at.__cause__ or at.__context__
    return None
