"""The verbs of places: founding the county, appointing, confirming, ending a term, setting a value from a day on."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.database import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.places import queries, values
from portal.places import settings as declared
from portal.places.models import Office, Person, Place, PlaceCode, PlaceSetting, Term
from portal.places.rules import (
    ALWAYS,
    CONFIRM_TERMS,
    LEVEL_LABELS,
    LEVEL_OF_ROLE,
    MANAGE_PLACES,
    ONE_HOLDER,
    PARENT_LEVEL,
    ROLE_LABELS,
    SET_SETTINGS,
    Actor,
    Level,
    Role,
    incompatible,
    is_code,
    is_first_administrator,
    needs_second_person,
    overlaps,
)
from portal.text import N_, Message


def add_place(
    level: Level, code: str, name: str, parent_id: int | None, actor: Actor, at: datetime, since: date = ALWAYS
) -> int:
    """Add a place to the tree and return its id; Invalid for a wrong level or code, Conflict for a code that is
    taken, or for a second county."""
    with transaction() as session:
        actor.must(MANAGE_PLACES, queries.line(parent_id) if parent_id else [])
        if not is_code(code):
            raise Invalid(N_('A place code has twelve digits, not "%(value)s".'), field="code", value=code)
        if session.get(PlaceCode, code):
            raise Conflict(N_("The code %(code)s is already a place's."), code=code)
        above = session.get(Place, parent_id) if parent_id else None
        if (Level(above.level) if above else None) is not PARENT_LEVEL[level]:
            raise Invalid(N_("A village stands under a township, a township under the county."), field="parent")
        if level is Level.COUNTY and session.scalar(select(Place.id).where(Place.level == Level.COUNTY)):
            raise Conflict(N_("This installation already has its county."))
        place = Place(level=level, name=name, parent_id=parent_id)
        session.add(place)
        session.flush()
        session.add(PlaceCode(code=code, place_id=place.id, valid_from=since))
        session.flush()
        return place.id


def add_missing_villages(codes: Iterable[str], actor: Actor, at: datetime) -> list[str]:
    """Add the villages (and their townships and county) that are not there yet, named by their codes: for histories
    taken over from older records. A code's county is its first six digits, its township its first nine. Returns the
    codes of the villages added."""
    added = []
    with transaction() as session:
        for code in dict.fromkeys(codes):
            if session.get(PlaceCode, code):
                continue
            parent: int | None = None
            for level, own in (
                (Level.COUNTY, f"{code[:6]}000000"),
                (Level.TOWNSHIP, f"{code[:9]}000"),
                (Level.VILLAGE, code),
            ):
                known = session.get(PlaceCode, own)
                parent = known.place_id if known else add_place(level, own, own, parent, actor, at)
            added.append(code)
    return added


def renumber(place_id: int, code: str, since: date, actor: Actor, at: datetime) -> None:
    """Give a place a new code from a day on; the former one still leads to it."""
    with transaction() as session:
        actor.must(MANAGE_PLACES, queries.line(place_id))
        if session.get(PlaceCode, code):
            raise Conflict(N_("The code %(code)s is already a place's."), code=code)
        for former in session.scalars(
            select(PlaceCode).where(PlaceCode.place_id == place_id, PlaceCode.valid_until.is_(None))
        ):
            former.valid_until = max(since, former.valid_from)
        session.add(PlaceCode(code=code, place_id=place_id, valid_from=since))
        session.flush()


def add_person(name: str, phone: str | None) -> int:
    """Somebody who holds or will hold an office; returns the id. Joins the running act."""
    with transaction() as session:
        if not name.strip():
            raise Invalid(N_("A name is needed."), field="person")
        person = Person(name=name.strip())
        person.phone = phone
        session.add(person)
        session.flush()
        return person.id


def add_office(place_id: int, role: Role) -> int:
    """The id of a place's office, made if it is not there; Invalid if this level has no such office. Joins the
    running act."""
    with transaction() as session:
        level = Level(queries.place_by_id(place_id).level)
        if LEVEL_OF_ROLE[role] is not level:
            raise Invalid(
                N_("%(role)s is an office of this level: %(level)s."), field="role",
                role=Message(ROLE_LABELS[role]), level=Message(LEVEL_LABELS[LEVEL_OF_ROLE[role]]),
            )  # fmt: skip
        known = queries.office(place_id, role)
        if known is not None:
            return known
        office = Office(place_id=place_id, role=role)
        session.add(office)
        session.flush()
        return office.id


def appoint(
    place_id: int, role: Role, person_id: int, begins: date, ends: date | None, actor: Actor, at: datetime
) -> int:
    """Put a person into an office from a day on; returns the term's id. At township and county the term waits for
    `confirm_terms` by a second person, except the first administrator's (`rules.is_first_administrator`).

    Forbidden for oneself; Invalid for a level without this office; Conflict if the office is held, or if the person
    keeps or spends the money that the supervision committee reviews.
    """
    with transaction() as session:
        line = queries.line(place_id)
        actor.must(MANAGE_PLACES, line)
        if person_id == actor.person_id:
            raise Forbidden(N_("Nobody appoints himself: ask another administrator."))
        if ends is not None and ends < begins:
            raise Invalid(N_("The end is before the beginning."), field="ends")
        queries.person_name(person_id)
        office_id = add_office(place_id, role)
        _refuse_overlap(office_id, role, person_id, begins, ends)
        _refuse_incompatible(line, role, person_id, begins, ends)
        waits = needs_second_person(queries.place_by_id(place_id).level) and not is_first_administrator(
            role,
            is_operator=not actor.person_id,
            has_administrator=queries.has_administrator(clock.today(at)),
            is_over=ends is not None and ends < clock.today(at),
        )
        term = Term(
            person_id=person_id, office_id=office_id, begins=begins, ends=ends,
            appointed_by=actor.person_id or None, appointed_at=at,
            confirmed_by=None if waits else actor.person_id or None, confirmed_at=None if waits else at,
        )  # fmt: skip
        session.add(term)
        session.flush()
        return term.id


def appoint_by_name(
    place_id: int, role: Role, name: str, phone: str | None, begins: date, ends: date | None, actor: Actor, at: datetime
) -> int:
    """As `appoint`, for a person typed by name: the one who is known at this place or by this phone, else a new one."""
    with transaction():
        person_id = known_person(name.strip(), phone, place_id)
        if person_id is None:
            person_id = add_person(name, phone)
        return appoint(place_id, role, person_id, begins, ends, actor, at)


def known_person(name: str, phone: str | None, place_id: int) -> int | None:
    """The person of this name with this phone; without a phone, who holds or held an office at this place. Somebody
    known here without a phone gets the one that is given. Joins the running act."""
    here = select(Term.person_id).join(Office, Office.id == Term.office_id).where(Office.place_id == place_id)
    at_place = set(db.session.scalars(here))
    for person in db.session.scalars(select(Person).where(Person.name == name).order_by(Person.id)):
        if person.id in at_place and (phone is None or person.phone is None):
            person.phone = person.phone or phone
            return person.id
        if phone is not None and person.phone == phone:
            return person.id
    return None


def _refuse_overlap(office_id: int, role: Role, person_id: int, begins: date, ends: date | None) -> None:
    query = select(Term, Person.name).join(Person, Person.id == Term.person_id).where(Term.office_id == office_id)
    for term, name in db.session.execute(query):
        if not overlaps(begins, ends, term.begins, term.ends):
            continue
        if term.person_id == person_id:
            raise Conflict(N_("%(name)s already holds this office."), name=name)
        if role in ONE_HOLDER:
            raise Conflict(N_("%(name)s holds this office: end that term first."), name=name)


def _refuse_incompatible(line: list[int], role: Role, person_id: int, begins: date, ends: date | None) -> None:
    """Terms of the same person over the same village: at it, above it, or (an agency bookkeeper) in one beneath."""
    query = (
        select(Office.role, Term.begins, Term.ends)
        .join(Term, Term.office_id == Office.id)
        .join(Place, Place.id == Office.place_id)
        .where(Term.person_id == person_id, Office.place_id.in_(line) | (Place.parent_id == line[-1]))
    )
    others = [
        Role(other)
        for other, other_begins, other_ends in db.session.execute(query)
        if overlaps(begins, ends, other_begins, other_ends)
    ]
    if incompatible(role, others):
        raise Conflict(N_("Who keeps or spends the money does not sit on the supervision committee (art. 37)."))


def confirm_terms(term_ids: Iterable[int], actor: Actor, at: datetime) -> int:
    """A second person confirms pending terms; returns how many. Forbidden for one's own term or appointment, and at
    the console, where nobody knows who sits there."""
    confirmed = 0
    with transaction() as session:
        for term_id in term_ids:
            term = _term(term_id)
            actor.must(CONFIRM_TERMS, queries.line(queries.term(term_id).place_id))
            if not actor.person_id:
                raise Forbidden(N_("A term is confirmed by a second person who has signed in."))
            if actor.person_id in (term.person_id, term.appointed_by):
                raise Forbidden(N_("A second person confirms a term: not who appointed, and not who is appointed."))
            if term.confirmed_at is None:
                term.confirmed_by, term.confirmed_at = actor.person_id, at
                confirmed += 1
        session.flush()
    return confirmed


def decline_term(term_id: int, actor: Actor, at: datetime) -> None:
    """Take a pending term off the list; it never counted. Conflict if it was confirmed."""
    with transaction() as session:
        term = _term(term_id)
        actor.must(CONFIRM_TERMS, queries.line(queries.term(term_id).place_id))
        if term.confirmed_at is not None:
            raise Conflict(N_("This term was confirmed: give the day on which it ends."))
        session.delete(term)


def end_term(term_id: int, ends: date, actor: Actor, at: datetime) -> None:
    """Say on which day a term ends (its last day); what was done in it stays done by the office."""
    with transaction():
        term = _term(term_id)
        actor.must(MANAGE_PLACES, queries.line(queries.term(term_id).place_id))
        if ends < term.begins:
            raise Invalid(N_("The end is before the beginning."), field="ends")
        if term.ends is not None and term.ends < clock.today(at):
            raise Conflict(N_("This term has already ended."))
        term.ends, term.ended_by = ends, actor.person_id or None


def _term(term_id: int) -> Term:
    term = db.session.get(Term, term_id)
    if term is None:
        raise NotFound(N_("There is no such term."))
    return term


def set_setting(key: str, place_id: int, value: Any, valid_from: date, source: str, actor: Actor, at: datetime) -> None:
    """Let a setting have a value at a place from a day on: a new row, nothing is edited.

    `value` is what `values.parse` gives (ints, fen, texts, lists) or `date`s. Invalid for an unknown key, a value out
    of bounds, a level where it is not set, no source, or a day that has passed: what was printed stays right.
    """
    with transaction() as session:
        actor.must(SET_SETTINGS, queries.line(place_id))
        setting = _declaration(key)
        if Level(queries.place_by_id(place_id).level) not in setting.levels:
            raise Invalid(N_("This is not set at this level."), field="value")
        if setting.is_fixed and queries.setting_history(key, place_id):
            raise Conflict(N_("This was given once and never changes."))
        if valid_from < clock.today(at) and not setting.is_past_allowed:
            raise Invalid(N_("A new value holds from today on or later."), field="valid_from")
        if not source.strip():
            raise Invalid(N_("Say where the value comes from: a rule, a resolution, a letter."), field="source")
        session.add(
            PlaceSetting(
                place_id=place_id, key=key, value=json.dumps(values.checked(setting, value), ensure_ascii=False),
                source=source.strip(), valid_from=valid_from, set_by=actor.person_id or None, set_at=at,
            )
        )  # fmt: skip
        session.flush()


def _declaration(key: str) -> declared.Setting:
    try:
        return declared.declaration(key)
    except KeyError as error:
        raise Invalid(N_('There is no setting "%(key)s".'), key=key) from error
