"""Values of settings: read from what a person types, checked, written back, and brought up from the database."""

import re
from datetime import date
from typing import Any

from portal import money
from portal.errors import Invalid
from portal.places import of_programmes
from portal.places.settings import CHECK_LEVELS, SIGNING_ROLES, Setting, Type, declaration
from portal.text import N_


def parse(setting: Setting, text: str) -> Any:
    """What a person typed, as the value to store (plain JSON, dates as ISO text); Invalid says what is expected."""
    value = _READERS[setting.type](text.strip())
    if setting.choices and value not in setting.choices:
        raise Invalid(N_("Choose one of those offered."), field="value")
    if setting.names and not set(value) <= set(setting.names):
        unknown = next(word for word in value if word not in setting.names)
        raise Invalid(
            N_('"%(value)s" is none of: %(known)s.'), field="value", value=unknown, known=", ".join(setting.names)
        )
    size = len(value) if isinstance(value, str) else value if isinstance(value, int) else None
    too_small = setting.minimum is not None and size is not None and size < setting.minimum
    too_large = setting.maximum is not None and size is not None and size > setting.maximum
    if too_small or too_large:
        low, high = _bound(setting, setting.minimum), _bound(setting, setting.maximum)
        if high == "":
            raise Invalid(N_("This must be at least %(low)s."), field="value", low=low)
        if low == "":
            raise Invalid(N_("This may be at most %(high)s long."), field="value", high=high)
        raise Invalid(N_("This must be between %(low)s and %(high)s."), field="value", low=low, high=high)
    return value


def checked(setting: Setting, value: Any) -> Any:
    """A value as code hands it over, checked by the same rules as what a person types."""
    return parse(setting, written(setting, value))


def written(setting: Setting, value: Any) -> str:
    """A value as a person would type it; `parse` reads it back."""
    if setting.type is Type.MONEY:
        return money.yuan(value)
    if setting.type is Type.FLAG:
        return "yes" if value else "no"
    if setting.type is Type.RATES:
        return of_programmes.written_rates(value)
    if isinstance(value, (list, tuple)):
        return "\n".join(one.isoformat() if isinstance(one, date) else str(one) for one in value)
    return str(value)


def revive(key: str, value: Any) -> Any:
    """A stored value as the portal uses it: dates become `date`."""
    if declaration(key).type is Type.DATES:
        return [date.fromisoformat(text) for text in value]
    return value


def _bound(setting: Setting, value: int | None) -> str:
    if value is None:
        return ""
    return money.yuan(value) if setting.type is Type.MONEY else str(value)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(N_("A whole number is needed, such as 10."), field="value")
    return int(text)


def _numbers(text: str) -> list[int]:
    return sorted({_number(word) for word in _words(text)})


def _money(text: str) -> int:
    try:
        return money.fen(text.replace(",", ""))
    except ValueError as error:
        raise Invalid(N_("A sum in yuan is needed, such as 500 or 1200.50."), field="value") from error


def _flag(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Invalid(N_("Answer yes or no."), field="value")
    return text == "yes"


def _words(text: str) -> list[str]:
    words = (word.strip() for word in re.split("[,\uff0c\u3001\n]", text))
    return list(dict.fromkeys(word for word in words if word))


def _dates(text: str) -> list[str]:
    try:
        return sorted({date.fromisoformat(word).isoformat() for word in _words(text)})
    except ValueError as error:
        raise Invalid(N_("Dates are needed, one a line, such as 2026-10-01."), field="value") from error


def _roles(text: str) -> list[str]:
    roles = _words(text)
    if not roles:
        raise Invalid(N_("Choose at least one office."), field="value")
    if any(role not in [one.value for one in SIGNING_ROLES] for role in roles):
        names = ", ".join(role.value for role in SIGNING_ROLES)
        raise Invalid(N_("Name at least one of these offices: %(names)s."), field="value", names=names)
    return roles


def _check_level(text: str) -> str:
    if text not in CHECK_LEVELS:
        raise Invalid(N_("A check's level is error or warning."), field="value")
    return text


_READERS = {
    Type.NUMBER: _number,
    Type.NUMBERS: _numbers,
    Type.MONEY: _money,
    Type.FLAG: _flag,
    Type.TEXT: lambda text: text,
    Type.WORDS: _words,
    Type.DATES: _dates,
    Type.ROLES: _roles,
    Type.CHECK: _check_level,
    Type.CHOICE: lambda text: text,
    Type.RATES: of_programmes.rates,
}
