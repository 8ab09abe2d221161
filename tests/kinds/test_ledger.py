"""Payments and receipts found again among the published lines of money: by voucher, sum, day and party."""

from typing import Any

import pytest

from portal.kinds.ledger import Ledger, is_same_party, links, voucher_codes, written

FIRM = "清溪建筑工程有限公司"


def money(
    number: int, day: str, voucher: str, expense: int, payee: str = FIRM, summary: str = "工程款"
) -> dict[str, Any]:
    line = {"number": number, "n": 1, "key": f"committee:basic:{voucher}:1", "date": day, "voucher": voucher}
    return line | {"expense": expense, "payee": payee, "summary": summary}


MARCH = money(7, "2026-03-12", "银-012", 30_000_00)
LAST_YEAR = money(3, "2025-03-11", "银-012", 4_000_00, "柳河文具店")
APRIL = money(9, "2026-04-02", "银-003", 20_000_00, summary="水渠改造第二笔款")


@pytest.mark.parametrize(
    ("written_as", "codes"),
    [
        ("银-012", ["银12"]),
        ("银字第12号、银－013", ["银12", "银13"]),
        ("银 012", ["银12"]),
        ("现-001, 银-002", ["现1", "银2"]),
        ("无", []),
    ],
)
def test_a_voucher_is_known_however_it_is_written(written_as: str, codes: list[str]) -> None:
    assert voucher_codes(written_as) == codes


def test_a_voucher_that_comes_again_every_year_is_told_by_its_sum_and_day() -> None:
    ledger = Ledger([LAST_YEAR, MARCH, APRIL], "expense")
    assert ledger.find(30_000_00, "银字12号").lines == [MARCH]
    assert ledger.find(None, "银-012", "2025-03-20").lines == [LAST_YEAR]
    assert ledger.find(None, "银-012", party=FIRM).lines == [MARCH]
    assert ledger.find(50_000_00, "银-012、银-003", "2026-04-01").amount == 50_000_00
    differing = ledger.find(29_000_00, "银-012", "2026-03-12")
    assert differing.lines == [MARCH] and differing.amount == 30_000_00
    assert not ledger.find(30_000_00, "银-099").lines


def test_one_entry_of_a_voucher_with_several_is_the_payment() -> None:
    other = {**MARCH, "key": "committee:basic:银-012:2", "expense": 50_00, "payee": "柳河文具店"}
    ledger = Ledger([MARCH, other], "expense")
    assert ledger.find(50_00, "银-012").lines == [other]
    assert ledger.find(30_050_00, "银-012").lines == [MARCH, other]


def test_without_a_voucher_the_sum_and_the_party_or_the_summary_tell() -> None:
    ledger = Ledger([LAST_YEAR, MARCH, APRIL], "expense")
    assert ledger.find(30_000_00, party="清溪建筑工程").lines == [MARCH]
    assert ledger.find(20_000_00, about="水渠改造").lines == [APRIL]
    assert not ledger.find(20_000_00, day="2025-11-01", about="水渠改造").lines
    assert not ledger.find(30_000_00, party="别家公司").lines


def test_moves_between_books_are_no_payments_and_published_months_are_known() -> None:
    ledger = Ledger([MARCH | {"transfer": True}], "expense")
    assert not ledger.find(30_000_00, "银-012").lines
    assert ledger.covers("2026-03-31") and not ledger.covers("2026-04-01") and ledger.covers(None)
    assert not Ledger([], "expense").covers(None)


def test_links_are_read_back_even_with_bars_in_a_key() -> None:
    lines = [MARCH, APRIL | {"key": "committee:基本 | 户:银-003:1"}]
    assert links(written(lines)) == [(7, MARCH["key"]), (9, "committee:基本 | 户:银-003:1")]
    assert links("") == []


def test_a_masked_or_shortened_name_is_the_same_party() -> None:
    assert is_same_party("王春明", "王某") and is_same_party("清溪建筑工程", FIRM)
    assert not is_same_party("王春明", "李春明") and not is_same_party("清溪", FIRM)
