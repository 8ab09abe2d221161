"""What the pages of places show: read from the gazette and the tree, few queries a page, whatever the county's size."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import func, or_, select

from portal import clock
from portal.database import db
from portal.gazette import queries as gazette
from portal.gazette import subjects
from portal.gazette.models import Item, Log
from portal.gazette.queries import ItemView
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places import settings as declared
from portal.places.models import Place, PlaceCode, PlaceSetting
from portal.places.queries import Holder, PlaceView
from portal.places.rules import Level
from portal.public import rules
from portal.public.rules import Month, Posting
from portal.text import Message

FINANCE = "finance"
MONTHS_OF_A_TOWNSHIP = 6
MONTHS_OF_A_CURVE = 24
TOWNSHIPS_A_PAGE = 25
NEWEST = 8


@dataclass(frozen=True)
class Dated:
    """Some settings of some places with their whole history, read at once."""

    rows: Mapping[tuple[str, int], list[tuple[date, Any]]]

    def value(self, key: str, line: Iterable[int], on: date) -> Any:
        """The value in force on a day for a place, given the ids from the county down to it."""
        rows = [row for place_id in line for row in self.rows.get((key, place_id), ())]
        return rules.in_force(rows, on, declared.declaration(key).default)


def dated_settings(keys: Collection[str], place_ids: Collection[int]) -> Dated:
    """The history of these settings at these places; one query."""
    found: dict[tuple[str, int], list[tuple[date, Any]]] = {}
    query = (
        select(PlaceSetting.key, PlaceSetting.place_id, PlaceSetting.valid_from, PlaceSetting.value)
        .where(PlaceSetting.key.in_(keys), PlaceSetting.place_id.in_(place_ids))
        .order_by(PlaceSetting.valid_from, PlaceSetting.id)
    )
    for key, place_id, valid_from, value in db.session.execute(query):
        found.setdefault((key, place_id), []).append((valid_from, declared.revive(key, json.loads(value))))
    return Dated(found)


def sibling_ids(place_id: int) -> list[int]:
    """The ids of the places beside this one, itself among them."""
    above = select(Place.parent_id).where(Place.id == place_id).scalar_subquery()
    return list(db.session.scalars(_standing(select(Place.id).where(Place.parent_id == above))))


def due_day(settings: Dated, line: Sequence[int], period: str) -> int:
    """The day of the next month on which a month's finance is due, as the county had set it by then."""
    first, _last = clock.period_bounds(clock.shift_period(period, 1))
    return int(settings.value("finance_due_day", line, first))


def opened_on() -> date:
    """The day on which the gazette was opened; what was due before could not be posted here."""
    first = db.session.scalar(select(func.min(Log.opened_at)))
    return clock.today(first) if first else date.min


def postings(place_ids: Collection[int], since: str = "") -> dict[int, dict[str, Posting]]:
    """By village and month: when it was first posted, and the number of what is current; months from `since` on."""
    query = (
        select(Item.place_id, Item.period, Item.number, Item.published_at, Item.taken_over)
        .where(Item.place_id.in_(place_ids), Item.kind == FINANCE, Item.period >= since)
        .order_by(Item.number)
    )
    found: dict[int, dict[str, Posting]] = {}
    for place_id, period, number, published_at, taken_over in db.session.execute(query):
        assert period is not None, "finance is posted month by month"
        of_place = found.setdefault(place_id, {})
        first = of_place.get(period)
        if first is None:
            of_place[period] = Posting(number, clock.today(published_at), taken_over)
        else:  # a correction does not make a posting late
            of_place[period] = Posting(number, first.on, first.taken_over)
    return found


def called(items: Sequence[ItemView]) -> dict[int, Message]:
    """What each item is called, from its content; withheld ones are left out."""
    return {
        item.number: KINDS[item.kind].called(gazette.content(item.number)) for item in items if not item.withheld_by
    }


@dataclass(frozen=True)
class News:
    """One of the newest postings."""

    number: int
    kind: str
    place: str
    code: str
    period: str | None
    on: date
    is_correction: bool


def newest(limit: int = NEWEST) -> list[News]:
    """What was published last, newest first; what was taken over from older records is no news."""
    query = (
        select(Item.number, Item.kind, Place.name, Item.place, Item.period, Item.published_at, Item.supersedes)
        .join(Place, Place.id == Item.place_id)
        .where(Item.kind.in_(KINDS), Item.taken_over.is_(False))
        .order_by(Item.number.desc())
        .limit(limit)
    )
    return [
        News(number, kind, name, code, period, clock.today(at), supersedes is not None)
        for number, kind, name, code, period, at, supersedes in db.session.execute(query)
    ]


def _standing(query: Any) -> Any:
    return query.where(or_(Place.ended_on.is_(None), Place.ended_on > clock.today()))


def villages_by_township(township_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """(code, name) of the standing villages of these townships, in the order of their codes."""
    query = (
        select(Place.parent_id, PlaceCode.code, Place.name)
        .join(PlaceCode, PlaceCode.place_id == Place.id)
        .where(Place.parent_id.in_(township_ids), Place.level == Level.VILLAGE, PlaceCode.valid_until.is_(None))
        .order_by(PlaceCode.code)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for township, code, name in db.session.execute(_standing(query)):
        found.setdefault(township, []).append((code, name))
    return found


@dataclass(frozen=True)
class Directory:
    """Some of the county's `total` townships with their villages."""

    county: PlaceView
    townships: list[PlaceView]
    villages: Mapping[int, list[tuple[str, str]]]
    total: int


def directory(page: int) -> Directory:
    """The first page's list of places; 25 townships a page, so that a county of 10,000 villages stays readable."""
    county = places.county()
    townships = places.children(county.id)
    last = max(1, -(-len(townships) // TOWNSHIPS_A_PAGE))
    first = (min(page, last) - 1) * TOWNSHIPS_A_PAGE
    shown = townships[first : first + TOWNSHIPS_A_PAGE]
    return Directory(county, shown, villages_by_township([place.id for place in shown]), len(townships))


@dataclass(frozen=True)
class Share:
    """A township's villages, and how many of them have posted a month."""

    place: PlaceView
    villages: int
    posted: int

    @property
    def width(self) -> float:
        return round(100 * self.posted / self.villages, 1) if self.villages else 0


@dataclass(frozen=True)
class CountyPage:
    place: PlaceView
    period: str
    due: date
    shares: list[Share]

    @property
    def villages(self) -> int:
        return sum(share.villages for share in self.shares)

    @property
    def posted(self) -> int:
        return sum(share.posted for share in self.shares)


def county_page(county: PlaceView, today: date) -> CountyPage:
    """Township by township: how many villages have posted last month."""
    period = clock.shift_period(clock.period_of(today), -1)
    due = rules.due_date(period, due_day(dated_settings(("finance_due_day",), (county.id,)), (county.id,), period))
    townships = places.children(county.id)
    villages = _count(select(Place.parent_id, func.count()).where(Place.level == Level.VILLAGE))
    posted = _count(
        select(Place.parent_id, func.count(Item.place_id.distinct()))
        .join(Item, Item.place_id == Place.id)
        .where(Item.kind == FINANCE, Item.period == period)
    )
    shares = [Share(place, villages.get(place.id, 0), posted.get(place.id, 0)) for place in townships]
    return CountyPage(county, period, due, shares)


def _count(query: Any) -> dict[int, int]:
    rows = db.session.execute(_standing(query).group_by(Place.parent_id))
    return {parent: int(count) for parent, count in rows}


@dataclass(frozen=True)
class VillageRow:
    """A village in its township's table; `months` run parallel to the table's columns (None: nothing was due)."""

    place: PlaceView
    months: list[Month | None]
    missing: int


@dataclass(frozen=True)
class TownshipPage:
    place: PlaceView
    line: list[PlaceView]
    periods: list[str]
    rows: list[VillageRow]
    phone: str


def township_page(township: PlaceView, today: date) -> TownshipPage:
    """Village by village: the last months, posted in time, late, or not."""
    line = places.ancestors(township.id)
    ids = [place.id for place in line]
    settings = dated_settings(("finance_due_day", "township_phone"), ids)
    last = clock.shift_period(clock.period_of(today), -1)
    periods = [clock.shift_period(last, -back) for back in range(MONTHS_OF_A_TOWNSHIP)][::-1]
    villages = places.children(township.id)
    begun = _first_periods([village.id for village in villages])
    posted = postings([village.id for village in villages], periods[0])
    opened = opened_on()
    rows = []
    for village in villages:
        first = begun.get(village.id)
        months = [
            rules.month_of(
                period, posted.get(village.id, {}).get(period), due_day(settings, ids, period), today, opened
            )
            if first and first <= period
            else None
            for period in periods
        ]
        missing = rules.missing_in_a_row([month for month in months if month])
        rows.append(VillageRow(village, months, missing))
    return TownshipPage(township, line, periods, rows, settings.value("township_phone", ids, today))


def _first_periods(place_ids: Collection[int]) -> dict[int, str]:
    query = (
        select(Item.place_id, func.min(Item.period))
        .where(Item.place_id.in_(place_ids), Item.kind == FINANCE)
        .group_by(Item.place_id)
    )
    return {place_id: period for place_id, period in db.session.execute(query) if period}


@dataclass(frozen=True)
class VillagePage:
    place: PlaceView
    line: list[PlaceView]
    months: list[Month]
    newest: Posting | None
    newest_period: str
    figures: Mapping[str, int]
    balances: list[tuple[str, int | None]]
    holders: list[Holder]
    phone: str
    others: Sequence[str] = ()
    """What else than money was posted: names of kinds, in their order."""

    @cached_property
    def years(self) -> list[tuple[int, list[Month | None]]]:
        return rules.by_year(self.months)

    @cached_property
    def curve(self) -> rules.Curve:
        return rules.curve([closing for _period, closing in self.balances])


def village_page(village: PlaceView, today: date) -> VillagePage:
    """A village: its calendar, the newest month, two years of balances, who is in office."""
    line = places.ancestors(village.id)
    ids = [place.id for place in line]
    settings = dated_settings(("finance_due_day", "township_phone"), ids)
    posted = postings([village.id]).get(village.id, {})
    months = rules.calendar(posted, lambda period: due_day(settings, ids, period), today, opened=opened_on())
    newest_period = max(posted, default="")
    return VillagePage(
        place=village,
        line=line,
        months=months,
        newest=posted.get(newest_period),
        newest_period=newest_period,
        figures=_figures_of(posted.get(newest_period)),
        balances=_balances(months[-MONTHS_OF_A_CURVE:]),
        holders=places.holders(village.id, today),
        phone=settings.value("township_phone", ids, today),
        others=_others(village.id),
    )


def _others(place_id: int) -> list[str]:
    posted = subjects.kinds_posted(place_id)
    return [name for name in KINDS if name in posted and name != FINANCE]


def _figures_of(posting: Posting | None) -> Mapping[str, int]:
    return gazette.figures([posting.number]).get(posting.number, {}) if posting else {}


def _balances(months: Sequence[Month]) -> list[tuple[str, int | None]]:
    """The closing balance of each month in fen, None where it is not posted; nothing if no month is known."""
    numbers = {month.period: month.posting.number for month in months if month.posting}
    figures = gazette.figures(list(numbers.values()))
    return [(month.period, figures.get(numbers.get(month.period, 0), {}).get("closing")) for month in months]
