"""How single cells are understood."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import shown, yuan
from portal.workbooks import values
from portal.workbooks.values import Fault


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (12.5, 1250),
        (0.1 + 0.2, 30),
        (3, 300),
        ("1,234.50元", 123450),
        ("¥1,234.5", 123450),
        ("￥１，２３４．５０", 123450),
        ("(1,234.50)", -123450),
        ("（1,234.50）", -123450),
        ("-5", -500),
        ("5-", -500),
        ("−5", -500),
        ("负5.00", -500),
        ("¥-5", -500),
        ("-¥5", -500),
        ("1.5万元", 1500000),
        ("12.340", 1234),
        (".5", 50),
        ("5.", 500),
        ("人民币100元整", 10000),
        ("-", None),
        ("—", None),
        ("", None),
        ("  ", None),
    ],
)
def test_an_amount_is_read_exactly(cell: object, fen: int | None) -> None:
    assert values.money()(cell) == fen


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("12.345", values.TOO_FINE),
        (12.345, values.TOO_FINE),
        ("1,23", values.GROUPING),
        ("一百元", values.NOT_AN_AMOUNT),
        ("12a", values.NOT_AN_AMOUNT),
        (True, values.NOT_AN_AMOUNT),
        (date(2026, 3, 5), values.NOT_AN_AMOUNT),
        ("1e5", values.NOT_AN_AMOUNT),
        ("=1+1", values.NOT_AN_AMOUNT),
        (1e300, values.TOO_LARGE),
        (float("inf"), values.TOO_LARGE),
        (float("nan"), values.TOO_LARGE),
        ("9" * 40, values.TOO_LARGE),
        ("#REF!", values.ERROR_CELL),
        ("--5", values.NOT_AN_AMOUNT),
        ("(-5)", values.NOT_AN_AMOUNT),
    ],
)
def test_what_is_no_amount_is_told(cell: object, fault: Fault) -> None:
    assert values.money()(cell) == fault


def test_amounts_in_ten_thousands_are_multiplied() -> None:
    assert values.money(10_000)("1.2345") == 1234500
    assert values.money(10_000)(1.2) == 1200000


@given(st.integers(-(10**14), 10**14))
def test_every_amount_survives_being_written_and_read(fen: int) -> None:
    assert values.money()(yuan(fen)) == fen
    assert values.money()(shown(fen)) == fen


@given(st.integers(-(10**12), 10**12))
def test_a_float_of_a_spreadsheet_is_the_fen_it_shows(fen: int) -> None:
    assert values.money()(fen / 100) == fen


def test_a_float_of_billions_is_exact_too() -> None:
    assert values.money()(9198006125.62) == 919800612562
    assert values.money()(9198006125.625) == values.TOO_FINE


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05",
        "2026.3.5",
        "2026/3/5",
        "2026年3月5日",
        "２０２６年３月５日",
        "20260305",
        "20260305123011",
        "2026-03-05 12:30:11",
        "2026-03-05T12:30:11.000",
        "3月5日",
        "3/5",
        "3-5",
        "3.5",
        "26.3.5",
        "46086",
        46086,
        46086.0,
        46086.5,
        20260305,
        20260305.0,
        date(2026, 3, 5),
        datetime(2026, 3, 5, 9, 30),
        "5 Mar 2026",
        "5-Mar-2026",
        "March 5, 2026",
        "二〇二六年三月五日",
        "二零二六年三月五号",
        "三月五日",
    ],
)
def test_a_date_is_read_however_it_is_written(cell: object) -> None:
    assert values.day(2026)(cell) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("2026-02-30", values.NO_SUCH_DAY),
        ("2026-13-01", values.NO_SUCH_DAY),
        (20260230, values.NO_SUCH_DAY),
        ("31/3/26", values.NOT_A_DATE),
        (3.5, values.DECIMAL_DATE),
        ("昨天", values.NOT_A_DATE),
        (True, values.NOT_A_DATE),
        (time(3, 4), values.NOT_A_DATE),
        (timedelta(days=3), values.NOT_A_DATE),
        ("#N/A", values.ERROR_CELL),
        ("2026-03", values.NOT_A_DATE),
        ("0026-03-05", values.NO_SUCH_DAY),
        ("5 Foo 2026", values.NOT_A_DATE),
        ("二月三十日", values.NO_SUCH_DAY),
        ("十三月五日", values.NO_SUCH_DAY),
        ("三月十十日", values.NO_SUCH_DAY),
        ("5日", values.NOT_A_DATE),
        ("错误:502", values.ERROR_CELL),
        ("#名称？", values.ERROR_CELL),
    ],
)
def test_what_is_no_date_is_told(cell: object, fault: Fault) -> None:
    assert values.day(2026)(cell) == fault


def test_a_date_without_year_needs_one() -> None:
    assert values.day()("3月5日") == values.NO_YEAR
    assert values.day()("三月五日") == values.NO_YEAR


def test_december_in_a_january_table_is_last_year() -> None:
    assert values.day(2026, 1)("12月31日") == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("十二月二十五日", 25), ("十二月十日", 10), ("十二月三十一日", 31), ("十二月十五", 15)],
)
def test_days_in_chinese_numerals(cell: str, day: int) -> None:
    assert values.day(2026)(cell) == date(2026, 12, day)


def test_a_day_alone_is_of_the_month_in_the_title() -> None:
    assert values.day(2026, 3)("5日") == date(2026, 3, 5)
    assert values.day(2026, 2)("30日") == values.NO_SUCH_DAY


@pytest.mark.parametrize("mark", ["〃", "同上", '"'])
def test_a_ditto_mark_is_a_blank_that_goes_on_from_the_row_above(mark: str) -> None:
    assert (values.day(2026)(mark), values.code(mark)) == (None, None)


@pytest.mark.parametrize("cell", ["#REF!", "#n/a", "Err:502", "错误:522", " #DIV/0! "])
def test_an_error_is_no_text(cell: str) -> None:
    assert values.text(cell) == values.code(cell) == values.ERROR_CELL


@pytest.mark.parametrize("cell", ["#1机井维修", "Err", "错账更正", "E路灯"])
def test_a_text_that_begins_like_an_error_is_a_text(cell: str) -> None:
    assert values.text(cell) == cell


def test_serials_of_the_1904_calendar() -> None:
    assert values.day(epoch_1904=True)(46086 - 1462) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("1020101.0", "1020101"), (1020101.0, "1020101"), ("０１－２", "01-2"), (" 现-003 ", "现-003"), ("1.5", "1.5")],
)
def test_a_code_that_became_a_number_is_mended(cell: object, code: str) -> None:
    assert values.code(cell) == code


def test_text_keeps_its_words_and_loses_line_breaks() -> None:
    assert values.text(" 购水管\n三根\t ") == "购水管 三根"
    assert values.text(12.0) == "12"
    assert values.text("\x00\x07") is None


def test_text_shows_what_is_sealed_without_signs_that_nobody_sees() -> None:
    assert values.text("付\u202e电费\u200b了\u0085") == "付电费了"
    assert values.text("\u200b\ufeff") is None
    assert values.text("𠮷\ue001𱍐") == "𠮷\ue001𱍐", "rare characters of names stay, whatever a font says"


@pytest.mark.parametrize(("cell", "count"), [("3张", 3), (3.0, 3), ("３", 3), ("", None), ("三", values.NOT_A_COUNT)])
def test_counts(cell: object, count: object) -> None:
    assert values.integer(cell) == count


@pytest.mark.parametrize(
    ("cell", "flag"), [("是", True), ("√", True), (False, False), ("无", False), ("?", values.NOT_A_FLAG)]
)
def test_flags(cell: object, flag: object) -> None:
    assert values.flag(cell) == flag


@given(
    st.one_of(
        st.text(), st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas()
    )
)
def test_no_cell_breaks_a_parser(cell: object) -> None:
    for parse in (values.money(), values.day(2026), values.code, values.text, values.integer, values.flag):
        value = parse(cell)
        assert value is None or isinstance(value, Fault | str | int | date | bool)
