"""Decisions of the public pages: when a month was due, what may be compared, how a chart is laid out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from statistics import median
from typing import Any

from portal.clock import period_bounds, period_of, shift_period
from portal.text import N_, Message

NEW_LAW = date(2026, 1, 1)  # the amended Organic Law of the Villagers' Committees in force


class State(Enum):
    """What a month of a village's calendar is; computed when read, never stored."""

    ON_TIME = "on-time"
    LATE = "late"
    MISSING = "missing"
    OPEN = "open"
    OLDER = "older"


@dataclass(frozen=True)
class Posting:
    """The first posting of a month: its date, and the number of the item that is current today."""

    number: int
    on: date
    taken_over: bool = False


@dataclass(frozen=True)
class Month:
    """One month of a village: `days` late (posted late, or still missing today); `due` the last day in time."""

    period: str
    state: State
    due: date
    days: int = 0
    posting: Posting | None = None

    @property
    def month(self) -> int:
        return int(self.period[5:])

    @property
    def year(self) -> int:
        return int(self.period[:4])


def due_date(period: str, due_day: int) -> date:
    """The last day on which a month's finance is posted in time: `due_day` of the next month (its last day at most)."""
    first, last = period_bounds(shift_period(period, 1))
    return min(first.replace(day=1) + timedelta(days=due_day - 1), last)


def month_of(period: str, posting: Posting | None, due_day: int, today: date, opened: date = date.min) -> Month:
    """What a month is today. What was taken over from older records, or was due before the portal `opened`, has no
    lateness: there was nowhere to post it."""
    due = due_date(period, due_day)
    if due < opened:
        return Month(period, State.OLDER, due, posting=posting)
    if posting is None:
        late = (today - due).days
        return Month(period, State.MISSING if late > 0 else State.OPEN, due, max(late, 0))
    if posting.taken_over:
        return Month(period, State.OLDER, due, posting=posting)
    late = (posting.on - due).days
    return Month(period, State.LATE if late > 0 else State.ON_TIME, due, max(late, 0), posting)


def calendar(
    postings: Mapping[str, Posting],
    due_day: Callable[[str], int],
    today: date,
    months: int | None = None,
    opened: date = date.min,
) -> list[Month]:
    """A village's months, oldest first, from its first posting up to last month; the running month only if posted.

    What lies before the first posting is not missing. `due_day` gives the county's setting for a period; `months`
    keeps the newest ones only.
    """
    if not postings:
        return []
    last = max(shift_period(period_of(today), -1), max(postings))
    period, found = min(postings), []
    while period <= last:
        found.append(month_of(period, postings.get(period), due_day(period), today, opened))
        period = shift_period(period, 1)
    return found[-months:] if months else found


def by_year(months: Iterable[Month]) -> list[tuple[int, list[Month | None]]]:
    """Months as rows that begin with January, newest year first; None before the first posting."""
    years: dict[int, list[Month | None]] = {}
    for month in months:
        year = years.setdefault(month.year, [])
        year.extend([None] * (month.month - 1 - len(year)))
        year.append(month)
    return sorted(years.items(), reverse=True)


def missing_in_a_row(months: Sequence[Month]) -> int:
    """How many months at the end of a calendar are overdue and not posted."""
    count = 0
    for month in reversed(months):
        if month.state is State.OPEN:
            continue
        if month.state is not State.MISSING:
            break
        count += 1
    return count


def in_force(rows: Iterable[tuple[date, Any]], on: date, default: Any) -> Any:
    """The value of a dated setting on a day; `rows` are (valid from, value) from the county down to the village."""
    value = default
    for valid_from, row in rows:
        if valid_from <= on:
            value = row
    return value


@dataclass(frozen=True)
class PerHead:
    """Spending per head in fen: the village's, the middle of its township's villages, and of how many."""

    own: int
    middle: int
    villages: int


def per_head(
    own: int, spending: Mapping[int, int], population: Mapping[int, int], pool_minimum: int
) -> PerHead | int | None:
    """The village's spending per head beside the township's median.

    `spending` and `population` are by village id, fen and heads. None when the village's own population is unknown;
    the number of comparable villages when they are fewer than `pool_minimum` (then nothing is compared: with two or
    three villages a median is a neighbour's figure, not a measure).
    """
    if not population.get(own) or own not in spending:
        return None
    rates = {place: round(fen / population[place]) for place, fen in spending.items() if population.get(place)}
    if len(rates) < pool_minimum:
        return len(rates)
    return PerHead(rates[own], round(median(rates.values())), len(rates))


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """Text cut into pieces, True for those that match a word (case is ignored)."""
    pieces: list[tuple[str, bool]] = []
    lower, at, plain = text.casefold(), 0, 0
    if len(lower) != len(text):  # a few letters change length when folded; then positions would be wrong
        lower = text
    wanted = [word.casefold() for word in words if word]
    while at < len(text):
        hit = next((word for word in wanted if lower.startswith(word, at)), None)
        if hit is None:
            at += 1
            continue
        if plain < at:
            pieces.append((text[plain:at], False))
        at += len(hit)
        pieces.append((text[at - len(hit) : at], True))
        plain = at
    if plain < len(text):
        pieces.append((text[plain:], False))
    return pieces


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: `width` in percent of the longest."""

    label: str
    amount: int
    width: float


def bars(parts: Sequence[tuple[str, int]], longest: int, keep: int = 8, rest: str = "") -> list[Bar]:
    """Amounts as bars, widths against `longest`; beyond `keep` the small ones are added up under `rest`."""
    shown = list(parts[:keep])
    if len(parts) > keep:
        shown.append((rest, sum(amount for _, amount in parts[keep:])))
    return [
        Bar(label, amount, round(100 * max(amount, 0) / longest, 1) if longest > 0 else 0) for label, amount in shown
    ]


@dataclass(frozen=True)
class Curve:
    """Amounts over months as steps of an SVG: `bars` are (x, y, height, negative); `zero` the y of nought."""

    width: int
    height: int
    zero: float
    bars: Sequence[tuple[float, float, float, bool]]
    step: float


def curve(amounts: Sequence[int | None], width: int = 720, height: int = 160) -> Curve:
    """Lay out one column per month (None: not posted, an empty place); the scale always contains nought."""
    known = [amount for amount in amounts if amount is not None] or [0]
    top, bottom = max(0, *known), min(0, *known)
    scale = height / ((top - bottom) or 1)
    step = width / max(len(amounts), 1)
    columns = []
    for index, amount in enumerate(amounts):
        if amount is not None:
            y = (top - max(amount, 0)) * scale
            columns.append((round(index * step, 1), round(y, 1), round(max(abs(amount) * scale, 1), 1), amount < 0))
    return Curve(width, height, round(top * scale, 1), columns, round(step, 2))


def right_to_turn(on: date) -> Message:
    """Which article lets villagers turn to the township or county, by the law in force on that day."""
    if on >= NEW_LAW:
        return Message(
            N_("Posted late or untrue? The township and the county must look into it (Organic Law of 2025, art. 36).")
        )
    return Message(
        N_("Posted late or untrue? The township and the county must look into it (Organic Law of 2018, art. 31).")
    )
