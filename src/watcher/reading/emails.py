"""E-mail addresses that a page hides from harvesters and shows to readers."""

from __future__ import annotations

import re
from urllib.parse import unquote

_PROTECTED = re.compile(r"/cdn-cgi/l/email-protection(?:#([0-9a-f]+))?$", re.IGNORECASE)
_NOTICE = re.compile(r"\[\s*email\s+protected\s*\]", re.IGNORECASE)


def decode_cloudflare(code: str) -> str:
    """Give the address in a `data-cfemail` code: hexadecimal bytes, each masked by the first one.

    Gives an empty text when `code` is not one.
    """
    try:
        mask, *masked = bytes.fromhex(code)
        return bytes(byte ^ mask for byte in masked).decode("utf-8")
    except ValueError:
        return ""


def linked_address(target: str) -> str:
    """Give a link's target with its address in clear: as `mailto:` where it was masked or percent-encoded."""
    if target[:7].lower() == "mailto:":
        return "mailto:" + unquote(target[7:]).strip()
    if "/cdn-cgi/" not in target:
        return target
    protected = _PROTECTED.search(target)
    address = decode_cloudflare(protected[1]) if protected and protected[1] else ""
    return f"mailto:{address}" if address else target


def reveal(text: str, target: str) -> str:
    """Give a link's words with the notice that stands for a protected address replaced by the address."""
    if target.startswith("mailto:") and "protected" in text:
        return _NOTICE.sub(lambda _: target[7:], text)
    return text
