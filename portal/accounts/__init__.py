"""Sign-in, second factor, the permission list, the decorator that declares access."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.accounts import access, views, views_places  # rules and queries are imported without pages

    access.init_app(app)
    views.init_app(app)
    views_places.init_app(app)
