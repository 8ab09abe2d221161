"""Time: UTC inside, county time outside; working days; periods of the county's calendar.

Nobody calls `datetime.now` but this module, so that tests stop the clock with `stopped`.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

COUNTY_TIME = ZoneInfo("Asia/Shanghai")  # one time zone in the whole country
_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)
_PERIOD = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


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


def add_working_days(start: date, days: int, holidays: Collection[date] = ()) -> date:
    """The date `days` working days after `start` (Monday to Friday, without `holidays`)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            days -= 1
    return day


def is_period(text: str) -> bool:
    """Is this a month such as ``2026-03``?"""
    return _PERIOD.fullmatch(text) is not None


def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of a month ``2026-03``; ValueError if it is none."""
    match = _PERIOD.fullmatch(period)
    if not match:
        raise ValueError(period)
    year, month = int(match[1]), int(match[2])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def period_of(day: date) -> str:
    """The month a day belongs to, ``2026-03``."""
    return f"{day.year:04d}-{day.month:02d}"


def shift_period(period: str, months: int) -> str:
    """The month `months` later (negative: earlier)."""
    first, _ = period_bounds(period)
    index = first.year * 12 + first.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
