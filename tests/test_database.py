"""Writers come one after another, an act is all or nothing, and append-only tables refuse whatever is not an insert."""

import sqlite3
from multiprocessing import get_context
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DatabaseError

from portal.config import Settings
from portal.database import create_all, db, install_guards, missing_guards, on_commit, transaction
from portal.gazette import services
from portal.gazette.models import CheckpointRow, Item, Payload
from tests.gazette.factories import AT, a_month, a_village

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def published(context: Flask) -> int:
    """One published month in the database; its number."""
    with transaction():
        village = a_village()
        [number] = services.publish([a_month(village)], AT)
    return number


def raw(statement: str) -> None:
    """What somebody with a database shell would do."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


APPEND_ONLY = ["log", "item", "payload", "checkpoint"]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_update_and_delete_are_refused(published: int, table: str) -> None:
    key = {"item": "number", "payload": "number", "checkpoint": "size", "log": "id"}[table]
    for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"):
            raw(statement)


def test_replace_is_refused_even_where_recursive_triggers_are_off(published: int, settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        with pytest.raises(DatabaseError, match="append-only"):
            raw("TRUNCATE payload")
        return
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("REPLACE INTO payload (number, text) VALUES (1, 'x')")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("UPDATE OR REPLACE payload SET text = 'x'")
    connection.close()


def test_a_guard_that_was_dropped_or_weakened_is_noticed_and_made_anew(published: int) -> None:
    with transaction() as session:
        assert missing_guards(session.connection()) == []
    if db.engine.dialect.name == "sqlite":
        raw("DROP TRIGGER guard_payload_delete")
        raw("DROP TRIGGER guard_item_update")
        raw("CREATE TRIGGER guard_item_update BEFORE UPDATE ON item WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END")
        expected = {"guard_payload_delete", "guard_item_update"}
    else:
        raw("DROP TRIGGER guard_payload_row ON payload")
        raw("ALTER TABLE item DISABLE TRIGGER guard_item_row")
        expected = {"guard_payload_row", "guard_item_row"}
    with transaction() as session:
        assert set(missing_guards(session.connection())) == expected
        install_guards(session.connection())
        assert missing_guards(session.connection()) == []


def test_every_append_only_table_has_its_guards_after_create_all_twice(context: Flask) -> None:
    with transaction() as session:
        create_all(session.connection())
        assert missing_guards(session.connection()) == []


def test_an_act_that_fails_leaves_nothing_and_calls_nobody(context: Flask) -> None:
    called: list[int] = []
    with pytest.raises(ZeroDivisionError), transaction():
        village = a_village()
        services.publish([a_month(village)], AT)
        on_commit(lambda: called.append(1))
        raise ZeroDivisionError
    assert not called
    assert db.session.scalars(select(Item)).all() == []


def test_what_fails_after_the_commit_is_logged_and_stops_nothing_else(
    context: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[int] = []
    with transaction():
        a_village()
        on_commit(lambda: called.append(1 // 0))
        on_commit(lambda: called.append(1))
    assert called == [1]
    assert "ZeroDivisionError" in caplog.text


def test_an_inner_act_joins_the_outer_one(context: Flask) -> None:
    with transaction() as outer, transaction() as inner:
        assert inner is outer
        with transaction(write=False) as reading:
            assert reading is outer
    with transaction(write=False), pytest.raises(RuntimeError, match="writing act"), transaction():
        pass


def test_a_writing_act_begins_as_a_writer(context: Flask) -> None:
    """Another writer must wait from the first statement on, not from the first write: reads decide what is written."""
    with transaction() as session:
        session.execute(text("SELECT 1"))
        other = create_engine(db.engine.url)
        with other.connect() as connection:
            if other.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA busy_timeout = 10")
                with pytest.raises(DatabaseError, match="locked"):
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                held = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
                assert held.scalar() == 1
        other.dispose()


def publish_many(settings: Settings, village: tuple[int, str], count: int) -> None:
    """One of the processes that publish at the same time."""
    from portal.app import create_app

    with create_app(settings).app_context():
        for _ in range(count):
            services.publish([a_month(village)], AT)


def test_four_processes_publishing_at_once_lose_nothing(context: Flask, settings: Settings) -> None:
    with transaction():
        village = a_village()
    spawn = get_context("spawn")
    processes: list[Any] = [spawn.Process(target=publish_many, args=(settings, village, 25)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    assert sorted(db.session.scalars(select(Item.number))) == list(range(1, 101))
    assert sorted(db.session.scalars(select(Payload.number))) == list(range(1, 101))
    assert db.session.scalars(select(CheckpointRow.size).order_by(CheckpointRow.size)).all() == list(range(1, 101))


def test_a_failed_statement_tells_the_log_no_value(context: Flask) -> None:
    with pytest.raises(DatabaseError) as failure:
        db.session.execute(text("SELECT :name FROM no_such_table"), {"name": "王某某"})
    db.session.rollback()
    assert "王某某" not in str(failure.value)
