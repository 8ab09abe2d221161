"""What is kept of many pages is never older than the generation under which it is kept."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.database import db
from portal.gazette import generation
from portal.public import memo

pytestmark = pytest.mark.usefixtures("database")


def read() -> str:
    return str(db.session.execute(text("SELECT name FROM county_of_test")).scalar_one())


def told() -> str:
    return memo.kept("x", read)


def rename(name: str) -> None:
    """Another process publishes."""
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE county_of_test SET name = :name"), {"name": name})
    generation.bump()


@pytest.fixture
def app(app: Flask) -> Flask:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE county_of_test (name TEXT)"))
        connection.execute(text("INSERT INTO county_of_test VALUES ('old')"))
    with app.app_context():
        generation.bump()
    return app


def test_what_a_request_reads_that_began_before_a_publication_is_not_kept_for_those_after_it(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("SELECT 1 FROM county_of_test")).all()  # the request has begun to read
        rename("new")
        told()
    for _request in range(2):
        with app.app_context():
            assert told() == "new"


def test_a_savepoint_begins_nothing(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("SELECT 1 FROM county_of_test")).all()
        rename("new")
        with db.session.begin_nested():
            told()
    with app.app_context():
        assert told() == "new"


def test_within_a_generation_it_is_read_once(app: Flask) -> None:
    with app.app_context():
        assert told() == "old"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE county_of_test SET name = 'unsaid'"))
    with app.app_context():
        assert told() == "old"
        generation.bump()
    with app.app_context():
        assert told() == "unsaid"
