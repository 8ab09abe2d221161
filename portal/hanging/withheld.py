"""Photos of the board on which something is to be read that is withheld now: they are erased."""

from sqlalchemy import delete, select

from portal.database import db
from portal.evidence import erasing as papers
from portal.gazette import erasing
from portal.gazette.erasing import Erasure
from portal.hanging.models import Sighting


def register() -> None:
    """Tell the gazette that photos of the board are copies."""
    erasing.erases("hanging", erase)


def erase(erasure: Erasure) -> None:
    """Erase the photos that were sent as these notices, or in which their codes were read. An officer's word that one
    did not hang stays, and so do the counts of what villagers said."""
    for place_id in sorted({item.place_id for item in erasure.items}):
        numbers = {item.number for item in erasure.items if item.place_id == place_id}
        shown = select(Sighting.digest, Sighting.number, Sighting.codes).where(
            Sighting.place_id == place_id, Sighting.digest.is_not(None)
        )
        digests = {
            row.digest
            for row in db.session.execute(shown)
            if row.number in numbers or not numbers.isdisjoint(row.codes)
        }
        of_these = (Sighting.place_id == place_id, Sighting.digest.in_(digests))
        db.session.execute(delete(Sighting).where(*of_these))
        papers.erase_photos(place_id, digests)
