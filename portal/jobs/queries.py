"""Reading jobs: how far one is, and what failed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.database import db
from portal.errors import NotFound
from portal.jobs.models import Job
from portal.text import N_, Message


@dataclass(frozen=True)
class JobView:
    """A job as pages show it; `progress` in percent, `error` the last failure."""

    id: int
    name: str
    due: datetime
    attempts: int
    progress: int
    done_at: datetime | None
    failed_at: datetime | None
    error: Message | None


def job(job_id: int) -> JobView:
    """One job; NotFound."""
    found = db.session.get(Job, job_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("There is no such job."))
    return _view(found)


def is_ordered(name: str, after: datetime | None = None, untouched: bool = False) -> bool:
    """Does a job of this name wait or run? Only one due later than `after`, or one that was never begun (`untouched`),
    where that is asked."""
    query = select(Job.id).where(Job.name == name, Job.done_at.is_(None), Job.failed_at.is_(None))
    if after is not None:
        query = query.where(Job.due > after)
    if untouched:
        query = query.where(Job.attempts == 0)
    return db.session.scalar(query.limit(1)) is not None


def given_up(since: datetime, limit: int = 5) -> list[JobView]:
    """The jobs that were given up since a moment, newest first."""
    query = select(Job).where(Job.failed_at >= since).order_by(Job.id.desc()).limit(limit)
    return [_view(each) for each in db.session.scalars(query)]


def _view(job: Job) -> JobView:
    error = None if job.error is None else Message.from_json(job.error)
    return JobView(job.id, job.name, job.due, job.attempts, job.progress, job.done_at, job.failed_at, error)
