"""The database and `transaction()`: one transaction per act, writers one after another, append-only tables guarded.

SQLite (WAL) by default, PostgreSQL beyond one small server: same models, same migrations.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import Fernet
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, LargeBinary, MetaData, event, text
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

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
        callback()


def on_commit(callback: Callable[[], Any]) -> None:
    """Call `callback` once the running act has committed (never if it fails); for caches, not for work: that is `jobs`."""
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


class Encrypted(TypeDecorator[bytes]):
    """Bytes encrypted at rest with the installation's `field` key (Fernet: AES-CBC and HMAC)."""

    impl = LargeBinary
    cache_ok = True
    cipher: Fernet | None = None
    """Set once, at start, by the application."""

    def process_bind_param(self, value: bytes | None, dialect: Any) -> bytes | None:
        assert self.cipher is not None, "the application sets Encrypted.cipher at start"
        return None if value is None else self.cipher.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Any) -> bytes | None:
        assert self.cipher is not None, "the application sets Encrypted.cipher at start"
        return None if value is None else self.cipher.decrypt(value)
