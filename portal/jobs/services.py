"""Jobs: written in the act's own transaction, leased by a worker, repeated after a crash, given up after five attempts.

A handler gets the job's arguments and a function to report progress in percent. It may run twice (a worker that died
after its work, before its tick), so it looks first what is done already.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from threading import Event
from time import monotonic
from typing import Any

from sqlalchemy import or_, select

from portal import clock
from portal.database import db, on_commit, transaction
from portal.errors import PortalError, machines_reason, refused_by_machine
from portal.jobs.models import Job
from portal.text import N_, Message

Progress = Callable[[int], None]
Handler = Callable[[dict[str, Any], Progress], None]

LEASE = timedelta(minutes=10)
"""How long a job stays with its worker; reporting progress renews it."""
MOST_ATTEMPTS = 5
_REPORT_EVERY = 1.0  # seconds between two progress reports that are written
HANDLERS: dict[str, Handler] = {}
"""The handlers of this installation by the names of their jobs; upper rooms add theirs with `register` at start."""
DAILY: dict[str, time] = {}
"""The hours of what is done every day, by name."""
_log = logging.getLogger(__name__)


def register(name: str, handler: Handler) -> None:
    """Name the function that does the jobs called `name`."""
    HANDLERS[name] = handler


def register_daily(name: str, handler: Handler, hour: time) -> None:
    """As `register`, for work that the worker puts down by itself every day at this hour of county time."""
    register(name, handler)
    DAILY[name] = hour


def plan_daily(names: Collection[str]) -> None:
    """Put down today's job of each of these daily works, once, whichever worker comes first."""
    with transaction() as session:
        for name, hour in DAILY.items():
            due = datetime.combine(clock.today(), hour, clock.COUNTY_TIME)
            query = select(Job.id).where(Job.name == name, Job.due >= due)  # one that failed is due later
            if name in names and session.scalar(query.limit(1)) is None:
                enqueue(name, {}, due)


def enqueue(name: str, arguments: dict[str, Any], due: datetime | None = None) -> int:
    """Put a job down in the running act's transaction, due now or later; its id. `arguments` are JSON values."""
    with transaction() as session:
        job = Job(name=name, arguments=arguments, due=due or clock.now())
        session.add(job)
        session.flush()
        return job.id


def see_through(name: str, arguments: dict[str, Any]) -> None:
    """Do a job as soon as the running act has committed, and let the worker do it once more: a process that dies in
    between leaves nothing undone. For what must not wait, such as erasing."""
    enqueue(name, arguments)
    on_commit(partial(HANDLERS[name], arguments, lambda _percent: None))


def run_due(handlers: Mapping[str, Handler], limit: int = 10) -> int:
    """Run up to `limit` jobs that are due and free and have a handler here; how many were begun."""
    for count in range(limit):
        leased = _lease(list(handlers))
        if leased is None:
            return count
        job_id, name, arguments = leased
        _run(job_id, handlers[name], arguments)
    return limit


def work(handlers: Mapping[str, Handler], stop: Event, pause: float = 1.0) -> None:
    """The worker: runs what is due until `stop` is set, looking every `pause` seconds; outlives a lost database."""
    planned_on = None
    while not stop.is_set():
        try:
            if planned_on != clock.today():
                plan_daily(handlers.keys())
                planned_on = clock.today()
            begun = run_due(handlers)
        except Exception:
            _log.exception("The worker could not look for jobs")
            begun = 0
        finally:
            db.session.remove()
        if not begun:
            stop.wait(pause)


def _lease(names: list[str]) -> tuple[int, str, dict[str, Any]] | None:
    """Take the job due longest: its id, name and arguments."""
    at = clock.now()
    free = or_(Job.leased_until.is_(None), Job.leased_until <= at)
    query = select(Job).where(Job.done_at.is_(None), Job.failed_at.is_(None), Job.due <= at, free, Job.name.in_(names))
    with transaction() as session:
        job = session.scalars(query.order_by(Job.due, Job.id).limit(1)).one_or_none()
        if job is None:
            return None
        job.leased_until = at + LEASE
        job.attempts += 1
        return job.id, job.name, job.arguments


def _run(job_id: int, handler: Handler, arguments: dict[str, Any]) -> None:
    try:
        handler(arguments, _reporter(job_id))
    except PortalError as error:
        _fail(job_id, error.message)
    except Exception as error:
        _log.exception("Job %s failed", job_id)
        said = machines_reason(error) if refused_by_machine(error) else f"{type(error).__name__}: {error}"
        _fail(job_id, Message(N_("An unexpected error: %(error)s"), {"error": said}))
    else:
        with transaction() as session:
            job = session.get_one(Job, job_id)
            job.done_at, job.leased_until, job.progress, job.error = clock.now(), None, 100, None


def _fail(job_id: int, message: Message) -> None:
    """Note the failure; the next attempt is after 1, 2, 4, 8 minutes, then the job is given up."""
    at = clock.now()
    with transaction() as session:
        job = session.get_one(Job, job_id)
        job.error, job.leased_until = message.to_json(), None
        job.due = at + timedelta(minutes=2 ** (job.attempts - 1))
        if job.attempts >= MOST_ATTEMPTS:
            job.failed_at = at


def _reporter(job_id: int) -> Progress:
    """A function that writes the percentage down (at most once a second) and renews the lease.

    Inside an act of the handler it becomes visible with that act's commit."""
    last = 0.0

    def report(percent: int) -> None:
        nonlocal last
        if monotonic() - last < _REPORT_EVERY:
            return
        last = monotonic()
        with transaction() as session:
            job = session.get_one(Job, job_id)
            job.progress, job.leased_until = percent, clock.now() + LEASE

    return report


def forget_errors(name: str, argument: str, values: Collection[int]) -> None:
    """Erase what failed jobs said of these things: an error's sentence may repeat what stood there. Joins the act."""
    with transaction() as session:
        for job in session.scalars(select(Job).where(Job.name == name, Job.error.is_not(None))):
            if job.arguments.get(argument) in values:
                job.error = None
