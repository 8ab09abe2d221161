"""Withholding by order at the desk: requests, what a confirmation will erase, and what must be published anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.accounts.rules import Actor, Permission
from portal.disclosure import acts
from portal.disclosure import queries as disclosure
from portal.disclosure.queries import DraftView
from portal.evidence import queries as evidence
from portal.evidence.rules import Bearer
from portal.gazette import queries as gazette
from portal.gazette import services, withholding
from portal.gazette.queries import ItemView
from portal.gazette.withholding import RequestView
from portal.kinds import KINDS
from portal.places import queries as places
from portal.places.queries import PlaceView


@dataclass(frozen=True)
class Concerned:
    """An item that is, or may be, withheld: its place, how many lines and papers it has, whether a correction of it is
    being prepared."""

    item: ItemView
    place: PlaceView
    lines: int
    papers: int
    is_being_corrected: bool

    @property
    def is_current(self) -> bool:
        return self.item.superseded_by is None


@dataclass(frozen=True)
class Beginning:
    """What must be known before it is asked for: the item, its other versions, and where the same people stand too."""

    concerned: Concerned
    versions: Sequence[Concerned]
    naming: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Request:
    """A request with its items as they stand now; `left_out` are versions that it does not name."""

    view: RequestView
    edition: str
    concerned: Sequence[Concerned]
    left_out: Sequence[ItemView]
    naming: Mapping[int, Sequence[int]]
    records: Sequence[ItemView]
    may_confirm: bool
    may_withdraw: bool
    is_own: bool


@dataclass(frozen=True)
class Replacement:
    """A withheld posting whose corrected version is due; `lines` are those that the order was about, `draft` the
    correction if it was begun."""

    item: ItemView
    place: PlaceView
    lines: Sequence[int]
    draft: DraftView | None


def listed(actor: Actor) -> list[tuple[RequestView, PlaceView]]:
    """The requests that the actor may see, those that wait first."""
    seen = {village.id: village for village in acts.places_of(actor, Permission.WITHHOLDINGS_REQUEST)}
    return [(view, seen[view.place_id]) for view in withholding.requests(list(seen))]


def concerned(number: int) -> Concerned:
    """One item with what there is of it."""
    item = gazette.item(number)
    own = Bearer(item.place_id, number=number)
    return Concerned(
        item=item,
        place=places.place_by_id(item.place_id),
        lines=len(gazette.lines(number)) if item.kind in KINDS else 0,
        papers=sum(sum(counted.values()) for counted in evidence.counts(own).values()),
        is_being_corrected=disclosure.open_correction(number) is not None,
    )


def beginning(actor: Actor, number: int, lines: Sequence[int]) -> Beginning:
    """What the form needs; Forbidden, NotFound, Conflict for what cannot be withheld, Invalid for a line
    that is not there."""
    found = concerned(number)
    actor.must(Permission.WITHHOLDINGS_REQUEST, places.line(found.item.place_id))
    services.withholdable(number)
    withholding.check_lines(number, lines)
    versions = [concerned(one.number) for one in withholding.other_versions(number)]
    known = {number, *(one.item.number for one in versions)}
    naming = withholding.also_naming(number, lines) if lines else {}
    return Beginning(found, versions, {other: ns for other, ns in naming.items() if other not in known})


def request(actor: Actor, request_id: int) -> Request:
    """A request with all that its page shows."""
    view = withholding.request_of(actor, request_id)
    edition = withholding.edition(view)
    line = places.line(view.place_id)
    items = [concerned(number) for number in view.numbers]
    left_out = {one.number: one for number in view.numbers for one in withholding.other_versions(number)}
    naming = withholding.also_naming(view.number, view.lines) if view.lines and view.is_open else {}
    is_own = view.person_id == (actor.person_id or None)
    return Request(
        view=view,
        edition=edition,
        concerned=items,
        left_out=[one for number, one in sorted(left_out.items()) if number not in view.numbers],
        naming={number: ns for number, ns in naming.items() if number not in view.numbers and number not in left_out},
        records=list(gazette.items([one.item.withheld_by for one in items if one.item.withheld_by]).values()),
        may_confirm=view.is_open and not is_own and actor.may(Permission.WITHHOLDINGS_CONFIRM, line),
        may_withdraw=view.is_open and is_own,
        is_own=is_own,
    )


def to_decide(actor: Actor) -> int:
    """How many requests wait for this officer as the second person."""
    return withholding.waiting_for(actor) if actor.may_anywhere(Permission.WITHHOLDINGS_CONFIRM) else 0


def replacements(villages: Sequence[PlaceView]) -> list[Replacement]:
    """The withheld postings of these villages whose corrected version is due, oldest first."""
    by_id = {village.id: village for village in villages}
    return [
        Replacement(item, by_id[item.place_id], lines, disclosure.open_correction(item.number))
        for item, lines in withholding.to_be_replaced(list(by_id))
    ]
