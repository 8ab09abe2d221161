"""Photos of notices on the board, to everybody: while nothing on it is withheld, and no
names on it have ended."""

from portal.errors import NotFound
from portal.evidence import installation
from portal.public.item_queries import is_photo_shown
from portal.text import N_


def public_copy(digest: str) -> bytes:
    """The copy of a photo under this address; NotFound for anything else."""
    if not is_photo_shown(digest):
        raise NotFound(N_("This paper is not public, or not any more."))
    return installation.store().get(digest)
