"""What is due by which law and when, and what a posting or its absence means on a day: dated data, plain decisions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

from portal.clock import MONTH, QUARTER, grain_of, period_bounds, period_of, shift_period
from portal.places.settings import DUTIES
from portal.text import N_, Message

# ---------------------------------------------------------------- the law, with its dates


@dataclass(frozen=True)
class Law:
    """A law or rule as papers name it, in force from `since` to `until` (its last day)."""

    name: str
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


ORGANIC_2018 = Law(N_("Organic Law of 2018"), date(2018, 12, 29), date(2025, 12, 31))
ORGANIC_2025 = Law(N_("Organic Law of 2025"), date(2026, 1, 1))
COLLECTIVE = Law(N_("Law on rural collective economic organisations"), date(2025, 5, 1))
POSTING = Law(N_("Rules on posting the finances of rural collectives (2011)"), date(2011, 11, 21))


class Rhythm(StrEnum):
    """When something is due: after each month or quarter, after an event, or before the members' assembly."""

    MONTH = MONTH
    QUARTER = QUARTER
    EVENT = "event"
    ASSEMBLY = "assembly"


@dataclass(frozen=True)
class Rule:
    """One duty while one law is in force. `key` is the kind, or ``statement:CLASS``; `setting` the county's dated
    setting: a day of the month after the period, or a number of days after the event or before the assembly."""

    key: str
    rhythm: Rhythm
    setting: str
    law: Law
    articles: str

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def label(self) -> str:
        return DUTIES[self.key]


def _dated(key: str, rhythm: Rhythm, setting: str, *sources: tuple[Law, str]) -> list[Rule]:
    return [Rule(key, rhythm, setting, law, articles) for law, articles in sources]


_POSTED = ((ORGANIC_2018, "30"), (ORGANIC_2025, "35"))
_DECIDED = ((ORGANIC_2018, "24, 30"), (ORGANIC_2025, "28, 35"))
_BEFORE_THE_ASSEMBLY = ((COLLECTIVE, "45, 46"),)

RULES: Sequence[Rule] = (
    *_dated("finance", Rhythm.MONTH, "finance_due_day", *_POSTED),
    *_dated("subsidy", Rhythm.EVENT, "subsidy_due_days", *_POSTED),
    *_dated("project", Rhythm.EVENT, "project_due_days", *_DECIDED),
    *_dated("contract", Rhythm.QUARTER, "quarterly_due_day", *_POSTED),
    *_dated("decision", Rhythm.EVENT, "decision_due_days", *_DECIDED),
    *_dated("statement:assets", Rhythm.QUARTER, "quarterly_due_day", (POSTING, "")),
    *_dated("statement:claims", Rhythm.QUARTER, "quarterly_due_day", (POSTING, "")),
    *_dated("statement:debts", Rhythm.QUARTER, "quarterly_due_day", (POSTING, "")),
    *_dated("statement:report", Rhythm.ASSEMBLY, "annual_report_days", *_BEFORE_THE_ASSEMBLY),
    *_dated("statement:distribution", Rhythm.ASSEMBLY, "annual_report_days", *_BEFORE_THE_ASSEMBLY),
)
"""Every duty under every law it stood or stands in. The days themselves are settings of the county."""

TURN, REVIEW, APPRAISAL, AUDIT = "turn", "review", "appraisal", "audit"
MATTERS: Mapping[str, Sequence[tuple[Law, str]]] = {
    TURN: ((ORGANIC_2018, "31"), (ORGANIC_2025, "36")),
    REVIEW: ((ORGANIC_2018, "32"), (ORGANIC_2025, "37")),
    APPRAISAL: ((ORGANIC_2018, "33"), (ORGANIC_2025, "38")),
    AUDIT: ((ORGANIC_2018, "35"), (ORGANIC_2025, "40")),
}
"""What the law says besides: whom to turn to, who reviews, how officers are appraised and audited."""


def rule_of(key: str) -> Rule | None:
    """The newest rule of a duty, for its rhythm and setting; None for what is no duty."""
    return _NEWEST.get(key)


_NEWEST = {rule.key: rule for rule in sorted(RULES, key=lambda rule: rule.law.since)}


def is_duty(key: str, on: date) -> bool:
    """Did a law in force on this day ask for it?"""
    return any(rule.key == key and rule.law.holds(on) for rule in RULES)


def citation(what: str, on: date) -> Message | None:
    """The article about a duty or a matter that is in force on a day; None before there was one."""
    of_duties = [(rule.law, rule.articles) for rule in RULES if rule.key == what]
    for law, articles in (*of_duties, *MATTERS.get(what, ())):
        if law.holds(on):
            name = Message(law.name)
            return Message(N_("%(law)s, art. %(articles)s"), {"law": name, "articles": articles}) if articles else name
    return None


def right_to_turn(on: date) -> Message:
    """Where villagers turn with what is late or untrue, by the law in force on that day."""
    source = citation(TURN, on)
    if source is None:
        return Message(N_("Posted late or untrue? Turn to the township or the county."))
    text = N_("Posted late or untrue? The township and the county must look into it (%(source)s).")
    return Message(text, {"source": source})


# ---------------------------------------------------------------- a duty on a day


class State(Enum):
    """What a duty is on a day; computed when read, never stored."""

    ON_TIME = "on-time"
    LATE = "late"
    MISSING = "missing"
    OPEN = "open"
    OLDER = "older"
    """Older records, or due before anybody could post it here, or not asked for."""


@dataclass(frozen=True)
class Posting:
    """The first posting of a period: its date, and the number of the item that is current today."""

    number: int
    on: date
    taken_over: bool = False


@dataclass(frozen=True)
class Duty:
    """One thing due: `days` late (posted late, or still missing today); `due` the last day in time."""

    key: str
    period: str
    state: State
    due: date
    days: int = 0
    posting: Posting | None = None

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def about(self) -> str:
        """The class of a statement; empty for other kinds."""
        return self.key.partition(":")[2]

    @property
    def label(self) -> str:
        return DUTIES[self.key]

    @property
    def month(self) -> int:
        return int(self.period[5:])

    @property
    def year(self) -> int:
        return int(self.period[:4])

    @property
    def is_at_fault(self) -> bool:
        """Is it late or missing, so that the law lets villagers turn to the township?"""
        return self.state in (State.LATE, State.MISSING)


def due_after(period: str, day: int) -> date:
    """Due on `day` of the month after a month or quarter (on its last day at most)."""
    first = period_bounds(shift_period(period, 1))[0]
    return min(first + timedelta(days=day - 1), period_bounds(period_of(first))[1])


def judged(key: str, period: str, due: date, posting: Posting | None, today: date, floor: date = date.min) -> Duty:
    """What a duty is today. What was taken over from older records, or was due before `floor` (the first day on which
    this village could post here), has no lateness."""
    if due < floor or (posting is not None and posting.taken_over):
        return Duty(key, period, State.OLDER, due, posting=posting)
    late = ((today if posting is None else posting.on) - due).days
    if posting is None:
        return Duty(key, period, State.MISSING if late > 0 else State.OPEN, due, max(late, 0))
    return Duty(key, period, State.LATE if late > 0 else State.ON_TIME, due, max(late, 0), posting)


def slot(key: str, period: str) -> str:
    """The period of the duty that a posting of `period` fulfils: a month's list stands for its quarter."""
    rule = _NEWEST.get(key)
    if rule is not None and rule.rhythm is Rhythm.QUARTER and grain_of(period) == MONTH:
        return period_of(period_bounds(period)[0], QUARTER)
    return period


def periods(first: str, last: str) -> list[str]:
    """The periods from one to another, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = shift_period(first, 1)
    return found


def last_ended(grain: str, today: date) -> str:
    """The month or quarter that ended last."""
    return shift_period(period_of(today, grain), -1)


def first_period(grain: str, first_day: date, due_day: Callable[[str], int]) -> str:
    """The first month or quarter that is due on this day or later."""
    period = shift_period(period_of(first_day, grain), -1)
    return period if due_after(period, due_day(period)) >= first_day else shift_period(period, 1)


def calendar(
    key: str,
    postings: Mapping[str, Posting],
    due_day: Callable[[str], int],
    today: date,
    first_day: date | None = None,
    floor: date = date.min,
    is_asked: Callable[[date], bool] = lambda due: True,
) -> list[Duty]:
    """A duty's periods, oldest first: from the first one due on or after the village's `first_day`, or the first
    posting if that is older, up to the one that ended last; a running one only if posted.

    Where nobody knows the first day, what lies before the first posting is not missing. `due_day` gives the county's
    setting for a period; what was due before `floor`, or is not asked for on its day, is no duty.
    """
    grain = _NEWEST[key].rhythm.value
    begins = [min(postings)] if postings else []
    if first_day is not None:
        begins.append(first_period(grain, first_day, due_day))
    if not begins:
        return []
    found = []
    for period in periods(min(begins), max(last_ended(grain, today), max(postings, default=""))):
        due = due_after(period, due_day(period))
        duty = judged(key, period, due, postings.get(period), today, floor)
        found.append(duty if is_asked(due) else Duty(key, period, State.OLDER, due, posting=duty.posting))
    return found


def after_event(
    key: str, period: str, days: int, events: Iterable[date], posting: Posting, floor: date = date.min
) -> Duty:
    """What the posting of an event is. It tells of the newest event that had happened by then (rows of older steps are
    repeated); without a date, of the end of its period: what is in doubt is not called late."""
    happened = [day for day in events if day <= posting.on]
    event = max(happened, default=period_bounds(period)[1])
    return judged(key, period, event + timedelta(days=days), posting, posting.on, floor)


def before_assembly(assemblies: Iterable[date], days: int, years: Iterable[int]) -> dict[str, date]:
    """By year reported on: when its report is due, `days` before the first assembly of the next year."""
    first: dict[int, date] = {}
    for day in sorted(assemblies, reverse=True):
        first[day.year] = day
    return {str(year): first[year + 1] - timedelta(days=days) for year in years if year + 1 in first}


def by_year(months: Iterable[Duty]) -> list[tuple[int, list[Duty | None]]]:
    """Months as rows that begin with January, newest year first; None where nothing is known."""
    years: dict[int, list[Duty | None]] = {}
    for month in months:
        year = years.setdefault(month.year, [])
        year.extend([None] * (month.month - 1 - len(year)))
        year.append(month)
    return sorted(years.items(), reverse=True)


def missing_in_a_row(months: Sequence[Duty]) -> int:
    """How many months at the end of a calendar are overdue and not posted."""
    count = 0
    for month in reversed(months):
        if month.state is State.OPEN:
            continue
        if month.state is not State.MISSING:
            break
        count += 1
    return count


# ---------------------------------------------------------------- reminders


class Reminded(StrEnum):
    """What a reminder was: before the day, after it, or the township's letter on paper."""

    BEFORE = "before"
    AFTER = "after"
    LETTER = "letter"


def reminder_day(due: date, today: date, before: Iterable[int], after: Iterable[int]) -> date | None:
    """The newest day, up to today, on which a reminder of this duty was planned; None if there was none yet.

    Once a duty is late only the days after it count: "due in 3 days" is no news then.
    """
    if today > due:
        planned = [due + timedelta(days=days) for days in after]
    else:
        planned = [due - timedelta(days=days) for days in before]
    return max((day for day in planned if day <= today), default=None)


def must_remind(due: date, today: date, before: Iterable[int], after: Iterable[int], sent: Iterable[date]) -> bool:
    """Is a reminder planned that was not sent? A worker that stood still for days sends one, not all of them."""
    planned = reminder_day(due, today, before, after)
    return planned is not None and not any(day >= planned for day in sent)
