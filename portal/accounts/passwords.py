"""Passwords (Argon2id) and one-time codes (TOTP): made, checked, worn out."""

from datetime import datetime
from functools import cache
from secrets import token_urlsafe

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import Invalid
from portal.text import N_

SHORTEST = 10
LONGEST = 200  # characters; a limit only so that nobody sends megabytes to be hashed
DEFAULT = "village-demo"
"""The demo's password; `portal check` finds accounts that still have it."""
STEP = 30  # seconds a code lasts

hasher = PasswordHasher()  # the library's own defaults are RFC 9106's second recommendation (Argon2id, 64 MiB)


def check_new(password: str, login: str) -> None:
    """Invalid unless a new password is long enough and is not the login or the demo's."""
    if len(password) < SHORTEST:
        raise Invalid(
            N_("A password needs at least %(n)s characters; four words do well."), field="password", n=SHORTEST
        )
    if len(password) > LONGEST:
        raise Invalid(N_("A password has at most %(n)s characters."), field="password", n=LONGEST)
    if login in password.casefold() or password == DEFAULT or len(set(password)) < 4:
        raise Invalid(N_("This password is too easy to guess."), field="password")


def matches(password_hash: str | None, password: str) -> bool:
    """Is this the password? Takes as long if there is no hash."""
    try:
        hasher.verify(password_hash or _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobody() -> str:
    """Checked where there is no account; made at its first use, for commands that sign nobody in need not wait."""
    return hasher.hash(token_urlsafe(16))


def renewed(password_hash: str, password: str) -> str:
    """The hash, made anew if the recommended cost has grown since."""
    return hasher.hash(password) if hasher.check_needs_rehash(password_hash) else password_hash


def new_secret() -> bytes:
    """A secret for one-time codes, base32."""
    return pyotp.random_base32().encode()


def setup_address(secret: bytes, login: str, issuer: str) -> str:
    """What the QR code of an authenticator's set-up says."""
    return pyotp.TOTP(secret.decode()).provisioning_uri(name=login, issuer_name=issuer)


def used_step(secret: bytes, code: str, at: datetime, last_step: int) -> int | None:
    """The 30-second step whose code this is, one before and after allowed; None if wrong or not newer than
    `last_step` (a code is taken once)."""
    totp = pyotp.TOTP(secret.decode())
    now = int(at.timestamp()) // STEP
    typed = "".join(code.split())
    for step in (now - 1, now, now + 1):
        if step > last_step and pyotp.utils.strings_equal(totp.generate_otp(step), typed):
            return step
    return None
