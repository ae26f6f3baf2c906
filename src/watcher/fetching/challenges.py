"""How walls against machines give themselves away: headers that they set, scripts that only they load.

Data and pure functions. A policy may speak of captchas, cookies and robots as it likes: words count only on a page
that says hardly anything else, and only beside a second sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from watcher.model import Judgement, Response, Verdict

_LARGEST_WALL = 65_536
_MOST_TEXT = 1_500
_MOST_PARAGRAPHS = 12
_TINY = 3_000
_REFUSED = frozenset({403, 405, 406})
"""Statuses that a wall gives; others (429, 503) say more beside the name of a server that also serves pages."""


class HeaderSign(NamedTuple):
    """A header that a wall sets. `refusing` tells that it counts only beside a status that refuses."""

    header: str
    pattern: re.Pattern[str]
    refusing: bool
    verdict: Verdict
    who: str


def _sign(header: str, pattern: str, verdict: Verdict, who: str, *, refusing: bool) -> HeaderSign:
    return HeaderSign(header, re.compile(pattern, re.IGNORECASE), refusing, verdict, who)


_HEADERS = (
    _sign("cf-mitigated", "challenge", Verdict.CHALLENGE, "Cloudflare", refusing=False),
    _sign("x-amzn-waf-action", "challenge|captcha", Verdict.CHALLENGE, "AWS WAF", refusing=False),
    _sign("x-vercel-mitigated", "challenge", Verdict.CHALLENGE, "Vercel", refusing=False),
    _sign("x-vercel-mitigated", "deny", Verdict.BLOCKED, "Vercel", refusing=False),
    _sign("x-vercel-challenge-token", ".", Verdict.CHALLENGE, "Vercel", refusing=False),
    _sign("x-sucuri-block", ".", Verdict.BLOCKED, "Sucuri", refusing=False),
    _sign("x-datadome", ".", Verdict.CHALLENGE, "DataDome", refusing=True),
    _sign("x-dd-b", ".", Verdict.CHALLENGE, "DataDome", refusing=True),
    _sign("set-cookie", r"datadome=", Verdict.CHALLENGE, "DataDome", refusing=True),
    _sign("x-kpsdk-ct", ".", Verdict.CHALLENGE, "Kasada", refusing=True),
    _sign("x-px-block", ".", Verdict.CHALLENGE, "PerimeterX", refusing=False),
    _sign("x-iinfo", ".", Verdict.BLOCKED, "Incapsula", refusing=True),
    _sign("x-cdn", "incapsula|imperva", Verdict.BLOCKED, "Incapsula", refusing=True),
    _sign("server", "akamaighost", Verdict.BLOCKED, "Akamai", refusing=True),
    _sign("server", "sucuri", Verdict.BLOCKED, "Sucuri", refusing=True),
    _sign("server", "ddos-guard", Verdict.CHALLENGE, "DDoS-Guard", refusing=True),
    _sign("server", "cloudflare", Verdict.BLOCKED, "Cloudflare", refusing=True),
    _sign("x-reference-error", ".", Verdict.BLOCKED, "Akamai", refusing=True),
)

_ONLY_ON_WALLS = (
    (b"_cf_chl_opt", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"awsWafCookieDomainList", "AWS WAF"),
    (b"AwsWafIntegration", "AWS WAF"),
    (b"captcha-delivery.com", "DataDome"),
    (b"px-captcha", "PerimeterX"),
    (b"sec-if-cpt-container", "Akamai"),
    (b"bm-verify", "Akamai"),
    (b"_Incapsula_Resource?CWUDNSAI", "Incapsula"),
    (b"/149e9513-01fa-4fb0-aad4-566afd725d1b/", "Kasada"),
    (b"ddos-guard/js-challenge", "DDoS-Guard"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"/.well-known/vercel/security/", "Vercel"),
    (b"/.within.website/x/cmd/anubis", "Anubis"),
    (b"/_fs-ch-", "Fastly"),
)
_ALSO_ON_PAGES = (
    (b"cdn-cgi/challenge-platform", "Cloudflare"),
    (b"challenges.cloudflare.com/turnstile", "Turnstile"),
    (b"_Incapsula_Resource", "Incapsula"),
    (b"token.awswaf.com", "AWS WAF"),
    (b"_pxAppId", "PerimeterX"),
    (b"hcaptcha.com/1/api.js", "hCaptcha"),
    (b"google.com/recaptcha/", "reCAPTCHA"),
    (b"recaptcha.net/recaptcha/", "reCAPTCHA"),
    (b"errors.edgesuite.net", "Akamai"),
)
"""Protected pages load these too; they need a second sign."""

_TITLES = re.compile(
    r"just a moment|attention required|access denied|access to this page has been denied|"
    r"pardon our interruption|security check(?:point)?|human verification|verify(?:ing)? you are human|"
    r"are you (?:a )?(?:human|robot)|robot check|checking your browser|ddos protection|bot verification|"
    r"one moment,? please|please wait|request (?:rejected|blocked)|unusual traffic|"
    r"making sure you(?:'|&#39;|’)re not a bot",
    re.IGNORECASE,
)
_PHRASES = re.compile(
    r"checking your browser|enable javascript and cookies|verify(?:ing)? (?:that )?you(?:'| a)re (?:a )?human|"
    r"you are (?:a )?human|not a (?:ro)?bot|complete the (?:security check|captcha)|unusual (?:traffic|activity)|"
    r"(?:ray|incident|event|reference|support) (?:id|#)|reference #|press (?:&|and) hold|"
    r"request unsuccessful|security service to protect|has been blocked|access denied|"
    r"don(?:'|’)t have permission to access",
    re.IGNORECASE,
)
_TITLE = re.compile(rb"<title[^<>]*>([^<]{0,300})", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_SPACE = re.compile(r"\s+")


def wall_by_headers(response: Response, *, refuses: bool) -> Judgement | None:
    """Give the verdict that the headers of `response` name; `refuses` tells that its status does not give a page."""
    headers: dict[str, str] = {}
    for name, value in response.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    blocks = response.status in _REFUSED
    for sign in _HEADERS:
        text = headers.get(sign.header)
        if text is None or (sign.refusing and not refuses):
            continue
        if sign.refusing and sign.verdict is Verdict.BLOCKED and not blocks:
            continue
        if sign.pattern.search(text):
            shown = sign.header if sign.header == "set-cookie" else f"{sign.header}={text[:40]}"
            return Judgement(sign.verdict, f"header: {shown} ({sign.who})")
    return None


def wall_by_page(payload: bytes) -> Judgement | None:
    """Give the verdict for a page that is a wall: it says little, and loads or says what walls do."""
    if len(payload) > _LARGEST_WALL or _paragraphs(payload) > _MOST_PARAGRAPHS:
        return None
    text = visible_text(payload)
    if len(text) > _MOST_TEXT:
        return None
    for marker, who in _ONLY_ON_WALLS:
        if marker in payload:
            return Judgement(Verdict.CHALLENGE, f"challenge: {marker.decode()} ({who})")
    title = title_of(payload)
    titled, phrased = _TITLES.search(title), _PHRASES.search(text)
    for marker, who in _ALSO_ON_PAGES:
        if marker in payload and (titled or phrased or len(payload) <= _TINY):
            return Judgement(Verdict.CHALLENGE, f"challenge: {marker.decode()} ({who})")
    if titled and phrased:
        return Judgement(
            Verdict.CHALLENGE, f"challenge: titled {title[:60]!r}, says {phrased.group()!r}"
        )
    return None


def _paragraphs(payload: bytes) -> int:
    return sum(payload.count(tag) for tag in (b"<p>", b"<p ", b"<li>", b"<li "))


def title_of(payload: bytes) -> str:
    """Give the title of an HTML page as it stands there, white space folded."""
    found = _TITLE.search(payload)
    return _SPACE.sub(" ", found.group(1).decode("utf-8", "replace")).strip() if found else ""


def visible_text(payload: bytes) -> str:
    """Give roughly what a page shows: no scripts, styles and tags. In time linear in its length."""
    payload = _without_unseen(payload)
    return _SPACE.sub(" ", _TAG.sub(b" ", payload).decode("utf-8", "replace")).strip()


def shows_less_than(length: int, payload: bytes) -> bool:
    """Whether `visible_text` is shorter than `length` characters; most pages tell by their beginning."""
    payload = _without_unseen(payload)
    shown = -1  # no space before the first word
    for run in _between_tags(payload):
        words = run.decode("utf-8", "replace").split()
        shown += sum(map(len, words)) + len(words)
        if shown >= length:
            return False
    return max(shown, 0) < length


def _between_tags(payload: bytes) -> Iterator[bytes]:
    at = 0
    for tag in _TAG.finditer(payload):
        if tag.start() > at:
            yield payload[at : tag.start()]
        at = tag.end()
    yield payload[at:]


def _without_unseen(payload: bytes) -> bytes:
    lower = payload.lower()
    for name in (b"script", b"style", b"svg"):
        if b"<" + name in lower:
            payload = _without(payload, lower, name)
            lower = payload.lower()
    return payload


def _without(payload: bytes, lower: bytes, name: bytes) -> bytes:
    opening, closing = b"<" + name, b"</" + name
    kept, at = [], 0
    while (start := lower.find(opening, at)) >= 0:
        kept.append(payload[at:start])
        end = lower.find(closing, start)
        if end < 0:
            return b" ".join(kept)
        at = end + len(closing)
    kept.append(payload[at:])
    return b" ".join(kept)
