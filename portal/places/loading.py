"""Loads the csv of places, people and offices: all or nothing, and a second time changes nothing.

`portal.places.roster` says which columns the file has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from portal import clock
from portal.database import db, transaction
from portal.errors import PortalError
from portal.places import queries, services
from portal.places.models import Place, PlaceCode, PlaceSetting, Term
from portal.places.roster import Problem, Refused, Row, read
from portal.places.rules import ALWAYS, PARENT_LEVEL, Actor, Level, Role, overlaps
from portal.text import N_, Message

_ORDER = {Level.COUNTY: 0, Level.TOWNSHIP: 1, Level.VILLAGE: 2}


@dataclass
class Loaded:
    """What a file changed, as counts; `logins` are (row number, person id, login) of people who are to sign in,
    `first_administrator` is the person whose term counts at once because there was no administrator."""

    places: int = 0
    people: int = 0
    terms: int = 0
    pending: int = 0
    settings: int = 0
    logins: list[tuple[int, int, str]] = field(default_factory=list)
    first_administrator: int | None = None

    @property
    def changes(self) -> int:
        return self.places + self.people + self.terms + self.settings


def load(data: bytes, actor: Actor, at: datetime) -> Loaded:
    """Load a whole file, or nothing of it: `Refused` names every wrong cell, Invalid a file that is no such table.

    Known places keep their id: a row changes the name, the parent, the code (`formerly`) and the successor. A person is
    known by the phone, else by the name among those who hold or held an office at that place.
    """
    rows = read(data)
    with transaction():
        loading = _Loading(actor, at)
        for row in sorted((row for row in rows if row.level), key=lambda row: _ORDER[row.level or Level.VILLAGE]):
            with loading.at_row(row, "code"):
                loading.place(row)
        for row in rows:
            with loading.at_row(row, "successor" if row.successor else "role"):
                loading.successor(row)
                loading.office(row)
        if loading.problems:
            raise Refused(sorted(loading.problems, key=lambda problem: problem.row))
        return loading.done


class _Loading:
    """One run over a file inside one transaction."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor = actor
        self.at = at
        self.today = clock.today(at)
        self.done = Loaded()
        self.problems: list[Problem] = []
        self.refused_places: set[str] = set()

    @contextmanager
    def at_row(self, row: Row, column: str) -> Iterator[None]:
        """What goes wrong inside is a problem of this row; the next rows are still looked at."""
        try:
            yield
        except PortalError as error:
            named = getattr(error, "field", None) or column
            self.problems.append(Problem(row.number, named, error.message))
            if row.level:
                self.refused_places.add(row.code)

    def wrong(self, row: Row, column: str, text: str, **params: object) -> None:
        self.problems.append(Problem(row.number, column, Message(text, params)))

    def place(self, row: Row) -> None:
        assert row.level is not None and row.name is not None
        parent_id = self._parent(row)
        known = self._known(row.code)
        if known is None:
            known = self._renumbered(row)
        if known is None:
            since = row.begins if row.begins and not row.role else ALWAYS
            services.add_place(row.level, row.code, row.name, parent_id, self.actor, self.at, since)
            self.done.places += 1
        elif known.level != row.level:
            self.wrong(row, "level", N_("The place %(code)s has another level."), code=row.code)
        elif (known.name, known.parent_id) != (row.name, parent_id):
            known.name, known.parent_id = row.name, parent_id
            self.done.places += 1
        self._population(row)

    def _parent(self, row: Row) -> int | None:
        assert row.level is not None
        if PARENT_LEVEL[row.level] is None:
            return None
        if row.parent is None and row.level is Level.TOWNSHIP:
            return queries.county().id
        return queries.place(row.parent or f"{row.code[:9]}000").id

    def _known(self, code: str) -> Place | None:
        held = db.session.get(PlaceCode, code)
        return db.session.get(Place, held.place_id) if held else None

    def _renumbered(self, row: Row) -> Place | None:
        """The place that had one of the former codes, under its new code from now on."""
        for code in row.formerly:
            known = self._known(code)
            if known is not None:
                since = row.begins if row.begins and not row.role else self.today
                services.renumber(known.id, row.code, since, self.actor, self.at)
                self.done.places += 1
                return known
        return None

    def _population(self, row: Row) -> None:
        if row.population is None:
            return
        place_id = queries.place(row.code).id
        history = queries.setting_history("population", place_id)
        if history and history[0].value == row.population:
            return
        db.session.add(
            PlaceSetting(
                place_id=place_id, key="population", value=str(row.population), source=N_("list of places"),
                valid_from=self.today if history else ALWAYS,
                set_by=self.actor.person_id or None, set_at=self.at,
            )
        )  # fmt: skip
        self.done.settings += 1

    def successor(self, row: Row) -> None:
        if not row.successor or row.code in self.refused_places:
            return
        place = self._known(row.code)
        successor_id = queries.place(row.successor).id
        assert place is not None and row.ends is not None
        if place.id == successor_id:
            self.wrong(row, "successor", N_("A place is not merged into itself."))
        elif place.successor_id != successor_id:
            place.successor_id, place.ended_on = successor_id, date.fromordinal(row.ends.toordinal() + 1)
            self.done.places += 1

    def office(self, row: Row) -> None:
        if row.role is None or row.code in self.refused_places:
            return
        place_id = queries.place(row.code).id
        office_id = services.add_office(place_id, row.role)
        if row.person is None:
            return
        person_id = self._person(row, place_id)
        if row.login:
            self.done.logins.append((row.number, person_id, row.login))
        begins = row.begins or self.today
        known = self._term(office_id, person_id, row.begins, row.ends)
        if known is None:
            term_id = services.appoint(place_id, row.role, person_id, begins, row.ends, self.actor, self.at)
            self.done.terms += 1
            is_confirmed = queries.term(term_id).confirmed
            self.done.pending += not is_confirmed
            if is_confirmed and row.role is Role.ADMINISTRATOR:
                self.done.first_administrator = person_id
        elif row.ends is not None and known.ends != row.ends:
            services.end_term(known.id, row.ends, self.actor, self.at)
            self.done.terms += 1

    def _person(self, row: Row, place_id: int) -> int:
        assert row.person is not None
        known = services.known_person(row.person, row.phone, place_id)
        if known is not None:
            return known
        self.done.people += 1
        return services.add_person(row.person, row.phone)

    def _term(self, office_id: int, person_id: int, begins: date | None, ends: date | None) -> Term | None:
        """The term that this row speaks of: the one that shares a day with it; without dates, the latest."""
        query = select(Term).where(Term.office_id == office_id, Term.person_id == person_id)
        for term in db.session.scalars(query.order_by(Term.begins.desc())):
            if begins is None or overlaps(begins, ends, term.begins, term.ends):
                return term
        return None
