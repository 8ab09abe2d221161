"""Names beside the payload: a list of people seals salted digests of their names, and the names are kept apart.

So nobody who fetches the record has the names of those who were helped once their notice is over; whoever holds a name
and its salt can still prove that the line is about him. Without the salt a name would be found by trying 300 villagers.
"""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, delete, insert, select

from portal.gazette.models import NamesBeside
from portal.kinds import KINDS, names

MARK = "sha256:"
"""What a sealed name begins with; behind it stand 64 hexadecimal digits."""


class Name(NamedTuple):
    """A name and the 16 random bytes (hexadecimal) that were sealed with it."""

    value: str
    salt: str

    @property
    def digest(self) -> str:
        """What stands in the payload instead: SHA-256(salt ‖ name in UTF-8)."""
        return f"{MARK}{sha256(bytes.fromhex(self.salt) + self.value.encode()).hexdigest()}"


Beside = Sequence[Mapping[str, Name]]
"""Of each line, in order: the names by column."""


def sealed(kind: str, content: dict[str, Any]) -> tuple[dict[str, Any], Beside]:
    """The content as it is sealed, and the names that were taken out of it; the content itself for other kinds."""
    columns = names.sealed_columns(KINDS[kind]) if kind in KINDS else ()
    if not columns:
        return content, ()
    naming = names.naming(KINDS[kind], content)
    beside = [
        {column: Name(line[column], os.urandom(16).hex()) for column in naming(line)} for line in content["lines"]
    ]
    lines = [
        {**line, **{column: name.digest for column, name in found.items()}}
        for line, found in zip(content["lines"], beside, strict=True)
    ]
    return {**content, "lines": lines}, beside


def opened(content: dict[str, Any], beside: Beside | None) -> dict[str, Any]:
    """A sealed content with its names in their places; as it is, where none are kept."""
    if not beside:
        return content
    lines = [
        {**line, **{column: name.value for column, name in found.items()}}
        for line, found in zip(content["lines"], beside, strict=True)
    ]
    return {**content, "lines": lines}


def write(connection: Connection, number: int, beside: Beside) -> None:
    """Keep an item's names; inside the publishing act."""
    if beside:
        body = orjson.dumps([{column: list(name) for column, name in line.items()} for line in beside])
        connection.execute(insert(NamesBeside).values(number=number, body=body))


def of(connection: Connection, first: int, last: int) -> dict[int, Beside]:
    """The names beside the items numbered `first` to `last`, by number."""
    query = select(NamesBeside.number, NamesBeside.body).where(NamesBeside.number.between(first, last))
    new = tuple.__new__  # a list has thousands: without the detour through the class's own
    return {
        row.number: [{column: new(Name, name) for column, name in line.items()} for line in orjson.loads(row.body)]
        for row in connection.execute(query)
    }


def erase(connection: Connection, number: int) -> None:
    """Erase the names of a withheld item."""
    connection.execute(delete(NamesBeside).where(NamesBeside.number == number))


def agree(kind: str, content: Mapping[str, Any], beside: Beside | None) -> bool:
    """Are the names kept those that were sealed? A content of an earlier version has them in itself."""
    columns = names.sealed_columns(KINDS[kind]) if kind in KINDS else ()
    lines = content.get("lines", ())
    if not beside:
        return not any(str(line.get(column, "")).startswith(MARK) for line in lines for column in columns)
    return len(beside) == len(lines) and all(
        all(line.get(column) == name.digest for column, name in found.items())
        and all(column in found for column in columns if line.get(column))
        for line, found in zip(lines, beside, strict=True)
    )
