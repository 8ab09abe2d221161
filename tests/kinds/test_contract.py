"""Contracts: terms and rents completed, what is over, owed or cheap told, and the years of an asset folded."""

from datetime import date
from typing import Any

import pytest

from portal.kinds.base import Assembly, Context, Level, Posted, Row, Table
from portal.kinds.contract import KIND, fold
from portal.kinds.contract.checks import lower_fence
from portal.kinds.ledger import links
from portal.money import PRECISION
from tests.kinds.lists import TODAY, errors, said
from tests.kinds.lists import assembled as read

POND = {
    "asset": "老屋场鱼塘", "area": 12 * PRECISION, "party": "甘小满",
    "from": date(2024, 1, 1), "to": date(2028, 12, 31), "annual_rent": 6_000_00,
}  # fmt: skip
RENT = {
    "number": 8, "n": 3, "key": "committee:basic:银-021:1", "date": "2026-02-20", "voucher": "银-021",
    "income": 6_000_00, "payee": "甘小满", "summary": "收鱼塘承包费",
}  # fmt: skip


def assembled(*rows: dict[str, Any], period: str = "2026-Q1", **facts: Any) -> Assembly:
    return read(KIND, list(rows), period, facts=facts)


def posted(number: int, period: str, *rows: dict[str, Any]) -> list[Posted]:
    lines = assembled(*rows, period=period).content["lines"]
    return [Posted(number, n, period, TODAY, line) for n, line in enumerate(lines, 1)]


def test_class_unit_years_and_rent_of_a_unit_are_completed() -> None:
    found = assembled(POND)
    assert found.acceptable and found.content["warnings"] == []
    (line,) = found.content["lines"]
    assert (line["class"], line["unit"], line["term"], line["per_unit"]) == ("water", "mu", 5 * PRECISION, 500_00)
    (line,) = assembled({"asset": "门面房", "from": date(2024, 2, 29), "term": 3 * PRECISION}).content["lines"]
    assert line["to"] == "2027-02-28" and line["class"] == "building"


def test_the_unit_stands_in_the_heading() -> None:
    columns = {"asset": (0, "资产名称"), "area": (1, "面积(平方米)")}
    table = Table("a.xlsx", "1", columns, [Row(2, {"asset": "老仓库", "area": 80 * PRECISION})], layout="x")
    assembly = KIND.assemble([table], Context("青禾村", "2026-Q1", TODAY))
    assert assembly.content is not None and assembly.content["lines"][0]["unit"] == "m2"


@pytest.mark.parametrize(
    ("row", "check", "period"),
    [
        ({"to": date(2025, 12, 31)}, "expired", "2026-Q1"),
        ({"due": 6_000_00, "received": 2_000_00}, "rent_unpaid", "2026-Q1"),
        ({"received": 0}, "rent_unpaid", "2025-Q4"),
        ({"to": date(2044, 1, 2)}, "term_long", "2026-Q1"),
    ],
)
def test_what_is_over_owed_or_too_long_is_a_warning(row: dict[str, Any], check: str, period: str) -> None:
    found = assembled(POND | row, period=period)
    assert len(said(found, check)) == 1 and not errors(found)


def test_a_contract_cannot_end_before_it_begins() -> None:
    assert errors(assembled(POND | {"to": date(2023, 1, 1)})) == ["ends_before_begins"]


def test_what_has_ended_is_not_running_and_land_may_run_longer() -> None:
    assert not said(assembled(POND | {"to": date(2025, 12, 31), "status": "已终止"}), "expired")
    assert not said(assembled(POND | {"to": date(2043, 12, 31)}), "term_long")
    land = POND | {"asset": "机动地", "to": date(2053, 12, 31)}
    assert not said(assembled(land), "term_long")
    assert said(assembled(land | {"to": date(2054, 6, 1)}), "term_long")


def test_rent_of_the_running_year_is_not_owed_before_its_end() -> None:
    (line,) = assembled(POND | {"received": 0}).content["lines"]
    assert "due" not in line
    (line,) = assembled(POND | {"received": 0}, period="2025-Q4").content["lines"]
    assert line["due"] == 6_000_00


def test_rent_received_is_looked_up_in_the_accounts() -> None:
    (line,) = assembled(POND | {"received": 6_000_00}, ledger=[RENT]).content["lines"]
    assert links(line["ledger"]) == [(8, RENT["key"])]
    short = assembled(POND | {"received": 7_000_00}, ledger=[RENT])
    assert "6,000.00 of it" in str(said(short, "rent_unfound")[0].message)
    other = assembled(POND | {"received": 6_000_00, "voucher": "银-022"}, ledger=[RENT])
    assert said(other, "rent_unfound")[0].value == "银-022"
    assert not said(assembled(POND | {"received": 7_000_00}, ledger=[]), "rent_unfound"), "nothing is published yet"


def neighbours(*rents: int) -> list[dict[str, Any]]:
    return [
        {"place": n, "subject": f"s{n}", "class": "water", "unit": "mu", "per_unit": rent}
        for n, rent in enumerate(rents)
    ]


def test_a_rent_far_below_the_neighbours_is_told_from_five_of_them_on() -> None:
    five = neighbours(900_00, 950_00, 1_000_00, 980_00, 1_020_00)
    (warning,) = said(assembled(POND, neighbours=five), "rent_low")
    assert "of 5 comparable contracts" in str(warning.message)
    assert not said(assembled(POND, neighbours=five[:4]), "rent_low")
    assert not said(assembled(POND | {"annual_rent": 11_000_00}, neighbours=five), "rent_low")
    assert not said(assembled(POND | {"class": "耕地"}, neighbours=five), "rent_low")
    assert lower_fence([1, 2, 3]) is None and lower_fence([100] * 5) == 100


def test_a_contract_that_still_runs_does_not_leave_the_list_in_silence() -> None:
    shop = {"asset": "门面房", "to": date(2027, 12, 31)}
    over, ended = {"asset": "旧仓库", "to": date(2025, 6, 30)}, {"asset": "果园", "status": "终止"}
    before = [*posted(3, "2025-Q3", {"asset": "后山"}), *posted(9, "2025-Q4", POND, shop, over, ended)]
    (warning,) = said(assembled(POND, posted=before), "gone")
    assert warning.level is Level.WARNING and "1 (门面房)" in str(warning.message)
    assert not said(assembled(POND, shop | {"status": "终止"}, posted=before), "gone")
    assert not said(assembled(POND, period="2025-Q3", posted=before), "gone")


def test_figures_and_classes_add_up() -> None:
    shop = {"asset": "门面房", "annual_rent": 12_000_00, "due": 12_000_00, "received": 9_000_00}
    content = assembled(POND, shop).content
    assert KIND.figures(content) == {
        "contracts": 2, "annual_rent": 18_000_00, "due": 12_000_00, "received": 9_000_00, "owed": 3_000_00, "expired": 0
    }  # fmt: skip
    assert KIND.breakdown(content) == {
        "Rent of a year by class": [("shops and buildings", 12_000_00), ("ponds and waters", 6_000_00)]
    }
    assert [str(one) for one in KIND.story(content)] == ["Rent due and not received: 门面房."]


def test_the_postings_of_an_asset_are_folded_by_contract_and_year() -> None:
    lines = [
        *posted(1, "2024-Q4", POND | {"received": 6_000_00}),
        *posted(2, "2025-Q3", POND | {"received": 0}),
        *posted(3, "2025-Q4", POND | {"received": 1_000_00}),
        *posted(4, "2026-Q1", POND | {"received": 0}),
    ]
    asset = fold(lines, TODAY)
    assert [(year.year, year.due, year.received, year.short) for year in asset.years] == [
        ("2026", None, 0, 0), ("2025", 6_000_00, 1_000_00, 5_000_00), ("2024", 6_000_00, 6_000_00, 0)
    ]  # fmt: skip
    assert asset.unpaid_since == "2025" and len(asset.leases) == 1 and not asset.is_expired
    later = fold([*lines, *posted(5, "2029-Q1", POND)], date(2029, 4, 1))
    assert later.is_expired and not later.running


def test_a_new_tenant_is_a_new_contract_about_the_same_asset() -> None:
    new = POND | {"party": "龙春生", "from": date(2026, 1, 1), "to": date(2030, 12, 31)}
    ended = POND | {"to": date(2025, 12, 31), "status": "终止"}
    asset = fold([*posted(1, "2025-Q4", ended), *posted(2, "2026-Q1", new)], TODAY)
    assert [lease.line["party"] for lease in asset.leases] == ["龙春生", "甘小满"]
    assert [lease.is_running for lease in asset.leases] == [True, False] and not asset.is_expired


def test_a_paid_year_ends_what_was_owed() -> None:
    lines = [*posted(1, "2024", POND | {"received": 0}), *posted(2, "2025", POND | {"received": 6_000_00})]
    assert fold(lines, TODAY).unpaid_since is None


def test_persons_are_not_found_by_the_search() -> None:
    assert KIND.search_text({"asset": "鱼塘", "location": "老屋场", "party": "甘小满"}) == "鱼塘 老屋场"
    assert KIND.search_text({"asset": "鱼塘", "party": "清溪养殖合作社"}) == "鱼塘 清溪养殖合作社"
