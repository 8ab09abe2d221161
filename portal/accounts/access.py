"""Who may call an endpoint: declared on each, refused by the guard where nothing is declared, loaded only when asked.

Public pages are `open_to_all` and must not know who looks: the guard does not touch the session for them, so they
carry no cookie and no `Vary: Cookie`.
"""

import re
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.accounts import queries, services
from portal.accounts.rules import Actor, Permission
from portal.errors import Forbidden, machines_reason, refused_by_machine
from portal.text import N_
from portal.web.declared import MARK, OPEN, open_to_all

__all__ = [
    "allow", "browser", "current_actor", "current_actor_or_none", "init_app", "load_user", "open_to_all",
]  # fmt: skip

View = TypeVar("View", bound=Callable[..., Any])

BROWSER_COOKIE = "portal_browser"
BROWSER_YEAR = 365 * 24 * 3600  # seconds
_BROWSER_ID = re.compile(r"[\w-]{22}", re.ASCII)


def allow(*permissions: Permission) -> Callable[[View], View]:
    """Only who holds one of these permissions in some office may call this endpoint; `allow()`: whoever is signed in.

    Whether the permission reaches the object asked for is the service's question (`actor.must`).
    """

    def declare(view: View) -> View:
        setattr(view, MARK, permissions)
        return view

    return declare


class User(UserMixin):
    """What Flask-Login keeps for a request: the sign-in's token, the actor, the account."""

    def __init__(self, token: str, actor: Actor, found: queries.SignedIn) -> None:
        self.id = token
        self.actor = actor
        self.account_id = found.account_id
        self.is_seen_lately = found.is_seen_lately


def current_actor() -> Actor:
    """Who is signed in; Forbidden if nobody is (the guard sends anonymous people to sign in before that)."""
    actor = current_actor_or_none()
    if actor is None:
        raise Forbidden(N_("Sign in first."))
    return actor


def current_actor_or_none() -> Actor | None:
    """Who is signed in, or None. Reads the session: not for public pages."""
    return current_user.actor if current_user.is_authenticated else None


def browser() -> str:
    """This browser's id; given out when it first signs in and kept through signing out."""
    known = request.cookies.get(BROWSER_COOKIE, "")
    if _BROWSER_ID.fullmatch(known):
        return known
    if "new_browser" not in g:
        g.new_browser = token_urlsafe(16)
    return str(g.new_browser)


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.user_loader(load_user)
    # `manager.init_app` would add an after_request hook and a context processor that read the session of every page,
    # also of public ones; there is no remember-me cookie, so the attribute alone is what Flask-Login needs.
    vars(app)["login_manager"] = manager
    app.before_request(_guard)
    app.after_request(_keep_browser)
    app.jinja_env.globals["current_actor"] = current_actor_or_none


def _guard() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None  # no such page (404), or a file for everybody
    declared = getattr(current_app.view_functions[request.endpoint], MARK, None)
    if declared == OPEN:
        return None
    if declared is None:
        current_app.logger.error("%s declares no access: write @allow(…) or @open_to_all", request.endpoint)
        abort(403)
    actor = current_actor_or_none()
    if actor is not None and not current_user.is_seen_lately:
        _note_seen(current_user.id)
    if actor is None:
        return redirect("/sign-in?" + urlencode({"next": _here()}))
    if declared and not any(actor.may_anywhere(permission) for permission in declared):
        raise Forbidden(N_("Your office does not open this page."))
    return None


def _note_seen(token: str) -> None:
    """A full disk keeps nobody from reading: only the idle time does not begin anew."""
    try:
        services.seen(token, clock.now())
    except Exception as error:
        if not refused_by_machine(error):
            raise
        current_app.logger.warning("It could not be noted that somebody was seen: %s", machines_reason(error))


def _here() -> str:
    """The page to come back to: a form that was sent cannot be sent again, so its page's own address."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.path


def load_user(token: str) -> User | None:
    found = queries.signed_in(token, clock.now())
    if found is None:
        return None
    session = sha256(browser().encode()).hexdigest()
    actor = Actor(found.person_id, found.name, tuple(found.offices), session)
    return User(token, actor, found)


def _keep_browser(response: Response) -> Response:
    if "new_browser" in g:
        secure = current_app.config["SETTINGS"].is_https
        response.set_cookie(
            BROWSER_COOKIE, g.new_browser, max_age=BROWSER_YEAR, secure=secure, httponly=True, samesite="Lax"
        )
    return response
