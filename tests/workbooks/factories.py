"""Small workbooks and a small kind for the tests of the workbook room."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from portal.kinds.base import Assembly, Column, Kind, Rhythm, Type

INPUT = (
    Column("date", "Date", Type.DATE, ("日期", "交易日期"), required=True),
    Column("voucher", "Voucher", Type.CODE, ("凭证号", "凭证字号")),
    Column("summary", "Summary", Type.TEXT, ("摘要", "用途"), required=True, searchable=True),
    Column("account", "Account", Type.CODE, ("科目编码",)),
    Column("income", "Income", Type.MONEY, ("收入", "收入金额", "收入元")),
    Column("expense", "Expense", Type.MONEY, ("支出", "支出金额")),
    Column("debit", "Debit", Type.MONEY, ("借方", "借方-本币")),
    Column("credit", "Credit", Type.MONEY, ("贷方", "贷方-本币")),
    Column("balance", "Balance", Type.MONEY, ("余额", "结存")),
    Column("document", "Documents", Type.INTEGER, ("附件张数",)),
    Column("witnessed", "Witnessed", Type.FLAG, ("已验收",)),
    Column("note", "Note", Type.TEXT, ("备注",)),
)
LEDGER = Kind(
    name="ledger",
    version=1,
    label="Ledger",
    rhythm=Rhythm.PERIOD,
    columns=tuple(column for column in INPUT if column.name not in ("debit", "credit", "balance")),
    input=INPUT,
    assemble=lambda tables, context: Assembly(None),
    figures=lambda content: {},
    headline=(),
    checks={},
)
HEAD = ["日期", "凭证号", "摘要", "收入", "支出", "余额"]

Rows = Iterable[Sequence[Any]]


def xlsx(*sheets: Rows, names: Sequence[str] = (), merge: Sequence[str] = (), hidden: Sequence[int] = ()) -> bytes:
    """An xlsx written by openpyxl (which writes formulas without a value)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for n, rows in enumerate(sheets):
        sheet = book.create_sheet(names[n] if n < len(names) else f"Sheet{n + 1}")
        for row in rows:
            sheet.append(list(row))
        for area in merge:
            sheet.merge_cells(area)
        if n in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, name: str = "Sheet1", dates_1904: bool = False) -> bytes:
    """A BIFF8 workbook written by xlwt."""
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    sheet = book.add_sheet(name)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows: Rows, name: str = "Sheet1", cells: Mapping[tuple[int, int], Mapping[str, Any]] | None = None) -> bytes:
    """An OpenDocument spreadsheet; `cells`: (row, column) from 0 → attributes of the cell."""
    book = OpenDocumentSpreadsheet()
    table = OdfTable(name=name)
    for r, row in enumerate(rows):
        line = TableRow()
        for c, value in enumerate(row):
            line.addElement(_ods_cell(value, (cells or {}).get((r, c))))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods_cell(value: Any, attributes: Mapping[str, Any] | None) -> TableCell:
    if attributes is not None:
        return TableCell(**attributes)
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=value)
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def csv_of(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A csv in an encoding."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)
