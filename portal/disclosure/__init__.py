"""Drafts, sign-off, corrections: from upload to the gazette's door."""

from flask import Flask

from portal.disclosure import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register the pages, the job that reads large files, and what is erased with a withheld item."""
    from portal.disclosure import (  # here: services know no page
        preparing,
        printable,
        views,
        views_correcting,
        views_papers,
        views_typed,
        withheld,
    )

    assert views_typed.blueprint is views_correcting.blueprint is views.blueprint  # both add to one
    printable.Paper.fonts = app.config["SETTINGS"].fonts
    preparing.register_jobs()
    withheld.register()
    views.init_app(app)
    views_papers.init_app(app)
