"""The verbs of accounts: signing in and out, passwords and their links, the second factor, adding and disabling."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, select

from portal import clock
from portal.accounts import passwords, queries
from portal.accounts.models import Account, AccountEvent, FailedTries, PasswordLink, SignIn
from portal.accounts.rules import FORGIVEN_AFTER, Actor, Permission, needs_second_factor, wait_after
from portal.database import db, transaction
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.places import loading
from portal.places import queries as places
from portal.places.roster import Problem, Refused
from portal.text import N_

LINK_LASTS = timedelta(hours=24)
_LOGIN_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


class Next(Enum):
    """What a right password leads to."""

    SIGNED_IN = "signed in"
    CODE = "code"
    ENROL = "enrol"


@dataclass(frozen=True)
class Opened:
    """A token for the browser and what it opens."""

    token: str
    next: Next


@dataclass(frozen=True)
class Throttle:
    """What failed tries are counted with: `key` makes the digests of logins, so the table names nobody."""

    key: bytes

    def digest(self, login: str) -> str:
        return hmac.new(self.key, b"tries:" + _folded(login).encode(), sha256).hexdigest()


# ---------------------------------------------------------------- signing in and out


def sign_in(login: str, password: str, throttle: Throttle, demo: bool, at: datetime) -> Opened:
    """Check login and password; Invalid with one sentence for every reason why not (unknown, wrong, disabled).

    The failure is counted in its own act before the sentence goes out; while a login waits, no password is looked at.
    """
    digest = throttle.digest(login)
    _refuse_while_waiting(digest, at)
    account = db.session.scalar(select(Account).where(Account.login == _folded(login)))
    usable = account is not None and account.disabled_at is None
    if not passwords.matches(account.password_hash if account and usable else None, password):
        _count_failure(digest, at)
        raise Invalid(
            N_("Login and password do not fit together. Look at both again; after several tries the wait gets longer.")
        )
    assert account is not None
    with transaction() as session:
        account = session.get_one(Account, account.id)
        account.password_hash = passwords.renewed(account.password_hash or "", password)
        step = _next_step(account, demo, at)
        if step is Next.SIGNED_IN:
            _forgive(digest)
        return Opened(_open(account, step is Next.SIGNED_IN, at), step)


def _next_step(account: Account, demo: bool, at: datetime) -> Next:
    if demo:
        return Next.SIGNED_IN
    if account.totp_confirmed_at is not None:
        return Next.CODE
    offices = places.offices_of(account.person_id, clock.today(at))
    return Next.ENROL if needs_second_factor(offices, demo) else Next.SIGNED_IN


def _open(account: Account, is_complete: bool, at: datetime) -> str:
    """A new token; what has ended is swept on the way."""
    token = token_urlsafe(24)
    db.session.execute(delete(SignIn).where(SignIn.began_at < at - queries.ABSOLUTE))
    db.session.execute(delete(FailedTries).where(FailedTries.last_at < at - FORGIVEN_AFTER))
    db.session.add(
        SignIn(
            digest=queries.token_digest(token), account_id=account.id, epoch=account.session_epoch,
            is_complete=is_complete, began_at=at, seen_at=at,
        )
    )  # fmt: skip
    db.session.flush()
    return token


def show_code(token: str, code: str, throttle: Throttle, at: datetime) -> str:
    """The second step of signing in, also the first code of an enrolment: a new token that is complete.

    Invalid if the code is wrong or was used before, Forbidden if the first step is too long ago.
    """
    account = _half_signed_in(token, at)
    digest = throttle.digest(account.login)
    _refuse_while_waiting(digest, at)
    step = passwords.used_step(account.totp_secret or passwords.new_secret(), code, at, account.totp_last_step)
    if step is None:
        _count_failure(digest, at)
        raise Invalid(N_("This code does not fit. Wait for the next one and type its six digits."), field="code")
    with transaction() as session:
        account = session.get_one(Account, account.id)
        if step <= account.totp_last_step:
            raise Invalid(N_("This code was used before. Wait for the next one."), field="code")
        account.totp_last_step = step
        if account.totp_confirmed_at is None:
            account.totp_confirmed_at = at
            _note(account.id, "second factor set up", account.person_id, at)
        session.execute(delete(SignIn).where(SignIn.digest == queries.token_digest(token)))
        _forgive(digest)
        return _open(account, True, at)


def enrolment(token: str, issuer: str, at: datetime) -> str:
    """The address that an authenticator reads as QR code while somebody who needs a second factor signs in first.

    The secret stays the same until the first code was shown; Conflict once there is one.
    """
    account = _half_signed_in(token, at)
    return _enrolment(account.id, issuer)


def start_second_factor(account_id: int, issuer: str, actor: Actor) -> str:
    """As `enrolment`, for somebody signed in who wants a second factor."""
    _must_own(account_id, actor)
    return _enrolment(account_id, issuer)


def _enrolment(account_id: int, issuer: str) -> str:
    with transaction() as session:
        account = session.get_one(Account, account_id)
        if account.totp_confirmed_at is not None:
            raise Conflict(N_("This account has its second factor already."))
        account.totp_secret = account.totp_secret or passwords.new_secret()
        return passwords.setup_address(account.totp_secret, account.login, issuer)


def confirm_second_factor(account_id: int, code: str, actor: Actor, at: datetime) -> None:
    """The first code of a second factor that somebody signed in sets up; Invalid if it does not fit."""
    _must_own(account_id, actor)
    with transaction() as session:
        account = session.get_one(Account, account_id)
        if account.totp_confirmed_at is not None or account.totp_secret is None:
            raise Conflict(N_("This account has its second factor already."))
        step = passwords.used_step(account.totp_secret, code, at, account.totp_last_step)
        if step is None:
            raise Invalid(N_("This code does not fit. Wait for the next one and type its six digits."), field="code")
        account.totp_last_step, account.totp_confirmed_at = step, at
        _note(account.id, "second factor set up", account.person_id, at)


def _half_signed_in(token: str, at: datetime) -> Account:
    found = queries.sign_in_of(token, at)
    if found is None or found.is_complete:
        raise Forbidden(N_("Signing in took too long. Begin again."))
    return db.session.get_one(Account, found.account_id)


def seen(token: str, at: datetime) -> None:
    """Somebody signed in has just asked for a page: the idle time begins anew."""
    with transaction() as session:
        sign_in = session.get(SignIn, queries.token_digest(token))
        if sign_in is not None:
            sign_in.seen_at = at


def sign_out(token: str) -> None:
    """End this sign-in; its cookie opens nothing any more."""
    with transaction() as session:
        session.execute(delete(SignIn).where(SignIn.digest == queries.token_digest(token)))


def sign_out_everywhere(account_id: int, actor: Actor, at: datetime) -> None:
    """End every sign-in of one's own account."""
    _must_own(account_id, actor)
    with transaction():
        _end_all(account_id)
        _note(account_id, "signed out everywhere", actor.person_id, at)


def _end_all(account_id: int) -> None:
    account = db.session.get_one(Account, account_id)
    account.session_epoch += 1
    db.session.execute(delete(SignIn).where(SignIn.account_id == account_id))


def _refuse_while_waiting(digest: str, at: datetime) -> None:
    tries = db.session.get(FailedTries, digest)
    if tries is None or at - tries.last_at > FORGIVEN_AFTER:
        return
    left = tries.last_at + wait_after(tries.count) - at
    if left > timedelta(0):
        raise Invalid(
            N_("Too many tries. Wait %(seconds)s seconds, then try again."), seconds=int(left.total_seconds())
        )


def _count_failure(digest: str, at: datetime) -> None:
    with transaction() as session:
        tries = session.get(FailedTries, digest)
        if tries is None:
            session.add(FailedTries(digest=digest, count=1, last_at=at))
        else:
            tries.count = tries.count + 1 if at - tries.last_at <= FORGIVEN_AFTER else 1
            tries.last_at = at


def _forgive(digest: str) -> None:
    db.session.execute(delete(FailedTries).where(FailedTries.digest == digest))


# ---------------------------------------------------------------- passwords


def change_password(account_id: int, old: str, new: str, throttle: Throttle, actor: Actor, at: datetime) -> str:
    """One's own new password: ends every sign-in and returns a new token for this browser."""
    _must_own(account_id, actor)
    account = db.session.get_one(Account, account_id)
    digest = throttle.digest(account.login)
    _refuse_while_waiting(digest, at)
    if not passwords.matches(account.password_hash, old):
        _count_failure(digest, at)
        raise Invalid(N_("This is not the password you have now."), field="old")
    with transaction() as session:
        account = session.get_one(Account, account_id)
        passwords.check_new(new, account.login)
        _set_password(account, new, at)
        return _open(account, True, at)


def new_password_link(account_id: int, actor: Actor, at: datetime, with_second_factor: bool = False) -> str:
    """A token for one new password, good for 24 hours; earlier links of the account stop working.

    `with_second_factor` also takes the lost authenticator off the account: it is set up anew at the next sign-in.
    Every sign-in ends. The owner sees who made the link.
    """
    with transaction() as session:
        account = _managed(account_id, actor)
        session.execute(delete(PasswordLink).where(PasswordLink.account_id == account_id))
        token = token_urlsafe(24)
        session.add(PasswordLink(digest=queries.token_digest(token), account_id=account_id, expires_at=at + LINK_LASTS))
        if with_second_factor:
            account.totp_secret = account.totp_confirmed_at = None
            _note(account_id, "second factor taken off", actor.person_id, at)
        _end_all(account_id)
        _note(account_id, "link for a new password made", actor.person_id, at)
        return token


def set_password(token: str, password: str, at: datetime, is_known: bool = False) -> str:
    """Use a one-time link: sets the password and returns the login. NotFound if it was used or is too old; Invalid for
    a password that is easy to guess, unless `is_known`: everybody knows the demo's."""
    with transaction() as session:
        link = session.get(PasswordLink, queries.token_digest(token))
        if link is None or link.used_at is not None or at > link.expires_at:
            raise NotFound(N_("This link was used or is too old. Ask the administrator for a new one."))
        account = session.get_one(Account, link.account_id)
        if not is_known:
            passwords.check_new(password, account.login)
        _set_password(account, password, at)
        link.used_at = at
        return account.login


def _set_password(account: Account, password: str, at: datetime) -> None:
    account.password_hash = passwords.hasher.hash(password)
    _end_all(account.id)
    _note(account.id, "password set", account.person_id, at)


# ---------------------------------------------------------------- accounts


def add_user(login: str, person_id: int, actor: Actor, at: datetime, password: str | None = None) -> int:
    """Give a person an account and return its id; without `password` a link opens it first.

    Conflict if the login is taken or the person has an account. A `password` is for the demo and the first
    administrator: it is hashed as it is.
    """
    with transaction() as session:
        actor.must(Permission.ACCOUNTS_MANAGE, [places.county().id])
        name = _folded(login)
        if not name or len(name) > 60 or not set(name) <= _LOGIN_CHARACTERS:
            raise Invalid(N_("A login is made of small letters, digits, - _ and dots."), field="login")
        if session.scalar(select(Account.id).where(Account.login == name)):
            raise Conflict(N_("The login %(login)s is taken."), login=name)
        if session.scalar(select(Account.id).where(Account.person_id == person_id)):
            raise Conflict(N_("%(name)s has an account already."), name=places.person_name(person_id))
        account = Account(login=name, person_id=person_id, created_at=at)
        account.password_hash = passwords.hasher.hash(password) if password else None
        session.add(account)
        session.flush()
        _note(account.id, "account made", actor.person_id, at)
        return account.id


def disable(account_id: int, actor: Actor, at: datetime) -> None:
    """Close an account: its sign-ins end, its password opens nothing. Forbidden for one's own."""
    with transaction():
        account = _managed(account_id, actor)
        account.disabled_at = account.disabled_at or at
        _end_all(account_id)
        _note(account_id, "account closed", actor.person_id, at)


def enable(account_id: int, actor: Actor, at: datetime) -> None:
    """Open a closed account again."""
    with transaction():
        _managed(account_id, actor).disabled_at = None
        _note(account_id, "account opened again", actor.person_id, at)


@dataclass(frozen=True)
class LoadedAccounts:
    """What a file changed, the logins that were made for its people, and the new account of the county's first
    administrator, if the file brought one."""

    places: loading.Loaded
    logins: list[str]
    administrator: int | None


def load_places(data: bytes, actor: Actor, at: datetime) -> LoadedAccounts:
    """Load places, people and offices (`places.loading.load`) and give an account to each login of the file that has
    none; all or nothing. A login that is somebody else's is an error at its row."""
    with transaction():
        loaded = loading.load(data, actor, at)
        made: dict[int, int] = {}
        logins, problems = [], []
        for row, person_id, login in dict.fromkeys(loaded.logins):
            account = queries.account_of_person(person_id)
            if account is not None and account.login == login:
                continue
            try:
                made[person_id] = add_user(login, person_id, actor, at)
                logins.append(login)
            except (Conflict, Invalid) as error:
                problems.append(Problem(row, "login", error.message))
        if problems:
            raise Refused(problems)
        return LoadedAccounts(loaded, logins, made.get(loaded.first_administrator or 0))


def _managed(account_id: int, actor: Actor) -> Account:
    """The account, if the actor manages accounts and it is not his own."""
    actor.must(Permission.ACCOUNTS_MANAGE, [places.county().id])
    account = db.session.get(Account, account_id)
    if account is None:
        raise NotFound(N_("There is no such account."))
    if account.person_id == actor.person_id:
        raise Forbidden(N_("Another administrator does this for you."))
    return account


def _must_own(account_id: int, actor: Actor) -> None:
    account = db.session.get(Account, account_id)
    if account is None or account.person_id != actor.person_id:
        raise Forbidden(N_("This is somebody else's account."))


def _note(account_id: int, what: str, person_id: int, at: datetime) -> None:
    db.session.add(AccountEvent(account_id=account_id, what=what, by=person_id or None, at=at))
    db.session.flush()


def _folded(login: str) -> str:
    return login.strip().casefold()
