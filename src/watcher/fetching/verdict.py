"""What came back, judged before anyone reads it, by signals that hold for any site.

Each rule is a function of the response and of what is known of its source; the first that objects decides, and its
signal says why. What only the words of the document can tell (a soft 404, a page that shrank) is not judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from watcher.fetching.challenges import visible_text, wall_by_headers, wall_by_page
from watcher.model import Judgement, Known, Response, Verdict
from watcher.plugs import Point, named
from watcher.urls import host_of, is_same_document, path_words

Rule = Callable[[Response, Known], Judgement | None]

_LOGIN_SEGMENT = re.compile(
    r"log-?_?in|sign-?_?in|logon|oauth2?|authorize|sso|saml2?|idp", re.IGNORECASE
)
_LOGIN_HOST = re.compile(r"(?:login|signin|sso|auth|accounts|idp)\.", re.IGNORECASE)
_NO_DOCUMENT = re.compile(
    r"image/|audio/|video/|font/|text/css|(?:text|application)/(?:x-)?(?:java|ecma)script|"
    r"application/(?:zip|gzip|x-tar|x-7z-compressed|x-rar|wasm|msword|vnd\.(?:ms-|openxmlformats))"
)
_SIGNATURES = (
    (b"\x89PNG\r\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x7fELF", "a program"),
    (b"wOF2", "a font"),
)
_REFRESH = re.compile(
    rb"<meta[^<>]{0,80}http-equiv\s*=\s*[\"']?refresh[^<>]{0,80}url\s*=\s*[\"']?([^\"'<>\s]{1,400})",
    re.IGNORECASE,
)
_STATUSES: dict[int, tuple[Verdict, str]] = {
    204: (Verdict.EMPTY, "no content"),
    205: (Verdict.EMPTY, "no content"),
    206: (Verdict.PARTIAL, "a part that we did not ask for"),
    304: (Verdict.UNCHANGED, "not modified"),
    401: (Verdict.LOGIN, "asks who we are"),
    402: (Verdict.BLOCKED, "asks for payment"),
    403: (Verdict.BLOCKED, "forbidden"),
    406: (Verdict.BLOCKED, "not acceptable"),
    407: (Verdict.LOGIN, "a proxy asks who we are"),
    410: (Verdict.GONE, "gone for good"),
    429: (Verdict.RATE_LIMITED, "too many requests"),
    451: (Verdict.BLOCKED, "withheld for legal reasons"),
    999: (Verdict.BLOCKED, "refused"),
}
_STATUS_HIDES_WALL = frozenset({202, 401, 403, 405, 406, 429, 503})


def judge_response(response: Response, known: Known) -> Judgement | None:
    """Give the verdict on what came back, or None when it looks like a page and should be read.

    An answer 304 is `unchanged`. That the same payload came again is for the caller to notice.
    """
    if response.trouble is not None:
        return response.trouble
    if response.status == 304:
        return _by_status(response, known)
    for rule in _RULES:
        judgement = rule(response, known)
        if judgement is not None:
            return judgement
    return None


def _by_wall(response: Response, known: Known) -> Judgement | None:
    """A wall against machines, whatever its status."""
    status = response.status
    refuses = status is not None and (status in _STATUS_HIDES_WALL or 520 <= status < 600)
    by_headers = wall_by_headers(response, refuses=refuses)
    if by_headers is not None and by_headers.verdict is Verdict.CHALLENGE:
        return by_headers
    if status is None or status < 300 or refuses:
        return wall_by_page(response.payload) or by_headers
    return by_headers


def _by_status(response: Response, known: Known) -> Judgement | None:
    status = response.status
    if status is None or status in (200, 201, 202, 203):
        return None
    if status in _STATUSES:
        verdict, words = _STATUSES[status]
        return Judgement(verdict, f"status: {status}, {words}")
    if status == 404:
        return _not_found(known)
    return Judgement(Verdict.ERROR_PAGE, f"status: {status}")


def _not_found(known: Known) -> Judgement:
    """A page that was well at the last look may be back at the next; one missed twice is gone."""
    if known.failures == 0 and known.last_good_at is not None:
        return Judgement(Verdict.ERROR_PAGE, "status: 404, not found for the first time")
    return Judgement(Verdict.GONE, "status: 404, not found")


def _by_payload(response: Response, known: Known) -> Judgement | None:
    if not response.payload.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return Judgement(Verdict.EMPTY, f"payload: {len(response.payload)} bytes, nothing in them")
    return None


def _by_media_type(response: Response, known: Known) -> Judgement | None:
    """What cannot be the document, by its name or its first bytes. HTML under a wrong name is for the reader."""
    what = _no_document(response)
    if what is None or named(Point.READERS, response.media_type):
        return None
    return Judgement(Verdict.WRONG_DOCUMENT, f"media type: {what}")


def _no_document(response: Response) -> str | None:
    """Say what a payload is that Watcher cannot read, or None when it may be a document."""
    head = response.payload[:16]
    for signature, what in _SIGNATURES:
        if head.startswith(signature):
            return what
    start = head.lstrip(b" \t\r\n\xef\xbb\xbf")
    if _NO_DOCUMENT.match(response.media_type) and not start.startswith((b"<", b"%PDF")):
        return response.media_type[:60]
    return None


def _by_way(response: Response, known: Known) -> Judgement | None:
    """Where the redirects led, compared with what was asked for and where they led when all was well."""
    asked, reached = response.url, response.final_url
    if is_same_document(asked, reached):
        return None
    if known.usual is not None and is_same_document(known.usual.final_url, reached):
        return None
    if _is_login(reached) and not _is_login(asked):
        return Judgement(Verdict.LOGIN, f"redirect: to a login page, {reached[:200]}")
    if path_words(asked) and not path_words(reached) and not urlsplit(reached).query:
        return Judgement(Verdict.MOVED, f"redirect: to the front page, {reached[:200]}")
    if known.usual is not None and _is_elsewhere(asked, known.usual.final_url, reached):
        return Judgement(Verdict.MOVED, f"redirect: to another document, {reached[:200]}")
    return None


def _by_gate(response: Response, known: Known) -> Judgement | None:
    """A page that was led to in place of the one asked for, and promises to lead on to it."""
    asked, reached = response.url, response.final_url
    if known.usual is not None and is_same_document(known.usual.final_url, reached):
        return None
    if not _leads_back(asked, reached):
        return None
    return Judgement(Verdict.BLOCKED, f"redirect: to a page that stands before it, {reached[:200]}")


def _by_refresh(response: Response, known: Known) -> Judgement | None:
    """A page that only sends browsers on to another."""
    if len(response.payload) > 8_192:
        return None
    found = _REFRESH.search(response.payload)
    if found is None or len(visible_text(response.payload)) > 300:
        return None
    target = found.group(1).decode("utf-8", "replace")
    return Judgement(Verdict.MOVED, f"redirect: the page sends browsers on to {target[:200]}")


_RULES: tuple[Rule, ...] = (
    _by_wall,
    _by_status,
    _by_payload,
    _by_media_type,
    _by_way,
    _by_gate,
    _by_refresh,
)


def _is_login(url: str) -> bool:
    return bool(_LOGIN_HOST.match(host_of(url))) or any(
        _LOGIN_SEGMENT.fullmatch(segment) for segment in urlsplit(url).path.split("/")
    )


def _leads_back(asked: str, reached: str) -> bool:
    """Whether a page names in its query the one that was asked for, to go on to it: for consent, a country, an age."""
    wanted = urlsplit(asked).path.rstrip("/")
    if not wanted or set(path_words(asked)) <= set(path_words(reached)):
        return False
    said = (value for _, value in parse_qsl(urlsplit(reached).query))
    return any(urlsplit(value).path.rstrip("/") == wanted for value in said)


def _is_elsewhere(asked: str, usual: str, reached: str) -> bool:
    """Whether the last part of the path shares no word with what was asked for, nor with the usual address."""
    last = set(_last_words(reached))
    return last.isdisjoint(_last_words(asked)) and last.isdisjoint(_last_words(usual))


def _last_words(url: str) -> tuple[str, ...]:
    path = urlsplit(url).path.rstrip("/")
    return path_words("https://x/" + path.rpartition("/")[2]) or path_words(url)[-1:]
