"""What is written down of every act on a paper, and of every look at what the public may not see."""

from datetime import datetime

from portal.accounts.rules import Actor, Permission
from portal.database import db
from portal.evidence.models import EvidenceAct, EvidenceFile
from portal.evidence.rules import Act
from portal.places import queries as places


def record(
    actor: Actor,
    file: EvidenceFile,
    act: Act,
    at: datetime,
    value: str = "",
    permission: Permission = Permission.DRAFTS_PREPARE,
) -> None:
    """Write down an act, inside the running transaction, with the office behind it."""
    line = places.line(file.place_id)
    ways = (permission, Permission.PAPERS_COVER, Permission.BOARDS_SHOW)
    office = next(filter(None, (actor.office_for(each, line) for each in ways)), None)
    db.session.add(
        EvidenceAct(
            place_id=file.place_id, digest=file.digest, act=act, value=value[:300],
            person_id=actor.person_id or None, office_id=office.office_id if office else None, at=at,
        )
    )  # fmt: skip
    db.session.flush()
