"""Copies are made: at once where somebody waits for them, else by the worker, one picture after another."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal import clock, jobs
from portal.database import db, transaction
from portal.errors import PortalError
from portal.evidence import erasing, installation
from portal.evidence.copies import Copier, Limits
from portal.evidence.models import EvidenceFile, EvidenceMask
from portal.evidence.requests import BOARD_SIDE, LONG_SIDE, Copies, Mask
from portal.evidence.rules import Document
from portal.jobs.services import Progress
from portal.places import queries as places

PREPARE = "evidence.prepare"
"""The job that makes the copies of files."""


def register_jobs() -> None:
    """Tell the worker how copies are made."""
    jobs.register(PREPARE, _as_job)


def see_to_it() -> None:
    """Let the worker make the copies that are missing; inside the running act. One order that nobody has begun yet is
    enough for any number of papers; one that is under way may have looked already."""
    if not jobs.is_ordered(PREPARE, untouched=True):
        jobs.enqueue(PREPARE, {})


def put_copies(file: EvidenceFile, made: Copies) -> None:
    """Keep the copies of a file and name them in its row, inside the running act."""
    file.kind, file.pages = made.kind, made.pages
    if made.copy is None or made.small is None:
        return
    store = installation.store()
    file.copy_digest, file.small_digest = store.put(made.copy), store.put(made.small)
    file.sizes, file.error = [list(size) for size in made.sizes], None
    db.session.flush()


def prepare(file_id: int) -> None:
    """Make a file's copies now; what cannot be made says why in its row."""
    with transaction(write=False):
        file = db.session.get_one(EvidenceFile, file_id, populate_existing=True)
        limits = _limits(file.place_id)
    with Copier(installation.current().fonts, limits) as copier:
        _prepare(file_id, copier)


def _as_job(_arguments: dict[str, Any], report: Progress) -> None:
    """Make the copies of all papers that have none, one by one; a second run finds nothing left to do."""
    with transaction(write=False) as session:
        waiting = select(EvidenceFile.id, EvidenceFile.place_id).where(
            EvidenceFile.copy_digest.is_(None), EvidenceFile.error.is_(None)
        )
        found = session.execute(waiting.order_by(EvidenceFile.id)).all()
        limits = {place_id: _limits(place_id) for place_id in {row.place_id for row in found}}
    with Copier(installation.current().fonts) as copier:
        for done, (file_id, place_id) in enumerate(found, 1):
            copier.limits = limits[place_id]
            _prepare(file_id, copier)
            report(100 * done // len(found))


def _prepare(file_id: int, copier: Copier) -> None:
    while True:
        with transaction(write=False):
            file = db.session.get(EvidenceFile, file_id, populate_existing=True)
            if file is None or file.copy_digest is not None or file.error is not None:
                return
            digest, revision, masks = file.digest, file.revision, _masks(file_id)
            side = BOARD_SIDE if file.document == Document.BOARD else LONG_SIDE
        made = _made(digest, masks, copier, side)
        parts = (made.copy, made.small) if isinstance(made, Copies) else ()
        written = [installation.store().put(part or b"") for part in parts]
        with transaction():
            file = db.session.get(EvidenceFile, file_id, populate_existing=True)
            if file is None:  # withheld meanwhile
                erasing.drop(written)
                return
            if file.revision != revision:
                continue  # a box came or went meanwhile: once more, with all of them
            if isinstance(made, PortalError):
                file.error = made.message.to_json()
            else:
                put_copies(file, made)
        return


def _made(digest: str, masks: Sequence[Mask], copier: Copier, side: int) -> Copies | PortalError:
    try:
        return copier.copies(installation.store().get(digest), masks, side=side)
    except PortalError as error:
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
