"""A roster on its way: mended, signed, published without a digit of anybody's, paid, and read for a reason."""

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.database import db
from portal.disclosure import backfill, importing, queries, services
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.gazette import internal, payouts
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.gazette.models import Payout
from portal.gazette.verify import verify
from portal.notices import draw
from portal.places import queries as places
from portal.places import services as places_services
from portal.places.queries import PlaceView
from portal.places.rules import Role
from portal.public import item_queries, paper
from tests.disclosure import rosters, village
from tests.disclosure.rosters import ACCOUNTS, CARDS, PEOPLE, TITLE, posted, rows, workbook
from tests.disclosure.village import AT, actor

PAYOUT_HEAD = ("户名", "账号", "金额", "处理结果", "失败原因")


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return rosters.with_rate()


def bank(*changes: tuple[int, object, str, str]) -> bytes:
    """The bank's file: everybody paid, but for changes (line, sum, state, reason)."""
    lines = [[PEOPLE[n], ACCOUNTS[n], rows()[n][9], "成功", ""] for n in range(8)]
    for n, amount, state, reason in changes:
        lines[n - 1][2:] = [amount, state, reason]
    return workbook(lines, "代发结果", PAYOUT_HEAD)


def test_a_wrong_number_is_mended_at_its_cell_and_the_list_goes_into_the_gazette(place: PlaceView) -> None:
    lines = rows()
    lines[2][2] = float(CARDS[2][:17] + "0")
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, "subsidy", "2025", AT)
    services.add_files(keeper, draft, [("花名册.xlsx", workbook(lines))], AT)
    (error,) = queries.reading(draft).errors
    assert (error.check, error.cell) == ("number_shortened", "C5") and not any(map(str.isdigit, error.value or ""))
    (file,) = queries.files(draft)
    services.mend(keeper, draft, {(file.id, error.sheet or "", "C5"): CARDS[2]}, AT)
    reading = queries.reading(draft)
    assert not reading.findings and reading.content is not None
    assert "耕地地力保护补贴" in str(reading.decisions[0].to_json())
    services.hand_over(keeper, draft, AT)
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None
    item = gazette.item(number)
    assert (item.subject, item.period) == ("arable", "2025")
    payload = gazette.payload_text(number)
    assert not any(secret in payload for secret in rosters.SECRETS)
    assert gazette.content(number)["rates"] == [1_205_000]
    assert [line["name"] for line in gazette.lines(number)] == list(PEOPLE)
    assert [hit.n for hit in gazette.search("耕地地力")] == [1] and not gazette.search("甘小满")
    assert internal.same("id_number", f" {CARDS[2]}".lower()) == [(number, 3)]
    assert verify().ok and gazette_services.rebuild() == 1 and verify().ok


def test_one_posting_of_a_period_and_programme_but_for_batches(place: PlaceView) -> None:
    first = posted(place, workbook(rows()))
    second = posted(place, workbook(rows()), about="耕地地力保护补贴第二批")
    assert gazette.item(second).subject != gazette.item(first).subject
    assert gazette.content(second)["batch"] == "第二批"
    keeper = actor("bookkeeper")
    again = services.start_draft(keeper, place, "subsidy", "2025", AT)
    services.add_files(keeper, again, [("花名册.xlsx", workbook(rows()))], AT)
    with pytest.raises(Conflict, match=f"number {first}"):
        services.hand_over(keeper, again, AT)


def test_an_import_takes_the_programme_from_the_command_line(place: PlaceView) -> None:
    body, keeper = workbook(rows(), "青禾村发放表"), actor("bookkeeper")
    asked = importing.import_files(place, "subsidy", "2025", [("a.xlsx", body)], {}, keeper, AT)
    assert asked.draft is None and "Which programme" in importing.as_json(asked, "en")["errors"][0]["message"]
    wrong = importing.import_files(
        place, "subsidy", "2025", [("a.xlsx", body)], {"programme": "gold"}, keeper, AT, "gold"
    )
    assert wrong.draft is None and "arable" in importing.as_json(wrong, "en")["errors"][0]["message"]
    taken = importing.import_files(
        place, "subsidy", "2025", [("a.xlsx", body)], {"programme": "arable"}, keeper, AT, "arable"
    )
    shown = importing.as_json(taken)
    assert shown["draft"] == taken.draft and shown["rows"] == 8 and not shown["errors"] + shown["warnings"]
    assert shown["figures"] == {"recipients": "8", "basis": "23.2", "amount": "2795.60"}
    assert taken.draft is not None and queries.draft(taken.draft).about == "arable"


def test_what_the_village_pays_is_linked_to_its_published_books(place: PlaceView) -> None:
    cash = [list(row) for row in village.CASH]
    cash[1][2], cash[2][2] = "支付三月误工补贴", "水渠清淤"
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, "finance", "2026-03", AT)
    services.add_files(keeper, draft, [village.cash(cash), village.bank()], AT)
    services.hand_over(keeper, draft, AT)
    for login in ("head", "committee"):
        ledger = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    head = ("姓名", "身份证号", "误工天数", "标准", "金额")
    lines = [("何秀兰", CARDS[0], 2, 60.25, 120.5)]
    number = posted(place, workbook(lines, "误工补贴发放表", head), "2026-03")
    content = gazette.content(number)
    assert content["ledger"]["number"] == ledger and not content["warnings"]
    key = content["ledger"]["key"]
    (paid,) = [line for line in gazette.lines(ledger or 0) if line["key"] == key]
    assert paid["n"] == content["ledger"]["n"] and paid["expense"] == 12_050


def test_a_history_of_rosters_is_taken_over_by_programme_and_batch(place: PlaceView, tmp_path: Path) -> None:
    path = tmp_path / "rosters.csv"
    head = "village,period,programme,batch,name,id_number,group,basis,rate,amount\n"
    lines = [
        f"{code},{period},{programme},{batch},{PEOPLE[n]},{CARDS[n]},1组,2,{rate},{2 * rate}"
        for code in (village.CODE, village.OTHER)
        for period, programme, batch, rate in (
            ("2024", "arable", "", 110),
            ("2024", "耕地地力保护补贴", "第二批", 110),
            ("2025-Q4", "dibao", "", 300),
        )
        for n in range(3)
    ]
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    assert backfill.backfill(path, "subsidy", OPERATOR, AT) == 6
    assert backfill.backfill(path, "subsidy", OPERATOR, AT) == 0
    items = gazette.items_of(place.id, "subsidy")
    assert len(items) == 3 and all(item.taken_over for item in items)
    assert internal.same("id_number", CARDS[1])[0][1] == 2
    assert len(internal.same("id_number", CARDS[1])) == 6 and verify().ok
    path.write_text(f"{head}{lines[0]}\n{lines[1].replace('arable', '耕地地力补贴')}\n", encoding="utf-8")
    with pytest.raises(Invalid, match="under another name"):
        backfill.backfill(path, "subsidy", OPERATOR, AT + timedelta(days=1))


def test_a_refused_history_repeats_no_number(place: PlaceView, tmp_path: Path) -> None:
    path = tmp_path / "rosters.csv"
    path.write_text(
        f"village,period,programme,name,amount\n{village.CODE},2025,arable,{PEOPLE[0]},{CARDS[0][:17]}\n",
        encoding="utf-8",
    )
    with pytest.raises(Invalid) as refused:
        backfill.backfill(path, "subsidy", OPERATOR, AT)
    assert CARDS[0][:6] not in str(refused.value)


# ---------------------------------------------------------------- the bank


def test_the_banks_file_is_compared_by_numbers_that_nobody_reads(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    keeper = actor("bookkeeper")
    body = bank((2, 180.75, "失败", f"账号{ACCOUNTS[1]}已销户"), (3, 400, "成功", ""))
    payout = services.record_payout(keeper, number, "代发.xlsx", body, date(2026, 4, 10), AT)
    (view,) = payouts.of(number)
    assert (view.id, view.total, view.paid, view.failed, view.extra, view.differing) == (payout, 8, 7, 1, 0, 1)
    found = payouts.details(keeper, number)
    assert found is not None
    assert found.failed == [(2, "龙春生", 18_075, "账号*******************已销户")]
    assert found.differing == [(3, "文长贵", 48_200, 40_000)]
    repeated = workbook([["龙春生", ACCOUNTS[1], 180.75, "成功", ""]], "补发", PAYOUT_HEAD)
    services.record_payout(keeper, number, "补发.xlsx", repeated, date(2026, 4, 12), AT)
    assert [(view.paid, view.failed) for view in payouts.of(number)] == [(8, 0), (7, 1)]
    with pytest.raises(Forbidden):
        payouts.details(actor("head"), number)
    with pytest.raises(Forbidden):
        services.record_payout(actor("head"), number, "代发.xlsx", bank(), date(2026, 4, 10), AT)


def test_who_is_in_one_of_the_two_only_is_told(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    lines = [
        ["甘小满", "", 385.6, "成功"],
        ["路人甲", "6217001234567899999", 9, "成功"],
        ["文长贵", "", 482, "退汇"],
    ]
    services.record_payout(
        actor("township"), number, "x.xlsx", workbook(lines, "代发", PAYOUT_HEAD[:4]), date(2026, 4, 10), AT
    )
    found = payouts.details(actor("township"), number)
    assert found is not None and [name for name, *_rest in found.extra] == ["路人甲"]
    assert [n for n, _name, _fen in found.absent] == [2, 4, 5, 6, 7, 8]
    assert [(n, name) for n, name, *_rest in found.failed] == [(3, "文长贵")]


def test_a_file_without_states_or_from_tomorrow_is_refused(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    keeper = actor("bookkeeper")
    for body, day, words in (
        (bank((1, 385.6, "处理中", "")), date(2026, 4, 10), "D3"),
        (workbook([[PEOPLE[0], ACCOUNTS[0], 1]], "代发", PAYOUT_HEAD[:3]), date(2026, 4, 10), "State"),
        (bank(), date(2026, 4, 20), "not come yet"),
        (b"", date(2026, 4, 10), "Choose a file"),
    ):
        with pytest.raises(Invalid) as refused:
            services.record_payout(keeper, number, "代发.xlsx", body, day, AT)
        assert words in str(refused.value)
    with pytest.raises(NotFound):
        services.record_payout(keeper, 99, "代发.xlsx", bank(), date(2026, 4, 10), AT)


# ---------------------------------------------------------------- reading, withholding, names


def test_internal_values_are_read_for_a_reason_that_the_county_sees(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    inspector, county = (
        rosters.appointed(Role.INSPECTOR, "秦正", "inspector"),
        rosters.appointed(Role.COUNTY, "柳明", "county"),
    )
    with pytest.raises(Invalid, match="Say why"):
        internal.read(inspector, number, 2, " ", AT)
    with pytest.raises(Invalid, match="without the number"):
        internal.read(inspector, number, 2, f"核对{CARDS[1]}", AT)
    with pytest.raises(Forbidden):
        internal.read(actor("bookkeeper"), number, 2, "核对", AT)
    assert internal.read(inspector, number, 2, "核对领取人", AT)["id_number"] == CARDS[1]
    (reading,) = internal.readings([place.id])
    assert (reading.number, reading.n, reading.person, reading.reason) == (number, 2, "秦正", "核对领取人")
    assert county.may_anywhere("readings:see") and not inspector.may_anywhere("readings:see")


def test_withholding_erases_what_the_bank_said_and_what_is_internal(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    services.record_payout(actor("bookkeeper"), number, "x.xlsx", bank(), date(2026, 4, 10), AT)
    gazette_services.withhold(number, "县纪委〔2026〕7号", "柳明", AT)
    assert not payouts.of(number) and not internal.same("id_number", CARDS[0])
    assert db.session.query(Payout).count() == 0 and verify().ok


def test_after_the_notice_the_county_decides_how_people_stand(
    place: PlaceView, settings: Settings, fonts: Path
) -> None:
    number = posted(place, workbook(rows(), TITLE.replace("耕地地力保护补贴", "农村低保金"), HEAD_OF_AID), "2025-Q4")
    sealed = gazette.payload_text(number)
    for days, names in ((15, "甘小满"), (16, "甘某")):
        with clock.stopped(AT + timedelta(days=days)):
            page = item_queries.item_page(gazette.item(number))
            assert page.lines[0]["name"] == names and page.names_are_hidden == (names == "甘某")
            out = BytesIO()
            draw(paper.notice_of(number, settings), out, fonts=fonts)
            text = "".join("".join(sheet.extract_text() for sheet in PdfReader(out).pages).split())
            assert (names in text) and ("甘小满" in text) == (days == 15)
            assert gazette.payload_text(number) == sealed and "甘小满" not in sealed
    county = places.county()
    later = AT + timedelta(days=20)
    with clock.stopped(later):
        places_services.set_setting(
            "name_shown.dibao", county.id, "full", clock.today(later), "县民政局通知", OPERATOR, later
        )
        assert item_queries.item_page(gazette.item(number)).lines[0]["name"] == "甘小满"


HEAD_OF_AID = tuple(heading.replace("补贴面积", "保障人数") for heading in rosters.HEAD)


def test_lists_of_land_keep_their_names_as_shipped_and_older_records_are_over(place: PlaceView, tmp_path: Path) -> None:
    number = posted(place, workbook(rows()))
    with clock.stopped(AT + timedelta(days=100)):
        assert item_queries.item_page(gazette.item(number)).lines[0]["name"] == "甘小满"
    path = tmp_path / "aid.csv"
    path.write_text(
        f"village,period,programme,name,amount\n{village.CODE},2024-03,dibao,甘小满,300\n", encoding="utf-8"
    )
    backfill.backfill(path, "subsidy", OPERATOR, AT)
    with clock.stopped(AT):
        older = item_queries.item_page(gazette.items_of(place.id, "subsidy", last="2024-12")[0])
    assert older.lines[0]["name"] == "甘某"


def test_what_is_stored_of_a_draft_is_json_without_numbers(place: PlaceView) -> None:
    keeper = actor("bookkeeper")
    draft = services.start_draft(keeper, place, "subsidy", "2025", AT)
    services.add_files(keeper, draft, [("花名册.xlsx", workbook(rows()))], AT)
    text = json.dumps(queries.reading(draft).content, ensure_ascii=False)
    assert not any(secret in text for secret in rosters.SECRETS)
