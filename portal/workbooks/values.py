"""One cell in, one typed value out: the habits of people who fill spreadsheets, for every column type.

A parser gives the typed value, None for an empty cell, or a `Fault` that says what to do. Amounts are integer fen.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from portal.money import PRECISION
from portal.text import N_


class Fault(NamedTuple):
    """Why a cell cannot be read: an English source sentence that says what to do."""

    message: str


NOT_AN_AMOUNT = Fault(N_("This should be an amount of money such as 1,234.50. Write only the number."))
GROUPING = Fault(N_("The commas in this amount stand in unusual places. Write the number without commas."))
TOO_FINE = Fault(N_("This amount has more than two decimals. Round it to the fen."))
TOO_LARGE = Fault(N_("This amount is too large to be right. Check the number."))
NOT_A_DATE = Fault(N_("This should be a date. Write it like 2026-03-05."))
NO_SUCH_DAY = Fault(N_("There is no such day in the calendar. Correct the date."))
NO_YEAR = Fault(N_("The year is missing. Write the whole date like 2026-03-05, or put the month into the title."))
DECIMAL_DATE = Fault(N_("The spreadsheet made a number of this date. Write it like 2026-03-05."))
NOT_A_COUNT = Fault(N_("This should be a whole number such as 3."))
NOT_A_QUANTITY = Fault(N_("This should be a number such as 3.25. Write only the number, without the unit."))
TOO_FINE_QUANTITY = Fault(N_("This number has more than four decimals. Round it."))
NOT_A_FLAG = Fault(N_("This should be yes or no."))
ERROR_CELL = Fault(N_("The spreadsheet shows an error here. Repair the formula or type the value, and save again."))

Parser = Callable[[Any], Any]

BLANK = frozenset({"", "-", "--", "---", "—", "——", "–", "/", "\\", "―"})
DITTO = frozenset('〃″"') | {"同上"}
ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#名称?"})
_ERROR = re.compile(r"(?:Err|错误):\d{3}", re.I)  # LibreOffice numbers some of its errors
_OF_ERRORS = ("#", "E", "e", "错")
_MOST = 10**15  # fen: ten trillion yuan; a float is exact to the fen below it
_CURRENCY = re.compile(r"^(?:¥|RMB|CNY|人民币)|(?:元|圆|块)?(?:整|正)?$")
_AMOUNT = re.compile(r"(\d+)(?:\.(\d*))?|\.(\d+)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_FULL = re.compile(
    r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?(?:[T\s]*\d{1,2}:\d{2}(?::\d{2}.*)?)?"
)
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?")
_SHORT = re.compile(r"(\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_DAY = re.compile(r"(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?")
_ENGLISH = re.compile(r"(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{4})")
_AMERICAN = re.compile(r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: n for n, name in enumerate(_NAMES, 1)}
_COUNT = re.compile(r"(-?\d+)(?:\.0*)?\s*(?:张|份|个|人|户|件|页|笔|次|行|号)?")
_QUANTITY = re.compile(
    r"([-−])?(\d+)(?:\.(\d*))?(?:亩|公顷|平方米|㎡|m2|米|m|公里|天|日|个?工日?|人|户|个|株|棵|头|只|台|间|处|次|月|年|%|斤|公斤|kg|吨|mu|元/\S{1,6})?",
    re.I,
)
_CHINESE = re.compile(
    r"(?:([二两][〇零○O0][〇零○一二三四五六七八九]{2})年)?([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?"
)
_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "0": 0, "两": 2}
_DAY_ONLY = re.compile(r"(\d{1,2})\s*[日号]")
_FLOATED = re.compile(r"(\d+)\.0+")
_FLAGS = dict.fromkeys(("是", "有", "√", "✓", "✔", "对", "yes", "y", "true", "1", "1.0"), True) | dict.fromkeys(
    ("否", "无", "×", "✗", "✘", "x", "no", "n", "false", "0", "0.0"), False
)
SERIALS = range(36526, 73051)  # 2000-01-01 … 2099-12-31 as Excel counts days


def plain(text: str) -> str:
    """Full-width digits, letters and brackets as plain ones; outer blanks removed."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def seen(raw: Any) -> str:
    """A cell as the user sees it, near enough: whole numbers without ``.0``, dates as ISO."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if not (raw.hour or raw.minute or raw.second) else raw.isoformat(" ")
    return str(raw)


def is_error(shown: str) -> bool:
    """Is this what a spreadsheet shows where it could not calculate?"""
    return shown.upper() in ERRORS or _ERROR.fullmatch(shown) is not None


def text(raw: Any) -> str | Fault | None:
    """Text with outer blanks and signs that nobody sees removed; inner line breaks become blanks.

    What turns the direction of writing (U+202E) would show another text than the one that is sealed.
    """
    shown = raw if type(raw) is str else seen(raw)
    if not shown.isprintable():
        parts = re.split(r"[\s\x00-\x1f\x7f]+", shown)
        shown = " ".join(filter(None, (_without_unseen(part) for part in parts)))
    shown = shown.strip()
    return ERROR_CELL if shown[:1] in _OF_ERRORS and is_error(shown) else shown or None


def _without_unseen(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))


def code(raw: Any) -> str | Fault | None:
    """Text of digits and letters; ``1020101.0``, which Excel made of a code, becomes ``1020101``."""
    shown = text(raw)
    if not isinstance(shown, str) or shown in DITTO:
        return shown if isinstance(shown, Fault) else None
    shown = plain(shown)
    floated = _FLOATED.fullmatch(shown)
    return floated[1] if floated else shown or None


def money(scale: int = 1) -> Parser:
    """A parser of amounts into fen; `scale` is 10,000 in columns of 万元."""

    def parse(raw: Any) -> int | Fault | None:
        kind = type(raw)
        if kind is float or kind is int:
            return _fen_of_number(raw * scale)
        if kind is str:
            return _fen_of_text(raw, scale)
        return NOT_AN_AMOUNT

    return parse


def _fen_of_number(number: float) -> int | Fault:
    hundred = number * 100
    if not -_MOST < hundred < _MOST:
        return TOO_LARGE
    fen = round(hundred)
    # What a spreadsheet computes is off by some 1e-12; 1e-6 yuan is safely more than that and less than a typed digit.
    # Billions are written less finely by a float itself, by two of its last places after the multiplication.
    return fen if abs(hundred - fen) < 1e-4 + 5e-16 * abs(hundred) else TOO_FINE


def _fen_of_text(raw: str, scale: int) -> int | Fault | None:
    whole, _point, cents = raw.partition(".")
    if len(cents) == 2 and len(whole) < 15 and raw.isascii() and whole.isdigit() and cents.isdigit():
        return int(whole + cents) * scale  # what programs write, and nearly all there is in a large file
    shown = plain(raw).replace(" ", "")
    if shown in BLANK:
        return None
    if is_error(shown):
        return ERROR_CELL
    shown, negative = _unsigned(shown)
    if shown.endswith(("万元", "万")):
        shown, scale = shown.rstrip("元").rstrip("万"), scale * 10_000
    if "," in shown:
        if not _GROUPED.fullmatch(shown):
            return GROUPING if shown.replace(",", "").replace(".", "", 1).isdecimal() else NOT_AN_AMOUNT
        shown = shown.replace(",", "")
    fen = _exact(shown, scale)
    return -fen if negative and isinstance(fen, int) else fen


def _unsigned(shown: str) -> tuple[str, bool]:
    """The digits of an amount and whether it is negative: ``(1,234.50)``, ``-5``, ``5-``, ``负5``, ``△5``."""
    if shown.startswith("(") and shown.endswith(")"):
        return _CURRENCY.sub("", shown[1:-1]), True
    shown = _CURRENCY.sub("", shown)
    for sign in ("-", "−", "‐", "负", "红字", "△", "▲"):
        if shown.startswith(sign):
            return _CURRENCY.sub("", shown[len(sign) :]), True
    if shown.endswith("-"):
        return shown[:-1], True
    return shown.removeprefix("+"), False


def _exact(shown: str, scale: int) -> int | Fault:
    match = _AMOUNT.fullmatch(shown)
    if not match or not shown.isascii():
        return NOT_AN_AMOUNT
    whole, decimals = match[1] or "0", (match[2] or match[3] or "").rstrip("0")
    if len(whole) > 14:
        return TOO_LARGE
    fen, rest = divmod(int(whole + decimals) * scale * 100, 10 ** len(decimals))
    return TOO_FINE if rest else fen


def day(year: int | None = None, month: int | None = None, epoch_1904: bool = False) -> Parser:
    """A parser of dates; `year` and `month` (of the title) complete "3月5日"; `epoch_1904` counts serials from 1904."""

    def parse(raw: Any) -> date | Fault | None:
        if isinstance(raw, datetime):
            return _plausible(raw.date())
        if isinstance(raw, date):
            return _plausible(raw)
        if isinstance(raw, str):
            return _day_of_text(raw, year, month)
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return _day_of_number(raw, epoch_1904)
        return NOT_A_DATE

    return parse


def day_alone(parse: Parser, year: int | None, month: int | None) -> Parser:
    """A parser for a column of dates headed just "day": `parse`, and a bare 5 is the fifth of the title's month."""

    def parse_alone(raw: Any) -> date | Fault | None:
        number = None if isinstance(raw, date) else integer(raw)
        if not isinstance(number, int) or not 1 <= number <= 31:
            found: date | Fault | None = parse(raw)
            return found
        return calendar_day(year, month, number) if year and month else NO_YEAR

    return parse_alone


def _plausible(found: date) -> date | Fault:
    return found if 1949 <= found.year < 2100 else NO_SUCH_DAY


def calendar_day(year: int, month: int, day_: int) -> date | Fault:
    """The date, or the fault that there is none."""
    try:
        return _plausible(date(year, month, day_))
    except ValueError:
        return NO_SUCH_DAY


def _day_of_number(number: float, epoch_1904: bool) -> date | Fault:
    whole = int(number) if abs(number) < 1e9 else 0
    if whole == number and 19490101 <= whole <= 20991231:
        return calendar_day(whole // 10_000, whole // 100 % 100, whole % 100)
    serial = whole + (1462 if epoch_1904 else 0)
    if serial in SERIALS:
        return date(1899, 12, 30) + timedelta(days=serial)
    return DECIMAL_DATE if 1 <= number < 32 else NOT_A_DATE


def _day_of_text(raw: str, year: int | None, month: int | None) -> date | Fault | None:
    shown = plain(raw)
    if shown in BLANK or shown in DITTO:
        return None
    if found := _FULL.fullmatch(shown) or _DIGITS.fullmatch(shown):
        return calendar_day(int(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT.fullmatch(shown):
        # "24.3.5" and "31/3/26" look alike: taken as year first only if that gives a year near the title's.
        full = 2000 + int(found[1])
        return calendar_day(full, int(found[2]), int(found[3])) if year and abs(full - year) <= 1 else NOT_A_DATE
    if found := _DAY.fullmatch(shown):
        return calendar_day(_year_for(year, month, int(found[1])), int(found[1]), int(found[2])) if year else NO_YEAR
    if (found := _DAY_ONLY.fullmatch(shown)) and year and month:
        return calendar_day(year, month, int(found[1]))
    if found := _CHINESE.fullmatch(shown):
        return _day_in_chinese(found, year, month)
    if shown.isdecimal() and int(shown) in SERIALS:
        return date(1899, 12, 30) + timedelta(days=int(shown))
    if is_error(shown):
        return ERROR_CELL
    return _day_in_english(shown.lower())


def _day_in_chinese(found: re.Match[str], year: int | None, month: int | None) -> date | Fault:
    """``二〇二六年三月五日``, ``十二月二十五日``."""
    numbers = [_number_in_chinese(part) for part in found.groups()[1:]]
    if found[1]:
        return calendar_day(int("".join(str(_NUMERALS[sign]) for sign in found[1])), *numbers)
    return calendar_day(_year_for(year, month, numbers[0]), *numbers) if year else NO_YEAR


def _number_in_chinese(text: str) -> int:
    """A number below 100; what is written in no usual way becomes no day of any month."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS[ones] if len(ones) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)


def _year_for(year: int, month: int | None, found: int) -> int:
    """The year of a month without one: in January's table a December line is last year's."""
    return year - 1 if month == 1 and found == 12 else year


def _day_in_english(shown: str) -> date | Fault:
    if found := _ENGLISH.fullmatch(shown):
        name, number, year = found[2], found[1], found[3]
    elif found := _AMERICAN.fullmatch(shown):
        name, number, year = found[1], found[2], found[3]
    else:
        return NOT_A_DATE
    return calendar_day(int(year), MONTHS[name], int(number)) if name in MONTHS else NOT_A_DATE


def integer(raw: Any) -> int | Fault | None:
    """A whole number; a counting word behind it is dropped (``3张``)."""
    shown = plain(seen(raw))
    if shown in BLANK:
        return None
    found = _COUNT.fullmatch(shown.replace(",", ""))
    return int(found[1]) if found and found[1].isascii() and len(found[1]) < 16 else NOT_A_COUNT


def quantity(raw: Any) -> int | Fault | None:
    """A number with up to four decimals as ten-thousandths; a unit behind it is dropped (``3.25亩``, ``12天``)."""
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        parts = raw * PRECISION
        whole = round(parts)
        if abs(parts) >= _MOST:
            return TOO_LARGE
        return whole if abs(parts - whole) < 1e-4 + 5e-16 * abs(parts) else TOO_FINE_QUANTITY
    shown = plain(seen(raw)).replace(" ", "")
    if shown in BLANK:
        return None
    if is_error(shown):
        return ERROR_CELL
    found = _QUANTITY.fullmatch(shown.replace(",", "") if _GROUPED.match(shown) else shown)
    if not found or not found[2].isascii():
        return NOT_A_QUANTITY
    decimals = (found[3] or "").rstrip("0")
    if len(found[2]) > 11:
        return TOO_LARGE
    if len(decimals) > 4:
        return TOO_FINE_QUANTITY
    parts = int(found[2] + decimals.ljust(4, "0"))
    return -parts if found[1] else parts


def flag(raw: Any) -> bool | Fault | None:
    """Yes or no as people tick it."""
    shown = plain(seen(raw)).lower()
    if shown in BLANK:
        return None
    found = _FLAGS.get(shown)
    return NOT_A_FLAG if found is None else found


class Memo(dict[Any, Any]):
    """Cells already read, so that a column of many equal cells is parsed once each: ``map(memo.__getitem__, cells)``.

    `faulty` tells whether any cell was a fault, so that a clean column need not be looked through again.
    """

    def __init__(self, parse: Parser) -> None:
        super().__init__()
        self.parse = parse
        self.faulty = False

    def __missing__(self, raw: Any) -> Any:
        value = self[raw] = self.parse(raw)
        if type(value) is Fault:
            self.faulty = True
        return value
