"""The county's pages of places, offices, terms and settings: here, for they need `allow`; the verbs are in `places`."""

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock, money
from portal.accounts.access import allow, current_actor, current_actor_or_none
from portal.accounts.forms import AppointForm, EndForm, SettingForm, setting_form
from portal.accounts.rules import Permission
from portal.errors import NotFound, PortalError
from portal.kinds import KINDS
from portal.kinds.base import PRINTABLE
from portal.kinds.programmes import PROGRAMMES
from portal.places import of_programmes, queries, services, settings, values
from portal.places.queries import InForce, PlaceView
from portal.places.rules import LEVEL_LABELS, LEVEL_OF_ROLE, ROLE_LABELS, Level, Role
from portal.places.settings import Setting, Type
from portal.text import N_
from portal.web.filters import listed
from portal.web.menu import add_entry

blueprint = Blueprint("places", __name__)

MARKS = {
    "law": N_("law"),
    "seen": N_("seen in practice"),
    "own": N_("our own choice"),
}
CHOICES = {
    Type.FLAG: (("yes", N_("yes")), ("no", N_("no"))),
    Type.CHECK: (("error", N_("error")), ("warning", N_("warning"))),
    Type.ROLES: tuple(settings.ROLE_NAMES.items()),
}


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    add_entry(app, N_("Places"), "places.tree", 70, lambda: _may(Permission.PLACES_MANAGE, Permission.PLACES_CONFIRM))
    add_entry(app, N_("Settings"), "places.all_settings", 75, lambda: _may(Permission.SETTINGS_SEE))


def _may(*permissions: Permission) -> bool:
    actor = current_actor_or_none()
    return actor is not None and any(actor.may_anywhere(permission) for permission in permissions)


# ---------------------------------------------------------------- the tree, offices and terms


@blueprint.get("/desk/places")
@allow(Permission.PLACES_SEE)
def tree() -> str:
    county = queries.county()
    townships = [(township, queries.children(township.id)) for township in queries.children(county.id)]
    pending = queries.pending_terms()
    return render_template(
        "places/tree.html", county=county, townships=townships, pending=pending, labels=ROLE_LABELS,
        where=queries.places_by_ids({term.place_id for term in pending}),
        may_confirm=_may(Permission.PLACES_CONFIRM), me=current_actor().person_id,
        empty=_empty(),
    )  # fmt: skip


def _empty() -> dict[int, list[str]]:
    """By village: the offices without anybody; a bookkeeper is not missed where an agency keeps the books."""
    agencies = queries.places_with(Role.AGENCY_BOOKKEEPER, clock.today())
    found: dict[int, list[str]] = {}
    for village, role in queries.vacant(clock.today(), [Role.BOOKKEEPER, Role.HEAD, Role.COMMITTEE]):
        if role is not Role.BOOKKEEPER or village.parent_id not in agencies:
            found.setdefault(village.id, []).append(ROLE_LABELS[role])
    return found


@blueprint.route("/desk/places/<code>", methods=["GET", "POST"])
@allow(Permission.PLACES_SEE)
def place(code: str) -> str | Response:
    """A place's offices and terms; sent, the form appoints somebody."""
    view = queries.place(code)
    form = AppointForm()
    form.role.choices = [(role.value, _(ROLE_LABELS[role])) for role in Role if LEVEL_OF_ROLE[role] == view.level]
    if form.begins.data is None:
        form.begins.data = clock.today()
    if form.validate_on_submit():
        try:
            _appoint(view, form)
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect(url_for("places.place", code=view.code))
    return render_template(
        "places/place.html", place=view, form=form, terms=queries.terms(view.id), today=clock.today(),
        line=queries.ancestors(view.id), labels=ROLE_LABELS, level_labels=LEVEL_LABELS,
        offices=queries.offices(view.id), children=queries.children(view.id),
        population=queries.setting("population", view.id, clock.today()),
        may_manage=_may(Permission.PLACES_MANAGE), may_confirm=_may(Permission.PLACES_CONFIRM),
        me=current_actor().person_id,
    )  # fmt: skip


def _appoint(view: PlaceView, form: AppointForm) -> None:
    term_id = services.appoint_by_name(
        view.id, Role(form.role.data), form.person.data, form.phone.data or None,
        form.begins.data, form.ends.data, current_actor(), clock.now(),
    )  # fmt: skip
    if queries.term(term_id).confirmed:
        flash(_("%(name)s is appointed.", name=form.person.data))
    else:
        flash(_("The appointment of %(name)s waits for a second person.", name=form.person.data))


@blueprint.route("/desk/places/terms/<int:term_id>/end", methods=["GET", "POST"])
@allow(Permission.PLACES_MANAGE)
def end_term(term_id: int) -> str | Response:
    term = queries.term(term_id)
    view = queries.place_by_id(term.place_id)
    form = EndForm()
    if form.ends.data is None:
        form.ends.data = clock.today()
    if form.validate_on_submit():
        try:
            services.end_term(term_id, form.ends.data, current_actor(), clock.now())
        except PortalError as error:
            form.refuse(error)
        else:
            return redirect(url_for("places.place", code=view.code))
    return render_template("places/end.html", form=form, term=term, place=view, labels=ROLE_LABELS)


@blueprint.post("/desk/places/terms/<int:term_id>/confirm")
@allow(Permission.PLACES_CONFIRM)
def confirm_term(term_id: int) -> Response:
    services.confirm_terms([term_id], current_actor(), clock.now())
    return redirect(url_for("places.tree"))


@blueprint.post("/desk/places/terms/confirm")
@allow(Permission.PLACES_CONFIRM)
def confirm_all() -> Response:
    """All that this person may confirm, at once: after a list was loaded."""
    mine = queries.terms_to_confirm(current_actor().person_id)
    count = services.confirm_terms([term.id for term in mine], current_actor(), clock.now())
    flash(_("%(n)s terms are confirmed.", n=count))
    return redirect(url_for("places.tree"))


@blueprint.post("/desk/places/terms/<int:term_id>/decline")
@allow(Permission.PLACES_CONFIRM)
def decline_term(term_id: int) -> Response:
    services.decline_term(term_id, current_actor(), clock.now())
    return redirect(url_for("places.tree"))


# ---------------------------------------------------------------- settings


@blueprint.get("/desk/settings")
@allow(Permission.SETTINGS_SEE)
def all_settings() -> str:
    """What holds in the whole county today; townships and villages have their own page of what they may set."""
    return _settings_page(queries.county())


@blueprint.get("/desk/settings/<code>")
@allow(Permission.SETTINGS_SEE)
def settings_of(code: str) -> str:
    return _settings_page(queries.place(code))


def _settings_page(view: PlaceView) -> str:
    in_force = queries.settings_with_source(view.id, clock.today())
    rows = _rows([*settings.SETTINGS.values(), *_checks()], view, in_force)
    groups = [
        (of.called, _rows(map(settings.declaration, of_programmes.keys_of(of.code)), view, in_force))
        for of in PROGRAMMES.values()
    ]
    found = [row[2] for row in [*rows, *(row for _programme, of_one in groups for row in of_one)]]
    return render_template(
        "places/settings.html", place=view, rows=rows, marks=MARKS, line=queries.ancestors(view.id),
        programmes=[(name, of_one) for name, of_one in groups if of_one],
        places=queries.places_by_ids({one.place_id for one in found if one.place_id}),
        may_set=_may(Permission.SETTINGS_SET), below=queries.children(view.id),
    )  # fmt: skip


def _rows(
    declared: Iterable[Setting], view: PlaceView, in_force: Mapping[str, InForce]
) -> list[tuple[Setting, str, InForce]]:
    """The settings that have a value at this level: each as it is shown, and where its value comes from."""
    return [
        (setting, _shown(setting, found.value), found)
        for setting in declared
        if Level(view.level) in setting.levels
        for found in [in_force.get(setting.key) or InForce(setting.default, None, None, None)]
    ]


@blueprint.route("/desk/settings/<code>/<key>", methods=["GET", "POST"])
@allow(Permission.SETTINGS_SET)
def setting(code: str, key: str) -> str | Response:
    """One setting: what it means, what it was, and a new value from a day on."""
    view, declared = queries.place(code), _declared(key)
    form = setting_form(declared, [(value, _(label)) for value, label in _choices(declared)])
    if form.valid_from.data is None:
        form.valid_from.data = clock.today()
    value = queries.settings_in_force(view.id, clock.today()).get(key, declared.default)
    if not form.is_submitted():
        form.value.data = value if declared.type is Type.ROLES else values.written(declared, value)
    elif form.validate() and _set(view, declared, form):
        return redirect(url_for("places.settings_of", code=view.code))
    history = [(found, _shown(declared, found.value)) for found in queries.setting_history(key, view.id)]
    return render_template(
        "places/setting.html", place=view, setting=declared, form=form, history=history, marks=MARKS,
        now=_shown(declared, value), usual=_shown(declared, declared.default), today=clock.today(),
    )  # fmt: skip


def _set(view: PlaceView, declared: Setting, form: SettingForm) -> bool:
    try:
        given = form.value.data or ""
        value = values.parse(declared, given if isinstance(given, str) else "\n".join(given))
        services.set_setting(
            declared.key, view.id, value, form.valid_from.data, form.source.data, current_actor(), clock.now()
        )
    except PortalError as error:
        form.refuse(error)
        return False
    return True


def _declared(key: str) -> Setting:
    try:
        declared = settings.declaration(key)
    except KeyError as error:
        raise NotFound(N_('There is no setting "%(key)s".'), key=key) from error
    if declared.type is not Type.CHECK:
        return declared
    for check in _checks():
        if check.key == key:
            return check
    raise NotFound(N_('There is no setting "%(key)s".'), key=key)


def _checks() -> list[Setting]:
    """The checks of all kinds, with the level each has by itself; those that kinds share stand once."""
    own = [
        (name, level, kind.check_labels.get(name, name))
        for kind in reversed(KINDS.values())
        for name, level in kind.checks.items()
    ]
    found = {
        name: settings.declaration(settings.CHECK_PREFIX + name, level.value, label)
        for name, level, label in (*own, PRINTABLE)
    }
    return list(found.values())


def _choices(declared: Setting) -> Sequence[tuple[str, str]]:
    """The values that a setting offers, each with its label."""
    return CHOICES.get(declared.type) or tuple(declared.choices.items())


def _shown(declared: Setting, value: object) -> str:
    """A value as the list shows it, in the reader's language."""
    if declared.type is Type.ROLES and isinstance(value, list):
        return listed(_(settings.ROLE_NAMES[role]) for role in value)
    if choices := _choices(declared):
        return _(dict(choices)[values.written(declared, value)])
    if declared.type is Type.MONEY and isinstance(value, int):
        return money.shown(value)
    if declared.names and isinstance(value, list):
        return _(", ").join(_(declared.names[word]) for word in value)
    if isinstance(value, list):
        return listed(values.written(declared, value).splitlines())
    return values.written(declared, value)
