"""A correction from its first workbook to the gazette, on both databases."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.accounts.rules import OPERATOR
from portal.desk import queries as desk
from portal.disclosure import backfill, editions, overtaking, queries, services, signing
from portal.disclosure.changed import correction_of
from portal.disclosure.lines import line_form
from portal.disclosure.queries import DraftView
from portal.disclosure.rules import WHY_OVERTAKEN, State
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.gazette.verify import verify
from portal.places.queries import PlaceView
from portal.text import Message
from tests.disclosure import village
from tests.disclosure.village import AT, actor, published

pytestmark = pytest.mark.usefixtures("database")

LATER = AT + timedelta(days=25)  # 8 May: April can be posted
WHY = "水渠人工费写错了人"


@pytest.fixture
def place(context: Flask, request: pytest.FixtureRequest) -> PlaceView:
    """The village, and its March if the test asks for it."""
    if "march" not in request.fixturenames:
        return village.build()
    assert village.march() == 1
    return village.place()


@pytest.fixture
def march(place: PlaceView) -> int:
    (item,) = gazette.items_of(place.id)
    return item.number


def begun(number: int, reason: str = WHY, at: Any = LATER) -> int:
    return services.start_correction(actor("bookkeeper", at), number, reason, at)


def mended(draft_id: int, key: str, at: Any = LATER, **fields: str) -> None:
    """Put texts into cells of the line with this key, as the page of the line does."""
    reading = queries.reading(draft_id)
    n = next(n for n, line in enumerate(reading.content["lines"]) if line["key"] == key)
    file, sheet, row = reading.origins[n]
    [found] = [one for one in reading.sheets if (one.file, one.sheet) == (file, sheet)]
    file_id = next(one.id for one in queries.files(draft_id) if one.name == file)
    cells = {(file_id, sheet, f"{chr(65 + found.columns[name][0])}{row}"): text for name, text in fields.items()}
    services.mend(actor("bookkeeper", at), draft_id, cells, at)


def signed(draft_id: int, at: Any = LATER) -> int:
    services.hand_over(actor("bookkeeper", at), draft_id, at)
    return published(draft_id, at)


def view_of(draft_id: int) -> DraftView:
    return queries.draft(draft_id)


CASH_LINE = "committee:cash:现-002:1"


def test_a_correction_begins_with_what_was_published(march: int) -> None:
    draft_id = begun(march)
    view, reading = view_of(draft_id), queries.reading(draft_id)
    before = gazette.content(march)
    assert (view.supersedes, view.reason, view.state) == (march, WHY, State.PREPARING)
    assert not reading.errors and not reading.questions
    assert reading.content["lines"] == before["lines"] and reading.content["books"] == before["books"]
    assert (reading.content["corrects"], reading.content["reason"]) == (march, WHY)
    [file] = queries.files(draft_id)
    assert file.is_generated and file.name == "2026-03-finance.xlsx"


def test_a_description_is_corrected_and_touches_one_item(place: PlaceView, march: int) -> None:
    april = village.april(place, LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, payee="王春鸣")
    number = signed(draft_id)
    content = gazette.content(number)
    line = next(line for line in content["lines"] if line["key"] == CASH_LINE)
    assert line["payee"] == "王春鸣" and "carried" not in content
    assert gazette.item(march).superseded_by == number
    assert gazette.item(april).superseded_by is None
    assert gazette.search("清淤")[0].number == number
    assert [signoff["decision"] for signoff in gazette.signoffs(number)] == ["made", "signed", "signed"]
    assert gazette.content(march)["lines"] != content["lines"], "nothing disappears"
    assert verify().ok


def test_an_item_has_one_open_correction_and_a_corrected_one_none(march: int) -> None:
    draft_id = begun(march)
    with pytest.raises(Conflict, match="being corrected already"):
        begun(march)
    mended(draft_id, CASH_LINE, handler="")
    number = signed(draft_id)
    with pytest.raises(Conflict, match=f"by number {number}"):
        begun(march)
    again = begun(number, "又写错了")
    mended(again, CASH_LINE, handler="周清远")
    third = signed(again)
    assert [item.number for item in gazette.versions(march)] == [march, number, third]
    assert gazette.content(third)["corrects"] == number


def test_two_postings_of_one_period_are_corrected_side_by_side(place: PlaceView, march: int) -> None:
    april = village.april(place, LATER)
    assert begun(march) != begun(april)
    assert {view.supersedes for view in queries.corrections([place.id])} == {march, april}
    assert queries.open_draft(place.id, "finance", "2026-03") is None


def test_a_discarded_correction_can_be_begun_anew(march: int) -> None:
    services.discard(actor("bookkeeper", LATER), begun(march), LATER)
    assert begun(march)


def test_who_may_correct_and_why_must_be_said(march: int) -> None:
    for login in ("head", "committee", "township", "admin", "otherhead"):
        with pytest.raises(Forbidden):
            services.start_correction(actor(login, LATER), march, WHY, LATER)
    for reason in ("", "电话13800138000写错"):
        with pytest.raises(Invalid):
            begun(march, reason)
    with pytest.raises(NotFound):
        begun(99)
    assert services.start_correction(actor("agency", LATER), march, WHY, LATER)


def test_the_reason_is_part_of_what_is_signed(march: int) -> None:
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, handler="")
    services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)
    before = view_of(draft_id).digest
    services.give_reason(actor("bookkeeper", LATER), draft_id, "经手人写错了", LATER)
    assert view_of(draft_id).digest != before and view_of(draft_id).state is State.PREPARING
    assert gazette.content(signed(draft_id))["reason"] == "经手人写错了"


def test_what_was_taken_over_from_older_records_can_be_corrected(place: PlaceView, tmp_path: Path) -> None:
    row = {"village": village.CODE, "period": "2026-01", "date": "2026-01-05", "voucher": "现-001", "summary": "合计"}
    row |= {"account": "管理费用", "income": "", "expense": "12.50", "payee": "", "handler": ""}
    history = tmp_path / "history.csv"
    history.write_bytes(village.history([row]))
    assert backfill.backfill(history, "finance", OPERATOR, AT) == 1
    [item] = gazette.items_of(place.id, "finance")
    draft_id = begun(item.number)
    mended(draft_id, "committee:cash:现-001:1", summary="办公用品")
    number = signed(draft_id)
    assert gazette.content(number)["lines"][0]["summary"] == "办公用品"
    assert gazette.item(item.number).taken_over and not gazette.item(number).taken_over


# ---------------------------------------------------------------- sums of a closed month


def test_a_changed_closing_stops_until_it_is_said_how_the_later_months_go_on(place: PlaceView, march: int) -> None:
    village.april(place, LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    [error] = queries.reading(draft_id).errors
    assert error.check == "carry" and error.message.params == {"n": 1}
    with pytest.raises(Invalid):
        services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)
    services.carry_through(actor("bookkeeper", LATER), draft_id, True, LATER)
    assert view_of(draft_id).is_acceptable
    services.undo(actor("bookkeeper", LATER), draft_id, LATER)
    assert not view_of(draft_id).is_acceptable
    services.undo(actor("bookkeeper", LATER), draft_id, LATER)
    assert view_of(draft_id).is_acceptable, "the amount was taken back"


def test_a_correction_is_carried_through_all_later_months_in_one_act(place: PlaceView, march: int) -> None:
    april = village.april(place, LATER)
    may = services.no_dealings(actor("bookkeeper", LATER + timedelta(days=30)), place, "finance", "2026-05",
                               LATER + timedelta(days=30))  # fmt: skip
    at = LATER + timedelta(days=31)
    may_number = published(may, at)
    draft_id = begun(march, at=at)
    mended(draft_id, CASH_LINE, at, expense="500")
    services.carry_through(actor("bookkeeper", at), draft_id, True, at)
    carried = queries.reading(draft_id).content["carried"]
    assert [(row["number"], row["period"], row["book"], row["delta"]) for row in carried] == [
        (april, "2026-04", "cash", 10000),
        (may_number, "2026-05", "cash", 10000),
    ]
    number = signed(draft_id, at)
    new_april, new_may = (gazette.item(old).superseded_by or 0 for old in (april, may_number))
    assert [new_april, new_may] == [number + 1, number + 2]
    held = None
    for one in (number, new_april, new_may):
        content = gazette.content(one)
        assert content["reason"] == WHY
        cash = next(book for book in content["books"] if book["book"] == "cash")
        assert held is None or cash["opening"] == held
        held = cash["closing"]
    assert gazette.content(new_april)["lines"] == gazette.content(april)["lines"]
    assert gazette.content(new_april)["carried_from"] == {"number": march, "period": "2026-03"}
    assert gazette.content(new_may)["no_dealings"] is True
    assert [s["decision"] for s in gazette.signoffs(new_may)] == ["made", "signed", "signed"]
    assert verify().ok


def test_the_digest_binds_what_happens_in_every_later_month(place: PlaceView, march: int) -> None:
    village.april(place, LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    services.carry_through(actor("bookkeeper", LATER), draft_id, True, LATER)
    services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)
    before = view_of(draft_id).digest or ""
    at = LATER + timedelta(days=30)
    published(services.no_dealings(actor("bookkeeper", at), place, "finance", "2026-05", at), at)
    with pytest.raises(Conflict, match="not waiting for signatures"):
        services.sign(actor("head", at), draft_id, "signed", "", before, at)
    assert gazette.item(march).superseded_by is None
    assert view_of(draft_id).state is State.SENT_BACK and view_of(draft_id).digest != before
    signed(draft_id, at)
    assert verify().ok


def test_the_newest_month_changes_its_closing_freely_until_another_is_published(place: PlaceView, march: int) -> None:
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)
    village.april(place, LATER)
    with pytest.raises(Conflict, match="not waiting for signatures"):
        published(draft_id, LATER)
    assert gazette.item(march).superseded_by is None
    assert [error.check for error in queries.reading(draft_id).errors] == ["carry"]


def test_a_month_that_waits_is_the_bookkeepers_again_after_the_month_before_it_was_corrected(
    place: PlaceView, march: int
) -> None:
    keeper = actor("bookkeeper", LATER)
    waiting = services.no_dealings(keeper, place, "finance", "2026-04", LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    services.sign(actor("head", LATER), waiting, "signed", "", view_of(waiting).digest or "", LATER)
    signed(draft_id)
    view = view_of(waiting)
    assert view.state is State.SENT_BACK and view.sent_back and view.standing == {}
    assert view.why_back == Message(WHY_OVERTAKEN) and view.times_sent_back == 0
    assert view.is_acceptable and not view.is_being_read, "the files were read against what holds now"
    [due] = [one for one in desk.today(keeper, LATER).to_post.first if one.draft and one.draft.id == waiting]
    assert due.period == "2026-04"
    assert gazette.content(signed(waiting))["books"][0]["opening"] == 37950


def test_a_correction_that_changes_no_closing_leaves_the_month_that_waits(place: PlaceView, march: int) -> None:
    waiting = services.no_dealings(actor("bookkeeper", LATER), place, "finance", "2026-04", LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, payee="王春鸣")
    signed(draft_id)
    assert view_of(waiting).state is State.WAITING
    assert published(waiting, LATER)


def test_nobody_signs_what_cannot_be_published_any_more(
    place: PlaceView, march: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = services.no_dealings(actor("bookkeeper", LATER), place, "finance", "2026-04", LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    monkeypatch.setattr(overtaking, "give_back", lambda *_: None)  # as it was left before drafts were given back
    signed(draft_id)
    with pytest.raises(Conflict, match="openings have changed"):
        services.sign(actor("head", LATER), waiting, "signed", "", view_of(waiting).digest or "", LATER)
    assert view_of(waiting).standing == {}


@pytest.mark.parametrize("at_", ["finish", "later", "checkpoint"])
def test_a_failure_in_the_middle_of_the_many_months_leaves_all_of_them_as_they_were(
    place: PlaceView, march: int, monkeypatch: pytest.MonkeyPatch, at_: str
) -> None:
    april = village.april(place, LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="500")
    services.carry_through(actor("bookkeeper", LATER), draft_id, True, LATER)
    services.hand_over(actor("bookkeeper", LATER), draft_id, LATER)

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    if at_ == "finish":
        monkeypatch.setattr(signing, "finish", killed)
    elif at_ == "checkpoint":
        monkeypatch.setattr(gazette_services, "_write_checkpoint", killed)
    else:
        seal = gazette_services._seal

        def second(entry: Any, *rest: Any) -> Any:
            return killed() if entry.period == "2026-04" else seal(entry, *rest)

        monkeypatch.setattr(gazette_services, "_seal", second)
    with pytest.raises(RuntimeError, match="killed"):
        published(draft_id, LATER)
    assert gazette.item(march).superseded_by is None and gazette.item(april).superseded_by is None
    assert view_of(draft_id).state is State.WAITING and len(gazette.newest(10)) == 2
    assert verify().ok
    monkeypatch.undo()
    sign = services.sign(actor("committee", LATER), draft_id, "signed", "", view_of(draft_id).digest, LATER)
    assert sign is not None and gazette.item(april).superseded_by is not None


def test_a_month_without_dealings_gets_the_line_that_was_forgotten(place: PlaceView, march: int) -> None:
    at = LATER
    number = published(services.no_dealings(actor("bookkeeper", at), place, "finance", "2026-04", at), at)
    draft_id = begun(number, "漏记一笔")
    assert [error.check for error in queries.reading(draft_id).errors] == ["no_lines"]
    services.nothing_happened(actor("bookkeeper", at), draft_id, at)
    assert view_of(draft_id).is_acceptable
    with pytest.raises(Invalid, match="Nothing differs"):
        services.hand_over(actor("bookkeeper", at), draft_id, at)
    rows = [("2026-04-08", "现-003", "会议室灯管", "管理费用", None, 35.00, None, "柳河五金店", "周清远")]
    services.add_file(actor("bookkeeper", at), draft_id, "四月.xlsx", village.workbook(rows, "现金日记账"), at)
    content = gazette.content(signed(draft_id))
    assert len(content["lines"]) == 1 and "no_dealings" not in content


# ---------------------------------------------------------------- one line


def line(draft_id: int, key: str) -> tuple[int, dict[str, Any]]:
    lines = queries.reading(draft_id).content["lines"]
    return next((n, line) for n, line in enumerate(lines, 1) if line["key"] == key)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_line_is_corrected_by_its_fields_and_the_change_can_be_taken_back(march: int, language: str) -> None:
    keeper = actor("bookkeeper", LATER)
    draft_id = services.start_correction(keeper, march, WHY, LATER, language)
    n, before = line(draft_id, CASH_LINE)
    form = line_form(view_of(draft_id), n, language)
    shown = {field.column.name: field.value for field in form.fields}
    assert shown["expense"] == "600.00" and shown["date"] == "2026-03-12" and shown["account"] == "514 公益支出"
    typed = {**shown, "summary": "水渠清淤人工费,8人4天", "account": "管理费用", "payee": "王春鸣"}
    services.correct_line(keeper, draft_id, n, typed, LATER, language)
    _n, now = line(draft_id, CASH_LINE)
    assert now == {
        **before,
        "summary": typed["summary"],
        "account": "513",
        "account_name": "管理费用",
        "payee": "王春鸣",
    }
    services.undo(keeper, draft_id, LATER)
    assert line(draft_id, CASH_LINE)[1] == before
    with pytest.raises(Invalid, match="Nothing was changed"):
        services.correct_line(keeper, draft_id, n, shown, LATER, language)
    with pytest.raises(Forbidden):
        services.correct_line(actor("head", LATER), draft_id, n, typed, LATER, language)


def test_a_line_is_added_to_its_book_and_another_taken_out(march: int) -> None:
    keeper, draft_id = actor("bookkeeper", LATER), begun(march)
    lines = queries.reading(draft_id).content["lines"]
    bank = line_form(view_of(draft_id), len(lines) + 1, "zh").sheets[1].sheet
    typed = {"date": "2026-03-20", "voucher": "银-003", "summary": "会议室灯管", "expense": "35"}
    services.correct_line(keeper, draft_id, len(lines) + 1, typed, LATER, sheet=bank)
    _n, added = line(draft_id, "committee:basic:银-003:1")
    assert (added["book"], added["expense"]) == ("basic", 3500)
    second = {**typed, "voucher": "银-004", "summary": "换锁"}
    services.correct_line(keeper, draft_id, len(lines) + 2, second, LATER, sheet=bank)
    assert line(draft_id, "committee:basic:银-004:1")[1]["summary"] == "换锁"
    services.remove_line(keeper, draft_id, line(draft_id, "committee:basic:银-003:1")[0], LATER)
    assert [one["voucher"] for one in queries.reading(draft_id).content["lines"]] == [
        *("现-001", "现-002", "银-001", "银-002", "银-004"),
    ]
    assert queries.reading(draft_id).content["books"][1]["opening"] == 5000000


def test_a_line_of_a_file_that_was_sent_is_changed_there(march: int) -> None:
    keeper, draft_id = actor("bookkeeper", LATER), begun(march)
    _name, body = queries.bodies(draft_id)[0][1:]
    services.add_file(keeper, draft_id, "mine.xlsx", village.resaved(body), LATER)
    services.remove_file(keeper, draft_id, queries.files(draft_id)[0].id, LATER)
    assert queries.reading(draft_id).content["lines"] == gazette.content(march)["lines"], "downloaded and sent again"
    with pytest.raises(Conflict, match="Change them there"):
        line_form(view_of(draft_id), 1, "zh")
    with pytest.raises(NotFound):
        line_form(view_of(begun_again(march, draft_id)), 99, "zh")


def begun_again(number: int, draft_id: int) -> int:
    services.discard(actor("bookkeeper", LATER), draft_id, LATER)
    return begun(number)


def test_what_the_page_shows_of_a_correction(place: PlaceView, march: int) -> None:
    april = village.april(place, LATER)
    draft_id = begun(march)
    mended(draft_id, CASH_LINE, expense="900")
    found = correction_of(view_of(draft_id), queries.reading(draft_id))
    assert found is not None and found.is_undecided and not found.is_carried and found.open_period == "2026-05"
    [red] = found.red_entries
    assert red.expense == 30000 and "600.00 should be 900.00" in str(red.summary)
    [month] = found.months
    assert (month.number, month.books[0].opening, month.books[0].closing) == (april, (27950, -2050), (24450, -5550))
    assert [message.params["balance"] for message in month.warnings] == ["-55.50"]
    assert found.found is not None
    assert [(figure.name, old, new) for figure, old, new in found.found.figures] == [
        ("expense", 158290, 188290),
        ("closing", 5841710, 5811710),
    ]
    services.carry_through(actor("bookkeeper", LATER), draft_id, True, LATER)
    now = correction_of(view_of(draft_id), queries.reading(draft_id))
    assert now is not None and now.is_carried and not now.is_undecided and now.months == found.months
    signed(draft_id)
    done = correction_of(view_of(draft_id), queries.reading(draft_id))
    assert done is not None and done.months == found.months and done.found and len(done.found.lines) == 1


def test_a_line_is_not_taken_out_twice_nor_written_into_another(march: int) -> None:
    keeper, draft_id = actor("bookkeeper", LATER), begun(march)
    n, before = line(draft_id, CASH_LINE)[0], len(queries.reading(draft_id).content["lines"])
    seen = str(editions.edition(view_of(draft_id)))
    services.remove_line(keeper, draft_id, n, LATER, seen)
    for again in (
        lambda: services.remove_line(keeper, draft_id, n, LATER, seen),
        lambda: services.correct_line(keeper, draft_id, n, {"summary": "另一笔的说明"}, LATER, seen=seen),
    ):
        with pytest.raises(Conflict):
            again()
    assert len(queries.reading(draft_id).content["lines"]) == before - 1
