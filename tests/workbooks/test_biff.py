"""Formulas of old workbooks: found at their cells where nobody calculated them, left alone where Excel or WPS did."""

import io
import struct
from typing import Any

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.kinds.base import Finding
from portal.workbooks import extract, values
from portal.workbooks.biff import Oddities, oddities
from portal.workbooks.compound import Compound, Damaged
from portal.workbooks.tables import UNCALCULATED
from tests.workbooks.factories import HEAD, LEDGER, xls

LINE = ["2026-03-05", "现-001", "购买水管", "", 5, 95]
UNKNOWN = b"\x03\0\0\0\0\0\xff\xff"  # what xlwt writes as the result of every formula
NOTHING = Oddities({}, {})


def formula(text: str) -> Any:
    return xlwt.Formula(text)


def with_result(data: bytes, *results: bytes) -> bytes:
    """The workbook with other results in the place of xlwt's, in their order."""
    for result in results:
        assert UNKNOWN in data
        data = data.replace(UNKNOWN, result, 1)
    return data


def error(code: int) -> bytes:
    return struct.pack("<BxBxxxH", 2, code, 0xFFFF)


def findings(data: bytes, **options: Any) -> list[Finding]:
    return extract(data, "book.xls", LEDGER, **options).findings


def test_a_formula_that_a_program_wrote_without_a_result_is_told_at_its_cell() -> None:
    data = xls([[formula("1+1")], HEAD, [*LINE[:4], formula("2+3"), 95]], name="现金")
    (finding,) = findings(data)
    assert (finding.check, finding.sheet, finding.cell, finding.column) == ("formula", "现金", "E3", "支出")
    assert finding.message.id == UNCALCULATED
    assert findings(data, overrides={("现金", "E3"): "5"}) == []


@pytest.mark.parametrize("placeholder", [bytes(8), struct.pack("<d", 4)], ids=["POI", "JExcelAPI"])
def test_placeholders_of_other_libraries_are_no_results(placeholder: bytes) -> None:
    data = with_result(xls([HEAD, [*LINE[:4], formula("2+3"), formula("F1-E2")]]), placeholder, placeholder)
    assert [finding.cell for finding in findings(data)] == ["E2", "F2"]


def test_results_that_differ_were_calculated() -> None:
    data = with_result(xls([HEAD, [*LINE[:4], formula("2+3"), formula("F1-E2")]]), struct.pack("<d", 5), bytes(8))
    assert findings(data) == []


def saved_by_hand(rows: list[list[Any]]) -> bytes:
    """As Excel, WPS and LibreOffice save: with a summary of title and author beside the workbook."""
    data = xls(rows)
    at = data.index("Root Entry".encode("utf-16-le")) + 2 * 128
    name = "\x05SummaryInformation".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HBB", len(name) + 2, 2, 1) + bytes(60)
    return data[:at] + entry + data[at + 128 :]


def test_a_formula_that_shows_nothing_in_an_honest_workbook_is_left_alone() -> None:
    data = saved_by_hand([HEAD, [*LINE[:5], formula('""')]])
    assert "\x05SummaryInformation" in Compound(data).names
    assert findings(data) == []
    assert oddities(data) == Oddities({}, {"Sheet1": set()})


def test_a_formula_that_comes_to_an_error_is_told() -> None:
    data = with_result(xls([HEAD, [*LINE[:4], formula("1/0"), formula("A1+1")]]), error(0x07), struct.pack("<d", 95))
    (finding,) = findings(data)
    assert (finding.cell, finding.message.id) == ("E2", values.ERROR_CELL.message)


def test_an_error_that_was_pasted_as_a_value_is_told() -> None:
    book = xlwt.Workbook()
    book.add_sheet("空")
    sheet = book.add_sheet("银行", cell_overwrite_ok=True)
    for column, heading in enumerate(HEAD):
        sheet.write(0, column, heading)
        sheet.write(1, column, LINE[column])
    sheet.row(1).set_cell_error(4, 0x17)
    sheet.row(1).set_cell_boolean(6, True)
    out = io.BytesIO()
    book.save(out)
    (finding,) = findings(out.getvalue())
    assert (finding.sheet, finding.cell, finding.check) == ("银行", "E2", "value")


BOOK = xls([HEAD, *[[*LINE[:4], formula("2+3"), formula("F1-E2")]] * 3])


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BOOK[:512], BOOK[:2000], b"x" * 9000])
def test_a_damaged_file_has_no_odd_cells(data: bytes) -> None:
    assert oddities(data) == NOTHING


def test_a_chain_of_sectors_that_bites_its_tail_ends() -> None:
    data = bytearray(BOOK)
    (table,) = struct.unpack_from("<I", data, 76)
    at = (table + 1) * 512
    for number in range(128):
        struct.pack_into("<I", data, at + 4 * number, 0)
    assert len(Compound(bytes(data)).stream("Workbook")) <= len(data)


def test_every_sheet_is_looked_through() -> None:
    book = xlwt.Workbook()
    for number in range(300):
        book.add_sheet(f"S{number}")
    out = io.BytesIO()
    book.save(out)
    assert len(oddities(out.getvalue()).errors) == 300


@settings(max_examples=300, deadline=2000)
@given(st.integers(0, len(BOOK)), st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 7)), max_size=30))
def test_no_cut_and_no_turned_bit_brings_the_search_down(end: int, flips: list[tuple[int, int]]) -> None:
    data = bytearray(BOOK)
    for at, bit in flips:
        data[at] ^= 1 << bit
    for piece in (bytes(data), bytes(data[:end])):
        found = oddities(piece)
        assert all(row >= 1 and column >= 0 for places in found.blanks.values() for row, column in places)


@settings(max_examples=300, deadline=2000)
@given(st.integers(0, 600), st.binary(max_size=80))
def test_no_header_brings_the_search_down(at: int, noise: bytes) -> None:
    data = BOOK[:at] + noise + BOOK[at + len(noise) :]
    try:
        Compound(data).stream("Workbook")
    except (Damaged, struct.error, ValueError, IndexError):
        assert oddities(data) == NOTHING


@settings(max_examples=20, deadline=None)
@given(st.integers(0, len(BOOK)), st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=20))
def test_no_damage_to_an_old_workbook_brings_down_the_portal(end: int, at: int, noise: bytes) -> None:
    for data in (BOOK[:end], BOOK[:at] + noise + BOOK[at + len(noise) :]):
        try:
            extract(data, "book.xls", LEDGER)
        except Invalid:
            continue
