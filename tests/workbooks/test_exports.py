"""Workbooks out: templates that are read back, marked copies, defused texts."""

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kinds import KINDS
from portal.kinds.base import Finding, Level
from portal.text import Message
from portal.workbooks import defused, extract, marked, preview, template
from tests.workbooks.factories import HEAD, INPUT, LEDGER, csv_of, xlsx

LINE = [date(2026, 3, 5), "现-001", "=cmd|' /C calc'!A0", "", 5, 95]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_template_is_read_back(language: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(LEDGER, language)))
    sheet = book.active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    assert heads[0] == ("日期" if language == "zh" else "Date")
    assert all(cell.comment for cell in sheet[1])
    assert len(heads) == len(LEDGER.columns)
    for column in range(1, len(heads) + 1):
        sheet.cell(2, column, "1")
    sheet.cell(2, 1, date(2026, 3, 5))
    out = io.BytesIO()
    book.save(out)
    found = extract(out.getvalue(), "t.xlsx", LEDGER)
    assert found.findings == []
    assert set(found.tables[0].columns) == {column.name for column in LEDGER.columns}
    assert found.tables[0].rows[0].values["date"] == date(2026, 3, 5)
    assert len(INPUT) > len(heads)


def test_faulty_cells_are_red_and_commented_where_they_were() -> None:
    data = xlsx([["2026年3月"], [], HEAD, LINE], ["x"], names=["现金", "银行"])
    findings = [
        Finding(Level.ERROR, "value", Message("Row %(n)s is wrong.", {"n": 4}), "b.xlsx", "现金", "E4"),
        Finding(Level.ERROR, "value", Message("Another fault."), "b.xlsx", "现金", "E4"),
        Finding(Level.ERROR, "columns", Message("Empty cell."), "b.xlsx", "现金", "D4"),
        Finding(Level.ERROR, "value", Message("Not here."), "other.xlsx", "现金", "A1"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(marked(data, "b.xlsx", findings, "en")))["现金"]
    assert sheet["E4"].value == 5
    assert sheet["E4"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["E4"].comment.text == "Row 4 is wrong.\nAnother fault."
    assert sheet["D4"].comment.text == "Empty cell."
    assert sheet["A1"].comment is None
    assert sheet["A4"].value.date() == date(2026, 3, 5)


def test_a_marked_copy_holds_no_formula_and_names_any_sheet() -> None:
    data = csv_of([HEAD, ["=1+1", "+1", "-1", "@x", "\t=1", "http://x.example"]])
    book = openpyxl.load_workbook(io.BytesIO(marked(data, "一个很长很长的名字[x]/" + "长" * 40 + ".csv", [], "zh")))
    sheet = book.worksheets[0]
    assert [cell.data_type for cell in sheet[2]] == ["s"] * 6
    assert sheet["A2"].value == "=1+1"


def test_a_preview_shows_raw_texts_with_blank_rows() -> None:
    found = preview(xlsx([["题"], [], [*HEAD], LINE], [[]], names=["现金", "空"]), "b.xlsx", "现金", 2, 2)
    assert (found.sheets, found.sheet, found.first_row, found.height) == (["现金"], "现金", 2, 4)
    assert found.rows == [[""] * 6, HEAD]


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2+3", "@sum", "\tx", "\rx", "＝1"])
def test_a_text_that_a_spreadsheet_would_execute_is_defused(text: str) -> None:
    assert defused(text) == "'" + text


@given(st.text())
def test_no_exported_text_begins_a_formula(text: str) -> None:
    shown = defused(text)
    assert shown.endswith(text)
    assert not shown.startswith(("=", "@", "\t", "\r"))


def test_amounts_stay_amounts() -> None:
    assert defused("-12.50") == "-12.50"
    assert defused("购水管") == "购水管"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_of_a_list_of_people_has_their_numbers_and_says_that_they_stay_inside(language: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(KINDS["subsidy"], language))).active
    assert sheet is not None
    told = [cell.comment.text for cell in sheet[1] if cell.comment]
    assert sum("never published" in text or "从不公开" in text for text in told) == 3
    out = io.BytesIO()
    book = sheet.parent
    assert book is not None
    book.save(out)
    (table,) = extract(out.getvalue(), "t.xlsx", KINDS["subsidy"]).tables
    assert {"id_number", "phone", "bank_account", "name", "amount"} <= set(table.columns)
