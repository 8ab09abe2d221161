"""Households of withheld rosters: who they were, what they said of it and the calls about it are erased."""

import json
from collections.abc import Collection

from sqlalchemy import delete, select, update

from portal.database import db
from portal.gazette import erasing
from portal.gazette.erasing import Erasure
from portal.places import queries as places
from portal.recipients import queries
from portal.recipients.models import Call, CallRound, Confirmation, Recipient, Slip

NOBODY = json.dumps({"name": "", "group": "", "phone": "", "amount": 0}).encode()


def register() -> None:
    """Tell the gazette that households are known by what rosters say."""
    erasing.erases("recipients", erase)


def erase(erasure: Erasure) -> None:
    """Erase answers and calls about the items, and the households that no other list of their village names. Counts
    that were published stay."""
    rosters = [item for item in erasure.items if item.kind == queries.ROSTER]
    if not rosters:
        return
    _erase_calls([item.number for item in rosters])
    db.session.execute(delete(Confirmation).where(Confirmation.number.in_([item.number for item in rosters])))
    for place_id in sorted({item.place_id for item in rosters}):
        known = {household.match for household in queries.households(places.place_by_id(place_id))}
        rows = db.session.execute(select(Recipient.id, Recipient.match).where(Recipient.place_id == place_id))
        _erase_households([row.id for row in rows if row.match not in known])


def _erase_calls(numbers: Collection[int]) -> None:
    """Calls still to be made are dropped; of those made only the replies stay. The invented household of such a round
    goes too, for its name is put together from two of the list."""
    of_these = Call.number.in_(numbers)
    rounds = select(CallRound.id).where(CallRound.id.in_(select(Call.round_id).where(of_these)))
    concerned = of_these | (Call.is_planted & Call.round_id.in_(rounds))
    ids = db.session.scalars(select(Call.id).where(concerned)).all()
    db.session.execute(delete(Call).where(Call.id.in_(ids), Call.done_at.is_(None)))
    db.session.execute(update(Call).where(Call.id.in_(ids)).values(who=NOBODY, key=""))


def _erase_households(ids: Collection[int]) -> None:
    for table in (Slip, Confirmation):
        db.session.execute(delete(table).where(table.recipient_id.in_(ids)))
    db.session.execute(delete(Recipient).where(Recipient.id.in_(ids)))
