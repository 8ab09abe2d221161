"""The verbs of a correction: begin one from what was published, say why, mend a line, carry it through later months."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from portal import clock, workbooks
from portal.accounts.rules import Actor, Permission
from portal.database import db, transaction
from portal.disclosure import originals, queries, rules
from portal.disclosure.acts import changeable, check_not_corrected, record
from portal.disclosure.models import Draft
from portal.disclosure.preparing import mark_changed, put_choices, put_files, read_if_small
from portal.disclosure.queries import CARRY, DraftView
from portal.disclosure.rules import Act
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.gazette import internal
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.gazette.services import Entry
from portal.kinds import KINDS
from portal.kinds.base import Kind, Level
from portal.kinds.finance import carrying
from portal.kinds.finance.columns import CHECKS
from portal.places import queries as places
from portal.text import N_


def start_correction(actor: Actor, number: int, reason: str, at: datetime, language: str = "zh") -> int:
    """Begin the draft that corrects item `number`; its id. It begins with a workbook of what was published, with
    headings in `language`; with nothing where the item is withheld.

    Conflict if the item was corrected already, or somebody is about it; NotFound for a record of the gazette.
    """
    item = correctable(actor, number)
    content = originals.content_of(number)
    name = f"{item.period}-{item.kind}.xlsx"
    body = workbooks.filled(KINDS[item.kind].written(content), language) if content else None
    with transaction():
        correctable(actor, number)
        if (originals.content_of(number) is None) != (content is None):
            raise Conflict(N_("Item %(number)s was withheld this very moment. Begin again."), number=number)
        draft_id = _begun(actor, item, _reason(KINDS[item.kind], reason, content), at)
        if body:
            put_files(draft_id, [(name, body)], at, is_generated=True)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)
    return draft_id


def correctable(actor: Actor, number: int) -> ItemView:
    """The item, if this actor may begin a correction of it now; Conflict with the reason why not."""
    item = gazette.item(number)
    must_prepare(actor, item)
    if item.kind not in KINDS or not item.period:
        raise NotFound(N_("Item %(number)s is a record of the gazette: it is not corrected."), number=number)
    check_not_corrected(number)
    if queries.open_correction(number):
        raise Conflict(
            N_("Number %(number)s is being corrected already. Go on in that draft, or discard it first."), number=number
        )
    return item


def must_prepare(actor: Actor, item: ItemView) -> None:
    """Forbidden, naming the village, unless the actor prepares what it posts: a number is easily mistyped."""
    if not actor.may(Permission.DRAFTS_PREPARE, places.line(item.place_id)):
        text = N_("Number %(number)s is of %(place)s. Your office does not correct what is posted there.")
        raise Forbidden(text, number=item.number, place=places.place(item.place).name)


def _reason(kind: Kind, reason: str, content: Mapping[str, Any] | None) -> str:
    """Why something is corrected, as it will be printed."""
    return rules.check_names_nobody(kind, rules.check_reason("corrected", reason), content or {})


def _begun(actor: Actor, item: ItemView, reason: str, at: datetime) -> int:
    office = actor.office_for(Permission.DRAFTS_PREPARE, places.line(item.place_id))
    if office is None:
        raise Invalid(N_("A draft is begun by an office; the operator has none."))
    published = queries.draft_of(item.number)
    row = Draft(
        place_id=item.place_id,
        kind=item.kind,
        period=item.period,
        about=published.about if published else "",
        supersedes=item.number,
        reason=reason,
        person_id=actor.person_id,
        office_id=office.office_id,
        session=actor.session,
        created_at=at,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, row.id, Act.STARTED, at)
    return row.id


def give_reason(actor: Actor, draft_id: int, reason: str, at: datetime, seen: str | None = None) -> None:
    """Say anew why something is corrected; it is printed, and part of what is signed."""
    with transaction() as session:
        view = _changeable_correction(actor, draft_id, at, seen)
        assert view.supersedes is not None
        session.get_one(Draft, draft_id).reason = _reason(view.kind, reason, originals.content_of(view.supersedes))
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def carry_through(actor: Actor, draft_id: int, is_carried: bool, at: datetime, seen: str | None = None) -> None:
    """Say that the later months go along with a changed closing, all signed as one act; or that they do not."""
    with transaction():
        _changeable_correction(actor, draft_id, at, seen)
        put_choices(actor, draft_id, [(CARRY, None, CARRY, "yes" if is_carried else "no", None)], at)
        mark_changed(draft_id, at)
    read_if_small(draft_id, at)


def _changeable_correction(actor: Actor, draft_id: int, at: datetime, seen: str | None) -> DraftView:
    view = changeable(actor, draft_id, at, seen=seen)
    if view.supersedes is None:
        raise Invalid(N_("This draft corrects nothing."))
    return view


# ---------------------------------------------------------------- the later months


def later_entries(
    view: DraftView, content: Mapping[str, Any], signoffs: Sequence[Mapping[str, Any]], at: datetime
) -> list[Entry]:
    """The later months as a signed correction shifts them: each supersedes what holds now, with its reason and where
    it comes from. Their signatures carry no digest: it would be that of another content."""
    moved = carrying.by_month(content.get("carried", ()))
    told = _told(view, at)
    signed = [{name: value for name, value in signoff.items() if name != "digest"} for signoff in signoffs]
    return [_later_entry(view, number, deltas, signed, told) for number, deltas in moved.items()]


def _later_entry(
    view: DraftView, number: int, deltas: Mapping[Any, int], signoffs: list[dict[str, Any]], told: Sequence[str]
) -> Entry:
    item, before = gazette.item(number), gazette.content(number)
    kept = {name: value for name, value in before.items() if name not in originals.OF_A_CORRECTION}
    content = carrying.shifted(kept, deltas, told)
    content |= {"corrects": number, "reason": view.reason}
    content["carried_from"] = {"number": view.supersedes, "period": view.period}
    inside = internal.of(number)
    return Entry(
        kind=item.kind,
        place=view.place.code,
        place_id=view.place.id,
        period=item.period,
        subject=item.subject,
        content=content,
        signoffs=signoffs,
        supersedes=number,
        internal=[inside.get(n, {}) for n in range(1, len(before["lines"]) + 1)] if inside else (),
    )


def _told(view: DraftView, at: datetime) -> list[str]:
    """The checks of balances that the county has not switched off."""
    settings = places.settings_in_force(view.place.id, clock.today(at))
    return [name for name in CHECKS if str(settings.get(f"check.{name}", Level.WARNING.value)) != "off"]
