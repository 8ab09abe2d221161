"""Migrations end where the models are, up and down with data in the tables, and the guards stand after each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from portal.app import create_app
from portal.config import Settings
from portal.database import Base, db, missing_guards, transaction
from portal.gazette import queries, search, services
from portal.gazette.verify import verify
from tests.gazette.factories import AT, a_month, a_village


@pytest.fixture
def empty(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        settings = replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("database")
def test_up_and_down_with_data(empty: Flask) -> None:
    flask_migrate.upgrade()
    village = a_village()
    services.publish([a_month(village)], AT)
    with transaction() as session:
        assert missing_guards(session.connection()) == []
    flask_migrate.upgrade()
    assert verify().ok
    assert queries.search("电费")
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        left = set(inspect(connection).get_table_names())
    assert left <= {"alembic_version"}
    flask_migrate.upgrade()
    services.publish([a_month(a_village())], AT)
    assert verify().ok


@pytest.mark.usefixtures("database")
def test_head_equals_the_models(empty: Flask) -> None:
    flask_migrate.upgrade()

    def include(_object: object, name: str | None, type_: str, _reflected: bool, _to: object) -> bool:
        return not (type_ == "table" and search.is_search_table(name))

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.usefixtures("database")
def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("portal.database.install_guards", broken)
    with pytest.raises(ZeroDivisionError):
        flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("SELECT 1"))
