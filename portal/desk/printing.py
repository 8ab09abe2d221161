"""All notices of a township for a month as one PDF: few at once, many as a job with a progress bar."""

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from portal import clock, jobs, notices
from portal.accounts.rules import Actor, Permission
from portal.config import Settings
from portal.database import transaction
from portal.errors import Invalid, NotFound
from portal.gazette import erasing
from portal.gazette import queries as gazette
from portal.gazette.erasing import Erasure
from portal.jobs.services import Progress
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.public import paper
from portal.text import LANGUAGES, N_

PRINT = "desk.notices"
"""The job that draws many notices into a file of the instance folder."""
FORGET = "desk.forget_notices"
"""The job that deletes what was drawn of the months of withheld items."""
DRAWN_AT_ONCE = 20  # notices: a few seconds


def register_jobs(settings: Settings) -> None:
    """Tell the worker how notices are drawn, and the gazette that they are copies."""
    jobs.register(PRINT, partial(_as_job, settings))
    jobs.register(FORGET, partial(_delete, settings.instance / "printed"))
    erasing.erases("desk", forget)


def place_to_print(actor: Actor, code: str, period: str) -> PlaceView:
    """The place whose notices the actor may print; Forbidden, NotFound, or Invalid for what is no month."""
    if not clock.is_period(period):
        raise Invalid(N_("Write the month like 2026-03."), field="period")
    place = places.place(code)
    actor.must(Permission.DRAFTS_SEE, places.line(place.id))
    return place


def draw(place: PlaceView, period: str, language: str, settings: Settings) -> bytes | int:
    """The PDF of all notices of a month, or the id of the job that draws them where they are many."""
    batch = paper.notices_of(place.code, period, settings)
    if not len(batch):
        raise Invalid(N_("No village of %(place)s has published %(period)s yet."), place=place.name, period=period)
    if len(batch) > DRAWN_AT_ONCE:
        return jobs.enqueue(PRINT, {"place": place.code, "period": period, "language": language})
    out = BytesIO()
    notices.draw_many(batch, out, language=language, fonts=settings.fonts)
    return out.getvalue()


def drawn(place: PlaceView, period: str, language: str, settings: Settings) -> bytes:
    """What the job has drawn last; NotFound before it has."""
    path = _path(settings, place.code, period, language)
    if language not in LANGUAGES or not path.is_file():
        raise NotFound(N_("These notices are not drawn yet."))
    return path.read_bytes()


def forget(erasure: Erasure) -> None:
    """Delete what was drawn of the months of withheld items, once the act has committed; it can be drawn again."""
    periods = {item.period for item in erasure.items if item.period}
    if periods:
        jobs.see_through(FORGET, {"periods": sorted(periods)})


def _delete(folder: Path, arguments: dict[str, Any], _report: Progress) -> None:
    for period in arguments["periods"]:
        for path in folder.glob(f"*-{period}-*"):
            path.unlink(missing_ok=True)


def _path(settings: Settings, code: str, period: str, language: str) -> Path:
    return settings.instance / "printed" / f"{code}-{period}-{language}.pdf"


def _as_job(settings: Settings, arguments: dict[str, Any], report: Progress) -> None:
    """Draw into the file, whole or not at all; a second run draws the same again. If something was withheld while it
    was drawn, it is drawn once more: the file may hold it."""
    code, period, language = arguments["place"], arguments["period"], arguments["language"]
    path = _path(settings, code, period, language)
    path.parent.mkdir(exist_ok=True)
    before: int | None = -1  # no record has this number
    while before != (now := _withheld_last()):
        before = now
        _draw(paper.notices_of(code, period, settings), path, language, settings, report)


def _withheld_last() -> int | None:
    with transaction(write=False):  # a fresh look, not what this process saw before
        return gazette.withheld_last()


def _draw(batch: paper.Batch, path: Path, language: str, settings: Settings, report: Progress) -> None:
    notices.draw_many(
        batch, path, language=language, fonts=settings.fonts, progress=lambda done: report(100 * done // len(batch))
    )
