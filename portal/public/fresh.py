"""Drops kept pages when a name, term, setting or paper changes, or what is known of a board: no publication tells."""

from typing import Any

from sqlalchemy import event

from portal.database import db, on_commit
from portal.evidence import queries as evidence
from portal.evidence.models import EvidenceFile, EvidenceLink
from portal.evidence.rules import Document
from portal.gazette import generation
from portal.hanging import models as hanging
from portal.places import models


def watch() -> None:
    """Listen to every flush of the session; a second call changes nothing."""
    if not event.contains(db.session, "after_flush", _drop_pages):
        event.listen(db.session, "after_flush", _drop_pages)


def _drop_pages(session: Any, _context: Any) -> None:
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(_is_shown(thing) for thing in changed):
        on_commit(generation.bump)


def _is_shown(thing: Any) -> bool:
    """Does a page of villagers show this? A paper while it belongs to drafts alone stands on none."""
    if isinstance(thing, EvidenceLink):
        return thing.number is not None
    if isinstance(thing, EvidenceFile):
        return thing.document == Document.BOARD or (thing.id is not None and evidence.is_published(thing.id))
    return type(thing).__module__ in (models.__name__, hanging.__name__)
