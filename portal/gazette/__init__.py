"""The published record: number, payload, header, log; lines for reading; followers that catch up."""

from flask import Flask

from portal.gazette import installation, models

__all__ = ["init_app", "installation", "models"]


def init_app(app: Flask) -> None:
    """Tell the gazette where it runs, and the worker what it does for it; imported here, for that needs the papers."""
    from portal.gazette import erasing

    installation.start(app.config["SETTINGS"])
    erasing.register_jobs()
