"""Bad input: a clear sentence, in time and within memory, and every fault at its cell."""

import io
import struct
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.kinds.base import Finding
from portal.workbooks import Extraction, Limits, containers, extract, reading, tables, values
from tests.workbooks.factories import HEAD, LEDGER, csv_of, ods, xls, xlsx

LINE = ["2026-03-05", "现-001", "购买水管", "", 5, 95]


def read(data: bytes | Path, name: str = "book.xlsx", **options: Any) -> Extraction:
    return extract(data, name, LEDGER, **options)


def refusal(data: bytes | Path, name: str = "book.xlsx", **options: Any) -> str:
    with pytest.raises(Invalid) as caught:
        read(data, name, **options)
    return caught.value.message.id


def only(found: Extraction) -> Finding:
    assert len(found.findings) == 1, found.findings
    return found.findings[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", containers.EMPTY),
        (b"\0" * 900, containers.EMPTY),
        (b"<html><table><tr><td>1</td></tr></table></html>", containers.HTML),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><body>", containers.HTML),
        ("<html>".encode("utf-16"), containers.HTML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html>", containers.HTML),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', containers.XML),
        (b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', containers.XML),
        (b"%PDF-1.7", containers.PICTURE),
        (b"\x89PNG\r\n", containers.PICTURE),
        (b"PK\x03\x04" + b"x" * 500, containers.BROKEN),
        (xlsx([HEAD, LINE])[:3000], containers.BROKEN),
        (xls([HEAD, LINE])[:600], containers.BROKEN),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 50 + b"x", containers.OLD_EXCEL),
        (bytes(range(256)) * 4, containers.NO_SPREADSHEET),
    ],
)
def test_what_is_no_readable_workbook_is_refused(data: bytes, sentence: str) -> None:
    assert refusal(data, "book.xls") == sentence


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package({name: archive.read(name) for name in archive.namelist()} | changes)


def test_another_zip_is_no_spreadsheet() -> None:
    assert refusal(package({"word/document.xml": b"<w/>"})) == containers.NO_SPREADSHEET


def test_a_compression_bomb_is_not_unpacked() -> None:
    bomb = repacked(xlsx([HEAD, LINE]), {"xl/worksheets/sheet1.xml": b" " * (50 << 20)})
    assert len(bomb) < 1 << 20
    assert refusal(bomb, limits=Limits(size=1 << 20)) == containers.BOMB


def test_a_bomb_that_lies_about_its_size_is_found() -> None:
    size = 3 << 20
    bomb = repacked(xlsx([HEAD, LINE]), {"xl/worksheets/sheet1.xml": b" " * size})
    bomb = bomb.replace(struct.pack("<I", size), struct.pack("<I", 1000))
    assert refusal(bomb) == containers.BOMB


def test_an_entity_bomb_inside_a_workbook_is_not_opened() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData/></worksheet>'
    assert refusal(repacked(xlsx([HEAD, LINE]), {"xl/worksheets/sheet1.xml": sheet})) == containers.ENTITIES


def test_a_file_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as out:
        out.truncate(1 << 30)
    begun = time.monotonic()
    assert refusal(path) == reading.TOO_LARGE
    assert time.monotonic() - begun < 1


def far_away(row: int, column: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for r, cells in enumerate([HEAD, LINE]):
            sheet.write_row(r, 0, cells)
        sheet.write(row, column, "x")
    return out.getvalue()


def test_a_cell_at_the_far_corner_is_a_sentence_not_a_crash() -> None:
    assert refusal(far_away(1_048_575, 16_383)) in (reading.TOO_GREEDY, tables.NO_MATCH)


def test_a_cell_in_a_far_column_is_a_sentence() -> None:
    assert "columns" in refusal(far_away(0, 16_383))


def test_a_million_blank_rows_are_passed_over() -> None:
    found = read(far_away(1_048_575, 0))
    assert [row.number for row in found.tables[0].rows] == [2]


def test_a_million_formatted_blank_rows_are_passed_over() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_048_577))
    head = b'<row r="1"><c r="A1" t="inlineStr"><is><t>\xe6\x97\xa5\xe6\x9c\x9f</t></is></c>'
    head += b'<c r="B1" t="inlineStr"><is><t>\xe6\x91\x98\xe8\xa6\x81</t></is></c></row>'
    line = b'<row r="2"><c r="A2"><v>46086</v></c><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>'
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = start + head + line + rows + b"</sheetData></worksheet>"
    found = read(repacked(xlsx([HEAD]), {"xl/worksheets/sheet1.xml": sheet}))
    assert [row.values for row in found.tables[0].rows] == [{"date": date(2026, 3, 5), "summary": "x"}]


def test_too_many_rows_are_a_sentence() -> None:
    assert "rows" in refusal(csv_of([HEAD, *[LINE] * 30]), limits=Limits(rows=20))


def test_a_reader_that_takes_too_long_is_ended() -> None:
    begun = time.monotonic()
    assert refusal(csv_of([HEAD, *[LINE] * 100_000]), limits=Limits(seconds=0.2)) == reading.TOO_SLOW
    assert time.monotonic() - begun < 2


def test_a_reader_that_takes_too_much_memory_is_ended() -> None:
    data = csv_of([HEAD, *[LINE] * 100_000])
    assert refusal(data, limits=Limits(memory=24 << 20)) == reading.TOO_GREEDY


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_file_brings_down_the_portal(at: int, noise: bytes) -> None:
    data = bytearray(xlsx([HEAD, LINE]))
    data[at : at + len(noise)] = noise
    try:
        read(bytes(data))
    except Invalid:
        return


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_bring_down_the_portal(data: bytes) -> None:
    try:
        read(data)
    except Invalid:
        return


def test_a_fault_names_sheet_cell_heading_and_value() -> None:
    found = read(xlsx([HEAD, ["昨天", "现-1", "购水管", "", "一百", ""]], names=["现金"]))
    first, second = found.findings
    assert (first.sheet, first.cell, first.column, first.value) == ("现金", "A2", "日期", "昨天")
    assert first.message.id == values.NOT_A_DATE.message
    assert (second.cell, second.column, second.value) == ("E2", "支出", "一百")
    assert found.tables[0].findings == (first, second)


def test_a_mended_cell_is_read_instead() -> None:
    data = xlsx([HEAD, ["昨天", "现-1", "购水管", "", "一百", ""]], names=["现金"])
    found = read(data, overrides={("现金", "A2"): "2026-03-05", ("现金", "E2"): "100", ("现金", "G9"): "x"})
    assert found.findings == []
    assert found.tables[0].rows[0].values["expense"] == 10000


def test_a_formula_that_was_never_calculated_is_found_inside_the_table_only() -> None:
    data = xlsx([["=1+1"], HEAD, ["2026-03-05", "现-1", "购水管", "", "=2+3", ""], [*LINE, "=1"]], names=["现金"])
    finding = only(read(data))
    assert (finding.check, finding.cell, finding.column) == ("formula", "E3", "支出")
    assert read(data, overrides={("现金", "E3"): "5"}).findings == []


def test_a_calculated_formula_is_its_value() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for r, cells in enumerate([HEAD, LINE]):
            sheet.write_row(r, 0, cells)
        sheet.write_formula("E2", "=2+3", None, 5)
    found = read(out.getvalue())
    assert found.findings == []
    assert found.tables[0].rows[0].values["expense"] == 500


def test_a_formula_without_value_in_an_open_document_is_found() -> None:
    data = ods([HEAD, LINE, LINE], cells={(2, 4): {"formula": "of:=1+1"}})
    assert only(read(data, "b.ods")).cell == "E3"


def test_an_error_in_an_open_document_is_told() -> None:
    data = ods([HEAD, LINE, LINE], cells={(2, 4): {"formula": "of:=1/0", "valuetype": "string", "stringvalue": ""}})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
    namespace = b' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = content.replace(b"<office:document-content", b"<office:document-content" + namespace)
    content = content.replace(b'office:string-value=""', b'office:string-value="" calcext:value-type="error"')
    finding = only(read(repacked(data, {"content.xml": content}), "b.ods"))
    assert (finding.cell, finding.message.id) == ("E3", values.ERROR_CELL.message)


def test_an_error_in_a_text_file_is_told_in_whatever_column() -> None:
    found = read(csv_of([HEAD, ["2026-03-05", "#N/A", "#REF!", "", "#VALUE!", "Err:502"]]), "b.csv")
    assert [finding.cell for finding in found.findings] == ["B2", "C2", "E2", "F2"]
    assert {finding.message.id for finding in found.findings[:3]} == {values.ERROR_CELL.message}


def test_an_error_cell_is_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for r, cells in enumerate([HEAD, LINE]):
            sheet.write_row(r, 0, cells)
        sheet.write_formula("E2", "=A1+#REF!", None, "#REF!")
    finding = only(read(out.getvalue()))
    assert (finding.cell, finding.message.id) == ("E2", values.ERROR_CELL.message)


def test_two_headings_alike_name_both_cells() -> None:
    finding = only(read(xlsx([["2026年3月"], [*HEAD, "支出"], [*LINE, 5]])))
    assert finding.check == "columns"
    assert finding.message.params == {"first": "E2", "second": "G2"}


def test_a_missing_required_column_asks_for_matching_by_hand() -> None:
    data = xlsx([["日期", "做了什么", "支出"], ["2026-03-05", "购水管", 5]])
    found = read(data)
    assert only(found).check == "columns"
    table = found.tables[0]
    assert table.unknown == {1: "做了什么"}
    matched = read(data, mappings={table.layout: {1: "summary", 2: "income"}})
    assert matched.findings == []
    assert matched.tables[0].rows[0].values == {"date": date(2026, 3, 5), "summary": "购水管", "income": 500}


def test_a_table_of_strange_words_can_be_matched_by_hand() -> None:
    data = xlsx([["啥时候", "干啥", "花了"], ["2026-03-05", "购水管", 5], ["2026-03-06", "购沙", 7]])
    found = read(data)
    assert only(found).message.id == tables.NO_MATCH
    layout = found.tables[0].layout
    matched = read(data, mappings={layout: {0: "date", 1: "summary", 2: "expense"}})
    assert [row.values["expense"] for row in matched.tables[0].rows] == [500, 700]
    assert read(data, mappings={layout: {0: "", 1: "", 2: ""}}).tables == []


def test_a_file_without_any_table_is_refused_with_a_finding() -> None:
    found = read(xlsx([["通知"], ["明天开会"]]))
    assert only(found).message.id == reading.NO_TABLE


def test_a_line_without_amount_above_the_signatures_does_not_vanish() -> None:
    rows = read(xlsx([HEAD, LINE, ["2026-03-06", "现-002", "忘了金额"], ["制表人：甲"]])).tables[0].rows
    assert [row.number for row in rows] == [2, 3]


def test_a_table_full_of_faults_tells_so_once() -> None:
    found = read(csv_of([HEAD, *[["昨天", "", "x", "", "", ""]] * 700]))
    assert len(found.findings) == tables.MOST_FAULTS + 1
    assert found.findings[-1].message.params == {"n": 200}


def test_progress_is_told() -> None:
    told: list[float] = []
    read(xlsx([HEAD, LINE]), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 4


def test_the_child_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert read(xlsx([HEAD, LINE])).findings == []
