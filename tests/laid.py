"""A sample that is built in an empty installation again and again is built once: afterwards it is copied.

What a builder leaves is known by the builder, its arguments, the settings, the stopped clock, the keys and the sort of
database. Each process of a run builds each sample once on each sort of database, so the acts are still done on both.
"""

import copy
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from sqlalchemy import create_engine, exists, or_, select

from portal import clock, keys
from portal.config import Settings
from portal.database import db
from portal.gazette import generation

Given, Left = ParamSpec("Given"), TypeVar("Left")
NOT_COPIED = ("keys", "fonts")
AS_FILES = "STRATEGY FILE_COPY"
"""How PostgreSQL copies a database a fifth as long, for nothing here waits for the disk."""


@dataclass(frozen=True)
class Sample:
    """What a builder left: its result, the database, the folders of the installation."""

    left: Any
    database: str
    files: Path


_shelf: dict[Any, Sample] = {}
_number = itertools.count(1)


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="samples", ignore_cleanup_errors=True)


@cache
def _keys() -> Path:
    folder = Path(_folder().name) / "keys"
    keys.make_missing(folder)
    return folder


def with_keys(instance: Path) -> Path:
    """The folder of an installation with the keys of this process, else nothing sealed could be copied into it."""
    shutil.copytree(_keys(), instance / "keys", dirs_exist_ok=True)
    return instance


def laid(build: Callable[Given, Left]) -> Callable[Given, Left]:
    """A builder to be called inside the application's context; where anything stands already, it builds as ever."""

    @wraps(build)
    def lay(*given: Given.args, **named: Given.kwargs) -> Left:
        if not _is_empty():
            return build(*given, **named)
        known = (build.__module__, build.__qualname__, given, tuple(sorted(named.items())), *_surroundings())
        if known in _shelf:
            _lay(_shelf[known])
        else:
            left = build(*given, **named)
            _shelf[known] = _take(left)
        return copy.deepcopy(_shelf[known].left)

    return lay


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _surroundings() -> tuple[Any, ...]:
    """Whatever else a builder may look at."""
    settings = _settings()
    read = tuple(keys.read(settings.keys, name) for name in keys.NAMES)
    without = replace(settings, instance=Path(), database_url="")
    return repr(without), clock._stopped_at.get(), read, db.engine.dialect.name


def _is_empty() -> bool:
    found = db.session.scalar(select(or_(*(exists(select(1).select_from(t)) for t in db.metadata.sorted_tables))))
    db.session.remove()
    files = any(path.is_dir() and path.name not in NOT_COPIED for path in _settings().instance.iterdir())
    return not found and not files


def _take(left: Any) -> Sample:
    name = f"sample_{next(_number)}"
    files = Path(_folder().name) / name
    files.mkdir()
    _copy_folders(_settings().instance, files)
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        name = str(files / "portal.db")
        _copy_file(str(db.engine.url.database), name)
    else:
        _administer(f"CREATE DATABASE {name} TEMPLATE {db.engine.url.database} {AS_FILES}")
    return Sample(copy.deepcopy(left), name, files)


def _lay(sample: Sample) -> None:
    db.session.remove()
    db.engine.dispose()
    own = str(db.engine.url.database)
    if db.engine.dialect.name == "sqlite":
        _copy_file(sample.database, own)
    else:
        _administer(f"DROP DATABASE {own} WITH (FORCE)", f"CREATE DATABASE {own} TEMPLATE {sample.database} {AS_FILES}")
    _copy_folders(sample.files, _settings().instance)
    generation.bump()


def _copy_folders(here: Path, there: Path) -> None:
    for path in here.iterdir():
        if path.is_dir() and path.name not in NOT_COPIED:
            shutil.copytree(path, there / path.name, dirs_exist_ok=True)


def _copy_file(here: str, there: str) -> None:
    with closing(sqlite3.connect(here)) as source, closing(sqlite3.connect(there)) as target:
        target.execute("PRAGMA synchronous = OFF")
        source.backup(target)


def _administer(*statements: str) -> None:
    engine = create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
