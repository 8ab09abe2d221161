"""Pages of one paper under /desk/papers: what it is, who sees it, what is covered, and the pictures themselves."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.errors import Conflict, Invalid, NotFound
from portal.evidence import forms, queries, rules, services
from portal.evidence.formats import EXTENSIONS, MIME
from portal.evidence.queries import FileView
from portal.places import queries as places
from portal.text import N_
from portal.web.filters import message

blueprint = Blueprint("papers", __name__, url_prefix="/desk/papers")

SHOWN, SHOWN_WIDE = 320, 960  # pixels of the picture that is clicked on: a telephone's width, or a desk's
LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.app_template_filter()
def paper_name(document: str) -> str:
    """What a paper is, in the reader's language."""
    return _(rules.LABELS[rules.Document(document)])


@blueprint.get("/<int:file_id>")
@allow(Permission.PAPERS_SEE)
def show(file_id: int) -> str:
    """One paper: what villagers see of it, what it is, what is covered, what was done with it."""
    file, place = services.visible(current_actor(), file_id)
    page = min(max(request.args.get("page", 1, int), 1), file.pages)
    links = queries.elsewhere(file)
    return render_template(
        "evidence/paper.html",
        file=file,
        place=place,
        page=page,
        shown=shown(file, page),
        first=forms.corner(request.args),
        links=links,
        places=places.places_by_ids({link.place_id for link in links}),
        acts=queries.acts(file),
        act_labels=rules.ACT_LABELS,
        choices=rules.CHOICES,
        is_board=file.document is rules.Document.BOARD,
        may_cover=current_actor().may(Permission.PAPERS_COVER, places.line(file.place_id)),
    )


def shown(file: FileView, page: int) -> tuple[int, int]:
    """The size in which a page is shown to be clicked on."""
    width = SHOWN_WIDE if request.args.get("wide") else SHOWN
    across, down = file.sizes[page - 1] if page <= len(file.sizes) else (210, 297)
    return width, max(1, round(width * down / across))


def _picture(file_id: int, what: str, mimetype: str, page: int = 1) -> Response:
    response = Response(services.look(current_actor(), file_id, what, clock.now(), page), mimetype=mimetype)
    response.headers["Cache-Control"] = "no-store" if what in ("original", "page") else "private, max-age=600"
    response.headers["Content-Security-Policy"] = LOCKED
    return response


@blueprint.get("/<int:file_id>/small.jpg")
@allow(Permission.PAPERS_SEE)
def small(file_id: int) -> Response:
    return _picture(file_id, "small", MIME["jpg"])


@blueprint.get("/<int:file_id>/copy")
@allow(Permission.PAPERS_SEE)
def copy(file_id: int) -> Response:
    """What villagers see, or would see if it were not sealed."""
    is_pdf = services.visible(current_actor(), file_id)[0].kind == "pdf"
    return _picture(file_id, "copy", MIME["pdf" if is_pdf else "jpg"])


@blueprint.get("/<int:file_id>/pages/<int:n>.jpg")
@allow(Permission.PAPERS_COVER)
def page(file_id: int, n: int) -> Response:
    """A page without its black boxes, to draw them on."""
    return _picture(file_id, "page", MIME["jpg"], max(1, n))


@blueprint.get("/<int:file_id>/original")
@allow(Permission.PAPERS_SEE)
def original(file_id: int) -> Response:
    """The file as it came, to be saved, never opened by the browser in the portal's name."""
    file = services.visible(current_actor(), file_id)[0]
    extension = EXTENSIONS[file.kind]
    response = _picture(file_id, "original", MIME[extension])
    name = f"{file.digest[:12]}.{extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _act(file_id: int, act: Callable[[], object], done: str, anchor: str | None = None) -> AnyResponse:
    try:
        act()
    except (Invalid, Conflict) as error:
        flash(message(error.message), "error")
    else:
        flash(done, "done")
    return redirect(url_for(".show", file_id=file_id, _anchor=anchor, **_kept()))


def _kept() -> dict[str, Any]:
    """Which page is being looked at, and how large."""
    return {name: request.args[name] for name in ("page", "wide") if name in request.args}


@blueprint.post("/<int:file_id>")
@allow(Permission.PAPERS_COVER)
def describe(file_id: int) -> AnyResponse:
    """Say what the paper is and whether it is sealed."""
    sealed = request.form.get("sealed") == "yes"
    document = request.form.get("document", "")
    return _act(
        file_id, lambda: services.describe(current_actor(), file_id, document, sealed, clock.now()), _("Saved.")
    )


@blueprint.post("/<int:file_id>/boxes")
@allow(Permission.PAPERS_COVER)
def cover(file_id: int) -> AnyResponse:
    """Cover a part: four numbers, or the second of two clicks."""
    number = request.args.get("page", 1, int)

    def act() -> None:
        services.cover(current_actor(), file_id, forms.box(request.form), number, clock.now())

    return _act(file_id, act, _("Covered. Villagers see the black box; the original stays sealed."), "cover")


@blueprint.post("/<int:file_id>/point")
@allow(Permission.PAPERS_COVER)
def point(file_id: int) -> AnyResponse:
    """A click on the picture: the first of two corners, or the second, which makes the box."""
    file = services.visible(current_actor(), file_id)[0]
    number = min(max(request.args.get("page", 1, int), 1), file.pages)
    first = forms.corner(request.form)
    try:
        here = forms.point(request.form, *shown(file, number))
    except Invalid as error:
        flash(message(error.message), "error")
        return redirect(url_for(".show", file_id=file_id, _anchor="cover"))
    if first is None:
        corner = {axis: f"{value:.1f}" for axis, value in zip("xy", here, strict=True)}
        return redirect(url_for(".show", file_id=file_id, _anchor="cover", **{**_kept(), **corner}))

    def act() -> None:
        services.cover(current_actor(), file_id, rules.between(first, here), number, clock.now())

    return _act(file_id, act, _("Covered. Villagers see the black box; the original stays sealed."), "cover")


@blueprint.post("/<int:file_id>/boxes/<int:mask_id>/remove")
@allow(Permission.PAPERS_COVER)
def uncover(file_id: int, mask_id: int) -> AnyResponse:
    def act() -> None:
        services.uncover(current_actor(), file_id, mask_id, clock.now())

    return _act(file_id, act, _("The box is taken away."), "cover")


@blueprint.post("/<int:file_id>/again")
@allow(Permission.PAPERS_COVER)
def again(file_id: int) -> AnyResponse:
    """Make the copies now instead of waiting for the worker."""
    file = services.visible(current_actor(), file_id)[0]
    if file.copy_digest:
        raise NotFound(N_("There is nothing to be prepared."))
    return _act(file_id, lambda: services.make_copies(current_actor(), file_id), _("Saved."))
