"""Duties on pages: the cells of calendars, and the letter that a villager prints about what is late or missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from io import BytesIO

from flask import Response, current_app, g, request, url_for
from flask_babel import gettext
from markupsafe import Markup, escape

from portal import clock, notices
from portal.config import Settings
from portal.duties.boards import Owing
from portal.duties.rules import Duty, State
from portal.places.queries import PlaceView
from portal.places.settings import DUTIES
from portal.public import letters
from portal.public.queries import VillageRow
from portal.public.views import blueprint
from portal.text import N_, period_text
from portal.web.declared import open_to_all
from portal.web.language import LARGE, current_language

PERIODS_TOLD = 3  # of each duty, in a row of a board


def cells(rows: Iterable[Sequence[Duty | None]], labels: Sequence[str]) -> list[Markup]:
    """For each row of a table of duties its cells, headings in `labels`. Made here in one piece: a macro, an escape and
    a translation in each of hundreds of cells cost more than all queries of the page."""
    words = _words()
    items = url_for("public.item", number=0, size=None)[:-1]
    size = f"?size={LARGE}" if g.size else ""
    heads = [f'data-label="{escape(label)}"' for label in labels]
    found = []
    for row in rows:
        made = []
        for duty, head in zip(row, heads, strict=True):
            if duty is None:
                made.append(f'<td class="before" {head}>{words.before}</td>')
            elif duty.posting is None:
                made.append(f'<td class="{duty.state.value}" {head}>{words.of(duty)}</td>')
            else:
                address = f"{items}{duty.posting.number}{size}"
                made.append(f'<td class="{duty.state.value}" {head}><a href="{address}">{words.of(duty)}</a></td>')
        found.append(Markup("".join(made)))  # noqa: S704 - numbers, and texts of our own that were escaped
    return found


def villages(rows: Sequence[VillageRow], labels: Sequence[str]) -> list[tuple[str, VillageRow, Markup]]:
    """The rows of a township's table: the village's address, the village, its cells."""
    made = cells([row.months for row in rows], labels)
    return [(address, row, cell) for address, row, cell in zip(_addresses(rows), rows, made, strict=True)]


def _addresses(rows: Iterable[VillageRow | Owing]) -> list[str]:
    places = url_for("public.place", code="0", size=None)[:-1]
    size = f"?size={LARGE}" if g.size else ""
    return [f"{places}{row.place.code}{size}" for row in rows]


@dataclass(frozen=True)
class _Words:
    """What is seen in a cell and heard instead, in the reader's language, by state."""

    before: str
    signs: Mapping[State, str]
    late: str
    taken_over: str
    older: str
    nothing: str

    def of(self, duty: Duty) -> str:
        if duty.state is State.LATE:
            return self.late % {"n": duty.days}
        if duty.state is State.OLDER:
            return self.nothing if duty.posting is None else self.taken_over if duty.posting.taken_over else self.older
        return self.signs[duty.state]


def _words() -> _Words:
    def said(sign: str, text: str) -> str:
        return f'<span aria-hidden="true">{sign}</span><span class="hidden">{escape(gettext(text))}</span>'

    nothing, late = gettext(N_("nothing was due")), gettext(N_("+%(n)s d"))
    return _Words(
        before=f'<span class="hidden">{escape(nothing)}</span>',
        signs={
            State.ON_TIME: said("✓", N_("posted in time")),
            State.MISSING: said("✕", N_("not posted")),
            State.OPEN: said("·", N_("not due yet")),
        },
        late=f"<span>{escape(late)}</span>",
        taken_over=said("✓", N_("taken over from older records")),
        older=said("✓", N_("posted")),
        nothing=said("·", N_("nothing was due")),
    )


def owed(rows: Sequence[Owing], townships: Mapping[int, PlaceView]) -> list[tuple[str, str, str, str, int]]:
    """Rows of a board: the village's address and name, its township, what it owes, how many days the oldest is late."""
    language, comma, more = current_language(), gettext(N_(", ")), gettext(N_("and %(n)s more"))
    names = {label: gettext(label) for label in DUTIES.values()}
    told_period = cache(partial(period_text, language=language))
    made = []
    for address, one in zip(_addresses(rows), rows, strict=True):
        told = []
        for label, duties in one.groups:
            listed = comma.join(told_period(duty.period) for duty in duties[:PERIODS_TOLD])
            rest = len(duties) - PERIODS_TOLD
            told.append(f"{names[label]} {listed}" + (f" {more % {'n': rest}}" if rest > 0 else ""))
        above = townships.get(one.place.parent_id or 0)
        made.append((address, one.place.name, above.name if above else "", " · ".join(told), one.days))
    return made


def missing(duties: Iterable[Duty], code: str) -> list[tuple[str, date, int, str]]:
    """Rows of what a village has not posted: what it is, when it was due, how many days it is late, and the address of
    the letter about it."""
    villages = url_for("public.place", code=code, size=None)
    told_period = cache(partial(period_text, language=current_language()))
    names = {label: gettext(label) for label in DUTIES.values()}
    what = gettext(N_("%(label)s, %(period)s"))
    found = []
    for duty in duties:
        about = f"&about={duty.about}" if duty.about else ""
        address = f"{villages}/{duty.kind}/report.pdf?period={duty.period}{about}"
        told = what % {"label": names[duty.label], "period": told_period(duty.period)}
        found.append((told, duty.due, duty.days, address))
    return found


def newest(duties: Sequence[Duty], count: int) -> list[Duty | None]:
    """The last `count` of a row, filled up in front."""
    shown = list(duties[-count:])
    return [None] * (count - len(shown)) + shown


@blueprint.get("/places/<code>/<kind>/report.pdf")
@open_to_all
def report_pdf(code: str, kind: str) -> Response:
    """The letter with which a villager turns to township and county about what is late or missing: of a `period`, and
    of the class of statement that it is `about`."""
    period, about = request.args.get("period", ""), request.args.get("about", "")
    settings: Settings = current_app.config["SETTINGS"]
    out = BytesIO()
    letter = letters.report(code, kind, about, period, settings, clock.today())
    notices.draw_letter(letter, out, language=current_language(), fonts=settings.fonts)
    response = Response(out.getvalue(), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="report-{code}-{kind}-{period}.pdf"'
    return response
