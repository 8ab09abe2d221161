"""What the pages of places show: read from the gazette and the tree, few queries a page, whatever the county's size."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select

from portal import clock
from portal.database import db
from portal.duties import boards
from portal.duties import queries as duties
from portal.duties.boards import Orders, Owing
from portal.duties.queries import FINANCE, VillageDuties
from portal.duties.rules import Duty, Posting, by_year, due_after, missing_in_a_row
from portal.gazette import queries as gazette
from portal.gazette import subjects, withholding
from portal.gazette.models import Item, Withholding
from portal.gazette.queries import ItemView
from portal.kinds import KINDS, programmes
from portal.places import queries as places
from portal.places.models import Place, PlaceCode
from portal.places.queries import Holder, PlaceView
from portal.places.rules import Level
from portal.public import rules
from portal.public.memo import kept
from portal.public.surroundings import around
from portal.text import Message

MONTHS_OF_A_TOWNSHIP = 6
MONTHS_OF_A_CURVE = 24
TOWNSHIPS_A_PAGE = 25
NEWEST = 8
CALLS, CALLS_SHOWN = "calls", 12
"""The portal's record of a round of calls: households drawn from the lists and asked what they got."""


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
    """What was published last, newest first; what was taken over from older records is no news, nor is what is
    withheld: there is nothing to read."""
    query = (
        select(Item.number, Item.kind, Place.name, Item.place, Item.period, Item.published_at, Item.supersedes)
        .join(Place, Place.id == Item.place_id)
        .where(Item.kind.in_(KINDS), Item.taken_over.is_(False), Item.number.not_in(select(Withholding.number)))
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
    """Last month in every township, and the villages that have not posted something, the longest first."""

    place: PlaceView
    period: str
    due: date
    shares: list[Share]
    owing: Sequence[Owing]
    orders: Mapping[int, Orders]

    @property
    def villages(self) -> int:
        return sum(share.villages for share in self.shares)

    @property
    def posted(self) -> int:
        return sum(share.posted for share in self.shares)

    @cached_property
    def townships(self) -> dict[int, PlaceView]:
        return {share.place.id: share.place for share in self.shares}


def county_page(county: PlaceView, today: date) -> CountyPage:
    """Township by township: how many villages have posted last month, and who owes what."""
    return kept(("county", county.id), lambda: _county_page(county, today))


def _county_page(county: PlaceView, today: date) -> CountyPage:
    period = clock.shift_period(clock.period_of(today), -1)
    settings = places.dated_settings(duties.SETTINGS)
    first, _last = clock.period_bounds(clock.shift_period(period, 1))
    due = due_after(period, int(settings.value("finance_due_day", (county.id,), first)))
    townships = places.children(county.id)
    villages = places.villages_under(county.id)
    done = boards.posted_lately([village.id for village in villages], today)
    of_township = Counter(village.parent_id for village in villages)
    posted = Counter(village.parent_id for village in villages if period in done.get(village.id, {}).get(FINANCE, ()))
    shares = [Share(place, of_township[place.id], posted[place.id]) for place in townships]
    owing = boards.unposted(villages, county.id, today, done=done)
    orders = boards.orders_waiting([place.id for place in townships], today)
    return CountyPage(county, period, due, shares, owing, orders)


@dataclass(frozen=True)
class VillageRow:
    """A village in its township's table; `months` run parallel to the table's columns (None: nothing was due)."""

    place: PlaceView
    months: list[Duty | None]
    missing: int


@dataclass(frozen=True)
class CallCounts:
    """What the calls of a month came to for one programme; nothing but `called` where too few were reached to tell."""

    number: int
    period: str
    programme: Message
    called: int
    reached: int | None
    confirmed: int | None
    corrected: int | None


def call_counts(township_id: int) -> list[CallCounts]:
    """The newest published counts of a township, newest month first."""
    return [
        CallCounts(
            number,
            period or "",
            programmes.called(content["programme"]),
            content["called"],
            *(content.get(name) for name in ("reached", "confirmed", "corrected")),
        )
        for number, period, content in gazette.records_of(township_id, CALLS, CALLS_SHOWN)
    ]


@dataclass(frozen=True)
class TownshipPage:
    place: PlaceView
    line: list[PlaceView]
    periods: list[str]
    rows: list[VillageRow]
    owing: Sequence[Owing]
    orders: Orders | None
    calls: Sequence[CallCounts]
    phone: str


def township_page(township: PlaceView, today: date) -> TownshipPage:
    """Village by village: the last months, posted in time, late, or not; and who owes what, the longest first."""
    return kept(("township", township.id), lambda: _township_page(township, today))


def _township_page(township: PlaceView, today: date) -> TownshipPage:
    line = places.ancestors(township.id)
    ids = [place.id for place in line]
    settings = places.dated_settings(("township_phone", *duties.SETTINGS))
    last = clock.shift_period(clock.period_of(today), -1)
    periods = [clock.shift_period(last, -back) for back in range(MONTHS_OF_A_TOWNSHIP)][::-1]
    villages = places.children(township.id)
    ground = duties.ground([village.id for village in villages], settings)
    posted = duties.months_of([village.id for village in villages], periods[0])
    rows = []
    for village in villages:
        of_village = posted.get(village.id, {})
        first = ground.first_month(village.id, ids)
        months = [
            ground.judged(FINANCE, period, of_village.get(period), [*ids, village.id], today)
            if first and (first <= period or period in of_village)
            else None
            for period in periods
        ]
        rows.append(VillageRow(village, months, missing_in_a_row([month for month in months if month])))
    owing = boards.unposted(villages, ids[0], today, found=ground)
    orders = boards.orders_waiting([township.id], today).get(township.id)
    phone = settings.value("township_phone", ids, today)
    return TownshipPage(township, line, periods, rows, owing, orders, call_counts(township.id), phone)


@dataclass(frozen=True)
class VillagePage:
    place: PlaceView
    line: list[PlaceView]
    duties: VillageDuties
    newest: Posting | None
    newest_period: str
    figures: Mapping[str, int]
    balances: list[tuple[str, int | None]]
    holders: list[Holder]
    phone: str
    owing: Sequence[Owing] = ()
    others: Sequence[str] = ()
    """What else than money was posted: names of kinds, in their order."""
    withheld: Sequence[ItemView] = ()
    """What is withheld and has no corrected version yet, the oldest first."""

    @property
    def months(self) -> Sequence[Duty]:
        return self.duties.months

    @cached_property
    def years(self) -> list[tuple[int, list[Duty | None]]]:
        return by_year(self.months)

    @cached_property
    def curve(self) -> rules.Curve:
        return rules.curve([closing for _period, closing in self.balances])


def village_page(village: PlaceView, today: date) -> VillagePage:
    """A village: its calendar, the newest month, two years of balances, who is in office."""
    where = around(village.id)
    of_village = duties.of_village(village, where.ids, where.ground, today)
    posted = {month.period: month.posting for month in of_village.months if month.posting}
    withheld = [item for item, _lines in withholding.to_be_replaced([village.id])]
    unread = {item.number for item in withheld}
    readable = [period for period, posting in posted.items() if posting.number not in unread]
    newest_period = max(readable or posted, default="")
    first = min(posted, default="~")
    return VillagePage(
        place=village,
        line=where.place_line,
        duties=of_village,
        newest=posted.get(newest_period),
        newest_period=newest_period,
        figures=_figures_of(posted.get(newest_period)),
        balances=_balances([month for month in of_village.months if month.period >= first][-MONTHS_OF_A_CURVE:]),
        holders=places.holders(village.id, today),
        phone=where.settings.value("township_phone", where.ids, today),
        others=_others(village.id),
        withheld=withheld,
    )


PlacePage = CountyPage | TownshipPage | VillagePage


def _others(place_id: int) -> list[str]:
    posted = subjects.kinds_posted(place_id)
    return [name for name in KINDS if name in posted and name != FINANCE]


def _figures_of(posting: Posting | None) -> Mapping[str, int]:
    return gazette.figures([posting.number]).get(posting.number, {}) if posting else {}


def _balances(months: Sequence[Duty]) -> list[tuple[str, int | None]]:
    """The closing balance of each month in fen, None where it is not posted; nothing if no month is known."""
    numbers = {month.period: month.posting.number for month in months if month.posting}
    figures = gazette.figures(list(numbers.values()))
    return [(month.period, figures.get(numbers.get(month.period, 0), {}).get("closing")) for month in months]
