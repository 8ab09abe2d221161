"""The demo's own pages: "try as …" and sample workbooks. Registered only where the demo runs."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, send_from_directory

from portal.accounts.access import open_to_all
from portal.demo.building import PASSWORD, SLIP, samples_folder
from portal.demo.samples import LISTS, SAMPLES
from portal.places import queries as places
from portal.text import N_

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@dataclass(frozen=True)
class Trial:
    """Something to try in a minute: as whom, what there is to see, and where it begins."""

    title: str
    sentence: str
    login: str
    next: str = "/desk/"


TRIALS = (
    Trial(
        N_("Bookkeeper"),
        N_("Upload a workbook with two faults: each is shown at its cell. Mend it and hand it over."),
        "bookkeeper",
    ),
    Trial(
        N_("Head of the same village"),
        N_("Sign what the bookkeeper has just handed over, from a private window."),
        "head2",
    ),
    Trial(
        N_("Supervision committee of the same village"),
        N_("Then you: with the second decision the month is published."),
        "committee2",
    ),
    Trial(
        N_("Supervision committee"),
        N_("In another village a month waits for you: see the review sheet, its drawn vouchers, and sign."),
        "committee",
    ),
    Trial(N_("Village head"), N_("Sign the month that waits, or refuse with a reason: both are printed."), "head"),
    Trial(N_("Township"), N_("See which villages are late or silent, and order a publication."), "township"),
    Trial(
        N_("Township: what households say"),
        N_("A household says that nothing came; make this month's calls, print slips."),
        "township",
        "/desk/recipients",
    ),
    Trial(
        N_("Bookkeeper: the board"),
        N_("See what should hang on the board and for how long, send a photo, print the board's own sheet."),
        "bookkeeper",
        "/desk/boards",
    ),
    Trial(
        N_("County"),
        N_("Confirm who holds an office, read who looked at numbers of people, withhold a posting by order."),
        "county",
    ),
    Trial(N_("Administrator"), N_("Places, offices, terms and the county's dated settings."), "admin", "/desk/places"),
)


@blueprint.get("/")
@open_to_all
def trials() -> str:
    village = places.villages_under(places.county().id)[0]
    slip = samples_folder(current_app.config["SETTINGS"].instance) / SLIP
    return render_template(
        "demo/trials.html",
        trials=TRIALS,
        password=PASSWORD,
        samples=SAMPLES,
        lists=LISTS,
        village=village,
        slip=slip.read_text(encoding="utf-8") if slip.exists() else "",
    )


@blueprint.get("/samples/<name>")
@open_to_all
def sample(name: str) -> Response:
    """A sample workbook of what the bookkeeper finds not yet begun."""
    return send_from_directory(samples_folder(current_app.config["SETTINGS"].instance), name, as_attachment=True)
