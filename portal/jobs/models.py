"""The table of jobs: what is to be done after an act has committed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, UTCDateTime


class Job(Base):
    """One piece of work. It is free while `leased_until` is None or past, and neither done nor failed.

    `progress` is in percent, for pages; `attempts` counts the beginnings; `error` is the last failure as `Message`
    JSON, `failed_at` set when no further attempt will be made.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_open", "done_at", "failed_at", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    due: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
