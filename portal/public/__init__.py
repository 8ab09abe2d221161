"""What every villager sees; the same as data."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.public import fresh, item_views, subject_views, views, views_papers, views_spoken

    parts = (item_views, subject_views, views_spoken)
    assert all(part.blueprint is views.blueprint for part in parts)  # all add to one
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views_papers.blueprint)
    fresh.watch()
