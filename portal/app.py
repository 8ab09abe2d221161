"""The application: settings, keys and database put together, then every room adds what it offers.

Called by wsgi.py, by the command line and by the tests; nobody else imports it.
"""

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_migrate import Migrate

from portal import keys
from portal.cipher import Cipher
from portal.config import ROOT, Settings, load_settings
from portal.database import Encrypted, db, prepare_engine
from portal.gazette import generation
from portal.web.cache import PageCache

ROOMS = (
    *("web", "jobs", "places", "accounts", "evidence", "gazette", "duties"),
    *("disclosure", "hanging", "recipients", "public", "desk", "demo"),
)
"""The rooms with tables or pages, in the order of the layers; each may offer `init_app(app)`."""

UPLOAD_LIMIT = 64 * 1024 * 1024  # bytes of one request: several photographed papers and workbooks


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one installation; ValueError if a key is missing (`portal init` makes them)."""
    settings = settings or load_settings()
    app = Flask(
        "portal",
        root_path=str(ROOT),
        instance_path=str(settings.instance),
        static_folder="static",
        template_folder="templates",
    )
    app.config.from_mapping(_configuration(settings))
    Encrypted.cipher = Cipher(keys.read(settings.keys, "field"))
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "portal" / "migrations"), render_as_batch=False)
    with app.app_context():
        prepare_engine(db.engine)
    for room in ROOMS:
        init_room = getattr(import_module(f"portal.{room}"), "init_app", None)
        if init_room is not None:
            init_room(app)
    app.wsgi_app = PageCache(app.wsgi_app, generation.current, settings.page_cache_mb)  # type: ignore[method-assign]
    return app


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SETTINGS": settings,
        "TESTING": settings.testing,
        "SECRET_KEY": keys.read(settings.keys, "session"),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # an error in the server's log names no person
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "SESSION_COOKIE_NAME": "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # a bookkeeper may leave a form open over lunch; the session bounds it
        "SEND_FILE_MAX_AGE_DEFAULT": 0,
        "TEMPLATES_AUTO_RELOAD": False,
    }
