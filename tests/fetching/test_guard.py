"""No way in: addresses that must not be reached, however they are written, named or led to."""

from __future__ import annotations

import asyncio
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.fetching.guard import AddressRefused, GuardedResolver, objection
from watcher.model import Verdict

PRIVATE = ["127.0.0.1", "127.255.0.3", "10.1.2.3", "172.16.0.1", "172.31.9.9", "192.168.1.1"]
PRIVATE += ["100.64.0.1", "100.127.255.254", "::1", "fc00::1", "fd12:3456::1", "fec0::1"]
NEVER = ["169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192"]
NEVER += ["fd00:ec2::254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1"]
NEVER += ["239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9"]
NEVER += [
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "64:ff9b:1::1",
    "100::1",
    "4000::1",
    "not an address",
]
PUBLIC = ["93.184.215.14", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "192.169.0.1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_leave(address: str) -> None:
    assert objection(address)
    assert objection(address, allow_private=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str) -> None:
    assert objection(address)
    assert objection(address, allow_private=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert objection(address) is None


def carriers(address: IPv4Address) -> list[str]:
    low = int(address)
    return [
        str(IPv6Address((0xFFFF << 32) | low)),
        f"64:ff9b::{low >> 16:x}:{low & 0xFFFF:x}",
        f"2002:{low >> 16:x}:{low & 0xFFFF:x}::1",
        f"2606:4700::5efe:{low >> 16:x}:{low & 0xFFFF:x}",
    ]


@given(st.ip_addresses(v=4))
@settings(max_examples=200)
def test_an_address_in_an_address_is_judged_as_what_it_carries(address: IPv4Address) -> None:
    for carrier in carriers(address):
        assert (objection(carrier) is None) == (objection(str(address)) is None), carrier


@given(st.ip_addresses())
@settings(max_examples=200)
def test_nothing_that_the_standard_library_calls_private_is_public(address: Any) -> None:
    # Some versions of the library call all of 6to4 private; we judge it by the address that it carries (above).
    if objection(str(address)) is None:
        assert address.is_global or (address.version == 6 and address.sixtofour)
        assert not address.is_multicast


URLS = [
    "http://127.0.0.1:{port}/page",
    "http://localhost.test:{port}/page",
    "http://2130706433:{port}/page",
    "http://0x7f000001:{port}/page",
    "http://0x7f.1:{port}/page",
    "http://0177.0.0.1:{port}/page",
    "http://127.1:{port}/page",
    "http://127.0.0.1.:{port}/page",
    "http://[::1]:{port}/page",
    "http://[::ffff:127.0.0.1]:{port}/page",
    "http://[::ffff:7f00:1]:{port}/page",
    "http://example.org@127.0.0.1:{port}/page",
    "http://127.0.0.1:{port}\\@example.org/page",
    "http:\\\\127.0.0.1:{port}\\page",
    "http://127.0.0.1:{port}#@example.org/page",
    "http://①②⑦.0.0.1:{port}/page",
    "http://127。0。0。1:{port}/page",
    "http://169.254.169.254/latest/meta-data/",
]


@pytest.mark.parametrize("url", URLS)
def test_failure_08_no_way_of_writing_leads_inside(
    site: Any, look: Any, names: Any, url: str
) -> None:
    names.answers["localhost.test"] = [["127.0.0.1"]]
    site.page("/page", b"secret")
    response = look(url.format(port=site.port), allow_private=False, resolver=names)
    assert response.trouble.verdict in (Verdict.REFUSED, Verdict.UNREACHABLE)
    assert site.seen == []


@pytest.mark.parametrize("url", URLS)
def test_failure_08_no_redirect_leads_inside(site: Any, look: Any, names: Any, url: str) -> None:
    names.answers["localhost.test"] = [["127.0.0.1"]]
    target = url.format(port=site.port).replace("127.0.0.1", "127.0.0.2")
    start = site.redirect("/start", target.encode().decode("latin-1"))
    site.page("/page", b"secret")
    response = look(start.replace("127.0.0.1", "public.test"), **public(names))
    assert response.trouble.verdict in (Verdict.REFUSED, Verdict.UNREACHABLE)
    assert site.asked("/page") == []
    assert len(site.asked("/start")) == 1


def public(names: Any) -> dict[str, Any]:
    """Let the name public.test stand for a public site, though it is here."""
    names.answers["public.test"] = [["127.0.0.1"]]
    return {"allow_private": False, "private_hosts": ["public.test"], "resolver": names}


def test_leave_for_one_host_is_none_for_another(site: Any, look: Any, names: Any) -> None:
    names.answers["inside.test"] = [["127.0.0.1"]]
    site.page("/page", b"secret")
    start = site.redirect("/start", f"http://inside.test:{site.port}/page")
    response = look(start.replace("127.0.0.1", "public.test"), **public(names))
    assert response.trouble.verdict is Verdict.REFUSED
    assert "inside.test is at 127.0.0.1 (loopback)" in response.trouble.signal


def test_metadata_is_refused_to_sources_with_leave_too(look: Any) -> None:
    response = look("http://169.254.169.254/latest/meta-data/", allow_private=True)
    assert response.trouble.verdict is Verdict.REFUSED


def test_a_connection_made_with_leave_serves_no_one_without(
    site: Any, look: Any, names: Any
) -> None:
    names.answers["site.test"] = [["127.0.0.1"]]
    site.page("/page")
    url = site.url(host="site.test")
    with_leave, without, again = look.all(
        look.source(url),
        look.source(url, allow_private=False),
        look.source(url),
        resolver=names,
    )
    assert with_leave.trouble is None
    assert without.trouble.verdict is Verdict.REFUSED
    assert again.trouble is None
    assert site.connections == 1


def test_of_several_addresses_only_the_allowed_are_used(names: Any) -> None:
    names.answers["mixed.test"] = [["10.0.0.1", "93.184.215.14", "::1"]]
    resolver = GuardedResolver(names, allow_private=False)
    answers = asyncio.run(resolver.resolve("mixed.test", 80))
    assert [answer["host"] for answer in answers] == ["93.184.215.14"]


def test_failure_08_a_name_that_flips_is_checked_at_every_look_up(names: Any) -> None:
    names.answers["flips.test"] = [["93.184.215.14"], ["127.0.0.1"]]
    resolver = GuardedResolver(names, allow_private=False)

    async def twice() -> None:
        await resolver.resolve("flips.test", 80)
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.1 \(loopback\)"):
            await resolver.resolve("flips.test", 80)

    asyncio.run(twice())


def test_robots_txt_of_a_private_host_is_not_asked_for_either(site: Any, look: Any) -> None:
    from watcher.fetching.politeness import Manners, Politeness

    politeness = Politeness(Manners(spacing=0.0))
    response = look(site.url(), allow_private=False, politeness=politeness)
    assert response.trouble.verdict is Verdict.REFUSED
    assert site.seen == []
