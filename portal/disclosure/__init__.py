"""Drafts, sign-off, corrections: from upload to the gazette's door."""

from flask import Flask

from portal.disclosure import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register the pages, and the job that reads large files."""
    from portal.disclosure import (  # here, so that services can be imported without any page
        preparing,
        views,
        views_papers,
    )

    preparing.register_jobs()
    views.init_app(app)
    views_papers.init_app(app)
