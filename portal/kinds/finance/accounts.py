"""The chart of accounts: by name first, sub-accounts included; a code and a name that disagree are refused."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from portal.text import N_, Message

DATA = Path(__file__).parent.parent / "data"
CASH, BANK = "101", "102"

_DIVIDERS = re.compile(r"\s*[-–—_/\\|:>.·,、]\s*|\s+")
_FLOAT = re.compile(r"(\d+)\.0+")
_CODE = re.compile(r"\d[\d.\-]*")
_LEADING_CODE = re.compile(r"(\d{3,}(?:\.0+)?)\s*[-_ ]?\s*(\D.*)")


@dataclass(frozen=True)
class Account:
    """A first-level account of 财会〔2023〕14号. `segment` is ``income``, ``expense`` or empty (balance sheet)."""

    code: str
    name: str
    english: str
    segment: str


@dataclass(frozen=True)
class Resolved:
    """What a file's account became. `name` is shown; `problem` (with its check's name) says what is wrong."""

    code: str | None
    name: str | None
    check: str | None = None
    problem: Message | None = None

    @property
    def top(self) -> str | None:
        """The first-level code, or None for an account that the chart does not know."""
        return self.code[:3] if self.code else None


@cache
def chart() -> dict[str, Account]:
    """The chart by code, in its own order."""
    return {
        row["code"]: Account(row["code"], row["name_zh"], row["name_en"], row["segment"])
        for row in _rows("chart_of_accounts.csv")
    }


@cache
def _by_name() -> dict[str, Account]:
    """Accounts by normalised name, the longest first, so that the first prefix found is the longest."""
    names = {_normal(account.name): account for account in chart().values()}
    names |= {"生产成本": chart()["401"], "劳务成本": chart()["401"], "现金": chart()[CASH]}
    names |= {_normal(account.english): account for account in chart().values()}
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


@cache
def _of_2004() -> dict[str, tuple[str, str]]:
    """Codes of the 2004 chart that changed their meaning: code → (name then, today's code of that name or "")."""
    return {row["code"]: (row["name_zh"], row["new_code"]) for row in _rows("chart_2004.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def top_name(code: str | None) -> str | None:
    """The Chinese name of the first-level account of a code, or None."""
    account = chart().get(code[:3]) if code else None
    return account.name if account else None


def segment(code: str | None) -> str:
    """``income``, ``expense`` or "" for the first-level account of a code."""
    account = chart().get(code[:3]) if code else None
    return account.segment if account else ""


def english_name(name: str) -> str:
    """The English name of an account of the chart; the name itself (a sub-account, an unknown one) otherwise."""
    account = _by_name().get(_normal(name))
    return account.english if account else name


@lru_cache(maxsize=65536)
def resolve(code: str, name: str) -> Resolved:
    """The account of a line by its written code and name, either of which may be empty.

    The name decides: exact, before a divider ("管理费用-办公费"), or as the longest prefix ("管理费用办公费"). A known
    name with a code of another account is a problem, and so is a code that only the 2004 chart has.
    """
    code, name = _parted(code, name)
    if not code and not name:
        return Resolved(None, None)
    named = _account_named(name) if name else None
    if code and code[:3] in chart():
        return _with_code(code, name, named)
    if code and (named or _of_2004().get(code[:3])):
        return _disagreeing(code, name, named)
    if named:
        return Resolved(named.code, name)
    return Resolved(
        None,
        name or code,
        "account_unknown",
        Message(
            N_("The chart of accounts has no “%(account)s”. Write the account's name as in the chart, e.g. 管理费用."),
            {"account": name or code},
        ),
    )


def _parted(code: str, name: str) -> tuple[str, str]:
    """Code and name, wherever they stood: "513 管理费用" or "51301" in the name's cell, "513.0" in the code's."""
    name = unicodedata.normalize("NFKC", name).strip()
    code = unicodedata.normalize("NFKC", code).strip()
    if not code and _CODE.fullmatch(name):
        code, name = name, ""
    elif match := _LEADING_CODE.fullmatch(name):
        code, name = code or match[1], match[2].strip()
    if match := _FLOAT.fullmatch(code):
        code = match[1]
    return code.replace(".", "").replace("-", "").replace(" ", ""), name


def _account_named(name: str) -> Account | None:
    names = _by_name()
    normal = _normal(name)
    exact = names.get(normal) or names.get(_normal(_DIVIDERS.split(name, maxsplit=1)[0]))
    return exact or next((account for known, account in names.items() if normal.startswith(known)), None)


def _with_code(code: str, name: str, named: Account | None) -> Resolved:
    account = chart()[code[:3]]
    if named and named.code != account.code:
        return _disagreeing(code, name, named)
    old, _ = _of_2004().get(account.code, ("", ""))
    if name and not named and old and _normal(name).startswith(_normal(old)) and _normal(old) != _normal(account.name):
        return _disagreeing(code, name, None)
    return Resolved(code, name or account.name)


def _disagreeing(code: str, name: str, named: Account | None) -> Resolved:
    """A code of another account: refused, and the 2004 chart named where the code comes from it."""
    old, new = _of_2004().get(code[:3], ("", ""))
    now = chart().get(new)
    if old and now and (not name or not named or named.code == new or _normal(name).startswith(_normal(old))):
        text = N_("Code %(code)s is the 2004 chart's code of %(old)s. Today it is %(new)s %(name)s: correct the code.")
        params = {"code": code, "old": old, "new": new, "name": now.name}
    elif named:
        text = N_("Code %(code)s does not belong to %(name)s, whose code is %(right)s. Correct the code or the name.")
        params = {"code": code, "name": name, "right": named.code}
    else:
        text = N_("Code %(code)s is the 2004 chart's code of %(old)s, which is gone. Write today's account.")
        params = {"code": code, "old": old}
    return Resolved(named.code if named else None, name or old or None, "account_disagrees", Message(text, params))


def _normal(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).lower()
