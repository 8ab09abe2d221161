"""The files that bookkeepers hold, in all their shapes."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from portal.kinds.base import Column, Table, Type
from portal.workbooks import Extraction, extract
from portal.workbooks.values import NO_YEAR
from tests.kinds import levy
from tests.workbooks.factories import HEAD, LEDGER, csv_of, ods, xls, xlsx


def read(data: bytes, name: str = "book.xlsx", **options: Any) -> Extraction:
    return extract(data, name, LEDGER, **options)


def table(data: bytes, name: str = "book.xlsx", **options: Any) -> Table:
    found = read(data, name, **options)
    assert [str(finding.message) for finding in found.findings] == []
    assert len(found.tables) == 1
    return found.tables[0]


LINES = [
    ["2026-03-05", "现-001", "购买水管", "", "1,234.50元", "8765.50"],
    ["2026.3.6", "现-002", "卖废纸", 20, "", 8785.5],
]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (xlsx([HEAD, *LINES]), "book.xlsx"),
        (xls([HEAD, *LINES]), "book.xls"),
        (ods([HEAD, *LINES]), "book.ods"),
        (csv_of([HEAD, *LINES]), "book.csv"),
        (csv_of([HEAD, *LINES], "utf-8-sig"), "book.csv"),
        (csv_of([HEAD, *LINES], "gb18030"), "book.csv"),
        (csv_of([HEAD, *LINES], "utf-16"), "book.csv"),
        (csv_of([HEAD, *LINES], delimiter=";"), "book.csv"),
        (csv_of([HEAD, *LINES], delimiter="\t"), "book.csv"),
        (xlsx([HEAD, *LINES]), "renamed.csv"),
        (csv_of([HEAD, *LINES]), "renamed.xlsx"),
    ],
)
def test_every_format_gives_the_same_lines(data: bytes, name: str) -> None:
    found = table(data, name)
    assert [row.values for row in found.rows] == [
        {"date": date(2026, 3, 5), "voucher": "现-001", "summary": "购买水管", "expense": 123450, "balance": 876550},
        {"date": date(2026, 3, 6), "voucher": "现-002", "summary": "卖废纸", "income": 2000, "balance": 878550},
    ]
    assert [row.number for row in found.rows] == [2, 3]
    assert found.columns["expense"] == (4, "支出")
    assert found.cell(found.rows[0], "expense") == "E2"


def test_title_spacers_totals_and_signatures_are_told_apart() -> None:
    found = table(
        xlsx(
            [
                ["溪口村2026年3月现金日记账"],
                ["单位：元"],
                HEAD,
                ["", "", "上月结余", "", "", 10000],
                ["3月5日", "现-001", "购买水管", "", 1234.5, 8765.5],
                [],
                ["3/6", "现-002", "卖废纸", 20, "", 8785.5],
                ["", "", "本月合计", 20, 1234.5, 8785.5],
                ["本年累计", "", "", 120, 2234.5, 8785.5],
                ["", "", "过次页", "", "", 8785.5],
                ["制表人：甲", "", "审核：乙", "", "出纳：丙"],
                ["公示时间：2026年4月5日"],
            ],
            merge=["A1:F1"],
        )
    )
    assert [(row.number, row.kind, row.marker) for row in found.rows] == [
        (4, "carried", "上月结余"),
        (5, "line", ""),
        (7, "line", ""),
        (8, "subtotal", "本月合计"),
        (9, "running", "本年累计"),
        (10, "carried", "过次页"),
    ]
    assert found.period == "2026-03"
    assert found.rows[1].values["date"] == date(2026, 3, 5)
    assert "溪口村2026年3月现金日记账" in found.title
    assert "制表人：甲" in found.foot
    assert "公示时间" in found.foot


def test_a_header_of_two_levels_with_merged_cells() -> None:
    found = table(
        xlsx(
            [
                ["2026年第一季度财务公开表", "", "", "", "", "单位:元"],
                ["日期", "摘要", "银行存款", "", "", "备注"],
                ["", "", "借方", "贷方", "余额", ""],
                ["2026-03-05", "拨款", 100, "", 100, "县"],
            ],
            merge=["A1:E1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"],
        )
    )
    assert found.rows[0].values == {
        "date": date(2026, 3, 5), "summary": "拨款", "debit": 10000, "balance": 10000, "note": "县",
    }  # fmt: skip
    assert found.columns["debit"] == (2, "银行存款 借方")


def test_income_and_expense_over_amount() -> None:
    found = table(
        csv_of([["日期", "摘要", "收入", "支出"], ["", "", "金额", "金额"], ["2026-03-05", "拨款", "100", ""]]), "b.csv"
    )
    assert found.rows[0].values["income"] == 10000


@pytest.mark.parametrize(
    "head",
    [
        [["年", "月", "日", "摘要", "收入"]],
        [["日期", "", "", "摘要", "收入"], ["年", "月", "日", "", ""]],
    ],
)
def test_a_date_split_over_three_columns(head: list[list[str]]) -> None:
    found = table(xlsx([*head, [2026, 3, 5, "拨款", 100], ["", "", 6, "再拨", 1]]))
    assert [row.values["date"] for row in found.rows] == [date(2026, 3, 5), date(2026, 3, 6)]


def test_month_and_day_under_the_year() -> None:
    found = table(
        xlsx([["2026年", "", "摘要", "收入"], ["月", "日", "", ""], [3, 5, "拨款", 100], ["3月", "6日", "再拨", 1]])
    )
    assert [row.values["date"] for row in found.rows] == [date(2026, 3, 5), date(2026, 3, 6)]


def test_month_and_day_with_the_year_of_the_title() -> None:
    found = table(xlsx([["2026年度日记账"], ["月", "日", "摘要", "收入"], [3, 5, "拨款", 100]], names=["3月"]))
    assert found.rows[0].values["date"] == date(2026, 3, 5)
    assert found.period == "2026-03"


def test_the_header_printed_on_every_page_is_no_line() -> None:
    page = [HEAD, ["2026-03-05", "现-1", "购水管", "", 5, 95], ["", "", "过次页", "", 5, 95], ["制表人：甲"]]
    found = table(xlsx([["2026年3月 第1页"], *page, ["2026年3月 第2页"], *page]))
    assert [row.kind for row in found.rows] == ["line", "carried", "line", "carried"]
    assert found.period == "2026-03"


def test_a_cell_merged_downwards_means_all_its_rows_but_an_amount_counts_once() -> None:
    found = table(
        xlsx(
            [
                HEAD,
                ["2026-03-05", "现-1", "购水管", "", 5, ""],
                ["", "", "购水泥", "", "", ""],
                ["", "", "购沙", "", 7, ""],
            ],
            merge=["A2:A4", "B2:B4", "E2:E3"],
        )
    )
    assert [row.values.get("voucher") for row in found.rows] == ["现-1"] * 3
    assert [row.values["date"] for row in found.rows] == [date(2026, 3, 5)] * 3
    assert [row.values.get("expense") for row in found.rows] == [500, None, 700]


def test_all_visible_sheets_are_read_and_the_others_named() -> None:
    found = read(
        xlsx(
            [HEAD, *LINES], [HEAD, *LINES], [["说明"], ["请如实填写"]], [HEAD, *LINES], [],
            names=["现金", "银行", "说明", "旧账", "空"], hidden=[3],
        )
    )  # fmt: skip
    assert [one.sheet for one in found.tables] == ["现金", "银行"]
    assert {message.params["sheet"] for message in found.skipped} == {"说明", "旧账", "空"}
    assert found.findings == []


def test_bilingual_headings_and_units() -> None:
    found = table(
        xlsx(
            [
                ["日期 Date", "摘要 (Summary)", "收入（元）", "支出 Expense", "科目编码"],
                ["2026-03-05", "拨款", 1, "", 1020101.0],
            ]
        )
    )
    assert found.rows[0].values == {
        "date": date(2026, 3, 5), "summary": "拨款", "income": 100, "account": "1020101",
    }  # fmt: skip


def test_english_headings() -> None:
    found = table(csv_of([["Date", "Summary", "Income", "Remark"], ["2026-03-05", "Grant", "1.00", "x"]]), "b.csv")
    assert found.rows[0].values == {"date": date(2026, 3, 5), "summary": "Grant", "income": 100}
    assert found.unknown == {3: "Remark"}


def test_a_table_in_ten_thousand_yuan() -> None:
    found = table(xlsx([["日期", "摘要", "收入(万元)", "支出"], ["2026-03-05", "拨款", 1.2, 7]]))
    assert (found.rows[0].values["income"], found.rows[0].values["expense"]) == (1_200_000, 700)
    title = table(xlsx([["单位：万元"], ["日期", "摘要", "收入"], ["2026-03-05", "拨款", 1.2]]))
    assert title.rows[0].values["income"] == 1_200_000


def test_a_table_that_does_not_begin_in_column_a() -> None:
    found = table(xlsx([[], ["", "", *HEAD], ["", "", *LINES[0]]]))
    assert found.cell(found.rows[0], "expense") == "G3"


def test_serials_of_a_1904_workbook() -> None:
    found = table(xls([["日期", "摘要", "收入"], [46086 - 1462, "拨款", 1]], dates_1904=True), "b.xls")
    assert found.rows[0].values["date"] == date(2026, 3, 5)


def test_the_period_may_come_from_the_caller_or_the_file_name() -> None:
    rows = [["日期", "摘要", "收入"], ["3月5日", "拨款", 1]]
    assert table(xlsx(rows), period="2026-03").rows[0].values["date"] == date(2026, 3, 5)
    assert table(xlsx(rows), "2026年3月账.xlsx").rows[0].values["date"] == date(2026, 3, 5)
    assert table(xlsx(rows, names=["2026-03"])).period == "2026-03"


def test_year_month_and_day_matched_by_hand_are_a_date() -> None:
    kind = replace(LEDGER, input=(*LEDGER.input, *(Column(n, n, Type.INTEGER) for n in ("year", "month", "day"))))
    data = xlsx([["某年", "某月", "某日", "摘要", "收入"], [2026, 3, 5, "拨款", 1]])
    layout = extract(data, "b.xlsx", kind).tables[0].layout
    found = extract(data, "b.xlsx", kind, mappings={layout: {0: "year", 1: "month", 2: "day"}})
    assert found.findings == []
    assert found.tables[0].rows[0].values == {"date": date(2026, 3, 5), "summary": "拨款", "income": 100}
    split = extract(xlsx([["年", "月", "日", "摘要"], [2026, 3, 5, "拨款"]]), "b.xlsx", kind)
    assert split.tables[0].rows[0].values == {"date": date(2026, 3, 5), "summary": "拨款"}


def test_blank_rows_and_a_stamp_above_the_header_and_line_breaks_in_it() -> None:
    head = ["日\n期", "凭证\n号", "摘　要", "收入\n(元)", "支 出（元）", "余额"]
    found = table(xlsx([["溪口村"], [], ["2026年3月", "", "第1号"], [], head, [], LINES[0], [], LINES[1]]))
    assert [row.number for row in found.rows] == [7, 9]
    assert found.period == "2026-03"


def test_full_width_digits_and_brackets() -> None:
    found = table(
        xlsx([HEAD, ["２０２６．３．５", "现－００１", "购水管", "", "１，２３４．５０元", "（２００．００）"]])
    )
    assert found.rows[0].values == {
        "date": date(2026, 3, 5), "voucher": "现-001", "summary": "购水管", "expense": 123450, "balance": -20000,
    }  # fmt: skip


def test_red_ink_is_negative_however_it_is_written() -> None:
    red: list[object] = [-50, "-50.00", "(50)", "（50）", "△50", "负50", "50-"]
    found = table(xlsx([HEAD, *(["2026-03-05", f"现-{n}", "冲销", "", cell] for n, cell in enumerate(red))]))
    assert [row.values["expense"] for row in found.rows] == [-5000] * len(red)


@pytest.mark.parametrize(("options", "serial"), [({}, 46086), ({"date_1904": True}, 46086 - 1462)])
def test_serials_without_a_date_format_in_either_calendar(options: dict[str, bool], serial: int) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["日期", "摘要", "收入"])
        sheet.write_row(1, 0, [serial, "拨款", 100])
    assert table(out.getvalue()).rows[0].values["date"] == date(2026, 3, 5)


def test_a_column_of_days_alone_is_of_the_titles_month() -> None:
    found = table(xlsx([["2026年3月现金账"], ["日", "摘要", "收入"], [5, "拨款", 100], ["6日", "再拨", 1]]))
    assert [row.values["date"] for row in found.rows] == [date(2026, 3, 5), date(2026, 3, 6)]
    assert found.columns["date"] == (0, "日")


def test_days_alone_without_any_month_are_told() -> None:
    found = read(xlsx([["日", "摘要", "收入"], [5, "拨款", 100]]))
    assert [(finding.cell, finding.message.id) for finding in found.findings] == [("A2", NO_YEAR.message)]


def test_a_rare_character_of_gb18030_arrives() -> None:
    found = table(csv_of([HEAD, ["2026-03-05", "现-1", "付㐀某\U00020bb7", "", "5", ""]], "gb18030"), "b.csv")
    assert found.rows[0].values["summary"] == "付㐀某\U00020bb7"


def test_the_words_that_nothing_follows_are_no_line() -> None:
    found = table(xlsx([HEAD, LINES[0], ["", "", "（以下空白）"], ["制表人：甲"]]))
    assert [row.number for row in found.rows] == [2]


def test_a_kinds_own_heading_for_a_day_is_a_whole_date_under_a_months_title() -> None:
    head = ["户主", "用途", "人数", "金额", "日"]
    lines = [
        ["甘小满", "修水渠", 4, 60, "2026-03-05"],
        ["龙春生", "修水渠", 3, 45, 9],
        ["马春兰", "修水渠", 3, 45, "3月9日"],
    ]
    found = extract(xlsx([["青禾村2026年3月筹资表"], head, *lines]), "book.xlsx", levy.KIND)
    assert not found.findings
    (only,) = found.tables
    days = [row.values["given_on"] for row in only.rows]
    assert days == [date(2026, 3, 5), date(2026, 3, 9), date(2026, 3, 9)]
    assert only.columns["given_on"] == (4, "日")


def test_beside_a_column_of_months_the_same_heading_is_a_part_of_the_date() -> None:
    head = ["月", "日", "户主", "用途", "人数", "金额"]
    found = extract(xlsx([["2026年筹资表"], head, [3, 5, "甘小满", "修水渠", 4, 60]]), "book.xlsx", levy.KIND)
    assert not found.findings
    assert found.tables[0].rows[0].values["given_on"] == date(2026, 3, 5)


def test_a_bare_day_of_no_known_month_is_told() -> None:
    lines = [["户主", "用途", "人数", "金额", "日"], ["甘小满", "修水渠", 4, 60, 5]]
    found = extract(xlsx(lines), "book.xlsx", levy.KIND)
    assert [str(finding.message) for finding in found.findings] == [NO_YEAR.message]
