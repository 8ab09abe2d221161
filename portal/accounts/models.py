"""Tables of accounts, sign-ins, one-time links, failed tries and what happened to an account."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Base, Encrypted, UTCDateTime, append_only


class Account(Base):
    """A person's sign-in. `login` is stored casefolded; without `password_hash` only a one-time link opens it.

    `session_epoch` is raised to end all sign-ins at once. A second factor counts once `totp_confirmed_at` is set;
    `totp_last_step` is the last 30-second step whose code was used: none is taken twice.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(Encrypted)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    session_epoch: Mapped[int] = mapped_column(default=0)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignIn(Base):
    """A sign-in that has not ended; its token is known to the browser only, here lies its digest. Before the second
    factor is shown `is_complete` is false and the token opens nothing but that page."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    epoch: Mapped[int]
    is_complete: Mapped[bool]
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PasswordLink(Base):
    """A one-time link for a new password; the token is in the link only, here lies its digest."""

    __tablename__ = "password_link"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FailedTries(Base):
    """How often a sign-in failed lately, by a keyed digest of what was typed as login, whether it exists or not."""

    __tablename__ = "failed_tries"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AccountEvent(Base):
    """What was done to an account, and by whom (None: the operator at the console); its owner reads it."""

    __tablename__ = "account_event"
    __table_args__ = {"info": append_only()}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    what: Mapped[str] = mapped_column(String(40))
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
