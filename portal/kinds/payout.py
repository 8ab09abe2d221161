"""What the bank says of a published roster: its file, line by line against the list, and what is told in public."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.kinds import identity
from portal.kinds.base import Assembly, Column, Kind, Privacy, Rhythm, Table, Type
from portal.kinds.listing import SERIAL
from portal.kinds.payees import normalised, surname_only
from portal.kinds.privacy import without_digits
from portal.kinds.subsidy.columns import AMOUNT
from portal.kinds.subsidy.columns import INPUT as ROSTER
from portal.kinds.words import code_of
from portal.text import N_, Message, day_text

PAID, FAILED = "paid", "failed"
STATES = {PAID: N_("paid"), FAILED: N_("failed")}
_WORDS = {
    PAID: "成功|已发放|已入账|已到账|已支付|完成|success|paid|ok",
    FAILED: "失败|退回|退汇|退票|未成功|不成功|未发放|未入账|异常|错误|failed|returned|rejected",
}
MATCHED = ("id_number", "bank_account")
"""By which of a line's whole numbers a row of the bank finds it."""
FEW = 5  # own choice: counts below it are not told, for they would point at people

_OF_ROSTER = {column.name: column for column in ROSTER}
INPUT = (
    SERIAL,
    Column("name", N_("Name"), Type.TEXT, ("姓名", "户名", "账户名", "收款人", "收款户名", "领取人", "name"),
           required=True, privacy=Privacy.MASKED),
    _OF_ROSTER["id_number"],
    _OF_ROSTER["bank_account"],
    Column("amount", N_("Amount"), Type.MONEY, (*AMOUNT.aliases, "交易金额", "代发金额", "应发金额"), required=True),
    Column("state", N_("State"), Type.TEXT,
           ("状态", "发放状态", "处理结果", "结果", "代发结果", "交易状态", "state", "result"), required=True),
    Column("reason", N_("Reason"), Type.TEXT, ("原因", "失败原因", "退回原因", "错误信息", "备注", "说明", "reason")),
)  # fmt: skip


def _no_content(_tables: Sequence[Table], _context: Any) -> Assembly:
    return Assembly(None)


FORM = Kind(
    name="payout",
    version=1,
    label=N_("Payout file of the bank"),
    rhythm=Rhythm.EVENT,
    columns=INPUT,
    input=INPUT,
    assemble=_no_content,
    figures=lambda content: {},
    headline=(),
    checks={},
)
"""The headings of a bank's file, for the importer; nothing of it is ever published."""


@dataclass(frozen=True)
class Given:
    """A row of the bank's file. `numbers` are whole numbers by what they are, from the file; `state` is `PAID`,
    `FAILED`, or empty where its word is not known; `cell` tells where that word stands."""

    name: str
    amount: int
    state: str
    reason: str = ""
    numbers: Mapping[str, str] = field(default_factory=dict)
    cell: str = ""


@dataclass(frozen=True)
class Due:
    """A line of the roster, with the keys (keyed hashes) under which its numbers are found."""

    n: int
    name: str
    amount: int
    keys: frozenset[Hashable] = frozenset()


def given(tables: Iterable[Table]) -> list[Given]:
    """The rows of the bank's file."""
    return [
        _given(table, row.values, table.cell(row, "state"))
        for table in tables
        for row in table.rows
        if row.kind == "line"
    ]


def _given(table: Table, values: Mapping[str, Any], cell: str) -> Given:
    return Given(
        name=normalised(str(values.get("name", ""))),
        amount=values.get("amount", 0),
        state=code_of(str(values.get("state", "")), _WORDS, STATES),
        reason=without_digits(str(values.get("reason", "")))[:100],
        numbers={what: identity.plain(str(values[what])) for what in MATCHED if values.get(what)},
        cell=f"{table.sheet} {cell}".strip(),
    )


def matched(
    rows: Sequence[Given], keys: Sequence[frozenset[Hashable]], lines: Sequence[Due]
) -> tuple[dict[int, Given], list[Given]]:
    """Which row of the bank each line of the roster is, by line number, and the rows that are on no line. `keys` are
    those of the rows. A number finds a line; else a name that only one line has."""
    by_key: dict[Hashable, list[Due]] = {}
    by_name: dict[str, list[Due]] = {}
    for line in lines:
        for key in line.keys:
            by_key.setdefault(key, []).append(line)
        by_name.setdefault(normalised(line.name), []).append(line)
    found: dict[int, Given] = {}
    rest: list[Given] = []
    for row, own in zip(rows, keys, strict=True):
        by_number = _by_number(row, own, by_key, found)
        if by_number is None:
            rest.append(row)
        else:
            found[by_number.n] = row
    extra = []
    for row in rest:
        names = dict.fromkeys((row.name, surname_only(row.name)))
        same = [line for name in names for line in by_name.get(name, ()) if line.n not in found]
        same = [line for line in same if line.amount == row.amount] or same
        if len(same) == 1:
            found[same[0].n] = row
        else:
            extra.append(row)
    return found, extra


def _by_number(
    row: Given, own: Iterable[Hashable], by_key: Mapping[Hashable, Sequence[Due]], found: Mapping[int, Given]
) -> Due | None:
    """The line that has one of the row's numbers; of several (one account for a family) the one with the same name,
    then with the same sum."""
    free = [line for key in own for line in by_key.get(key, ()) if line.n not in found]
    free.sort(
        key=lambda line: (normalised(line.name) not in (row.name, surname_only(row.name)), line.amount != row.amount)
    )
    return free[0] if free else None


def told(total: int, paid: int, failed: int, on: date) -> list[Message]:
    """What the list's page says; numbers below five only where they are all."""
    params = {"day": day_text(on), "total": total, "n": paid, "few": FEW}
    if paid == total:
        return [Message(N_("As of %(day)s the bank has paid all %(total)s lines."), params)]
    if total - paid < FEW:
        return [Message(N_("As of %(day)s the bank has paid all but fewer than %(few)s of %(total)s lines."), params)]
    if paid == 0:
        first = Message(N_("As of %(day)s the bank has paid none of %(total)s lines."), params)
    elif paid < FEW:
        first = Message(N_("As of %(day)s the bank has paid fewer than %(few)s of %(total)s lines."), params)
    else:
        first = Message(N_("As of %(day)s the bank has paid %(n)s of %(total)s lines."), params)
    if not failed:
        return [first]
    if failed < FEW and failed != total:
        return [first, Message(N_("Fewer than %(few)s payments failed."), {"few": FEW})]
    return [first, Message(N_("Payments that failed: %(n)s."), {"n": failed})]
