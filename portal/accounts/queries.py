"""Reads of accounts and sign-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account, AccountEvent, PasswordLink, SignIn
from portal.database import db
from portal.places import queries as places
from portal.places.models import Office, Person, Place, Term
from portal.places.rules import Held

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
SECOND_STEP = timedelta(minutes=10)
SEEN_AGAIN = timedelta(minutes=5)
"""`seen_at` is written at most this often, so reading pages costs no write."""


@dataclass(frozen=True)
class SignedIn:
    """A sign-in that holds: whose, with the offices of today."""

    account_id: int
    person_id: int
    name: str
    login: str
    offices: list[Held]
    is_complete: bool
    has_second_factor: bool
    is_seen_lately: bool


@dataclass(frozen=True)
class AccountView:
    """An account as the administrator and its owner see it."""

    id: int
    person_id: int
    name: str
    login: str
    has_password: bool
    has_second_factor: bool
    disabled_at: datetime | None
    created_at: datetime


def token_digest(token: str) -> str:
    """What the database knows of a token: 128 random bits need no slow hash."""
    return sha256(token.encode()).hexdigest()


def sign_in_of(token: str, at: datetime) -> SignedIn | None:
    """Whose sign-in this token is, also one that still lacks the second factor; None if it has ended."""
    row = db.session.execute(
        select(SignIn, Account, Person.name)
        .join(Account, Account.id == SignIn.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(SignIn.digest == token_digest(token))
    ).first()
    if row is None:
        return None
    sign_in, account, name = row
    if account.disabled_at is not None or sign_in.epoch != account.session_epoch:
        return None
    if not _holds(sign_in, at):
        return None
    return SignedIn(
        account_id=account.id,
        person_id=account.person_id,
        name=name,
        login=account.login,
        offices=places.offices_of(account.person_id, clock.today(at)),
        is_complete=sign_in.is_complete,
        has_second_factor=account.totp_confirmed_at is not None,
        is_seen_lately=at - sign_in.seen_at < SEEN_AGAIN,
    )


def signed_in(token: str, at: datetime) -> SignedIn | None:
    """As `sign_in_of`, for a sign-in that is complete."""
    found = sign_in_of(token, at)
    return found if found is not None and found.is_complete else None


def _holds(sign_in: SignIn, at: datetime) -> bool:
    if not sign_in.is_complete:
        return at - sign_in.began_at <= SECOND_STEP
    return at - sign_in.began_at <= ABSOLUTE and at - sign_in.seen_at <= IDLE


def _view(account: Account, name: str) -> AccountView:
    return AccountView(
        account.id,
        account.person_id,
        name,
        account.login,
        account.password_hash is not None,
        account.totp_confirmed_at is not None,
        account.disabled_at,
        account.created_at,
    )


def accounts() -> list[AccountView]:
    """All accounts, by login."""
    query = select(Account, Person.name).join(Person, Person.id == Account.person_id).order_by(Account.login)
    return [_view(account, name) for account, name in db.session.execute(query)]


def account(account_id: int) -> AccountView | None:
    """One account, None if there is none."""
    query = select(Account, Person.name).join(Person, Person.id == Account.person_id).where(Account.id == account_id)
    row = db.session.execute(query).first()
    return None if row is None else _view(*row)


def account_of_login(login: str) -> AccountView | None:
    """The account with this login, None if there is none."""
    found = db.session.scalar(select(Account.id).where(Account.login == login.strip().casefold()))
    return None if found is None else account(found)


def account_of_person(person_id: int) -> AccountView | None:
    """A person's account, None if there is none."""
    found = db.session.scalar(select(Account.id).where(Account.person_id == person_id))
    return None if found is None else account(found)


def people_without_account() -> list[tuple[int, str]]:
    """People who have no account, by name, with a place where they hold or held an office to tell them apart."""
    query = (
        select(Person.id, Person.name, func.max(Place.name))
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(Term, Term.person_id == Person.id)
        .outerjoin(Office, Office.id == Term.office_id)
        .outerjoin(Place, Place.id == Office.place_id)
        .where(Account.id.is_(None))
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id)
    )
    return [(id_, f"{name} · {place}" if place else name) for id_, name, place in db.session.execute(query)]


def events(account_id: int, limit: int = 20) -> list[tuple[datetime, str, str | None]]:
    """What was done to an account lately: when, what, by whom (None: at the console)."""
    query = (
        select(AccountEvent.at, AccountEvent.what, Person.name)
        .outerjoin(Person, Person.id == AccountEvent.by)
        .where(AccountEvent.account_id == account_id)
        .order_by(AccountEvent.id.desc())
        .limit(limit)
    )
    return [(at, what, name) for at, what, name in db.session.execute(query)]


def link_opens(token: str, at: datetime) -> bool:
    """Does a one-time link still open its page?"""
    link = db.session.get(PasswordLink, token_digest(token))
    return link is not None and link.used_at is None and at <= link.expires_at
