"""How amounts, dates, months and messages are written on pages, in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask

from portal import clock
from portal import money as money_module
from portal.money import shown
from portal.text import MONTH_NAMES, N_, Bilingual, Message, period_text, translator
from portal.web.language import current_language

_PERIOD = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2]|Q[1-4])")
_DAY = re.compile(r"(19|20)\d\d-\d\d-\d\d")


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money, quantity=quantity, day=day, moment=moment, period=period, message=message, told=told, listed=listed
    )


def money(fen: int | None) -> str:
    """Fen as yuan: 123450 → ``1,234.50``, with a true minus sign; nothing for None."""
    return "" if fen is None else shown(fen).replace("-", "−")


def quantity(value: int | None) -> str:
    """Ten-thousandths as a number: 32500 → ``3.25``; nothing for None."""
    return "" if value is None else money_module.quantity(value).replace("-", "−")


def day(value: date | datetime | str | None, year: bool = False) -> str:
    """A date, ISO text or moment (county time) as people write it: ``3月5日`` or ``5 Mar``, with `year` if wanted."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10]) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = clock.today(value)
    if current_language() == "zh":
        return f"{value.year}年{value.month}月{value.day}日" if year else f"{value.month}月{value.day}日"
    return f"{value.day} {MONTH_NAMES[value.month - 1][:3]}" + (f" {value.year}" if year else "")


def moment(value: datetime | None) -> str:
    """A moment in county time, to the minute: ``2026年3月5日 09:30``."""
    if value is None:
        return ""
    return f"{day(value, year=True)} {value.astimezone(clock.COUNTY_TIME):%H:%M}"


def period(value: str | None) -> str:
    """A month: ``2026-03`` → ``2026年3月`` or ``March 2026``; likewise a quarter or a year; nothing for an item without
    one."""
    if not value:
        return ""
    return period_text(value, current_language())


def message(value: Message | Mapping[str, Any] | str | None) -> str:
    """A `Message`, its stored form, or an English source string, in the reader's language."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = Message(value)
    elif not isinstance(value, Message):
        value = Message.from_json(value)
    return _of_people(value).render(translator(current_language()))


def _of_people(value: Message) -> Message:
    """The message with its days and months written as people write them; stored, they are ISO texts."""
    return Message(value.id, {name: _written(param) for name, param in value.params.items()})


def _written(param: Any) -> Any:
    if isinstance(param, Message):
        return _of_people(param)
    if isinstance(param, date):
        return day(param, year=True)
    if not isinstance(param, str):
        return param
    if _PERIOD.fullmatch(param):
        return period(param)
    try:
        return day(param, year=True) if _DAY.fullmatch(param) else param
    except ValueError:  # 2026-02-30, as somebody typed it
        return param


def told(value: str | Message | Bilingual | date | None) -> str:
    """What a cell says (`portal.kinds.compared.Value`): plain text as it is, the rest in the reader's language."""
    if isinstance(value, date):
        return day(value, year=True)
    if isinstance(value, Message):
        return message(value)
    return value.render(translator(current_language())) if isinstance(value, Bilingual) else value or ""


def listed(texts: Iterable[str]) -> str:
    """Several texts one after the other, as in a sentence: 甲、乙 or A, B."""
    return translator(current_language())(N_(", ")).join(texts)
