"""A household's page needs no sign-in and leaves no cookie; the township's pages print slips once."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.database import db
from portal.errors import Conflict
from portal.gazette import services as gazette_services
from portal.places import queries as places
from portal.places import services as places_services
from portal.recipients import queries, rules, services
from portal.recipients.models import Confirmation
from tests.disclosure import rosters, village
from tests.disclosure.rosters import PEOPLE, SECRETS
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

MAY = AT + timedelta(days=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)  # no second factor for the township's people


@pytest.fixture
def code(app: Flask, settings: Settings, fonts: Path) -> str:
    settings.fonts.symlink_to(fonts)
    with app.app_context():
        rosters.first()
        made = services.make_slips(actor("township"), village.place(), "", AT)
    return next(one.code for one in made if one.household.name == PEOPLE[0])


def test_a_household_says_that_it_got_nothing(app: Flask, code: str) -> None:
    with clock.stopped(AT):
        client = PageClient(app)
        assert client.page("/zh/mine").status == 200
        wrong = client.post("/zh/mine", data={"code": "1234 5678 9012 3456"})
        assert (wrong.status_code == 400 and "十六位" in wrong.text) or "一位数字不对" in wrong.text
        page = client.post("/zh/mine", data={"code": code})
        assert PEOPLE[0] in page.text and "385.60" in page.text and PEOPLE[1] not in page.text
        assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "no-store"
        fields = dict(re.findall(r'name="(token|number|key)" value="([^"]*)"', page.text))
        said = client.post("/zh/mine/answer", data={**fields, "answer": "not_received"})
        assert "只有乡镇看得到" in said.text
        assert client.post("/zh/mine/answer", data={**fields, "token": "x", "answer": "received"}).status_code == 400
        endless = {**fields, "number": "9" * 5000, "answer": "received"}
        assert client.post("/zh/mine/answer", data=endless).status_code == 400
    with app.app_context():
        assert [doubt.name for doubt in queries.doubts([places.place(village.CODE).id])] == [PEOPLE[0]]


def test_of_a_household_that_answers_neither_device_nor_address_is_kept(app: Flask, code: str, tmp_path: Path) -> None:
    traces = {"REMOTE_ADDR": "198.51.100.77", "HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_USER_AGENT": "Phone/77.5"}
    with clock.stopped(AT):
        client = PageClient(app)
        page = client.post("/zh/mine", data={"code": code}, environ_overrides=traces)
        fields = dict(re.findall(r'name="(token|number|key)" value="([^"]*)"', page.text))
        said = {**fields, "answer": "not_received"}
        assert client.post("/zh/mine/answer", data=said, environ_overrides=traces).status_code == 200
    with app.app_context():
        columns = {column.name for column in Confirmation.__table__.columns}
        assert columns == {"id", "place_id", "recipient_id", "number", "key", "answer", "way", "entered_by", "at"}
        assert [(row.way, row.entered_by) for row in db.session.scalars(select(Confirmation))] == [("slip", None)]
        db.session.commit()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert not any(trace.encode() in written for trace in traces.values())


def test_many_answers_within_an_hour_are_a_question_to_the_township(app: Flask, code: str) -> None:
    with clock.stopped(AT):
        client = PageClient(app)
        client.send("/sign-in", login="township", password=village.PASSWORD)
        assert "谁填的" not in client.page("/desk/recipients").text
        with app.app_context():
            place = places.place(village.CODE)
            made = services.make_slips(actor("township"), place, "", AT)
            for n in range(rules.BURST):  # one after the other, as somebody does who has all slips before him
                one = made[n % len(made)]
                (granted,) = one.household.granted
                recipient_id, at = services.open_slip(one.code, AT), AT - timedelta(minutes=5 * n)
                services.answer(recipient_id, granted.number, granted.key, "received", at)
        page = client.page("/desk/recipients").text
        assert "一小时内有10条以上回答" in page and "谁填的" in page


def test_what_the_calls_came_to_stands_on_the_desk_when_all_are_made_and_the_check_call_is_told_of(
    app: Flask, code: str
) -> None:
    with clock.stopped(MAY):
        with app.app_context():
            officer, place = actor("township", MAY), places.place(village.CODE)
            county, township, *_rest = places.ancestors(place.id)
            numbers = ["0990-5550199"]
            places_services.set_setting("planted_phones", county.id, numbers, MAY.date(), "县纪委", OPERATOR, MAY)
            services.draw(officer, township, MAY)
            calls = queries.calls(1)
            sums = [one.amount for one in calls]
            planted = next(one for one in calls if one.phone in numbers)
            assert sums.count(planted.amount) == 1 or len(set(sums)) == 1, "its sum tells it from nobody"
        client = PageClient(app)
        client.send("/sign-in", login="township", password=village.PASSWORD)
        with app.app_context():
            for one in calls:
                page = client.page("/desk/recipients/calls").text
                assert "抽中" not in page.partition("一轮电话")[0].partition("已打")[2], "no count tells one call"
                if one.phone in numbers:
                    for _n in range(rules.TRIES):
                        services.not_reached(officer, one.id, MAY)
                else:
                    services.answered(officer, one.id, {"known": "yes", "got": "yes"}, MAY)
        page = client.page("/desk/recipients/calls").text
        assert "已打6／6" in page and "抽中5户，联系上5户" in page and "可能比抽中的户数多一个" in page


def test_what_was_chosen_in_a_call_stays_when_something_is_missing(app: Flask, code: str) -> None:
    with clock.stopped(MAY):
        client = PageClient(app)
        client.send("/sign-in", login="township", password=village.PASSWORD)
        client.send("/desk/recipients/calls", township="990110001000")
        chosen = {
            "csrf_token": client.page("/desk/recipients/calls/1").field("csrf_token"),
            "known": "yes",
            "kept": "no",
        }
        page = client.post("/desk/recipients/calls/1/1", data=chosen)
        assert page.status_code == 400 and "至少要答明" in page.text and page.text.count(" checked") == 2


def test_what_the_calls_came_to_has_a_page_that_tells_no_answer_of_few(app: Flask, code: str) -> None:
    with clock.stopped(MAY):
        with app.app_context():
            officer, township = actor("township", MAY), places.ancestors(places.place(village.CODE).id)[1]
            services.draw(officer, township, MAY)
            first, *others = queries.calls(1)
            services.answered(officer, first.id, {"known": "yes", "got": "no"}, MAY)
            for one in others * rules.TRIES:
                services.not_reached(officer, one.id, MAY)
            number = services.publish(officer, 1, MAY)
        client = PageClient(app)
        address = client.page("/zh/places/990110001000").link(f"第{number}号")
        page = client.page(address)
        assert address == f"/zh/gazette/{number}" and "抽中5户" in page.text and "打通的户数太少" in page.text
        assert "没收到" not in page.text and first.name not in page.text
        assert client.get(f"/zh/gazette/{number}.csv").status_code == 404


def test_the_townships_pages_print_slips_and_hide_every_number(app: Flask, code: str) -> None:
    with clock.stopped(MAY):
        client = PageClient(app)
        client.send("/sign-in", login="township", password=village.PASSWORD)
        for address in ("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/recipients/calls"):
            assert not any(secret in client.page(address).text for secret in SECRETS)
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/desk/recipients/{village.CODE}").text)
        assert token
        fields = {"csrf_token": token[1], "since": "2025"}
        slips = client.post(f"/desk/recipients/{village.CODE}/slips", data=fields)
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(slips.data)).pages)
        assert all(name in text for name in PEOPLE) and not any(secret in text for secret in SECRETS)
        assert len(re.findall(r"\d{4} \d{4} \d{4} \d{4}", text)) == len(PEOPLE)
        ticks = client.get("/desk/recipients/lists/1.pdf")
        assert PEOPLE[7] in "".join(page.extract_text() for page in PdfReader(BytesIO(ticks.data)).pages)
        client.page("/desk/recipients/lists/1")
        client.send("/desk/recipients/calls", township="990110001000")
        page = client.page("/desk/recipients/calls/1")
        assert page.html.count('href="tel:') == 5
        assert client.get("/zh/gazette/1").status_code == 200


def test_village_accounts_are_shown_out(app: Flask, code: str) -> None:
    client = PageClient(app)
    client.send("/sign-in", login="bookkeeper", password=village.PASSWORD)
    for address in ("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/recipients/calls"):
        assert client.get(address).status_code == 403


def _fields(text: str) -> dict[str, str]:
    return dict(re.findall(r'name="(token|number|key)" value="([^"]*)"', text))


def test_a_page_that_answers_again_and_again_stays_open_no_longer_than_an_hour(app: Flask, code: str) -> None:
    client = PageClient(app)
    with clock.stopped(AT):
        fields = _fields(client.post("/zh/mine", data={"code": code}).text)
    for minutes, status in ((50, 200), (70, 400)):
        with clock.stopped(AT + timedelta(minutes=minutes)):
            page = client.post("/zh/mine/answer", data={**fields, "answer": "received"})
            assert (page.status_code, PEOPLE[0] in page.text) == (status, status == 200)
            fields = {**fields, **_fields(page.text)}


def test_an_open_page_is_never_that_of_another_household_that_got_its_number(app: Flask, code: str) -> None:
    client = PageClient(app)
    with clock.stopped(AT):
        fields = _fields(client.post("/zh/mine", data={"code": code}).text)
        with app.app_context():
            gazette_services.withhold(1, "〔2026〕第3号", "甲", AT)
            body = rosters.workbook([*rosters.rows()[3:5], ["合计", "", "", "", "", "", "", 8.5, "", 8.5 * 120.5, ""]])
            rosters.posted(village.place(), body, period="2026", at=AT)
            services.make_slips(actor("township"), village.place(), "", AT)
            found = [(one.name, granted) for one in queries.households(village.place()) for granted in one.granted]
        assert found
        for name, granted in found:
            told = {**fields, "number": str(granted.number), "key": granted.key, "answer": "received"}
            page = client.post("/zh/mine/answer", data=told)
            assert page.status_code == 400 and name not in page.text


def test_a_second_click_is_no_second_call(app: Flask, code: str) -> None:
    with clock.stopped(MAY), app.app_context():
        township = places.ancestors(village.place().id)[1]
        services.draw(actor("township", MAY), township, MAY)
        (round_,) = queries.rounds([township.id])
        first = queries.calls(round_.id)[0]
        services.not_reached(actor("township", MAY), first.id, MAY, seen=0)
        with pytest.raises(Conflict, match="noted already"):
            services.not_reached(actor("township", MAY), first.id, MAY, seen=0)
        assert not queries.calls(round_.id)[0].is_done
