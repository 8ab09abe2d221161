"""Papers that go with a withheld item: rows at once, files after the commit, and what was written about them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select

from portal import jobs
from portal.database import db, transaction
from portal.evidence import installation, sweeping
from portal.evidence.models import EvidenceAct, EvidenceFile, EvidenceLink, EvidenceMask
from portal.jobs.services import Progress

DROP = "evidence.drop"
"""The job that deletes files whose papers were erased."""


def register_jobs() -> None:
    """Tell the worker how files are deleted, should the process die that erased their papers."""
    jobs.register(DROP, _as_job)


def erase(numbers: Collection[int] = (), draft_ids: Collection[int] = ()) -> int:
    """Erase the papers of withheld items and of drafts, unless they belong to another item or draft too; how many files
    are gone. Inside the act that withholds; the stored bytes go once it has committed."""
    of_these = or_(EvidenceLink.number.in_(numbers), EvidenceLink.draft_id.in_(draft_ids))
    with transaction() as session:
        file_ids = set(session.scalars(select(EvidenceLink.file_id).where(of_these)))
        session.execute(delete(EvidenceLink).where(of_these))
        kept = set(session.scalars(select(EvidenceLink.file_id).where(EvidenceLink.file_id.in_(file_ids), _holds())))
        return _erase_files(file_ids, kept)


def erase_photos(place_id: int, digests: Collection[str], is_silenced: bool = True) -> int:
    """Erase pictures of a village that no paper at a line is; how many. The caller names them nowhere any more. Of a
    village where nothing is withheld, what was written of its photos stays (not `is_silenced`): it names nobody."""
    with transaction() as session:
        of_these = (EvidenceFile.place_id == place_id, EvidenceFile.digest.in_(digests))
        file_ids = set(session.scalars(select(EvidenceFile.id).where(*of_these)))
        kept = set(session.scalars(select(EvidenceLink.file_id).where(EvidenceLink.file_id.in_(file_ids), _holds())))
        return _erase_files(file_ids, kept, is_silenced)


def _erase_files(file_ids: Collection[int], kept: Collection[int], is_silenced: bool = True) -> int:
    digests: set[str] = set()
    for file in db.session.scalars(select(EvidenceFile).where(EvidenceFile.id.in_(file_ids))).all():
        if is_silenced:
            _silence(file)
        if file.id not in kept:
            digests |= {digest for digest in (file.digest, file.copy_digest, file.small_digest) if digest}
    gone = set(file_ids) - set(kept)
    for table in (EvidenceLink, EvidenceMask):
        db.session.execute(delete(table).where(table.file_id.in_(gone)))
    db.session.execute(delete(EvidenceFile).where(EvidenceFile.id.in_(gone)))
    if digests:
        jobs.see_through(DROP, {"digests": sorted(digests)})
    return len(gone)


def _holds() -> ColumnElement[bool]:
    """A link for whose sake a paper stays: one that lasts, or that villagers have seen."""
    return EvidenceLink.removed_at.is_(None) | EvidenceLink.number.is_not(None)


def _silence(file: EvidenceFile) -> None:
    """Who did what with a paper stays; the words that stood beside it go. The rows are written again without them, for
    the table lets nobody change a row."""
    acts = EvidenceAct.__table__
    of_file = (acts.c.place_id == file.place_id, acts.c.digest == file.digest, acts.c.value != "")
    rows = [{**row, "value": ""} for row in db.session.execute(select(acts).where(*of_file)).mappings()]
    if rows:
        db.session.execute(delete(EvidenceAct).where(*of_file))
        db.session.execute(insert(EvidenceAct), rows)


def _as_job(arguments: dict[str, Any], _report: Progress) -> None:
    drop(arguments["digests"])


def drop(digests: list[str]) -> None:
    """Delete those of the files that no row names any more."""
    with transaction():
        for digest in set(digests) - sweeping.named(digests):
            installation.store().path(digest).unlink(missing_ok=True)
