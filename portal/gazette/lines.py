"""The read models of an item: its rows in the line table, its figures, its place in the search index.

Publishing, `rebuild` and `verify` all make them here, from the payload's content (and the names beside it) alone, so
that they cannot differ.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, delete, select

from portal.database import insert_rows
from portal.gazette import names, search
from portal.gazette.models import LINE_BITS, LINE_TABLES, FigureRow, Item, Payload
from portal.kinds import KINDS
from portal.kinds.base import Kind

BATCH = 500  # items read at a time: some 15,000 lines, a few MiB


@dataclass(frozen=True)
class Stored:
    """An item as far as its read models need it; `content` in the kind's current version."""

    number: int
    kind: str
    place_id: int
    content: Mapping[str, Any]

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        return self.content.get("lines", ())


def current_content(kind: str, payload: str, beside: names.Beside | None = None) -> dict[str, Any]:
    """A payload's content with the names beside it, brought up to the kind's current version."""
    return opened(kind, json.loads(payload), beside)


def opened(kind: str, payload: Mapping[str, Any], beside: names.Beside | None) -> dict[str, Any]:
    """As `current_content`, of a payload that is read already."""
    content = names.opened(payload["content"], beside)
    return KINDS[kind].current(payload["schema"], content) if kind in KINDS else content


def stored_batches(connection: Connection, *conditions: Any) -> Iterator[list[Stored]]:
    """All items that have a payload (and meet the conditions on Item), by number, in batches."""
    after = 0
    query = select(Item.number, Item.kind, Item.place_id, Payload.text).join(Payload).order_by(Item.number)
    while True:
        rows = connection.execute(query.where(Item.number > after, *conditions).limit(BATCH)).all()
        if not rows:
            return
        beside = names.of(connection, rows[0].number, rows[-1].number)
        yield [
            Stored(number, kind, place_id, current_content(kind, text, beside.get(number)))
            for number, kind, place_id, text in rows
        ]
        after = rows[-1].number


def line_ids(number: int) -> tuple[int, int]:
    """The first and the last id that a line of this item can have."""
    return number << LINE_BITS, ((number + 1) << LINE_BITS) - 1


def line_rows(item: Stored, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """An item's rows in the line table: id, number, n, then the columns `names` of its lines."""
    number, first = item.number, item.number << LINE_BITS
    for n, line in enumerate(item.lines, 1):
        yield (first + n, number, n, *map(line.get, names))


def column_names(kind: Kind) -> list[str]:
    """The columns of a kind's line table that come from the payload, in the table's order."""
    return ["key", *(column.name for column in kind.columns)]


def write(connection: Connection, items: Sequence[Stored]) -> None:
    """Write the read models of items that have none yet; superseded ones must be taken out of the index after.

    ValueError for a line with a column that its kind does not know.
    """
    for name in sorted({item.kind for item in items} & KINDS.keys()):
        kind = KINDS[name]
        of_kind = [item for item in items if item.kind == name]
        used = set(chain.from_iterable(chain.from_iterable(item.lines for item in of_kind)))
        names = [column for column in column_names(kind) if column in used]  # without those empty in all lines
        if len(names) < len(used):
            raise ValueError(f"lines of {name} have unknown columns: {sorted(used.difference(names))}")
        found = chain.from_iterable(line_rows(item, names) for item in of_kind)
        insert_rows(connection, LINE_TABLES[name].name, ("id", "number", "n", *names), found)
        insert_rows(connection, "figure", ("number", "name", "value"), _figures(kind, of_kind))
        search.add(connection, _tokens(kind, of_kind))


def _figures(kind: Kind, items: Sequence[Stored]) -> Iterator[tuple[int, str, int]]:
    for item in items:
        for name, value in kind.figures(item.content).items():
            yield item.number, name, value


def _tokens(kind: Kind, items: Sequence[Stored]) -> Iterator[tuple[int, str]]:
    for item in items:
        yield from search.rows(kind, item.number, item.place_id, item.lines)


def remove_from_search(connection: Connection, items: Sequence[Stored]) -> None:
    """Take items out of the index: they were superseded, or are to be withheld."""
    for item in items:
        if item.kind in KINDS:
            search.remove(connection, _tokens(KINDS[item.kind], [item]))


def erase(connection: Connection, number: int, kind: str) -> None:
    """Erase an item's lines and figures."""
    first, last = line_ids(number)
    if kind in LINE_TABLES:
        connection.execute(delete(LINE_TABLES[kind]).where(LINE_TABLES[kind].c.id.between(first, last)))
    connection.execute(delete(FigureRow).where(FigureRow.number == number))


def clear(connection: Connection) -> None:
    """Empty all read models."""
    for table in LINE_TABLES.values():
        connection.execute(delete(table))
    connection.execute(delete(FigureRow))
    search.clear(connection)
