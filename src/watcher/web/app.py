"""The desk as one ASGI application: which address is which page, and who may see it."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from watcher.errors import (
    AccountError,
    Conflict,
    LedgerBusy,
    NotFound,
    ReviewError,
    WatcherError,
)
from watcher.web import (
    alarms,
    api,
    corrections,
    deciding,
    entries,
    feeds,
    finds,
    health,
    history,
    looking,
    memento,
    people,
    queue,
    silencing,
    snapshots,
)
from watcher.web.place import Place
from watcher.web.rendering import page
from watcher.web.security import Headers, Room
from watcher.web.visit import Errand, Need, Page, Visit, check_form, endpoint, is_api, may

READ, DECIDE, ADMIN, NOBODY = Need.READER, Need.REVIEWER, Need.ADMIN, Need.NOBODY

PAGES: tuple[tuple[str, str, Page, Need], ...] = (
    ("GET", "/", queue.home, NOBODY),
    ("GET", "/queue", queue.queue_page, READ),
    ("GET", "/changes/{change:int}", looking.change_page, READ),
    ("POST", "/changes/{change:int}/decide", deciding.decide, DECIDE),
    ("POST", "/changes/{change:int}/comment", deciding.comment, DECIDE),
    ("POST", "/changes/{change:int}/rules", silencing.lay_down, DECIDE),
    ("POST", "/sources/{source}/rules", silencing.take_back, DECIDE),
    ("POST", "/undo", deciding.undo, DECIDE),
    ("GET", "/value", deciding.value_hint, READ),
    ("GET", "/sources", health.sources_page, READ),
    ("GET", "/sources/{source}", history.source_page, READ),
    ("GET", "/sources/{source}/compare", history.compare_page, READ),
    ("GET", "/sources/{source}/claims/{claim}", history.claim_page, READ),
    ("GET", "/sources/{source}/seen", health.seen_form, DECIDE),
    ("POST", "/sources/{source}/seen", health.take_in, DECIDE),
    ("GET", "/snapshots/{snapshot:int}", snapshots.snapshot_page, READ),
    ("GET", "/snapshots/{snapshot:int}/payload", snapshots.payload, READ),
    ("GET", "/snapshots/{snapshot:int}/screenshot", snapshots.screenshot, READ),
    ("GET", "/timegate/{source}", memento.timegate, READ),
    ("GET", "/timemap/link/{source}", memento.timemap_link, READ),
    ("GET", "/timemap/json/{source}", memento.timemap_json, READ),
    ("GET", "/finds", finds.finds_page, READ),
    ("POST", "/finds/look", finds.look_at, DECIDE),
    ("POST", "/finds/declare", finds.declare, DECIDE),
    ("POST", "/finds/decline", finds.decline, DECIDE),
    ("GET", "/offerings", entries.offerings_page, NOBODY),
    ("GET", "/offerings/{offering}", entries.entry_page, NOBODY),
    ("GET", "/corrections/{offering}", corrections.correction_form, NOBODY),
    ("POST", "/corrections/{offering}", corrections.send_correction, NOBODY),
    ("GET", "/feeds", feeds.feeds_page, NOBODY),
    ("GET", "/feeds/{name:path}", feeds.feed, NOBODY),
    ("GET", "/login", people.login_form, NOBODY),
    ("POST", "/login", people.login, NOBODY),
    ("POST", "/logout", people.logout, NOBODY),
    ("GET", "/welcome", people.welcome_form, NOBODY),
    ("POST", "/welcome", people.welcome, NOBODY),
    ("GET", "/people", people.people_page, READ),
    ("POST", "/people/token", people.make_token, READ),
    ("POST", "/people/password", people.change_password, READ),
    ("POST", "/people/add", people.add, ADMIN),
    ("POST", "/people/close", people.close, ADMIN),
    *(("GET", path, call, READ) for path, call in api.READS.items()),
    ("POST", "/api/v1/changes/{change:int}/decisions", api.decide, DECIDE),
    ("GET", "/api/openapi.json", api.description, NOBODY),
    ("GET", "/healthz", api.health, NOBODY),
    ("GET", "/metrics", alarms.metrics, READ),
)
"""Method, address, page, and who may see it."""


def make_app(place: Place) -> Starlette:
    """Give the application of a running desk."""
    middleware = [
        Middleware(Headers, is_secure=place.is_secure),
        Middleware(TrustedHostMiddleware, allowed_hosts=place.hosts),
        Middleware(Room, most=place.settings.max_payload),
    ]
    return Starlette(
        routes=[
            *_routes(place),
            Mount("/static", _Kept(packages=[("watcher.web", "static")])),
            Route("/{anywhere:path}", endpoint(place, _nowhere, NOBODY, answer)),
        ],
        middleware=middleware,
        exception_handlers={404: _plain, 405: _plain, 500: _failed},
    )


def _nowhere(visit: Visit) -> Response:
    return _told(visit, "There is no such page.", 404)


class _Kept(StaticFiles):
    """Files of ours, kept by browsers: their addresses change when they do."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Give a file with the leave to keep it."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def _routes(place: Place) -> list[BaseRoute]:
    return [
        Route(path, endpoint(place, call, need, answer), methods=[method])
        for method, path, call, need in PAGES
    ]


def answer(visit: Visit, call: Page, need: Need) -> Response | Errand:
    """Give what a page answers, what it wants fetched first, or why neither: it may not be seen, something is wrong."""
    if not may(visit.account, need):
        return _refuse(visit)
    try:
        if visit.request.method == "POST" and not is_api(visit.request):
            check_form(visit)
        return call(visit)
    except HTTPException as error:
        return _told(visit, error.detail, error.status_code)
    except WatcherError as error:
        return _told(visit, str(error), _status(error))


_STATUS: tuple[tuple[type[WatcherError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (ReviewError, 422),
    (AccountError, 422),
    (LedgerBusy, 503),
)


def _status(error: WatcherError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _refuse(visit: Visit) -> Response:
    path = visit.request.url.path
    if is_api(visit.request) or path.startswith(("/feeds/", "/timegate/", "/timemap/")):
        headers = {"www-authenticate": 'Bearer realm="watcher", Basic realm="watcher"'}
        return JSONResponse({"error": "A token is needed."}, 401, headers=headers)
    if visit.account is not None:
        return _told(
            visit, f"{visit.account.name} is a {visit.account.role}; that is not enough here.", 403
        )
    if visit.is_fragment or visit.request.method == "POST":
        return _told(visit, "You are not signed in any more. Sign in, then try again.", 401)
    return RedirectResponse(f"/login?{people.where_to(visit)}", 303)


def _told(visit: Visit, message: str, status: int) -> Response:
    if is_api(visit.request):
        return JSONResponse({"error": message}, status)
    if visit.is_fragment:
        return page(visit, "fragments/trouble.html", status, message=message)
    return page(visit, "error.html", status, message=message, code=status)


async def _plain(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return PlainTextResponse(
        "There is no such page." if status == 404 else "Not like this.", status
    )


async def _failed(request: Request, error: Exception) -> Response:
    return PlainTextResponse(
        "Something went wrong on our side; nothing was changed. The desk's log says what.", 500
    )
