"""Once a day: files that nobody names any more are taken out of the store, thirty days after they were written."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select

from portal import clock, jobs
from portal.database import transaction
from portal.evidence import installation
from portal.evidence.models import EvidenceFile, EvidenceLink
from portal.jobs.services import Progress

SWEEP = "evidence.sweep"
"""The job; each run orders the next one."""
KEPT_FOR = timedelta(days=30)
UNFINISHED = timedelta(days=1)
_held: dict[str, ColumnElement[bool]] = {}
BATCH = 500  # files looked at in one transaction, which keeps other writers waiting


def register_jobs() -> None:
    """Tell the worker how the store is swept."""
    jobs.register(SWEEP, _as_job)


def hold(name: str, condition: ColumnElement[bool]) -> None:
    """Keep the files of which this is true: a room above says under its name what it shows."""
    _held[name] = condition


def see_to_it(at: datetime) -> None:
    """Order the next sweep, unless one is ordered; inside the running act."""
    if not jobs.is_ordered(SWEEP):
        jobs.enqueue(SWEEP, {}, at + timedelta(days=1))


def _as_job(_arguments: dict[str, Any], _report: Progress) -> None:
    at = clock.now()
    sweep(at)
    with transaction():
        if not jobs.is_ordered(SWEEP, after=at):  # this one is not done yet itself
            jobs.enqueue(SWEEP, {}, at + timedelta(days=1))


def sweep(at: datetime) -> int:
    """Forget papers that belonged to no published line and to no draft for thirty days, then delete the files that no
    row names; how many files."""
    before = at - KEPT_FOR
    with transaction() as session:
        for file_id in session.scalars(_forgotten(before)).all():
            session.execute(delete(EvidenceLink).where(EvidenceLink.file_id == file_id))
            session.execute(delete(EvidenceFile).where(EvidenceFile.id == file_id))
    store = installation.store()
    count = store.drop_unfinished(at - UNFINISHED)
    for digests in _batches(store.old(before)):
        with transaction():
            count += sum(store.drop(digest, before) for digest in set(digests) - named(digests))
    return count


def _batches(digests: Iterable[str]) -> Iterator[list[str]]:
    left = iter(digests)
    while batch := list(islice(left, BATCH)):
        yield batch


def named(digests: list[str]) -> set[str]:
    """Those of the digests that a row names."""
    found: set[str] = set()
    with transaction() as session:
        for column in (EvidenceFile.digest, EvidenceFile.copy_digest, EvidenceFile.small_digest):
            found.update(digest for digest in session.scalars(select(column).where(column.in_(digests))) if digest)
    return found


def _forgotten(before: datetime) -> Select[int]:
    """Files without a link that lasts, was published, or was taken away lately."""
    holding = (
        select(EvidenceLink.id)
        .where(
            EvidenceLink.file_id == EvidenceFile.id,
            EvidenceLink.removed_at.is_(None) | EvidenceLink.number.is_not(None) | (EvidenceLink.removed_at >= before),
        )
        .exists()
    )
    return select(EvidenceFile.id).where(EvidenceFile.at < before, ~holding, *(~each for each in _held.values()))
