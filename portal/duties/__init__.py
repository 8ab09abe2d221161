"""What is due from whom and when; posted or missing = duty minus item."""

from flask import Flask

from portal.duties import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register the job that reminds every morning."""
    from portal.duties import services

    services.register_jobs()
