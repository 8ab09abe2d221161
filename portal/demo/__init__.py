"""A fictional county with known anomalies."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Its own pages, only where the demo runs."""
    if app.config["SETTINGS"].demo:
        from portal.demo.views import blueprint  # a real installation does not load the generators

        app.register_blueprint(blueprint)
