"""The database and `transaction()`: one transaction per act, writers one after another, append-only tables guarded.

SQLite (WAL) by default, PostgreSQL beyond one small server: same models, same migrations.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    event,
    inspect,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from portal.cipher import Cipher

_log = logging.getLogger(__name__)

WRITERS_LOCK = 0x706F7274616C  # "portal": PostgreSQL's advisory lock of all writers


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


@contextmanager
def transaction(write: bool = True) -> Iterator[Session]:
    """One act: commits at the end, rolls back on any error; inside another it joins that one.

    With `write` the transaction starts as a writer (BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL), so what
    it reads stays true until it has written. Reads made before on the session are let go first: an act reads again
    what it decides on.
    """
    session = db.session()
    if session.info.get("in_act"):
        if write and not session.info.get("in_write"):
            raise RuntimeError("a writing act inside a reading one")
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside transaction()")
    session.rollback()
    session.info.update(in_act=True, in_write=write, on_commit=[])
    try:
        connection = session.connection(execution_options={"portal_write": write})
        if write and connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
        yield session
        session.commit()
        callbacks = session.info["on_commit"]
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.update(in_act=False, in_write=False, on_commit=[])
    for callback in callbacks:
        try:
            callback()
        except Exception:  # the act has committed: the other caches must hear of it all the same
            _log.exception("after the commit")


def on_commit(callback: Callable[[], Any]) -> None:
    """Call `callback` once the running act has committed, never if it fails; for caches (work belongs to `jobs`). What
    it raises is logged, and undoes nothing."""
    db.session().info["on_commit"].append(callback)


def prepare_engine(engine: Engine) -> None:
    """Set what every connection of this engine needs; call once, at start."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions on its own
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "busy_timeout=30000", "foreign_keys=ON", "recursive_triggers=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get("portal_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def forget_old_pages() -> None:
    """After something was erased: empty SQLite's log of changes into the file, so that no older page lies in it. As far
    as nobody reads just now; what is left goes with the next checkpoint."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 1000")
        try:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        finally:
            connection.exec_driver_sql("PRAGMA busy_timeout = 30000")


def create_all(connection: Connection) -> None:
    """Make every table of the models imported so far, and the guards; for tests, without migrations."""
    Base.metadata.create_all(connection)
    install_guards(connection)


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows as fast as the driver can: COPY on PostgreSQL, executemany on SQLite.

    The values are what the columns hold (no types are applied, no defaults filled in): integers, strings, booleans,
    bytes, None, lists for arrays. `table` and `columns` are names from code, never from outside. Leave out columns that
    are None throughout: to SQLite's driver a None costs as much as three texts.
    """
    names = ", ".join(f'"{column}"' for column in columns)
    cursor: Any = connection.connection.cursor()  # the driver's own: it takes an iterator, so no list is made
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names from code
    cursor.close()


# ---------------------------------------------------------------- append-only tables

REFUSAL = "this table is append-only"


def append_only(delete_if: str | None = None) -> dict[str, Any]:
    """What an append-only table says of itself: ``__table_args__ = {"info": append_only()}``.

    `delete_if` is an SQL condition over OLD under which DELETE is let through (both databases must understand it).
    """
    return {"append_only": True, "delete_if": delete_if}


def install_guards(connection: Connection) -> None:
    """Make the triggers that keep append-only tables append-only; called after every migration, on both databases.

    On SQLite also BEFORE INSERT, for REPLACE deletes without asking; on PostgreSQL also BEFORE TRUNCATE. Tables that do
    not exist yet are left out.
    """
    there = set(inspect(connection).get_table_names())
    existing = _existing_guards(connection)
    for guard in _guards(connection):
        if guard.table in there and existing.get(guard.name) != guard.seen:
            for statement in guard.statements:
                connection.exec_driver_sql(statement)


def missing_guards(connection: Connection) -> list[str]:
    """Names of the triggers that are missing, switched off or not as we make them; empty means that all is guarded."""
    existing = _existing_guards(connection)
    return [guard.name for guard in _guards(connection) if existing.get(guard.name) != guard.seen]


@dataclass(frozen=True)
class _Guard:
    """One trigger: how the database's catalogue shows it, and the statements that make it anew."""

    name: str
    table: str
    seen: str
    statements: tuple[str, ...]


def _guards(connection: Connection) -> list[_Guard]:
    make = _postgresql_guards if connection.dialect.name == "postgresql" else _sqlite_guards
    tables = [table for table in Base.metadata.sorted_tables if table.info.get("append_only")]
    return [guard for table in tables for guard in make(table)]


def _sqlite_guards(table: Table) -> Iterator[_Guard]:
    delete_if = table.info.get("delete_if")
    occasions = {
        "UPDATE": "",
        "DELETE": f" WHEN NOT ({delete_if})" if delete_if else "",
        "INSERT": f" WHEN EXISTS (SELECT 1 FROM {table.name} WHERE {_same_key(table)})",  # noqa: S608 - names from code
    }
    for verb, condition in occasions.items():
        name = f"guard_{table.name}_{verb.lower()}"
        create = (
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name}{condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
        yield _Guard(name, table.name, create, (f"DROP TRIGGER IF EXISTS {name}", create))


def _same_key(table: Table) -> str:
    """SQL: a row has the primary key, or any unique key, of NEW; REPLACE would delete it."""
    keys = [list(table.primary_key.columns)]
    keys += [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += [list(index.columns) for index in table.indexes if index.unique]
    wanted = sorted(" AND ".join(f"{column.name} = NEW.{column.name}" for column in key) for key in keys)
    return " OR ".join(f"({key})" for key in wanted)


def _postgresql_guards(table: Table) -> Iterator[_Guard]:
    delete_if = table.info.get("delete_if")
    let_through = f"IF TG_OP = 'DELETE' THEN IF {delete_if} THEN RETURN OLD; END IF; END IF; " if delete_if else ""
    body = f"BEGIN {let_through}RAISE EXCEPTION '{REFUSAL}'; END"
    function = f"CREATE OR REPLACE FUNCTION guard_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    for verb, operation, level, bits in (
        ("row", "UPDATE OR DELETE", "ROW", 1 + 2 + 8 + 16),  # pg_trigger.tgtype: row, before, delete, update
        ("truncate", "TRUNCATE", "STATEMENT", 2 + 32),
    ):
        name = f"guard_{table.name}_{verb}"
        create = (
            f"CREATE TRIGGER {name} BEFORE {operation} ON {table.name} "
            f"FOR EACH {level} EXECUTE FUNCTION guard_{table.name}()"
        )
        drop = f"DROP TRIGGER IF EXISTS {name} ON {table.name}"
        yield _Guard(name, table.name, f"{bits} {body}", (drop, function, create))


_CATALOGUES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgtype || ' ' || prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
    "JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace AND NOT tgisinternal",
}


def _existing_guards(connection: Connection) -> dict[str, str]:
    """The triggers that are there and switched on, as the catalogue shows them."""
    return {row[0]: row[1] for row in connection.exec_driver_sql(_CATALOGUES[connection.dialect.name])}


class Encrypted(TypeDecorator[bytes]):
    """Bytes encrypted at rest with the installation's `field` key (`portal.cipher`)."""

    impl = LargeBinary
    cache_ok = True
    cipher: Cipher | None = None
    """Set once, at start, by the application."""

    @classmethod
    def sealed(cls, value: bytes) -> bytes:
        """A value as its column holds it, for `insert_rows`."""
        assert cls.cipher is not None, "the application sets Encrypted.cipher at start"
        return cls.cipher.encrypt(value)

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        return None if value is None else self.sealed(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        assert self.cipher is not None, "the application sets Encrypted.cipher at start"
        return None if value is None else self.cipher.decrypt(value)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite has no zones, so they are taken off and put on here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
