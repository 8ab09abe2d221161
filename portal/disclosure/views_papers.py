"""Pages of the papers behind the lines: of a draft, so that signers see them, and of a published item."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.disclosure import forms, papers
from portal.disclosure.papers import Subject
from portal.errors import Conflict, Invalid, PortalError
from portal.evidence import bulk, rules
from portal.evidence import queries as evidence
from portal.evidence import services as evidence_services
from portal.places import queries as places
from portal.text import N_
from portal.web.filters import message

blueprint = Blueprint("line_papers", __name__, url_prefix="/desk")

TOLD_AT_MOST = 10  # refused files that are named one by one
DRAFT, ITEM = "/drafts/<int:draft_id>/papers", "/items/<int:number>/papers"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


def _subject(draft_id: int | None, number: int | None, to_add: bool = False) -> Subject:
    """The draft or item of the address; Conflict if papers are to be added and cannot be any more."""
    actor = current_actor()
    found = papers.of_item(actor, number) if number else papers.of_draft(actor, draft_id or 0)
    if to_add and not found.may_add:
        raise Conflict(N_("No papers can be added here: it is closed, was replaced, or is not your village's."))
    return found


def _chosen() -> list[FileStorage]:
    """The files of the form; Invalid if there is none."""
    found = [file for file in request.files.getlist("files") if file.filename]
    if not found:
        raise Invalid(N_("Choose a file first."))
    return found


def _wants_json() -> bool:
    """Does the page's script ask, which sends one photo after another?"""
    return request.accept_mimetypes.best == "application/json"


@blueprint.get(DRAFT)
@blueprint.get(ITEM)
@allow(Permission.PAPERS_SEE)
def listing(draft_id: int | None = None, number: int | None = None) -> str:
    """Every line with its papers; many papers at once; those that belong to no line yet."""
    desk = papers.desk_of(_subject(draft_id, number), request.args.get("page", 1, int))
    return render_template(
        "disclosure/papers.html", desk=desk, subject=desk.subject, choices=rules.CHOICES, most=bulk.FILES_AT_MOST
    )


@blueprint.post(DRAFT)
@blueprint.post(ITEM)
@allow(Permission.DRAFTS_PREPARE)
def add_many(draft_id: int | None = None, number: int | None = None) -> AnyResponse:
    """Many papers, as files or as a zip; each finds its line by the voucher number in its name."""
    subject = _subject(draft_id, number, to_add=True)
    document = request.form.get("document", "")

    def act() -> None:
        uploads = forms.one_by_one(_chosen())
        taken = bulk.add_many(current_actor(), subject.bearer, subject.vouchers, uploads, document, clock.now())
        if not _wants_json():
            _tell(taken)
        elif taken.refused:
            raise Invalid(taken.refused[0][1])

    return _act(act, url_for(".listing", **subject.address))


def _tell(taken: bulk.Taken) -> None:
    if taken.matched:
        flash(_("%(n)s papers have found their lines.", n=taken.matched), "done")
    if taken.unmatched:
        flash(_("%(n)s papers wait below for you to say which line they belong to.", n=taken.unmatched), "warning")
    for name, error in taken.refused[:TOLD_AT_MOST]:
        flash(f"{name}: {message(error)}", "error")
    if len(taken.refused) > TOLD_AT_MOST:
        flash(_("and %(n)s more files that were not taken", n=len(taken.refused) - TOLD_AT_MOST), "error")


@blueprint.get(f"{DRAFT}/<int:n>")
@blueprint.get(f"{ITEM}/<int:n>")
@allow(Permission.PAPERS_SEE)
def line(n: int, draft_id: int | None = None, number: int | None = None) -> str:
    """One line: its papers, and the camera."""
    subject = _subject(draft_id, number)
    shown = subject.line(n)
    settings = places.settings_in_force(subject.place.id, clock.today())
    return render_template(
        "disclosure/line_papers.html",
        subject=subject,
        n=n,
        line=shown,
        papers=evidence.papers(subject.bearer, shown["key"]),
        next=papers.next_without(subject, n),
        choices=[(each, rules.is_sealed(each, settings["sealed_papers"])) for each in rules.CHOICES],
    )


@blueprint.post(f"{DRAFT}/<int:n>")
@blueprint.post(f"{ITEM}/<int:n>")
@allow(Permission.DRAFTS_PREPARE)
def add(n: int, draft_id: int | None = None, number: int | None = None) -> AnyResponse:
    """Papers for one line; the line's key tells it, should the lines have changed their numbers meanwhile."""
    subject = _subject(draft_id, number, to_add=True)
    key = request.form.get("key", "")
    position = subject.position(key)
    address = url_for(".line", n=position or n, **subject.address)

    def act() -> None:
        if position is None:
            raise Conflict(N_("This line has changed. Load the page again and choose it anew."))
        document = rules.document(request.form.get("document", ""))
        for _name, body in forms.one_by_one(_chosen()):
            evidence_services.add(current_actor(), subject.bearer, key, body, document, clock.now())

    return _act(act, address, _("The paper is at its line."))


def _act(act: Callable[[], object], address: str, done: str = "") -> AnyResponse:
    """Do one act, then lead back to the page; a script gets the sentence itself."""
    try:
        act()
    except (Invalid, Conflict) as error:
        return _refused(error, address)
    if _wants_json():
        return jsonify(taken=True)
    if done:
        flash(done, "done")
    return redirect(address)


def _refused(error: PortalError, address: str) -> AnyResponse:
    if _wants_json():
        response: Response = jsonify(taken=False, sentence=message(error.message))
        response.status_code = 409 if isinstance(error, Conflict) else 400
        return response
    flash(message(error.message), "error")
    return redirect(address)


@blueprint.post(f"{DRAFT}/links/<int:link_id>/assign")
@blueprint.post(f"{ITEM}/links/<int:link_id>/assign")
@allow(Permission.DRAFTS_PREPARE)
def assign(link_id: int, draft_id: int | None = None, number: int | None = None) -> AnyResponse:
    """Say which line a paper belongs to."""
    subject = _subject(draft_id, number, to_add=True)
    key = request.form.get("key", "")
    keys = [key] if subject.position(key) else []
    return _act(
        lambda: evidence_services.assign(current_actor(), subject.bearer, link_id, keys, clock.now()),
        url_for(".listing", _anchor="unassigned", **subject.address),
        _("The paper is at its line."),
    )


@blueprint.post(f"{DRAFT}/links/<int:link_id>/remove")
@blueprint.post(f"{ITEM}/links/<int:link_id>/remove")
@allow(Permission.DRAFTS_PREPARE)
def remove(link_id: int, draft_id: int | None = None, number: int | None = None) -> AnyResponse:
    """Take a paper away from its line; with a reason, if villagers could see it."""
    subject = _subject(draft_id, number, to_add=True)
    n = request.form.get("n", 0, int)
    back: dict[str, Any] = {"n": n} if 1 <= n <= len(subject.lines) else {}
    return _act(
        lambda: evidence_services.take_away(
            current_actor(), subject.bearer, link_id, request.form.get("reason", ""), clock.now()
        ),
        url_for(".line" if back else ".listing", **back, **subject.address),
        _("The paper is taken away."),
    )
