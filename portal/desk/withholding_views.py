"""Pages under /desk/withholding: one officer asks with an order in hand, a second one at the county confirms."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.desk import withholdings
from portal.desk.forms import ConfirmationForm, RejectionForm, WithholdingForm
from portal.desk.views import blueprint
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.gazette import rules, withholding
from portal.gazette.rules import OUTCOMES, REASONS
from portal.gazette.withholding import Asked
from portal.places.rules import ROLE_LABELS
from portal.web.filters import day, message

ASKS = Permission.WITHHOLDINGS_REQUEST
DECIDES = Permission.WITHHOLDINGS_CONFIRM
LABELS = {"reasons": REASONS, "outcomes": OUTCOMES, "roles": ROLE_LABELS}


@blueprint.get("/withholding")
@allow(ASKS)
def withholding_list() -> str:
    """The requests that wait and what became of the others; where to ask for one."""
    return _listed()


def _listed(problem: PortalError | None = None) -> str:
    """The list; with `problem` at the field that is wrong, and what was typed still there."""
    found = withholdings.listed(current_actor())
    return render_template(
        "desk/withholding_list.html",
        waiting=[one for one in found if one[0].is_open],
        decided=[one for one in found if not one[0].is_open],
        problem=problem,
        wrong=(problem.field if isinstance(problem, Invalid) else "") or "number",
        typed=request.args if problem else {},
        **LABELS,
    )


@blueprint.route("/withholding/new", methods=["GET", "POST"])
@allow(ASKS)
def withholding_new() -> str | Response | tuple[str, int]:
    """Ask that an item be withheld; number and lines stand in the address."""
    actor = current_actor()
    try:
        number, lines = _asked_about()
        found = withholdings.beginning(actor, number, lines)
    except (Invalid, NotFound, Conflict) as error:
        return _listed(error), 400
    form = WithholdingForm()
    form.versions.choices = [SelectChoice(one.item.number, _version(one)) for one in found.versions]
    if not form.is_submitted():
        form.versions.data = [one.item.number for one in found.versions]
    elif request_id := _asked(number, lines, form):
        flash(_("Asked. A second person at the county decides; until then nothing changes."), "done")
        return redirect(url_for("desk.withholding_request", request_id=request_id))
    return render_template("desk/withholding_new.html", found=found, lines=lines, form=form)


def _asked(number: int, lines: Sequence[int], form: WithholdingForm) -> int | None:
    """Ask as the form says; the request's id. None with a sentence at every field that is wrong, all at once."""
    is_readable, offered = form.validate_on_submit(), {choice.value for choice in form.versions.choices or ()}
    also = [one for one in form.versions.data or () if one in offered]
    try:
        also += rules.numbers(form.also.data or "", "also")
    except Invalid as error:
        form.refuse(error)
        is_readable = False
    order = (form.authority.data or "", form.document.data or "", form.ordered_on.data, form.reason.data or "")
    asked = Asked(number, lines, also, *order)
    try:
        if is_readable:
            return withholding.request(current_actor(), asked, clock.now())
        withholding.check(current_actor(), asked, clock.now())
    except (Invalid, Conflict) as error:
        form.refuse(error)
    return None


def _asked_about() -> tuple[int, list[int]]:
    """Item and lines of the address; Invalid for what is no number."""
    numbers = rules.numbers(request.args.get("number", ""), "number")
    if len(numbers) != 1:
        raise Invalid(rules.ONE_NUMBER, field="number")
    return numbers[0], rules.numbers(request.args.get("lines", ""), "lines")


def _version(one: withholdings.Concerned) -> str:
    told = _(
        "number %(number)s, published on %(day)s",
        number=one.item.number,
        day=day(clock.today(one.item.published_at), True),
    )
    now = _("holds now")
    return f"{told} – {now}" if one.is_current else told


@blueprint.get("/withholding/<int:request_id>")
@allow(ASKS)
def withholding_request(request_id: int) -> str:
    """A request: what it says, what a confirmation would do, and the decision."""
    return _page(request_id)


@blueprint.post("/withholding/<int:request_id>/confirm")
@allow(DECIDES)
def withholding_confirm(request_id: int) -> str | Response:
    form = ConfirmationForm()
    if form.validate_on_submit():
        try:
            records = withholding.confirm(current_actor(), request_id, form.seen.data or "", clock.now())
        except Conflict as error:
            flash(message(error.message), "error")
        else:
            told = ", ".join(map(str, sorted(records)))
            flash(
                _("Withheld: %(numbers)s. The bookkeeper sees that a corrected version is due.", numbers=told), "done"
            )
        return redirect(url_for("desk.withholding_request", request_id=request_id))
    return _page(request_id, confirmation=form)


@blueprint.post("/withholding/<int:request_id>/reject")
@allow(DECIDES)
def withholding_reject(request_id: int) -> str | Response:
    form = RejectionForm()
    if form.validate_on_submit():
        try:
            withholding.reject(current_actor(), request_id, form.answer.data or "", clock.now())
        except Conflict as error:
            flash(message(error.message), "error")
            return redirect(url_for("desk.withholding_request", request_id=request_id))
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Rejected. Nothing was erased."), "done")
            return redirect(url_for("desk.withholding_list"))
    return _page(request_id, rejection=form)


@blueprint.post("/withholding/<int:request_id>/withdraw")
@allow(ASKS)
def withholding_withdraw(request_id: int) -> Response:
    try:
        withholding.withdraw(current_actor(), request_id, clock.now())
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    else:
        flash(_("Taken back. Nothing was erased."), "done")
    return redirect(url_for("desk.withholding_request", request_id=request_id))


def _page(request_id: int, confirmation: ConfirmationForm | None = None, rejection: RejectionForm | None = None) -> str:
    found = withholdings.request(current_actor(), request_id)
    sent = confirmation or rejection
    confirmation, rejection = confirmation or ConfirmationForm(formdata=None), rejection or RejectionForm(formdata=None)
    confirmation.seen.data = found.edition
    return render_template(
        "desk/withholding_request.html",
        found=found,
        view=found.view,
        confirmation=confirmation,
        rejection=rejection,
        **LABELS,
        **({"form": sent} if sent else {}),
    )
