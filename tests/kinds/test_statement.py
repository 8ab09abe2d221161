"""Statements: the class is understood or asked, openings follow closings, and nothing vanishes between two lists."""

from datetime import date

from portal.kinds.statement import KIND
from portal.money import PRECISION
from tests.kinds.lists import assembled, errors, said

DEBT = {"name": "柳河农资经营部", "party": "企业", "since": date(2023, 5, 1), "purpose": "欠农资款"}


def test_opening_and_change_make_the_closing_and_what_is_missing_is_computed() -> None:
    rows = [
        DEBT | {"opening": 50_000, "change": -20_000, "closing": 30_000},
        DEBT | {"name": "甘小满", "party": "村民", "purpose": "欠工程款", "opening": 9_000, "closing": 4_000},
        DEBT | {"name": "信用社", "purpose": "贷款", "opening": 7_000, "change": 500},
    ]
    found = assembled(KIND, rows, "2026-Q1", title="2026年第一季度债务明细表")
    assert not errors(found)
    assert found.content["class"] == "debts" == KIND.subject_of(found.content)
    assert [(line["party"], line["change"], line["closing"]) for line in found.content["lines"]] == [
        ("company", -20_000, 30_000), ("member", -5_000, 4_000), ("company", 500, 7_500)
    ]  # fmt: skip
    assert KIND.figures(found.content) == {"opening": 66_000, "change": -24_500, "closing": 41_500, "lines": 3}


def test_a_sum_that_does_not_add_up_is_an_error_at_its_cell() -> None:
    found = assembled(KIND, [DEBT | {"opening": 100, "change": 5, "closing": 106}], "2026-Q1", title="债务")
    assert [(finding.cell, finding.value) for finding in said(found, "balance")] == [("G2", "1.06")]


def test_a_class_that_nothing_names_is_asked_and_remembered() -> None:
    found = assembled(KIND, [{"name": "水泵", "closing": 100}], "2026", title="一览表")
    (question,) = found.questions
    assert question.key == "class" and question.remember == "class:x" and not found.acceptable
    answered = assembled(KIND, [{"name": "水泵", "closing": 100}], "2026", choices={"class": "assets"})
    assert answered.acceptable and answered.content["class"] == "assets"


def test_a_title_that_names_two_classes_decides_nothing() -> None:
    assert assembled(KIND, [DEBT | {"closing": 1}], "2026-Q1", title="债权债务明细表").questions


def test_openings_follow_the_last_closing_and_what_is_gone_is_told() -> None:
    before = assembled(
        KIND, [DEBT | {"closing": 30_000}, DEBT | {"name": "甲店", "closing": 500}], "2025-Q4", title="债务"
    ).content
    facts = {"statements": [{"class": "debts", **line} for line in before["lines"]]}
    found = assembled(KIND, [DEBT | {"opening": 20_000, "closing": 20_000}], "2026-Q1", title="债务", facts=facts)
    assert [finding.cell for finding in said(found, "opening")] == ["E2"]
    assert "1 entries" in str(said(found, "gone")[0].message)
    kept = [DEBT | {"opening": 30_000, "closing": 30_000}, DEBT | {"name": "甲店", "opening": 500, "closing": 0}]
    quiet = assembled(KIND, kept, "2026-Q1", title="债务", facts=facts)
    assert not said(quiet, "opening") and not said(quiet, "gone")


def test_goods_are_counted_and_persons_are_found_by_no_search() -> None:
    row = {"name": "大米", "quantity": 1200 * PRECISION, "unit": "斤", "purpose": "洪灾救济"}
    content = assembled(KIND, [row], "2026", title="救灾物资发放").content
    assert content["class"] == "goods" and content["lines"][0]["quantity"] == 12_000_000
    assert KIND.search_text({"name": "甘小满", "purpose": "借款"}) == "借款"
    assert KIND.search_text(DEBT) == "柳河农资经营部 欠农资款"
