"""What all pages of a village or township share: the way down to it, its neighbours, settings, who held office when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from portal import clock
from portal.database import db
from portal.duties import queries as duties
from portal.duties.queries import Ground
from portal.hanging import queries as hanging
from portal.places import of_programmes
from portal.places import queries as places
from portal.places.models import Place
from portal.places.queries import Dated, PlaceView, TermView, dated_settings
from portal.public.memo import kept

SETTINGS = (
    *("pool_minimum", "population", "township_phone"),
    *hanging.SETTINGS,
    *duties.SETTINGS,
    *of_programmes.keys(of_programmes.NAME_SHOWN),
)


def sibling_ids(place_id: int) -> list[int]:
    """The ids of the places beside this one, itself among them."""
    above = select(Place.parent_id).where(Place.id == place_id).scalar_subquery()
    standing = or_(Place.ended_on.is_(None), Place.ended_on > clock.today())
    return list(db.session.scalars(select(Place.id).where(Place.parent_id == above, standing)))


@dataclass(frozen=True)
class Around:
    """What all months of a place share: the way down to it, the places beside it, settings, who held office when."""

    place_line: list[PlaceView]
    ids: list[int]
    siblings: list[int]
    settings: Dated
    officers: Sequence[TermView]
    ground: Ground


def around(place_id: int) -> Around:
    """The surroundings of a place, kept for the page generation."""
    return kept(("around", place_id), lambda: _around(place_id))


def _around(place_id: int) -> Around:
    line = places.ancestors(place_id)
    ids = [place.id for place in line]
    siblings = sibling_ids(place_id)
    settings = dated_settings(SETTINGS, {*ids, *siblings})
    return Around(line, ids, siblings, settings, places.terms(place_id), duties.ground([place_id], settings))
