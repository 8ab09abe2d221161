"""Internal values of lines (whole numbers of people): encrypted, read by permission, each reading kept.

They never enter a payload. Keyed hashes let equal numbers of different lists find each other without being readable.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import Connection, delete, select

from portal.accounts.rules import Actor, Permission
from portal.database import Encrypted, db, insert_rows, transaction
from portal.errors import Invalid, NotFound
from portal.gazette import installation
from portal.gazette.lines import line_ids
from portal.gazette.models import LINE_BITS, InternalLine, InternalMatch, InternalReading, Item
from portal.kinds import KINDS
from portal.kinds.privacy import LABELS, suspicious_digits
from portal.places import queries as places
from portal.places.models import Office, Person
from portal.text import N_, Message


def matcher() -> Callable[[str, str], bytes]:
    """What makes keyed hashes of many values (`match_hash`): the key's file is read once."""
    keyed = HMAC(installation.current().match_key(), SHA256())

    def of_value(what: str, value: str) -> bytes:
        if not value.isascii():
            value = unicodedata.normalize("NFKC", value)
        shown = value.upper() if value.isalnum() else "".join(value.upper().split())
        hashed = keyed.copy()  # the key's part is hashed once for a list's many numbers
        hashed.update(f"{what}\n{shown}".encode())
        return hashed.finalize()[:16]

    return of_value


def match_hash(what: str, value: str) -> bytes:
    """The keyed hash of one value; width, case and blanks do not matter."""
    return matcher()(what, value)


def write(connection: Connection, number: int, kind: str, internal: Sequence[Mapping[str, Any]]) -> None:
    """Keep the internal values of an item's lines, which run parallel to them; inside the publishing act."""
    first = number << LINE_BITS
    lines = [(first + n, values) for n, values in enumerate(internal, 1) if values]
    if not lines:
        return
    bodies = ((id_, Encrypted.sealed(orjson.dumps(values))) for id_, values in lines)
    insert_rows(connection, InternalLine.__tablename__, ("id", "body"), bodies)
    of_value = matcher()
    for name in (column.name for column in KINDS[kind].input if column.is_matched):
        found = ((id_, name, of_value(name, str(values[name]))) for id_, values in lines if values.get(name))
        insert_rows(connection, InternalMatch.__tablename__, ("id", "what", "hash"), found)


def of(number: int) -> dict[int, dict[str, Any]]:
    """The internal values of an item's lines by their `n`: to go along into its correction, never to be shown."""
    first, last = line_ids(number)
    rows = db.session.execute(
        select(InternalLine.id, InternalLine.body).where(InternalLine.id.between(first, last)).order_by(InternalLine.id)
    )
    return {row.id - first: dict(orjson.loads(row.body)) for row in rows}


def erase(connection: Connection, number: int) -> None:
    """Erase the internal values of a withheld item."""
    first, last = line_ids(number)
    for table in (InternalLine, InternalMatch):
        connection.execute(delete(table).where(table.id.between(first, last)))


def read(actor: Actor, number: int, n: int, reason: str, at: datetime) -> dict[str, Any]:
    """The internal values of line `n` of an item, for an office that may; who read them, and why, is kept.

    Forbidden, Invalid without a reason, NotFound for a line that has none.
    """
    with transaction() as session:
        item = session.get(Item, number)
        body = session.scalar(select(InternalLine.body).where(InternalLine.id == (number << LINE_BITS) + n))
        if item is None or body is None:
            raise NotFound(N_("This line has no internal values."))
        line = places.line(item.place_id)
        actor.must(Permission.INTERNAL_READ, line)
        office = actor.office_for(Permission.INTERNAL_READ, line)
        reason = " ".join(reason.split())
        if not reason:
            raise Invalid(N_("Say why you need to see this; your reason is kept."), field="reason")
        if kind := suspicious_digits(reason):
            text = N_("This looks like %(what)s. Say it without the number: your reason is kept for others to read.")
            raise Invalid(text, field="reason", what=Message(LABELS[kind]))
        if office is not None:
            row = InternalReading(
                line_id=(number << LINE_BITS) + n,
                person_id=actor.person_id,
                office_id=office.office_id,
                at=at,
                reason=reason[:200],
            )
            session.add(row)
        return dict(orjson.loads(body))


def hashes(number: int, what: str) -> dict[int, bytes]:
    """The keyed hashes of a matched column in an item's lines, by line."""
    first, last = line_ids(number)
    query = select(InternalMatch.id, InternalMatch.hash).where(
        InternalMatch.id.between(first, last), InternalMatch.what == what
    )
    return {id_ - first: found for id_, found in db.session.execute(query)}


def same(what: str, value: str) -> list[tuple[int, int]]:
    """(number, n) of every line that holds this value in the matched column `what`, oldest first."""
    query = select(InternalMatch.id).where(InternalMatch.what == what, InternalMatch.hash == match_hash(what, value))
    ids = sorted(db.session.scalars(query))
    return [(id_ >> LINE_BITS, id_ & ((1 << LINE_BITS) - 1)) for id_ in ids]


def numbers_with(number: int) -> set[int]:
    """The lines (n) of an item that have internal values."""
    first, last = line_ids(number)
    ids = db.session.scalars(select(InternalLine.id).where(InternalLine.id.between(first, last)))
    return {id_ & ((1 << LINE_BITS) - 1) for id_ in ids}


def keys_of(number: int) -> dict[int, set[tuple[str, bytes]]]:
    """The keyed hashes of an item's lines, by n: what they are of, and the hash."""
    first, last = line_ids(number)
    columns = (InternalMatch.id, InternalMatch.what, InternalMatch.hash)
    found: dict[int, set[tuple[str, bytes]]] = {}
    for id_, what, hash_ in db.session.execute(select(*columns).where(InternalMatch.id.between(first, last))):
        found.setdefault(id_ & ((1 << LINE_BITS) - 1), set()).add((what, hash_))
    return found


@dataclass(frozen=True)
class Reading:
    """Somebody read the internal values of line `n` of item `number`."""

    number: int
    n: int
    kind: str
    place_id: int
    period: str | None
    person: str
    role: str
    at: datetime
    reason: str


READINGS_SHOWN = 500


def readings(place_ids: Sequence[int]) -> list[Reading]:
    """Who read what of these places' lines, newest first; at most 500."""
    number = InternalReading.line_id // (1 << LINE_BITS)
    query = (
        select(
            InternalReading.line_id, Item.kind, Item.place_id, Item.period, Person.name, Office.role,
            InternalReading.at, InternalReading.reason,
        )
        .join(Item, Item.number == number)
        .join(Person, Person.id == InternalReading.person_id)
        .join(Office, Office.id == InternalReading.office_id)
        .where(Item.place_id.in_(place_ids))
        .order_by(InternalReading.id.desc())
        .limit(READINGS_SHOWN)
    )  # fmt: skip
    return [
        Reading(row[0] >> LINE_BITS, row[0] & ((1 << LINE_BITS) - 1), *row[1:]) for row in db.session.execute(query)
    ]
