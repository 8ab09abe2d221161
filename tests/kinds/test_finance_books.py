"""Which book a line belongs to, which way its money went, and what is only moved between books."""

from dataclasses import replace

import pytest

from portal.kinds.base import Assembly, Finding, Level
from portal.text import Message
from tests.kinds.ledgers import assembled, book, checks, table

DAY_BOOK = "日期 凭证号 摘要 科目 借方 贷方 余额"
BOTH = {("committee", "cash"): 10000, ("committee", "basic"): 50000}


def lines(result: Assembly) -> list[dict]:  # type: ignore[type-arg]
    assert result.content is not None
    return result.content["lines"]


@pytest.mark.parametrize(
    ("headings", "row", "where", "expected"),
    [
        ("日期 摘要 科目 收入 账簿", "2 甲 经营收入 1 征地补偿专户", {}, ("committee", "compensation")),
        ("日期 摘要 科目 收入 book owner", "2 甲 经营收入 1 basic collective", {}, ("collective", "basic")),
        ("日期 摘要 科目 收入 账簿", "2 甲 经营收入 1 扶贫专户", {}, ("committee", "other:扶贫专户")),
        ("日期 凭证号 摘要 科目 收入", "2 银收-003 甲 经营收入 1", {"sheet": "Sheet1"}, ("committee", "basic")),
        ("日期 凭证号 摘要 科目 收入", "2 现付3 甲 经营收入 1", {"sheet": "Sheet1"}, ("committee", "cash")),
        ("日期 凭证号 摘要 科目 收入", "2 银-3 甲 经营收入 1", {"sheet": "补偿款专户"}, ("committee", "compensation")),
        ("日期 摘要 科目 收入", "2 甲 经营收入 1", {"sheet": "银行存款日记账"}, ("committee", "basic")),
        ("日期 摘要 科目 收入", "2 甲 经营收入 1", {"sheet": "1", "title": "合作社现金账"}, ("collective", "cash")),
        ("日期 摘要 科目 收入", "2 甲 经营收入 1", {"sheet": "1", "file": "三组_cash.csv"}, ("group:三组", "cash")),
    ],
)  # fmt: skip
def test_a_line_says_its_book_by_column_voucher_sheet_title_or_file(
    headings: str, row: str, where: dict[str, str], expected: tuple[str, str]
) -> None:
    result = assembled(table(headings, row, **where))  # type: ignore[arg-type]
    assert [(line["owner"], line["book"]) for line in lines(result)] == [expected]


def test_a_sheet_that_does_not_say_its_book_is_asked_about_and_remembered() -> None:
    ledger = table("日期 摘要 科目 收入", "2 甲 经营收入 1", sheet="Sheet1")
    (question,) = assembled(ledger, previous=BOTH).questions
    assert [value for value, _ in question.options] == ["cash", "basic", "compensation"]
    assert question.remember == "book:L1:Sheet1"
    for key in (question.key, question.remember, "book"):
        answered = assembled(ledger, previous=BOTH, choices={key: "basic"})
        assert not answered.questions and lines(answered)[0]["book"] == "basic"


def test_nobody_is_asked_about_a_sheet_whose_lines_all_say_their_book() -> None:
    ledger = table("日期 凭证号 摘要 科目 收入", "2 银-1 甲 经营收入 1", "3 现-1 乙 经营收入 2", sheet="Sheet1")
    result = assembled(ledger, previous=BOTH)
    assert not result.questions and [line["book"] for line in lines(result)] == ["cash", "basic"]


def test_two_sheets_alike_are_not_taken_for_the_same_book() -> None:
    first, second = (table("日期 摘要 科目 收入", "2 甲 经营收入 1", sheet="Sheet1", file=name) for name in ("a", "b"))
    result = assembled(first, second, choices={"book:L1:Sheet1": "basic"})
    assert [question.key for question in result.questions] == ["book:a:Sheet1", "book:b:Sheet1"]


def test_the_balance_tells_that_debit_is_money_in() -> None:
    result = assembled(table(DAY_BOOK, "2 1 甲 经营收入 10 - 10", "3 2 乙 管理费用 - 4 6"))
    assert (book(result)["income"], book(result)["expense"]) == (1000, 400)
    assert "借方" in str(result.decisions[0]) and not result.findings


def test_the_balance_tells_that_the_banks_credit_is_money_in() -> None:
    previous = {("committee", "basic"): 0}
    result = assembled(
        table(DAY_BOOK, "2 1 甲 经营收入 - 10 10", "3 2 乙 管理费用 4 - 6", sheet="银行"), previous=previous
    )
    assert book(result, "basic")["closing"] == 600 and not result.findings


def test_opening_and_closing_alone_tell_the_direction() -> None:
    rows = ("2 1 甲 - - 10 -", "3 2 乙 - 4 - -", "- - 期末余额 - - - 6")
    assert book(assembled(table(DAY_BOOK, *rows)))["closing"] == 600


def test_the_accounts_tell_the_direction_where_there_is_no_balance() -> None:
    result = assembled(table("日期 凭证号 摘要 科目 借方 贷方", "2 1 甲 补助收入 10 -", "3 2 乙 管理费用 - 4"))
    assert book(result)["closing"] == 600 and "accounts" in str(result.decisions[0])


def test_an_undecidable_direction_is_asked_and_remembered_by_layout() -> None:
    ledger = table("日期 凭证号 摘要 借方 贷方", "2 1 甲 10 -", "3 2 乙 - 4")
    (question,) = assembled(ledger).questions
    assert question.remember == "direction:L1"
    assert book(assembled(ledger, choices={"direction:L1": "debit_in"}))["closing"] == 600
    assert book(assembled(ledger, choices={question.key: "credit_in"}))["closing"] == -600


def test_one_signed_amount_goes_by_its_sign_unless_the_balance_contradicts() -> None:
    headings = "交易日期 摘要 交易金额 余额"
    assert book(assembled(table(headings, "2 甲 10 10", "3 乙 -4 6")))["closing"] == 600
    assert book(assembled(table(headings, "2 甲 -10 10", "3 乙 4 6")))["closing"] == 600
    assert book(assembled(table(headings, "2 甲 10 10", "3 乙 4 6")))["closing"] == 600
    assert (
        book(assembled(table("交易日期 摘要 借贷标志 交易金额 余额", "2 甲 贷 10 10", "3 乙 借 4 6")))["closing"] == 600
    )
    assert book(assembled(table("交易日期 摘要 收支 交易金额", "2 甲 收 10", "3 乙 支 4")))["closing"] == 600


def test_amounts_without_sign_and_balance_go_by_the_sheets_name_or_are_asked() -> None:
    headings = "日期 摘要 金额"
    assert book(assembled(table(headings, "2 甲 10", sheet="现金支出")))["expense"] == 1000
    (question,) = assembled(table(headings, "2 甲 10")).questions
    assert [value for value, _ in question.options] == ["in", "out"]


def test_a_banks_list_with_the_newest_first_is_turned_round() -> None:
    result = assembled(table("交易日期 摘要 收入 支出 余额", "3 乙 - 4 6", "2 甲 10 - 10"))
    assert [line["date"] for line in lines(result)] == ["2026-03-02", "2026-03-03"]
    assert "balance" not in dict(checks(result))


VOUCHERS = "月 日 凭证号 分录号 摘要 科目编码 科目名称 借方-本币 贷方-本币"


def test_a_voucher_list_is_reduced_to_cash_and_bank_with_the_other_sides_account() -> None:
    result = assembled(
        table(
            VOUCHERS,
            "3 2 记1 1 收房租 101 库存现金 100 -",
            "3 2 记1 2 收房租 501 经营收入 - 100",
            "3 5 记2 1 付电费 51301 管理费用/电费 30 -",
            "3 5 记2 2 付纸张 51302 管理费用/办公费 10 -",
            "3 5 记2 3 付款 102 银行存款 - 40",
            "3 8 记3 1 计提折旧 513 管理费用 9 -",
            "3 8 记3 2 计提折旧 152 累计折旧 - 9",
            "3 9 记4 1 提现 101 库存现金 20 -",
            "3 9 记4 2 提现 102 银行存款 - 20",
        ),
        previous={("committee", "cash"): 0, ("committee", "basic"): 6000},
    )
    assert not result.findings and result.decisions
    assert [
        (line["book"], line["account_name"], line.get("income"), line.get("expense")) for line in lines(result)
    ] == [
        ("cash", "经营收入", 10000, None),
        ("cash", "银行存款", 2000, None),
        ("basic", "管理费用/电费", None, 3000),
        ("basic", "管理费用/办公费", None, 1000),
        ("basic", "库存现金", None, 2000),
    ]
    assert book(result)["closing"] == 12000 and book(result, "basic")["transfer_out"] == 2000


def test_a_voucher_that_does_not_balance_is_an_error_at_its_first_entry() -> None:
    rows = (
        "3 2 记1 1 甲 101 库存现金 100 -",
        "3 2 记1 2 甲 501 经营收入 - 100",
        "3 2 记2 1 乙 101 库存现金 5 -",
        "3 2 记2 2 乙 501 经营收入 - 4",
    )
    assert ("voucher_unbalanced", "H4") in checks(
        assembled(table(VOUCHERS, *rows, "3 2 记3 1 丙 101 库存现金 1 -", "3 2 记3 2 丙 501 经营收入 - 1"))
    )


def test_a_withdrawal_and_its_deposit_are_neither_income_nor_spending() -> None:
    cash = table("日期 凭证号 摘要 收入 支出", "3 现1 提现 20 -", sheet="现金")
    bank = table("日期 凭证号 摘要 收入 支出", "2 银1 提现 - 20", sheet="银行")
    result = assembled(cash, bank, previous=BOTH)
    assert [line["transfer"] for line in lines(result)] == [True, True]
    assert book(result)["transfer_in"] == 2000 and book(result)["income"] == 0
    assert book(result, "basic")["closing"] == 48000 and "unpaired_transfer" not in dict(checks(result))


def test_a_withdrawal_without_its_deposit_is_a_warning_and_counts() -> None:
    result = assembled(table("日期 凭证号 摘要 收入 支出", "2 银1 提现 - 20", sheet="银行"), previous=BOTH)
    assert "unpaired_transfer" in dict(checks(result)) and book(result, "basic")["expense"] == 2000


def test_a_payment_by_transfer_with_an_account_of_its_own_is_no_transfer_between_books() -> None:
    cash = table("日期 凭证号 摘要 科目 收入", "2 现1 门面租金 经营收入 20", sheet="现金")
    bank = table("日期 凭证号 摘要 科目 支出", "2 银1 转账付电费 管理费用 20", sheet="银行")
    result = assembled(cash, bank, previous=BOTH)
    assert not any("transfer" in line for line in lines(result))


def test_one_sheet_of_two_books_may_carry_one_balance_of_both() -> None:
    rows = ("2 现-1 甲 经营收入 10 - 610", "3 银-2 乙 经营收入 10 - 620")
    assert "balance" not in dict(
        checks(assembled(table("日期 凭证号 摘要 科目 收入 支出 余额", *rows, sheet="1"), previous=BOTH))
    )


def test_a_sheet_without_any_amounts_is_refused_with_what_to_do() -> None:
    assert ("no_amounts", None) in checks(assembled(table("日期 摘要", "2 甲")))


def test_an_unreadable_amount_is_one_fault_and_no_balance_is_blamed_for_it() -> None:
    ledger = table("日期 凭证号 摘要 支出 余额 科目", "2 1 甲 - 90 管理费用", "3 2 乙 10 80 管理费用")
    unread = Finding(Level.ERROR, "value", Message("unread"), ledger.file, ledger.sheet, "D2", "支出", "1O")
    result = assembled(replace(ledger, findings=[unread]), previous={("committee", "cash"): 10000})
    assert checks(result) == [("value", "D2")]


def test_an_unreadable_day_is_one_fault_and_no_balance_is_blamed_for_it() -> None:
    ledger = table("日期 凭证号 摘要 支出 余额 科目", "- 1 甲 10 90 管理费用", "3 2 乙 10 80 管理费用")
    unread = Finding(Level.ERROR, "value", Message("unread"), ledger.file, ledger.sheet, "A2", "日期", "2026-13-05")
    result = assembled(replace(ledger, findings=[unread]), previous={("committee", "cash"): 10000})
    assert checks(result) == [("value", "A2")]
