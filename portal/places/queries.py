"""Reads of places, offices and settings, as plain frozen values."""

import json
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from portal import clock
from portal.database import db
from portal.errors import NotFound
from portal.places import settings as declared
from portal.places import values
from portal.places.models import Office, Person, Place, PlaceCode, PlaceSetting, Term
from portal.places.rules import ALWAYS, Held, Level, Role, in_force
from portal.text import N_

FOUND_AT_MOST = 50


@dataclass(frozen=True)
class PlaceView:
    """A place under its present code; `ended_on` is set for one that is no more."""

    id: int
    code: str
    level: str
    name: str
    parent_id: int | None
    ended_on: date | None = None
    successor_id: int | None = None


@dataclass(frozen=True)
class Holder:
    """Who holds an office of a place on a day."""

    office_id: int
    role: Role
    person_id: int
    name: str


@dataclass(frozen=True)
class TermView:
    """A term as the county's page shows it; pending while `confirmed` is false."""

    id: int
    office_id: int
    role: Role
    place_id: int
    person_id: int
    name: str
    begins: date
    ends: date | None
    appointed_by: int | None
    confirmed: bool


@dataclass(frozen=True)
class InForce:
    """A setting's value at a place on a day: who says so (`source`), since when (None: as shipped), set where."""

    value: Any
    source: str | None
    since: date | None
    place_id: int | None


def _places() -> Any:
    return (
        select(Place.id, PlaceCode.code, Place.level, Place.name, Place.parent_id, Place.ended_on, Place.successor_id)
        .join(PlaceCode, PlaceCode.place_id == Place.id)
        .where(PlaceCode.valid_until.is_(None))
    )


def _views(query: Select[Any]) -> list[PlaceView]:
    return [PlaceView(*row) for row in db.session.execute(query)]


def _standing(query: Select[Any]) -> Select[Any]:
    today = clock.today()
    return query.where(or_(Place.ended_on.is_(None), Place.ended_on > today)).order_by(PlaceCode.code)


def place(code: str) -> PlaceView:
    """The place that has or had this code; NotFound if none. Its `code` is the present one."""
    found = db.session.scalar(select(PlaceCode.place_id).where(PlaceCode.code == code))
    if found is None:
        raise NotFound(N_("There is no place with the code %(code)s."), code=code)
    return place_by_id(found)


def place_by_id(place_id: int) -> PlaceView:
    """The place with this id; NotFound if none."""
    views = _views(_places().where(Place.id == place_id))
    if not views:
        raise NotFound(N_("There is no such place."))
    return views[0]


def places_by_ids(place_ids: Collection[int]) -> dict[int, PlaceView]:
    """Several places at once, by id."""
    return {view.id: view for view in _views(_places().where(Place.id.in_(place_ids)))}


def all_places() -> list[PlaceView]:
    """Every place that stands today, in the order of the codes: the county, then each township and its villages."""
    return _views(_standing(_places()))


def county() -> PlaceView:
    """The county of this installation; NotFound before `portal init`."""
    views = _views(_places().where(Place.level == Level.COUNTY).order_by(Place.id))
    if not views:
        raise NotFound(N_("There is no county yet: run `portal init`."))
    return views[0]


def children(place_id: int) -> list[PlaceView]:
    """The places directly under this one that stand today, in the order of their codes."""
    return _views(_standing(_places().where(Place.parent_id == place_id)))


def ancestors(place_id: int) -> list[PlaceView]:
    """From the county down to the place itself, in one query."""
    way = select(Place.id, Place.parent_id, literal(0).label("up")).where(Place.id == place_id).cte(recursive=True)
    way = way.union_all(select(Place.id, Place.parent_id, way.c.up + 1).join(way, Place.id == way.c.parent_id))
    views = _views(_places().join(way, way.c.id == Place.id).order_by(way.c.up.desc()))
    if not views:
        raise NotFound(N_("There is no such place."))
    return views


def line(place_id: int) -> list[int]:
    """The ids of the place and its ancestors: what `Actor.may` is asked with."""
    return [view.id for view in ancestors(place_id)]


def villages_under(place_id: int) -> list[PlaceView]:
    """The standing villages of a county or township; a village is its own."""
    parent = aliased(Place)
    query = (
        _places()
        .join(parent, Place.parent_id == parent.id)
        .where(Place.level == Level.VILLAGE)
        .where(or_(Place.id == place_id, Place.parent_id == place_id, parent.parent_id == place_id))
    )
    return _views(_standing(query))


def find(text: str) -> list[PlaceView]:
    """Places whose name contains the text or whose code (also a former one) begins with it; at most 50, villages
    first."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    if not wanted:
        return []
    coded = select(PlaceCode.place_id).where(PlaceCode.code.startswith(wanted, autoescape=True))
    query = _places().where(or_(Place.name.contains(wanted, autoescape=True), Place.id.in_(coded)))
    order = {Level.VILLAGE: 0, Level.TOWNSHIP: 1, Level.COUNTY: 2}
    found = sorted(_views(_standing(query)), key=lambda view: (order[Level(view.level)], view.code))
    return found[:FOUND_AT_MOST]


def settings_in_force(place_id: int, on: date) -> dict[str, Any]:
    """Every declared setting, by key: the default, overridden by the county's, the township's and the village's rows
    valid on that day. Levels of checks (`check.<name>`) are there only where somebody set them."""
    return {key: found.value for key, found in settings_with_source(place_id, on).items()}


def setting(key: str, place_id: int, on: date) -> Any:
    """One setting's value at a place on a day; KeyError for a key that is not declared."""
    in_force = settings_in_force(place_id, on)
    return in_force[key] if key in in_force else declared.declaration(key).default


def settings_with_source(place_id: int, on: date) -> dict[str, InForce]:
    """As `settings_in_force`, with where each value comes from."""
    found = {one.key: InForce(one.default, None, None, None) for one in declared.SETTINGS.values()}
    above = line(place_id)
    rows = db.session.scalars(
        select(PlaceSetting)
        .where(PlaceSetting.place_id.in_(above), PlaceSetting.valid_from <= on)
        .order_by(PlaceSetting.valid_from, PlaceSetting.id)
    ).all()
    for row in sorted(rows, key=lambda row: above.index(row.place_id)):
        found[row.key] = InForce(
            values.revive(row.key, json.loads(row.value)), row.source, row.valid_from, row.place_id
        )
    return found


def days_of_change(place_id: int, keys: Collection[str]) -> list[date]:
    """The days from which some of these settings held another value at a place, oldest first."""
    rows = select(PlaceSetting.valid_from).where(PlaceSetting.place_id.in_(line(place_id)), PlaceSetting.key.in_(keys))
    return sorted(set(db.session.scalars(rows)))


def defaults(keys: Collection[str]) -> dict[str, Any]:
    """What these settings are where nobody set them."""
    return {key: declared.declaration(key).default for key in keys}


def setting_history(key: str, place_id: int) -> list[InForce]:
    """Every row ever set for a key at this very place, the newest first; also those that hold only later."""
    rows = db.session.scalars(
        select(PlaceSetting)
        .where(PlaceSetting.place_id == place_id, PlaceSetting.key == key)
        .order_by(PlaceSetting.valid_from.desc(), PlaceSetting.id.desc())
    )
    return [InForce(values.revive(key, json.loads(row.value)), row.source, row.valid_from, place_id) for row in rows]


@dataclass(frozen=True)
class Dated:
    """Some settings of some places with their whole history, read at once."""

    rows: Mapping[tuple[str, int], list[tuple[date, Any]]]

    def value(self, key: str, line: Iterable[int], on: date) -> Any:
        """The value in force on a day for a place, given the ids from the county down to it."""
        rows = [row for place_id in line for row in self.rows.get((key, place_id), ())]
        return in_force(rows, on, declared.declaration(key).default)


def dated_settings(keys: Collection[str], place_ids: Collection[int] | None = None) -> Dated:
    """The history of these settings at these places (None: wherever somebody set them); one query."""
    query = select(PlaceSetting.key, PlaceSetting.place_id, PlaceSetting.valid_from, PlaceSetting.value)
    query = query.where(PlaceSetting.key.in_(keys)).order_by(PlaceSetting.valid_from, PlaceSetting.id)
    if place_ids is not None:
        query = query.where(PlaceSetting.place_id.in_(place_ids))
    found: dict[tuple[str, int], list[tuple[date, Any]]] = {}
    for key, place_id, valid_from, value in db.session.execute(query):
        found.setdefault((key, place_id), []).append((valid_from, values.revive(key, json.loads(value))))
    return Dated(found)


def _in_force(on: date) -> tuple[Any, ...]:
    return (Term.confirmed_at.is_not(None), Term.begins <= on, or_(Term.ends.is_(None), Term.ends >= on))


def holders(place_id: int, on: date) -> list[Holder]:
    """Who holds which office of this very place on a day (confirmed terms only)."""
    rows = db.session.execute(
        select(Office.id, Office.role, Person.id, Person.name)
        .join(Term, Term.office_id == Office.id)
        .join(Person, Person.id == Term.person_id)
        .where(Office.place_id == place_id, *_in_force(on))
        .order_by(Office.id, Term.begins, Term.id)
        .distinct()
        .add_columns(Term.begins, Term.id)
    )
    return [Holder(office, Role(role), person, name) for office, role, person, name, *_ in rows]


def offices_of(person_id: int, on: date) -> list[Held]:
    """The offices a person holds on a day (confirmed terms only)."""
    rows = db.session.execute(
        select(Office.id, Office.role, Office.place_id, Place.level)
        .join(Term, Term.office_id == Office.id)
        .join(Place, Place.id == Office.place_id)
        .where(Term.person_id == person_id, *_in_force(on))
        .order_by(Office.id)
        .distinct()
    )
    return [Held(office, Role(role), place_id, Level(level)) for office, role, place_id, level in rows]


def office(place_id: int, role: str) -> int | None:
    """The id of a place's office, None if the place has none."""
    return db.session.scalar(select(Office.id).where(Office.place_id == place_id, Office.role == role))


def offices(place_id: int) -> list[tuple[int, Role]]:
    """The offices of a place, held or empty."""
    rows = db.session.execute(select(Office.id, Office.role).where(Office.place_id == place_id).order_by(Office.id))
    return [(office_id, Role(role)) for office_id, role in rows]


def _terms() -> Any:
    return (
        select(
            Term.id, Term.office_id, Office.role, Office.place_id, Person.id, Person.name,
            Term.begins, Term.ends, Term.appointed_by, Term.confirmed_at,
        )
        .join(Office, Office.id == Term.office_id)
        .join(Person, Person.id == Term.person_id)
        .order_by(Office.id, Term.begins.desc(), Term.id.desc())
    )  # fmt: skip


def _term_views(query: Any) -> list[TermView]:
    views = []
    for id_, office_id, role, place_id, person_id, name, begins, ends, appointed_by, at in db.session.execute(query):
        views.append(
            TermView(id_, office_id, Role(role), place_id, person_id, name, begins, ends, appointed_by, at is not None)
        )
    return views


def terms(place_id: int) -> list[TermView]:
    """All terms at a place, also past and pending ones, by office, the newest first."""
    return _term_views(_terms().where(Office.place_id == place_id))


def term(term_id: int) -> TermView:
    """One term; NotFound if none."""
    views = _term_views(_terms().where(Term.id == term_id))
    if not views:
        raise NotFound(N_("There is no such term."))
    return views[0]


def pending_terms() -> list[TermView]:
    """Terms at township and county that wait for a second person."""
    return _term_views(_terms().where(Term.confirmed_at.is_(None)))


def terms_to_confirm(person_id: int) -> list[TermView]:
    """The pending terms whose second person somebody can be: neither appointed by that person, nor their own."""
    return [term for term in pending_terms() if person_id not in (term.person_id, term.appointed_by)]


def has_administrator(on: date) -> bool:
    """Is there a confirmed term of an administrator on this day, or one that begins later?"""
    query = select(Term.id).join(Office, Office.id == Term.office_id).where(Office.role == Role.ADMINISTRATOR)
    lasting = or_(Term.ends.is_(None), Term.ends >= on)
    return db.session.scalar(query.where(Term.confirmed_at.is_not(None), lasting).limit(1)) is not None


@dataclass(frozen=True)
class Contact:
    """Who answers for a village's postings, and the phone if it is known."""

    office_id: int
    role: Role
    name: str
    phone: str | None


RESPONSIBLE = (Role.BOOKKEEPER, Role.AGENCY_BOOKKEEPER, Role.HEAD)
"""Who answers for a village's postings: the first of these that is in office."""


def responsible(villages: Collection[PlaceView], on: date) -> dict[int, Contact]:
    """By village, who answers for its postings on a day; the agency's bookkeeper sits at the township. One query."""
    wanted = {village.id for village in villages} | {village.parent_id for village in villages if village.parent_id}
    rows = db.session.execute(
        select(Office.place_id, Office.role, Office.id, Person)
        .join(Term, Term.office_id == Office.id)
        .join(Person, Person.id == Term.person_id)
        .where(Office.place_id.in_(wanted), Office.role.in_(RESPONSIBLE), *_in_force(on))
        .order_by(Term.begins.desc(), Term.id.desc())
    )
    held = {(place_id, Role(role)): (office_id, person) for place_id, role, office_id, person in rows}
    found = {}
    for village in villages:
        for role in RESPONSIBLE:
            at = village.parent_id if role is Role.AGENCY_BOOKKEEPER else village.id
            if at is not None and (at, role) in held:
                office_id, person = held[at, role]
                found[village.id] = Contact(office_id, role, person.name, person.phone)
                break
    return found


def person_name(person_id: int) -> str:
    """A person's name; NotFound if there is none."""
    name = db.session.scalar(select(Person.name).where(Person.id == person_id))
    if name is None:
        raise NotFound(N_("There is no such person."))
    return name


def people(text: str = "") -> list[tuple[int, str]]:
    """People by name, those whose name contains the text; at most 50."""
    query = select(Person.id, Person.name).order_by(Person.name, Person.id).limit(FOUND_AT_MOST)
    if text.strip():
        query = query.where(Person.name.contains(text.strip(), autoescape=True))
    return [(id_, name) for id_, name in db.session.execute(query)]


def vacant(on: date, roles: Sequence[Role]) -> list[tuple[PlaceView, Role]]:
    """Standing villages and those of these offices in which they have nobody on a day."""
    held = {(role, place_id) for role in roles for place_id in places_with(role, on)}
    villages = _views(_standing(_places().where(Place.level == Level.VILLAGE)))
    return [(village, role) for village in villages for role in roles if (role, village.id) not in held]


def places_with(role: Role, on: date) -> set[int]:
    """The ids of the places where somebody holds this office on a day."""
    query = select(Office.place_id).join(Term, Term.office_id == Office.id).where(Office.role == role, *_in_force(on))
    return set(db.session.scalars(query))


MANY = 500


def of_places(column: Any, place_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that a row is of one of these places. For very many there is none, for naming each costs more than
    reading the rest: whoever asks looks up his own in what comes back."""
    return true() if len(place_ids) > MANY else column.in_(place_ids)


def first_days(place_ids: Collection[int]) -> dict[int, date]:
    """The day on which each place began here: the first day of its first code where somebody said it, else the day of
    its first term, or that on which the term was entered if it had begun before. Places without either are left
    out; others than those asked for may be among them."""
    coded = select(PlaceCode.place_id, func.min(PlaceCode.valid_from)).group_by(PlaceCode.place_id)
    held = select(Office.place_id, func.min(Term.begins), func.min(Term.appointed_at)).group_by(Office.place_id)
    terms = held.join(Term, Term.office_id == Office.id).where(Term.confirmed_at.is_not(None))
    found = {
        place_id: max(begins, clock.today(entered_at))
        for place_id, begins, entered_at in db.session.execute(terms.where(of_places(Office.place_id, place_ids)))
    }
    for place_id, since in db.session.execute(coded.where(of_places(PlaceCode.place_id, place_ids))):
        if since > ALWAYS:
            found[place_id] = since
    return found
