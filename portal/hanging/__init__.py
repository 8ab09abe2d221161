"""Notices on the board: photos of them, how long they hung, and who says that they do not."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.hanging import models, queries, views, views_public, withheld

    assert models.Sighting.__tablename__
    queries.hold_photos()
    withheld.register()
    views.init_app(app)
    views_public.init_app(app)
