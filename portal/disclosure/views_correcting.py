"""Pages of a correction: begin one from what was published, say why, correct a line, decide about the later months."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.disclosure import acts, editions, forms, queries, services
from portal.disclosure.correcting import correctable, must_prepare
from portal.disclosure.lines import LineForm, line_form
from portal.disclosure.typed import Refused
from portal.disclosure.views import PREPARES, back, blueprint, draft_page, seen
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.gazette import queries as gazette
from portal.kinds import KINDS
from portal.places import queries as places
from portal.text import N_
from portal.web.filters import message
from portal.web.forms import Form
from portal.web.language import current_language


@blueprint.get("/correct")
@allow(*PREPARES)
def find_to_correct() -> Response:
    """From a number typed in to the page that corrects it."""
    number = request.args.get("number", 0, int)
    if not 0 < number < 1 << 31:
        flash(_("Write the number that stands on the notice, such as 1284."), "error")
        return redirect(url_for("drafts.listing"))
    return redirect(url_for("drafts.correct", number=number))


@blueprint.get("/correct/<int:number>")
@allow(*PREPARES)
def correct(number: int) -> tuple[str, int]:
    """What is corrected, and why; or why it cannot be."""
    return _correct_page(number)


def _correct_page(number: int, refused: PortalError | None = None) -> tuple[str, int]:
    item = gazette.item(number)
    must_prepare(current_actor(), item)
    is_possible, problem = True, refused
    try:
        correctable(current_actor(), number)
    except Conflict as error:
        is_possible, problem = False, error
    being = queries.open_correction(number)
    page = render_template(
        "disclosure/correct.html",
        item=item,
        kind=_kind(item.kind, number),
        place=places.place(item.place),
        problem=problem,
        is_possible=is_possible,
        newer=item.superseded_by,
        open_draft=being.id if being else None,
        reason=request.form.get("reason", ""),
    )
    return page, 409 if not is_possible else 400 if refused else 200


def _kind(name: str, number: int) -> Any:
    if name not in KINDS:
        raise NotFound(N_("Item %(number)s is a record of the gazette: it is not corrected."), number=number)
    return KINDS[name]


@blueprint.post("/correct/<int:number>")
@allow(*PREPARES)
def start_correction(number: int) -> Response | tuple[str, int]:
    """Begin the draft; where that is refused the page comes back with what was typed."""
    reason, at = request.form.get("reason", ""), clock.now()
    try:
        draft_id = services.start_correction(current_actor(), number, reason, at, current_language())
    except (Invalid, Conflict) as error:
        return _correct_page(number, error)
    flash(_("The correction is begun. Correct the lines below, then hand it over to be signed."), "done")
    return back(draft_id)


@blueprint.post("/<int:draft_id>/reason")
@allow(*PREPARES)
def give_reason(draft_id: int) -> Response | tuple[str, int]:
    """Say anew why it is corrected."""
    try:
        services.give_reason(current_actor(), draft_id, request.form.get("reason", ""), clock.now(), seen())
    except Invalid as error:
        return draft_page(draft_id, ("why", error)), 400
    except Conflict as error:
        flash(message(error.message), "error")
    return back(draft_id)


@blueprint.post("/<int:draft_id>/carry")
@allow(*PREPARES)
def carry(draft_id: int) -> Response:
    """Correct all later months in one act, or leave them as they are."""
    is_carried = request.form.get("carried") == "yes"
    try:
        services.carry_through(current_actor(), draft_id, is_carried, clock.now(), seen())
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    return back(draft_id, "corrects")


# ---------------------------------------------------------------- one line


@blueprint.get("/<int:draft_id>/lines/<int:n>")
@allow(*PREPARES)
def line(draft_id: int, n: int) -> str | Response:
    """One line of the correction as a form; the number after the last one is a new line."""
    acts.changeable(current_actor(), draft_id, clock.now(), taking_back=False)
    try:
        return _line_page(draft_id, n, request.args.get("sheet", ""))
    except Conflict as error:
        flash(message(error.message), "error")
        return back(draft_id)


def _line_page(draft_id: int, n: int, sheet: str, error: Invalid | None = None) -> str:
    view = queries.draft(draft_id)
    edition = str(editions.edition(view))
    found = line_form(view, n, current_language(), sheet)
    form = _form(found)
    if isinstance(error, Refused):
        forms.refuse(form, {name: message(text) for name, text in error.fields.items()})
    elif error is not None:
        form.refuse(error)
    return render_template("disclosure/line.html", view=view, line=found, form=form, edition=edition)


def _form(found: LineForm) -> Form:
    """The fields with what the line says, or with what was typed; internal ones are empty and may stay so."""
    sent = _typed(found) if request.form else {}
    values = {field.column.name: sent.get(field.column.name, field.value) for field in found.fields}
    columns = [replace(one.column, required=one.column.required and not one.is_internal) for one in found.fields]
    form = forms.entry_form(columns, values, {})
    for field in found.fields:
        if field.is_internal:
            form[field.column.name].description = _("Not published. Left empty, it stays as it is.")
    return form


def _typed(found: LineForm) -> dict[str, str]:
    """What was sent of the line's fields, empty ones too: they empty their cell."""
    names = [field.column.name for field in found.fields]
    sent = {name: request.form.get(f"{forms.ENTRY}-{name}") for name in names}
    return {name: text.strip()[:500] for name, text in sent.items() if text is not None}


@blueprint.post("/<int:draft_id>/lines/<int:n>")
@allow(*PREPARES)
def correct_line(draft_id: int, n: int) -> Response | tuple[str, int]:
    """Put what was typed into the line."""
    actor, at, sheet = current_actor(), clock.now(), request.form.get("sheet", "")
    view = acts.preparable(actor, draft_id)
    try:
        typed = _typed(line_form(view, n, current_language(), sheet))
        services.correct_line(actor, draft_id, n, typed, at, current_language(), sheet, seen())
    except Invalid as error:
        return _line_page(draft_id, n, sheet, error), 400
    except Conflict as error:
        flash(message(error.message), "error")
        return back(draft_id)
    flash(_("The line is corrected. Look at what is different now."), "done")
    return back(draft_id, "corrects")


@blueprint.post("/<int:draft_id>/lines/<int:n>/remove")
@allow(*PREPARES)
def remove_line(draft_id: int, n: int) -> Response:
    """Take a line out of the posting."""
    acts.preparable(current_actor(), draft_id)
    try:
        services.remove_line(current_actor(), draft_id, n, clock.now(), seen())
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    else:
        flash(_("The line is taken out. Look at what is different now."), "done")
    return back(draft_id, "corrects")
