"""Which addresses belong to one provider, as far as host names tell."""

from __future__ import annotations

from ipaddress import ip_address

from watcher.urls import host_of

_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Second labels under which a country's names are given out, such as `co.uk`."""


def site_of(url: str) -> str:
    """Give the name that the hosts of one provider share: `acme.com` for `https://trust.acme.com/`.

    An address in digits stands for itself; an address without a host gives an empty text.
    """
    host = host_of(url)
    if not host or _is_number(host):
        return host
    labels = host.split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3 if shared else -2 :])


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
