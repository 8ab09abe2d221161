"""A ledger's rows become the content of a month, and what is wrong is said at its cell."""

import json
from datetime import date

import pytest

from portal.kinds.base import Context
from portal.kinds.finance import breakdown, no_dealings
from tests.kinds.ledgers import FINANCE, TODAY, assembled, book, checks, table

PLAIN = "日期 凭证号 摘要 科目 收入 支出 余额"


def test_a_plain_cash_book_becomes_lines_and_a_book_that_balances() -> None:
    result = assembled(
        table(
            PLAIN,
            "- - 上月结余 - - - 0.00",
            "2 现-1 收房租 经营收入 900 - 900",
            "6 现-2 付电费 管理费用-电费 - 62.40 837.60",
        )
    )
    assert result.acceptable and not result.findings
    assert book(result) == {
        "owner": "committee", "book": "cash", "opening": 0, "income": 90000, "expense": 6240,
        "transfer_in": 0, "transfer_out": 0, "closing": 83760, "lines": 2,
    }  # fmt: skip
    assert result.content is not None
    assert result.content["lines"][1] == {
        "key": "committee:cash:现-2:1", "owner": "committee", "book": "cash", "date": "2026-03-06", "voucher": "现-2",
        "entry": "1", "summary": "付电费", "account": "513", "account_name": "管理费用-电费", "expense": 6240,
    }  # fmt: skip
    assert FINANCE.figures(result.content) == {
        "opening": 0,
        "income": 90000,
        "expense": 6240,
        "closing": 83760,
        "lines": 2,
    }
    assert breakdown(result.content) == {"income": [("经营收入", 90000)], "expense": [("管理费用", 6240)]}
    assert (result.origins[1].row, result.origins[1].sheet) == (4, "现金账")
    json.dumps(result.content)


def test_each_wrong_balance_is_named_once_and_not_again_below() -> None:
    rows = (
        "2 现-1 甲 经营收入 100 - 100",
        "3 现-2 乙 经营收入 100 - 210",
        "4 现-3 丙 经营收入 100 - 310",
        "5 现-4 丁 经营收入 1 - 5",
    )
    assert checks(assembled(table(PLAIN, *rows))) == [("balance", "G3"), ("balance", "G5")]


def test_the_opening_must_be_what_was_last_published() -> None:
    result = assembled(table(PLAIN, "- - 上月结余 - - - 5", "2 现-1 甲 经营收入 100 - 105"))
    assert checks(result) == [("opening", "G2")] and not result.acceptable


def test_the_first_month_opens_with_its_opening_row_else_with_nothing_and_says_so() -> None:
    stated = assembled(table(PLAIN, "- - 上月结余 - - - 5", "2 现-1 甲 经营收入 100 - 105"), previous=None)
    assert book(stated)["opening"] == 500 and not stated.findings
    silent = assembled(table("日期 凭证号 摘要 科目 收入", "2 现-1 甲 经营收入 100"), previous=None)
    assert book(silent)["opening"] == 0 and checks(silent) == [("first_opening", None)]


def test_an_opening_column_states_the_opening() -> None:
    result = assembled(table("日期 凭证号 摘要 科目 收入 期初", "2 现-1 甲 经营收入 100 7"), previous=None)
    assert book(result)["opening"] == 700 and not result.findings


def test_a_book_that_is_not_in_the_files_is_carried_over() -> None:
    previous = {("committee", "cash"): 0, ("committee", "basic"): 9900}
    result = assembled(table(PLAIN, "2 现-1 甲 经营收入 100 - 100"), previous=previous)
    assert book(result, "basic")["closing"] == 9900 and book(result, "basic")["lines"] == 0


def test_a_closing_row_that_does_not_fit_is_an_error() -> None:
    result = assembled(table(PLAIN, "2 现-1 甲 经营收入 100 - -", "- - 期末余额 - - - 90"))
    assert checks(result) == [("closing", "G3")]


def test_subtotals_are_checked_since_the_last_one_or_since_the_top() -> None:
    rows = [
        "2 现-1 甲 经营收入 100 - -",
        "- - 小计 - 100 - -",
        "3 现-2 乙 经营收入 50 - -",
        "- - 小计 - 50 - -",
        "- - 本月合计 - 150 - -",
    ]
    assert not assembled(table(PLAIN, *rows)).findings
    rows[-1] = "- - 本月合计 - 151 - -"
    assert checks(assembled(table(PLAIN, *rows))) == [("subtotal", "E6")]


def test_the_running_total_of_the_year_can_only_be_checked_in_january() -> None:
    rows = ("2026-01-02 现-1 甲 经营收入 100 - -", "- - 本年累计 - 999 - -")
    january = assembled(table(PLAIN, *rows), period="2026-01", previous_period="2025-12")
    assert checks(january) == [("subtotal", "E3")]
    assert not assembled(table(PLAIN, "2 现-1 甲 经营收入 100 - -", rows[1])).findings


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("2026-04-02 现-1 甲 经营收入 1 - -", ("date_outside", "A2")),
        ("- 现-1 甲 经营收入 1 - -", ("date_missing", "A2")),
        ("2 现-1 甲 经营收入 1 1 -", ("one_side", "F2")),
        ("2 现-1 甲 经营收入 - - -", ("one_side", "E2")),
        ("2 现-1 - 经营收入 1 - -", ("summary_missing", "C2")),
        ("2 - 甲 经营收入 1 - -", ("voucher_missing", "B2")),
        ("2 现-1 甲 - 1 - -", ("account_missing", "D2")),
        ("2 现-1 甲 洗车费 1 - -", ("account_unknown", "D2")),
        ("2 现-1 甲 541管理费用 1 - -", ("account_disagrees", "D2")),
        ("2 现-1 其他费用 管理费用 - 501 -", ("summary_vague", "C2")),
        ("2 现-1 电费 管理费用 - 501 -", ("negative_cash", "A2")),
        ("2 现-1 找13800138000 经营收入 1 - -", ("private_number", "C2")),
    ],
)
def test_a_row_that_is_wrong_is_named_with_its_cell(row: str, found: tuple[str, str | None]) -> None:
    assert found in checks(assembled(table(PLAIN, row)))


def test_red_entries_stay_in_their_column() -> None:
    result = assembled(table(PLAIN, "2 现-1 冲销多付电费 管理费用 - -20 20"))
    assert book(result)["expense"] == -2000 and book(result)["closing"] == 2000 and not result.findings


def test_the_county_sets_the_level_of_a_check_or_switches_it_off() -> None:
    ledger = table(PLAIN, "2 - 甲 经营收入 1 - -")
    assert not assembled(ledger, settings={"check.voucher_missing": "error"}).acceptable
    assert not assembled(ledger, settings={"check.voucher_missing": "off"}).findings


def test_a_warning_of_a_line_is_printed_with_the_lines_key() -> None:
    result = assembled(table(PLAIN, "2 现-1 电费 管理费用 - 5 -"))
    assert result.acceptable and result.content is not None
    assert [(one["check"], one["key"]) for one in result.content["warnings"]] == [
        ("negative_cash", "committee:cash:现-1:1")
    ]


def test_lines_of_a_voucher_are_numbered_around_the_numbers_that_are_given() -> None:
    headings = "日期 凭证号 分录号 摘要 科目 收入"
    result = assembled(table(headings, "2 1 - 甲 经营收入 1", "2 1 1 乙 经营收入 1", "2 1 - 丙 经营收入 1"))
    assert result.content is not None
    assert [line["entry"] for line in result.content["lines"]] == ["2", "1", "3"]
    twice = assembled(table(headings, "2 1 1 甲 经营收入 1", "2 1 1 乙 经营收入 1"))
    assert checks(twice) == [("entry_duplicate", "C3")]


def test_a_line_without_a_voucher_is_keyed_by_its_date() -> None:
    result = assembled(table("日期 摘要 科目 收入", "3 甲 经营收入 1", "2 乙 经营收入 1", "3 丙 经营收入 1"))
    assert result.content is not None
    keys = [line["key"] for line in result.content["lines"]]
    assert keys == ["committee:cash:2026-03-02:1", "committee:cash:2026-03-03:1", "committee:cash:2026-03-03:2"]


def test_a_date_split_over_columns_and_blank_dates_of_one_voucher() -> None:
    result = assembled(
        table("月 日 凭证号 摘要 科目 收入", "3 5 1 甲 经营收入 1", "- - - 乙 经营收入 1", "- 6 2 丙 经营收入 1")
    )
    assert result.content is not None and not result.findings
    assert [line["date"] for line in result.content["lines"]] == ["2026-03-05", "2026-03-05", "2026-03-06"]
    assert result.content["lines"][1]["key"] == "committee:cash:1:2"


def test_the_period_comes_from_the_title_or_the_dates_and_must_agree() -> None:
    ledger = table(PLAIN, "2 现-1 甲 经营收入 1 - -")
    by_dates = assembled(ledger, period=None)
    assert by_dates.content is not None and by_dates.content["period"] == "2026-03"
    wrong = assembled(table(PLAIN, "2 现-1 甲 经营收入 1 - -", period="2026-02"))
    assert ("period_title", None) in checks(wrong)
    assert ("period_unknown", None) in checks(assembled(period=None))
    assert ("period_future", None) in checks(assembled(ledger, today=date(2026, 2, 1)))


def test_months_that_were_left_out_are_said() -> None:
    result = assembled(table(PLAIN, "2 现-1 甲 经营收入 1 - -"), previous_period="2025-12")
    assert ("period_gap", None) in checks(result)


def test_no_dealings_carries_every_book_over() -> None:
    context = Context("1", "2026-03", TODAY, previous={("committee", "cash"): 700}, previous_period="2026-02")
    result = no_dealings(context)
    assert result.acceptable and result.content is not None
    assert result.content["no_dealings"] and result.content["lines"] == [] and book(result)["closing"] == 700


def test_files_without_rows_are_not_a_month_without_dealings() -> None:
    assert ("no_lines", None) in checks(assembled(table(PLAIN)))


def test_names_of_people_are_not_found_by_search_and_organisations_are() -> None:
    assert FINANCE.search_text({"summary": "付电费", "payee": "县供电公司"}) == "付电费 县供电公司"
    assert FINANCE.search_text({"summary": "付工资", "payee": "张三"}) == "付工资"


def test_the_name_of_who_gets_relief_is_masked_wherever_it_stands() -> None:
    headings = "日期 凭证号 摘要 科目 支出 收款人 备注"
    result = assembled(
        table(headings, "2 1 慰问困难户张小三 公益支出 5 张小三 交张小三本人", "2 2 付工资 管理费用 5 李小四 -")
    )
    assert result.content is not None
    first, second = result.content["lines"]
    assert (first["payee"], first["summary"], first["note"]) == ("张某", "慰问困难户张某", "交张某本人")
    assert second["payee"] == "李小四"


def test_a_number_is_repeated_neither_in_the_finding_nor_in_the_content() -> None:
    result = assembled(table(PLAIN, "2 现-1 转给6222_0212_3456_7890_123 经营收入 1 - -"))
    assert not result.acceptable
    assert "6222" not in str(result.content) and "6222" not in str(result.findings)


def test_an_invoice_number_may_stand() -> None:
    headings = "日期 凭证号 摘要 科目 收入 发票"
    result = assembled(table(headings, "2 现-1 甲 经营收入 1 25312000000012345678"))
    assert result.content is not None and result.acceptable
    assert result.content["lines"][0]["document"] == "25312000000012345678"
