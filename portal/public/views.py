"""Pages of places, the finder, the search and the check of a paper; no cookie, no session, no script."""

from collections.abc import Callable, Mapping
from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext

from portal import clock
from portal.duties.rules import State, right_to_turn
from portal.errors import Invalid
from portal.gazette import queries as gazette
from portal.kinds import KINDS, payees
from portal.kinds.base import Figure, Type
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.places.rules import ROLE_LABELS, Level
from portal.public import item_queries, queries, rules
from portal.text import N_, period_text
from portal.web.declared import open_to_all
from portal.web.filters import money, quantity
from portal.web.language import current_language
from portal.web.pager import Pager

blueprint = Blueprint("public", __name__, url_prefix="/<language:language>")

MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip
HITS_A_PAGE = 30
OWING_A_PAGE = 50
WORDS_AT_MOST = 100  # characters of a query
LABELS = {"role_labels": ROLE_LABELS, "State": State}
TEMPLATES: Mapping[Level, tuple[str, Callable[[PlaceView, date], queries.PlacePage]]] = {
    Level.COUNTY: ("public/county.html", queries.county_page),
    Level.TOWNSHIP: ("public/township.html", queries.township_page),
    Level.VILLAGE: ("public/village.html", queries.village_page),
}


@blueprint.app_template_global("figure_text")
def _figure_text(figure: Figure, value: int | None) -> str:
    return figure_text(figure, value)


@blueprint.app_template_filter("short_quarter")
def short_quarter(value: str) -> str:
    """A quarter where there is little room, on two lines: ``2026年`` over ``第2季度``, or ``Q2`` over ``2026``."""
    written = period_text(value, current_language())
    return written.replace("年", "年\n") if current_language() == "zh" else written.replace(" ", "\n")


@blueprint.app_template_filter("month")
def month(number: int) -> str:
    """A month's short name: 3 → ``Mar`` or ``3月``."""
    return str(gettext(MONTHS[number - 1]))


def page_number() -> int:
    """The page asked for, from 1; anything else than a number is the first."""
    asked = request.args.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def words_asked(name: str) -> str:
    return request.args.get(name, "").strip()[:WORDS_AT_MOST]


@blueprint.get("/")
@open_to_all
def home() -> str:
    """The first page: find a village, see what is new, check a paper."""
    words, directory = words_asked("find"), queries.directory(page_number())
    return render_template(
        "public/home.html",
        directory=directory,
        pager=Pager.of_request(directory.total, queries.TOWNSHIPS_A_PAGE),
        words=words,
        found=places.find(words) if words else [],
        newest=queries.newest(),
        kinds=KINDS,
    )


@blueprint.get("/places/<code>")
@open_to_all
def place(code: str) -> str:
    """A county, township or village."""
    found, today = places.place(code), clock.today()
    template, read = TEMPLATES[Level(found.level)]
    page = read(found, today)
    pager = Pager.of_request(len(page.owing), OWING_A_PAGE)
    return render_template(template, page=page, pager=pager, kinds=KINDS, turn=right_to_turn(today), **LABELS)


def figure_text(figure: Figure, value: int | None) -> str:
    """A large figure as a page writes it."""
    if value is None:
        return ""
    return {Type.MONEY: money, Type.QUANTITY: quantity}.get(figure.type, str)(value)


@blueprint.get("/places/<code>/payees/<path:slug>")
@open_to_all
def payee(code: str, slug: str) -> str:
    """An organisation, or an officer in office, as a payee of one village."""
    return render_template("public/payee.html", page=item_queries.payee_page(code, slug))


@blueprint.get("/search")
@open_to_all
def search() -> str:
    """Lines by two characters of their summary or of an organisation's name."""
    words, code, number = words_asked("q"), words_asked("place"), page_number()
    scope = places.place(code) if code else None
    advice, hits = None, []
    if words:
        within = [village.id for village in places.villages_under(scope.id)] if scope else None
        try:
            hits = gazette.search(words, within, HITS_A_PAGE + 1, (number - 1) * HITS_A_PAGE)
        except Invalid as error:
            advice = error.message
    return render_template(
        "public/search.html",
        words=words,
        scope=scope,
        place_line=places.ancestors(scope.id) if scope else [],
        advice=advice,
        hits=hits[:HITS_A_PAGE],
        has_more=len(hits) > HITS_A_PAGE,
        number=number,
        first=(number - 1) * HITS_A_PAGE + 1,
        villages=places.places_by_ids({hit.place_id for hit in hits}),
        marked=lambda text: rules.marked(text, words.split()),
        kinds=KINDS,
        is_organisation=payees.is_organisation,
    )


@blueprint.get("/verify")
@open_to_all
def verify() -> str:
    """Is this paper what was published?"""
    typed = words_asked("code")
    return render_template(
        "public/verify.html",
        typed=typed,
        asked_empty="code" in request.args and not typed,
        verdict=item_queries.verdict(typed) if typed else None,
        kinds=KINDS,
    )
