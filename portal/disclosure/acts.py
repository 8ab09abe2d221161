"""What all acts on a draft share: may it be changed, is its month still open, and the dated row of the act."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from portal import clock
from portal.accounts.rules import Actor, Permission
from portal.database import db
from portal.disclosure import assembling, editions, originals, queries, rules
from portal.disclosure.models import Draft, DraftEvent, DraftState
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import Act, State
from portal.duties import services as duties
from portal.errors import Conflict, Invalid
from portal.gazette import internal
from portal.gazette import queries as gazette
from portal.kinds.base import Kind
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_


def check_not_published(place: PlaceView, kind: Kind, period: str, supersedes: int | None = None) -> None:
    """Conflict if this period, or a later one, of a kind whose balances are carried is in the gazette already; for a
    correction, if the item was corrected by somebody else."""
    if supersedes is not None:
        check_not_corrected(supersedes)
        return
    if not kind.is_carried:
        return
    item = gazette.current(place.id, kind.name, period)
    if item:
        raise Conflict(
            N_("%(period)s is already published as number %(number)s. Post a later month, or correct it there."),
            period=period,
            number=item.number,
        )
    later = gazette.items_of(place.id, kind.name, first=clock.shift_period(period, 1))
    if later:
        raise Conflict(
            N_("%(later)s is already published, so %(period)s is closed. Enter what was forgotten in the open month."),
            later=later[-1].period,
            period=period,
        )


def check_not_corrected(number: int) -> None:
    """Conflict if the item was corrected already: a correction corrects what holds now."""
    newer = gazette.item(number).superseded_by
    if newer is not None:
        text = N_("Number %(number)s was corrected already, by number %(newer)s. Correct that one.")
        raise Conflict(text, number=number, newer=newer)


def check_single(view: DraftView, content: Mapping[str, Any]) -> None:
    """Conflict if the kind takes one posting of a period and subject, and there is one already."""
    if not view.kind.is_single:
        return
    item = gazette.current_of(view.place.id, view.kind.name, view.period, view.kind.subject_of(content))
    if item and item.number != view.supersedes:
        raise Conflict(
            N_("This is already published as number %(number)s. If something in it is wrong, correct it there."),
            number=item.number,
        )


def check_openings(view: DraftView) -> None:
    """Conflict unless the closings last published are those that the draft was read against."""
    if not view.kind.is_carried:
        return
    closings = gazette.closings(view.place.id, view.period, view.kind.name)
    now = assembling.closings_to_json(closings[1]) if closings else None
    reading = queries.reading(view.id)
    if (now, closings[0] if closings else None) != (reading.previous, reading.previous_period):
        raise Conflict(
            N_("Another month was published meanwhile, so the openings have changed. Have the files read again.")
        )


def check_later(view: DraftView, content: Mapping[str, Any]) -> None:
    """Conflict unless the later months are still those that the correction was read against: what happens to each of
    them is part of what is signed."""
    if view.supersedes is None or not view.kind.is_carried:
        return
    found = originals.original(view.place.id, view.kind, view.supersedes, view.reason or "")
    if originals.shifts(found, content) != content.get("carried", []):
        raise Conflict(
            N_("Another month was published meanwhile, so the openings have changed. Have the files read again.")
        )


def check_changed(view: DraftView, content: Mapping[str, Any], inside: Sequence[Mapping[str, Any]]) -> None:
    """Invalid for a correction that says just what was published, also in what is not shown (`inside`)."""
    if view.supersedes is None or (before := originals.content_of(view.supersedes)) is None:
        return
    kept = internal.of(view.supersedes)
    same_inside = [kept.get(n, {}) for n in range(1, len(before["lines"]) + 1)] == list(inside) if kept else not inside
    if same_inside and originals.substance(content) == originals.substance(before):
        raise Invalid(N_("Nothing differs from what was published. Correct something, or discard the draft."))


def is_unchanged(view: DraftView, content: Mapping[str, Any]) -> bool:
    """Would `check_changed` refuse the draft as it is now?"""
    if view.supersedes is None:
        return False
    inside = db.session.scalar(select(DraftState.internal).where(DraftState.draft_id == view.id))
    try:
        check_changed(view, content, json.loads(inside) if inside else ())
    except Invalid:
        return True
    return False


def changeable(
    actor: Actor,
    draft_id: int,
    at: datetime,
    taking_back: bool = True,
    seen: str | None = None,
    as_a_whole: bool = False,
) -> DraftView:
    """The draft, if the actor may change it now; one that is with the signers is taken back by changing it.

    Whoever changes something is one of its makers from then on, and signs it no more. Conflict if it was handed over
    since the edition `seen`, or (`as_a_whole`) changed in any way.
    """
    view = preparable(actor, draft_id)
    if not view.state.is_open:
        raise Conflict(N_("This draft is closed. Nothing in it can be changed any more."))
    editions.check(seen, view, as_a_whole)
    if view.state is State.WAITING and taking_back:
        record(actor, draft_id, Act.TAKEN_BACK, at)
    elif taking_back and not rules.has_made(actor.person_id, actor.session, view.happenings):
        record(actor, draft_id, Act.CHANGED, at)
    return view


def record(
    actor: Actor,
    draft_id: int,
    act: Act,
    at: datetime,
    reason: str | None = None,
    content: bytes | None = None,
    digest: str | None = None,
    number: int | None = None,
) -> None:
    """Write down an act with the person and the office behind it."""
    permission = _PERMISSION_OF.get(act, Permission.DRAFTS_PREPARE)
    place_id = db.session.scalar(select(Draft.place_id).where(Draft.id == draft_id))
    assert place_id is not None
    office = actor.office_for(permission, places.line(place_id))
    db.session.add(
        DraftEvent(
            draft_id=draft_id,
            act=act,
            person_id=actor.person_id,
            office_id=office.office_id if office else None,
            session=actor.session,
            at=at,
            reason=reason,
            content=content,
            digest=digest,
            number=number,
        )
    )
    db.session.flush()
    _tell_duties(draft_id, act, at)


def _tell_duties(draft_id: int, act: Act, at: datetime) -> None:
    """From when on the township may order publication is public: its silence is a lateness of its own."""
    if act is Act.HANDED_OVER:
        draft = db.session.get_one(Draft, draft_id)
        settings = places.settings_in_force(draft.place_id, clock.today(at))
        free, worked = settings["holidays"], settings["worked_days"]
        last_day = rules.silence_ends(at, settings["silence_days"], free, worked)
        duties.note_waiting(draft_id, draft.place_id, draft.kind, draft.period, last_day + timedelta(days=1))
    elif act in (Act.TAKEN_BACK, Act.SENT_BACK, Act.OVERTAKEN, Act.PUBLISHED, Act.DISCARDED):
        duties.settle_waiting(draft_id, clock.today(at))


_PERMISSION_OF = {Act.SENT_BACK: Permission.DRAFTS_SIGN, Act.ORDERED: Permission.DRAFTS_ORDER}


def finish(draft_id: int, at: datetime) -> None:
    """The draft is over: it is no longer the open one of its month."""
    db.session.execute(update(Draft).where(Draft.id == draft_id).values(finished_at=at))


def visible(actor: Actor, draft_id: int) -> DraftView:
    """The draft, if the actor may see it; Forbidden otherwise."""
    view = queries.draft(draft_id)
    actor.must(Permission.DRAFTS_SEE, places.line(view.place.id))
    return view


def preparable(actor: Actor, draft_id: int) -> DraftView:
    """The draft, if the actor prepares this village's; Forbidden otherwise. For reading: `changeable` is for acts."""
    view = queries.draft(draft_id)
    actor.must(Permission.DRAFTS_PREPARE, places.line(view.place.id))
    return view


def places_of(actor: Actor, permission: Permission) -> list[PlaceView]:
    """The villages in which the actor's offices give a permission, in the order of their codes."""
    found = {
        village.id: village
        for held in actor.offices
        if actor.may(permission, [held.place_id])
        for village in places.villages_under(held.place_id)
    }
    return sorted(found.values(), key=lambda village: village.code)
