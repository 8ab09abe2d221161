"""Is it alive (`/healthz`), can it work (`/readyz`): for the county's monitoring."""

from flask import Blueprint, Flask
from sqlalchemy import text

from portal.database import db
from portal.web.declared import open_to_all

blueprint = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@open_to_all
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@blueprint.get("/readyz")
@open_to_all
def readyz() -> tuple[str, int, dict[str, str]]:
    """The database answers too."""
    db.session.execute(text("SELECT 1"))
    return "ready\n", 200, {"Content-Type": "text/plain"}
