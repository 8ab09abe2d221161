"""What every villager sees; the same as data."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.public import item_views, views

    assert item_views.blueprint is views.blueprint
    app.register_blueprint(views.blueprint)
