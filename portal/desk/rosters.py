"""Published rosters as officers see them: what the bank paid, and lines that may be read for a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.accounts.rules import Actor, Permission
from portal.disclosure import acts
from portal.errors import Forbidden, NotFound
from portal.gazette import internal, payouts
from portal.gazette import queries as gazette
from portal.gazette.internal import Reading
from portal.gazette.payouts import Details, PayoutView
from portal.gazette.queries import ItemView
from portal.kinds import KINDS
from portal.kinds.base import Kind, Type
from portal.money import quantity
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_, Message

OPENS = (Permission.PAYOUTS_RECORD, Permission.INTERNAL_READ)
"""Either of these opens the rosters of a village."""


@dataclass(frozen=True)
class Row:
    """A published roster in a village's list, with the newest that the bank said."""

    item: ItemView
    called: Message
    figures: Mapping[str, int]
    payout: PayoutView | None


@dataclass(frozen=True)
class Roster:
    """One roster: its lines as they were published, which of them have internal values, what the actor may do."""

    item: ItemView
    place: PlaceView
    kind: Kind
    called: Message
    lines: Sequence[Mapping[str, Any]]
    readable: frozenset[int]
    details: Details | None
    may_record: bool
    may_read: bool


def villages(actor: Actor) -> list[PlaceView]:
    """The villages whose rosters the actor may open, by code."""
    found = {village.id: village for permission in OPENS for village in acts.places_of(actor, permission)}
    return sorted(found.values(), key=lambda village: village.code)


def listed(village: PlaceView) -> list[Row]:
    """A village's rosters that hold now, the newest period first."""
    items = [item for item in gazette.items_of(village.id, payouts.KIND) if not item.withheld_by]
    figures = gazette.figures([item.number for item in items])
    kind = KINDS[payouts.KIND]
    return [
        Row(item, kind.called(gazette.content(item.number)), figures[item.number], _newest(payouts.of(item.number)))
        for item in items
    ]


def _newest(found: Sequence[PayoutView]) -> PayoutView | None:
    return found[0] if found else None


def roster(actor: Actor, number: int) -> Roster:
    """One published list; Forbidden for who may neither record what the bank paid nor read what is internal."""
    item = gazette.item(number)
    if item.kind != payouts.KIND:
        raise NotFound(N_("Item %(number)s is no list of recipients."), number=number)
    line = places.line(item.place_id)
    may_record, may_read = (actor.may(permission, line) for permission in OPENS)
    if not may_record and not may_read:
        raise Forbidden(N_("Your office does not allow this here."))
    kind = KINDS[item.kind]
    return Roster(
        item=item,
        place=places.place_by_id(item.place_id),
        kind=kind,
        called=kind.called(gazette.content(number)),
        lines=gazette.lines(number, item.kind),
        readable=frozenset(internal.numbers_with(number)) if may_read else frozenset(),
        details=payouts.details(actor, number),
        may_record=may_record and not item.superseded_by,
        may_read=may_read,
    )


def labelled(kind: Kind, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Internal values as (label, text), in the order of the kind's columns."""
    found = []
    for column in kind.input:
        if (value := values.get(column.name)) is not None:
            text = quantity(int(value)) if column.type is Type.QUANTITY else str(value)
            found.append((column.label, text))
    return found


def readings(actor: Actor) -> list[tuple[Reading, PlaceView]]:
    """Who read internal values in the actor's villages, each with its village."""
    seen = {village.id: village for village in acts.places_of(actor, Permission.READINGS_SEE)}
    return [(reading, seen[reading.place_id]) for reading in internal.readings(list(seen))]
