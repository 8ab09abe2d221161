"""The officers' start page, and what shows several features side by side: views and queries only."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the start page; imported here so that `desk.queries` can be used without any page."""
    from portal.desk import roster_views, views, withholding_views

    assert all(part.blueprint is views.blueprint for part in (roster_views, withholding_views))  # all add to one
    views.init_app(app)
