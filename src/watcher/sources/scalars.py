"""What the single texts of a declaration must be: durations, addresses, names, selectors.

Each function gives what a text means, and raises ValueError with two arguments, a message and a hint, when it means
nothing.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit

from watcher.cron import read_cron, zone_of
from watcher.model import Cron, FetchMode, QuietHours
from watcher.plugs import Point, installed, named
from watcher.sources.problems import suggestion
from watcher.urls import host_of, is_of_the_web, normalise_url

LONGEST_ID = 80
LONGEST_SELECTOR = 300
LONGEST_STEP = 30.0

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_LONGEST = timedelta(days=366)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}
_SPELT_OUT = {"minute": "m", "min": "m", "hour": "h", "hr": "h", "day": "d", "week": "w", "wk": "w"}
_OFTEN = {"hourly": "1h", "daily": "1d", "weekly": "1w", "monthly": "4w", "yearly": "52w"}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_TRUTHS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


_JSON_PATH = re.compile(r"\$(?:\.[^.\[\]]{1,100}|\[(?:\d{1,6}|\*)\]){0,50}")
_PDF_PAGE = re.compile(r"page\([1-9]\d{0,4}\)")


def read_every(raw: object) -> timedelta | Cron:
    """Read how often to look: a duration, or `cron` and the times of day, as `cron 0 9 * * mon-fri Europe/Berlin`."""
    if isinstance(raw, str) and raw.split()[:1] == ["cron"]:
        return read_cron(" ".join(raw.split()[1:]))
    if isinstance(raw, str) and len(raw.split()) >= 5:
        raise ValueError(f"{raw!r} is not a duration", f"did you mean `cron {raw.strip()}`?")
    return read_duration(raw)


def read_quiet_hours(raw: object) -> QuietHours:
    """Read the hours in which a host is left alone: `22:00-06:00 Europe/Berlin`; UTC without a time zone."""
    hint = "write 22:00-06:00 and a time zone: 22:00-06:00 Europe/Berlin"
    text = _text(raw, hint)
    found = re.fullmatch(r"([0-2]?\d):([0-5]\d)\s*-\s*([0-2]?\d):([0-5]\d)(?:\s+(\S+))?", text)
    if not found or int(found[1]) > 23 or int(found[3]) > 23:
        raise ValueError(f"{text!r} is not a span of hours", hint)
    quiet = QuietHours(
        time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])), found[5] or "UTC"
    )
    if quiet.begin == quiet.end:
        raise ValueError(f"{text!r} leaves no time to look", "end it before it begins again")
    zone_of(quiet.zone)
    return quiet


def read_duration(raw: object) -> timedelta:
    """Read how often to look: `30m`, `12h`, `1d`, `2w`; from a minute to a year."""
    text = _text(raw, "write a number and a unit: 30m, 12h, 1d or 2w")
    found = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if not found:
        raise ValueError(f"{text!r} is not a duration", _duration_hint(text))
    duration = timedelta(minutes=int(found[1]) * _MINUTES[found[2]])
    if duration < timedelta(minutes=1):
        raise ValueError(f"{text!r} is no time at all", "the shortest is 1m; once a day is 1d")
    if duration > _LONGEST:
        raise ValueError(f"{text!r} is longer than a year", "the longest is 52w")
    return duration


def _duration_hint(text: str) -> str:
    general = "write a number and a unit: 30m, 12h, 1d or 2w"
    if text.lower() in _OFTEN:
        return f"did you mean `{_OFTEN[text.lower()]}`?"
    found = re.fullmatch(r"(\d{1,6})\s*([a-z]+?)s?", text.lower())
    unit = found and (_SPELT_OUT.get(found[2]) or (found[2] if found[2] in _MINUTES else None))
    return f"did you mean `{found[1]}{unit}`?" if found and unit else general


def read_spacing(raw: object) -> float:
    """Read a pause between requests, `500ms`, `2s` or `1m`, as seconds; an hour at most."""
    text = _text(raw, "write a number and a unit: 500ms, 2s or 1m")
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)", text)
    if not found:
        raise ValueError(f"{text!r} is not a pause", "write a number and a unit: 500ms, 2s or 1m")
    seconds = float(found[1]) * _SECONDS[found[2]]
    if seconds > 3600:
        raise ValueError(f"{text!r} is longer than an hour", "the longest is 60m")
    return seconds


def read_patience(raw: object) -> float:
    """Read how long a step may take, `500ms` to `30s`, as seconds."""
    seconds = read_spacing(raw)
    if not 0.1 <= seconds <= LONGEST_STEP:
        raise ValueError(f"{raw!r} is no time for a step", "write 100ms to 30s")
    return seconds


def read_number(raw: object) -> int:
    """Read a whole number from 1 to 100."""
    text = _text(raw, "write a number from 1 to 100")
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= 100:
        raise ValueError(f"{text!r} is not a number from 1 to 100", "1 is polite")
    return int(text)


def read_truth(raw: object) -> bool:
    """Read yes or no, however it is spelt."""
    if isinstance(raw, bool):
        return raw
    text = _text(raw, "write yes or no")
    if text.lower() not in _TRUTHS:
        raise ValueError(f"{text!r} is neither yes nor no", "write yes or no")
    return _TRUTHS[text.lower()]


def read_words(raw: str) -> str:
    """Read a text that is not empty."""
    return _text(raw, "write something, or remove the key")


def read_name(raw: str) -> str:
    """Read the name of an offering or a source, as it stands in addresses."""
    text = _text(raw, "use lower-case letters, digits and hyphens")
    if re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", text) and len(text) <= LONGEST_ID:
        return text
    proposal = slug_of(text)
    hint = f"did you mean `{proposal}`?" if proposal else "use lower-case letters, digits, hyphens"
    raise ValueError(f"{text!r} is not a name for use in addresses", hint)


def read_language(raw: str) -> str:
    """Read a language code such as `en` or `pt-br`."""
    text = _text(raw, "write a code such as en").lower().replace("_", "-")
    if not re.fullmatch(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}", text):
        raise ValueError(f"{raw!r} is not a language code", "write a code such as en or pt-br")
    return text


def read_url(raw: str) -> str:
    """Read the address of a page, http or https, without user name and password."""
    text = _text(raw, "write an address such as https://example.org/terms")
    if re.search(r"\s", text):
        raise ValueError(f"{text!r} holds a space", "write %20 for a space")
    if not re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE):
        raise ValueError(
            f"{text!r} is not an address", f"did you mean `https://{text.lstrip('/')}`?"
        )
    try:
        parts, address = urlsplit(text), normalise_url(text, keep_fragment=True)
    except ValueError as error:
        raise ValueError(_in_one_line(error), "only http and https pages are watched") from None
    if "@" in parts.netloc:
        raise ValueError(
            "an address with a user name is not watched", "remove everything up to the `@`"
        )
    if not _is_host(host_of(address)):
        raise ValueError(f"{host_of(address)!r} is not a host name", "check the address")
    return address


def read_source_url(raw: str) -> str:
    """Read the address of a source: a page of the web, or what an installed plug-in fetches."""
    text = _text(raw, "write an address such as https://example.org/terms")
    scheme = text.partition("://")[0].lower()
    if is_of_the_web(text) or named(Point.FETCHERS, scheme) is None:
        return read_url(raw)
    if re.search(r"\s", text):
        raise ValueError(f"{text!r} holds a space", "write %20 for a space")
    if not _is_host(host_of(text)):
        raise ValueError(f"{text!r} names no host", f"write {scheme}://example.org/terms")
    return f"{scheme}{text[len(scheme) :]}"


def read_way(raw: object) -> FetchMode | str:
    """Read how a source is fetched: auto, http, browser, or the name of an installed plug-in."""
    text = _text(raw, "write auto, http or browser")
    if text in set(FetchMode):
        return FetchMode(text)
    known = [each.name for each in installed(Point.FETCHERS)]
    if text not in known:
        hint = suggestion(text, [*FetchMode, *known])
        raise ValueError(f"is one of {', '.join([*FetchMode, *known])}, not {text!r}", hint)
    return text


def read_host(raw: str) -> str:
    """Read the name of a host, without scheme, port and path."""
    text = _text(raw, "write the host alone, such as example.org").lower()
    if not _is_host(text):
        host = host_of(text if "//" in text else f"//{text}")
        hint = f"did you mean `{host}`?" if host and host != text else "such as example.org"
        raise ValueError(f"{text!r} is not a host name", hint)
    return text


def read_selector(raw: str) -> str:
    """Read a CSS selector."""
    text = _text(raw, "write a CSS selector such as main, or remove the key")
    if len(text) > LONGEST_SELECTOR:
        raise ValueError(f"a selector has at most {LONGEST_SELECTOR} characters", "make it simpler")
    # Forty milliseconds to import, which only a declaration with selectors needs.
    import soupsieve  # noqa: PLC0415
    from soupsieve.util import SelectorSyntaxError  # noqa: PLC0415

    try:
        soupsieve.compile(text)
    except (SelectorSyntaxError, NotImplementedError, ValueError) as error:
        raise ValueError(f"{text!r} is not a CSS selector: {_in_one_line(error)}", "") from None
    return text


def read_place(raw: str) -> str:
    """Read where a declared claim stands: a CSS selector, a path into JSON (`$.a.b[0]`), or `page(3)` of a PDF."""
    text = _text(raw, "write a CSS selector such as main, a path such as $.days, or page(3)")
    if text.startswith("$") and not _JSON_PATH.fullmatch(text):
        raise ValueError(f"{text!r} is not a path into JSON", "write it as $.policy.terms[0].days")
    if text.startswith("$") or _PDF_PAGE.fullmatch(text):
        return text
    return read_selector(text)


def slug_of(text: str) -> str:
    """Give `text` as a name for use in addresses; empty when nothing of it can stand there."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if len(slug) <= LONGEST_ID:
        return slug
    digest = blake2b(text.encode(), digest_size=3).hexdigest()
    return f"{slug[: LONGEST_ID - 7].rstrip('-')}-{digest}"


def id_of(url: str) -> str:
    """Give the id of a source that declares none: host and path in a readable form, the query as a digest.

    It depends on the address alone, so that other sources can come and go.
    """
    parts = urlsplit(url)
    path = re.sub(r"\.(?:html?|php|aspx?)$", "", parts.path)
    slug = slug_of(f"{host_of(url).removeprefix('www.')}{path}")
    rest = parts.query + parts.fragment
    return f"{slug}-{blake2b(rest.encode(), digest_size=3).hexdigest()}" if rest else slug


def _is_host(host: str) -> bool:
    is_ipv6 = re.fullmatch(r"[0-9a-f:.]+", host) and host.count(":") >= 2
    return bool(is_ipv6 or (len(host) <= 253 and _HOST_NAME.fullmatch(host)))


def _text(raw: object, hint: str) -> str:
    if not isinstance(raw, str):
        raise ValueError("must be a single text", hint)
    text = raw.strip()
    if not text:
        raise ValueError("is empty", hint)
    return text


def _in_one_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]
