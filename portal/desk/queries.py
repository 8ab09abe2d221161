"""What is due today for an officer: duties and drafts to work on, drafts to decide about, villages late or silent."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.desk import withholdings
from portal.desk.withholdings import Replacement
from portal.disclosure import acts, signing
from portal.disclosure import queries as disclosure
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import State
from portal.disclosure.signing import Awaited
from portal.duties import boards
from portal.duties import rules as duties
from portal.duties.boards import Owing, Sent, Told
from portal.duties.rules import Duty
from portal.hanging import queries as hanging
from portal.kinds import KINDS
from portal.kinds.base import Kind
from portal.kinds.statement import class_named
from portal.places import queries as places
from portal.places.queries import Contact, PlaceView
from portal.places.settings import DUTIES
from portal.text import LANGUAGES, translator

CARDS = 12
"""So much of what is to be posted stands on the page in full; of the rest only how much it is, by village."""
TOLD_WITHIN = timedelta(days=30)
"""Of a village that is late the township sees the reminders of so many days."""


@dataclass(frozen=True)
class Due:
    """Something that a bookkeeper has to post: a duty that is not fulfilled, a draft that lies open, or both."""

    place: PlaceView
    kind: Kind
    period: str
    about: str
    duty: Duty | None = None
    draft: DraftView | None = None
    reminded: Sequence[Sent] = ()

    @property
    def days_late(self) -> int:
        return self.duty.days if self.duty else 0

    @property
    def label(self) -> str:
        """What it is called: the duty by its own name, another draft by its kind."""
        return self.duty.label if self.duty else self.kind.label

    @property
    def urgency(self) -> tuple[Any, ...]:
        """First what is late, the longest first; then what a signer sent back; then by the day on which it is due, or
        on which its draft was begun."""
        is_sent_back = self.draft is not None and self.draft.state is State.SENT_BACK
        began = clock.today(self.draft.created_at) if self.draft else date.max
        return -self.days_late, not is_sent_back, self.duty.due if self.duty else began, self.place.code


@dataclass(frozen=True)
class Heap:
    """How much of a village is to be posted besides, and how long the oldest of it is late."""

    place: PlaceView
    count: int
    days: int


@dataclass(frozen=True)
class Work:
    """What a bookkeeper has to post: the most urgent in full, the rest by village."""

    first: Sequence[Due] = ()
    rest: Sequence[Heap] = ()

    @property
    def count(self) -> int:
        return len(self.first) + sum(heap.count for heap in self.rest)


@dataclass(frozen=True)
class Late:
    """A village that is late, who answers for it, and how it was reminded. `owing` is without what waits for signers:
    that is in other hands."""

    owing: Owing
    contact: Contact | None
    told: Told | None


@dataclass(frozen=True)
class TownshipLate:
    """How many villages of a township are late and with how much, the longest by how many days, how many of them were
    reminded."""

    place: PlaceView
    villages: int
    count: int
    days: int
    told: int


@dataclass(frozen=True)
class Today:
    """The start page of one officer; parts that do not concern an office are empty. Villages that are late stand by
    themselves for one township, and counted by township for who oversees several."""

    to_post: Work = Work()
    to_sign: Sequence[Awaited] = ()
    late: Sequence[Late] = ()
    late_townships: Sequence[TownshipLate] = ()
    silent: Sequence[Awaited] = ()
    waiting: Sequence[Awaited] = ()
    townships: Sequence[PlaceView] = ()
    kept: Sequence[PlaceView] = ()
    """The villages whose postings the actor prepares."""
    to_confirm: int = 0  # terms whose second person this officer can be
    to_withhold: int = 0  # requests whose second person this officer can be
    to_replace: Sequence[Replacement] = ()  # withheld postings whose corrected version is due
    on_boards: int = 0  # notices of which something is lacking on the boards that this officer looks after

    @property
    def is_empty(self) -> bool:
        late = self.late or self.late_townships
        for_two = self.to_confirm or self.to_withhold or self.to_replace
        signing = self.to_sign or self.silent or self.waiting
        return not (self.to_post.count or signing or late or for_two or self.on_boards)


def today(actor: Actor, at: datetime, code: str = "") -> Today:
    """Everything due, by what the actor's offices allow; `code`: to post only what is this village's."""
    kept = acts.places_of(actor, Permission.DRAFTS_PREPARE)
    signed = acts.places_of(actor, Permission.DRAFTS_SIGN)
    overseen = acts.places_of(actor, Permission.DRAFTS_ORDER)
    waiting = _waiting(overseen, at)
    townships = _townships(overseen)
    late = _late(overseen, waiting, at)
    return Today(
        to_post=_to_post([village for village in kept if code in ("", village.code)], at),
        to_sign=[one for one in _waiting(signed, at) if _is_asked(actor, one)],
        late=_told_of(late, at) if len(townships) == 1 else (),
        late_townships=_by_township(late, townships, at) if len(townships) > 1 else (),
        silent=[one for one in waiting if one.is_overdue],
        waiting=[one for one in waiting if not one.is_overdue],
        townships=townships,
        kept=kept,
        to_confirm=len(places.terms_to_confirm(actor.person_id)) if _may_confirm(actor) else 0,
        to_withhold=withholdings.to_decide(actor),
        to_replace=withholdings.replacements(kept),
        on_boards=sum(
            one.total for one in hanging.to_do(acts.places_of(actor, Permission.BOARDS_SHOW), clock.today(at))
        ),
    )


def _may_confirm(actor: Actor) -> bool:
    return actor.may_anywhere(Permission.PLACES_CONFIRM)


def _townships(villages: Sequence[PlaceView]) -> list[PlaceView]:
    parents = {village.parent_id for village in villages if village.parent_id is not None}
    found = places.places_by_ids(parents) if parents else {}
    return sorted(found.values(), key=lambda place: place.code)


# ---------------------------------------------------------------- signatures


def _waiting(villages: Sequence[PlaceView], at: datetime) -> list[Awaited]:
    """Drafts of these villages that wait for signatures, the longest waiting first."""
    views = [view for view in _open_drafts(villages) if view.state is State.WAITING]
    return signing.awaited(sorted(views, key=lambda view: view.handed_over_at or view.created_at), at)


def _open_drafts(villages: Sequence[PlaceView]) -> list[DraftView]:
    return disclosure.drafts([village.id for village in villages], only_open=True) if villages else []


def _is_asked(actor: Actor, waiting: Awaited) -> bool:
    roles = {held.role for held in actor.offices if held.place_id == waiting.view.place.id}
    return bool(roles & set(waiting.missing))


# ---------------------------------------------------------------- what is to be posted


def _to_post(villages: Sequence[PlaceView], at: datetime) -> Work:
    """What these villages have not posted, and every draft that is with the bookkeeper, the most urgent first."""
    if not villages:
        return Work()
    on = clock.today(at)
    wanted = (duties.State.OPEN, duties.State.MISSING, duties.State.OLDER)
    owing = boards.unposted(villages, places.county().id, on, wanted)
    owed = {(one.place.id, duty.key, duty.period): (one.place, duty) for one in owing for duty in one.duties}
    drafts = [(view, _key_of(view)) for view in _open_drafts(villages)]
    begun = {key for _view, key in drafts}
    found = [_draft_due(view, owed.get(key, (None, None))[1]) for view, key in drafts if view.state.is_with_bookkeeper]
    found += [
        Due(place, KINDS[duty.kind], duty.period, duty.about, duty)
        for key, (place, duty) in owed.items()
        if key not in begun
    ]
    found.sort(key=lambda due: due.urgency)
    return Work(_with_reminders(found[:CARDS], on), _heaps(found[CARDS:]))


def _draft_due(view: DraftView, duty: Duty | None) -> Due:
    return Due(view.place, view.kind, view.period, view.about, duty, view)


def _key_of(view: DraftView) -> tuple[int, str, str]:
    """Village, duty and period that a draft is about. A correction is about none: its period stands posted."""
    key = view.kind.name
    if key == "statement":
        key += ":" + (_labelled().get(view.about) or class_named(view.about))
    return view.place.id, "" if view.supersedes else key, duties.slot(key, view.period)


@cache
def _labelled() -> Mapping[str, str]:
    """What the start page calls a class of statement when it begins a draft of it → the class."""
    classes = {key.partition(":")[2]: label for key, label in DUTIES.items() if ":" in key}
    return {translator(language)(label): name for name, label in classes.items() for language in LANGUAGES}


def _with_reminders(found: Sequence[Due], on: date) -> list[Due]:
    ids = {due.place.id for due in found if due.duty}
    since = clock.period_bounds(clock.shift_period(clock.period_of(on), -boards.MONTHS_BACK))[0]
    sent = boards.reminders(ids, since) if ids else {}
    return [replace(one, reminded=_sent_of(one, sent)) for one in found]


def _sent_of(one: Due, sent: Mapping[tuple[int, str, str], list[Sent]]) -> Sequence[Sent]:
    return sent.get((one.place.id, one.duty.key, one.duty.period), ()) if one.duty else ()


def _heaps(rest: Collection[Due]) -> list[Heap]:
    """By village, in the order of the most urgent of each."""
    counts = Counter(due.place for due in rest)
    return [Heap(place, count, max(d.days_late for d in rest if d.place == place)) for place, count in counts.items()]


# ---------------------------------------------------------------- what is late


def _late(villages: Sequence[PlaceView], waiting: Collection[Awaited], at: datetime) -> list[Owing]:
    """Villages that are late, the longest first, without what the bookkeeper has handed over."""
    if not villages:
        return []
    with_signers = {_key_of(one.view) for one in waiting}
    found = []
    for one in boards.unposted(villages, places.county().id, clock.today(at)):
        left = [duty for duty in one.duties if (one.place.id, duty.key, duty.period) not in with_signers]
        found += [Owing(one.place, left)] if left else []
    return sorted(found, key=lambda one: (-one.days, one.place.code))


def _told_of(late: Sequence[Owing], at: datetime) -> list[Late]:
    on = clock.today(at)
    villages = [one.place for one in late]
    contacts = places.responsible(villages, on)
    told = boards.told([village.id for village in villages], on - TOLD_WITHIN)
    return [Late(one, contacts.get(one.place.id), told.get(one.place.id)) for one in late]


def _by_township(late: Sequence[Owing], townships: Sequence[PlaceView], at: datetime) -> list[TownshipLate]:
    """Only townships with villages that are late, the longest first."""
    told = boards.told([one.place.id for one in late], clock.today(at) - TOLD_WITHIN)
    found = []
    for township in townships:
        of = [one for one in late if one.place.parent_id == township.id]
        if of:
            count, days = sum(len(one.duties) for one in of), max(one.days for one in of)
            found.append(TownshipLate(township, len(of), count, days, sum(one.place.id in told for one in of)))
    return sorted(found, key=lambda one: (-one.days, one.place.code))
