"""A visit: who asks for what, at the desk; and how a page's function becomes an endpoint."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import partial
from typing import NoReturn

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from watcher.desk import Desk
from watcher.errors import FetchError
from watcher.ledger.accounts import SESSION, TOKEN
from watcher.model import Account, HostRules, Known, Role, Source, SourceId
from watcher.model import Response as Fetched
from watcher.web.passwords import digest_of_pass, form_token, is_same, new_pass
from watcher.web.place import Place

SESSION_COOKIE = "watcher_session"
VISITOR_COOKIE = "watcher_visitor"
FORM_TOKEN = "form_token"

_MOST_FIELDS = 400


class Need(Enum):
    """Who may see a page."""

    NOBODY = "nobody"
    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Visit:
    """All that a page's function is given. `secret` is the visitor's cookie, new when `is_new`."""

    place: Place
    desk: Desk
    now: datetime
    request: Request
    account: Account | None
    secret: str
    is_new: bool = False
    form: Mapping[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    body: bytes = b""

    @property
    def token(self) -> str:
        """What forms carry."""
        return form_token(self.secret)

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a piece of a page."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def address(self) -> str:
        """Where the visitor comes from."""
        return self.request.client.host if self.request.client else "unknown"

    @property
    def person(self) -> Account:
        """The account at work, on pages that need one."""
        assert self.account is not None  # `answer` refused everybody else
        return self.account

    def asked(self, name: str, default: str = "") -> str:
        """Give a value of the address, cut to a sane length."""
        return self.request.query_params.get(name, default)[:2_000]

    def number(self, name: str, default: int = 0, most: int = 2**53) -> int:
        """Give a whole number of the address, path or query. Anything else is not found."""
        raw = self.request.path_params.get(name, self.request.query_params.get(name, default))
        try:
            return min(max(int(raw), 0), most)
        except (TypeError, ValueError):
            not_found(f"{str(raw)[:80]!r} is not a number.")

    def said(self, name: str, default: str = "") -> str:
        """Give a field of the form."""
        return self.form.get(name, default)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a page wants fetched before it can answer, and the page that goes on with what came back.

    The ledger's thread waits for nobody: it is asked again once the answer is there.
    """

    source: Source
    hosts: Mapping[str, HostRules]
    then: Callable[[Visit, Fetched], Response]


Page = Callable[[Visit], Response | Errand]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request besides its address."""

    form: Mapping[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    body: bytes = b""


def endpoint(
    place: Place, page: Page, need: Need, answer: Callable[[Visit, Page, Need], Response | Errand]
) -> Callable[[Request], Awaitable[Response]]:
    """Give `page` as Starlette's endpoint: the form is read here, the page is run by the ledger's owner."""

    async def serve(request: Request) -> Response:
        sent = await _read(request) if request.method == "POST" else Sent()

        async def ask(page: Page) -> Response | Errand:
            return await place.owner.ask(
                lambda desk: answer(_visit(place, desk, request, sent), page, need)
            )

        answered = await ask(page)
        while isinstance(answered, Errand):
            answered = await ask(await _run(place, answered))
        return answered

    return serve


async def _run(place: Place, errand: Errand) -> Page:
    """Give the page that goes on with what an errand fetched, or says why nothing could be."""
    try:
        async with asyncio.timeout(place.settings.deadline):
            async with place.fetching(place.settings, errand.hosts) as fetcher:
                fetched = await fetcher.fetch(errand.source, Known(errand.source.id))
    except (FetchError, TimeoutError) as error:
        told = str(error) or f"no answer within {place.settings.deadline:g} seconds"
        return partial(_not_fetched, f"{errand.source.url} could not be looked at: {told}.")
    return lambda visit: errand.then(visit, fetched)


def _not_fetched(told: str, visit: Visit) -> Response:
    raise HTTPException(502, told)


def not_found(message: str) -> NoReturn:
    """Say that there is no such page."""
    raise HTTPException(404, message)


def source_of(visit: Visit) -> Source:
    """Give the source that the address names."""
    name = str(visit.request.path_params["source"])
    source = visit.desk.sources.get(SourceId(name))
    if source is None:
        not_found(f"There is no source {name[:80]!r}.")
    return source


def check_form(visit: Visit) -> None:
    """Refuse a form that no page of ours made for this visitor."""
    if not is_same(visit.said(FORM_TOKEN), visit.token):
        raise HTTPException(
            403,
            "This form is too old or was not made here. Go back, load the page anew, try again.",
        )


def may(account: Account | None, need: Need) -> bool:
    """Whether an account, or nobody, may see what needs that."""
    if need is Need.NOBODY:
        return True
    if account is None:
        return False
    allowed = {
        Need.READER: True,
        Need.REVIEWER: account.role.may_decide,
        Need.ADMIN: account.role is Role.ADMIN,
    }
    return allowed[need]


async def _read(request: Request) -> Sent:
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        return Sent(body=await request.body())
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return Sent()
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as data:
        return Sent(_texts(data), await _upload(data))


def _texts(data: FormData) -> dict[str, str]:
    return {name: value for name, value in data.multi_items() if isinstance(value, str)}


async def _upload(data: FormData) -> Upload | None:
    for _, value in data.multi_items():
        if isinstance(value, UploadFile) and value.filename:
            return Upload(value.filename, value.content_type or "", await value.read())
    return None


def _visit(place: Place, desk: Desk, request: Request, sent: Sent) -> Visit:
    now = place.clock()
    session = request.cookies.get(SESSION_COOKIE, "")
    account = _bearer(desk, session, SESSION, now)
    secret = session if account else request.cookies.get(VISITOR_COOKIE, "")
    # A token lies in scripts and feed readers: what forms do (accounts, passwords, tokens) is for people only.
    if account is None and (request.method in ("GET", "HEAD") or is_api(request)):
        account = _bearer(desk, token_of(request), TOKEN, now)
    return Visit(
        place=place,
        desk=desk,
        now=now,
        request=request,
        account=account,
        secret=secret or new_pass(),
        is_new=not secret,
        form=sent.form,
        upload=sent.upload,
        body=sent.body,
    )


def _bearer(desk: Desk, secret: str, purpose: str, now: datetime) -> Account | None:
    if not secret:
        return None
    return desk.ledger.accounts.bearer(digest_of_pass(secret), purpose, now)


def is_api(request: Request) -> bool:
    """Whether a request is for machines."""
    return request.url.path.startswith("/api/")


def token_of(request: Request) -> str:
    """Give the API token of a request: a bearer's, or a password as feed readers send it."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
