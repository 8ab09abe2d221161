"""Drafts of withheld items: what the portal kept of their content is erased, who did what and when stays.

A draft holds the same content once more, and digests of it without a salt, by which a name could be found by trying.
"""

from collections.abc import Collection

from sqlalchemy import and_, delete, or_, select, update

from portal import clock, jobs
from portal.database import db
from portal.disclosure.models import (
    Draft,
    DraftChoice,
    DraftEvent,
    DraftFile,
    DraftState,
    RememberedChoice,
    Signature,
)
from portal.disclosure.preparing import READ_DRAFT
from portal.disclosure.queries import ANSWER
from portal.disclosure.rules import Act
from portal.duties import services as duties
from portal.evidence import erasing as papers
from portal.gazette import erasing
from portal.gazette.erasing import Erasure

ERASED = "-"
"""Stands where a digest must be: no content has it."""


def register() -> None:
    """Tell the gazette that drafts are copies."""
    erasing.erases("disclosure", erase)


def erase(erasure: Erasure) -> None:
    """Erase the drafts that became these items, that correct them, or were given up for the same village and period. An
    open correction is given up too: it began with what is withheld now."""
    ids, open_ids = _drafts(erasure)
    _forget_remembered(ids)
    for table in (DraftChoice, DraftFile, DraftState):
        db.session.execute(delete(table).where(table.draft_id.in_(ids)))
    of_drafts = DraftEvent.draft_id.in_(ids)
    db.session.execute(update(DraftEvent).where(of_drafts).values(reason=None, content=None, digest=None))
    silent = {"reason": None, "answers": None, "content_digest": ERASED}
    db.session.execute(update(Signature).where(Signature.draft_id.in_(ids)).values(silent))
    db.session.execute(update(Draft).where(Draft.id.in_(ids)).values(reason=None, about=""))
    jobs.forget_errors(READ_DRAFT, "draft_id", ids)
    papers.erase(draft_ids=ids)
    for draft_id, person_id in open_ids.items():
        _give_up(draft_id, erasure.person_id or person_id, erasure)
    db.session.expire_all()


def _drafts(erasure: Erasure) -> tuple[set[int], dict[int, int]]:
    """The drafts that hold, or held, the items' content; and those of them that are open, with who began them."""
    numbers = erasure.numbers
    published = select(DraftEvent.draft_id).where(DraftEvent.number.in_(numbers))
    given_up = (
        and_(
            Draft.place_id == item.place_id, Draft.kind == item.kind, Draft.period == (item.period or ""),
            Draft.id.in_(select(DraftEvent.draft_id).where(DraftEvent.act == Act.DISCARDED)),
        )
        for item in erasure.items
    )  # fmt: skip
    query = select(Draft.id, Draft.person_id, Draft.finished_at).where(
        or_(Draft.id.in_(published), Draft.supersedes.in_(numbers), *given_up)
    )
    rows = db.session.execute(query).all()
    return {row.id for row in rows}, {row.id: row.person_id for row in rows if row.finished_at is None}


def _forget_remembered(draft_ids: Collection[int]) -> None:
    """What the village's memory took from these drafts: an answer may be about a cell that names somebody. It will be
    asked for once more."""
    answered = (
        select(Draft.place_id, Draft.kind, DraftChoice.remember)
        .join(DraftChoice, DraftChoice.draft_id == Draft.id)
        .where(Draft.id.in_(draft_ids), DraftChoice.what == ANSWER, DraftChoice.remember.is_not(None))
        .distinct()
    )
    for place_id, kind, about in db.session.execute(answered).all():
        db.session.execute(
            delete(RememberedChoice).where(
                RememberedChoice.place_id == place_id,
                RememberedChoice.kind == kind,
                RememberedChoice.what == ANSWER,
                RememberedChoice.about == about,
            )
        )


def _give_up(draft_id: int, person_id: int, erasure: Erasure) -> None:
    db.session.add(DraftEvent(draft_id=draft_id, act=Act.DISCARDED, person_id=person_id, at=erasure.at))
    db.session.execute(update(Draft).where(Draft.id == draft_id).values(finished_at=erasure.at))
    duties.settle_waiting(draft_id, clock.today(erasure.at))
