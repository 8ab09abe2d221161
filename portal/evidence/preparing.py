"""Copies are made: at once where somebody waits for them, else by the worker, one picture after another."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal import clock, jobs
from portal.database import db, transaction
from portal.errors import Invalid
from portal.evidence import installation
from portal.evidence.copies import Copier, Limits
from portal.evidence.models import EvidenceFile, EvidenceMask
from portal.evidence.requests import Copies, Mask
from portal.jobs.services import Progress
from portal.places import queries as places

PREPARE = "evidence.prepare"
"""The job that makes the copies of files."""


def register_jobs() -> None:
    """Tell the worker how copies are made."""
    jobs.register(PREPARE, _as_job)


def enqueue(file_ids: Sequence[int]) -> int:
    """Let the worker make copies; the job's id. Inside the running act."""
    return jobs.enqueue(PREPARE, {"files": list(file_ids)})


def put_copies(file: EvidenceFile, made: Copies) -> None:
    """Keep the copies of a file and name them in its row, inside the running act."""
    file.kind, file.pages = made.kind, made.pages
    if made.copy is None or made.small is None:
        return
    store = installation.store()
    file.copy_digest, file.small_digest = store.put(made.copy), store.put(made.small)
    file.width, file.height, file.error, file.job_id = made.width, made.height, None, None
    db.session.flush()


def prepare(file_id: int) -> None:
    """Make a file's copies now; what cannot be made says why in its row."""
    with transaction(write=False):
        file = db.session.get_one(EvidenceFile, file_id, populate_existing=True)
        limits = _limits(file.place_id)
    with Copier(installation.current().fonts, limits) as copier:
        _prepare(file_id, copier)


def _as_job(arguments: dict[str, Any], report: Progress) -> None:
    """The copies of files, one by one; those that have theirs are passed over, so that a second run does no harm."""
    ids: list[int] = arguments["files"]
    with transaction(write=False):
        first = db.session.scalar(select(EvidenceFile.place_id).where(EvidenceFile.id.in_(ids)).limit(1))
        if first is None:
            return
        limits = _limits(first)
    with Copier(installation.current().fonts, limits) as copier:
        for done, file_id in enumerate(ids, 1):
            _prepare(file_id, copier)
            report(100 * done // len(ids))


def _prepare(file_id: int, copier: Copier) -> None:
    while True:
        with transaction(write=False):
            file = db.session.get(EvidenceFile, file_id, populate_existing=True)
            if file is None or file.copy_digest is not None or file.error is not None:
                return
            digest, revision, masks = file.digest, file.revision, _masks(file_id)
        made = _made(digest, masks, copier)
        if isinstance(made, Copies):
            for part in (made.copy, made.small):
                installation.store().put(part or b"")
        with transaction():
            file = db.session.get(EvidenceFile, file_id, populate_existing=True)
            if file is None:
                return
            if file.revision != revision:
                continue  # a box came or went meanwhile: once more, with all of them
            if isinstance(made, Invalid):
                file.error, file.job_id = made.message.to_json(), None
            else:
                put_copies(file, made)
        return


def _made(digest: str, masks: Sequence[Mask], copier: Copier) -> Copies | Invalid:
    try:
        return copier.copies(installation.store().get(digest), masks)
    except Invalid as error:
        return error


def _masks(file_id: int) -> list[Mask]:
    rows = db.session.scalars(
        select(EvidenceMask)
        .where(EvidenceMask.file_id == file_id, EvidenceMask.removed_at.is_(None))
        .order_by(EvidenceMask.id)
    )
    return [Mask(row.page, row.x, row.y, row.width, row.height) for row in rows]


def _limits(place_id: int) -> Limits:
    return Limits.of_settings(places.settings_in_force(place_id, clock.today()))
