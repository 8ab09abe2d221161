"""What every villager sees; the same as data."""

from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    from sqlalchemy import event

    from portal.database import db
    from portal.public import item_views, views

    assert item_views.blueprint is views.blueprint  # both add to one
    app.register_blueprint(views.blueprint)
    if not event.contains(db.session, "after_flush", _drop_pages):
        event.listen(db.session, "after_flush", _drop_pages)


def _drop_pages(session: Any, _context: Any) -> None:
    """A new name, term or setting shows on pages that no publication touched: drop them when the act has committed."""
    from portal.database import on_commit
    from portal.gazette import generation
    from portal.places import models

    changed = (*session.new, *session.dirty, *session.deleted)
    if any(type(thing).__module__ == models.__name__ for thing in changed):
        on_commit(generation.bump)
