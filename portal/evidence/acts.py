"""What is written down of every act on a paper, and of every look at what the public may not see."""

from datetime import datetime
from enum import StrEnum

from portal.accounts.rules import Actor, Permission
from portal.database import db
from portal.evidence.models import EvidenceAct, EvidenceFile
from portal.places import queries as places
from portal.text import N_


class Act(StrEnum):
    """What can be done with a paper."""

    ADDED = "added"
    LINKED = "linked"
    UNLINKED = "unlinked"
    NAMED = "named"
    SEALED = "sealed"
    OPENED = "opened"
    COVERED = "covered"
    UNCOVERED = "uncovered"
    SEEN = "seen"
    RELEASED = "released"


LABELS = {
    Act.ADDED: N_("added"),
    Act.LINKED: N_("given to a line"),
    Act.UNLINKED: N_("taken away from a line"),
    Act.NAMED: N_("called something else"),
    Act.SEALED: N_("sealed"),
    Act.OPENED: N_("opened to everybody"),
    Act.COVERED: N_("a part covered"),
    Act.UNCOVERED: N_("a part uncovered"),
    Act.SEEN: N_("looked at"),
    Act.RELEASED: N_("shown to everybody"),
}


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
    office = next(filter(None, (actor.office_for(each, line) for each in (permission, Permission.PAPERS_COVER))), None)
    db.session.add(
        EvidenceAct(
            place_id=file.place_id, digest=file.digest, act=act, value=value[:300],
            person_id=actor.person_id or None, office_id=office.office_id if office else None, at=at,
        )
    )  # fmt: skip
    db.session.flush()
