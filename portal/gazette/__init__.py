"""The published record: number, payload, header, log; lines for reading; followers that catch up."""

from flask import Flask

from portal.gazette import installation, models

__all__ = ["init_app", "installation", "models"]


def init_app(app: Flask) -> None:
    """Tell the gazette which installation it belongs to."""
    installation.start(app.config["SETTINGS"])
