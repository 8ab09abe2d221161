"""What a summary says by its words: relief, a transfer between books, nothing at all, or "carried forward"."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

VAGUE_WORDS = (
    *("其他", "其它", "杂支", "杂费", "费用", "开支", "支出", "零星", "日常"),
    *("other", "misc", "miscellaneous", "sundries", "expenses", "various"),
)
VAGUE_LIMIT = 50_000
"""fen; the county's setting ``vague_summary_limit`` overrides it"""

_RELIEF_WORDS = (
    "低保|救助|特困|慰问|残疾|残补|医疗|大病|五保|孤儿|困难|困境|帮扶|抚恤|救济|优抚|助学|未成年|患病|重病|住院|癌|肿瘤|康复|"
    "relief|hardship|disab|medical|illness"
)
_STRONG_WORDS = (
    "提现|取现|存现|提取现金|提备用金|现金存入|存入现金|存入银行|缴存|内部转|账户互转|转存|withdraw|transfer between"
)
_WEAK_WORDS = "转账|调拨|划转|transfer"
_RELIEF, _STRONG, _WEAK = (re.compile(words) for words in (_RELIEF_WORDS, _STRONG_WORDS, _WEAK_WORDS))
_OPENING = re.compile(
    r"(?:承前页|承上页|上[年月期页]?结[余转]|上[年月期]余额|期初余额|期初结余|年初余额|月初余额|"
    r"opening(?: balance)?|(?:balance )?brought forward)",
)
_SIGNS = (
    *f"{_RELIEF_WORDS}|{_STRONG_WORDS}|{_WEAK_WORDS}".split("|"),
    *("承前", "承上", "上年", "上月", "上期", "上页", "上结", "期初", "年初", "月初", "opening", "brought"),
)
"""Plain words of which every other pattern here needs one: a regex of plain words alone is searched fast."""

_FILLER = re.compile(
    r"^(?:支付|交纳|缴纳|报销|购买|列支|付|购|交|缴|支|收|村委?|本村|本月|各种|一些|the|pay)+|[款等类项目一批若干的]+$",
)
_NO_WORD = re.compile(r"[\W\d_]+")


class Traits(NamedTuple):
    """`transfer` is 2 where the words can only mean a transfer (提现), 1 where they may (转账), else 0."""

    relief: bool
    transfer: int
    vague: bool
    opening: bool


_NOTHING = Traits(False, 0, False, False)


@lru_cache(maxsize=16)
def reader(vague_words: tuple[str, ...]) -> Callable[[str], Traits]:
    """A cached function from a summary to its traits, for one list of vague words."""
    vague_words = tuple(sorted((word.lower() for word in vague_words), key=len, reverse=True))
    vague = re.compile("|".join(map(re.escape, vague_words)) or r"(?!)")
    anything = re.compile("|".join(map(re.escape, (*_SIGNS, *vague_words))))

    @lru_cache(maxsize=65536)
    def traits(summary: str) -> Traits:
        text = unicodedata.normalize("NFKC", summary).strip().lower()
        if anything.search(text) is None:  # most summaries: one search instead of six
            return _NOTHING
        transfer = 2 if _STRONG.search(text) else 1 if _WEAK.search(text) else 0
        return Traits(is_relief(text), transfer, _says_nothing(text, vague), bool(_OPENING.fullmatch(text)))

    return traits


@lru_cache(maxsize=65536)
def is_relief(text: str) -> bool:
    """Does this speak of help to a person in need, whose name is then masked?"""
    return _RELIEF.search(text.lower()) is not None


def _says_nothing(text: str, vague: re.Pattern[str]) -> bool:
    """Is nothing left of a summary when vague words, "paid" and "etc." are taken away?"""
    words = _NO_WORD.sub("", text)
    if vague.search(words) is None:
        return False
    return not _FILLER.sub("", vague.sub("", words)).strip("费用款")
