"""Typing in one entry after another, for those who have no workbook: a decision or a payment, from a telephone."""

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.disclosure import acts, forms, services
from portal.disclosure.typed import Refused
from portal.disclosure.typed_pages import typing_of
from portal.disclosure.views import PREPARES, back, blueprint, draft_page, seen
from portal.errors import Conflict, Invalid, NotFound
from portal.web.filters import message

ANCHOR = "typed"


@blueprint.post("/<int:draft_id>/typed")
@allow(*PREPARES)
def type_in(draft_id: int) -> Response | tuple[str, int]:
    """Add an entry, or change one; on a fault the page comes back with it at its field, and what was typed stays."""
    actor, view = current_actor(), acts.preparable(current_actor(), draft_id)
    entry = forms.entry(request.form)
    changing = request.form.get("changing", type=int)
    try:
        services.type_in(actor, draft_id, entry, clock.now(), changing, request.form.get("seen", ""), seen())
    except Refused as error:
        typing = typing_of(view, request.form.get("step", ""), changing, entry)
        if typing.form is not None:
            forms.refuse(typing.form, {name: message(text) for name, text in error.fields.items()})
        return draft_page(draft_id, typing=typing), 400
    except Conflict as error:
        flash(message(error.message), "error")
        return draft_page(draft_id, typing=typing_of(view, request.form.get("step", ""), changing, entry)), 409
    except (Invalid, NotFound) as error:
        flash(message(error.message), "error")
    else:
        flash(_("The entry is changed.") if changing else _("The entry is added. Add another, or look below."), "done")
    return back(draft_id, ANCHOR)


@blueprint.post("/<int:draft_id>/typed/<int:n>/remove")
@allow(*PREPARES)
def remove_typed(draft_id: int, n: int) -> Response:
    """Take an entry out again."""
    try:
        services.remove_typed(current_actor(), draft_id, n, request.form.get("seen", ""), clock.now(), seen())
    except (Invalid, Conflict, NotFound) as error:
        flash(message(error.message), "error")
    else:
        flash(_("The entry is taken out."), "done")
    return back(draft_id, ANCHOR)
