"""Cash and bank side by side in one sheet: a row is a line of one book, of the other, or of both."""

from typing import Any

from portal.kinds.base import Assembly, Table
from tests.kinds.ledgers import assembled, book, checks, table

HEADS = "日期 凭证号 摘要 收入 支出 余额"
PREVIOUS = {("committee", "cash"): 100_000, ("committee", "basic"): 2_000_000}
WARNED = {"account_missing", "voucher_missing"}


def side_by_side(*rows: str, heads: str = HEADS, sections: tuple[str, str] = ("现金", "银行存款")) -> list[Table]:
    """Two tables from rows like ``6 记-2 提现 | 5000 - 5800 | - 5000 15000``: what is shared, cash, bank."""
    parts = [[part.split() for part in row.split("|")] for row in rows]
    made = []
    for at, section in enumerate(sections, 1):
        own = table(heads, *(" ".join(part[0] + part[at]) for part in parts), sheet="流水账", section=section)
        width = len(parts[0][1])
        shift = {name: (i + (i >= 3) * (at - 1) * width, text) for name, (i, text) in own.columns.items()}
        made.append(Table(**{**vars(own), "columns": shift}))
    return made


def read(*rows: str, **more: Any) -> Assembly:
    given = {name: more.pop(name) for name in ("heads", "sections") if name in more}
    return assembled(*side_by_side(*rows, **given), **{"previous": PREVIOUS, **more})


def told(assembly: Assembly) -> list[tuple[str, str | None]]:
    return [one for one in checks(assembly) if one[0] not in WARNED]


def summaries(assembly: Assembly, name: str) -> list[str]:
    assert assembly.content is not None
    return [line["summary"] for line in assembly.content["lines"] if line["book"] == name]


def test_a_row_is_a_line_of_the_book_whose_money_it_moves() -> None:
    result = read(
        "- - 上月结余 | - - 1000 | - - 20000",
        "5 记-1 购水管 | - 200 800 | - - 20000",
        "6 记-2 提现 | 5000 - 5800 | - 5000 15000",
        "8 记-3 收承包费 | - - - | 3000 - 18000",
        "- - 本月合计 | 5000 200 5800 | 3000 5000 18000",
        "- - 期末余额 | - - 5800 | - - 18000",
    )
    assert told(result) == []
    assert (summaries(result, "cash"), summaries(result, "basic")) == (["购水管", "提现"], ["提现", "收承包费"])
    cash, bank = book(result), book(result, "basic")
    assert (cash["expense"], cash["transfer_in"], cash["closing"]) == (20_000, 500_000, 580_000)
    assert (bank["income"], bank["transfer_out"], bank["closing"]) == (300_000, 500_000, 1_800_000)
    assert [(origin.table, origin.sheet, origin.row) for origin in result.origins] == [
        (0, "流水账", 3), (0, "流水账", 4), (1, "流水账", 4), (1, "流水账", 5),
    ]  # fmt: skip


def test_out_of_one_book_and_into_the_other_in_one_row_is_a_transfer_whatever_it_is_called() -> None:
    result = read("6 记-2 备用金 | 5000 - 6000 | - 5000 15000")
    assert (book(result)["transfer_in"], book(result, "basic")["transfer_out"]) == (500_000, 500_000)
    assert result.content is not None
    assert [line["transfer"] for line in result.content["lines"]] == [True, True]


def test_an_account_of_income_or_spending_says_that_a_row_is_two_dealings() -> None:
    heads = "日期 凭证号 摘要 科目名称 收入 支出 余额"
    result = read("6 记-2 收付救助款 管理费用 | - 5000 - | 5000 - -", heads=heads, previous=None)
    assert (book(result)["expense"], book(result, "basic")["income"]) == (500_000, 500_000)


def test_a_voucher_word_does_not_move_a_line_out_of_its_section() -> None:
    result = read("6 银付-2 提现 | 5000 - 6000 | - 5000 15000")
    assert [len(summaries(result, name)) for name in ("cash", "basic")] == [1, 1]


def test_each_wrong_balance_is_named_at_its_own_cell() -> None:
    result = read(
        "5 记-1 购水管 | - 200 800 | - - 19000",
        "6 记-2 提现 | 5000 - 5900 | - 5000 14000",
        "7 记-3 购沙 | - 100 5800 | - - 14000",
    )
    assert told(result) == [("opening", "I2"), ("balance", "F3")]


def test_a_balance_beside_money_of_the_other_book_is_checked_too() -> None:
    result = read(
        "5 记-1 收承包费 | - - 1000 | 3000 - 23000",
        "6 记-2 购水管 | - 200 800 | - - 22000",
    )
    assert told(result) == [("closing", "I3")]


def test_a_subtotal_is_that_of_its_own_section() -> None:
    result = read("5 记-1 购水管 | - 200 - | 50 - -", "- - 本月合计 | - 200 - | 51 - -")
    assert told(result) == [("subtotal", "G3")]


def test_a_row_without_any_amount_is_told_once_at_the_first_section() -> None:
    result = read("5 记-1 购水管 | - 200 800 | - - -", "6 记-2 忘了金额 | - - 800 | - - -", "7 - - | - - - | 5 - -")
    assert sorted(told(result)) == [("one_side", "D3"), ("summary_missing", "C4")]


def test_what_both_sections_have_wrong_is_told_once() -> None:
    result = read("- 记-1 - | 5 - - | - 5 -", "2026-04-09 记-2 - | 5 - - | - 5 -")
    assert told(result) == [("date_missing", "A2"), ("date_outside", "A3"), ("summary_missing", "C3")]


def test_blank_dates_and_vouchers_go_on_from_the_row_above_whosever_book_it_is_of() -> None:
    result = read(
        "5 记-1 购水管 | - 200 - | - - -",
        "8 记-2 收承包费 | - - - | 3000 - -",
        "- - 收管理费 | 30 - - | - - -",
    )
    assert result.content is not None
    line = next(line for line in result.content["lines"] if line["summary"] == "收管理费")
    assert (line["date"], line["voucher"], line["book"]) == ("2026-03-08", "记-2", "cash")


def test_a_book_that_did_not_move_is_carried_and_its_balances_are_checked() -> None:
    result = read("5 记-1 购水管 | - 200 800 | - - 20000")
    assert told(result) == []
    assert book(result, "basic")["closing"] == 2_000_000


def test_a_book_never_published_opens_with_what_its_balances_say() -> None:
    result = read("5 记-1 购水管 | - 200 800 | - - 20000", "6 记-2 提现 | 500 - 1300 | - 500 19500", previous=None)
    assert [check for check, _cell in told(result)] == ["first_opening", "first_opening"]
    assert (book(result)["opening"], book(result, "basic")["opening"]) == (100_000, 2_000_000)


def test_debit_is_money_in_where_the_sections_are_the_villages_own_accounts() -> None:
    result = read(
        "5 记-1 购水管 | - 200 | 3000 -", heads="日期 凭证号 摘要 借方 贷方", sections=("库存现金", "银行存款")
    )
    assert not result.questions
    assert (book(result)["expense"], book(result, "basic")["income"]) == (20_000, 300_000)
    assert len(result.decisions) == 2


def test_two_bank_accounts_side_by_side_are_two_books() -> None:
    result = read("5 记-1 购水管 | - 200 800 | 5 - 5", sections=("银行存款", "银行存款(二)"), previous=None)
    assert result.content is not None
    assert [one["book"] for one in result.content["books"]] == ["basic", "other:银行存款(二)"]


def test_a_section_that_does_not_say_its_book_is_asked_about_and_remembered() -> None:
    rows = ("5 记-1 购水管 | - 200 - | 5 - -",)
    (question,) = read(*rows, sections=("现金", "信用社")).questions
    assert (question.key, question.remember) == ("book:三月.xlsx:流水账 信用社", "book:L1:流水账 信用社")
    result = read(*rows, sections=("现金", "信用社"), choices={question.key: "basic"})
    assert not result.questions
    assert summaries(result, "basic") == ["购水管"]
