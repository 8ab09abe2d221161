"""Tables of places, people, offices, terms and dated settings."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Encrypted, UTCDateTime, append_only


class Place(Base):
    """A county, township or village. It keeps its id when its code changes; `ended_on` is the first day it is no more,
    `successor_id` the place that took its place (a village merged into another)."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("level IN ('county', 'township', 'village')", name="level"),
        CheckConstraint("(level = 'county') = (parent_id IS NULL)", name="parent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(100), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    ended_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))


class PlaceCode(Base):
    """A place's 12-digit code from `valid_from` until the day before `valid_until`; a place has one open code."""

    __tablename__ = "place_code"
    __table_args__ = (CheckConstraint("length(code) = 12", name="length"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class Person(Base):
    """Somebody who holds or held an office; needs no account. The phone is encrypted at rest."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    phone_sealed: Mapped[bytes | None] = mapped_column("phone", Encrypted)

    @property
    def phone(self) -> str | None:
        return None if self.phone_sealed is None else self.phone_sealed.decode()

    @phone.setter
    def phone(self, text: str | None) -> None:
        self.phone_sealed = text.encode() if text else None


class Office(Base):
    """A seat in a place; acts name the office, so they outlive the person's term."""

    __tablename__ = "office"
    __table_args__ = (UniqueConstraint("place_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    role: Mapped[str] = mapped_column(String(20))


class Term(Base):
    """A person in an office from `begins` to `ends` (last day; None is open). It counts once it is confirmed: at a
    village at once, at township and county by a second person. None as a person is the operator at the console."""

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= begins", name="order"),
        Index("ix_term_office_person", "office_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    begins: Mapped[date]
    ends: Mapped[date | None]
    appointed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appointed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PlaceSetting(Base):
    """A setting's value (JSON) at a place from a day on. Rows are only added: the newest one valid on a day holds."""

    __tablename__ = "place_setting"
    __table_args__ = (Index("ix_place_setting_place_key", "place_id", "key", "valid_from"), {"info": append_only()})

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
