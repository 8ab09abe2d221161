"""Tables of disclosure: drafts with their files, choices and acts; signatures; what a village's choices were."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Encrypted, UTCDateTime

_OPEN = "finished_at IS NULL"
_OPEN_POSTING = "finished_at IS NULL AND supersedes IS NULL"


class Draft(Base):
    """What one village prepares of one kind for one period. Its state is computed from its acts."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Which of several postings of a period it is, in the bookkeeper's words; empty where there is one only."""
    supersedes: Mapped[int | None] = mapped_column(BigInteger)
    """The item that it corrects."""
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why, as it will be printed."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    session: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    """When the last act (published, discarded) came, so that open drafts are found by an index; never later changed."""

    __table_args__ = (
        Index(
            "uq_draft_open",
            "place_id",
            "kind",
            "period",
            "about",
            unique=True,
            sqlite_where=text(_OPEN_POSTING),
            postgresql_where=text(_OPEN_POSTING),
        ),
        Index(
            "uq_draft_open_correction",
            "supersedes",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )


class DraftFile(Base):
    """One uploaded file as it came, encrypted."""

    __tablename__ = "draft_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    is_large: Mapped[bool]
    """Read by the worker, not while the bookkeeper waits."""
    is_generated: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Written by the portal from the item to be corrected: every row of it is a line."""
    body: Mapped[bytes] = mapped_column(Encrypted)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("draft_id", "name"),)


class DraftChoice(Base):
    """What the bookkeeper decided: an answer, the text instead of a cell, a column's meaning. The newest one holds.

    `about` is the question's key, ``sheet!F12`` or ``layout:3``; `value` is encrypted because a cell may hold a name.
    """

    __tablename__ = "draft_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("draft_file.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(255))
    value: Mapped[bytes] = mapped_column(Encrypted)
    remember: Mapped[str | None] = mapped_column(String(255))
    """Under which name the village's memory holds it too."""
    act: Mapped[int] = mapped_column(Integer)
    """Choices of one submit carry one number; undoing takes back the newest number."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DraftState(Base):
    """What the files and choices became: a copy that can be made again at any time.

    `content` is JSON (null while impossible), `notes` JSON of findings, questions, decisions and origins; both
    encrypted. `digest` is the SHA-256 of the canonical content, the thing that signatures are about.
    """

    __tablename__ = "draft_state"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(Encrypted)
    notes: Mapped[bytes] = mapped_column(Encrypted)
    internal: Mapped[bytes | None] = mapped_column(Encrypted)
    """Values of the lines that are not published (JSON, parallel to the content's lines)."""
    digest: Mapped[str | None] = mapped_column(String(64))
    is_acceptable: Mapped[bool]
    faults: Mapped[int] = mapped_column(Integer)
    is_being_read: Mapped[bool] = mapped_column(default=False)
    """A large file is waiting for the worker."""
    job_id: Mapped[int | None] = mapped_column(Integer)
    """The job that reads it; it knows how far it is."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts changes of files and choices, so that a slow reading does not overwrite a newer one."""
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DraftEvent(Base):
    """One dated act on a draft. A handing over keeps the content as it was then, for "what changed since"."""

    __tablename__ = "draft_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    act: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    session: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))
    content: Mapped[bytes | None] = mapped_column(Encrypted)
    digest: Mapped[str | None] = mapped_column(String(64))
    number: Mapped[int | None] = mapped_column(BigInteger)
    """The gazette's number, on the act `published`."""


class Signature(Base):
    """An office's decision about one content; counted only while the draft still says exactly that."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"))
    role: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(500))
    content_digest: Mapped[str] = mapped_column(String(64))
    session: Mapped[str | None] = mapped_column(String(64))
    answers: Mapped[bytes | None] = mapped_column(Encrypted)
    """The review sheet's six answers, JSON, where the supervision committee gave them."""
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The township's person who entered a sheet signed on paper."""
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class RememberedChoice(Base):
    """What a village chose once and need not be asked again: a column's meaning by layout, a direction, a book."""

    __tablename__ = "remembered_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(255))
    value: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("place_id", "kind", "what", "about"),)
