"""What `portal import` does and prints."""

import json

import pytest
from flask import Flask

from portal.disclosure import queries, services
from portal.errors import Forbidden
from portal.places import queries as places
from portal.places.queries import PlaceView
from tests.disclosure import village
from tests.disclosure.village import AT, CASH, bank, cash


@pytest.fixture
def place(context: Flask) -> PlaceView:
    return village.build()


def imported(place: PlaceView, files: list[tuple[str, bytes]], period: str | None = "2026-03"):  # type: ignore[no-untyped-def]
    keeper = services.acting_for_bookkeeper(place, AT)
    return services.import_files(place, "finance", period, files, {"book": "cash"}, keeper, AT)


def test_an_accepted_import_is_a_draft_of_the_bookkeepers_office(place: PlaceView) -> None:
    shown = services.as_json(imported(place, [cash(), bank()]), "en")
    json.dumps(shown)
    assert (shown["opening"], shown["income"], shown["expense"], shown["closing"]) == (
        "51000.00",
        "9000.00",
        "1582.90",
        "58417.10",
    )
    assert shown["rows"] == 4 and shown["errors"] == []
    assert {book["book"]: book["closing"] for book in shown["books"]} == {"cash": "279.50", "basic": "58137.60"}
    draft = queries.draft(shown["draft"])
    assert draft.is_acceptable and draft.person_id == village.actor("bookkeeper").person_id
    services.hand_over(village.actor("bookkeeper"), draft.id, AT)


def test_the_month_is_read_from_the_files_if_nobody_names_it(place: PlaceView) -> None:
    shown = services.as_json(imported(place, [cash(), bank()], None), "en")
    assert queries.draft(shown["draft"]).period == "2026-03"


def test_a_refused_import_names_the_cell_and_leaves_nothing(place: PlaceView) -> None:
    wrong = [*CASH[:1], ("2026-03-05", "现-001", "办公用品", "管理费用", None, "壹百", 879.50, "", ""), CASH[2]]
    shown = services.as_json(imported(place, [cash(wrong), bank()]), "en")
    assert shown["draft"] is None
    assert ("现金日记账", "F3", "支出", "壹百") in [
        (e["sheet"], e["cell"], e["column"], e["value"]) for e in shown["errors"]
    ]
    assert queries.drafts([place.id]) == []


def test_a_second_import_does_not_overwrite_a_draft_at_work(place: PlaceView) -> None:
    imported(place, [cash()])
    shown = services.as_json(imported(place, [bank()]), "en")
    assert shown["draft"] is None and "already a draft" in shown["errors"][0]["message"]


def test_a_file_that_is_no_workbook_is_an_error_with_a_sentence(place: PlaceView) -> None:
    shown = services.as_json(imported(place, [("x.xls", b"<html></html>")]), "en")
    assert shown["draft"] is None and shown["errors"][0]["message"]


def test_a_village_without_bookkeeper_is_kept_by_the_agency_of_its_township(place: PlaceView) -> None:
    assert services.acting_for_bookkeeper(places.place(village.OTHER), AT).name == "郑平"


def test_nobody_imports_for_a_place_whose_books_nobody_keeps(place: PlaceView) -> None:
    with pytest.raises(Forbidden, match="Nobody keeps the books"):
        services.acting_for_bookkeeper(places.county(), AT)


@pytest.mark.parametrize("column", range(len(village.HEAD)))
def test_no_number_of_a_person_is_shown_or_kept_wherever_it_stands(place: PlaceView, column: int) -> None:
    number = "110101199003070038"
    row: list[object] = list(CASH[1])
    row[column] = number
    found = imported(place, [("x.xlsx", village.workbook([CASH[0], row, CASH[2]], "现金日记账"))])
    assert number not in json.dumps(services.as_json(found), ensure_ascii=False)
    assert number not in json.dumps(found.understood.assembly.content, ensure_ascii=False)
