"""Officers' pages under /desk/boards: what should hang in a village, photos of it, and its boards."""

from collections.abc import Callable

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.disclosure import acts
from portal.disclosure.forms import one_by_one
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.gazette import queries as gazette
from portal.hanging import queries, services
from portal.hanging.rules import Read, State
from portal.hanging.services import Shown
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_, Message
from portal.web import menu
from portal.web.filters import message

blueprint = Blueprint("hanging", __name__, url_prefix="/desk/boards")
PHOTOS_AT_ONCE = 20
"""Each takes a second or more of a child process while the browser waits."""
OPENS = (Permission.BOARDS_SHOW, Permission.DRAFTS_SEE)
WANTS = {
    "again": N_("to be posted again"),
    "answer": N_("said not to hang"),
    "first": N_("first photo lacking"),
    "last": N_("last photo lacking"),
}
"""What a notice wants of its village, the most urgent first."""


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["notice_title"] = title
    menu.add_entry(app, N_("Boards"), "hanging.overview", 30, lambda: any(map(current_actor().may_anywhere, OPENS)))


def title(number: int) -> str:
    """What a notice is called: its period and what it is."""
    item = gazette.item(number)
    called = message(KINDS[item.kind].called(gazette.content(number)))
    return message(Message(N_("%(period)s %(what)s"), {"period": item.period or "", "what": called})).strip()


def _villages() -> list[PlaceView]:
    """The villages whose boards the actor looks after or may look at, by code."""
    found = {village.id: village for one in OPENS for village in acts.places_of(current_actor(), one)}
    return sorted(found.values(), key=lambda village: village.code)


def _village(code: str) -> PlaceView:
    """One of them; NotFound for any other."""
    village = next((one for one in _villages() if one.code == code), None)
    if village is None:
        raise NotFound(N_("This is not one of your villages."))
    return village


@blueprint.get("")
@allow(*OPENS)
def overview() -> str | Response:
    """Whose board wants what; straight to the village of who has one only."""
    villages = _villages()
    if len(villages) == 1:
        return redirect(url_for(".village", code=villages[0].code))
    found = sorted(queries.to_do(villages, clock.today()), key=lambda one: -one.total)
    return render_template("hanging/overview.html", villages=found, wants=WANTS)


@blueprint.get("/<code>")
@allow(*OPENS)
def village(code: str) -> str:
    """What should hang in a village now, what lacks a photo, and the camera."""
    place, today = _village(code), clock.today()
    standing = queries.standing([place], today)
    order = list(WANTS)
    standing.sort(key=lambda one: order.index(one.wants) if one.wants else len(order))
    return render_template(
        "hanging/village.html",
        place=place,
        standing=standing,
        boards=queries.boards(place),
        wants=WANTS,
        State=State,
        Read=Read,
        may_show=current_actor().may(Permission.BOARDS_SHOW, places.line(place.id)),
    )


@blueprint.post("/<code>")
@allow(Permission.BOARDS_SHOW)
def show(code: str) -> Response:
    """Photos of the board: for the notice chosen, or for those whose codes are read in them."""
    place, number = _village(code), request.form.get("number", "")

    def act() -> None:
        photos = [file for file in request.files.getlist("files") if file.filename]
        if not photos:
            raise Invalid(N_("Choose a photo first."))
        if len(photos) > PHOTOS_AT_ONCE:
            raise Invalid(N_("At most %(n)s photos at once. Send the others afterwards."), n=PHOTOS_AT_ONCE)
        chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
        for _name, body in one_by_one(photos):
            for shown in services.show(current_actor(), place, chosen, body, clock.now()):
                flash(*_told(shown))

    return _act(act, place)


def _told(shown: Shown) -> tuple[str, str]:
    """What the portal read in a photo, in words that promise no more than it did."""
    if shown.read is Read.THIS:
        return _("Taken. This shows notice number %(n)s: %(title)s.", n=shown.number, title=title(shown.number)), "done"
    if shown.read is Read.OTHER and shown.other is not None:
        text = _(
            "Taken for number %(n)s; but the code in the photo is that of another notice, number %(other)s. "
            "If it shows the wrong sheet, hang up the right one and take another photo.",
            n=shown.number,
            other=shown.other,
        )
        return text, "warning"
    return _("Taken for number %(n)s. No code could be read in it: it is taken all the same.", n=shown.number), "done"


def _act(act: Callable[[], object], place: PlaceView) -> Response:
    """Do one act, then lead back to the village's page; a script gets the sentence itself."""
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        act()
    except (Invalid, Conflict) as error:
        return _refused(error, place, wants_json)
    return jsonify(taken=True) if wants_json else redirect(url_for(".village", code=place.code))


def _refused(error: PortalError, place: PlaceView, wants_json: bool) -> Response:
    if wants_json:
        response = jsonify(taken=False, sentence=message(error.message))
        response.status_code = 409 if isinstance(error, Conflict) else 400
        return response
    flash(message(error.message), "error")
    return redirect(url_for(".village", code=place.code))


@blueprint.post("/<code>/gone/<int:number>")
@allow(Permission.BOARDS_SHOW)
def gone(code: str, number: int) -> Response:
    """An officer has seen that a notice does not hang."""
    place = _village(code)

    def act() -> None:
        services.say_gone(current_actor(), number, clock.now())
        flash(_("Noted: number %(n)s does not hang.", n=number), "done")

    return _act(act, place)


@blueprint.post("/<code>/boards")
@allow(Permission.BOARDS_SHOW)
def name_board(code: str) -> Response:
    """One more board of the village."""
    place = _village(code)
    return _act(lambda: services.name_board(current_actor(), place, request.form.get("name", ""), clock.now()), place)


@blueprint.post("/<code>/boards/<int:n>/end")
@allow(Permission.BOARDS_SHOW)
def end_board(code: str, n: int) -> Response:
    """A board is there no more."""
    place = _village(code)
    return _act(lambda: services.end_board(current_actor(), place, n, clock.now()), place)
