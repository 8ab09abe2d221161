"""Time: UTC inside, county time outside; working days; periods of the county's calendar.

Nobody calls `datetime.now` but this module, so that tests stop the clock with `stopped`.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

COUNTY_TIME = ZoneInfo("Asia/Shanghai")  # one time zone in the whole country
_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)
_PERIOD = re.compile(r"(20\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")
_TYPED = re.compile(r"(20\d\d)(?:[-./年](1[0-2]|0?[1-9])(?:月份?)?|[-./年]?(?:第?([1-4一二三四])季度?|Q([1-4]))|年)?")
_QUARTERS = str.maketrans("一二三四", "1234")
MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}


def now() -> datetime:
    """This moment, aware, in UTC, whole seconds."""
    return (_stopped_at.get() or datetime.now(UTC)).replace(microsecond=0)


def today(at: datetime | None = None) -> date:
    """The county's date at `at` (default: now)."""
    return (at or now()).astimezone(COUNTY_TIME).date()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Inside the block it is `at` (aware); for tests and for the demo's history."""
    token = _stopped_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def is_working_day(day: date, holidays: Collection[date] = (), worked: Collection[date] = ()) -> bool:
    """Monday to Friday without `holidays`, and the days `worked` instead (a Saturday after a long holiday)."""
    return day in worked or (day.weekday() < 5 and day not in holidays)


def add_working_days(start: date, days: int, holidays: Collection[date] = (), worked: Collection[date] = ()) -> date:
    """The date `days` working days after `start`."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day, holidays, worked):
            days -= 1
    return day


def grain_of(text: str) -> str | None:
    """What a period is: ``2026-03`` a month, ``2026-Q1`` a quarter, ``2026`` a year; None for anything else."""
    match = _PERIOD.fullmatch(text)
    if not match:
        return None
    return MONTH if match[2] else QUARTER if match[3] else YEAR


def typed_period(text: str) -> str:
    """A period as people write it (2026年3月, 2026年第一季度, 2026 Q1, 2026.3, 2026年) in its one form; what is none
    comes back as it is."""
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    found = _TYPED.fullmatch(plain)
    if not found:
        return text.strip()
    year, month, quarter, short = found.groups()
    if quarter := quarter or short:
        return f"{year}-Q{quarter.translate(_QUARTERS)}"
    return f"{year}-{int(month):02d}" if month else year


def is_period(text: str, grains: Collection[str] = (MONTH,)) -> bool:
    """Is this a period of one of these grains, by default a month such as ``2026-03``?"""
    return grain_of(text) in grains


@lru_cache(maxsize=4096)  # calendars and boards ask for the same few hundred periods over and over
def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of a month, quarter or year; ValueError if it is none."""
    match = _PERIOD.fullmatch(period)
    if not match:
        raise ValueError(period)
    year = int(match[1])
    first, last = (
        (int(match[2]),) * 2 if match[2] else (int(match[3]) * 3 - 2, int(match[3]) * 3) if match[3] else (1, 12)
    )
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def period_of(day: date, grain: str = MONTH) -> str:
    """The month (quarter, year) a day belongs to: ``2026-03``, ``2026-Q1``, ``2026``."""
    if grain == YEAR:
        return f"{day.year:04d}"
    return f"{day.year:04d}-{day.month:02d}" if grain == MONTH else f"{day.year:04d}-Q{(day.month + 2) // 3}"


@lru_cache(maxsize=4096)
def shift_period(period: str, by: int) -> str:
    """The period of the same grain `by` months (quarters, years) later; negative: earlier."""
    first, _last = period_bounds(period)
    grain = grain_of(period) or MONTH
    index = first.year * 12 + first.month - 1 + by * MONTHS_IN[grain]
    return period_of(date(index // 12, index % 12 + 1, 1), grain)
