"""Drops kept pages when a name, a term or a setting changes: they show on pages that no publication touched."""

from typing import Any

from sqlalchemy import event

from portal.database import db, on_commit
from portal.gazette import generation
from portal.places import models


def watch() -> None:
    """Listen to every flush of the session; a second call changes nothing."""
    if not event.contains(db.session, "after_flush", _drop_pages):
        event.listen(db.session, "after_flush", _drop_pages)


def _drop_pages(session: Any, _context: Any) -> None:
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(type(thing).__module__ == models.__name__ for thing in changed):
        on_commit(generation.bump)
