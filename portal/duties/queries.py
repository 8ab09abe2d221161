"""What a village owes and has posted, read from the gazette: whole, one duty of it, or that of one item."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.clock import MONTH, grain_of, period_bounds, shift_period
from portal.database import db
from portal.duties import rules
from portal.duties.rules import RULES, Duty, Posting, Rhythm, Rule, State
from portal.gazette.models import LINE_TABLES, Item, Log, Withholding
from portal.gazette.queries import ItemView
from portal.kinds import KINDS
from portal.kinds.base import Type
from portal.places import queries as places
from portal.places.queries import Dated, PlaceView

FINANCE = "finance"
SETTINGS = ("duties", "assembly_days", *sorted({rule.setting for rule in RULES}))
"""What duties are computed with; pages that read settings anyway read these along."""
REPORTS_SHOWN = 3  # years
EVENTS_SHOWN = 8
EVENTS_OF_A_PERIOD = 200


def active() -> list[Rule]:
    """The duties whose kind can be posted here, each once, in the order of the rules."""
    newest = [rules.rule_of(key) for key in dict.fromkeys(rule.key for rule in RULES)]
    return [rule for rule in newest if rule is not None and rule.kind in KINDS]


def opened_on() -> date:
    """The day on which the gazette was opened; what was due before could not be posted here."""
    first = db.session.scalar(select(func.min(Log.opened_at)))
    return clock.today(first) if first else date.min


# ---------------------------------------------------------------- what was posted


def posted(
    place_ids: Collection[int], keys: Collection[str], since: str = ""
) -> dict[int, dict[str, dict[str, Posting]]]:
    """By village, duty and period: when it was first posted, and the number of what is current; from `since` on."""
    query = (
        select(Item.place_id, Item.kind, Item.subject, Item.period, Item.number, Item.published_at, Item.taken_over)
        .where(Item.place_id.in_(place_ids), Item.kind.in_({key.partition(":")[0] for key in keys}))
        .where(Item.period >= since)
        .order_by(Item.number)
    )
    found: dict[int, dict[str, dict[str, Posting]]] = {}
    for place_id, kind, subject, of_period, number, published_at, taken_over in db.session.connection().execute(query):
        key = key_of(kind, subject)
        period = of_period or ""
        if key != FINANCE:
            period = rules.slot(key, period)
        if key not in keys or (key != FINANCE and not _has_grain(key, period)):
            continue
        of_duty = found.setdefault(place_id, {}).setdefault(key, {})
        first = of_duty.get(period)
        if first is None:
            of_duty[period] = Posting(number, clock.today(published_at), taken_over)
        else:  # a correction does not make a posting late
            of_duty[period] = Posting(number, first.on, first.taken_over)
    return found


def key_of(kind: str, subject: str | None) -> str:
    """The duty that an item of this kind and subject is about."""
    return f"{kind}:{subject}" if kind == "statement" else kind


def _has_grain(key: str, period: str) -> bool:
    """Can this period be the duty's? A year's list of contracts stands for no quarter."""
    rule = rules.rule_of(key)
    return rule is None or rule.rhythm not in (Rhythm.MONTH, Rhythm.QUARTER) or grain_of(period) == rule.rhythm.value


def months_of(place_ids: Collection[int], since: str = "") -> dict[int, dict[str, Posting]]:
    """By village and month: the postings of finance."""
    found = posted(place_ids, (FINANCE,), since)
    return {place_id: of_place.get(FINANCE, {}) for place_id, of_place in found.items()}


# ---------------------------------------------------------------- the ground that duties stand on


@dataclass(frozen=True)
class Ground:
    """What the duties of some villages are computed from: settings with their history, the day the gazette opened, and
    each village's own first day, where it is known."""

    settings: Dated
    opened: date
    first_days: Mapping[int, date] = field(default_factory=dict)
    _due: dict[tuple[str, int, str], date] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _has_own_duties(self) -> bool:
        """Did anybody ever say what is asked for? Else it is everything."""
        return any(key == "duties" for key, _place_id in self.settings.rows)

    def first_day(self, place_id: int) -> date | None:
        """The first day on which this village could post here; None where nobody knows when it began."""
        first = self.first_days.get(place_id)
        return None if first is None else max(first, self.opened)

    def floor(self, place_id: int) -> date:
        """What was due before is nobody's fault."""
        return self.first_day(place_id) or self.opened

    def first_month(self, place_id: int, above: Sequence[int]) -> str | None:
        """The first month whose finance the village owes; None where nobody knows when it began."""
        first = self.first_day(place_id)
        if first is None:
            return None
        return rules.first_period(MONTH, first, lambda period: self.due(FINANCE, period, above))

    def due(self, key: str, period: str, line: Sequence[int]) -> date:
        """The last day in time of a month's or quarter's duty, by the county's setting when the period had ended."""
        known = self._due.get((key, line[0], period))
        if known is None:
            rule = rules.rule_of(key)
            assert rule is not None
            ended = period_bounds(shift_period(period, 1))[0]
            known = rules.due_after(period, int(self.settings.value(rule.setting, line[:1], ended)))
            self._due[key, line[0], period] = known
        return known

    def is_asked(self, key: str, line: Sequence[int], on: date) -> bool:
        """Was it a duty on this day, by law and by the county's choice?"""
        if not rules.is_duty(key, on):
            return False
        return not self._has_own_duties or key in self.settings.value("duties", line, on)

    def judged(self, key: str, period: str, posting: Posting | None, line: Sequence[int], today: date) -> Duty:
        """What one month's or quarter's duty of the last place of `line` is today."""
        due = self.due(key, period, line)
        duty = rules.judged(key, period, due, posting, today, self.floor(line[-1]))
        return duty if self.is_asked(key, line, due) else Duty(key, period, State.OLDER, due, posting=posting)

    def after_event(self, kind: str, period: str, days: Iterable[date], posting: Posting, line: Sequence[int]) -> Duty:
        """What a posting about an event is."""
        rule = rules.rule_of(kind)
        assert rule is not None
        allowed = int(self.settings.value(rule.setting, line, posting.on))
        return rules.after_event(kind, period, allowed, days, posting, self.floor(line[-1]))

    def assemblies(self, rule: Rule, line: Sequence[int], years: Iterable[int], today: date) -> dict[str, date]:
        """By year reported on, the day on which what is due before the members' assembly was or is due."""
        days = self.settings.value("assembly_days", line, date.max)
        ahead = int(self.settings.value(rule.setting, line, today))
        return rules.before_assembly(days, ahead, years)


def ground(place_ids: Collection[int], settings: Dated | None = None) -> Ground:
    """The ground of these villages, in five queries at most. Where nobody knows when a village began, it began when its
    first month had ended: what lies before its first posting is not missing."""
    first_days = places.first_days(place_ids)
    unknown = set(place_ids) - set(first_days)
    if unknown:
        query = select(Item.place_id, func.min(Item.period)).where(Item.place_id.in_(unknown), Item.kind == FINANCE)
        for place_id, period in db.session.execute(query.group_by(Item.place_id)):
            first_days[place_id] = period_bounds(shift_period(period or "", 1))[0]
    return Ground(settings or places.dated_settings(SETTINGS), opened_on(), first_days)


# ---------------------------------------------------------------- one village


@dataclass(frozen=True)
class Event:
    """A posting about an event: `duty` says whether it came in time."""

    duty: Duty
    number: int


@dataclass(frozen=True)
class VillageDuties:
    """All duties of a village: months of finance, quarters and yearly reports by duty, the newest events."""

    months: Sequence[Duty]
    quarters: Mapping[str, Sequence[Duty]]
    reports: Sequence[Duty]
    events: Sequence[Event]

    @cached_property
    def missing(self) -> list[Duty]:
        """What is not posted although it was due, the longest missing first."""
        every = (*self.months, *(duty for duties in self.quarters.values() for duty in duties), *self.reports)
        return sorted((duty for duty in every if duty.state is State.MISSING), key=lambda duty: (duty.due, duty.key))


def of_village(place: PlaceView, line: Sequence[int], found: Ground, today: date) -> VillageDuties:
    """Every duty of a village today; a village that is no more owes nothing after its last day. `line` are the ids from
    the county down to it."""
    until = min(today, place.ended_on or today)
    of_place = posted([place.id], [rule.key for rule in active()]).get(place.id, {})

    def calendar(rule: Rule) -> list[Duty]:
        return rules.calendar(
            rule.key,
            of_place.get(rule.key, {}),
            lambda period: found.due(rule.key, period, line),
            until,
            found.first_day(place.id),
            found.floor(place.id),
            lambda due: found.is_asked(rule.key, line, due),
        )

    quarters = {rule.key: calendar(rule) for rule in active() if rule.rhythm is Rhythm.QUARTER}
    return VillageDuties(
        months=next((calendar(rule) for rule in active() if rule.rhythm is Rhythm.MONTH), []),
        quarters={key: duties for key, duties in quarters.items() if any(d.state is not State.OLDER for d in duties)},
        reports=_reports(found, line, of_place, until),
        events=events_of(line, found),
    )


def _reports(
    found: Ground, line: Sequence[int], of_place: Mapping[str, Mapping[str, Posting]], today: date
) -> list[Duty]:
    """What is due before the members' assemblies whose days are known, oldest first."""
    floor, duties = found.floor(line[-1]), []
    for rule in active():
        if rule.rhythm is not Rhythm.ASSEMBLY:
            continue
        years = range(max(floor.year, today.year - REPORTS_SHOWN) - 1, today.year + 1)
        for period, due in found.assemblies(rule, line, years, today).items():
            if due >= floor and found.is_asked(rule.key, line, due):
                posting = of_place.get(rule.key, {}).get(period)
                duties.append(rules.judged(rule.key, period, due, posting, today, floor))
    return sorted(duties, key=lambda duty: (duty.due, duty.key))


def events_of(
    line: Sequence[int], found: Ground, limit: int = EVENTS_SHOWN, period: str | None = None, kind: str | None = None
) -> list[Event]:
    """The newest postings of a village about events, newest first. Corrections are left out, for they are never first,
    and what is withheld: without its lines nobody knows when the event was."""
    kinds = {rule.kind for rule in active() if rule.rhythm is Rhythm.EVENT and kind in (None, rule.kind)}
    if not kinds:
        return []
    query = select(Item.number, Item.kind, Item.period, Item.published_at, Item.taken_over).where(
        Item.place_id == line[-1], Item.kind.in_(kinds), Item.supersedes.is_(None), Item.period.is_not(None),
        Item.number.not_in(select(Withholding.number)),
    )  # fmt: skip
    if period is not None:
        query = query.where(Item.period == period)
    newest = (Item.number + 0).desc()  # a bare column tempts SQLite to walk through all items of the county
    rows = db.session.execute(query.order_by(newest).limit(limit)).all()
    days = _event_days(rows)
    events = []
    for number, of_kind, of_period, published_at, taken_over in rows:
        posting = Posting(number, clock.today(published_at), taken_over)
        events.append(Event(found.after_event(of_kind, of_period or "", days.get(number, ()), posting, line), number))
    return events


def _event_days(rows: Sequence[Any]) -> dict[int, set[date]]:
    """By item, every day that its lines name; a query a kind."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row.kind].append(row.number)
    found: dict[int, set[date]] = defaultdict(set)
    for kind, of_kind in numbers.items():
        table = LINE_TABLES[kind]
        days = [table.c[column.name] for column in KINDS[kind].columns if column.type is Type.DATE]
        if days:
            query = select(table.c.number, *days).where(table.c.number.in_(of_kind)).distinct()
            for number, *named in db.session.execute(query):
                found[number] |= {date.fromisoformat(day) for day in named if day}
    return found


def of_item(
    item: ItemView, lines: Iterable[Mapping[str, Any]], line: Sequence[int], found: Ground, today: date
) -> Duty | None:
    """What the posting of an item was: in time or late, by the first posting of its period (or its event); None for
    what no duty asks for. One query more for a correction or a quarter's list."""
    key = key_of(item.kind, item.subject)
    rule = rules.rule_of(key)
    if rule is None or not item.period:
        return None
    posting = Posting(item.number, clock.today(item.published_at), item.taken_over)
    if rule.rhythm is Rhythm.EVENT:
        if item.supersedes:
            return None
        columns = [column.name for column in KINDS[item.kind].columns if column.type is Type.DATE]
        days = {date.fromisoformat(row[name]) for row in lines for name in columns if row.get(name)}
        return found.after_event(key, item.period, days, posting, line)
    period = rules.slot(key, item.period)
    if not _has_grain(key, period):
        return None
    if item.supersedes or rule.rhythm is not Rhythm.MONTH:
        posting = posted([item.place_id], (key,)).get(item.place_id, {}).get(key, {}).get(period, posting)
    if rule.rhythm is Rhythm.ASSEMBLY:
        due = found.assemblies(rule, line, [int(period[:4])], today).get(period)
        return rules.judged(key, period, due, posting, today, found.floor(line[-1])) if due else None
    return found.judged(key, period, posting, line, today)


def duty_of(place: PlaceView, line: Sequence[int], settings: Dated, key: str, period: str, today: date) -> Duty | None:
    """One duty of a village: of a month, quarter or year, or the latest posting about an event of a period; None where
    there is no such duty."""
    rule = rules.rule_of(key)
    if rule is None or rule.kind not in KINDS:
        return None
    found = ground([place.id], settings)
    if rule.rhythm is Rhythm.EVENT:
        events = events_of(line, found, EVENTS_OF_A_PERIOD, period, rule.kind)
        return max((event.duty for event in events), key=lambda duty: duty.days, default=None)
    every = of_village(place, line, found, today)
    candidates = (*every.months, *every.quarters.get(key, ()), *every.reports)
    return next((duty for duty in candidates if (duty.key, duty.period) == (key, period)), None)
