import csv
import json
import re
from io import StringIO
from urllib.parse import quote

import pytest
from flask import Flask

from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.public import item_queries, paper
from portal.public.surroundings import sibling_ids
from tests.pages import PageClient, words
from tests.public import county as sample
from tests.public.county import COUNTY, OFFICER, PERSON, SHOP, TOWNSHIP, VILLAGE, SampleCounty

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def county(app: Flask) -> SampleCounty:
    with app.app_context():
        return sample.found(app)


@pytest.fixture
def march(app: Flask, county: SampleCounty) -> int:
    """The first village's March 2026, posted six days late."""
    with app.app_context():
        county.publish("2026-02", "2026-03-05", opening=8_000_000)
        return county.publish("2026-03", "2026-04-16")


ADDRESSES = (
    "/",
    "/?find=" + quote("青禾"),
    f"/places/{COUNTY}",
    f"/places/{TOWNSHIP}",
    f"/places/{VILLAGE}",
    f"/places/{VILLAGE}/finance",
    f"/places/{VILLAGE}/payees/{quote(SHOP)}",
    "/gazette/2",
    "/gazette/2/lines/4",
    "/gazette/2/card",
    "/search",
    "/search?q=" + quote("水渠"),
    f"/search?q={quote('水渠')}&place={TOWNSHIP}",
    "/verify",
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_right_in_both_languages_without_a_cookie_or_a_script(client, march, language, address):
    for size in ("", "large"):
        joint = "&" if "?" in address else "?"
        page = client.page(f"/{language}{address}" + (f"{joint}size={size}" if size else ""))
        assert "Set-Cookie" not in page.headers
        assert not page.all("script")


def test_a_month_opens_with_its_sum_its_state_and_its_lines(client, march):
    page = client.page(f"/en/gazette/{march}")
    figures = page.texts("dd")[:4]
    assert figures == ["86,420.15", "39,000.00", "8,162.40", "117,257.75"]
    assert "days late: 6" in page.text
    assert page.text.count("Ask about this line") == 6 + 1  # the column's hidden heading


def test_a_month_says_why_it_compares_nothing_with_the_township(client, march):
    assert "villages of the township that have posted this month: 1; needed" in client.page(f"/en/gazette/{march}").text


def test_spending_per_head_is_compared_once_enough_villages_have_posted(app, client, county, march):
    with app.app_context():
        for village in list(county.villages)[1:]:
            county.publish("2026-03", "2026-04-09", village)
    text = client.page(f"/en/gazette/{march}").text
    assert (
        "Spending per head 6.80; the middle of the 6 villages of the township that have posted this month is 5.64."
        in text
    )


def test_reservations_and_refusals_are_printed_with_their_reasons(app, client, county):
    signed = sample.signoffs(sample.on("2026-04-08"), "银-005 没有见到验收单。", "账目不清")
    with app.app_context():
        number = county.publish("2026-03", "2026-04-09", signed=signed)
    text = client.page(f"/en/gazette/{number}").text
    assert "signed with a reservation" in text and "银-005 没有见到验收单。" in text
    assert "refused to sign" in text and "账目不清" in text


def test_a_replaced_month_says_when_and_why(app, client, county, march):
    with app.app_context():
        later = county.publish("2026-03", "2026-04-20", supersedes=march, reason="漏记一笔收入")
    old = client.page(f"/zh/gazette/{march}")
    assert "漏记一笔收入" in old.text
    assert f"/zh/gazette/{later}" in old.html
    new = client.page(f"/en/gazette/{later}")
    assert "days late: 6" in new.text, "a correction does not make the posting later"


def test_a_village_page_shows_late_and_missing_months(app, client, county):
    with app.app_context():
        county.publish("2025-12", "2026-01-08")
        county.publish("2026-02", "2026-03-15")
    page = client.page(f"/en/places/{VILLAGE}")
    assert "days late: 5" in page.text
    missing = [day for day in page.all("li") if day.get("class") == "missing"]
    assert len(missing) == 14, "January, March, and every month since the village has somebody in office"
    assert OFFICER in page.text


def test_nothing_internal_appears_on_any_page(client, march):
    for address in ADDRESSES:
        html = client.get(f"/en{address}").get_data(as_text=True)
        assert "13900000000" not in html, "an officer's phone is not public"
        assert "salt" not in html


def test_a_person_is_a_name_in_a_line_and_nothing_else(client, march):
    page = client.page(f"/en/gazette/{march}")
    assert PERSON in page.text
    assert all(PERSON not in "".join(link.itertext()) for link in page.all("a"))
    client.page(f"/en/places/{VILLAGE}/payees/{quote(PERSON)}", status=404)
    hits = client.page(f"/en/search?q={quote(PERSON)}")
    assert "No line has all these words" in hits.text


def test_an_officer_has_a_page_only_for_lines_of_his_time_in_office(app, client, county):
    with app.app_context():
        county.publish("2024-12", "2025-01-05")
        county.publish("2026-03", "2026-04-05")
    page = client.page(f"/en/places/{VILLAGE}/payees/{quote(OFFICER)}")
    assert page.text.count("外出培训差旅费") == 1
    assert "2024" not in page.text


def test_an_organisation_has_its_sums_by_year(client, march):
    page = client.page(f"/en/places/{VILLAGE}/payees/{quote(SHOP)}")
    assert "6,560.00" in page.text


def test_the_sealed_record_is_given_byte_for_byte(app, client, march):
    with app.app_context():
        sealed = gazette.payload_text(march)
    for language in ("zh", "en"):
        assert client.get(f"/{language}/gazette/{march}.json").data == sealed.encode()


def test_csv_opens_in_a_spreadsheet_and_carries_no_formula(app, client, county):
    evil = [sample.line(1, "2026-03-02", "=HYPERLINK(1)", 0, 100, note="@x", payee="+86公司")]
    with app.app_context():
        number = county.publish("2026-03", "2026-04-05", lines=evil)
    text = client.get(f"/en/gazette/{number}.csv").data.decode()
    assert text[0] == "\ufeff"
    heading, row = list(csv.reader(StringIO(text[1:])))
    assert len(heading) == len(row)
    assert "1.00" in row
    assert not [cell for cell in row if re.match(r"[=+@\t\r]", cell)]


def test_a_long_month_is_paged_and_its_first_page_has_everything_else(app, client, county):
    lines = [sample.line(n, "2026-03-05", f"零星材料 {n}", 0, 100) for n in range(1, 702)]
    with app.app_context():
        number = county.publish("2026-03", "2026-04-05", lines=lines)
    first, third = client.page(f"/en/gazette/{number}"), client.page(f"/en/gazette/{number}?page=3")
    assert "零星材料 300<" in first.html and "零星材料 301<" not in first.html
    assert "零星材料 701<" in third.html and "Who signed" not in third.html
    assert "零星材料 650" in client.page(f"/en/gazette/{number}/lines/650").text
    client.page(f"/en/gazette/{number}/lines/702", status=404)


def full_width(code: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in code)


def spaced_and_small(code: str) -> str:
    return f" {code.lower().replace('-', ' ')} "


@pytest.mark.parametrize("typed", [str, spaced_and_small, full_width])
def test_a_genuine_code_is_recognised_however_it_is_typed(app, client, march, typed):
    with app.app_context():
        code = gazette.item(march).check_code
    page = client.page(f"/en/verify?code={quote(typed(code))}")
    assert "Yes. This code belongs to what was published." in page.text
    assert "117,257.75" in page.text


def test_typing_mistakes_unknown_numbers_and_forgeries_are_told_apart(app, client, march):
    with app.app_context():
        code = gazette.item(march).check_code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "typing mistake" in client.page(f"/en/verify?code={wrong}").text
    from portal.gazette import seal

    assert "No item with this number" in client.page(f"/en/verify?code={seal.check_code(999, b'x')}").text
    assert "carries another code" in client.page(f"/en/verify?code={seal.check_code(march, b'x')}").text


def test_a_paper_that_was_replaced_is_told_by_its_code(app, client, county, march):
    with app.app_context():
        county.publish("2026-03", "2026-04-20", supersedes=march, reason="漏记一笔收入")
        code = gazette.item(march).check_code
    text = client.page(f"/en/verify?code={code}").text
    assert "it no longer holds" in text and "漏记一笔收入" in text


def test_a_line_that_is_found_says_the_organisation_and_never_the_person_who_was_paid(client, march):
    text = client.page(f"/zh/search?q={quote('水渠')}").text
    assert "水渠清淤人工费" in text and SHOP in text and PERSON not in text


def test_a_village_whose_newest_month_is_withheld_says_so(app, client, march):
    with app.app_context():
        gazette_services.withhold(march, "〔2026〕第3号", "甲", sample.on("2026-04-16"))
    assert "Withheld by order." in client.page(f"/en/places/{VILLAGE}/finance").text
    assert f'/gazette/{march}"' not in client.get("/zh/").get_data(as_text=True), "it is no news"


def test_the_newest_month_that_can_be_read_is_shown_where_the_newest_is_withheld(app, client, county, march):
    with app.app_context():
        earlier = [item for item in gazette.items([march - 1]).values() if item.kind == "finance"]
        gazette_services.withhold(march, "〔2026〕第3号", "甲", sample.on("2026-05-16"))
    village = client.page(f"/en/places/{VILLAGE}").text
    assert earlier and "The newest month: February 2026" in village and "See every line" in village
    assert "March 2026 withheld by order · a corrected version is due" in village
    with app.app_context():
        gazette_services.withhold(march - 1, "〔2026〕第4号", "甲", sample.on("2026-05-16"))
    village = client.page(f"/en/places/{VILLAGE}").text
    assert "Withheld by order." in village and "See every line" not in village


def test_the_code_of_a_withheld_paper_says_that_it_was_genuine_and_must_come_down(app, client, march):
    with app.app_context():
        record = gazette_services.withhold(march, "〔2026〕第3号", "甲", sample.on("2026-04-16"))
        code = gazette.item(march).check_code
    page = client.page(f"/zh/verify?code={code}")
    assert "当时是真的" in page.text and "取下" in page.text
    assert f'/zh/gazette/{march}"' in client.get(f"/zh/verify?code={code}").get_data(as_text=True)
    told = client.page(f"/zh/gazette/{record}").text
    assert "〔2026〕第3号" in told and "号号" not in told


@pytest.mark.parametrize(("language", "told"), [("zh", "2026年 第1季度"), ("en", "Q1 2026")])
def test_quarters_in_a_calendar_are_written_as_people_write_them(client, march, language, told):
    assert told in client.page(f"/{language}/places/{VILLAGE}").text


def test_a_check_without_a_code_says_what_to_type(client, march):
    assert "请先输入核验码" in client.page("/zh/verify?code=").text
    assert "请先输入核验码" not in client.page("/zh/verify").text


def test_a_search_asks_for_two_characters_and_marks_them(client, march):
    assert client.page(f"/zh/search?q={quote('水')}").text
    page = client.page(f"/en/search?q={quote('水渠')}")
    assert set(page.texts("mark")) == {"水渠"}


@pytest.mark.parametrize(
    "address", ["/gazette/99", "/gazette/99.json", "/places/123", f"/places/{VILLAGE}/x", "/gazette/2/lines/0"]
)
def test_what_is_not_there_is_a_page_that_says_so(client, march, address):
    client.page(f"/en{address}", status=404)


def test_a_notice_carries_what_paper_must_say(app, settings, march):
    with app.app_context():
        notice = paper.notice_of(march, settings)
    assert (notice.county, notice.township, notice.place) == ("青禾县", "青禾镇", "青禾村")
    assert [figure.fen for figure in notice.figures] == [8_642_015, 3_900_000, 816_240, 11_725_775]
    assert [payment.fen for payment in notice.payments] == [360_000, 328_000, 86_240, 42_000]
    assert [row[0] for row in notice.rows] == ["1", "2", "3", "4", "5", "6"]
    assert (notice.posted_to - notice.posted_from).days >= 15
    assert notice.url == f"http://portal.example/zh/verify?code={notice.code}"
    assert notice.phone == "0999-7654321"
    assert notice.maker == "吴守田"
    assert len(notice.rows) == 6 and all(len(row) == len(notice.columns) for row in notice.rows)


def test_all_notices_of_a_township_come_in_the_order_of_the_codes(app, settings, county):
    with app.app_context():
        for village in reversed(county.villages):
            county.publish("2026-03", "2026-04-09", village)
        batch = paper.notices_of(TOWNSHIP, "2026-03", settings)
        assert len(batch) == 6
        assert [notice.place for notice in batch] == ["青禾村", "柳湾村", "石桥村", "东岭村", "白塔村", "北塘村"]


def test_queries_of_a_month_stay_few_whatever_the_number_of_lines(app, county):
    from sqlalchemy import event

    from portal.database import db

    counts = []
    with app.app_context():
        numbers = [
            county.publish(f"2026-0{n}", f"2026-0{n + 1}-05", lines=[
                sample.line(k, f"2026-0{n}-05", "材料", 0, 100, payee=SHOP) for k in range(1, size)
            ]) for n, size in ((1, 3), (2, 250))
        ]  # fmt: skip
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda c, k, text, *rest: statements.append(text))
        for number in numbers:
            sibling_ids(1)
            statements.clear()
            item_queries.item_page(gazette.item(number))
            counts.append(len(statements))
    assert max(counts) <= 13


def test_the_json_of_a_month_says_what_the_page_says(client, march):
    sealed = json.loads(client.get(f"/en/gazette/{march}.json").data)
    assert sealed["content"]["lines"][0]["summary"] in client.page(f"/en/gazette/{march}").text


def test_pages_follow_a_new_setting_at_once(app, client: PageClient, county, march):
    from datetime import date

    from portal import clock
    from portal.accounts.rules import OPERATOR
    from portal.places import services as places

    assert "0999-7654321" in client.page(f"/en/gazette/{march}").text
    with app.app_context():
        today: date = clock.today()
        places.set_setting("township_phone", county.township, "0999-1111111", today, "letter", OPERATOR, clock.now())
    assert "0999-1111111" in client.page(f"/en/gazette/{march}").text


@pytest.mark.parametrize(
    "address",
    [
        "/?find=%00", "/search?q=%00%00", "/search?q=ab&place=%00", "/places/%00", "/places/%00/finance",
        "/verify?code=%00", f"/places/{VILLAGE}/payees/%00", f"/places/{VILLAGE}/payees/%FF", "/search?q=%25_%27%22*",
        "/gazette/1/lines/" + "9" * 30, "/gazette/1/lines/" + "9" * 18, "/gazette/" + "9" * 18,
    ],
)  # fmt: skip
@pytest.mark.usefixtures("database")
def test_signs_that_a_database_does_not_hold_break_no_page(app: Flask, march: int, address: str) -> None:
    assert PageClient(app).get(f"/zh{address}").status_code in (200, 400, 404)


def test_every_line_shows_the_number_that_a_complaint_names(client, march):
    page = client.page(f"/en/gazette/{march}")
    assert [cell for cell in page.texts("b") if cell.isdigit()] == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("sign", ["\U0001f600", "\U00020bb7"])
def test_a_sign_that_paper_cannot_show_is_named_and_breaks_no_page(app, client, county, settings, fonts, sign):
    settings.fonts.symlink_to(fonts)
    lines = [sample.line(1, "2026-03-02", f"路灯{sign}", 0, 100)]
    with app.app_context():
        number = county.publish("2026-03", "2026-04-05", lines=lines)
    assert sign in client.page(f"/en/gazette/{number}").text
    for paper_form in (f"{number}.pdf", f"{number}/card.png"):
        refused = client.page(f"/en/gazette/{paper_form}", status=400).text
        assert f"U+{ord(sign):04X}" in refused
    told = client.page(f"/en/gazette/{number}/card")
    assert f"U+{ord(sign):04X}" in told.text
    assert "card.png" not in told.html


def test_a_month_that_was_due_before_the_gazette_opened_is_not_late(app, client, county):
    with app.app_context():
        older = county.publish("2023-11", "2024-01-02", list(county.villages)[1])
        newer = county.publish("2023-12", "2024-01-12", list(county.villages)[1])
    assert "days late" not in client.page(f"/en/gazette/{older}").text
    assert "days late: 2" in client.page(f"/en/gazette/{newer}").text


def test_a_month_that_was_due_before_anybody_was_in_office_is_not_late(app, client, county):
    with app.app_context():
        before = county.publish("2024-11", "2025-01-05")
        after = county.publish("2024-12", "2025-01-12")
    assert "days late" not in client.page(f"/en/gazette/{before}").text
    assert "days late: 2" in client.page(f"/en/gazette/{after}").text


def test_published_counts_of_calls_stand_on_the_townships_page(app, client, county, march):
    told = {"reached": 6, "confirmed": 5, "corrected": 1}
    with app.app_context():
        for period, programme, more in (("2026-02", "arable", told), ("2026-03", "old_age", {})):
            content = {"programme": programme, "period": period, "called": 6 if more else 5, **more}
            gazette_services.publish(
                [gazette_services.Entry("calls", TOWNSHIP, county.township, period, programme, content)],
                sample.on("2026-04-02"),
            )
    page = client.page(f"/en/places/{TOWNSHIP}")
    rows = [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in page.all("tr")]
    assert ["Old-age allowance March 2026 · No. 4", "5", "not told: fewer than five"] in rows
    assert ["Arable land fertility subsidy February 2026 · No. 3", "6", "6", "5", "1"] in rows
