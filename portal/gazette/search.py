"""The search index: two-character grams of every current line, in our own form on both databases.

SQLite: an FTS5 table without content, its row id the line's id. PostgreSQL: the grams as an array under GIN. Two-grams
because Chinese has no spaces and most words have two characters; the ready-made trigram tokenizers find nothing there.
A line matches when it has every gram of every word. The line's place is a token too, so that one village's search does
not read the whole county's hits.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import add as add_
from typing import Any

from sqlalchemy import Connection, event, text

from portal.database import Base, insert_rows
from portal.errors import Invalid
from portal.gazette.models import LINE_BITS
from portal.kinds.base import Kind
from portal.text import N_

_RUN = re.compile(r"[^\W_]{2,}")
_DDL = {
    # ASCII tokens: every character beyond ASCII belongs to a token, also those newer than SQLite's own tables
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search USING "
        "fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE IF NOT EXISTS search (id BIGINT PRIMARY KEY, grams TEXT[] NOT NULL)",
        "CREATE INDEX IF NOT EXISTS ix_search_grams ON search USING gin (grams)",
    ),
}


def create(connection: Connection) -> None:
    """Make the index where it is missing; called after every migration and by `create_all`."""
    for statement in _DDL[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Remove the index; `rebuild` fills a new one."""
    connection.exec_driver_sql("DROP TABLE IF EXISTS search")


@event.listens_for(Base.metadata, "after_create")
def _after_create(_metadata: Any, connection: Connection, **_kw: Any) -> None:
    create(connection)


@event.listens_for(Base.metadata, "after_drop")
def _after_drop(_metadata: Any, connection: Connection, **_kw: Any) -> None:
    drop(connection)


def is_search_table(name: str | None) -> bool:
    """Is this one of the index's tables? Migrations leave them alone."""
    return name is not None and (name == "search" or name.startswith("search_"))


# ---------------------------------------------------------------- words to grams


@lru_cache(maxsize=1 << 16)  # the same summaries come back every month, in every village
def grams(words: str) -> str:
    """The two-grams of a text, in order, a space between: letters and digits of any script, width and case folded,
    never across a separator: ``电费, A4纸`` → ``电费 a4 4纸``."""
    if not unicodedata.is_normalized("NFKC", words):
        words = unicodedata.normalize("NFKC", words)
    return " ".join([" ".join(map(add_, run, run[1:])) for run in _RUN.findall(words.casefold())])


def asked(words: str) -> list[str]:
    """The grams that a line must have for a query; Invalid if there is no word of two characters in it."""
    wanted = sorted(set(grams(words).split()))
    if not wanted:
        raise Invalid(N_("Please type at least two characters that stand side by side."), field="q")
    return wanted


def text_of(kind: Kind) -> Callable[[Mapping[str, Any]], str]:
    """The function that gives a line's searchable text: the kind's own, else its searchable columns."""
    own = getattr(kind, "search_text", None)
    if own is not None:
        return own
    names = [column.name for column in kind.columns if column.searchable]
    return lambda line: " ".join(str(line[name]) for name in names if name in line)


def place_token(place_id: int) -> str:
    """The token of a place; longer than any gram."""
    return f"place{place_id}"


# ---------------------------------------------------------------- writing


def rows(kind: Kind, number: int, place_id: int, lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """(line id, tokens with a space between) of an item's lines; the same for the same lines, always."""
    searchable = text_of(kind)
    place = place_token(place_id)
    for line_id, line in enumerate(lines, (number << LINE_BITS) + 1):
        yield line_id, f"{place} {grams(searchable(line))}"


def add(connection: Connection, found: Iterable[tuple[int, str]]) -> None:
    """Put lines into the index."""
    if connection.dialect.name == "sqlite":
        insert_rows(connection, "search", ("rowid", "grams"), found)
    else:
        insert_rows(connection, "search", ("id", "grams"), ((each, tokens.split()) for each, tokens in found))


def remove(connection: Connection, found: Iterable[tuple[int, str]]) -> None:
    """Take lines out again; FTS5 without content must be told exactly what was put in."""
    if connection.dialect.name == "sqlite":
        statement = "INSERT INTO search (search, rowid, grams) VALUES ('delete', ?, ?)"
        parameters: list[tuple[Any, ...]] = list(found)
    else:
        statement, parameters = "DELETE FROM search WHERE id = %s", [(each,) for each, _tokens in found]
    if parameters:
        connection.exec_driver_sql(statement, parameters)


def clear(connection: Connection) -> None:
    """Empty the index."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("INSERT INTO search (search) VALUES ('delete-all')" if sqlite else "DELETE FROM search")


def forget(connection: Connection) -> None:
    """Overwrite what was removed: FTS5 keeps removed tokens in its old segments until they are merged."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search (search) VALUES ('optimize')")


# ---------------------------------------------------------------- reading


def line_ids(
    connection: Connection, words: str, place_ids: Sequence[int] | None, limit: int, offset: int = 0
) -> list[int]:
    """Ids of the matching lines, newest publication first; `place_ids` None is everywhere. Invalid as in `asked`."""
    wanted = asked(words)
    if place_ids is not None and not place_ids:
        return []
    places = [place_token(each) for each in place_ids or ()]
    page = {"limit": limit, "offset": offset}
    if connection.dialect.name == "sqlite":
        statement, parameters = _sqlite_query(wanted, places)
    else:
        statement, parameters = _postgresql_query(wanted, places)
    return list(connection.execute(text(statement), {**parameters, **page}).scalars())


def _sqlite_query(wanted: list[str], places: list[str]) -> tuple[str, dict[str, Any]]:
    match = " AND ".join(f'"{gram}"' for gram in wanted)
    if places:
        match += f" AND ({' OR '.join(places)})"
    statement = "SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :limit OFFSET :offset"
    return statement, {"match": match}


def _postgresql_query(wanted: list[str], places: list[str]) -> tuple[str, dict[str, Any]]:
    # materialized: else the planner, guessing that hits are common, walks the primary key backwards
    scope = " AND grams && CAST(:places AS text[])" if places else ""
    statement = f"""
        WITH hit AS MATERIALIZED (SELECT id FROM search WHERE grams @> CAST(:wanted AS text[]){scope})
        SELECT id FROM hit ORDER BY id DESC LIMIT :limit OFFSET :offset"""  # noqa: S608 - nothing from outside
    return statement, {"wanted": wanted, **({"places": places} if places else {})}
