"""What every villager sees; the same as data."""

from flask import Flask


def init_app(app: Flask) -> None:
    from portal.public import duty_views, fresh, item_views, subject_views, views, views_papers, views_spoken, withheld

    parts = (item_views, subject_views, views_spoken, duty_views)
    assert all(part.blueprint is views.blueprint for part in parts)  # all add to one
    app.jinja_env.globals.update(
        duty_cells=duty_views.cells,
        missing_rows=duty_views.missing,
        newest_duties=duty_views.newest,
        order_of=withheld.order_of,
        owed_rows=duty_views.owed,
        village_rows=duty_views.villages,
    )
    app.register_blueprint(views.blueprint)
    app.register_blueprint(views_papers.blueprint)
    fresh.watch()
