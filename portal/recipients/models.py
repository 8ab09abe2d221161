"""Tables of recipients: households as lists name them, their slips, what they say, and the calls."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Encrypted, UTCDateTime


class Recipient(Base):
    """A household or person as rosters name it. `match` finds it in every list: the keyed hash of its number, or of
    name and group where lists have no numbers."""

    __tablename__ = "recipient"
    __table_args__ = (UniqueConstraint("place_id", "match"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    match: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[bytes] = mapped_column(Encrypted)
    group: Mapped[bytes] = mapped_column(Encrypted)


class Slip(Base):
    """A code given to a household; only its keyed hash is kept. A desk code ends by itself and works once."""

    __tablename__ = "slip"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    code: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_for_once: Mapped[bool] = mapped_column(default=False)


class Confirmation(Base):
    """What a household says of one line; the newest holds. No device and no address: only how it came, and who typed
    it in for them."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_place_at", "place_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipient.id"), index=True)
    number: Mapped[int] = mapped_column(BigInteger, index=True)
    key: Mapped[str] = mapped_column(String(255))
    answer: Mapped[str] = mapped_column(String(16))
    way: Mapped[str] = mapped_column(String(8))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class CallRound(Base):
    """A month's draw for one programme in one township; `lot` is what the draw was made with."""

    __tablename__ = "call_round"
    __table_args__ = (UniqueConstraint("place_id", "programme", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    programme: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(10))
    lot: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    record: Mapped[int | None] = mapped_column(BigInteger)
    """The gazette's number of the published counts."""


class Call(Base):
    """One household to be called. A planted one has an invented number: it can be reached by nobody."""

    __tablename__ = "call"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("call_round.id"))
    position: Mapped[int] = mapped_column(Integer)
    is_planted: Mapped[bool]
    number: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(255))
    who: Mapped[bytes] = mapped_column(Encrypted)
    """JSON: name, group, phone, amount (fen), as the officer sees them."""
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replies: Mapped[bytes | None] = mapped_column(Encrypted)
    """JSON of the five replies, once somebody answered."""
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
