"""Cash and bank side by side in one sheet: what only all sections of the sheet together can tell."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from portal.kinds.finance.lines import Reading, say_no_amount
from portal.kinds.finance.report import Line, Report
from portal.kinds.finance.transfers import may_move


def check_amounts(readings: Sequence[Reading], report: Report) -> None:
    """Report each row that moves money in no section of its sheet, at the first one."""
    for sheet in _sheets(readings):
        idle = set.intersection(*({row.number for row in reading.idle} for reading in sheet))
        faulty = set.union(*(reading.faulty for reading in sheet))
        for row in sheet[0].idle:
            if row.number in idle and str(row.number) not in faulty:
                say_no_amount(sheet[0], row, report)


def pair_transfers(readings: Sequence[Reading]) -> None:
    """A row that takes an amount out of one book and puts it into the other is a transfer, whatever its words say;
    only an account of income or spending says otherwise."""
    for sheet in _sheets(readings):
        lines: dict[int, list[Line]] = {}
        for reading in sheet:
            for line in reading.lines:
                lines.setdefault(line.row.number, []).append(line)
        for pair in lines.values():
            if len(pair) == 2 and _is_transfer(*pair):
                pair[0].content["transfer"] = pair[1].content["transfer"] = True


def _is_transfer(one: Line, other: Line) -> bool:
    books = [(line.content["owner"], line.content["book"]) for line in (one, other)]
    return one.net == -other.net and books[0] != books[1] and may_move(one) and may_move(other)


def _sheets(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """The sections of each sheet that has several."""
    for (_file, _sheet, is_section), group in groupby(readings, _place):
        if is_section:
            yield list(group)


def _place(reading: Reading) -> tuple[str, str, bool]:
    return reading.table.file, reading.table.sheet, bool(reading.table.section)
