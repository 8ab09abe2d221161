"""Photos of the board on which something is to be read that is withheld now: they are erased."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, String, cast, delete, or_, select

from portal.database import db
from portal.evidence import erasing as papers
from portal.gazette import erasing
from portal.gazette.erasing import Erasure
from portal.hanging.models import Sighting


def register() -> None:
    """Tell the gazette that photos of the board are copies."""
    erasing.erases("hanging", erase)


def erase(erasure: Erasure) -> None:
    """Erase the photos that were sent as these notices, or in which their codes were read, whatever village sent them.
    An officer's word that one did not hang stays, and so do the counts of what villagers said."""
    numbers = set(erasure.numbers)
    own = {item.place_id for item in erasure.items}
    for place_id, digests in sorted(_showing(numbers).items()):
        db.session.execute(delete(Sighting).where(Sighting.place_id == place_id, Sighting.digest.in_(digests)))
        papers.erase_photos(place_id, digests, is_silenced=place_id in own)


def _showing(numbers: Collection[int]) -> dict[int, set[str]]:
    """The photos that show one of these notices, by the place that sent them."""
    rows = db.session.execute(
        select(Sighting.place_id, Sighting.digest, Sighting.number, Sighting.codes).where(
            Sighting.digest.is_not(None), or_(Sighting.number.in_(numbers), *map(_may_name, numbers))
        )
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        if row.number in numbers or not set(numbers).isdisjoint(row.codes):
            found.setdefault(row.place_id, set()).add(row.digest)
    return found


def _may_name(number: int) -> ColumnElement[bool]:
    """SQL: the number's digits stand among the codes; leaves out nearly all rows before they are read."""
    return cast(Sighting.codes, String).contains(str(number))
