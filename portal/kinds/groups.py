"""The order of villagers' groups as people count them: 一组, 二组, … 十组, and 1组, 2组 too."""

import re
import unicodedata

_NUMERALS = {sign: n for n, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}
_SIGNS = "".join((*_NUMERALS, *_UNITS))
_NUMBERED = re.compile(
    rf"(.*?)(?:第)?(\d{{1,6}}|[{_SIGNS}]{{1,7}})号?(?:村民小组|村民组|生产小?队|小组|组|小队|队|社)?", re.ASCII
)


def group_order(name: str) -> tuple[bool, str, int, str]:
    """What to sort the names of groups by: the place before the number, then the number, however it is written. Groups
    with a name and no number come after those with a number alone, and what names no group comes last."""
    shown = unicodedata.normalize("NFKC", name).strip()
    found = _NUMBERED.fullmatch(shown)
    return (not shown, found[1].strip(), _number(found[2]), shown) if found else (not shown, shown, 0, shown)


def _number(text: str) -> int:
    """``12``, ``十二``, ``一百零三`` or ``一〇三``."""
    if text.isdecimal():
        return int(text)
    if not set(text) & set(_UNITS):
        return int("".join(str(_NUMERALS[sign]) for sign in text))
    total, digit = 0, None
    for sign in text:
        if sign in _UNITS:
            total, digit = total + (1 if digit is None else digit) * _UNITS[sign], None
        else:
            digit = _NUMERALS[sign]
    return total + (digit or 0)
