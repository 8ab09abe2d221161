"""What every villager sees; the same as data."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.public import fresh, item_views, views, views_spoken

    assert item_views.blueprint is views.blueprint is views_spoken.blueprint  # all add to one
    app.register_blueprint(views.blueprint)
    fresh.watch()
