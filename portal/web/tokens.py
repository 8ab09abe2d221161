"""Tokens of public forms: signed, for one purpose and a short time; such forms know no session (no cookie is set)."""

from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.errors import Invalid
from portal.text import N_

HOUR = 3600  # seconds
TOO_LONG = N_("This page was open too long. Go back to its beginning and try again.")


def sign(purpose: str, value: Any = None) -> str:
    """A token that carries a small JSON value; nobody else can make one."""
    return str(_serializer(purpose).dumps(value))


def read(purpose: str, token: str, lasts: int = HOUR) -> Any:
    """The value of a token; Invalid if it is another's, of another purpose, or older than `lasts` seconds."""
    try:
        return _serializer(purpose).loads(token, max_age=lasts)
    except BadData as error:
        raise Invalid(TOO_LONG) from error


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt=f"public form: {purpose}")
