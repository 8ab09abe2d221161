"""Says texts in the reader's language, or in Chinese with English beneath."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.errors import Invalid
from portal.notices.sheets import Both, Text
from portal.notices.wrap import clean
from portal.text import N_, Message, translator

LANGUAGES = ("zh", "en", "both")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Voice:
    """Speaks `zh`, `en` or `both`; the leading language of `both` is Chinese."""

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise Invalid(N_("The language of a notice is zh, en or both."))

    @property
    def leading(self) -> str:
        return "en" if self.language == "en" else "zh"

    def say(self, text: Text) -> str:
        """The text in the leading language."""
        return said(text, self.leading)

    def second(self, text: Text) -> str:
        """The English beside or beneath it, or nothing if there is none to add."""
        if self.language != "both" or isinstance(text, str):
            return ""
        english = said(text, "en")
        return "" if english == self.say(text) else english

    def words(self, source: str, **params: object) -> str:
        """A text of the room itself, in the leading language."""
        return self.say(Message(source, params))

    def every(self, source: str, **params: object) -> str:
        """A text of the room itself on one line, both languages where both are wanted."""
        message = Message(source, params)
        return "  ".join(filter(None, (self.say(message), self.second(message))))


def said(text: Text, language: str) -> str:
    """One text in one language, ready to be set."""
    if isinstance(text, Both):
        return clean(text.zh if language == "zh" else text.en)
    if isinstance(text, str):
        return clean(text)
    params = {name: _param(value, language) for name, value in text.params.items()}
    return clean(Message(text.id, params).render(translator(language)))


def _param(value: Any, language: str) -> Any:
    if isinstance(value, date):
        return day(value, language)
    return said(value, language) if isinstance(value, Both | Message) else value


def as_day(value: date | str | None) -> date | None:
    """A date from itself or from its ISO text; None for anything that is no date."""
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day(value: date, language: str, *, year: bool = True) -> str:
    """A date as people there write it: ``2026年3月5日``, ``5 Mar 2026``."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]}" + (f" {value.year}" if year else "")
    return (f"{value.year}年" if year else "") + f"{value.month}月{value.day}日"
