"""Tables of papers: files of a village, the lines they belong to, black boxes, what was done and who looked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, UTCDateTime, append_only


class EvidenceFile(Base):
    """One paper of a village. `digest` names the original in the store, `copy_digest` and `small_digest` what was made
    of it with the boxes in it; these are None while it is being prepared, and `error` says why it cannot be.

    `revision` counts changes of the boxes, so that a slow copy does not overwrite a newer one.
    """

    __tablename__ = "evidence_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(8))
    pages: Mapped[int]
    document: Mapped[str] = mapped_column(String(16))
    is_sealed: Mapped[bool]
    copy_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    small_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    sizes: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    """Width and height of each page of the copy, in pixels."""
    revision: Mapped[int] = mapped_column(default=0)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (UniqueConstraint("place_id", "digest"),)


class EvidenceLink(Base):
    """A paper belongs to a line: of a draft, and from its publication on of the item too. The key is empty while nobody
    has said which line it is. What was published and taken away again stays, with the reason."""

    __tablename__ = "evidence_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(index=True)
    number: Mapped[int | None] = mapped_column(BigInteger, index=True)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(255), default="")
    """What the file was called, while it belongs to no line."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(String(300))


class EvidenceMask(Base):
    """A black box over a page, in thousandths of its width and height, until it is taken away."""

    __tablename__ = "evidence_mask"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("evidence_file.id", ondelete="CASCADE"), index=True)
    page: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


_OF_A_VILLAGE_WITH_WITHHELD = (
    "EXISTS (SELECT 1 FROM withholding JOIN item ON item.number = withholding.number "
    "WHERE item.place_id = OLD.place_id)"
)


class EvidenceAct(Base):
    """What was done with a paper, and who looked at what is not public: which paper (by digest), who, in which office.
    Outlives the file. If the paper goes with a withheld item, its rows are written again without `value`, which may
    hold a name."""

    __tablename__ = "evidence_act"
    __table_args__ = (
        Index("ix_evidence_act_place_digest", "place_id", "digest"),
        {"info": append_only(delete_if=_OF_A_VILLAGE_WITH_WITHHELD)},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    digest: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(300))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
