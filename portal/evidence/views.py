"""Pages of one paper under /desk/papers."""

from flask import Blueprint, Flask

blueprint = Blueprint("papers", __name__, url_prefix="/desk/papers")


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
