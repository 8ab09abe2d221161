"""Sample workbooks of one invented month, in every shape that bookkeepers hold; to try the upload with."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

import xlsxwriter

from portal.demo.ledger import Month
from portal.text import N_

_BOOKS = {"cash": "现金日记账", "basic": "银行存款日记账"}


def plain(month: Month, faulty: bool = False) -> bytes:
    """Both books on a sheet each, headings in the first row. `faulty`: 约 before a sum, a date of another year."""
    return _workbook(lambda book: _plain_rows(month, book, faulty))


def titled(month: Month) -> bytes:
    """Title and unit above the headings, carried balance, monthly total, signatures in the foot."""

    def rows(book: str) -> Iterable[list[Any]]:
        year, number = month.period.split("-")
        entries = [entry for entry in month.entries if entry.book == book]
        yield [f"{month.village.name}{year}年{int(number)}月{_BOOKS[book]}"]
        yield ["单位:元"]
        yield ["日期", "凭证号", "摘要", "对方科目", "收入", "支出", "余额", "收款人", "经手人", "发票"]
        yield ["", "", "上月结余", "", "", "", month.opening[book] / 100]
        balance = month.opening[book]
        for entry in entries:
            balance += entry.income - entry.expense
            day = f"{entry.day.month}月{entry.day.day}日"
            yield [
                day,
                entry.voucher,
                entry.summary,
                entry.account,
                _yuan(entry.income),
                _yuan(entry.expense),
                balance / 100,
                entry.payee,
                entry.handler,
                entry.document,
            ]
        yield [
            "",
            "",
            "本月合计",
            "",
            _yuan(sum(e.income for e in entries)),
            _yuan(sum(e.expense for e in entries)),
            balance / 100,
        ]
        yield []
        yield ["制表人:", month.village.officers["bookkeeper"], "", "审核:", month.village.officers["committee"]]

    return _workbook(rows)


def two_level(month: Month) -> bytes:
    """Headings in two rows and the date split over year, month and day."""

    def rows(book: str) -> Iterable[list[Any]]:
        yield [f"{month.village.name}{_BOOKS[book]}"]
        yield ["日期", "", "", "凭证号", "摘要", "科目", "金额", "", "收款人"]
        yield ["年", "月", "日", "", "", "", "收入", "支出", ""]
        yield ["", "", "", "", "上月结余", "", month.opening[book] / 100]
        for e in (entry for entry in month.entries if entry.book == book):
            yield [
                e.day.year,
                e.day.month,
                e.day.day,
                e.voucher,
                e.summary,
                e.account,
                _yuan(e.income),
                _yuan(e.expense),
                e.payee,
            ]

    return _workbook(rows)


def untidy(month: Month) -> bytes:
    """Full-width digits, "1,234.50元", dates as 2026.3.5, spacers between the days."""

    def rows(book: str) -> Iterable[list[Any]]:
        yield ["记账日期", "凭证字号", "用途", "会计科目", "收入金额（元）", "支出金额（元）", "结存", "对方单位"]
        yield ["", "", "上月结余", "", "", "", f"{month.opening[book] / 100:,.2f}元"]
        balance, last = month.opening[book], None
        for e in (entry for entry in month.entries if entry.book == book):
            balance += e.income - e.expense
            if last and last != e.day:
                yield []
            last = e.day
            amounts = [f"{amount / 100:,.2f}元" if amount else "" for amount in (e.income, e.expense)]
            wide = f"{balance / 100:.2f}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
            yield [f"{e.day.year}.{e.day.month}.{e.day.day}", e.voucher, e.summary, e.account, *amounts, wide, e.payee]

    return _workbook(rows)


def voucher_list(month: Month) -> bytes:
    """What accounting software prints: debit and credit of every account, one voucher in several entries."""

    def rows(_book: str) -> Iterable[list[Any]]:
        yield ["月", "日", "凭证号", "分录号", "摘要", "科目编码", "科目名称", "借方-本币", "贷方-本币"]
        done: set[str] = set()
        for e in month.entries:
            if e.summary == "提取备用金" and e.book == "cash":
                continue  # the bank entry of the same voucher says it all
            if e.voucher in done:
                continue
            done.add(e.voucher)
            code, name = ("101", "库存现金") if e.book == "cash" else ("102", "银行存款")
            amount = (e.income or e.expense) / 100
            money, other = [e.day.month, e.day.day, e.voucher], _account_code(e.account)
            debit_is_money = bool(e.income)
            yield [*money, 1, e.summary, *((code, name) if debit_is_money else (other, e.account)), amount, None]
            yield [*money, 2, e.summary, *((other, e.account) if debit_is_money else (code, name)), None, amount]

    return _workbook(rows, books=("basic",), names={"basic": "凭证列表"})


def bank_statement(month: Month) -> bytes:
    """A bank's export of the basic account: csv in GB18030, one signed amount and the balance after it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["交易日期", "交易摘要", "交易金额", "账户余额", "对方户名"])
    balance = month.opening["basic"]
    for e in (entry for entry in month.entries if entry.book == "basic"):
        balance += e.income - e.expense
        writer.writerow(
            [
                e.day.strftime("%Y%m%d"),
                e.summary,
                f"{(e.income - e.expense) / 100:.2f}",
                f"{balance / 100:.2f}",
                e.payee,
            ]
        )
    return out.getvalue().encode("gb18030")


SAMPLES: dict[str, tuple[str, Callable[[Month], bytes]]] = {
    "plain.xlsx": (N_("Plain: headings in the first row, one sheet a book"), plain),
    "faulty.xlsx": (N_("The same with two faults to mend"), lambda month: plain(month, faulty=True)),
    "titled.xlsx": (N_("With title, totals and signatures"), titled),
    "two-level.xlsx": (N_("Two rows of headings, date in three columns"), two_level),
    "untidy.xlsx": (N_("Full-width digits, 1,234.50元, blank rows"), untidy),
    "vouchers.xlsx": (N_("Voucher list of an accounting program"), voucher_list),
    "bank.csv": (N_("Statement exported by a bank"), bank_statement),
}
"""File name → (what it shows, English source string; maker)."""
LISTS: dict[str, tuple[str, str]] = {
    "subsidy.xlsx": (N_("Subsidies: the year's list of the arable land subsidy"), "subsidy"),
    "subsidy-faulty.xlsx": (N_("The same with a wrong identity card, a person twice and a wrong sum"), "faulty"),
    "project.xlsx": (N_("Projects: resolution and budget of new lamps"), "project"),
    "contract.xlsx": (N_("Contracts about assets: what the village lets in the quarter that runs"), "contract"),
    "decision.xlsx": (N_("Decisions: a matter step by step"), "decision"),
    "statement.xlsx": (N_("Statements: debts of the quarter that runs"), "statement"),
}
"""File name → (what it shows, English source string; which of `portal.demo.lists.to_try`)."""


def _plain_rows(month: Month, book: str, faulty: bool) -> Iterable[list[Any]]:
    yield ["日期", "凭证号", "摘要", "科目", "收入", "支出", "余额", "收款人", "经手人", "发票"]
    yield ["", "", "上月结余", "", "", "", month.opening[book] / 100]
    balance = month.opening[book]
    entries = [entry for entry in month.entries if entry.book == book]
    spent = next((entry for entry in entries if entry.expense), None)
    for e in entries:
        balance += e.income - e.expense
        day: str = e.day.isoformat()
        expense: float | str | None = _yuan(e.expense)
        if faulty and book == "basic" and e is spent:
            day = e.day.replace(year=e.day.year - 1).isoformat()
        if faulty and book == "cash" and e is spent:
            expense = f"约{e.expense / 100:.2f}"
        yield [
            day,
            e.voucher,
            e.summary,
            e.account,
            _yuan(e.income),
            expense,
            balance / 100,
            e.payee,
            e.handler,
            e.document,
        ]


def _workbook(
    rows: Callable[[str], Iterable[list[Any]]],
    books: Iterable[str] = ("cash", "basic"),
    names: dict[str, str] = _BOOKS,
) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        for book in books:
            sheet = workbook.add_worksheet(names[book])
            sheet.set_column(0, 12, 14)
            for number, row in enumerate(rows(book)):
                for column, value in enumerate(row):
                    if value not in (None, ""):
                        sheet.write(number, column, value)
    return out.getvalue()


def _yuan(fen: int) -> float | None:
    return fen / 100 if fen else None


def _account_code(name: str) -> str:
    codes = {
        "库存现金": "101",
        "银行存款": "102",
        "经营收入": "501",
        "补助收入": "503",
        "其他收入": "504",
        "管理费用": "513",
        "公益支出": "514",
        "其他支出": "515",
    }
    return codes[name]
