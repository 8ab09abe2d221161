"""Pages under /desk/rosters: the bank's payout file, internal values for a reason, and who read them."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.desk import rosters
from portal.desk.forms import PayoutForm, ReadingForm
from portal.desk.views import blueprint
from portal.disclosure import services
from portal.errors import Conflict, Invalid, NotFound
from portal.gazette import internal
from portal.kinds import names
from portal.kinds.payout import STATES
from portal.places.rules import ROLE_LABELS
from portal.text import N_
from portal.web.pager import Pager

LINES_A_PAGE = 200
OPENS = rosters.OPENS


@blueprint.get("/rosters")
@allow(*OPENS)
def roster_list() -> str:
    """A village's published rosters, and what the bank has said of each."""
    villages = rosters.villages(current_actor())
    code = request.args.get("village", "")
    chosen = next((village for village in villages if village.code == code), villages[0] if villages else None)
    return render_template(
        "desk/rosters.html", villages=villages, chosen=chosen, rows=rosters.listed(chosen) if chosen else []
    )


@blueprint.route("/rosters/<int:number>", methods=["GET", "POST"])
@allow(*OPENS)
def roster(number: int) -> str | Response:
    """One roster; sent, the form takes the bank's payout file."""
    actor, form = current_actor(), PayoutForm()
    if form.paid_on.data is None:
        form.paid_on.data = clock.today()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            services.record_payout(actor, number, sent.filename or "", sent.read(), form.paid_on.data, clock.now())
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("The file is compared; its counts stand on the list's page."), "done")
            return redirect(url_for("desk.roster", number=number))
    found = rosters.roster(actor, number)
    pager = Pager.of_request(len(found.lines), LINES_A_PAGE)
    return render_template(
        "desk/roster.html",
        found=found,
        form=form,
        pager=pager,
        lines=found.lines[pager.offset : pager.offset + LINES_A_PAGE],
        states=STATES,
        who=lambda line: names.who(found.kind, line),
    )


@blueprint.route("/rosters/<int:number>/lines/<int:n>", methods=["GET", "POST"])
@allow(Permission.INTERNAL_READ)
def roster_line(number: int, n: int) -> Response:
    """One line: with a reason its internal values are shown once; the reading is kept."""
    actor, form = current_actor(), ReadingForm()
    found = rosters.roster(actor, number)
    if n not in found.readable:
        raise NotFound(N_("This line has no internal values."))
    values: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            values = rosters.labelled(found.kind, internal.read(actor, number, n, form.reason.data, clock.now()))
        except Invalid as error:
            form.refuse(error)
    line = found.lines[n - 1]
    page = render_template(
        "desk/roster_line.html", found=found, form=form, n=n, line=line, who=names.who(found.kind, line), values=values
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/readings")
@allow(Permission.READINGS_SEE)
def readings() -> str:
    """Who read internal values, when, and why."""
    return render_template("desk/readings.html", readings=rosters.readings(current_actor()), roles=ROLE_LABELS)
