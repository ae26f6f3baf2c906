"""Addresses of pages in one normal form, beneath every step; strings in, strings out.

Two forms are kept apart. `normalise_url` is for addresses that a person or a server names: it changes little, and
with `keep_tracking` nothing that a server could answer differently to. `clean_link` is for links found in a page: it
also drops what a server hands to each reader anew (session and trace ids, tokens that look random), so that the same
link is the same text at every look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WEB = ("http", "https")
_LINKABLE = (*_WEB, "mailto", "tel", "ftp")

_TRACKING = re.compile(
    r"(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|__?hs\w+|_ga|_gl|_gac|gclid|gclsrc|gbraid|wbraid|dclid|fbclid|msclkid|"
    r"twclid|ttclid|yclid|igshid|igsh|li_fat_id|mc_[ce]id|mkt_tok|vero_id|oly_\w+_id|s_cid|ref_src|srsltid|"
    r"sc_cid|trk|trkinfo|epik|rdt_cid|wickedid|cmpid|icid)",
    re.IGNORECASE,
)
_PER_READER = re.compile(
    r"(?:j?session_?(?:id)?|jsessionid|phpsessid|aspsessionid\w*|sid|s_id|trace_?id|traceparent|nonce|csrf\w*|"
    r"xsrf\w*|authenticity_token|request_?id|req_?id|correlation_?id|cache_?bust(?:er)?|cb|_|ts|timestamp|"
    r"visitor_?id|client_?id_?hash|anonymous_?id)",
    re.IGNORECASE,
)
_NAMES_A_DOCUMENT = re.compile(
    r"(?:id|doc\w*|file\w*|article\w*|page\w*|p|q|v|version|path|url|key|name|title|lang\w*|hl|locale|section|"
    r"product|policy|slug)",
    re.IGNORECASE,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?#]*", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_TOKEN = re.compile(r"[A-Za-z0-9_+/=.~-]{20,}")
_PLAIN_PATH = re.compile(
    r"/(?:[a-z0-9_-]+/)*(?:[a-z0-9_-]+(?:\.[a-z0-9]+)?)?", re.ASCII | re.IGNORECASE
)
_PLAIN_URL = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(?!80/|443/)[1-9][0-9]{0,3})?"
    r"/(?:[A-Za-z0-9_-]+/)*(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9]+)?)?"
)
"""Most addresses by far: they stand in their normal form already, and taking them apart would tell no more."""

_STRAY = re.compile(r"[\t\r\n]")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_LOCALE = re.compile(
    r"(?:(?:ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|no|pl|pt|ro|ru|sk|sl|"
    r"sr|sv|ta|te|th|tr|uk|ur|vi|zh)(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?|intl|us|gb|eu|global)",
    re.IGNORECASE,
)
_LOCALE_PARAMETER = re.compile(r"(?:hl|lang|language|locale|gl)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """Give the host of `url` in lower case, without port, userinfo and trailing dot; empty when it has none."""
    if plain := _PLAIN_URL.fullmatch(url):
        return plain[1]
    try:
        return _host(urlsplit(_STRAY.sub("", url.strip())))
    except ValueError:
        return ""


@lru_cache(maxsize=8192)
def normalise_url(url: str, *, keep_fragment: bool = False, keep_tracking: bool = False) -> str:
    """Give the normal form of an absolute web address; idempotent.

    Scheme and host in lower case (international names in ASCII form), no default port, no dot segments, no empty
    path, no campaign parameters or click ids and no fragment unless they are asked for. Backslashes are read as
    slashes, as browsers read them. A name and password before the host are left out: addresses are shown to people.
    Raises ValueError when `url` is not an http or https address with a host.
    """
    if _PLAIN_URL.fullmatch(url):
        return url
    parts = urlsplit(_slashes(_STRAY.sub("", url.strip())))
    if parts.scheme not in _WEB:
        raise ValueError(f"{url!r} is not an http or https address")
    host = _host(parts)
    if not host:
        raise ValueError(f"{url!r} names no host")
    query = parts.query
    if not keep_tracking:
        query = _filter(query, lambda name, value: not _TRACKING.fullmatch(name))
    fragment = parts.fragment if keep_fragment else ""
    return urlunsplit(
        (parts.scheme, _authority(parts, host), _path(parts.path), _tidy(query), _tidy(fragment))
    )


def is_of_the_web(url: str) -> bool:
    """Whether `url` is an http or https address."""
    return url.lower().startswith(("http:", "https:"))


def follow_url(target: str, base: str) -> str:
    """Give where `target`, as a redirect at `base` names it, leads: in normal form, all but the fragment kept.

    Raises ValueError when that is no http or https address.
    """
    target = _slashes(_STRAY.sub("", target.strip()))
    return normalise_url(urljoin(base, target), keep_tracking=True)


def clean_link(target: str, base: str) -> str:
    """Give where a link leads: absolute against `base`, without tracking, session and random parts.

    Gives an empty text for what leads nowhere: scripts, inline data, addresses that cannot be read. The fragment
    stays unless it looks random.
    """
    if _PLAIN_PATH.fullmatch(target) and (root := _resolved("/", base)).startswith("http"):
        return root + target[1:]  # most links by far, and three quarters of what reading them cost
    return _resolved(target, base)


@lru_cache(maxsize=32768)
def _resolved(target: str, base: str) -> str:
    target = _STRAY.sub("", target.strip())
    try:
        parts = urlsplit(urljoin(base, _slashes(target)))
        host = _host(parts)
    except ValueError:
        return ""
    if parts.scheme not in _LINKABLE:
        return ""
    if parts.scheme not in _WEB:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
    if not host:
        return ""
    path = _SESSION_IN_PATH.sub("", parts.path)
    query = _filter(parts.query, _is_lasting)
    fragment = "" if looks_random(parts.fragment) else parts.fragment
    try:
        authority = _authority(parts, host)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, authority, _path(path), _tidy(query), _tidy(fragment)))


@lru_cache(maxsize=8192)
def is_same_document(a: str, b: str) -> bool:
    """Whether two addresses lead to one document, as far as addresses can tell.

    Scheme, `www.`, a trailing slash, an index file, a language or region in path or query, the fragment and
    tracking parts make no difference.
    """
    return a == b or document_key(a) == document_key(b)


def way_of(url: str) -> str:
    """Give what follows `#` where it is a way that a page goes in a browser (`/terms`, `!terms`); else nothing."""
    fragment = url.partition("#")[2]
    return fragment if fragment.startswith(("/", "!")) else ""


def is_same_page(a: str, b: str) -> bool:
    """Whether two addresses lead to one page, also where a browser makes several of one document."""
    return is_same_document(a, b) and way_of(a) == way_of(b)


def document_key(url: str) -> tuple[str, str, str]:
    """Give what is one and the same for all addresses of one document, as `is_same_document` has it."""
    try:
        return _document_key(url)
    except ValueError:
        return url, "", ""


def path_words(url: str) -> tuple[str, ...]:
    """Give the words of the path of `url`, lower case, locale segments and file endings left out."""
    path = unquote(urlsplit(url).path).lower()
    segments = [part for part in path.split("/") if part and not _LOCALE.fullmatch(part)]
    if segments:
        segments[-1] = re.sub(r"\.(?:html?|php|aspx?|jsp|pdf|md|txt)$", "", segments[-1])
    words = (word for part in segments for word in re.split(r"[^\w]+|_", part))
    return tuple(word for word in words if word and word not in ("index", "default"))


def looks_random(token: str) -> bool:
    """Whether `token` looks handed out by a machine: a UUID, a long hexadecimal number, mixed letters and digits.

    Words, dates and readable slugs do not, whatever their length.
    """
    token = token.rstrip("=")
    if len(token) < 16:
        return False
    if _UUID.fullmatch(token):
        return True
    digits = sum(character.isdigit() for character in token)
    if _HEX.fullmatch(token):
        return 0 < digits < len(token)
    if digits < 2 or not _TOKEN.fullmatch(token):
        return False
    # Random letters and digits change class (upper, lower, digit) at two of three places, words seldom.
    classes = [_class_of(character) for character in token]
    turns = sum(one != other for one, other in pairwise(classes))
    return turns / (len(token) - 1) >= 0.3


def _class_of(character: str) -> int:
    if character.isdigit():
        return 0
    if character.isupper():
        return 1
    return 2


def _is_lasting(name: str, value: str) -> bool:
    if _TRACKING.fullmatch(name) or _PER_READER.fullmatch(name):
        return False
    return bool(_NAMES_A_DOCUMENT.fullmatch(name)) or not looks_random(value)


def _filter(query: str, keep: Callable[[str, str], bool]) -> str:
    if not query:
        return ""
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if pair and keep(unquote(name), unquote(value)):
            kept.append(pair)
    return "&".join(kept)


def _slashes(url: str) -> str:
    """Read backslashes before query and fragment as slashes, as browsers do for web addresses."""
    if "\\" not in url:
        return url
    end = min((at for at in (url.find("?"), url.find("#")) if at >= 0), default=len(url))
    return url[:end].replace("\\", "/") + url[end:]


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if host.isascii():
        return host
    import idna  # noqa: PLC0415 - large tables, and nearly every name is ASCII

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"{host!r} is not a host name") from error


def _authority(parts: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    port = parts.port
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{shown}{suffix}"


def _path(path: str) -> str:
    if "/." in path:
        path = _without_dots(path)
    return _tidy(path) or "/"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:-1] if len(kept) > 1 else kept
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _tidy(text: str) -> str:
    """Encode what may not stand in an address, and write percent codes in capitals."""
    if not text:
        return ""
    text = _BAD_PERCENT.sub("%25", text)
    text = quote(text, safe="%/:=&?~#+!$,;'@()*[]|")
    return _PERCENT.sub(lambda code: code.group().upper(), text) if "%" in text else text


@lru_cache(maxsize=8192)
def _document_key(url: str) -> tuple[str, str, str]:
    parts = urlsplit(normalise_url(url))
    host = parts.netloc.removeprefix("www.")
    path = _INDEX.sub("/", parts.path).rstrip("/")
    segments = [part for part in path.split("/") if part and not _LOCALE.fullmatch(part)]
    query = _filter(
        parts.query,
        lambda name, value: _is_lasting(name, value) and not _LOCALE_PARAMETER.fullmatch(name),
    )
    return host, "/".join(segments), query
