"""What kinds ask for besides the files: limits of days gone by, what was posted before, what neighbours pay."""

from collections.abc import Mapping
from typing import Any

from portal import clock
from portal.gazette import subjects
from portal.kinds.base import Posted
from portal.places import queries as places

LIMITS = ("village_purchase_from", "township_purchase_from", "county_purchase_from")
ALWAYS = "0001-01-01"


def limits(place_id: int, _period: str) -> list[dict[str, Any]]:
    """The limits of purchases with the day from which each set held (``from``), oldest first; empty if they were never
    changed, for then those of today hold for every day."""
    days = places.days_of_change(place_id, LIMITS)
    if not days:
        return []
    first = {"from": ALWAYS, **places.defaults(LIMITS)}
    held = [(day, places.settings_in_force(place_id, day)) for day in days]
    return [first, *({"from": day.isoformat(), **{key: all_[key] for key in LIMITS}} for day, all_ in held)]


def posted(place_id: int, kind: str, supersedes: int | None) -> list[Posted]:
    """The village's current lines of the kind in the order of time, without those of the item that is corrected."""
    found = subjects.posted_lines([place_id], kind).get(place_id, [])
    return [one for one in found if one.number != supersedes]


def neighbours(place_id: int, period: str) -> list[dict[str, Any]]:
    """The rents of the township's contracts that run in a period, each as last posted: place, subject, class, unit and
    rent of one unit for a year (fen)."""
    parent = places.place_by_id(place_id).parent_id
    villages = [place.id for place in places.children(parent)] if parent else [place_id]
    first, last = (day.isoformat() for day in clock.period_bounds(period))
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for village, lines in subjects.posted_lines(villages, "contract").items():
        for one in lines:
            found[village, *(one.line.get(name) for name in ("subject", "party", "from"))] = _rent(village, one.line)
    return [rent for rent in found.values() if rent["per_unit"] and _runs(rent, first, last)]


def _rent(village: int, line: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: line.get(name) for name in ("subject", "class", "unit", "per_unit", "from", "to", "status")}
    return {"place": village, **kept}


def _runs(rent: Mapping[str, Any], first: str, last: str) -> bool:
    return rent["status"] != "ended" and (rent["to"] or last) >= first and (rent["from"] or first) <= last
