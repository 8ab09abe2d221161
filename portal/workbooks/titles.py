"""The month or year that a title, a sheet's name or a file's name speaks of."""

import re

from portal.workbooks.values import MONTHS, plain

_MONTH = re.compile(
    r"(?<!\d)(20\d\d)\s*(?:年度?\s*|[-./])(1[0-2]|0?[1-9])(?!\d)(?!\s*[-./月]\s*\d)\s*(?:月份?)?(?!\s*(?:\d|[-~至到—]))"
)
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)")
_CHINESE = re.compile(
    r"([二两][〇零○Oo0][〇零○一二三四五六七八九]{2})年(十[一二]?|[一二三四五六七八九])月"
    r"(?!份?\s*[至到~—-])(?!\s*[一二三四五六七八九十])"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_CHINESE_YEAR = re.compile(r"[二两][〇零○Oo0][〇零○一二三四五六七八九]{2}(?=年)")
_ENGLISH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(20\d\d)\b(?!\d)", re.I)
_DIGITS = dict.fromkeys("〇零○Oo0", 0) | {c: n for n, c in enumerate("一二三四五六七八九", 1)} | {"两": 2}


def period_of(text: str) -> str | None:
    """The month a text names, as ``2026-03``: 2026年3月, 2026-03, 二〇二六年三月, March 2026. None if it names none, a
    day only, a span, or several months."""
    shown = plain(text)
    found = {f"{m[1]}-{int(m[2]):02d}" for m in (*_MONTH.finditer(shown), *_COMPACT.finditer(shown))}
    found |= {f"{_year(m[1])}-{_month(m[2]):02d}" for m in _CHINESE.finditer(shown)}
    found |= {f"{m[2]}-{MONTHS[m[1].lower()]:02d}" for m in _ENGLISH.finditer(shown)}
    return found.pop() if len(found) == 1 else None


def year_of(text: str) -> int | None:
    """The first year a text names."""
    shown = plain(text)
    if found := _YEAR.search(shown):
        return int(found[1])
    chinese = _CHINESE_YEAR.search(shown)
    return _year(chinese[0]) if chinese else None


def _year(text: str) -> int:
    return int("".join(str(_DIGITS[c]) for c in text))


def _month(text: str) -> int:
    return 10 + (_DIGITS[text[1]] if len(text) > 1 else 0) if text.startswith("十") else _DIGITS[text]
