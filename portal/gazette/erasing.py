"""What is erased when items are withheld: all that the gazette holds of them, then every room's own copies.

A room that keeps copies of published items says so once, at start (`erases`); so the act reaches all of them and the
gazette knows none of the rooms above it. Everything happens inside the act: all of it, or nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from portal import jobs
from portal.database import db, forget_old_pages
from portal.evidence import erasing as papers
from portal.gazette import generation, internal, lines, names, search
from portal.gazette.models import InternalReading, Item, Payload, Payout, WithholdingRequest
from portal.jobs.services import Progress

AFTERWARDS = "gazette.forget_pages"
"""The job that forgets pages which still show what was erased: of the database's file, and those kept of the web."""


@dataclass(frozen=True)
class Erasure:
    """Which items, when, and by which person (None where nobody is named, as in a test of the gazette alone)."""

    items: Sequence[Item]
    at: datetime
    person_id: int | None = None

    @property
    def numbers(self) -> list[int]:
        return [item.number for item in self.items]


Eraser = Callable[[Erasure], None]
_erasers: dict[str, Eraser] = {}


def register_jobs() -> None:
    """Tell the worker what comes after an erasure, should the process die that did it."""
    jobs.register(AFTERWARDS, _forget_pages)


def erases(room: str, eraser: Eraser) -> None:
    """A room keeps copies of items: call `eraser` inside every act that withholds some. In the order of the rooms."""
    _erasers[room] = eraser


def erase(erasure: Erasure) -> None:
    """Erase the content of items that a record withholds already, also from the pages that the database file frees."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    for item in erasure.items:
        _erase_item(connection, item)
    search.forget(connection)
    papers.erase(numbers=erasure.numbers)
    for eraser in _erasers.values():
        eraser(erasure)
    jobs.see_through(AFTERWARDS, {})


def _forget_pages(_arguments: dict[str, Any], _report: Progress) -> None:
    generation.bump()
    forget_old_pages()


def _erase_item(connection: Connection, item: Item) -> None:
    number = item.number
    if db.session.scalar(select(Item.number).where(Item.supersedes == number)) is None:
        for batch in lines.stored_batches(connection, Item.number == number):
            lines.remove_from_search(connection, batch)
    lines.erase(connection, number, item.kind)
    internal.erase(connection, number)
    names.erase(connection, number)
    _silence_readings(connection, number)
    connection.execute(delete(Payout).where(Payout.number == number))
    connection.execute(delete(Payload).where(Payload.number == number))
    connection.execute(update(WithholdingRequest).where(WithholdingRequest.number == number).values(answer=None))


def _silence_readings(connection: Connection, number: int) -> None:
    """Who read what was internal stays; why, in words that may name somebody, goes. Written again, not changed: the
    table lets nobody change a row."""
    of_item = InternalReading.line_id.between(*lines.line_ids(number))
    read = select(InternalReading.__table__).where(of_item)
    rows = [{**row, "reason": ""} for row in connection.execute(read).mappings()]
    if rows:
        connection.execute(delete(InternalReading).where(of_item))
        connection.execute(insert(InternalReading), rows)
