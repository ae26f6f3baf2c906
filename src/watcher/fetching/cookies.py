"""Cookies of one look, kept from hop to hop by the rules of the standard library's jar."""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message
from http.cookiejar import CookieJar
from urllib.request import Request


class Cookies:
    """What servers set on the way to a page, and which of it goes to whom."""

    def __init__(self) -> None:
        self._jar = CookieJar()

    def take(self, url: str, lines: Iterable[str]) -> None:
        """Keep what the `Set-Cookie` lines of an answer from `url` say."""
        self._jar.extract_cookies(_Answer(lines), Request(url))  # type: ignore[arg-type] # it asks for info() only

    def header(self, url: str) -> str | None:
        """Give the `Cookie` header of a request for `url`, None when there is nothing to send."""
        request = Request(url)
        self._jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def __str__(self) -> str:
        """Give the cookies as one text, equal for equal cookies."""
        return ";".join(sorted(f"{cookie.name}={cookie.value}" for cookie in self._jar))


class _Answer:
    """As much of an answer as the jar looks at."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._headers = Message()
        for line in lines:
            self._headers["Set-Cookie"] = line

    def info(self) -> Message:
        return self._headers
