"""What an office is, at which level it sits, and who may not hold two of them at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from portal.text import N_


class Level(StrEnum):
    """The three levels of the tree."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


class Role(StrEnum):
    """What an office is for."""

    BOOKKEEPER = "bookkeeper"
    HEAD = "head"
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    AGENCY_BOOKKEEPER = "agency_bookkeeper"
    TOWNSHIP = "township"
    COUNTY = "county"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


ROLE_LABELS: Mapping[Role, str] = {
    Role.BOOKKEEPER: N_("Bookkeeper"),
    Role.HEAD: N_("Village head"),
    Role.SECRETARY: N_("Party secretary"),
    Role.COMMITTEE: N_("Supervision committee"),
    Role.AGENCY_BOOKKEEPER: N_("Agency bookkeeper"),
    Role.TOWNSHIP: N_("Township officer"),
    Role.COUNTY: N_("County officer"),
    Role.INSPECTOR: N_("County inspector"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

LEVEL_LABELS: Mapping[Level, str] = {
    Level.COUNTY: N_("County"),
    Level.TOWNSHIP: N_("Township"),
    Level.VILLAGE: N_("Village"),
}

PARENT_LEVEL: Mapping[Level, Level | None] = {
    Level.COUNTY: None,
    Level.TOWNSHIP: Level.COUNTY,
    Level.VILLAGE: Level.TOWNSHIP,
}

LEVEL_OF_ROLE: Mapping[Role, Level] = {
    Role.BOOKKEEPER: Level.VILLAGE,
    Role.HEAD: Level.VILLAGE,
    Role.SECRETARY: Level.VILLAGE,
    Role.COMMITTEE: Level.VILLAGE,
    Role.AGENCY_BOOKKEEPER: Level.TOWNSHIP,
    Role.TOWNSHIP: Level.TOWNSHIP,
    Role.COUNTY: Level.COUNTY,
    Role.INSPECTOR: Level.COUNTY,
    Role.ADMINISTRATOR: Level.COUNTY,
}

ONE_HOLDER = frozenset({Role.HEAD, Role.SECRETARY})
"""Offices with one holder at a time; the others (a committee of 3 to 5, several officers) may have more."""

KEEPS_OR_SPENDS = frozenset({Role.BOOKKEEPER, Role.AGENCY_BOOKKEEPER, Role.HEAD, Role.SECRETARY})
"""Who keeps or spends the money may not sit on the committee that reviews it (Organic Law art. 37)."""

ALWAYS = date(2000, 1, 1)
"""From when on a code or a population holds if nobody says."""

MANAGE_PLACES = "places:manage"
CONFIRM_TERMS = "places:confirm"
SET_SETTINGS = "settings:set"


@dataclass(frozen=True)
class Held:
    """An office that a person holds on a day."""

    office_id: int
    role: Role
    place_id: int
    level: Level


class Actor(Protocol):
    """Who acts, as this room needs to know him; `portal.accounts.rules.Actor` is one. `person_id` is 0 for the
    operator at the console."""

    @property
    def person_id(self) -> int: ...

    def must(self, permission: str, place_line: Collection[int]) -> None: ...


def needs_second_person(level: str) -> bool:
    """A term at township or county holds only after a second person has confirmed it."""
    return level != Level.VILLAGE


def is_first_administrator(role: Role, *, is_operator: bool, has_administrator: bool, is_over: bool) -> bool:
    """The one exception: whom the operator at the console makes administrator while there is none counts at once,
    for nobody could confirm it. A term that `is_over` helps nobody and is no exception."""
    return role is Role.ADMINISTRATOR and is_operator and not has_administrator and not is_over


def incompatible(role: Role, others: Collection[Role]) -> bool:
    """May somebody who holds `others` over the same village not hold `role` as well?"""
    if role is Role.COMMITTEE:
        return bool(KEEPS_OR_SPENDS & set(others))
    return role in KEEPS_OR_SPENDS and Role.COMMITTEE in others


def overlaps(begins: date, ends: date | None, other_begins: date, other_ends: date | None) -> bool:
    """Do two terms share a day? Both ends belong to the term; None is open."""
    return (ends is None or other_begins <= ends) and (other_ends is None or begins <= other_ends)


def in_force(rows: Iterable[tuple[date, Any]], on: date, default: Any) -> Any:
    """The value of a dated setting on a day; `rows` are (valid from, value) from the county down to the village."""
    value = default
    for valid_from, row in rows:
        if valid_from <= on:
            value = row
    return value


def is_code(text: str) -> bool:
    """Is this a place code: twelve ASCII digits, as the statistical codes are?"""
    return len(text) == 12 and text.isascii() and text.isdigit()
