"""Texts that are translated where they are shown: `N_()` marks them, `Message` carries them with their parameters.

Nothing is stored in a language. An error, a reason or a question is an English source string (its id) and parameters;
whoever shows it hands in a translator.
"""

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
TRANSLATIONS = Path(__file__).parent / "translations"

Translate = Callable[[str], str]


def N_(text: str) -> str:
    """Mark `text` for the catalogue; it is translated later."""
    return text


@cache
def translator(language: str) -> Translate:
    """The translator of a language (`zh` or `en`); an unknown one, or a missing catalogue, gives the source string."""
    return gettext.translation("messages", TRANSLATIONS, languages=[language], fallback=True).gettext


LANGUAGE = N_("language: en")
"""What a catalogue calls its own language: how a translator is asked which one it speaks."""


@dataclass(frozen=True)
class Bilingual:
    """A text that data bring in both languages, such as a programme's name; a parameter of messages."""

    zh: str
    en: str

    def render(self, translate: Translate) -> str:
        """The text in the translator's language."""
        return self.zh if translate(LANGUAGE) == "language: zh" else self.en

    def to_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True)
class Message:
    """A text with parameters, e.g. ``Message(N_("Row %(row)s has no date."), {"row": 7})``.

    Parameters are strings, integers, dates (shown ISO), other messages (rendered first) or `Bilingual` data. Percent
    placeholders with names only. A parameter that is itself an English source string is passed as a `Message`.
    """

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def render(self, translate: Translate) -> str:
        """The text in the translator's language."""
        if not self.params:
            return translate(self.id)
        return translate(self.id) % {name: _shown(value, translate) for name, value in self.params.items()}

    def to_json(self) -> dict[str, Any]:
        """Plain data for storage; `from_json` reads it back."""
        return {"id": self.id, "params": {name: _plain(value) for name, value in self.params.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Message":
        return cls(data["id"], {name: _revived(value) for name, value in data.get("params", {}).items()})

    def __str__(self) -> str:
        return self.render(str)


def _shown(value: Any, translate: Translate) -> Any:
    return value.render(translate) if isinstance(value, Message | Bilingual) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Message | Bilingual):
        return value.to_json()
    return value.isoformat() if isinstance(value, date) else value


def _revived(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return Message.from_json(value) if "id" in value else Bilingual(**value)


MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def period_text(period: str, language: str) -> str:
    """A month, quarter or year as people write it: ``2026年3月`` or ``March 2026``, ``Q1 2026``, ``2026``."""
    year, _dash, rest = period.partition("-")
    if not rest:
        return f"{year}年" if language == "zh" else year
    if rest.startswith("Q"):
        return f"{year}年第{rest[1:]}季度" if language == "zh" else f"{rest} {year}"
    return f"{year}年{int(rest)}月" if language == "zh" else f"{MONTH_NAMES[int(rest) - 1]} {year}"


def day_text(day: date) -> Bilingual:
    """A date as people write it: ``2026年3月12日`` or ``12 March 2026``."""
    return Bilingual(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}")
