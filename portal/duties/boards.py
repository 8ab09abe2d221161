"""What many villages have not posted, in a handful of queries whatever their number: for boards and work lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import String, case, func, literal, select

from portal import clock
from portal.clock import period_bounds
from portal.database import db
from portal.duties import rules
from portal.duties.models import Reminder, Waiting
from portal.duties.queries import FINANCE, Ground, active, ground, key_of
from portal.duties.rules import Duty, Reminded, Rhythm, State
from portal.gazette.models import Item
from portal.places.models import Place
from portal.places.queries import PlaceView, of_places
from portal.places.settings import DUTIES

OF_A_VILLAGE = ("duties", "assembly_days")
"""The settings that a village may have of its own."""
MONTHS_BACK = 12
"""Boards and work lists look back so far; a village's own page shows everything."""
Posted = Mapping[int, Mapping[str, frozenset[str]]]
"""By village and duty, the periods that it has posted."""


@dataclass(frozen=True)
class Owing:
    """A village and what it has not posted, the longest missing first."""

    place: PlaceView
    duties: Sequence[Duty]

    @property
    def days(self) -> int:
        """How many days the oldest is late."""
        return max((duty.days for duty in self.duties), default=0)

    @cached_property
    def groups(self) -> list[tuple[str, list[Duty]]]:
        """What is owed by its label, in the order of the county's setting."""
        found: dict[str, list[Duty]] = {}
        for key in DUTIES:
            for duty in self.duties:
                if duty.key == key:
                    found.setdefault(duty.label, []).append(duty)
        return list(found.items())


@dataclass(frozen=True)
class _Expected:
    """What villages under the same places would owe had they posted nothing, oldest first, and its periods by duty."""

    duties: Sequence[Duty]
    periods: Mapping[str, frozenset[str]]
    newest: Duty | None = None
    """The month of finance that ended last, where it is wanted also of villages that could not post it in time."""


def unposted(
    villages: Sequence[PlaceView],
    county_id: int,
    today: date,
    wanted: Collection[State] = (State.MISSING,),
    found: Ground | None = None,
    done: Posted | None = None,
) -> list[Owing]:
    """What these villages have not posted in the last months, those that are late longest first; six queries at most,
    none where the ground and what they posted (`posted_lately`) are read already. With State.OPEN among `wanted` also
    what is not due yet, of periods that have ended; with State.OLDER also the newest month of a village that began
    after it was due: nobody's fault, and yet what such a village begins with."""
    ids = [village.id for village in villages]
    found = found or ground(ids)
    since = _since(today)
    done = posted_lately(ids, today) if done is None else done
    of_villages = set(ids)
    with_own = {place_id for key, place_id in found.settings.rows if key in OF_A_VILLAGE or place_id not in of_villages}
    by_line: dict[tuple[int, ...], _Expected] = {}
    owing = []
    for village in villages:
        own = [place_id for place_id in (village.parent_id, village.id) if place_id in with_own]
        above = (county_id, *own)  # most townships have no settings of their own, so one expectation serves them all
        if above not in by_line:
            by_line[above] = _expected(found, above, since, today, wanted)
        duties = _owed(by_line[above], done.get(village.id, {}), found, village.id)
        if duties:
            owing.append(Owing(village, duties))
    return sorted(owing, key=lambda one: (-one.days, one.place.code))


def _since(today: date) -> str:
    return clock.shift_period(clock.period_of(today), -MONTHS_BACK)


def _owed(expected: _Expected, of_place: Mapping[str, frozenset[str]], found: Ground, village_id: int) -> list[Duty]:
    """What is expected, not posted, and due since the village began; and its newest month, if that is wanted."""
    lacking = {key for key, periods in expected.periods.items() if not periods <= of_place.get(key, frozenset())}
    if not lacking:
        return []
    floor = found.first_day(village_id)
    owed = [
        duty
        for duty in expected.duties
        if floor is not None
        and duty.due >= floor
        and duty.key in lacking
        and duty.period not in of_place.get(duty.key, ())
    ]
    newest = expected.newest
    is_older = newest is not None and (floor is None or newest.due < floor)
    if newest is not None and is_older and newest.period not in of_place.get(FINANCE, ()):
        owed.insert(0, replace(newest, state=State.OLDER, days=0))
    return owed


def _expected(found: Ground, line: Sequence[int], since: str, today: date, wanted: Collection[State]) -> _Expected:
    duties = []
    for rule in active():
        if rule.rhythm is Rhythm.ASSEMBLY:
            years = (today.year - 2, today.year - 1, today.year)
            due_by_period = found.assemblies(rule, line, years, today)
        elif rule.rhythm is not Rhythm.EVENT:
            grain = rule.rhythm.value
            first = clock.period_of(period_bounds(since)[0], grain)
            ended = rules.periods(first, rules.last_ended(grain, today))
            due_by_period = {period: found.due(rule.key, period, line) for period in ended}
        else:
            continue  # that there was an event is known by its posting alone
        for period, due in due_by_period.items():
            duty = rules.judged(rule.key, period, due, None, today)
            if duty.state in wanted and found.is_asked(rule.key, line, due):
                duties.append(duty)
    periods = {key: frozenset(duty.period for duty in duties if duty.key == key) for key in {d.key for d in duties}}
    last = rules.last_ended(clock.MONTH, today)
    newest = (duty for duty in duties if State.OLDER in wanted and (duty.key, duty.period) == (FINANCE, last))
    return _Expected(sorted(duties, key=lambda duty: (duty.due, duty.key)), periods, next(newest, None))


def posted_lately(place_ids: Collection[int], today: date) -> Posted:
    """What these villages (others may be among them) have posted of the last months, and of the whole year in which
    these begin; two queries. One row a village and duty, put together by the database.

    Statements are asked for by themselves: an index holds all that the others need. Most villages have posted the same
    periods, so each list of them is taken apart once.
    """
    kinds = {rule.kind for rule in active() if rule.rhythm is not Rhythm.EVENT}
    periods = func.aggregate_strings(Item.period, " ")
    no_class, first = literal(None, String()), _since(today)[:4]
    apart: dict[tuple[str, str], frozenset[str]] = {}
    found: dict[int, dict[str, frozenset[str]]] = {}
    for wanted, subject in ((kinds - {"statement"}, no_class), (kinds & {"statement"}, Item.subject)):
        grouped = (Item.place_id, Item.kind) if subject is no_class else (Item.place_id, Item.kind, subject)
        query = select(Item.place_id, Item.kind, subject, periods).group_by(*grouped)
        query = query.where(of_places(Item.place_id, place_ids), Item.kind.in_(wanted), Item.period >= first)
        for place_id, kind, of_class, text in db.session.connection().execute(query):
            key = key_of(kind, of_class)
            if (key, text) not in apart:
                apart[key, text] = frozenset(rules.slot(key, period) for period in text.split())
            found.setdefault(place_id, {})[key] = apart[key, text]
    return found


# ---------------------------------------------------------------- reminders, and orders not given


@dataclass(frozen=True)
class Sent:
    """One reminder: the day, and what it was."""

    on: date
    what: Reminded


def reminders(place_ids: Collection[int], since: date = date.min) -> dict[tuple[int, str, str], list[Sent]]:
    """By (village, duty, period), the reminders written since a day, oldest first."""
    query = (
        select(Reminder.place_id, Reminder.key, Reminder.period, Reminder.sent_on, Reminder.what)
        .where(Reminder.place_id.in_(place_ids), Reminder.sent_on >= since)
        .order_by(Reminder.sent_on, Reminder.id)
    )
    found: dict[tuple[int, str, str], list[Sent]] = {}
    for place_id, key, period, on, what in db.session.execute(query):
        found.setdefault((place_id, key, period), []).append(Sent(on, Reminded(what)))
    return found


@dataclass(frozen=True)
class Told:
    """On how many days a village was reminded, on which day last, and when the township's letter went to it."""

    days: int
    last: date
    letter: date | None


def told(place_ids: Collection[int], since: date) -> dict[int, Told]:
    """By village, how it was reminded since a day; those that were not are left out."""
    letter = func.max(case((Reminder.what == Reminded.LETTER, Reminder.sent_on)))
    query = (
        select(Reminder.place_id, func.count(Reminder.sent_on.distinct()), func.max(Reminder.sent_on), letter)
        .where(Reminder.place_id.in_(place_ids), Reminder.sent_on >= since)
        .group_by(Reminder.place_id)
    )
    return {place_id: Told(days, last, by_letter) for place_id, days, last, by_letter in db.session.execute(query)}


@dataclass(frozen=True)
class Orders:
    """How many drafts wait for a township's order, and since when the oldest does."""

    count: int
    since: date


def orders_waiting(township_ids: Collection[int], today: date) -> dict[int, Orders]:
    """By township: drafts whose signers were silent too long, and which it has not ordered to be published."""
    query = (
        select(Place.parent_id, func.count(), func.min(Waiting.since))
        .join(Place, Place.id == Waiting.place_id)
        .where(Place.parent_id.in_(township_ids), Waiting.settled_on.is_(None), Waiting.since <= today)
        .group_by(Place.parent_id)
    )
    return {township: Orders(count, since) for township, count, since in db.session.execute(query) if township}
