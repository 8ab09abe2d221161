"""The township's pages of recipients: slips and tick lists, what was answered, the month's calls."""

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.gazette import queries as gazette
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import Level
from portal.recipients import printing, queries, rules, services
from portal.text import N_
from portal.web import menu
from portal.web.filters import message
from portal.web.language import current_language

blueprint = Blueprint("recipients", __name__, url_prefix="/desk/recipients")
MANAGES = Permission.RECIPIENTS_MANAGE
WATCHES = (Permission.CALLS_MAKE, Permission.CALLS_WATCH)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    menu.add_entry(
        app, N_("Slips and answers"), "recipients.overview", 40, lambda: current_actor().may_anywhere(MANAGES)
    )
    menu.add_entry(
        app, N_("Calls"), "recipients.calls", 41, lambda: any(current_actor().may_anywhere(one) for one in WATCHES)
    )


def _townships(permission: Permission) -> list[PlaceView]:
    """The townships in which the actor has a permission, in the order of their codes."""
    actor = current_actor()
    found = {}
    for held in actor.offices:
        place = places.place_by_id(held.place_id)
        if actor.may(permission, [place.id]):
            for township in [place] if place.level == Level.TOWNSHIP else places.children(place.id):
                found[township.id] = township
    return sorted(found.values(), key=lambda one: one.code)


@blueprint.get("")
@allow(MANAGES)
def overview() -> str:
    """Village by village: slips, lists to carry round, and what households say."""
    townships = _townships(MANAGES)
    villages = [village for place in townships for village in queries.villages(place.id, clock.now())]
    return render_template(
        "recipients/overview.html",
        villages=villages,
        doubts=queries.doubts([village.place.id for village in villages]),
        answers=rules.ANSWERS,
        ways=rules.WAYS,
        burst=rules.BURST,
    )


@blueprint.get("/<code>")
@allow(MANAGES)
def village(code: str) -> str:
    """One village: its lists, its households, a code for somebody at the desk."""
    place = places.place(code)
    current_actor().must(MANAGES, places.line(place.id))
    lists = [item for item in gazette.items_of(place.id, queries.ROSTER) if item.withheld_by is None]
    return render_template(
        "recipients/village.html",
        place=place,
        lists=lists,
        households=queries.households(place),
        since=_last_year(lists),
    )


def _last_year(lists: Sequence[gazette.ItemView]) -> str:
    """Whom lists have named since last year gets a slip; where there is none so young, whom the newest names."""
    newest = max((item.period or "" for item in lists), default="")
    return min(str(clock.today(clock.now()).year - 1), newest[:4])


@blueprint.post("/<code>/slips")
@allow(MANAGES)
def slips(code: str) -> Response:
    """New slips for all households of a village, as a PDF that is shown once: codes are kept nowhere."""
    place, since = places.place(code), request.form.get("since", "")
    try:
        made = services.make_slips(current_actor(), place, since if clock.grain_of(since) else "", clock.now())
        body = printing.slips(made, place, current_language(), current_app.config["SETTINGS"])
    except Invalid as error:
        flash(message(error.message), "error")
        return redirect(url_for(".village", code=code))
    return _pdf(body, f"slips-{code}.pdf")


@blueprint.post("/<code>/desk-code")
@allow(MANAGES)
def desk_code(code: str) -> str:
    """A code that works once, for somebody who has shown who he is."""
    place = places.place(code)
    try:
        match = bytes.fromhex(request.form.get("match", ""))
    except ValueError:
        match = b""
    made = services.desk_code(current_actor(), place, match, clock.now())
    return render_template("recipients/desk_code.html", place=place, made=made, written=rules.written(made.code))


@blueprint.get("/lists/<int:number>.pdf")
@allow(MANAGES)
def tick_list(number: int) -> Response:
    body = printing.tick_list(current_actor(), number, current_language(), current_app.config["SETTINGS"])
    return _pdf(body, f"tick-list-{number}.pdf")


@blueprint.route("/lists/<int:number>", methods=["GET", "POST"])
@allow(MANAGES)
def enter_list(number: int) -> str | Response:
    """Type in what was ticked at the doors."""
    item = queries.roster(number)
    place = places.place_by_id(item.place_id)
    current_actor().must(MANAGES, places.line(place.id))
    if request.method == "POST":
        given = {
            field.removeprefix("line|"): value
            for field, value in request.form.items()
            if field.startswith("line|") and value
        }
        try:
            count = services.enter_list(current_actor(), place, number, given, clock.now())
        except Invalid as error:
            flash(message(error.message), "error")
        else:
            flash(_("Entered: %(n)s answers.", n=count), "done")
            return redirect(url_for(".village", code=place.code))
    lines = gazette.lines(number, queries.ROSTER)
    return render_template(
        "recipients/enter_list.html", place=place, item=item, lines=lines, answers=rules.OFFERED, typed=request.form
    )


@blueprint.get("/calls")
@allow(*WATCHES)
def calls() -> str:
    """The rounds of this month and before, and what they came to."""
    makes, watches = _townships(Permission.CALLS_MAKE), _townships(Permission.CALLS_WATCH)
    ids = {place.id for place in (*makes, *watches)}
    return render_template(
        "recipients/calls.html",
        townships=makes,
        rounds=queries.rounds(ids),
        watches={place.id for place in watches},
        programme_name=queries.programme_name,
        counted_from=rules.COUNTED_FROM,
        period=clock.period_of(clock.today(clock.now())),
    )


@blueprint.post("/calls")
@allow(Permission.CALLS_MAKE)
def draw() -> Response:
    try:
        count = services.draw(current_actor(), places.place(request.form.get("township", "")), clock.now())
    except (Invalid, Conflict, NotFound) as error:
        flash(message(error.message), "error")
    else:
        flash(_("Drawn: %(n)s rounds.", n=count) if count else _("Everything of this month is drawn already."), "done")
    return redirect(url_for(".calls"))


@blueprint.get("/calls/<int:round_id>")
@allow(Permission.CALLS_MAKE)
def round_(round_id: int) -> str:
    """One household after the other: name, telephone, five questions, two minutes."""
    return _round_page(round_id)


def _round_page(round_id: int, wrong: int = 0, problem: PortalError | None = None) -> str:
    """The page of a round; after a `problem` with the call `wrong`, what was chosen there still stands."""
    found = queries.round_(round_id)
    current_actor().must(Permission.CALLS_MAKE, places.line(found.place.id))
    return render_template(
        "recipients/round.html",
        round=found,
        calls=queries.calls(round_id),
        questions=rules.QUESTIONS,
        replies=rules.REPLIES,
        told=printing.told,
        programme=queries.programme_name(found.programme),
        tries=rules.TRIES,
        wrong=wrong,
        problem=problem,
        typed=request.form,
    )


@blueprint.post("/calls/<int:round_id>/<int:call_id>")
@allow(Permission.CALLS_MAKE)
def call(round_id: int, call_id: int) -> Response | tuple[str, int]:
    """What came of a call; then the next one."""
    try:
        if "not_reached" in request.form:
            services.not_reached(current_actor(), call_id, clock.now(), request.form.get("tries", type=int))
        else:
            replies = {key: request.form.get(key, "") for key, _question in rules.QUESTIONS}
            services.answered(current_actor(), call_id, replies, clock.now())
    except Invalid as error:
        return _round_page(round_id, call_id, error), 400
    except Conflict as error:
        flash(message(error.message), "error")
    return redirect(url_for(".round_", round_id=round_id, _anchor="next"))


@blueprint.post("/calls/<int:round_id>/publish")
@allow(Permission.CALLS_MAKE)
def publish(round_id: int) -> Response:
    try:
        number = services.publish(current_actor(), round_id, clock.now())
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    else:
        flash(_("Published as number %(number)s.", number=number), "done")
    return redirect(url_for(".calls"))


def _pdf(body: bytes, name: str) -> Response:
    response = send_file(BytesIO(body), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
