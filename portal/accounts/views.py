"""Pages of signing in and out, of one's own account, and of the administrator's list of users."""

from datetime import timedelta
from secrets import token_bytes
from typing import cast

import segno
from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from portal import clock, keys
from portal.accounts import access, queries, services
from portal.accounts.access import allow, current_actor, open_to_all
from portal.accounts.forms import ChangePasswordForm, CodeForm, LinkForm, NewPasswordForm, SignInForm, UserForm
from portal.accounts.rules import Permission, needs_second_factor
from portal.accounts.services import Next, Throttle
from portal.config import Settings
from portal.errors import Forbidden, Invalid, NotFound, PortalError
from portal.places import queries as places
from portal.places.rules import ROLE_LABELS
from portal.text import N_
from portal.web.language import safe_next
from portal.web.menu import add_entry

blueprint = Blueprint("accounts", __name__)

HALF = "half"
"""Session key of a token whose second step is still to come."""
ISSUER = "Village affairs"
EVENTS = {
    "account made": N_("account made"),
    "account closed": N_("account closed"),
    "account opened again": N_("account opened again"),
    "link for a new password made": N_("link for a new password made"),
    "password set": N_("password set"),
    "second factor set up": N_("second factor set up"),
    "second factor taken off": N_("second factor taken off"),
    "signed out everywhere": N_("signed out everywhere"),
}


class _Buckets:
    """Counts tries by a keyed hash of the address, whose key lives in memory only and is thrown away every day: no
    address is stored anywhere, and yesterday's hashes tell nothing."""

    def __init__(self) -> None:
        self.day = clock.today() - timedelta(days=1)
        self.key = b""

    def name(self) -> str:
        if self.day != clock.today():
            self.day, self.key = clock.today(), token_bytes(32)
        return Throttle(self.key).digest(request.remote_addr or "")


limiter = Limiter(key_func=_Buckets().name, storage_uri="memory://", strategy="fixed-window")
_LOOPBACK = ("127.0.0.1", "::1")


def _is_loopback() -> bool:
    """Behind a proxy that hides its clients everybody seems to be this machine: then only the common bucket counts."""
    return request.remote_addr in _LOOPBACK


_limited = [
    limiter.limit("30 per minute", methods=["POST"], exempt_when=_is_loopback),
    limiter.limit("600 per minute", methods=["POST"], key_func=lambda: "everybody"),
]


def limited(view: access.View) -> access.View:
    """A page where somebody could try passwords or codes."""
    for limit in _limited:
        view = cast(access.View, limit(view))
    return view


def init_app(app: Flask) -> None:
    limiter.init_app(app)
    app.register_blueprint(blueprint)
    add_entry(app, N_("Users"), "accounts.users", 80, lambda: _may(Permission.ACCOUNTS_MANAGE))


def _may(permission: Permission) -> bool:
    actor = access.current_actor_or_none()
    return actor is not None and actor.may_anywhere(permission)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _throttle() -> Throttle:
    return Throttle(keys.read(_settings().keys, "match"))


# ---------------------------------------------------------------- signing in and out


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
@limited
def sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    try:
        opened = services.sign_in(
            form.login.data, form.password.data, _throttle(), _settings().demo, clock.now()
        )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return render_template("accounts/sign_in.html", form=form), 400
    if opened.next is Next.SIGNED_IN:
        return _begin(opened.token)
    _renew(HALF, opened.token)
    return redirect(url_for(_STEPS[opened.next], next=request.args.get("next")))


_STEPS = {Next.CODE: "accounts.code", Next.ENROL: "accounts.enrol"}


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all
@limited
def code() -> str | Response | tuple[str, int]:
    """The second step of who has a second factor."""
    if HALF not in session:
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    return _second_step(form) or render_template("accounts/code.html", form=form)


@blueprint.route("/sign-in/second-factor", methods=["GET", "POST"])
@open_to_all
@limited
def enrol() -> str | Response | tuple[str, int]:
    """The second step of who needs a second factor and has none yet."""
    if HALF not in session:
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    done = _second_step(form)
    if isinstance(done, Response):
        return done
    address = services.enrolment(session[HALF], ISSUER, clock.now())
    return render_template("accounts/enrol.html", form=form, **_picture(address))


def _second_step(form: CodeForm) -> Response | tuple[str, int] | None:
    if not form.validate_on_submit():
        return None
    try:
        return _begin(services.show_code(session[HALF], form.code.data, _throttle(), clock.now()))
    except Forbidden as error:
        session.pop(HALF)
        flash(error.message.render(_))
        return redirect(url_for("accounts.sign_in"))
    except Invalid as error:
        form.refuse(error)
        return None


def _picture(address: str) -> dict[str, str]:
    """The QR code of a set-up address as an image, and its secret to be typed where no camera is at hand."""
    secret = address.partition("secret=")[2].partition("&")[0]
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"picture": segno.make(address, error="m").svg_data_uri(scale=5, border=4), "secret": spaced}


def _renew(key: str, token: str) -> None:
    """A new session at each step of signing in: nothing of the old one but the language lives on."""
    language = session.get("language")
    session.clear()
    session[key] = token
    if language:
        session["language"] = language


def _begin(token: str) -> Response:
    _enter(token)
    return redirect(safe_next(request.args.get("next"), url_for(_first_page())))


def _enter(token: str) -> None:
    user = access.load_user(token)
    assert user is not None, "a token just given out is known"
    _renew("since", clock.now().isoformat())
    login_user(user)


def _first_page() -> str:
    return "desk.today" if "desk.today" in current_app.view_functions else "accounts.account"


@blueprint.post("/sign-out")
@allow()
def sign_out() -> Response:
    services.sign_out(current_user.id)
    logout_user()
    _renew("since", "")
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/sign-in/new-password/<token>", methods=["GET", "POST"])
@open_to_all
@limited
def new_password(token: str) -> str | Response | tuple[str, int]:
    """Where a one-time link leads."""
    if not queries.link_opens(token, clock.now()):
        raise NotFound(N_("This link was used or is too old. Ask the administrator for a new one."))
    form = NewPasswordForm()
    if form.validate_on_submit() and form.agrees:
        try:
            login = services.set_password(token, form.password.data, clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("The password is set. Sign in with it as %(login)s.", login=login))
            return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/new_password.html", form=form)


# ---------------------------------------------------------------- one's own account


@blueprint.get("/desk/account")
@allow()
def account() -> str:
    return _account_page(ChangePasswordForm())


def _account_page(form: ChangePasswordForm) -> str:
    mine = queries.account(current_user.account_id)
    offices = [
        (held.role, places.place_by_id(held.place_id).name) for held in current_actor().offices
    ]  # fmt: skip
    return render_template(
        "accounts/account.html", form=form, mine=mine, offices=offices, labels=ROLE_LABELS,
        events=queries.events(current_user.account_id), event_labels=EVENTS,
        needs_factor=needs_second_factor(current_actor().offices, _settings().demo), is_demo=_settings().demo,
    )  # fmt: skip


@blueprint.post("/desk/account/password")
@allow()
@limited
def change_password() -> str | Response | tuple[str, int]:
    form = ChangePasswordForm()
    if form.validate_on_submit() and form.agrees:
        try:
            token = services.change_password(
                current_user.account_id, form.old.data, form.password.data, _throttle(), current_actor(), clock.now()
            )
        except Invalid as error:
            form.refuse(error)
        else:
            _enter(token)
            flash(_("The password is changed; everywhere else you are signed out."))
            return redirect(url_for("accounts.account"))
    return _account_page(form), 400


@blueprint.route("/desk/account/second-factor", methods=["GET", "POST"])
@allow()
@limited
def second_factor() -> str | Response:
    """A second factor for whoever wants one."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            services.confirm_second_factor(current_user.account_id, form.code.data, current_actor(), clock.now())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("From now on you sign in with a code as well."))
            return redirect(url_for("accounts.account"))
    address = services.start_second_factor(current_user.account_id, ISSUER, current_actor())
    return render_template("accounts/enrol.html", form=form, **_picture(address))


@blueprint.post("/desk/account/sign-out-everywhere")
@allow()
def sign_out_everywhere() -> Response:
    services.sign_out_everywhere(current_user.account_id, current_actor(), clock.now())
    logout_user()
    flash(_("You are signed out on every device."))
    return redirect(url_for("accounts.sign_in"))


# ---------------------------------------------------------------- users


@blueprint.route("/desk/users", methods=["GET", "POST"])
@allow(Permission.ACCOUNTS_MANAGE)
def users() -> str | Response:
    """All accounts; a new one for somebody who holds an office."""
    form = UserForm()
    accounts = queries.accounts()
    form.person.choices = queries.people_without_account()
    if form.validate_on_submit():
        try:
            account_id = services.add_user(form.login.data, form.person.data, current_actor(), clock.now())
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect(url_for("accounts.user", account_id=account_id))
    return render_template("accounts/users.html", form=form, accounts=accounts)


@blueprint.get("/desk/users/<int:account_id>")
@allow(Permission.ACCOUNTS_MANAGE)
def user(account_id: int) -> str:
    return render_template("accounts/user.html", form=LinkForm(), **_user(account_id))


def _user(account_id: int) -> dict[str, object]:
    view = queries.account(account_id)
    if view is None:
        raise NotFound(N_("There is no such account."))
    return {
        "user": view,
        "is_own": view.person_id == current_actor().person_id,
        "events": queries.events(account_id),
        "event_labels": EVENTS,
    }


@blueprint.post("/desk/users/<int:account_id>/link")
@allow(Permission.ACCOUNTS_MANAGE)
def make_link(account_id: int) -> str:
    """The one-time link, shown once: only its digest is kept."""
    form = LinkForm()
    token = services.new_password_link(account_id, current_actor(), clock.now(), form.with_second_factor.data)
    link = _settings().public_url + url_for("accounts.new_password", token=token)
    return render_template("accounts/user.html", form=form, link=link, **_user(account_id))


@blueprint.post("/desk/users/<int:account_id>/disable")
@allow(Permission.ACCOUNTS_MANAGE)
def disable(account_id: int) -> Response:
    services.disable(account_id, current_actor(), clock.now())
    return redirect(url_for("accounts.user", account_id=account_id))


@blueprint.post("/desk/users/<int:account_id>/enable")
@allow(Permission.ACCOUNTS_MANAGE)
def enable(account_id: int) -> Response:
    services.enable(account_id, current_actor(), clock.now())
    return redirect(url_for("accounts.user", account_id=account_id))
