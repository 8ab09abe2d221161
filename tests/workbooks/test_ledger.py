"""A history from one csv: typed rows in batches."""

from datetime import date
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.workbooks import read_rows
from tests.workbooks.factories import LEDGER, Rows, csv_of

HEAD = ["village", "period", "日期", "摘要", "收入", "支出"]
LINE = ["110101001001", "2026-03", "2026-03-05", "购水管", "", "5.00"]


def written(tmp_path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    path = tmp_path / "ledger.csv"
    path.write_bytes(csv_of(rows, encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rows_are_typed_and_numbered(tmp_path: Path, encoding: str) -> None:
    batches = list(read_rows(written(tmp_path, [HEAD, LINE, [], LINE, LINE], encoding), LEDGER, batch=2))
    rows = [row for batch in batches for row in batch.rows]
    assert [row.number for row in rows] == [2, 4, 5]
    assert rows[0].values == {
        "village": "110101001001", "period": "2026-03", "date": date(2026, 3, 5), "summary": "购水管", "expense": 500,
    }  # fmt: skip
    assert len(batches) == 2


def test_a_faulty_cell_is_told_in_every_batch(tmp_path: Path) -> None:
    bad = [*LINE[:5], "五元"]
    batches = list(read_rows(written(tmp_path, [HEAD, bad, LINE, LINE, bad]), LEDGER, batch=2))
    assert [(f.cell, f.column, f.value) for batch in batches for f in batch.findings] == [
        ("F2", "支出", "五元"),
        ("F5", "支出", "五元"),
    ]


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([["日期", "摘要", "收入"]], "Village code"),
        ([["甲", "乙"]], "headings"),
        ([[*HEAD, "用途"], LINE], "D1 and G1"),
    ],
)
def test_a_history_without_its_columns_is_refused(tmp_path: Path, rows: Rows, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        list(read_rows(written(tmp_path, rows), LEDGER))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04xx", b"<html>", b"\xff\xff\xff", b"a\0b"])
def test_what_is_no_csv_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(Invalid):
        list(read_rows(path, LEDGER))
