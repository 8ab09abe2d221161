"""The officers' start page: what is due today, by office."""

from flask import Blueprint, Flask, render_template

from portal import clock
from portal.accounts.access import allow, current_actor
from portal.accounts.rules import Permission
from portal.desk import queries
from portal.disclosure.rules import STATE_LABELS
from portal.text import N_
from portal.web import menu

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

SHOWN = 60  # entries of one list; the list of drafts has the rest


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    menu.add_entry(app, N_("Due today"), "desk.today", 10)


@blueprint.get("/")
@allow()
def today() -> str:
    """What is due today; every list says what to do with it."""
    actor = current_actor()
    return render_template(
        "desk/today.html",
        due=queries.today(actor, clock.now()),
        states=STATE_LABELS,
        shown=SHOWN,
        handles_drafts=actor.may_anywhere(Permission.DRAFTS_SEE),
    )
