"""Ledgers for the measurements: a county's history as one csv, one month as a large workbook."""

import csv
import random
from pathlib import Path

from portal.clock import period_bounds, shift_period

COLUMNS = (
    "village",
    "period",
    "date",
    "voucher",
    "summary",
    "account",
    "income",
    "expense",
    "payee",
    "handler",
    "opening",
)
SUMMARIES = (
    ("路灯电费", "公益支出", "青禾供电公司"),
    ("办公用品", "管理费用", "云麓办公用品店"),
    ("垃圾清运费", "公益支出", "惠民环卫有限公司"),
    ("水渠清淤材料", "公益支出", "云麓五金建材店"),
    ("保洁员工资", "公益支出", "王春明"),
    ("绿化苗木", "公益支出", "梧桐种植专业合作社"),
    ("饮水管道维修", "公益支出", "云麓五金建材店"),
    ("报刊征订费", "管理费用", "云麓邮政所"),
)


def county_csv(path: Path, villages: int, months: int, lines: int = 30, seed: int = 1) -> int:
    """A history of `villages` × `months` × `lines` rows, sorted by village and month; returns the number of rows."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(villages):
            code = f"990110{1 + n // 30:03d}{201 + n % 30}"
            for m in range(months):
                period = shift_period("2023-10", m)
                writer.writerows(_month(code, period, lines, m == 0, draw))
    return villages * months * lines


def _month(code: str, period: str, lines: int, is_first: bool, draw: random.Random) -> list[tuple[object, ...]]:
    _, last = period_bounds(period)
    rows: list[tuple[object, ...]] = []
    spent = 0
    for n in range(1, lines):
        summary, account, payee = SUMMARIES[draw.randrange(len(SUMMARIES))]
        amount = draw.randrange(2_000, 300_000)
        spent += amount
        day = 1 + n * (last.day - 1) // lines
        text = f"{period[5:]}月{summary}第{n}笔,{draw.randrange(1, 13)}组"
        rows.append(
            (
                code,
                period,
                f"{period}-{day:02d}",
                f"银-{n + 1:03d}",
                text,
                account,
                "",
                f"{amount / 100:.2f}",
                payee,
                "赵志远",
                "",
            )
        )
    opening = "100000.00" if is_first else ""
    grant = (
        code,
        period,
        f"{period}-01",
        "银-001",
        "上级拨付村级运转经费",
        "补助收入",
        f"{spent / 100:.2f}",
        "",
        "云麓财政所",
        "赵志远",
        opening,
    )
    return [grant, *rows]


def month_xlsx(path: Path, lines: int, period: str = "2026-03", seed: int = 1) -> None:
    """One month of `lines` lines as a day book of eight columns with a running balance."""
    import xlsxwriter

    draw = random.Random(seed)
    _, last = period_bounds(period)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("银行存款日记账")
        for column, heading in enumerate(("日期", "凭证号", "摘要", "科目", "收入", "支出", "余额", "收款人")):
            sheet.write(0, column, heading)
        balance = 1_000_000_000
        sheet.write(1, 2, "上月结余")
        sheet.write(1, 6, balance / 100)
        for n in range(lines):
            summary, account, payee = SUMMARIES[n % len(SUMMARIES)]
            amount = draw.randrange(100, 9_000)
            balance -= amount
            day = 1 + n * last.day // (lines + 1)
            row = (
                f"{period}-{day:02d}",
                f"银-{n + 1:06d}",
                f"{summary}第{n}笔",
                account,
                None,
                amount / 100,
                balance / 100,
                payee,
            )
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(n + 2, column, value)
