"""What every villager sees; the same as data."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.public import fresh, item_views, subject_views, views

    assert item_views.blueprint is subject_views.blueprint is views.blueprint  # all add to one
    app.register_blueprint(views.blueprint)
    fresh.watch()
