"""Photos of notices on the board, to everybody: while the notice is not withheld, and its names have not ended."""

from portal.errors import NotFound
from portal.evidence import installation
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.hanging import queries as hanging
from portal.public.item_queries import item_page
from portal.text import N_


def public_copy(digest: str) -> bytes:
    """The copy of a photo under this address; NotFound for anything else."""
    items = gazette.items(hanging.shown_in(digest)).values()
    if not items or not all(_is_shown(item) for item in items):  # one photo may show several sheets
        raise NotFound(N_("This paper is not public, or not any more."))
    return installation.store().get(digest)


def _is_shown(item: ItemView) -> bool:
    """A photo shows what the sheet says: it ends where that ends."""
    return item.withheld_by is None and not item_page(item, compare=False).names_are_hidden
