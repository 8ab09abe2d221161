"""The officers' start page: what is due today, by office."""

from io import BytesIO

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from portal import clock, jobs
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.desk import printing, queries, reminding, rosters
from portal.disclosure.rules import STATE_LABELS
from portal.duties.rules import State as DutyState
from portal.errors import Invalid, NotFound
from portal.kinds import KINDS
from portal.kinds.programmes import PROGRAMMES
from portal.places.rules import ROLE_LABELS
from portal.text import N_
from portal.web import menu
from portal.web.filters import message
from portal.web.language import current_language

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

SHOWN = 20  # rows of one list; the board and the list of drafts have the rest


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    printing.register_jobs(app.config["SETTINGS"])
    menu.add_entry(app, N_("Due today"), "desk.today", 10)
    menu.add_entry(app, N_("Rosters"), "desk.roster_list", 25, lambda: _may(*rosters.OPENS))
    menu.add_entry(app, N_("Withholding by order"), "desk.withholding_list", 70, _may_withhold)
    menu.add_entry(app, N_("Internal values read"), "desk.readings", 80, lambda: _may(Permission.READINGS_SEE))


def _may(*permissions: Permission) -> bool:
    return any(current_actor().may_anywhere(permission) for permission in permissions)


def _may_withhold() -> bool:
    return _may(Permission.WITHHOLDINGS_REQUEST)


@blueprint.get("/")
@allow()
def today() -> str:
    """What is due today; every list says what to do with it. With `village` only this village's is to be posted."""
    actor, at, code = current_actor(), clock.now(), request.args.get("village", "")
    return render_template(
        "desk/today.html",
        due=queries.today(actor, at, code),
        code=code,
        other={name: request.args.get(f"other_{name}", "") for name in ("village", "kind", "period", "about")},
        states=STATE_LABELS,
        duty_states=DutyState,
        role_labels=ROLE_LABELS,
        shown=SHOWN,
        told_within=queries.TOLD_WITHIN.days,
        last_month=clock.shift_period(clock.period_of(clock.today(at)), -1),
        kinds=list(KINDS.values()),
        kinds_by_name=KINDS,
        programmes=PROGRAMMES.values(),
        handles_drafts=actor.may_anywhere(Permission.DRAFTS_SEE),
    )


@blueprint.post("/letters/<code>")
@allow(Permission.DRAFTS_ORDER)
def letter(code: str) -> Response:
    """The township's reminder to a village, as a letter on paper; that it was printed is written down."""
    settings, at = current_app.config["SETTINGS"], clock.now()
    try:
        body = reminding.letter(current_actor(), code, current_language(), settings, at)
    except Invalid as error:
        flash(message(error.message), "error")
        return redirect(url_for("desk.today"))
    return _download(body, f"reminder-{code}-{clock.today(at)}.pdf")


@blueprint.post("/notices")
@allow(Permission.DRAFTS_SEE)
def notices() -> Response:
    """All notices of a township for a month: the PDF, or the page that says how far its drawing is."""
    period = clock.typed_period(request.form.get("period", ""))
    try:
        place = printing.place_to_print(current_actor(), request.form.get("place", ""), period)
        drawn = printing.draw(place, period, current_language(), current_app.config["SETTINGS"])
    except (Invalid, NotFound) as error:
        flash(message(error.message), "error")
        return redirect(url_for("desk.today"))
    if isinstance(drawn, bytes):
        return _download(drawn, f"notices-{place.code}-{period}.pdf")
    return redirect(url_for("desk.notices_progress", code=place.code, period=period, job_id=drawn))


@blueprint.get("/notices/<code>/<period>/<int:job_id>")
@allow(Permission.DRAFTS_SEE)
def notices_progress(code: str, period: str, job_id: int) -> str:
    """How far the drawing is, then the PDF."""
    place, job = printing.place_to_print(current_actor(), code, period), jobs.job(job_id)
    if job.name != printing.PRINT:
        raise NotFound(N_("There is no such job."))
    return render_template("desk/printing.html", place=place, period=period, job=job)


@blueprint.get("/notices/<code>/<period>.pdf")
@allow(Permission.DRAFTS_SEE)
def notices_pdf(code: str, period: str) -> Response:
    """What was drawn last."""
    place = printing.place_to_print(current_actor(), code, period)
    drawn = printing.drawn(place, period, current_language(), current_app.config["SETTINGS"])
    return _download(drawn, f"notices-{place.code}-{period}.pdf")


def _download(body: bytes, name: str) -> Response:
    response = send_file(BytesIO(body), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
