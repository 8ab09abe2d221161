"""Tables of the published record: items, payloads and checkpoints (append-only); lines, figures, search (read models).

Line tables are generated from the kinds: one a kind, a column for each of its columns.
"""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from portal.database import Base, Encrypted, UTCDateTime, append_only
from portal.kinds import KINDS
from portal.kinds.base import Kind, Type
from portal.places.models import Place

LINE_BITS = 20
"""A line's id is ``number << 20 | n``: at most 1,048,575 lines an item, and ids in the order of publication."""

_ROW_ID = BigInteger().with_variant(Integer(), "sqlite")  # on SQLite only an INTEGER key is the row's own id


class Log(Base):
    """The name a log goes by from item `first` on, and the public key that signs for it; the newest row is in force."""

    __tablename__ = "log"
    __table_args__ = ({"info": append_only()},)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(Text)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    first: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Item(Base):
    """A published entry. `number` is the log's index + 1; `header` what was sealed, byte for byte; `leaf` its hash."""

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_place_kind_period", "place_id", "kind", "period"),
        Index("ix_item_kind_subject", "kind", "subject"),
        {"info": append_only()},
    )

    number: Mapped[int] = mapped_column(_ROW_ID, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    place: Mapped[str] = mapped_column(String(12))
    period: Mapped[str | None] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(Text)
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("item.number"), unique=True)
    taken_over: Mapped[bool]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    payload_sha256: Mapped[str] = mapped_column(String(64))
    header: Mapped[str] = mapped_column(Text)
    leaf: Mapped[bytes] = mapped_column(LargeBinary)


class Payload(Base):
    """An item's payload, canonical JSON byte for byte; erased only when the item is withheld by order."""

    __tablename__ = "payload"
    __table_args__ = (
        {"info": append_only(delete_if="EXISTS (SELECT 1 FROM withholding WHERE withholding.number = OLD.number)")},
    )

    number: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(Item.number), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)


class Withholding(Base):
    """Item `number` is withheld; the item `record` says by whose order."""

    __tablename__ = "withholding"
    __table_args__ = ({"info": append_only()},)

    number: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(Item.number), primary_key=True, autoincrement=False)
    record: Mapped[int] = mapped_column(ForeignKey(Item.number), unique=True)


class WithholdingRequest(Base):
    """An officer asks that item `number`, and the items `also`, be withheld by order; a second person at the county
    confirms or rejects it. It waits while `decided_at` is empty. Without a person: the operator at the console."""

    __tablename__ = "withholding_request"
    __table_args__ = (
        Index(
            "uq_withholding_request_waiting",
            "number",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey(Item.number))
    also: Mapped[list[int]] = mapped_column(JSON)
    lines: Mapped[list[int]] = mapped_column(JSON)
    """The lines of `number` that the order is about; empty where it is about the whole."""
    authority: Mapped[str] = mapped_column(String(100))
    document: Mapped[str] = mapped_column(String(100))
    ordered_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    session: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(String(300))
    """Why it was rejected."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_in: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CheckpointRow(Base):
    """The log at `size` items: the signed note, and the tree's right edge from which the next batch goes on."""

    __tablename__ = "checkpoint"
    __table_args__ = ({"info": append_only()},)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    log_id: Mapped[int] = mapped_column(ForeignKey(Log.id))
    note: Mapped[str] = mapped_column(Text)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class FigureRow(Base):
    """A named integer of an item (`Kind.figures`), for comparisons; a read model."""

    __tablename__ = "figure"
    __table_args__ = ({"sqlite_with_rowid": False},)

    number: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(Item.number), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class InternalLine(Base):
    """What belongs to line `id` (as in the line tables) and is not published: whole numbers, as encrypted JSON."""

    __tablename__ = "internal_line"

    id: Mapped[int] = mapped_column(_ROW_ID, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(Encrypted)


class InternalMatch(Base):
    """The keyed hash (HMAC-SHA-256, 16 bytes) of one internal value: equal hashes of one `what` are equal values."""

    __tablename__ = "internal_match"
    __table_args__ = (Index("ix_internal_match_what_hash", "what", "hash"),)

    id: Mapped[int] = mapped_column(_ROW_ID, primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(32), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class InternalReading(Base):
    """Somebody read the internal values of a line: who, in which office, when, why. Once the item is withheld the row
    is written again without its reason, which may hold a name."""

    __tablename__ = "internal_reading"
    __table_args__ = (
        {"info": append_only(delete_if="EXISTS (SELECT 1 FROM withholding WHERE number = (OLD.line_id >> 20))")},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(BigInteger, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200))


class NamesBeside(Base):
    """Who stands behind the sealed names of item `number` (`portal.gazette.names`), as encrypted JSON."""

    __tablename__ = "names_beside"
    __table_args__ = (
        {"info": append_only(delete_if="EXISTS (SELECT 1 FROM withholding WHERE withholding.number = OLD.number)")},
    )

    number: Mapped[int] = mapped_column(_ROW_ID, ForeignKey(Item.number), primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(Encrypted)


class Payout(Base):
    """What the bank's file of a day said of roster `number`: counts over all files so far, and who, encrypted."""

    __tablename__ = "payout"
    __table_args__ = (
        {"info": append_only(delete_if="EXISTS (SELECT 1 FROM withholding WHERE withholding.number = OLD.number)")},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, ForeignKey(Item.number), index=True)
    paid_on: Mapped[date]
    total: Mapped[int]
    paid: Mapped[int]
    failed: Mapped[int]
    extra: Mapped[int]
    """Rows of this file that are on no line."""
    differing: Mapped[int]
    """Lines of this file with another sum than the roster's."""
    details: Mapped[bytes] = mapped_column(Encrypted)
    """JSON: of each line what the bank said last, and the rows that are on no line."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


_TYPES: dict[Type, TypeEngine] = {
    Type.TEXT: Text(),
    Type.CODE: Text(),
    Type.DATE: String(10),  # ISO text, as in the payload: the same on both databases, and in order
    Type.MONEY: BigInteger(),
    Type.INTEGER: BigInteger(),
    Type.QUANTITY: BigInteger(),
    Type.FLAG: Boolean(),
}


def line_table(kind: Kind, metadata: MetaData) -> Table:
    """The table of a kind's lines: id, number, n (1-based), key, then the kind's columns.

    An item's lines are a range of ids; a place's lines are found through its items, by their numbers.
    """
    return Table(
        f"line_{kind.name}",
        metadata,
        Column("id", _ROW_ID, primary_key=True, autoincrement=False),
        Column("number", BigInteger, nullable=False, index=True),
        Column("n", Integer, nullable=False),
        Column("key", Text, nullable=False),
        *(Column(column.name, _TYPES[column.type], index=column.name == "subject") for column in kind.columns),
    )


LINE_TABLES: dict[str, Table] = {kind.name: line_table(kind, Base.metadata) for kind in KINDS.values()}
