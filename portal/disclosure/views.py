"""Pages of a draft under /desk/drafts: one page in steps for the bookkeeper, the same page to decide for signers."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal import clock, notices, workbooks
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.disclosure import acts, editions, forms, pages, queries, review, services, typed_pages
from portal.disclosure.rules import DECISION_LABELS, STATE_LABELS, State, sheet_code
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.rules import ROLE_LABELS
from portal.text import N_
from portal.web import menu
from portal.web.filters import message
from portal.web.language import current_language
from portal.workbooks.typed import NAME as TYPED

blueprint = Blueprint("drafts", __name__, url_prefix="/desk/drafts")

SEES = (Permission.DRAFTS_SEE,)
PREPARES = (Permission.DRAFTS_PREPARE,)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    menu.add_entry(app, N_("Drafts"), "drafts.listing", 20, lambda: current_actor().may_anywhere(SEES[0]))


@blueprint.app_template_global()
def role_label(role: str) -> str:
    """An office in the reader's language."""
    return message(next((label for key, label in ROLE_LABELS.items() if key == role), role))


@blueprint.app_template_filter()
def role_name(role: str) -> str:
    """As `role_label`, for lists."""
    return role_label(role)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    flash(_("This was too much at once: 64 MB of files are taken. Send them one by one, or without pictures."), "error")
    draft_id = (request.view_args or {}).get("draft_id")
    return back(draft_id) if draft_id else redirect(url_for("desk.today"))


@blueprint.get("")
@allow(*SEES)
def listing() -> str:
    """Drafts of the actor's villages, with filters for state, month and village."""
    villages = acts.places_of(current_actor(), SEES[0])
    state = request.args.get("state", "")
    period = clock.typed_period(request.args.get("period", "")[:20])
    code = request.args.get("village", "")
    chosen = [village.id for village in villages if code in ("", village.code)]
    is_period = clock.is_period(period, tuple(clock.MONTHS_IN))
    found = queries.drafts(
        chosen, state=State(state) if state in list(State) else None, period=period if is_period else None
    )
    return render_template(
        "disclosure/list.html",
        drafts=(shown := found[: pages.LINES_A_PAGE]),
        published=pages.published(current_actor(), shown),
        names=pages.told_apart(shown),
        no_such_period=period if not is_period else "",
        may_correct=current_actor().may_anywhere(PREPARES[0]),
        villages=villages,
        states=STATE_LABELS,
        chosen={"state": state, "period": period, "village": code},
    )


@blueprint.post("")
@allow(*PREPARES)
def start() -> Response:
    """Begin a month's draft, at once with the files chosen on the start page, or say that there were no dealings."""
    actor, at = current_actor(), clock.now()
    kind, period = request.form.get("kind", "finance"), clock.typed_period(request.form.get("period", ""))
    about = request.form.get("about", "")
    try:
        place = places.place(request.form.get("village", ""))
        if "nothing" in request.form:
            draft_id = services.no_dealings(actor, place, kind, period, at, editions.UNBEGUN)
        else:
            draft_id = services.start_draft(actor, place, kind, period, at, about)
    except (Invalid, Conflict, NotFound) as error:
        flash(message(error.message), "error")
        return redirect(_where_begun())
    uploads = forms.uploads(request.files.getlist("files"))
    if uploads:
        return _act(draft_id, lambda: services.add_files(actor, draft_id, uploads, at, editions.UNBEGUN))
    return back(draft_id)


def _where_begun() -> str:
    """The start page; what was typed into its form for something else stands there again."""
    if "other" not in request.form:
        return url_for("desk.today")
    names = ("village", "kind", "period", "about")
    typed: dict[str, Any] = {f"other_{name}": request.form.get(name, "")[:100] for name in names}
    return url_for("desk.today", **typed, _anchor="other")


@blueprint.get("/<int:draft_id>")
@allow(*SEES)
def show(draft_id: int) -> str:
    return draft_page(draft_id)


def draft_page(
    draft_id: int, problem: tuple[str, PortalError] | None = None, typing: typed_pages.Typing | None = None
) -> str:
    """The draft's page; `problem` is the id of the field (or form) that it stands at, and what is wrong; `typing` the
    form of an entry that came back with faults."""
    desk = pages.desk_of(
        current_actor(), acts.visible(current_actor(), draft_id), request.args.get("page", 1, int), clock.now()
    )
    if typing is None and desk.may_prepare and not desk.view.kind.is_carried:
        args = request.args
        typing = typed_pages.typing_of(desk.view, args.get("step", ""), args.get("entry", None, int))
    return render_template(
        "disclosure/draft.html",
        desk=desk,
        view=desk.view,
        step=pages.next_step(desk),
        columns=pages.shown_columns(desk),
        labels={column.name: column.label for column in (*desk.view.kind.input, *desk.view.kind.columns)},
        states=STATE_LABELS,
        decisions=DECISION_LABELS,
        questions=desk.view.kind.questions,
        answers=review.ANSWERS,
        answer_labels=dict((*review.ANSWERS, review.UNANSWERED)),
        unanswered=review.UNANSWERED,
        problem=problem,
        book_name=review.book_name,
        cell_field=forms.cell_field,
        typed=request.form,
        typed_in=forms.typed,
        typing=typing,
        typed_file=TYPED,
        **({"form": typing.form} if typing and typing.has_faults else {}),
    )


def back(draft_id: int, anchor: str | None = None) -> Response:
    return redirect(url_for("drafts.show", draft_id=draft_id, _anchor=anchor))


def seen() -> str | None:
    """The edition of the page that the form was on."""
    return request.form.get("edition")


def _act(draft_id: int, act: Callable[[], object], done: str = "") -> Response:
    """Do one act and go back to the draft's page, with a sentence about what happened or why not."""
    try:
        act()
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    else:
        if done:
            flash(done, "done")
    return back(draft_id)


@blueprint.post("/<int:draft_id>/files")
@allow(*PREPARES)
def add_files(draft_id: int) -> Response:
    uploads = forms.uploads(request.files.getlist("files"))
    if not uploads:
        flash(_("Choose a file first."), "error")
        return back(draft_id)
    return _act(draft_id, lambda: services.add_files(current_actor(), draft_id, uploads, clock.now(), seen()))


@blueprint.post("/<int:draft_id>/files/<int:file_id>/remove")
@allow(*PREPARES)
def remove_file(draft_id: int, file_id: int) -> Response:
    return _act(draft_id, lambda: services.remove_file(current_actor(), draft_id, file_id, clock.now(), seen()))


@blueprint.get("/<int:draft_id>/files/<int:file_id>/marked")
@allow(*PREPARES)
def marked(draft_id: int, file_id: int) -> Response:
    """The file as a workbook with the same cells, the faulty ones filled and commented.

    For who prepares the draft alone: a file may say more than what is published.
    """
    acts.preparable(current_actor(), draft_id)
    name, body = queries.file_body(draft_id, file_id)
    findings = [finding for finding in queries.reading(draft_id).findings if finding.file == name]
    overrides = queries.choices(draft_id).mends.get(file_id, {})
    book = workbooks.marked(body, name, findings, current_language(), overrides)
    return _download(book, f"{name.rpartition('.')[0] or name}-marked.xlsx", XLSX)


def _download(body: bytes, name: str, mimetype: str) -> Response:
    response = send_file(BytesIO(body), mimetype=mimetype, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/template/<kind>.xlsx")
@allow(*PREPARES)
def template(kind: str) -> Response:
    """An empty workbook with the headings that are understood."""
    if kind not in KINDS:
        raise NotFound(N_("There is no kind %(kind)s."), kind=kind)
    return _download(workbooks.template(KINDS[kind], current_language()), f"{kind}.xlsx", XLSX)


@blueprint.post("/<int:draft_id>/mend")
@allow(*PREPARES)
def mend(draft_id: int) -> Response | tuple[str, int]:
    """Mend cells; where that is refused the page comes back with what was typed."""
    cells = forms.cells(request.form)
    if not cells:
        flash(_("Nothing was changed. Write into the cell what it should say."), "error")
        return back(draft_id)
    try:
        services.mend(current_actor(), draft_id, cells, clock.now(), seen())
    except (Invalid, Conflict) as error:
        return _again(draft_id, "mend", error)
    return back(draft_id)


@blueprint.post("/<int:draft_id>/answer")
@allow(*PREPARES)
def answer(draft_id: int) -> Response:
    given = forms.answers(request.form)
    return _act(draft_id, lambda: services.answer(current_actor(), draft_id, given, clock.now(), seen()))


@blueprint.get("/<int:draft_id>/columns")
@allow(*PREPARES)
def columns(draft_id: int) -> str:
    """Match columns with an unknown heading by hand, once."""
    view = acts.changeable(current_actor(), draft_id, clock.now(), taking_back=False)
    edition = str(editions.edition(view))
    bodies = {name: body for _id, name, body in queries.bodies(draft_id)}
    sheets = [
        (sheet, workbooks.preview(bodies[sheet.file], sheet.file, sheet.sheet, 1, 8))
        for sheet in queries.reading(draft_id).sheets
        if sheet.file in bodies
    ]
    return render_template(
        "disclosure/columns.html",
        view=view,
        edition=edition,
        sheets=sheets,
        inputs=view.kind.input,
        labels={column.name: column.label for column in view.kind.input},
        may_forget=pages.may_forget(view),
    )


@blueprint.post("/<int:draft_id>/columns")
@allow(*PREPARES)
def map_columns(draft_id: int) -> Response:
    layout, chosen = request.form.get("layout", ""), forms.columns(request.form)
    try:
        if "leave_out" in request.form:
            services.leave_sheet_out(current_actor(), draft_id, layout, clock.now(), seen())
            done = _("The sheet is left out, next month too. “Forget what was answered” brings it back.")
        else:
            services.map_columns(current_actor(), draft_id, layout, chosen, clock.now(), seen())
            done = _("The columns are matched; next month they will be known.")
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
        return redirect(url_for("drafts.columns", draft_id=draft_id))
    flash(done, "done")
    return back(draft_id)


@blueprint.post("/<int:draft_id>/nothing")
@allow(*PREPARES)
def nothing(draft_id: int) -> Response:
    """No dealings in this month, said on the draft's page."""
    return _act(draft_id, lambda: services.nothing_happened(current_actor(), draft_id, clock.now(), seen()))


@blueprint.post("/<int:draft_id>/undo")
@allow(*PREPARES)
def undo(draft_id: int) -> Response:
    return _act(draft_id, lambda: services.undo(current_actor(), draft_id, clock.now(), seen()), _("Taken back."))


@blueprint.post("/<int:draft_id>/ask-again")
@allow(*PREPARES)
def ask_again(draft_id: int) -> Response:
    return _act(draft_id, lambda: services.ask_again(current_actor(), draft_id, clock.now(), seen()))


@blueprint.post("/<int:draft_id>/read-again")
@allow(*PREPARES)
def read_again(draft_id: int) -> Response:
    return _act(draft_id, lambda: services.read_again(current_actor(), draft_id, clock.now(), seen()))


@blueprint.post("/<int:draft_id>/hand-over")
@allow(*PREPARES)
def hand_over(draft_id: int) -> Response:
    done = _("Handed over. The signers see it on their start page now.")
    return _act(draft_id, lambda: services.hand_over(current_actor(), draft_id, clock.now(), seen()), done)


@blueprint.get("/<int:draft_id>/discard")
@allow(*PREPARES)
def ask_discard(draft_id: int) -> str:
    view = acts.changeable(current_actor(), draft_id, clock.now(), taking_back=False)
    return render_template("disclosure/discard.html", view=view, edition=str(editions.edition(view)))


@blueprint.post("/<int:draft_id>/discard")
@allow(*PREPARES)
def discard(draft_id: int) -> Response:
    try:
        services.discard(current_actor(), draft_id, clock.now(), seen())
    except Conflict as error:
        flash(message(error.message), "error")
        return back(draft_id)
    flash(_("The draft is discarded; its files are erased."), "done")
    return redirect(url_for("desk.today"))


@blueprint.post("/<int:draft_id>/decide")
@allow(Permission.DRAFTS_SIGN)
def decide(draft_id: int) -> Response | tuple[str, int]:
    """Sign, sign with reservation, refuse or send back; on a slip the page comes back with what was typed, and asks
    whoever signs without a single answer whether that is meant."""
    actor, at = current_actor(), clock.now()
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "")
    seen = request.form.get("seen", "")
    try:
        if decision == "sent_back":
            services.send_back(actor, draft_id, reason, seen, at)
            number = None
        else:
            view = queries.draft(draft_id)
            answers = review.answered(view.kind, forms.answers(request.form, forms.REVIEW))
            if seen == view.digest:  # else the draft has changed, which is to be told first
                review.check_meant(decision, answers, "unanswered" in request.form)
            number = services.sign(actor, draft_id, decision, reason, seen, at, answers)
    except (Invalid, Conflict) as error:
        return _again(draft_id, "decide", error)
    return _decided(draft_id, number)


_FIELDS = {
    ("decide", "reason"): "reason",
    ("decide", "unanswered"): "unanswered",
    ("paper", "code"): "code",
    ("paper", "reason"): "paper-reason",
    ("order", "reason"): "order-reason",
}
"""The id of the field on the page, by form and name."""


def _again(draft_id: int, form: str, error: PortalError) -> tuple[str, int]:
    at = _FIELDS.get((form, getattr(error, "field", None) or ""), form)
    return draft_page(draft_id, (at, error)), 409 if isinstance(error, Conflict) else 400


def _decided(draft_id: int, number: int | None) -> Response:
    if number is None:
        flash(_("Your decision is recorded."), "done")
    else:
        flash(_("Published as number %(number)s. Print the notice for the board now.", number=number), "done")
    return back(draft_id)


@blueprint.get("/<int:draft_id>/sheet.pdf")
@allow(*SEES)
def sheet(draft_id: int) -> Response:
    """The review sheet as one A4, with the code under which the township enters it."""
    view = acts.visible(current_actor(), draft_id)
    if view.state is not State.WAITING:
        raise Conflict(N_("The review sheet is printed while the draft waits for signatures."))
    settings = current_app.config["SETTINGS"]
    drawn = review.review_sheet(view, queries.reading(draft_id), settings.public_url, settings.demo, clock.now())
    out = BytesIO()
    notices.draw_review_sheet(drawn, out, language=current_language(), fonts=settings.fonts)
    return _download(out.getvalue(), f"review-{sheet_code(view.id, view.digest or '')}.pdf", "application/pdf")


@blueprint.post("/<int:draft_id>/paper")
@allow(Permission.DRAFTS_ENTER)
def enter_paper(draft_id: int) -> Response | tuple[str, int]:
    """The township enters a sheet signed on paper."""
    role, person_id = forms.signer(request.form)
    fields = {name: request.form.get(name, "") for name in ("code", "decision", "reason")}
    try:
        number = services.enter_paper(
            current_actor(),
            draft_id,
            fields["code"],
            role,
            person_id,
            fields["decision"],
            fields["reason"],
            clock.now(),
        )
    except (Invalid, Conflict) as error:
        return _again(draft_id, "paper", error)
    return _decided(draft_id, number)


@blueprint.post("/<int:draft_id>/order")
@allow(Permission.DRAFTS_ORDER)
def order(draft_id: int) -> Response | tuple[str, int]:
    """The township orders publication after the signers' silence."""
    try:
        number = services.order_publication(
            current_actor(), draft_id, request.form.get("seen", ""), clock.now(), request.form.get("reason", "")
        )
    except (Invalid, Conflict) as error:
        return _again(draft_id, "order", error)
    return _decided(draft_id, number)
