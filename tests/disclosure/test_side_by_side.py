"""Cash and bank side by side in one sheet, from the upload to the draft: two books, each with its own cells."""

import io

import openpyxl
import pytest
from flask import Flask

from portal import workbooks
from portal.disclosure import queries, services
from portal.places.queries import PlaceView
from tests.disclosure import village
from tests.disclosure.village import AT, actor, workbook

OVER = ("日期", "凭证号", "摘要", "现金", None, None, "银行存款", None, None, "管事的")
UNDER = (None, None, None, "收入", "支出", "余额", "收入", "支出", "余额", None)
ROWS = (
    ("", "", "上月结余", None, None, 1000, None, None, 50000),
    ("2026-03-05", "记-001", "办公用品", None, 120.5, 879.5, None, None, 50000, "周清远"),
    ("2026-03-06", "记-002", "提现", 2000, None, 2879.5, None, 2000, 48000),
    ("2026-03-09", "记-003", "门面房租金", None, None, 2879.5, 9000, None, 57000),
    ("", "", "本月合计", 2000, 120.5, 2879.5, 9000, 2000, 57000),
)


def ledger(rows: tuple[tuple[object, ...], ...] = ROWS) -> tuple[str, bytes]:
    return "流水账.xlsx", workbook((UNDER, *rows), "三月", OVER)


@pytest.fixture
def place(context: Flask) -> PlaceView:
    return village.build()


def drafted(place: PlaceView, rows: tuple[tuple[object, ...], ...] = ROWS) -> int:
    draft_id = services.start_draft(actor("bookkeeper"), place, "finance", "2026-03", AT)
    services.add_files(actor("bookkeeper"), draft_id, [ledger(rows)], AT)
    return draft_id


def test_an_import_lists_both_books(place: PlaceView) -> None:
    keeper = services.acting_for_bookkeeper(place, AT)
    shown = services.as_json(services.import_files(place, "finance", None, [ledger()], {}, keeper, AT), "zh")
    assert shown["errors"] == []
    assert [(one["book"], one["rows"], one["opening"], one["closing"]) for one in shown["books"]] == [
        ("cash", 2, "1000.00", "2879.50"),
        ("basic", 2, "50000.00", "57000.00"),
    ]
    assert (shown["income"], shown["expense"]) == ("9000.00", "120.50")


def test_the_draft_names_each_section_and_where_its_lines_came_from(place: PlaceView) -> None:
    draft_id = drafted(place)
    reading = queries.reading(draft_id)
    assert [(one.sheet, one.section, one.rows) for one in reading.sheets] == [
        ("三月", "现金", 2),
        ("三月", "银行存款", 2),
    ]
    assert reading.origins == [("流水账.xlsx", "三月", row) for row in (4, 5, 5, 6)]
    services.hand_over(actor("bookkeeper"), draft_id, AT)


def test_a_wrong_cell_is_marked_and_mended_where_it_stands(place: PlaceView) -> None:
    wrong = (*ROWS[:3], (*ROWS[3][:8], 57001), ROWS[4])
    draft_id = drafted(place, wrong)
    reading = queries.reading(draft_id)
    assert [(one.sheet, one.cell) for one in reading.errors] == [("三月", "I6")]
    (file,) = queries.files(draft_id)
    copy = workbooks.marked(ledger(wrong)[1], file.name, reading.findings, "zh")
    sheet = openpyxl.load_workbook(io.BytesIO(copy))["三月"]
    assert "57,000.00" in sheet["I6"].comment.text
    services.mend(actor("bookkeeper"), draft_id, {(file.id, "三月", "I6"): "57000"}, AT)
    assert queries.draft(draft_id).is_acceptable


def test_what_is_matched_by_hand_holds_for_both_and_is_remembered(place: PlaceView) -> None:
    draft_id = drafted(place)
    layout = queries.reading(draft_id).sheets[0].layout
    assert [dict(one.unknown) for one in queries.reading(draft_id).sheets] == [{9: "管事的"}] * 2
    services.map_columns(actor("bookkeeper"), draft_id, layout, {9: "handler"}, AT)
    reading = queries.reading(draft_id)
    assert [one.section for one in reading.sheets] == ["现金", "银行存款"]
    assert reading.content is not None
    assert reading.content["lines"][0]["handler"] == "周清远"
    services.discard(actor("bookkeeper"), draft_id, AT)
    assert queries.reading(drafted(place)).sheets[0].unknown == {}


def test_one_section_or_the_whole_sheet_may_be_left_out(place: PlaceView) -> None:
    draft_id = drafted(place)
    layout = queries.reading(draft_id).sheets[0].layout
    services.map_columns(actor("bookkeeper"), draft_id, layout, {6: "", 7: "", 8: ""}, AT)
    assert [one.section for one in queries.reading(draft_id).sheets] == ["现金"]
    services.undo(actor("bookkeeper"), draft_id, AT)
    services.leave_sheet_out(actor("bookkeeper"), draft_id, layout, AT)
    assert queries.reading(draft_id).sheets == []
