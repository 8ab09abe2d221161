"""Withholding by order, by two persons: one asks with the order in hand, a second one at the county confirms.

On the confirmation everything that is kept of the items is erased, in one act (see `erasing`).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import aliased

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.errors import Conflict, Invalid, NotFound, refuse_together
from portal.gazette import queries, rules, services
from portal.gazette.models import LINE_TABLES, Item, Payload, Withholding, WithholdingRequest
from portal.gazette.queries import _IS_CURRENT, _SHOWN, ItemView
from portal.gazette.rules import Outcome, Reason
from portal.kinds import KINDS, payees
from portal.kinds.base import Privacy, Type
from portal.places import queries as places
from portal.places.models import Office, Person
from portal.text import N_

SHOWN_AT_MOST = 200
TOLD_AT_MOST = 500
"""So many items of a place that hold a name are read whole, to see where."""


@dataclass(frozen=True)
class Asked:
    """What a request says: which item, which of its lines (none: the whole), what goes with it, by what order."""

    number: int
    lines: Sequence[int]
    also: Sequence[int]
    authority: str
    document: str
    ordered_on: date | None
    reason: str


@dataclass(frozen=True)
class RequestView:
    """A request as it was made, and what became of it. `person` is empty for the operator at the console."""

    id: int
    number: int
    kind: str
    place_id: int
    period: str | None
    also: tuple[int, ...]
    lines: tuple[int, ...]
    authority: str
    document: str
    ordered_on: date
    reason: Reason
    person_id: int | None
    person: str
    role: str | None
    session: str | None
    at: datetime
    outcome: Outcome | None
    answer: str
    decided_by: str
    decided_at: datetime | None

    @property
    def numbers(self) -> list[int]:
        return sorted({self.number, *self.also})

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


# ---------------------------------------------------------------- asking


def request(actor: Actor, asked: Asked, at: datetime) -> int:
    """Ask that an item, and others with it, be withheld by order; the request's id.

    Forbidden; Invalid at the fields that are wrong; Conflict for what is withheld already, or asked for.
    """
    with transaction() as session:
        also = sorted(set(asked.also) - {asked.number})
        order = check(actor, asked, at)
        _check_not_asked([asked.number, *also])
        office = actor.office_for(Permission.WITHHOLDINGS_REQUEST, _line(asked.number))
        row = WithholdingRequest(
            number=asked.number, also=also, lines=sorted(set(asked.lines)), authority=order.authority,
            document=order.document, ordered_on=order.ordered_on, reason=order.reason,
            person_id=actor.person_id or None, office_id=office.office_id if office else None,
            session=actor.session, at=at,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def check(actor: Actor, asked: Asked, at: datetime) -> rules.Order:
    """The order as it would be written down; errors as of `request`, with all faults of the form at once."""
    faults: list[Invalid] = []
    names: set[str] = set()
    for number in dict.fromkeys((asked.number, *asked.also)):
        try:
            item = queries.item(number)
        except NotFound as error:
            if number == asked.number:
                raise
            faults.append(Invalid(error.message, field="also"))
            continue
        actor.must(Permission.WITHHOLDINGS_REQUEST, places.line(item.place_id))
        services.withholdable(number)
        names |= _names(number)
    check_lines(asked.number, asked.lines)
    try:
        order = rules.order(asked.authority, asked.document, asked.ordered_on, asked.reason, names, clock.today(at))
    except Invalid as error:
        faults.append(error)
    refuse_together(faults)
    return order


def check_lines(number: int, lines: Sequence[int]) -> None:
    """Invalid at ``lines`` for a line that the item does not have."""
    there = {line["n"] for line in queries.lines(number)}
    for n in lines:
        if n not in there:
            raise Invalid(N_("Item %(number)s has no line %(n)s."), field="lines", number=number, n=n)


def _check_not_asked(numbers: Sequence[int]) -> None:
    for row in db.session.scalars(select(WithholdingRequest).where(WithholdingRequest.decided_at.is_(None))):
        for number in numbers:
            if number in (row.number, *row.also):
                text = N_("It is asked already that item %(number)s be withheld. The county decides about it first.")
                raise Conflict(text, number=number)


def _line(number: int) -> Collection[int]:
    return places.line(queries.item(number).place_id)


# ---------------------------------------------------------------- deciding


def confirm(actor: Actor, request_id: int, seen: str, at: datetime) -> dict[int, int]:
    """The second person confirms what the page showed (`seen`): the items are withheld; their records, by number.

    Conflict if it was decided, or another version published, since; Forbidden for who asked.
    """
    with transaction() as session:
        view = _decidable(actor, request_id)
        if seen != edition(view):
            raise Conflict(N_("Another version was published since you opened this page. Look whether it must go too."))
        office = actor.office_for(Permission.WITHHOLDINGS_CONFIRM, _line(view.number))
        content: dict[str, Any] = {
            "order": view.document,
            "authority": view.authority,
            "ordered_on": view.ordered_on.isoformat(),
            "reason": view.reason.value,
            "actor": actor.name,
        }
        if view.role:
            content["requested"] = {"office": view.role, "person": view.person, "at": view.at.isoformat()}
        if office is not None:
            content["confirmed"] = {"office": str(office.role), "person": actor.name, "at": at.isoformat()}
        orders = dict.fromkeys(view.numbers, content)
        if view.lines:
            orders[view.number] = {**content, "lines": list(view.lines)}
        records = services.withhold_all(orders, at, actor.person_id or None)
        _decide(session.get_one(WithholdingRequest, request_id), actor, Outcome.CONFIRMED, at)
    return records


def reject(actor: Actor, request_id: int, answer: str, at: datetime) -> None:
    """The second person does not confirm it, and says why; nothing is erased."""
    with transaction() as session:
        view = _decidable(actor, request_id)
        told = rules.answer(answer)
        rules.check_says_nothing(told, "answer", set().union(*(_names(number) for number in view.numbers)))
        row = session.get_one(WithholdingRequest, request_id)
        row.answer = told
        _decide(row, actor, Outcome.REJECTED, at)


def withdraw(actor: Actor, request_id: int, at: datetime) -> None:
    """Who asked takes the request back; Forbidden for anybody else."""
    with transaction() as session:
        view = request_of(actor, request_id)
        actor.must(Permission.WITHHOLDINGS_REQUEST, places.line(view.place_id))
        if not view.is_open:
            raise Conflict(N_("Somebody has decided about this request already."))
        if view.person_id != (actor.person_id or None):
            raise Invalid(N_("Only who asked for it can take it back."))
        _decide(session.get_one(WithholdingRequest, request_id), actor, Outcome.WITHDRAWN, at)


def _decidable(actor: Actor, request_id: int) -> RequestView:
    view = request_of(actor, request_id)
    for number in view.numbers:
        actor.must(Permission.WITHHOLDINGS_CONFIRM, _line(number))
    rules.check_second((actor.person_id, actor.session), (view.person_id, view.session), view.is_open)
    return view


def _decide(row: WithholdingRequest, actor: Actor, outcome: Outcome, at: datetime) -> None:
    permission = Permission.WITHHOLDINGS_REQUEST if outcome is Outcome.WITHDRAWN else Permission.WITHHOLDINGS_CONFIRM
    office = actor.office_for(permission, _line(row.number))
    row.outcome, row.decided_by, row.decided_at = outcome, actor.person_id or None, at
    row.decided_in = office.office_id if office else None
    db.session.flush()


def edition(view: RequestView) -> str:
    """What a page showed of a request: it does not change itself, but another version of its items may come."""
    newest = [queries.versions(number)[-1].number for number in view.numbers]
    return ".".join(map(str, (view.id, *newest)))


# ---------------------------------------------------------------- reading

_ASKED = aliased(Person)
_DECIDED = aliased(Person)


def _requests() -> Select[*tuple[Any, ...]]:
    row = WithholdingRequest
    return (
        select(
            row.id, row.number, Item.kind, Item.place_id, Item.period, row.also, row.lines, row.authority, row.document,
            row.ordered_on, row.reason, row.person_id, _ASKED.name.label("person"), Office.role, row.session, row.at,
            row.outcome, row.answer, _DECIDED.name.label("decided_by"), row.decided_at,
        )
        .join(Item, Item.number == row.number)
        .outerjoin(_ASKED, _ASKED.id == row.person_id)
        .outerjoin(Office, Office.id == row.office_id)
        .outerjoin(_DECIDED, _DECIDED.id == row.decided_by)
        .order_by(row.id.desc())
    )  # fmt: skip


def _view(row: Row[Any]) -> RequestView:
    found = row._asdict()
    for name in ("person", "answer", "decided_by"):
        found[name] = found[name] or ""
    for name in ("also", "lines"):
        found[name] = tuple(found[name])
    outcome = found["outcome"]
    return RequestView(**{**found, "reason": Reason(row.reason), "outcome": Outcome(outcome) if outcome else None})


def request_of(actor: Actor, request_id: int) -> RequestView:
    """One request; Forbidden for who neither asks nor decides there, NotFound."""
    row = db.session.execute(_requests().where(WithholdingRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound(N_("There is no such request."))
    view = _view(row)
    actor.must(Permission.WITHHOLDINGS_REQUEST, places.line(view.place_id))
    return view


def requests(place_ids: Collection[int]) -> list[RequestView]:
    """The requests about these places' items, the newest first: those that wait, and the newest of the others."""
    query = _requests().where(Item.place_id.in_(place_ids))
    found = db.session.execute(
        query.order_by(None).order_by(WithholdingRequest.decided_at.is_not(None), WithholdingRequest.id.desc())
    )
    return [_view(row) for row in found.fetchmany(SHOWN_AT_MOST)]


def waiting_for(actor: Actor) -> int:
    """How many requests wait for this person's decision."""
    query = _requests().where(WithholdingRequest.decided_at.is_(None))
    found = [_view(row) for row in db.session.execute(query)]
    return sum(
        view.person_id != actor.person_id and actor.may(Permission.WITHHOLDINGS_CONFIRM, places.line(view.place_id))
        for view in found
    )


def to_be_replaced(place_ids: Collection[int]) -> list[tuple[ItemView, tuple[int, ...]]]:
    """The postings of these places that are withheld and have no corrected version yet, the oldest first; and the lines
    that the order was about, where it named some."""
    query = (
        select(*_SHOWN)
        .where(Item.number.in_(select(Withholding.number)), Item.place_id.in_(place_ids))
        .where(Item.kind.in_(KINDS), Item.period.is_not(None), _IS_CURRENT)
        .order_by(Item.number)
    )
    found = [ItemView(*row) for row in db.session.execute(query)]
    return [(item, tuple(queries.content(item.withheld_by or 0).get("lines", ()))) for item in found]


def _names(number: int, lines: Collection[int] = ()) -> set[str]:
    """Whom an item names, or these lines of it; firms and institutions are nobody."""
    item = queries.item(number)
    if item.kind not in KINDS:
        return set()
    columns = [column.name for column in KINDS[item.kind].columns if column.privacy is Privacy.MASKED]
    found = [line for line in queries.lines(number, item.kind) if not lines or line["n"] in lines]
    named = {str(line[name]) for line in found for name in columns if line.get(name)}
    return {name for name in named if not payees.is_organisation(name)}


def also_naming(number: int, lines: Collection[int]) -> dict[int, list[int]]:
    """The other items of the same place in which the people of these lines stand too, in whatever column or reason,
    corrected items included: their lines (none, where it is not a line that names them), by number. A name of one sign
    is not looked for."""
    names = {name for name in _names(number, lines) if len(name) > 1}
    place_id = queries.item(number).place_id
    found: dict[int, list[int]] = {}
    for kind, table in LINE_TABLES.items() if names else ():
        texts = [table.c[one.name] for one in KINDS[kind].columns if one.type is Type.TEXT]
        said = [text.contains(name, autoescape=True) for text in texts for name in names]
        query = (
            select(table.c.number, table.c.n)
            .join_from(Item, table, table.c.number == Item.number)
            .where(Item.place_id == place_id, Item.number != number, or_(*said))
            .order_by(table.c.id)
        )
        for other, n in db.session.execute(query):
            found.setdefault(other, []).append(n)
    for other in _telling_of(names, place_id) - {number} if names else ():
        found.setdefault(other, [])
    return dict(sorted(found.items()))


def _telling_of(names: Collection[str], place_id: int) -> set[int]:
    """The newest items of a place in which somebody wrote one of these names elsewhere than in a line: why something
    was corrected, why a signature was refused. Who signed is no such text, for officers stand in every item."""
    query = (
        select(Payload.number, Payload.text)
        .join(Item, Item.number == Payload.number)
        .where(Item.place_id == place_id, Item.kind.in_(KINDS))
        .where(or_(*(Payload.text.contains(name, autoescape=True) for name in names)))
        .order_by(Payload.number.desc())
        .limit(TOLD_AT_MOST)
    )
    found = set()
    for number, text in db.session.execute(query):
        told = rules.told_in(json.loads(text))
        if any(name in said for said in told for name in names):
            found.add(number)
    return found


def other_versions(number: int) -> list[ItemView]:
    """The versions that an item corrects, and those that correct it, unless they are withheld already."""
    return [one for one in queries.versions(number) if one.number != number and not one.withheld_by]
