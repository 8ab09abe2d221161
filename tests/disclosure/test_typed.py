"""Typing in instead of a workbook: entries become rows of one file, are changed, taken out, refused at their fields."""

from typing import Any

import pytest
from flask import Flask

from portal.disclosure import queries, services, typed
from portal.disclosure.rules import State, clean_name
from portal.disclosure.typed import Refused
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.gazette import queries as gazette
from portal.kinds import KINDS
from portal.places.queries import PlaceView
from portal.workbooks import extract
from portal.workbooks import typed as files
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

NAME = "老屋场水渠改造"
PAYMENT = {"name": NAME, "step": "payment", "date": "2026-03-12", "payment": "30000", "note": "第一笔;质保金除外"}
DECISION = {"name": NAME, "step": "decision", "date": "2026-01-05", "decision": "村民代表会议", "budget": "90,000.00"}


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return village.build()


def begin(place: PlaceView, kind: str = "project", period: str = "2026-03") -> int:
    return services.start_draft(actor("bookkeeper"), place, kind, period, AT)


def type_in(draft: int, entry: dict[str, str], **more: Any) -> None:
    services.type_in(actor("bookkeeper"), draft, entry, AT, **more)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.is_carried])
def test_what_is_typed_is_read_back_column_by_column(name: str) -> None:
    kind = KINDS[name]
    entries = [
        {column.name: f"第{n}项; 主管：说明" for n, column in enumerate(files.columns(kind))},
        {files.columns(kind)[0].name: "甲"},
    ]
    body = files.write(kind, entries)
    found = files.read(kind, body, {})
    assert [list(entry) for entry in found] == [list(entry) for entry in entries]
    (table,) = extract(body, files.NAME, kind).tables
    assert set(table.columns) == {column.name for column in files.columns(kind)}
    assert [row.kind for row in table.rows].count("line") == 2
    assert files.place_of(kind, table.cell(table.rows[1], files.columns(kind)[1].name)) == (
        2,
        files.columns(kind)[1].name,
    )
    assert files.place_of(kind, "ZZ9") is None and files.place_of(kind, "") is None


def test_entries_become_lines_and_go_the_way_of_every_workbook(place: PlaceView) -> None:
    draft = begin(place)
    type_in(draft, DECISION)
    type_in(draft, PAYMENT)
    reading = queries.reading(draft)
    assert not reading.errors and [file.name for file in queries.files(draft)] == ["typed.csv"]
    assert [(line["step"], line.get("budget"), line.get("payment")) for line in (reading.content or {})["lines"]] == [
        ("decision", 90_000_00, None), ("payment", None, 30_000_00)
    ]  # fmt: skip
    services.hand_over(actor("bookkeeper"), draft, AT)
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None and [line["n"] for line in gazette.lines(number)] == [1, 2]


def test_an_entry_is_changed_and_taken_out_again(place: PlaceView) -> None:
    draft = begin(place)
    type_in(draft, DECISION)
    type_in(draft, PAYMENT)
    before = typed.entries(draft)
    type_in(draft, PAYMENT | {"payment": "31000"}, replaces=2, seen=before.seen)
    assert [row["payment"] for row in typed.entries(draft).rows[1:]] == ["31000"]
    with pytest.raises(Conflict, match="have changed"):
        services.remove_typed(actor("bookkeeper"), draft, 1, before.seen, AT)
    services.remove_typed(actor("bookkeeper"), draft, 1, typed.entries(draft).seen, AT)
    assert [row["step"] for row in typed.entries(draft).rows] == ["payment"]
    with pytest.raises(NotFound):
        services.remove_typed(actor("bookkeeper"), draft, 5, typed.entries(draft).seen, AT)
    services.remove_typed(actor("bookkeeper"), draft, 1, typed.entries(draft).seen, AT)
    assert queries.files(draft) == [] and typed.entries(draft).rows == ()


def test_the_same_entry_saved_again_changes_nothing(place: PlaceView) -> None:
    draft = begin(place)
    type_in(draft, PAYMENT)
    before = typed.entries(draft)
    type_in(draft, dict(before.rows[0]), replaces=1, seen=before.seen)
    assert typed.entries(draft) == before and queries.draft(draft).is_acceptable


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (PAYMENT | {"payment": "三万"}, "payment"),
        (PAYMENT | {"date": "2026-02-30"}, "date"),
        (PAYMENT | {"date": "2026-05-01"}, "date"),
        ({"step": "payment", "payment": "5"}, "name"),
        (PAYMENT | {"step": "吃饭"}, "step"),
        (PAYMENT | {"note": "联系13912345678"}, "note"),
        ({}, "name"),
    ],
)
def test_a_fault_stands_at_its_field_and_nothing_is_stored(place: PlaceView, entry: dict[str, str], field: str) -> None:
    draft = begin(place)
    with pytest.raises(Refused) as refused:
        type_in(draft, entry)
    assert list(refused.value.fields) == [field]
    assert queries.files(draft) == []


def test_a_cell_mended_on_the_draft_stays_mended_when_more_is_typed(place: PlaceView) -> None:
    draft = begin(place)
    type_in(draft, PAYMENT)
    (file,) = queries.files(draft)
    heads = list(files.headings(KINDS["project"]))
    cell = f"{chr(65 + heads.index('payment'))}2"
    services.mend(actor("bookkeeper"), draft, {(file.id, "typed", cell): "32000"}, AT)
    type_in(draft, DECISION)
    assert [row.get("payment") for row in typed.entries(draft).rows] == ["32000", None]
    assert not queries.choices(draft).mends


def test_typing_takes_a_draft_back_and_stands_beside_workbooks(place: PlaceView) -> None:
    draft = begin(place)
    head = ("项目名称", "公开环节", "日期", "合同金额")
    book = village.workbook([(NAME, "合同", "2026-02-10", 80000)], "合同", head)
    services.add_files(actor("bookkeeper"), draft, [("合同.xlsx", book)], AT)
    services.hand_over(actor("bookkeeper"), draft, AT)
    type_in(draft, PAYMENT)
    assert queries.draft(draft).state is State.PREPARING
    assert [line["step"] for line in (queries.reading(draft).content or {})["lines"]] == ["contract", "payment"]


def test_money_is_not_typed_in_and_others_may_not_type(place: PlaceView) -> None:
    with pytest.raises(Invalid, match="books"):
        type_in(begin(place, "finance"), {"summary": "x"})
    draft = begin(place)
    with pytest.raises(Forbidden):
        services.type_in(actor("head"), draft, PAYMENT, AT)


def test_a_workbook_of_the_forms_name_gets_another() -> None:
    assert clean_name("Typed.csv") == "_Typed.csv"


def test_names_of_earlier_projects_are_offered(place: PlaceView) -> None:
    draft = begin(place)
    type_in(draft, DECISION)
    assert typed.known_names(draft) == {"name": []}
    services.hand_over(actor("bookkeeper"), draft, AT)
    for login in ("head", "committee"):
        services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert typed.known_names(begin(place, period="2026-04")) == {"name": [NAME]}
    assert typed.known_names(begin(place, "statement", "2026-Q1")) == {"name": [], "purpose": []}


@pytest.mark.usefixtures("stopped_clock")
def test_the_page_asks_for_what_a_step_needs(app: Flask) -> None:
    with app.app_context():
        place = village.build()
        village.open_accounts()
        draft = begin(place)
    client = PageClient(app)
    client.send("/sign-in", login="bookkeeper", password=village.PASSWORD)
    address = f"/desk/drafts/{draft}"
    first = client.page(address)
    assert "付款" in first.text and "typed-payment" not in first.html
    page = client.page(f"{address}?step=payment")
    names = [field.get("name") for field in (*page.all("input"), *page.all("select"))]
    assert "typed-payment" in names and "typed-accepted_on" not in names
    dates = [field.get("type") for field in page.all("input") if field.get("name") == "typed-date"]
    assert dates == ["date"]
    fields = {f"typed-{name}": text for name, text in PAYMENT.items()}
    wrong = client.post(
        f"{address}/typed",
        data={**fields, "typed-payment": "三万", "step": "payment", "csrf_token": page.field("csrf_token")},
    )
    assert wrong.status_code == 400 and 'id="typed-payment-problem"' in wrong.text and "第一笔" in wrong.text
    posted = client.post(
        f"{address}/typed", data={**fields, "csrf_token": page.field("csrf_token")}, follow_redirects=True
    )
    assert "30000" in posted.text
    change = client.page(f"{address}?entry=1")
    assert change.field("typed-payment") == "30000"
    seen = change.field("seen")
    gone = client.post(
        f"{address}/typed/1/remove",
        data={"seen": seen, "csrf_token": change.field("csrf_token")},
        follow_redirects=True,
    )
    assert "30000" not in gone.text
