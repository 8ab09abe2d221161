"""Tables of the board: what officers showed and said of a notice, how often it was said not to hang, named boards."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, UTCDateTime, append_only

_OF_ITS_VILLAGE = "SELECT 1 FROM withholding w JOIN item i ON i.number = w.number WHERE i.place_id = OLD.place_id"
"""What is withheld there: a photo of one notice may show another beside it, so the number alone does not tell."""
_CODES = "REPLACE(REPLACE(REPLACE(CAST(OLD.codes AS TEXT), ' ', ''), '[', ','), ']', ',')"
_READ_IN_IT = f"SELECT 1 FROM withholding w WHERE REPLACE({_CODES}, ',' || w.number || ',', '') <> {_CODES}"  # noqa: S608
"""What is withheld anywhere and its code was read in the photo; `REPLACE`, for both databases know it and no ``%`` is
in it, which drivers take for a parameter."""


class Sighting(Base):
    """A photo of a notice on the board, or an officer's word that it does not hang (no `digest`). `digest` names the
    paper of the village that is the photo, `codes` the notices whose codes were read in it; `day` is the county's date
    on which it came in, for nobody can prove another. Erased only where it shows what is withheld by order."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("number", "digest", name="uq_sighting_number_digest"),
        Index("ix_sighting_place_digest", "place_id", "digest"),
        Index("ix_sighting_place_day", "place_id", "day"),
        {"info": append_only(delete_if=f"EXISTS ({_OF_ITS_VILLAGE}) OR EXISTS ({_READ_IN_IT})")},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    number: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
    is_there: Mapped[bool]
    digest: Mapped[str | None] = mapped_column(String(64))
    codes: Mapped[list[int]] = mapped_column(JSON, default=list)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Voice(Base):
    """How many times it was said on a day that a notice does not hang: a count, and nothing about who said it. `board`
    is the number of the board at which it was said, 0 where that is not known."""

    __tablename__ = "voice"
    __table_args__ = (Index("ix_voice_place_day", "place_id", "day"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    board: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    voices: Mapped[int]


class Board(Base):
    """One more board of a village, such as a villagers' group's; `n` stands in its address for good. The village's main
    board has no row."""

    __tablename__ = "board"

    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
