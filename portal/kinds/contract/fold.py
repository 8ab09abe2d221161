"""What the postings of one asset come to: who had it from when to when, and year by year what was due and received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.clock import YEAR, period_bounds, period_of
from portal.kinds.base import Posted


@dataclass(frozen=True)
class Lease:
    """One contract about the asset as it was posted last."""

    line: Mapping[str, Any]
    posted: Posted
    is_expired: bool
    """Over by today, and nothing says that it ended."""
    is_running: bool


@dataclass(frozen=True)
class Year:
    """A year's rent in fen: `due` is None where nothing was due by what is posted."""

    year: str
    due: int | None
    received: int
    postings: Sequence[Posted]

    @property
    def short(self) -> int:
        return max(0, (self.due or 0) - self.received)


@dataclass(frozen=True)
class Asset:
    """All that is known of an asset; leases and years newest first. `unpaid_since`: the first of the years in a row, up
    to the newest, in which less came in than was due."""

    name: str
    leases: Sequence[Lease]
    years: Sequence[Year]
    unpaid_since: str | None

    @property
    def is_expired(self) -> bool:
        return any(lease.is_expired for lease in self.leases)

    @property
    def running(self) -> list[Lease]:
        return [lease for lease in self.leases if lease.is_running]


def fold(postings: Sequence[Posted], today: date) -> Asset:
    """What the postings of one asset, oldest first, come to."""
    leases: dict[tuple[Any, ...], Posted] = {}
    by_year: dict[str, dict[tuple[Any, ...], Posted]] = {}
    for posted in postings:
        key = _lease_of(posted)
        leases.pop(key, None)
        leases[key] = posted
        by_year.setdefault(_year_of(posted), {})[key] = posted
    years = [_year(year, list(held.values())) for year, held in sorted(by_year.items(), reverse=True)]
    newest = postings[-1].line if postings else {}
    return Asset(
        str(newest.get("asset", "")),
        [_lease(posted, today) for posted in reversed(leases.values())],
        years,
        _unpaid_since(years),
    )


def _lease_of(posted: Posted) -> tuple[Any, ...]:
    """What tells a contract from the next one about the same asset; a register's second line is another contract."""
    line = posted.line
    return (line.get("party"), line.get("from")) if line.get("party") or line.get("from") else (line.get("key"),)


def _year_of(posted: Posted) -> str:
    return period_of(period_bounds(posted.period)[1] if posted.period else posted.on, YEAR)


def _lease(posted: Posted, today: date) -> Lease:
    line = posted.line
    has_ended = line.get("status") == "ended"
    is_over = line.get("to", "9999") < today.isoformat()
    return Lease(line, posted, is_over and not has_ended, not is_over and not has_ended)


def _year(year: str, postings: Sequence[Posted]) -> Year:
    known = [one.line["due"] for one in postings if "due" in one.line]
    received = sum(one.line.get("received", 0) for one in postings)
    return Year(year, sum(known) if known else None, received, postings)


def _unpaid_since(years: Sequence[Year]) -> str | None:
    found = None
    for year in years:
        if year.due is None and found is None and year is years[0]:
            continue  # the running year, of which nothing is due yet
        if not year.short:
            break
        found = year.year
    return found
