"""Receipts and photos: files stored by digest, metadata stripped, small copies."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Say where the files lie and register pages and jobs; imported here, for the child passes through this package."""
    from portal.evidence import erasing, installation, models, preparing, sweeping, views

    assert models.EvidenceFile.__tablename__
    installation.start(app.config["SETTINGS"])
    preparing.register_jobs()
    sweeping.register_jobs()
    erasing.register_jobs()
    views.init_app(app)
