"""The subsidy programmes: names, basis, rule and usual payer, as `data/programmes.csv` has them."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.kinds.payees import normalised
from portal.kinds.words import code_of
from portal.text import N_, Bilingual, Message

VILLAGE, COUNTY = "village", "county"
PAYERS = {VILLAGE: N_("the village, from its own books"), COUNTY: N_("the county, straight to people's accounts")}
FULL, SURNAME = "full", "surname"
AFTER_NOTICE = {FULL: N_("full names stay"), SURNAME: N_("surname and 某 only")}
_FILE = Path(__file__).parent / "data" / "programmes.csv"


@dataclass(frozen=True)
class Programme:
    """A programme. `unit` is what one of its basis is (mu, person, day); `words` are what files and ledgers call it;
    `is_health`: people stand as surname + 某 from the first day; `paid_by` and `names_after` hold where the county set
    nothing; `mark` is law, seen or general."""

    code: str
    name: Bilingual
    words: tuple[str, ...]
    paid_to: Bilingual
    basis: Bilingual
    unit: Bilingual
    period: str
    rule: Bilingual
    is_health: bool
    paid_by: str
    names_after: str
    mark: str
    source: str

    def is_named_in(self, texts: Iterable[str]) -> bool:
        """Does one of the texts speak of this programme?"""
        return any(word in normalised(text).lower() for text in texts for word in self.words)

    @property
    def called(self) -> Message:
        """Its name as a message."""
        return named(self.name)


def named(name: Bilingual) -> Message:
    """A name in the reader's language."""
    return Message(N_("%(name)s"), {"name": name})


def called(code: str) -> Message:
    """What a programme is called by its code; one that is not known here is a subsidy."""
    programme = PROGRAMMES.get(code)
    return programme.called if programme else Message(N_("Subsidies"))


def _read(path: Path) -> dict[str, Programme]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _programme(row) for row in csv.DictReader(file)}


def _programme(row: Mapping[str, str]) -> Programme:
    def both(name: str) -> Bilingual:
        return Bilingual(row[f"{name}_zh"], row[f"{name}_en"])

    words = [row["name_zh"], row["name_en"].lower(), *row["words"].split("|")]
    return Programme(
        code=row["code"],
        name=both("name"),
        words=tuple(dict.fromkeys(normalised(word) for word in words)),
        paid_to=both("paid_to"),
        basis=both("basis"),
        unit=both("unit"),
        period=row["period"],
        rule=both("rule"),
        is_health=row["is_health"] == "yes",
        paid_by=row["paid_by"],
        names_after=row["names_after"],
        mark=row["mark"],
        source=row["source"],
    )


PROGRAMMES: Mapping[str, Programme] = _read(_FILE)
_WORDS = {code: "|".join(programme.words) for code, programme in PROGRAMMES.items()}


@lru_cache(maxsize=4096)
def programme_of(text: str) -> Programme | None:
    """The one programme that a text speaks of, by its code or its longest name in it; None for none or several."""
    return PROGRAMMES.get(code_of(normalised(text), _WORDS, PROGRAMMES))


def without_name(programme: Programme, text: str) -> str:
    """What a text says besides the programme: "耕地地力保护补贴 第二批" → "第二批"."""
    rest = normalised(text)
    for word in sorted((programme.code, *programme.words), key=len, reverse=True):
        at = rest.lower().find(word)
        if at >= 0:
            rest = rest[:at] + " " + rest[at + len(word) :]
            break
    return " ".join(rest.split()).strip(" ,，、:：;；-—–()（）")
