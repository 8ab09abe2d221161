"""Tables of duties: who was reminded of what on which day, and drafts that wait for the township's order."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, UTCDateTime, append_only


class Reminder(Base):
    """An office was reminded of one duty of one village on a day. `what` is before, after, or letter."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("place_id", "key", "period", "sent_on", "what", name="uq_reminder_duty_day"),
        {"info": append_only()},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    key: Mapped[str] = mapped_column(String(40))
    """The kind, or ``statement:CLASS``."""
    period: Mapped[str] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(10))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    """The office that answers for it; None where the village has nobody in office."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who printed the letter; None for what the portal did by itself."""
    sent_on: Mapped[date]
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Waiting(Base):
    """A draft that may be published by the township's order from `since` on; settled once it is decided, withdrawn,
    sent back or published. `draft` is its number in the room that keeps drafts."""

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_place_settled", "place_id", "settled_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft: Mapped[int] = mapped_column(index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(10))
    since: Mapped[date]
    settled_on: Mapped[date | None]
