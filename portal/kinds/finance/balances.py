"""Per book: where it opens, whether its balances carry, whether the cash was ever below zero, where it closes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.clock import shift_period
from portal.kinds.base import Context, Row, Table
from portal.kinds.finance.books import CASH, Key, book_label, sort_key
from portal.kinds.finance.columns import SUMMED
from portal.kinds.finance.lines import Mark, Reading
from portal.kinds.finance.report import Line, Report
from portal.kinds.sums import has_unread_amounts
from portal.money import shown
from portal.text import N_

OPENING_DIFFERS = N_(
    "The %(book)s opens with %(opening)s, but closed with %(closing)s in what was last published. "
    "Correct the opening; if the published month was wrong, correct that month."
)
BELOW_NOTHING = N_(
    "After “%(summary)s” on %(date)s the cash book holds %(balance)s, less than nothing. "
    "Check what is missing, or who paid in advance."
)
Step = tuple[int, Line | Mark]
"""The net amount of a line (0 for a mark) and what it is."""


@dataclass(frozen=True)
class Stated:
    """An opening that the files state, and where."""

    amount: int
    table: Table
    row: Row
    column: str
    is_implied: bool = False


def openings(readings: Sequence[Reading], keys: Iterable[Key], context: Context, report: Report) -> dict[Key, int]:
    """The opening of every book (fen): stated by the file, last published, implied by the balances, or nothing."""
    return {key: _opening(key, readings, context, report) for key in keys}


def _opening(key: Key, readings: Sequence[Reading], context: Context, report: Report) -> int:
    stated = _stated(key, readings)
    last = (context.previous or {}).get(key)
    if last is None:
        return _first_opening(key, stated, readings, report)
    if stated and stated.amount != last:
        report.say(
            "opening",
            OPENING_DIFFERS,
            {"book": book_label(key[1]), "opening": shown(stated.amount), "closing": shown(last)},
            table=stated.table,
            row=stated.row,
            column=stated.column,
        )
        return stated.amount
    return last


def _first_opening(key: Key, stated: Stated | None, readings: Sequence[Reading], report: Report) -> int:
    """The opening of a book that was never published: nothing proves it, and the signers are told."""
    is_stated = stated is not None and not stated.is_implied
    implied = stated.amount if stated else _implied(key, readings)
    amount = implied or 0
    if not is_stated:
        text = (
            N_("The %(book)s is new here and its balances begin with %(opening)s: compare that with the old book.")
            if implied
            else N_("The %(book)s is new here and opens with 0. If it held money, add a row 上月结余 at the top.")
        )
        report.say("first_opening", text, {"book": book_label(key[1]), "opening": shown(amount)})
    return amount


def _stated(key: Key, readings: Sequence[Reading]) -> Stated | None:
    for reading in _in_order(readings):
        own = {*reading.keys} or {key}
        for mark in reading.marks:
            belongs = mark.book == key or (mark.book is None and own == {key})
            if belongs and mark.amount is not None and key not in reading.keys[: mark.position]:
                column = next((name for name in ("balance", "opening") if name in mark.row.values), reading.income)
                return Stated(mark.amount, reading.table, mark.row, column, mark.is_aside)
        if key in reading.openings:
            return Stated(reading.openings[key][0], reading.table, reading.openings[key][1], "opening")
        if key in reading.keys:
            return None
    return None


def _implied(key: Key, readings: Sequence[Reading]) -> int | None:
    """What the first two balance cells agree on as the opening; None where they do not or there are none."""
    for reading in _in_order(readings):
        if {*reading.keys} != {key}:
            continue
        net, implied = 0, []
        for line in reading.lines:
            net += line.net
            if line.balance is not None:
                implied.append(line.balance - net)
            if len(implied) == 2:
                break
        return implied[0] if implied and len({*implied}) == 1 else None
    return None


def _in_order(readings: Sequence[Reading]) -> list[Reading]:
    """Tables in the order of their first day: pages of one book may come as several sheets."""
    if len(readings) < 2:
        return list(readings)
    return sorted(readings, key=lambda reading: reading.lines[0].day.toordinal() if reading.lines else 0)


def check_running(readings: Sequence[Reading], opening: Mapping[Key, int], report: Report) -> None:
    """Every balance cell against opening + in − out so far. In a sheet of several books the balance may be of each
    book or of all together: what fits counts."""
    totals = dict(opening)
    for reading in _in_order(readings):
        keys = {*reading.keys} | {mark.book for mark in reading.marks if mark.book and not reading.keys}
        is_whole = not reading.has_unread_days and not has_unread_amounts(reading.table, (*SUMMED, "balance"))
        if is_whole and (reading.marks or "balance" in reading.table.columns):
            _check_table(reading, keys, totals, report)
        for key, line in zip(reading.keys, reading.lines, strict=True):
            totals[key] += line.net


def _check_table(reading: Reading, keys: set[Key], totals: Mapping[Key, int], report: Report) -> None:
    if len(keys) > 1 and not list(_wrong(_steps(reading, None), sum(totals[key] for key in keys))):
        return
    for key in sorted(keys, key=sort_key):
        steps = _steps(reading, None if len(keys) == 1 else key)
        for step, expected, stated in _wrong(steps, totals[key]):
            _say_wrong(reading, step, expected, stated, report)


def _steps(reading: Reading, only: Key | None) -> list[Step]:
    """Lines and marks in file order, of one book or of all."""
    steps: list[Step] = []
    marks = list(reading.marks)
    for position, line in enumerate(reading.lines):
        while marks and marks[0].position <= position:
            steps.append((0, marks.pop(0)))
        steps.append((line.net, line))
    steps += [(0, mark) for mark in marks]
    if only is None:
        return steps
    keys = iter(reading.keys)
    return [step for step in steps if (step[1].book if isinstance(step[1], Mark) else next(keys)) == only]


def _wrong(steps: Iterable[Step], total: int) -> Iterable[tuple[Line | Mark, int, int]]:
    """Steps whose balance is neither right nor wrong by as much as the last wrong one: each fault is named once."""
    offset = 0
    for net, step in steps:
        total += net
        stated = step.amount if isinstance(step, Mark) else step.balance
        if stated is None or stated == total:
            continue
        if stated != total + offset:
            yield step, total + offset, stated
            offset = stated - total


def _say_wrong(reading: Reading, step: Line | Mark, expected: int, stated: int, report: Report) -> None:
    is_last = isinstance(step, Mark) and step.position == len(reading.lines)
    text = (
        N_("The closing balance should be %(expected)s, not %(stated)s. Correct it, or find the row that is missing.")
        if is_last
        else N_("The balance should be %(expected)s, not %(stated)s. Correct this balance or the amount of the row.")
    )
    report.say(
        "closing" if is_last else "balance",
        text,
        {"expected": shown(expected), "stated": shown(stated)},
        table=reading.table,
        row=step.row,
        column="balance",
    )


def check_cash(lines: Sequence[Line], opening: int, tables: Sequence[Table], report: Report) -> None:
    """The first moment at which the cash book is below zero."""
    total = opening
    for line in lines:
        total += line.net
        if total < 0 and line.net < 0:
            report.say(
                "negative_cash",
                BELOW_NOTHING,
                {"summary": line.content["summary"], "date": line.content["date"], "balance": shown(total)},
                table=tables[line.table],
                row=line.row,
                column="balance" if line.balance is not None else None,
                line=line,
            )
            return


def check_gap(context: Context, period: str, report: Report) -> None:
    """Months between the last published one and this."""
    if context.previous_period and context.previous_period < shift_period(period, -1):
        report.say(
            "period_gap",
            N_("Nothing was published between %(last)s and %(period)s. Publish those months first, or say why not."),
            {"last": context.previous_period, "period": period},
        )


def is_cash(key: Key) -> bool:
    return key[1] == CASH
