"""The verbs of duties: reminding whoever answers for a posting, and noting what waits for the township's order."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from portal import clock, jobs
from portal.accounts.rules import Actor, Permission
from portal.clock import period_of, shift_period
from portal.database import on_commit, transaction
from portal.duties import boards, rules
from portal.duties.models import Reminder, Waiting
from portal.duties.rules import Duty, Reminded, State
from portal.errors import Invalid, NotFound
from portal.gazette import generation
from portal.jobs.services import Progress
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.text import N_

REMIND = "duties.remind"
"""The daily job that writes reminders."""
HOUR = time(6)


def register_jobs() -> None:
    """Tell the worker what is done every morning."""
    jobs.register_daily(REMIND, _as_job, HOUR)


def _as_job(_arguments: dict[str, Any], _report: Progress) -> None:
    remind(clock.now())


def remind(at: datetime) -> int:
    """Write down the reminders of the day for the whole county; how many. A second time on a day adds nothing."""
    today = clock.today(at)
    with transaction() as session:
        try:
            county = places.county()
        except NotFound:
            return 0  # the worker may run before `portal init`
        villages = places.villages_under(county.id)
        owing = boards.unposted(villages, county.id, today, (State.OPEN, State.MISSING))
        settings = places.settings_in_force(county.id, today)
        before, after = settings["remind_days_before"], settings["remind_days_after"]
        sent = boards.reminders([one.place.id for one in owing], since=_first_day(today))
        offices = places.responsible([one.place for one in owing], today)
        due = [
            (one.place, duty)
            for one in owing
            for duty in one.duties
            if rules.must_remind(
                duty.due, today, before, after, [r.on for r in sent.get((one.place.id, duty.key, duty.period), ())]
            )
        ]
        for place, duty in due:
            office = offices.get(place.id)
            what = Reminded.AFTER if duty.days else Reminded.BEFORE
            session.add(_reminder(place.id, duty, what, office.office_id if office else None, None, at))
        session.flush()
    return len(due)


def _first_day(today: date) -> date:
    """Reminders of older duties than the boards show are not asked for."""
    return clock.period_bounds(shift_period(period_of(today), -boards.MONTHS_BACK - 3))[0]


def _reminder(
    place_id: int, duty: Duty, what: Reminded, office_id: int | None, person_id: int | None, at: datetime
) -> Reminder:
    return Reminder(
        place_id=place_id,
        key=duty.key,
        period=duty.period,
        what=what,
        office_id=office_id,
        person_id=person_id,
        sent_on=clock.today(at),
        sent_at=at,
    )


def note_letter(actor: Actor, place: PlaceView, owed: Sequence[Duty], at: datetime) -> None:
    """The township has printed its letter about what a village owes: one reminder a duty, once a day."""
    with transaction() as session:
        actor.must(Permission.DRAFTS_ORDER, places.line(place.id))
        if not owed:
            raise Invalid(N_("%(place)s has posted everything that was due."), place=place.name)
        office = places.responsible([place], clock.today(at)).get(place.id)
        sent = boards.reminders([place.id], since=clock.today(at))
        for duty in owed:
            today = sent.get((place.id, duty.key, duty.period), ())
            if not any(reminder.what is Reminded.LETTER for reminder in today):
                office_id = office.office_id if office else None
                session.add(_reminder(place.id, duty, Reminded.LETTER, office_id, actor.person_id or None, at))
        session.flush()


# ---------------------------------------------------------------- the township's own duty


def note_waiting(draft: int, place_id: int, kind: str, period: str, since: date) -> None:
    """A draft is with its signers: from `since` on the township may order its publication. Joins the running act."""
    with transaction() as session:
        session.add(Waiting(draft=draft, place_id=place_id, kind=kind, period=period, since=since))
        session.flush()


def settle_waiting(draft: int, on: date) -> None:
    """The draft waits no more: it was published, sent back, taken back or discarded. Joins the running act."""
    with transaction() as session:
        for waiting in session.scalars(select(Waiting).where(Waiting.draft == draft, Waiting.settled_on.is_(None))):
            waiting.settled_on = on
            if waiting.since <= on:  # it stood on the township's page
                on_commit(generation.bump)
        session.flush()
