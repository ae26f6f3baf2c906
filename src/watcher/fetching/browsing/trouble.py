"""What can go wrong in a browser, told as verdicts."""

from __future__ import annotations

import re

from watcher.errors import FetchError
from watcher.fetching.trouble import Trouble, unreachable
from watcher.model import Verdict

_CODE = re.compile(r"net::ERR_(\w+)")
_TABLE: tuple[tuple[str, str], ...] = (
    ("CERT_", "tls: the certificate does not verify"),
    ("BAD_SSL", "tls: no secure connection"),
    ("SSL_", "tls: no secure connection"),
    ("TOO_MANY_REDIRECTS", "redirects: in a circle, or too many"),
    ("NAME_NOT_RESOLVED", "dns: the name is not known"),
    ("TIMED_OUT", "timeout: no answer in time"),
    ("CONNECTION_TIMED_OUT", "timeout: no answer in time"),
    ("CONNECTION_REFUSED", "connect: the connection was refused"),
    ("CONNECTION_", "reset: the server broke the connection"),
    ("EMPTY_RESPONSE", "reset: the server hung up before it answered"),
    ("CONTENT_LENGTH_MISMATCH", "reset: the answer broke off"),
    ("INCOMPLETE_CHUNKED", "reset: the answer broke off"),
    ("INVALID_", "protocol: the answer is not valid HTTP"),
    ("RESPONSE_HEADERS", "protocol: the answer is not valid HTTP"),
    ("HTTP2_", "protocol: the answer is not valid HTTP"),
    ("TUNNEL_", "connect: no connection"),
    ("UNSAFE_PORT", "address: browsers do not go to this port"),
    ("BLOCKED_BY", "refused: the browser was told not to show it"),
)


class Crashed(FetchError):
    """The browser, or the process that held the page, ended under a look."""


def translate_browser(message: str) -> Trouble:
    """Give the trouble that the message of a failed navigation means; its code is Chromium's."""
    found = _CODE.search(message)
    if found is None:
        return Trouble(Verdict.UNREADABLE, f"browser: {_first_line(message)}")
    code = found.group(1)
    signal = next(
        (signal for start, signal in _TABLE if code.startswith(start)), "connect: no connection"
    )
    return unreachable(f"{signal} (ERR_{code})")


def _first_line(message: str) -> str:
    return message.strip().partition("\n")[0][:160]
