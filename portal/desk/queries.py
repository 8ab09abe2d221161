"""What is due today for an officer: months to post, drafts to decide about, villages that are late or silent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.disclosure import acts, signing
from portal.disclosure import queries as disclosure
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import State, missing
from portal.gazette import queries as gazette
from portal.hanging import queries as hanging
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.places import queries as places
from portal.places.queries import PlaceView

MONTHS_BACK = 12  # a month missing for longer is not asked for here any more


@dataclass(frozen=True)
class Due:
    """A month that a village has not posted: by when it had to be, and the draft if one was begun."""

    place: PlaceView
    kind: Kind
    period: str
    due_on: date
    days_late: int
    draft: DraftView | None


@dataclass(frozen=True)
class Waiting:
    """A draft that waits for signatures: for which offices, and until which day they are waited for."""

    view: DraftView
    missing: Sequence[str]
    until: date | None
    is_overdue: bool


@dataclass(frozen=True)
class Today:
    """The start page of one officer; parts that do not concern an office are empty."""

    to_post: Sequence[Due]
    to_sign: Sequence[Waiting]
    late: Sequence[Due]
    silent: Sequence[Waiting]
    waiting: Sequence[Waiting]
    to_confirm: int = 0  # terms whose second person this officer can be
    on_boards: int = 0  # notices of which something is lacking on the boards that this officer looks after


def today(actor: Actor, at: datetime) -> Today:
    """Everything due, by what the actor's offices allow."""
    kept = acts.places_of(actor, Permission.DRAFTS_PREPARE)
    signed = acts.places_of(actor, Permission.DRAFTS_SIGN)
    overseen = acts.places_of(actor, Permission.DRAFTS_ORDER)
    waiting = waiting_for_signatures([place.id for place in overseen], at)
    return Today(
        to_post=[due for due in months_due(kept, at) if _is_to_do(due)],
        to_sign=[one for one in waiting_for_signatures([p.id for p in signed], at) if _is_asked(actor, one)],
        late=[due for due in months_due(overseen, at) if due.days_late > 0 and _is_to_do(due)],
        silent=[one for one in waiting if one.is_overdue],
        waiting=[one for one in waiting if not one.is_overdue],
        to_confirm=_terms_to_confirm(actor),
        on_boards=sum(
            one.total for one in hanging.to_do(acts.places_of(actor, Permission.BOARDS_SHOW), clock.today(at))
        ),
    )


def townships(actor: Actor) -> list[PlaceView]:
    """The townships that the actor oversees, by code."""
    parents = {village.parent_id for village in acts.places_of(actor, Permission.DRAFTS_ORDER)}
    found = places.places_by_ids({place_id for place_id in parents if place_id is not None})
    return sorted(found.values(), key=lambda place: place.code)


def kept_villages(actor: Actor) -> list[PlaceView]:
    """The villages whose postings the actor prepares, by code."""
    return acts.places_of(actor, Permission.DRAFTS_PREPARE)


def _terms_to_confirm(actor: Actor) -> int:
    return len(places.terms_to_confirm(actor.person_id)) if actor.may_anywhere(Permission.PLACES_CONFIRM) else 0


def _is_to_do(due: Due) -> bool:
    return due.draft is None or due.draft.state.is_with_bookkeeper


def _is_asked(actor: Actor, waiting: Waiting) -> bool:
    roles = {held.role for held in actor.offices if held.place_id == waiting.view.place.id}
    return bool(roles & set(waiting.missing))


def waiting_for_signatures(place_ids: Collection[int], at: datetime) -> list[Waiting]:
    """Drafts of these places that wait for signatures, the longest waiting first."""
    views = [view for view in disclosure.drafts(place_ids, only_open=True) if view.state is State.WAITING]
    found = []
    for view in sorted(views, key=lambda view: view.handed_over_at or view.created_at):
        until = signing.waits_until(view, at)
        lacking = missing(signing.required_offices(view, at), view.standing)
        found.append(Waiting(view, lacking, until, until is not None and clock.today(at) > until))
    return found


def months_due(villages: Sequence[PlaceView], at: datetime) -> list[Due]:
    """The months each village has not posted yet, up to last month, oldest first; and any draft of this month."""
    if not villages:
        return []
    on = clock.today(at)
    last = clock.shift_period(clock.period_of(on), -1)
    ids = [village.id for village in villages]
    found_open = disclosure.drafts(ids, only_open=True)
    drafts = {(view.place.id, view.kind.name, view.period, view.about): view for view in found_open}
    due_day = places.settings_in_force(villages[0].id, on)
    found = []
    for kind in (kind for kind in KINDS.values() if kind.is_carried):
        day = int(due_day.get(f"{kind.name}_due_day", 10))
        newest = _newest_posted(ids, kind.name, clock.shift_period(last, -MONTHS_BACK))
        for village in villages:
            for period in _months_after(newest.get(village.id), last):
                draft = drafts.pop((village.id, kind.name, period, ""), None)
                due_on = due_date(period, day)
                found.append(Due(village, kind, period, due_on, max(0, (on - due_on).days), draft))
    for view in drafts.values():
        due_on = due_date(view.period, int(due_day.get(f"{view.kind.name}_due_day", 10)))
        # A correction is work that lies open, but nothing of the village's is late by it: the month stands posted.
        days_late = 0 if view.supersedes else max(0, (on - due_on).days)
        found.append(Due(view.place, view.kind, view.period, due_on, days_late, view))
    return sorted(found, key=lambda due: (due.period, due.place.code))


def due_date(period: str, day: int) -> date:
    """By when a month is posted: a day of the month after it."""
    first, _last = clock.period_bounds(clock.shift_period(period, 1))
    return first.replace(day=day)


def _newest_posted(place_ids: Collection[int], kind: str, first: str) -> dict[int, str]:
    newest: dict[int, str] = {}
    for item in gazette.items_of_places(place_ids, kind, first=first):
        if item.period and item.period > newest.get(item.place_id, ""):
            newest[item.place_id] = item.period
    return newest


def _months_after(posted: str | None, last: str) -> list[str]:
    """The months after the one posted last, up to `last`; only `last` where nothing was posted."""
    if posted is None:
        return [last]
    months = []
    period = clock.shift_period(posted, 1)
    while period <= last:
        months.append(period)
        period = clock.shift_period(period, 1)
    return months
