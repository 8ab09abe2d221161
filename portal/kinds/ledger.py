"""What other kinds call paid or received, found again among the village's published lines of money.

A line of a project or a lease names its voucher and its sum; the ledger's line has both, a day and a payee. What was
found is kept in the line as text: number and key of each ledger line (`written`, `links`).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.kinds.payees import masked, normalised

Line = Mapping[str, Any]
NEAR = 62  # days between a payment and its day in the books, where no voucher is named

_BETWEEN = re.compile(r"[、,;\n]+|\s+(?=\D)|和|及")
_NOISE = re.compile(r"[\W_]+|[第号字]|凭证")
_NOUGHTS = re.compile(r"(?<!\d)0+(?=\d)")
_DIVIDER = " | "
_LINK = re.compile(r"(\d+) (.+)", re.DOTALL)


@dataclass(frozen=True)
class Match:
    """Ledger lines that fit; `amount` is what they come to (fen). `is_named`: found by the voucher that was named."""

    lines: Sequence[Line] = ()
    amount: int = 0
    is_named: bool = False


NOTHING = Match()


def voucher_code(text: str) -> str:
    """A voucher's number without what does not matter: 银-012, 银字第12号 → 银12."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return _NOUGHTS.sub("", _NOISE.sub("", plain))


def voucher_codes(text: str) -> list[str]:
    """The vouchers that a cell names, divided by commas, 、 or blanks."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(code for part in parts if (code := voucher_code(part)) and any(map(str.isdigit, code))))


def is_same_party(one: str, other: str) -> bool:
    """Do two cells name the same firm or person? One may be shortened, or masked."""
    a, b = normalised(one).casefold(), normalised(other).casefold()
    if a == b or masked(a) == b or a == masked(b):
        return True
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 4 and shorter in longer


def written(lines: Iterable[Line]) -> str:
    """Number and key of each line as one text; `links` reads it back."""
    return _DIVIDER.join(f"{line['number']} {line['key']}" for line in lines)


def links(text: str) -> list[tuple[int, str]]:
    """(number, key) of each ledger line that a text of `written` names."""
    found = (_LINK.fullmatch(part) for part in re.split(r" \| (?=\d+ )", text) if part)
    return [(int(match[1]), match[2]) for match in found if match]


class Ledger:
    """Published lines of money, looked up by voucher, sum and party. `side` is ``income`` or ``expense``."""

    def __init__(self, lines: Sequence[Line], side: str) -> None:
        self.side = side
        self.lines = [line for line in lines if line.get(side) and not line.get("transfer")]
        self.months = {str(line["date"])[:7] for line in lines if line.get("date")}
        self._by_voucher: dict[str, list[Line]] = {}
        for line in self.lines:
            if line.get("voucher"):
                self._by_voucher.setdefault(voucher_code(str(line["voucher"])), []).append(line)

    def covers(self, day: str | None) -> bool:
        """Is the month of this day published? Without a day: is anything?"""
        return day[:7] in self.months if day else bool(self.months)

    def find(
        self, amount: int | None, vouchers: str = "", day: str | None = None, party: str = "", about: str = ""
    ) -> Match:
        """The lines of these vouchers; where none is named, those with this very sum and party, or that speak of
        `about`. `day` (ISO) decides between years in which a voucher's number comes again."""
        codes = voucher_codes(vouchers)
        if codes:
            one = amount if len(codes) == 1 else None
            found = [line for code in codes for line in self._of_voucher(code, one, day, party)]
            return Match(found, self._sum(found), True) if found else NOTHING
        if not amount:
            return NOTHING
        fitting = [line for line in self.lines if line[self.side] == amount and _speaks_of(line, party, about)]
        if day:
            fitting = [line for line in fitting if _days(line, day) <= NEAR]
        if not fitting:
            return NOTHING
        best = min(fitting, key=lambda line: (_days(line, day), -line["number"]))
        return Match([best], amount)

    def of_party(self, party: str, about: str, first: str, last: str) -> Match:
        """All lines from `first` to `last` (ISO days) with this party, or that speak of `about`."""
        found = [line for line in self.lines if first <= str(line["date"]) <= last and _speaks_of(line, party, about)]
        return Match(found, self._sum(found)) if found else NOTHING

    def _of_voucher(self, code: str, amount: int | None, day: str | None, party: str) -> list[Line]:
        """The lines of one voucher of one item: those that come to the sum if any do, of the party, nearest the day."""
        groups: dict[int, list[Line]] = {}
        for line in self._by_voucher.get(code, ()):
            groups.setdefault(line["number"], []).append(line)
        if not groups:
            return []

        def rank(group: Sequence[Line]) -> tuple[bool, bool, int, int]:
            fits = amount is not None and (self._sum(group) == amount or self._one(group, amount) is not None)
            is_of = any(_speaks_of(line, party, "") for line in group)
            return not fits, not is_of, _days(group[0], day), -int(group[0]["number"])

        best = min(groups.values(), key=rank)
        if amount is not None and self._sum(best) != amount and (one := self._one(best, amount)) is not None:
            return [one]
        return best

    def _one(self, group: Sequence[Line], amount: int) -> Line | None:
        return next((line for line in group if line[self.side] == amount), None)

    def _sum(self, lines: Iterable[Line]) -> int:
        return sum(line[self.side] for line in lines)


def _speaks_of(line: Line, party: str, about: str) -> bool:
    return bool(
        (party and line.get("payee") and is_same_party(party, str(line["payee"])))
        or (about and normalised(about) in normalised(str(line.get("summary", ""))))
    )


def _days(line: Line, day: str | None) -> int:
    """Days between a line and a day; nought where there is none."""
    if not day or not line.get("date"):
        return 0
    return abs((date.fromisoformat(str(line["date"])) - date.fromisoformat(day)).days)
